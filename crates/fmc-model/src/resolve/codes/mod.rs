//! Every kind of fault that can be found while a file is resolved, family by family.
//!
//! The first two digits of a code are its family: `01` is what is wrong with a file before anybody
//! asks what it means (see `read::codes`), and the others are here. Questions that are asked of the
//! whole cloud have families of their own, behind [`OTHERS`].

mod addresses;
mod apps;
mod failover;
mod file;
mod hosts;
mod names;
mod networks;
mod order;
mod roles;
mod vips;

pub use addresses::*;
pub use apps::*;
pub use failover::*;
pub use file::*;
pub use hosts::*;
pub use names::*;
pub use networks::*;
pub use order::*;
pub use roles::*;
pub use vips::*;

pub use super::suppress::misuse;

use crate::Code;

/// The last family of codes that are found while a file is resolved. Those behind it are of questions
/// that are asked of a whole cloud, and are declared beside these.
pub const OTHERS: u32 = 7;

/// Whether a code is written as those of questions are.
pub fn is_of_question(id: &str) -> bool {
    let digits = id.strip_prefix("FMC").filter(|it| it.len() == 4);
    let number = digits.and_then(|it| it.parse::<u32>().ok());
    number.is_some_and(|it| (OTHERS + 1..20).contains(&(it / 100)))
}

/// Every code of a file and its meaning, in order.
pub fn all() -> Vec<&'static Code> {
    [
        crate::read::codes::CODES,
        names::CODES,
        hosts::CODES,
        addresses::CODES,
        networks::CODES,
        vips::CODES,
        failover::CODES,
        roles::CODES,
        order::CODES,
        file::CODES,
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Language, Severity};

    #[test]
    fn ids_are_sorted_and_each_is_given_once() {
        let ids: Vec<&str> = all().iter().map(|it| it.id).collect();
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
        for id in ids {
            let digits = id.strip_prefix("FMC").unwrap_or_default();
            assert!(digits.len() == 4 && digits.bytes().all(|it| it.is_ascii_digit()), "{id}");
        }
    }

    #[test]
    fn families_have_no_gaps() {
        let all = all();
        for pair in all.windows(2) {
            let (before, after) = (pair[0].id, pair[1].id);
            let number = |id: &str| id[5..].parse::<u32>().unwrap_or_default();
            let expected = if before[..5] == after[..5] { number(before) + 1 } else { 1 };
            assert_eq!(number(after), expected, "{before}, {after}");
        }
    }

    #[test]
    fn both_languages_say_everything() {
        for code in all() {
            for language in [Language::English, Language::Spanish] {
                let (title, reason) = (code.title.get(language), code.reason.get(language));
                assert!(!title.trim().is_empty(), "{}", code.id);
                assert!(!title.ends_with('.'), "{}: {title}", code.id);
                assert!(reason.ends_with('.'), "{}: {reason}", code.id);
            }
            assert_ne!(code.title.0, code.title.1, "{}", code.id);
            assert_ne!(code.reason.0, code.reason.1, "{}", code.id);
        }
    }

    #[test]
    fn examples_are_there_and_differ() {
        for code in all() {
            assert_ne!(code.failing, code.mended, "{}", code.id);
            for example in [code.failing, code.mended] {
                assert!(!example.trim().is_empty() && example.ends_with('\n'), "{}", code.id);
            }
        }
    }

    #[test]
    fn only_these_codes_are_warnings() {
        let warnings = all().into_iter().filter(|it| it.severity == Severity::Warning);
        let warnings: Vec<&str> = warnings.map(|it| it.id).collect();
        assert_eq!(warnings, [SINGLE_MEMBER.id, UNUSED_DISK.id, SUPPRESSION_ENDED.id]);
    }
}
