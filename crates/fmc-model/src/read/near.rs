//! "Did you mean": the nearest word out of those that would be right.

use crate::{Diagnostic, text};
use fmc_config::Place;

/// The candidate that a slip of the fingers would turn into `word`: at most a third of its letters
/// differ (a swap of neighbours counts once). Among equally near ones the first wins.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        // Comparing words of very different length is wasted work in a cloud of 10,000 names.
        .filter(|it| it.len().abs_diff(word.len()) <= limit + 2)
        .map(|it| (strsim::damerau_levenshtein(&lower, &it.to_lowercase()), it))
        .filter(|it| it.0 <= limit)
        .min_by_key(|it| it.0)
        .map(|it| it.1)
}

/// Adds the advice for a word that is not known: the nearest one, or else all that there are.
pub fn did_you_mean(
    diagnostic: Diagnostic,
    word: &str,
    place: Place,
    candidates: &[&str],
) -> Diagnostic {
    if let Some(near) = closest(word, candidates.iter().copied()) {
        return diagnostic.mend(
            text!("did you mean `{near}`?", "¿quiso decir `{near}`?"),
            place,
            near,
        );
    }
    if candidates.is_empty() {
        return diagnostic;
    }
    let mut shown: Vec<&str> = Vec::new();
    for candidate in candidates {
        if shown.len() == 30 {
            shown.push("…");
            break;
        }
        if !shown.contains(candidate) {
            shown.push(candidate);
        }
    }
    let list = shown.join(", ");
    diagnostic.hint(text!("there are: {list}", "hay: {list}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let keys = ["address", "gateway", "label", "nics"];
        assert_eq!(closest("adress", keys), Some("address"));
        assert_eq!(closest("nisc", keys), Some("nics"));
        assert_eq!(closest("Label", keys), Some("label"));
        assert_eq!(closest("colour", keys), None);
    }
}
