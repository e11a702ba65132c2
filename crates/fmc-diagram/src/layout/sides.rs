//! Lets lines leave and enter boxes at the side that saves a corner.
//!
//! A line that leaves a box downwards, turns, and turns again to go on downwards can leave at the side
//! at once, where nothing is in its way: one corner instead of two. The same at its other end.

use super::drawing::Drawing;
use super::field::{Company, Field};
use super::route::Corner;
use super::spacing::Spacing;

/// Changes all routes that get better by it. Thinks of lines that leave a box across the first axis.
pub(super) fn sides(
    drawing: &Drawing,
    company: Company<'_>,
    labelled: &[Option<usize>],
    spacing: &Spacing,
) -> Drawing {
    let mut drawing = drawing.clone();
    let mut field = Field::new(&drawing, company, spacing);
    for edge in 0..drawing.routes.len() {
        if company.ends[edge].0 == company.ends[edge].1 {
            continue;
        }
        for is_end in [true, false] {
            let Some(route) = better(&drawing, &field, company, labelled, spacing, edge, is_end)
            else {
                continue;
            };
            field.draw(edge, &route);
            drawing.routes[edge] = route;
        }
    }
    drawing
}

fn better(
    drawing: &Drawing,
    field: &Field<'_>,
    company: Company<'_>,
    labelled: &[Option<usize>],
    spacing: &Spacing,
    edge: usize,
    is_end: bool,
) -> Option<Vec<Corner>> {
    let mut route = drawing.routes[edge].clone();
    let end = if is_end { company.ends[edge].1 } else { company.ends[edge].0 };
    if is_end {
        route.reverse();
    }
    let [start, first, second, third, ..] = route[..] else { return None };
    if start.0 != first.0 || first.1 != second.1 || second.0 != third.0 {
        return None;
    }
    let area = drawing.area(end);
    let room = spacing.arrive;
    let side = if second.0 >= area.most[0] + room {
        area.most[0]
    } else if second.0 <= area.least[0] - room {
        area.least[0]
    } else {
        return None;
    };
    let oriented = |mut route: Vec<Corner>| {
        if is_end {
            route.reverse();
        }
        route
    };
    let known = field.survey(edge, &drawing.routes[edge]);
    let before = known.crossings.unwrap_or(i32::MAX);
    let (least, most) = (area.least[1] + spacing.corner, area.most[1] - spacing.corner);
    let middle = area.middle(1);
    let steps = (most - least).max(0) / (2 * spacing.lanes);
    for step in 0..=2 * steps {
        let by = (step + 1) / 2 * spacing.lanes;
        let y = if step % 2 == 0 { middle - by } else { middle + by };
        // It must not have to turn back on itself.
        if (third.1 - y).abs() < spacing.lanes {
            continue;
        }
        let mut changed = vec![(side, y), (second.0, y)];
        changed.extend_from_slice(&route[3..]);
        let changed = oriented(changed);
        if still_labelled(drawing, labelled[edge], &changed, spacing)
            && field.crossings(edge, &changed, &known, before).is_some()
        {
            return Some(changed);
        }
    }
    None
}

/// Whether a label still stands beside a part of a route that passes it.
pub(super) fn still_labelled(
    drawing: &Drawing,
    label: Option<usize>,
    route: &[Corner],
    spacing: &Spacing,
) -> bool {
    let Some(label) = label else { return true };
    let area = drawing.labels[label].area;
    route.windows(2).any(|pair| {
        let x = (pair[0].0.min(pair[1].0), pair[0].0.max(pair[1].0));
        let y = (pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1));
        let away_x = (area.least[0] - x.1).max(x.0 - area.most[0]).max(0);
        let away_y = (area.least[1] - y.1).max(y.0 - area.most[1]).max(0);
        let passes = (x.0 == x.1 && y.0 <= area.least[1] && area.most[1] <= y.1)
            || (y.0 == y.1 && x.0 <= area.least[0] && area.most[0] <= x.1);
        passes && away_x.max(away_y) <= spacing.label + 1
    })
}
