//! Takes steps out of routes.
//!
//! A line that turns aside and back again is led straight to where it goes on, by moving the part before
//! or the part behind the step onto one line, or its end along the side of its box, wherever nothing is
//! in the way and nothing more is crossed.

use super::drawing::Drawing;
use super::field::{Company, Field};
use super::memory::Memory;
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
            // What lies elsewhere is asked last, for it costs most.
            let mut routes = candidates(&drawing, company.ends[edge], now, spacing, |route| {
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

/// The routes with one step less that are good for something.
fn candidates(
    drawing: &Drawing,
    (from, to): (End, End),
    route: &[Corner],
    spacing: &Spacing,
    is_good: impl Fn(&[Corner]) -> bool,
) -> Vec<Vec<Corner>> {
    let mut all = Vec::new();
    let reversed: Vec<Corner> = route.iter().rev().copied().collect();
    // Most are good for nothing, and are never more than this.
    let mut changed: Vec<Corner> = Vec::with_capacity(route.len());
    for at in 1..route.len() - 2 {
        // The step is from `at` to `at + 1`; the parts before and behind it are parallel.
        if onto_first(drawing, to, route, at, spacing, &mut changed) && is_good(&changed) {
            all.push(changed.clone());
        }
        let mirrored = route.len() - 2 - at;
        if onto_first(drawing, from, &reversed, mirrored, spacing, &mut changed)
            && is_good(&changed)
        {
            all.push(changed.iter().rev().copied().collect());
        }
    }
    all
}

/// Moves the part behind the step onto the line of the part before it. Whether that can be.
fn onto_first(
    drawing: &Drawing,
    end: End,
    route: &[Corner],
    at: usize,
    spacing: &Spacing,
    changed: &mut Vec<Corner>,
) -> bool {
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
            return false;
        }
    }
    changed.clear();
    changed.extend_from_slice(&route[..at]);
    route::add(changed, moved);
    let rest = &route[(at + 3).min(route.len())..];
    let mut added = 0;
    // Once two corners follow each other as they did, the others do too.
    while added < rest.len() && (added < 2 || !changed.ends_with(&rest[added - 2..added])) {
        route::add(changed, rest[added]);
        added += 1;
    }
    let touched = changed.len();
    changed.extend_from_slice(&rest[added..]);
    // Nothing may turn back on itself. What lies farther away stays as it was.
    let near = &changed[at.saturating_sub(3)..(touched + 2).min(changed.len())];
    let turns_back = near.windows(3).any(|it| {
        let straight = (it[0].0 == it[1].0 && it[1].0 == it[2].0)
            || (it[0].1 == it[1].1 && it[1].1 == it[2].1);
        straight || it[0] == it[2]
    });
    let is_clean = near.windows(2).all(|it| it[0].0 == it[1].0 || it[0].1 == it[1].1);
    !turns_back && is_clean && changed.len() >= 2 && keeps_sides(route, changed, spacing)
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
