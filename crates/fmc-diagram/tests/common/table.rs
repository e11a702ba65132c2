//! What the judge found, as a table.

use super::judge::{Numbers, faults};
use std::fmt::Write as _;

/// One line of the table for each name.
pub(crate) fn of(rows: &[(String, Numbers)]) -> String {
    let mut out = format!(
        "{:<24} {:>5} {:>5} {:>6} {:>7} {:>8} {:>9} {:>6}  faults\n",
        "graph", "nodes", "edges", "X", "bends", "length", "area u2", "w/h"
    );
    for (name, it) in rows {
        let _ = writeln!(
            out,
            "{name:<24} {:>5} {:>5} {:>6} {:>7.1} {:>8.1} {:>9.1} {:>6.2}  {}",
            it["nodes"],
            it["edges"],
            it["crossings"],
            it["bends"],
            it["length_u"],
            it["area_u2"],
            it["aspect"],
            faults(it).join(", ")
        );
    }
    out
}
