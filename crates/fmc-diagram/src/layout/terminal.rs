//! Pictures for a terminal have a width that they must not pass: ever narrower ones are tried.

use super::dress::Room;
use super::{Medium, place_with};
use crate::graph::{Direction, Graph};
use crate::scene::Scene;

/// How many cells a line on a card, in a title and in a label has; each is tried after the other.
const ROOMS: [[f64; 3]; 6] = [
    [38.0, 60.0, 24.0],
    [32.0, 60.0, 20.0],
    [27.0, 50.0, 16.0],
    [22.0, 36.0, 12.0],
    [18.0, 28.0, 10.0],
    [14.0, 20.0, 8.0],
];

/// How long rows may get, in hundredths of the width: lines beside them need room too.
const SHARES: [i32; 6] = [100, 85, 70, 50, 30, 10];

/// Up to how many nodes every share is tried with every room.
const FEW: usize = 60;

/// A graph with more nodes fits no terminal; it gets the first attempt, whatever its width.
const MANY: usize = 150;

/// Lays a graph out so that it is no wider than this, where that is possible, and not high then.
pub(super) fn place(graph: &Graph, width: usize) -> Scene {
    let medium = Medium::Terminal { width };
    let most = (width as f64 - 4.0).max(8.0);
    let attempt = |graph: &Graph, [card, title, label]: [f64; 3], share: i32| {
        let usual = Room::of(medium);
        let room = Room { card: card.min(most), title: title.min(most), label, ..usual };
        place_with(graph, medium, room, Some(width as i32 * share / 100))
    };
    let first = attempt(graph, ROOMS[0], SHARES[0]);
    if first.width <= width as f64 || graph.nodes.len() > MANY {
        return first;
    }
    // A page is as long as is needed, but only as wide as it is.
    let down = Graph { direction: Direction::Down, ..graph.clone() };
    let mut best = first;
    let mut fitting = 0;
    for (step, room) in ROOMS.into_iter().enumerate() {
        let shares = if graph.nodes.len() <= FEW { &SHARES[..] } else { &SHARES[step..=step] };
        for share in shares {
            let scene = attempt(&down, room, *share);
            if is_better(&scene, &best, width as f64) {
                best = scene;
            }
        }
        // Narrower cards than those that fit are tried once: with shorter lines, rows may get by
        // with less.
        fitting += usize::from(best.width <= width as f64);
        if fitting == 2 {
            break;
        }
    }
    best
}

/// Whether a picture suits a width better than another one: it fits, it is lower, it is narrower.
fn is_better(one: &Scene, other: &Scene, width: f64) -> bool {
    match (one.width <= width, other.width <= width) {
        (true, true) => one.height < other.height,
        (false, false) => one.width < other.width,
        (fits, _) => fits,
    }
}
