//! Takes steps out of routes.
//!
//! A line that turns aside and back again is led straight to where it goes on, by moving the part before
//! or the part behind the step onto one line, or its end along the side of its box, wherever nothing is
//! in the way and nothing more is crossed.

use super::drawing::Drawing;
use super::field::{Company, Field, Memory};
use super::route::{self, Corner};
use super::sides::still_labelled;
use super::spacing::Spacing;
use crate::graph::End;
use std::cell::OnceCell;

/// Changes all routes that get better by it.
pub(super) fn shortcuts(
    mut drawing: Drawing,
    field: &mut Field<'_>,
    company: Company<'_>,
    labelled: &[Option<usize>],
    spacing: &Spacing,
) -> Drawing {
    let mut memory = Memory::new();
    for edge in 0..drawing.routes.len() {
        if company.ends[edge].0 == company.ends[edge].1 {
            continue;
        }
        memory.begin(edge);
        // A step less at a time; a route has few.
        for _ in 0..8 {
            let now = &drawing.routes[edge];
            if now.len() < 4 {
                break;
            }
            let long = length(now) * 3 / 2 + 40;
            let mut routes = candidates(&drawing, company.ends[edge], now, spacing);
            // What lies elsewhere is asked last, for it costs most.
            routes.retain(|route| {
                route.len() < now.len()
                    && length(route) <= long
                    && still_labelled(&drawing, labelled[edge], route, spacing)
            });
            if routes.is_empty() {
                break;
            }
            // What has more corners is not asked for once there is something better.
            routes.sort_by_key(Vec::len);
            let before: OnceCell<Option<i32>> = OnceCell::new();
            let mut better: Option<((usize, i32, i32), Vec<Corner>)> = None;
            for route in routes {
                let best = better.as_ref().map(|(best, _)| (best.0, best.1));
                if best.is_some_and(|(corners, _)| corners < route.len()) {
                    continue;
                }
                // Where the line may not run as it does, it stays as it is: nothing crosses fewer than none.
                let at_most = || {
                    let before = before.get_or_init(|| field.crossed(now, &memory)).unwrap_or(-1);
                    best.map_or(before, |(_, crossings)| before.min(crossings))
                };
                let Some(crossings) = field.crossings(&route, now, at_most, &memory) else {
                    continue;
                };
                let key = (route.len(), crossings, length(&route));
                if better.as_ref().is_none_or(|(best, _)| key < *best) {
                    better = Some((key, route));
                }
            }
            let Some((_, route)) = better else { break };
            field.draw(edge, &route);
            drawing.routes[edge] = route;
        }
    }
    drawing
}

fn length(route: &[Corner]) -> i32 {
    route.windows(2).map(|it| (it[0].0 - it[1].0).abs() + (it[0].1 - it[1].1).abs()).sum()
}

/// The routes with one step less.
fn candidates(
    drawing: &Drawing,
    (from, to): (End, End),
    route: &[Corner],
    spacing: &Spacing,
) -> Vec<Vec<Corner>> {
    let mut all = Vec::new();
    let reversed: Vec<Corner> = route.iter().rev().copied().collect();
    for at in 1..route.len() - 2 {
        // The step is from `at` to `at + 1`; the parts before and behind it are parallel.
        all.extend(onto_first(drawing, to, route, at, spacing));
        let mirrored = onto_first(drawing, from, &reversed, route.len() - 2 - at, spacing);
        all.extend(mirrored.map(|mut route| {
            route.reverse();
            route
        }));
    }
    all
}

/// Moves the part behind the step onto the line of the part before it.
fn onto_first(
    drawing: &Drawing,
    end: End,
    route: &[Corner],
    at: usize,
    spacing: &Spacing,
) -> Option<Vec<Corner>> {
    let (before, start) = (route[at - 1], route[at]);
    let is_vertical = before.0 == start.0;
    let onto = |corner: Corner| if is_vertical { (start.0, corner.1) } else { (corner.0, start.1) };
    let moved = onto(route[at + 2]);
    if at + 3 == route.len() {
        // The end itself moves along the side of its box.
        let area = drawing.area(end);
        let axis = usize::from(!is_vertical);
        let place = if is_vertical { moved.0 } else { moved.1 };
        // A little nearer to its corner than the first drawing would put it.
        let corner = (spacing.corner * 2 / 3).min(area.size(axis) / 2);
        if place < area.least[axis] + corner || place > area.most[axis] - corner {
            return None;
        }
    }
    let mut changed: Vec<Corner> = Vec::with_capacity(route.len());
    changed.extend_from_slice(&route[..at]);
    changed.push(moved);
    changed.extend_from_slice(&route[(at + 3).min(route.len())..]);
    route::simplify(&mut changed);
    // Nothing may turn back on itself.
    let turns_back = changed.windows(3).any(|it| {
        let straight = (it[0].0 == it[1].0 && it[1].0 == it[2].0)
            || (it[0].1 == it[1].1 && it[1].1 == it[2].1);
        straight || it[0] == it[2]
    });
    let is_clean = changed.windows(2).all(|it| it[0].0 == it[1].0 || it[0].1 == it[1].1);
    (!turns_back && is_clean && changed.len() >= 2 && keeps_sides(route, &changed, spacing))
        .then_some(changed)
}

/// Whether both ends still leave their boxes the way they did, with room for an arrowhead.
fn keeps_sides(old: &[Corner], new: &[Corner], spacing: &Spacing) -> bool {
    let leaves = |one: Corner, two: Corner| ((two.0 - one.0).signum(), (two.1 - one.1).signum());
    let room = |one: Corner, two: Corner| (two.0 - one.0).abs() + (two.1 - one.1).abs();
    let first = |route: &[Corner]| (route[0], route[1]);
    let last = |route: &[Corner]| (route[route.len() - 1], route[route.len() - 2]);
    [(first(old), first(new)), (last(old), last(new))].into_iter().all(|(old, new)| {
        leaves(old.0, old.1) == leaves(new.0, new.1)
            && room(new.0, new.1) >= spacing.leave.min(room(old.0, old.1))
    })
}
