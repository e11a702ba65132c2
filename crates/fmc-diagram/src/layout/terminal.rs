//! Pictures for a terminal have a width that they must not pass: ever narrower ones are tried.

use super::dress::Room;
use super::tighten::tightened;
use super::{Medium, Terms, place_with};
use crate::graph::{Direction, Graph};
use crate::scene::{PlacedNode, Scene};

/// How many cells a line on a card, in a title and in a label has; each is tried after the other.
const ROOMS: [[f64; 3]; 7] = [
    [38.0, 60.0, 24.0],
    [32.0, 60.0, 20.0],
    [27.0, 52.0, 18.0],
    [22.0, 44.0, 15.0],
    [18.0, 36.0, 12.0],
    [14.0, 20.0, 10.0],
    [12.0, 20.0, 8.0],
];

/// Words up to these lengths are kept whole; shorter ones only where nothing else fits.
const WORDS: [f64; 3] = [38.0, 20.0, 8.0];

/// How long rows may get, in hundredths of the width: lines beside them need room too.
const SHARES: [i32; 7] = [100, 85, 70, 50, 30, 20, 10];

/// Up to how many nodes every share is tried with every room, and shorter words too.
const FEW: usize = 40;

/// A graph with more nodes fits no terminal; it gets the first attempt, whatever its width.
const MANY: usize = 150;

/// Lays a graph out so that it is no wider than this, where that is possible, and not high then.
pub(super) fn place(graph: &Graph, width: usize) -> Scene {
    let medium = Medium::Terminal { width };
    let most = (width as f64 - 4.0).max(8.0);
    let attempt =
        |graph: &Graph, word: f64, [card, title, label]: [f64; 3], share: i32, improves| {
            let (card, title, word) = (card.min(most), title.min(most), word.min(most));
            let room = Room { card, title, label, word, ..Room::of(medium) };
            let longest = Some(width as i32 * share / 100);
            let scene = place_with(graph, medium, Terms { room, longest, improves });
            let scene = tightened(scene);
            Attempt { fits: scene.width <= width as f64, is_clean: is_clean(&scene), scene }
        };
    let mut best = attempt(graph, WORDS[0], ROOMS[0], SHARES[0], true);
    if best.fits && best.is_clean {
        return best.scene;
    }
    // A page is as long as is needed, but only as wide as it is.
    let down = Graph { direction: Direction::Down, ..graph.clone() };
    let nodes = graph.nodes.len();
    let tries = if nodes <= FEW { WORDS.len() } else { usize::from(nodes <= MANY) };
    for word in &WORDS[..tries] {
        let mut good = 0;
        for (step, room) in ROOMS.into_iter().enumerate() {
            let shares = if graph.nodes.len() <= FEW { &SHARES[..] } else { &SHARES[step..=step] };
            for share in shares {
                best = best.or(attempt(&down, *word, room, *share, true));
            }
            // Narrower cards than those that fit are tried once: with shorter lines, rows may get by
            // with less.
            good += usize::from(best.fits && best.is_clean);
            if good == 2 {
                break;
            }
        }
        if good > 0 {
            break;
        }
    }
    // A cell is coarse: where lines were moved onto a card, none are moved.
    for room in ROOMS {
        if best.is_clean {
            break;
        }
        best = best.or(attempt(&down, WORDS[0], room, SHARES[0], false));
    }
    best.scene
}

/// One way to lay a graph out.
struct Attempt {
    fits: bool,
    is_clean: bool,
    scene: Scene,
}

impl Attempt {
    /// The better one of two: it is clean, it fits, it is lower or else narrower.
    fn or(self, other: Self) -> Self {
        let size = |it: &Self| if it.fits { it.scene.height } else { it.scene.width };
        let (own, new) = ((self.is_clean, self.fits), (other.is_clean, other.fits));
        if new > own || new == own && size(&other) < size(&self) { other } else { self }
    }
}

/// Whether no line runs over the card of a node that it does not end at.
fn is_clean(scene: &Scene) -> bool {
    scene.edges.iter().all(|edge| {
        let strange = |node: &&PlacedNode| node.id != edge.from && node.id != edge.to;
        scene.nodes.iter().filter(strange).all(|node| {
            let area = node.area;
            edge.route.windows(2).all(|piece| {
                let (one, two) = (piece[0], piece[1]);
                one.x.max(two.x) < area.x
                    || one.x.min(two.x) >= area.right()
                    || one.y.max(two.y) < area.y
                    || one.y.min(two.y) >= area.bottom()
            })
        })
    })
}
