//! Takes steps out of routes by moving whatever stands in the way.
//!
//! A step joins two parallel lines. Three ways to be without it are tried: everything is moved together
//! with the two lines drawn onto one, or either line jumps onto the other, over what lies between. Where
//! the picture gets better by it, so it stays; where boxes keep the lines apart, the step does.

use super::compact::{self, Bonds};
use super::drawing::Drawing;
use super::field::{Company, Field};
use super::improve::is_clean;
use super::route;
use super::score;
use super::sides::still_labelled;
use super::spacing::Spacing;
use super::strands::{Strand, Strands};
use crate::graph::End;

/// What is known of a drawing beyond geometry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    /// What moves together along the first axis, and along the second.
    pub(super) bonds: [Bonds<'a>; 2],
    pub(super) company: Company<'a>,
    /// The label that tells of each edge.
    pub(super) labelled: &'a [Option<usize>],
    pub(super) spacing: &'a Spacing,
}

/// How many steps are tried. Each costs a few drawings moved together.
const TRIES: usize = 120;

/// Takes out the steps without which the drawing is better.
pub(super) fn straighten(drawing: Drawing, known: Known<'_>) -> Drawing {
    let mut best = (score(&drawing, known), drawing);
    let (mut tries, mut axis, mut quiet) = (0, 0, 0);
    while quiet < 2 && tries < TRIES {
        let seen = along(&best.1, axis);
        let strands = Strands::of(&seen, known.company.ends);
        let better = steps(&strands).into_iter().take(TRIES - tries).find_map(|step| {
            tries += 1;
            without(&seen, &strands, step, axis, known)
                .map(|it| along(&it, axis))
                .map(|it| (score(&it, known), it))
                .filter(|it| it.0 < best.0 && is_clean(&it.1, known.company.ends))
                .filter(|it| keeps_labels(&best.1, &it.1, known))
                .min_by(|one, two| one.0.total_cmp(&two.0))
        });
        if let Some(better) = better {
            best = better;
            quiet = 0;
        } else {
            axis = 1 - axis;
            quiet += 1;
        }
    }
    best.1
}

/// Whether every route that passed its label still does.
fn keeps_labels(before: &Drawing, after: &Drawing, known: Known<'_>) -> bool {
    let passes = |drawing: &Drawing, edge: usize| {
        still_labelled(drawing, known.labelled[edge], &drawing.routes[edge], known.spacing)
    };
    (0..before.routes.len()).all(|edge| passes(after, edge) || !passes(before, edge))
}

/// The drawing with this axis as the first one. Done twice it is what it was.
fn along(drawing: &Drawing, axis: usize) -> Drawing {
    if axis == 0 { drawing.clone() } else { drawing.flipped() }
}

fn score(drawing: &Drawing, known: Known<'_>) -> f64 {
    score::score(drawing, known.company.ends, 0, false)
}

/// The pairs of lines that a step joins, each once: those that most routes share first.
fn steps(strands: &Strands) -> Vec<(usize, usize)> {
    let lines = |it: &super::strands::Flat| match (it.least, it.most) {
        (Strand::Line(one), Strand::Line(two)) if one != two => Some((one.min(two), one.max(two))),
        _ => None,
    };
    let mut all: Vec<(usize, usize)> = strands.flats.iter().filter_map(lines).collect();
    all.sort_unstable();
    let mut counted: Vec<(usize, (usize, usize))> =
        all.chunk_by(|one, two| one == two).map(|same| (same.len(), same[0])).collect();
    counted.sort_by_key(|(count, pair)| (std::cmp::Reverse(*count), *pair));
    counted.into_iter().map(|(_, pair)| pair).collect()
}

/// The drawings in which two lines are one, as far as that can be.
fn without<'a>(
    seen: &'a Drawing,
    strands: &'a Strands,
    (one, two): (usize, usize),
    axis: usize,
    known: Known<'a>,
) -> impl Iterator<Item = Drawing> + use<'a> {
    let Known { bonds, spacing, .. } = known;
    let moved = compact::compact_onto(seen, bonds[axis], spacing, Some((one, two)));
    let jumps = [(one, two), (two, one)];
    let jumped = jumps.into_iter().filter_map(move |(from, to)| {
        let it = jump(seen, strands, from, to, known.company.ends, spacing)?;
        let field = Field::new(&it, known.company, spacing);
        let is_free = |edge: usize| field.is_free(edge, &it.routes[edge]);
        let mut routes = 0..it.routes.len();
        if !routes.all(|edge| it.routes[edge].len() < 2 || is_free(edge)) {
            return None;
        }
        let it = compact::compact(&it, bonds[axis], spacing).flipped();
        Some(compact::compact(&it, bonds[1 - axis], spacing).flipped())
    });
    std::iter::once(moved).chain(jumped)
}

/// Moves a line, with the labels beside it, to where another one is.
fn jump(
    seen: &Drawing,
    strands: &Strands,
    from: usize,
    to: usize,
    ends: &[(End, End)],
    spacing: &Spacing,
) -> Option<Drawing> {
    let place = strands.places[to];
    for (_, end) in strands.ends.iter().filter(|it| it.0 == from) {
        let area = seen.area(*end);
        let corner = spacing.corner.min(area.size(0) / 2);
        if place < area.least[0] + corner || place > area.most[0] - corner {
            return None;
        }
    }
    let mut drawing = seen.clone();
    for label in &mut drawing.labels {
        if strands.host(seen, label, spacing.label) == Some(from) {
            let by = place - strands.places[from];
            label.area.least[0] += by;
            label.area.most[0] += by;
        }
    }
    for (edge, route) in drawing.routes.iter_mut().enumerate() {
        if ends[edge].0 == ends[edge].1 {
            continue;
        }
        for (at, corner) in route.iter_mut().enumerate() {
            if strands.of_corner(edge, at) == Strand::Line(from) {
                corner.0 = place;
            }
        }
        route::simplify(route);
    }
    Some(drawing)
}
