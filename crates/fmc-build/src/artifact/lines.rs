//! JSON as lines, each with the cause of the list item that it belongs to.

use fmc_config::{Cause, Printed};
use serde::Serialize;

/// Prints a value as JSON, indented by two. `cause` tells the cause of the item of this number in the
/// list of this section and key (`storage`, `files`); what is in none has that of the whole.
pub(super) fn json(
    value: &impl Serialize,
    whole: &Cause,
    cause: impl Fn(&str, &str, usize) -> Option<Cause>,
) -> Printed {
    // Structs of text, numbers and lists: JSON can say all of it.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut out = Printed::default();
    let (mut section, mut list, mut item) = ("", "", 0);
    for line in text.lines() {
        let inner = line.trim_start();
        let depth = (line.len() - inner.len()) / 2;
        let key = inner.strip_prefix('"').and_then(|it| it.split('"').next());
        match (depth, key) {
            (1, Some(key)) => (section, list, item) = (key, "", 0),
            (2, Some(key)) => (list, item) = (key, 0),
            (3, _) if inner == "{" => item += 1,
            _ => {}
        }
        let inside = depth >= 3 && item > 0;
        let of_item = inside.then(|| cause(section, list, item - 1)).flatten();
        out.push(line, of_item.as_ref().unwrap_or(whole));
    }
    out
}
