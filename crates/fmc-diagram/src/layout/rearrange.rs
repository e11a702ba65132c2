//! Moves items to other rows of their containers where fewer lines cross then.
//!
//! Ranks put every item where its lines are short and point downwards. Where that makes many lines
//! cross, or a sheet much higher than wide, other rows are tried, one step after the other, and kept where
//! the picture gets better by more than lines that run level or upwards cost.

use super::dress::Size;
use super::lanes;
use super::nets::{self, Kind, Net};
use super::order::{self, Effort};
use super::plan::Plan;
use super::replicas::Replicas;
use super::rows::Rows;
use super::score::ln;
use super::tree::{Item, Tree};
use crate::graph::Graph;
use std::collections::BTreeSet;

/// What is chosen: the rows, and which edges leave their trunks early.
#[derive(Debug, Clone)]
struct Choice {
    rows: Rows,
    apart: BTreeSet<usize>,
}

/// What a choice leads to.
pub(super) struct Arrangement {
    choice: Choice,
    pub(super) plan: Plan,
    pub(super) nets: Vec<Net>,
    cost: i64,
    pub(super) crossings: i64,
    /// How many lines do not run the way of reading.
    pub(super) strange: usize,
}

/// What a search looks at.
#[derive(Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) graph: &'a Graph,
    pub(super) tree: &'a Tree,
    pub(super) replicas: &'a Replicas,
    pub(super) labels: &'a [Size],
    /// How wide and how high a sheet with these rows is, about.
    pub(super) shape: &'a dyn Fn(&Rows) -> (i32, i32),
    /// Whether other rows than those of the ranks may be taken.
    pub(super) is_free: bool,
}

/// What a search is after: the weights of a crossing, of an edge apart from its trunk, of a sheet that is
/// too high or too wide, and of a big one.
#[derive(Debug, Clone, Copy)]
struct Taste {
    crossing: i64,
    apart: i64,
    shape: f64,
    area: f64,
}

/// Each is searched for; which picture is best is seen when they are drawn.
const TASTES: [Taste; 2] = [
    Taste { crossing: 4, apart: 1, shape: 40.0, area: 20.0 },
    Taste { crossing: 4, apart: 3, shape: 200.0, area: 40.0 },
];
/// The weights of a level line and of a line that runs upwards.
const LEVEL: i64 = 40;
const UPWARDS: i64 = 40;
/// The sheets that read well, by their width for their height, before lines make them higher.
const ASPECT: (f64, f64) = (0.9, 1.9);
/// Up to how many elements other rows are looked for, and how many elements are laid on the way.
const SMALL: usize = 400;
const WORK: usize = 80_000;
/// How many of the last steps are drawn, to see which is best.
const DRAWN: usize = 8;

