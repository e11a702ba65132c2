//! A small change of the file moves little of the picture.
#![expect(clippy::print_stdout, reason = "the figures are for people to read")]

#[path = "../../../fmc-diagram/tests/common/moves.rs"]
mod moves;

use crate::{EXAMPLES, cloud, drawn};
use fmc_diagram::layout::{Medium, place};
use fmc_diagram::scene::Scene;
use fmc_draw::VIEWS;
use moves::between;

/// A change of the founding file.
struct Change {
    what: &'static str,
    from: &'static str,
    to: &'static str,
}

/// How many of a hundred pairs of nodes may change sides, in the mean over all views.
const MOST: f64 = 10.0;

const CHANGES: &[Change] = &[
    Change { what: "a worker is added", from: "worker[1-3]:", to: "worker[1-4]:" },
    Change {
        what: "a note is removed",
        from: "    note: DNS interno y sincronización horaria\n",
        to: "",
    },
    Change {
        what: "a label becomes longer",
        from: "label: PostgreSQL",
        to: "label: PostgreSQL (principal)",
    },
    Change { what: "a host is renamed", from: "freeipa1", to: "identity1" },
    Change {
        what: "a host gets a label",
        from: "storage1:\n    note",
        to: "storage1:\n    label: Storage\n    note",
    },
];

fn scenes(text: &str) -> Vec<Scene> {
    let cloud = cloud(text);
    VIEWS.iter().map(|it| place(&drawn(&cloud, it.name), Medium::Paper)).collect()
}

#[test]
fn small_changes_of_the_file_move_little() {
    let founding = EXAMPLES[0].1;
    let before = scenes(founding);
    let mut worse = Vec::new();
    for change in CHANGES {
        assert!(founding.contains(change.from), "{}", change.from);
        let after = scenes(&founding.replace(change.from, change.to));
        let name = |id: &str| {
            id.replace("freeipa1", if change.to == "identity1" { change.to } else { "freeipa1" })
        };
        let (mut swapped, mut line) = (0.0, format!("{}:", change.what));
        for (view, (before, after)) in VIEWS.iter().zip(before.iter().zip(&after)) {
            let moves = between(before, after, name);
            swapped += moves.swapped * 100.0 / VIEWS.len() as f64;
            line.push_str(&format!(
                " {} {:.0} % ({:.0} %, {:.1} u)",
                view.name,
                moves.swapped * 100.0,
                moves.neighbours * 100.0,
                moves.distance
            ));
        }
        println!("{line}");
        if swapped > MOST {
            worse.push(line);
        }
    }
    assert!(worse.is_empty(), "more changed sides than may:\n{}", worse.join("\n"));
}
