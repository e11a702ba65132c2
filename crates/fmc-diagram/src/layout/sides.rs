//! Lets lines leave and enter boxes at the side that saves a corner.
//!
//! A line that leaves a box downwards, turns, and turns again to go on downwards can leave at the side
//! at once, where nothing is in its way: one corner instead of two. The same at its other end.

use super::drawing::Drawing;
use super::field::{Company, Field};
use super::memory::Memory;
use super::route::Corner;
use super::spacing::Spacing;
use std::cell::OnceCell;

/// Changes all routes that get better by it: of lines that leave a box across this axis.
pub(super) fn sides(
    mut drawing: Drawing,
    field: &mut Field<'_>,
    company: Company<'_>,
    labelled: &[Option<usize>],
    spacing: &Spacing,
    axis: usize,
) -> Drawing {
    let mut memory = Memory::new();
    for edge in 0..drawing.routes.len() {
        if company.ends[edge].0 == company.ends[edge].1 {
            continue;
        }
        memory.begin(edge);
        for is_end in [true, false] {
            let place = Place { edge, is_end, axis };
            let Some(route) = better(&drawing, field, &memory, company, labelled, spacing, place)
            else {
                continue;
            };
            field.draw(edge, &route);
            drawing.routes[edge] = route;
        }
    }
    drawing
}

/// An end of an edge, and the axis across which it may leave its box.
#[derive(Clone, Copy)]
struct Place {
    edge: usize,
    is_end: bool,
    axis: usize,
}

fn better(
    drawing: &Drawing,
    field: &Field<'_>,
    memory: &Memory,
    company: Company<'_>,
    labelled: &[Option<usize>],
    spacing: &Spacing,
    Place { edge, is_end, axis }: Place,
) -> Option<Vec<Corner>> {
    if drawing.routes[edge].len() < 4 {
        return None;
    }
    let end = if is_end { company.ends[edge].1 } else { company.ends[edge].0 };
    // From this end on, as if the axis were the first one.
    let oriented = |mut route: Vec<Corner>| {
        if is_end {
            route.reverse();
        }
        if axis == 1 {
            for corner in &mut route {
                *corner = (corner.1, corner.0);
            }
        }
        route
    };
    let route = oriented(drawing.routes[edge].clone());
    let [start, first, second, third, ..] = route[..] else { return None };
    if start.0 != first.0 || first.1 != second.1 || second.0 != third.0 {
        return None;
    }
    let area = drawing.area(end);
    let area = if axis == 0 { area } else { area.flipped() };
    let room = spacing.arrive;
    let side = if second.0 >= area.most[0] + room {
        area.most[0]
    } else if second.0 <= area.least[0] - room {
        area.least[0]
    } else {
        return None;
    };
    let now = &drawing.routes[edge];
    let before: OnceCell<Option<i32>> = OnceCell::new();
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
        // Where the line may not run as it does, all others are better.
        let at_most = || before.get_or_init(|| field.crossed(now, memory)).unwrap_or(i32::MAX);
        if still_labelled(drawing, labelled[edge], &changed, spacing)
            && field.crossings(&changed, now, at_most, memory).is_some()
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
