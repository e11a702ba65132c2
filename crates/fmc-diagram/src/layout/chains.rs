//! Which elements of a big picture stand on one straight line.
//!
//! A line that passes many rows is hardly ever better off with a bend on the way, so what it passes is
//! one place, not many (as in Brandes and Köpf's blocks): a small part of the places is left to solve. Where
//! two such lines cross, one of them may bend there.

use super::plan::{ElementIndex, Link, Plan, Spot, UPPER};

/// Pictures of fewer elements are solved element by element.
const BIG: usize = 1500;

/// The chain of each element, and how many there are.
pub(super) fn chains(plan: &Plan) -> (Vec<usize>, usize) {
    let count = plan.elements.len();
    if count < BIG {
        return ((0..count).collect(), count);
    }
    let place = places(plan);
    let is_inner = |element: ElementIndex| matches!(plan.elements[element].spot, Spot::Pass(..));
    let mut links: Vec<&Link> =
        plan.links.iter().filter(|it| is_inner(it.upper) && is_inner(it.lower)).collect();
    links.sort_by_key(|it| (it.channel, place[UPPER][it.upper], place[1 - UPPER][it.lower]));
    let mut below: Vec<Option<ElementIndex>> = vec![None; count];
    let mut has_above = vec![false; count];
    for channel in links.chunk_by(|one, two| one.channel == two.channel) {
        // From the left: what would cross a line that was kept straight is none.
        let mut most = None;
        for link in channel {
            let at = place[1 - UPPER][link.lower];
            if below[link.upper].is_none() && !has_above[link.lower] && most < Some(at) {
                below[link.upper] = Some(link.lower);
                has_above[link.lower] = true;
                most = Some(at);
            }
        }
    }
    let mut chain = vec![0; count];
    let mut chains = 0;
    for start in (0..count).filter(|element| !has_above[*element]) {
        let mut next = Some(start);
        while let Some(element) = next {
            chain[element] = chains;
            next = below[element];
        }
        chains += 1;
    }
    (chain, chains)
}

/// Where each element stands above the channel under it, and below the one over it.
fn places(plan: &Plan) -> [Vec<usize>; 2] {
    let mut place = [vec![0; plan.elements.len()], vec![0; plan.elements.len()]];
    for row in plan.rows.iter().flatten() {
        let mut next = [0, 0];
        for slot in row {
            for side in [0, 1] {
                for element in plan.elements_of(slot, 1 - side) {
                    place[side][*element] = next[side];
                    next[side] += 1;
                }
            }
        }
    }
    // The borders of a cluster, seen from its inside.
    for sides in &plan.cluster_ports {
        for (side, list) in sides.iter().enumerate() {
            for (at, element) in list.iter().enumerate() {
                place[side][*element] = at;
            }
        }
    }
    place
}
