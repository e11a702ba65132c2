//! What `fmc explain` shows of questions is asked: every code's two clouds.

mod common;

use common::found;
use fmc_check::question::{codes as all_codes, questions};
use fmc_model::{Code, Diagnostics, Language, codes};

/// Findings that are true of nearly every small cloud, so that they may stand beside another one.
const EVERYWHERE: &[&str] = &["FMC0901"];

fn of_questions() -> Vec<&'static Code> {
    questions().map(|it| &it.code).collect()
}

fn told(found: &Diagnostics) -> String {
    let line = |it: &fmc_model::Diagnostic| format!("{} {}\n", it.code.id, it.message.en);
    found.iter().map(line).collect()
}

#[test]
fn what_fails_fails_and_what_is_mended_is_clean() {
    let mut wrong = Vec::new();
    for code in of_questions() {
        let others = |it: &&str| *it == code.id || !EVERYWHERE.contains(it);
        let failing = found(code.failing);
        let ids: Vec<&str> = failing.iter().map(|it| it.code.id).filter(others).collect();
        if ids != [code.id] {
            wrong.push(format!("{} fails with {ids:?}\n{}", code.id, told(&failing)));
        }
        let mended = found(code.mended);
        if mended.iter().map(|it| it.code.id).any(|it| others(&it)) {
            wrong.push(format!("{} is not mended\n{}", code.id, told(&mended)));
        }
        for it in failing.iter() {
            assert!(!it.hints.is_empty(), "{} has no hint", it.code.id);
            for text in it.hints.iter().map(|it| &it.text).chain([&it.message]) {
                assert!(!text.es.is_empty() && text.en != text.es, "{}: {}", code.id, text.en);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn codes_of_questions_are_in_order_and_behind_the_others() {
    let ids: Vec<&str> = all_codes().iter().map(|it| it.id).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    for code in of_questions() {
        assert!(codes::is_of_question(code.id), "{}", code.id);
    }
    assert!(codes::all().iter().all(|it| !codes::is_of_question(it.id)));
    for pair in of_questions().windows(2) {
        let (before, after) = (pair[0].id, pair[1].id);
        let number = |id: &str| id[5..].parse::<u32>().unwrap_or_default();
        let expected = if before[..5] == after[..5] { number(before) + 1 } else { 1 };
        assert_eq!(number(after), expected, "{before}, {after}");
    }
}

#[test]
fn both_languages_say_everything() {
    for code in of_questions() {
        for language in [Language::English, Language::Spanish] {
            let (title, reason) = (code.title.get(language), code.reason.get(language));
            assert!(!title.trim().is_empty() && !title.ends_with('.'), "{}: {title}", code.id);
            assert!(reason.ends_with('.'), "{}: {reason}", code.id);
        }
        assert_ne!(code.title.0, code.title.1, "{}", code.id);
        assert_ne!(code.reason.0, code.reason.1, "{}", code.id);
        for example in [code.failing, code.mended] {
            assert!(!example.trim().is_empty() && example.ends_with('\n'), "{}", code.id);
        }
    }
}

#[test]
fn what_is_suppressed_is_not_told_and_unknown_codes_are() {
    let of = |suppress: &str| {
        let yaml = format!("{}suppress:\n{suppress}", codes_failing("FMC1101"));
        let found = found(&yaml);
        let ids: Vec<&str> =
            found.iter().map(|it| it.code.id).filter(|it| !EVERYWHERE.contains(it)).collect();
        ids.join(" ")
    };
    assert_eq!(of("  - { code: FMC1101, reason: it swaps }\n"), "");
    assert_eq!(
        of("  - { code: FMC1101, reason: it swaps, until: \"2000-01-01\" }\n"),
        "FMC1101 FMC0703"
    );
    assert_eq!(of("  - { code: FMC1999, reason: nothing }\n"), "FMC1101 FMC0702");
    assert_eq!(of("  - { code: FMC1101, about: metal, reason: it swaps }\n"), "");
    assert_eq!(of("  - { code: FMC1101, about: another, reason: it swaps }\n"), "FMC1101");
}

fn codes_failing(id: &str) -> &'static str {
    of_questions().into_iter().find(|it| it.id == id).expect("a code").failing
}