impl Search<'_> {
    /// The plans that are worth drawing: that of these rows, and of others that cross less.
    pub(super) fn arrangements(&self, rows: Rows) -> Vec<Arrangement> {
        let first = self.lay(Choice { rows, apart: BTreeSet::new() }, TASTES[0], None);
        let elements = first.plan.elements.len();
        let is_good = first.crossings <= self.graph.edges.len() as i64 / 5;
        if is_good || elements > SMALL || !self.is_free {
            return vec![first];
        }
        let mut steps = Vec::new();
        for taste in TASTES {
            let found = self.steps(&first.choice, taste, WORK / elements.max(1));
            let last = found.len().saturating_sub(DRAWN);
            steps.extend(found.into_iter().skip(last));
        }
        let found = steps.into_iter().map(|choice| self.lay(choice, TASTES[0], None));
        std::iter::once(first).chain(found).collect()
    }

    /// What is found on the way to the best choice that can be reached by steps which each help.
    fn steps(&self, first: &Choice, taste: Taste, tries: usize) -> Vec<Choice> {
        let mut best = self.lay(first.clone(), taste, Some(TRIAL));
        let mut steps = Vec::new();
        // Through all steps once more behind each that helps, until none of a whole round does.
        let mut candidates = self.moves(&best);
        let (mut at, mut since) = (0, 0);
        let mut laid = 0;
        while laid < tries && since < candidates.len() {
            let candidate = candidates[at % candidates.len()].clone();
            at += 1;
            since += 1;
            // A step seldom saves half of the crossings; where it would have to, nothing is laid.
            let others = self.fixed(&candidate, taste).0;
            if others + taste.crossing * (best.crossings / 2) >= best.cost {
                continue;
            }
            laid += 1;
            let effort = Effort { climbs: best.crossings + SLACK, ..TRIAL };
            let tried = self.lay(candidate, taste, Some(effort));
            if tried.cost < best.cost {
                steps.push(tried.choice.clone());
                best = tried;
                candidates = self.moves(&best);
                since = 0;
            }
        }
        steps
    }

    fn lay(&self, choice: Choice, taste: Taste, effort: Option<Effort>) -> Arrangement {
        let (mut plan, nets) = lanes::lay(
            self.graph,
            self.tree,
            self.replicas,
            &choice.rows,
            self.labels,
            &choice.apart,
        );
        let effort = effort.unwrap_or(Effort::of(plan.elements.len()));
        let crossings = order::order(&mut plan, effort);
        let (fixed, strange) = self.fixed(&choice, taste);
        let cost = taste.crossing * crossings + fixed;
        Arrangement { choice, plan, nets, cost, crossings, strange }
    }

    /// What the size of the sheet and its shape cost.
    fn sheet(&self, rows: &Rows, taste: Taste) -> i64 {
        let (width, height) = (self.shape)(rows);
        let (width, height) = (f64::from(width.max(1)), f64::from(height.max(1)));
        let aspect = width / height;
        let bad = (ASPECT.0 / aspect).max(aspect / ASPECT.1).max(1.0);
        (taste.shape * ln(bad) + taste.area * ln(width * height)) as i64
    }

    /// What is one step away.
    fn moves(&self, now: &Arrangement) -> Vec<Choice> {
        let Choice { rows, apart } = &now.choice;
        let moved = self.moved(rows).into_iter();
        let mut all: Vec<Choice> =
            moved.map(|rows| Choice { rows, apart: apart.clone() }).collect();
        let mut toggle = |edges: &[usize]| {
            let mut apart = apart.clone();
            for edge in edges {
                if !apart.remove(edge) {
                    apart.insert(*edge);
                }
            }
            all.push(Choice { rows: rows.clone(), apart });
        };
        for net in now.nets.iter().filter(|net| net.edges.len() > 1) {
            toggle(&net.edges);
            for edge in &net.edges {
                toggle(&[*edge]);
            }
        }
        all
    }

    /// What a choice costs whatever crosses, and how many lines do not run the way of reading.
    fn fixed(&self, choice: &Choice, taste: Taste) -> (i64, usize) {
        let (against, strange) = self.against(&choice.rows);
        let apart = taste.apart * choice.apart.len() as i64;
        (against + apart + self.sheet(&choice.rows, taste), strange)
    }

    /// What the lines cost that do not point downwards.
    fn against(&self, rows: &Rows) -> (i64, usize) {
        let index = nets::row_index(rows);
        let row_of = |item: Item| index.get(&item).copied().unwrap_or(0);
        let mut strange = 0;
        let mut cost = |edge: &crate::graph::Edge| {
            let course = nets::course(self.tree, &row_of, edge);
            match course.kind {
                Kind::Level if edge.peer => 0,
                Kind::Level => {
                    strange += 1;
                    LEVEL
                }
                Kind::Down if course.is_reversed && !edge.peer => {
                    strange += 1;
                    UPWARDS
                }
                _ => 0,
            }
        };
        (self.graph.edges.iter().map(&mut cost).sum(), strange)
    }

    /// The rows with one thing in another row.
    fn moved(&self, rows: &Rows) -> Vec<Rows> {
        let mut all = Vec::new();
        for container in 0..rows.of.len() {
            let own = &rows.of[container];
            for from in 0..own.len() {
                for unit in self.units(&own[from]) {
                    let mut without = own.clone();
                    let moved: Vec<Item> = without[from].drain(unit).collect();
                    for to in 0..own.len() {
                        if to == from {
                            continue;
                        }
                        let mut with = without.clone();
                        with[to].extend(&moved);
                        all.push(with_rows(rows, container, with));
                    }
                    for before in 0..=own.len() {
                        let mut with = without.clone();
                        with.insert(before, moved.clone());
                        all.push(with_rows(rows, container, with));
                    }
                }
            }
        }
        all
    }

    /// What moves together: copies of a kind side by side.
    fn units(&self, row: &[Item]) -> Vec<std::ops::Range<usize>> {
        let mut units: Vec<std::ops::Range<usize>> = Vec::new();
        for at in 0..row.len() {
            match units.last_mut() {
                Some(last) if self.replicas.follows(self.graph, row[at - 1], row[at]) => {
                    last.end = at + 1;
                }
                _ => units.push(at..at + 1),
            }
        }
        units
    }
}

/// How many crossings more than the best order so far an order may have to be looked into.
const SLACK: i64 = 2;
/// How hard an order is looked for while rows are tried.
const TRIAL: Effort = Effort { starts: 1, sweeps: 4, sifts: order::SIFTS, climbs: i64::MAX };

fn with_rows(rows: &Rows, container: usize, mut with: Vec<Vec<Item>>) -> Rows {
    with.retain(|row| !row.is_empty());
    let mut changed = rows.clone();
    changed.of[container] = with;
    changed
}
