//! The corners of every line.

use super::across::Across;
use super::down::Down;
use super::plan::{ElementIndex, LOWER, Link, Plan, Spot, UPPER, Way};
use super::tree::Item;

/// A point in the space of the layout: along the rows, across the rows.
pub(super) type Corner = (i32, i32);

/// What routes are made from.
pub(super) struct Router<'a> {
    plan: &'a Plan,
    across: &'a Across,
    down: &'a Down,
    heights: &'a [i32],
    /// The links downwards from each element: where those of each begin, and all of them.
    starts: Vec<u32>,
    links: Vec<u32>,
}

impl<'a> Router<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        across: &'a Across,
        down: &'a Down,
        heights: &'a [i32],
    ) -> Self {
        let mut starts = vec![0_u32; plan.elements.len() + 1];
        for link in &plan.links {
            starts[link.upper + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut links = vec![0; plan.links.len()];
        for (index, link) in plan.links.iter().enumerate() {
            links[next[link.upper] as usize] = index as u32;
            next[link.upper] += 1;
        }
        Self { plan, across, down, heights, starts, links }
    }

    /// The last link between two elements.
    fn link(&self, upper: ElementIndex, lower: ElementIndex) -> Option<&Link> {
        let own = &self.links[self.starts[upper] as usize..self.starts[upper + 1] as usize];
        own.iter().rev().map(|link| &self.plan.links[*link as usize]).find(|it| it.lower == lower)
    }

    /// The corners of an edge from its start to its end; none for those that do not run through rows.
    pub(super) fn route(&self, edge: usize) -> Vec<Corner> {
        let mut route = match &self.plan.ways[edge] {
            Way::Down { elements, is_reversed } => {
                let mut route = vec![self.end(elements[0], LOWER)];
                self.follow(elements, &mut route);
                route.push(self.end(elements[elements.len() - 1], UPPER));
                if *is_reversed {
                    route.reverse();
                }
                route
            }
            Way::Turn { start, end } => {
                let mut route = vec![self.end(start[0], LOWER)];
                self.follow(start, &mut route);
                let mut back = vec![self.end(end[0], LOWER)];
                self.follow(end, &mut back);
                let pair = [start[start.len() - 1], end[end.len() - 1]];
                let turn = self.plan.turns.iter().find(|turn| turn.ends == pair);
                if let Some(turn) = turn
                    && let Some((first, tracks)) = self.down.channel(turn.channel)
                {
                    let [one, two] = turn.ends.map(|end| self.across.elements[end]);
                    let corners = tracks.corners(turn.net, one, two);
                    route.extend(corners.iter().map(|(x, track)| (*x, self.y(*first, *track))));
                }
                route.extend(back.into_iter().rev());
                route
            }
            Way::Beside | Way::Loop => Vec::new(),
        };
        simplify(&mut route);
        route
    }

    fn y(&self, first: i32, track: usize) -> i32 {
        first + track as i32 * self.down.pitch
    }

    fn follow(&self, elements: &[ElementIndex], route: &mut Vec<Corner>) {
        for pair in elements.windows(2) {
            let Some(link) = self.link(pair[0], pair[1]) else { continue };
            let Some((first, tracks)) = self.down.channel(link.channel) else { continue };
            let [upper, lower] = [pair[0], pair[1]].map(|element| self.across.elements[element]);
            let corners = tracks.corners(link.net, upper, lower);
            route.extend(corners.iter().map(|(x, track)| (*x, self.y(*first, *track))));
        }
    }

    /// Where a line leaves its first box downwards, or arrives at its last from above.
    fn end(&self, element: ElementIndex, side: usize) -> Corner {
        let x = self.across.elements[element];
        let y = match self.plan.elements[element].spot {
            Spot::Top(Item::Node(node)) => self.down.nodes[node],
            Spot::Bottom(Item::Node(node)) => self.down.nodes[node] + self.heights[node],
            Spot::Top(Item::Cluster(cluster)) => self.down.clusters[cluster][0],
            Spot::Bottom(Item::Cluster(cluster)) => self.down.clusters[cluster][1],
            Spot::Pass(..) => self.down.elements[element],
        };
        debug_assert!(side == UPPER || side == LOWER);
        (x, y)
    }
}

/// Leaves out what is no corner.
pub(super) fn simplify(route: &mut Vec<Corner>) {
    let corners = &mut route[..];
    let mut kept = 0_usize;
    for at in 0..corners.len() {
        let corner = corners[at];
        if let Some(last) = kept.checked_sub(1).map(|it| corners[it]) {
            if last == corner {
                continue;
            }
            if let Some(before) = kept.checked_sub(2).map(|it| corners[it]) {
                let is_straight = (before.0 == last.0 && last.0 == corner.0)
                    || (before.1 == last.1 && last.1 == corner.1);
                kept -= usize::from(is_straight);
            }
        }
        corners[kept] = corner;
        kept += 1;
    }
    route.truncate(kept);
}

/// Adds a corner to a route that has none too many, as [`simplify`] would.
pub(super) fn add(route: &mut Vec<Corner>, corner: Corner) {
    if let Some(last) = route.last().copied() {
        if last == corner {
            return;
        }
        if let Some(before) = route.len().checked_sub(2).map(|it| route[it]) {
            let is_straight = (before.0 == last.0 && last.0 == corner.0)
                || (before.1 == last.1 && last.1 == corner.1);
            if is_straight {
                route.pop();
            }
        }
    }
    route.push(corner);
}
