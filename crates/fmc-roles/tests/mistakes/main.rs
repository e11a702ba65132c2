//! Mistakes that people make, one at a time, in the founding cloud.
//!
//! Each row is one edit of `examples/flatcarmicrocloud.yaml`. It says which finding must come of
//! it, at which word, and how the advice mends it; the mended file has no finding left. One mistake
//! has one finding: what follows from it is not told.

mod addresses;
#[path = "../common/mod.rs"]
mod common;
mod language;
mod programs;
mod references;
mod roles;
mod vips;

use common::{Outcome, outcome};
use fmc_model::{Diagnostic, Text};
use std::collections::HashSet;

const FOUNDING: &str = include_str!("../../../../examples/flatcarmicrocloud.yaml");

/// One edit of the founding file and what must be said of it.
struct Mistake {
    /// What stands there, once.
    find: &'static str,
    /// What is put there. `«…»` marks the words at which the finding points.
    put: &'static str,
    /// Those words, where they stand elsewhere: they and enough around them to be there once.
    at: Option<&'static str>,
    code: &'static str,
    mend: Mend,
}

/// How the finding is mended.
enum Mend {
    /// By its own edit, which writes this.
    Edit(&'static str),
    /// By a hand that follows advice with these words in it, and puts the second text where the
    /// first stands once.
    Hand(&'static str, Option<&'static str>, &'static str),
}

/// Somebody wrote `put` instead of `find`.
const fn wrote(find: &'static str, put: &'static str) -> Mistake {
    Mistake { find, put, at: None, code: "", mend: Mend::Edit("") }
}

impl Mistake {
    /// It is found under this code.
    const fn is(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    /// The finding points elsewhere.
    const fn at(mut self, at: &'static str) -> Self {
        self.at = Some(at);
        self
    }

    /// A machine mends it by writing this.
    const fn edit(mut self, text: &'static str) -> Self {
        self.mend = Mend::Edit(text);
        self
    }

    /// The advice says `words`; whoever follows it writes `mended` instead of what was put.
    const fn hand(mut self, words: &'static str, mended: &'static str) -> Self {
        self.mend = Mend::Hand(words, None, mended);
        self
    }

    /// The advice says `words`; whoever follows it writes `mended` instead of `find`.
    const fn hand_at(
        mut self,
        words: &'static str,
        find: &'static str,
        mended: &'static str,
    ) -> Self {
        self.mend = Mend::Hand(words, Some(find), mended);
        self
    }

    /// Everything that is wrong with what is said of it.
    fn complaints(&self) -> Vec<String> {
        let put = self.put.replace(['«', '»'], "");
        let (edited, start) = replace_once(FOUNDING, self.find, &put);
        let found = outcome(edited.as_bytes(), &[]);
        let mut wrong = Vec::new();
        if found.diagnostics.len() != 1 {
            wrong.push(format!("{} findings", found.diagnostics.len()));
        }
        let Some(first) = found.diagnostics.iter().next() else { return wrong };
        if first.code.id != self.code {
            wrong.push(format!("{} is the first, not {}", first.code.id, self.code));
        }
        wrong.extend(self.misplaced(first, &found, &edited, start));
        wrong.extend(unsaid(first));
        match &self.mend {
            Mend::Edit(text) => wrong.extend(not_mended_by_edit(first, &edited, text)),
            Mend::Hand(words, find, mended) => {
                if !first.hints.iter().any(|it| it.text.en.contains(words)) {
                    wrong.push(format!("no advice says {words:?}"));
                }
                if first.hints.iter().any(|it| it.edit.is_some()) {
                    wrong.push("a machine could mend it".to_owned());
                }
                let mended = match find {
                    Some(find) => replace_once(&edited, find, mended).0,
                    None => replace_once(FOUNDING, self.find, mended).0,
                };
                wrong.extend(not_clean(&mended, "the advice"));
            }
        }
        if !wrong.is_empty() {
            wrong.push(format!("said was:\n{}", found.told()));
        }
        wrong
    }

    /// Whether the finding lights up anything but the marked words.
    fn misplaced(
        &self,
        first: &Diagnostic,
        found: &Outcome,
        edited: &str,
        start: usize,
    ) -> Option<String> {
        let marked = self.at.unwrap_or(self.put);
        let open = marked.find('«').expect("a mark");
        let close = marked.find('»').expect("the end of a mark");
        let words = &marked[open + '«'.len_utf8()..close];
        let byte = match self.at {
            Some(at) => once(edited, &at.replace(['«', '»'], "")) + open,
            None => start + open,
        };
        let sources = &found.loaded.sources;
        let expected = (line_column(edited, byte), words);
        let place = sources.line_column(first.place);
        let actual = (format!("{}:{}", place.line, place.column), sources.slice(first.place));
        (actual != expected).then(|| format!("it points at {actual:?}, not at {expected:?}"))
    }
}

/// Where `part` stands in `text`, which it does once.
#[track_caller]
fn once(text: &str, part: &str) -> usize {
    assert_eq!(text.matches(part).count(), 1, "{part:?} must be there once");
    text.find(part).expect("it is there")
}

#[track_caller]
fn replace_once(text: &str, find: &str, put: &str) -> (String, usize) {
    let start = once(text, find);
    (format!("{}{put}{}", &text[..start], &text[start + find.len()..]), start)
}

/// `LINE:COLUMN`, in characters, counted here in another way than the program counts.
fn line_column(text: &str, byte: usize) -> String {
    let before: Vec<&str> = text[..byte].split('\n').collect();
    let column = before.last().map_or(0, |it| it.chars().count());
    format!("{}:{}", before.len(), column + 1)
}

/// Sentences that are missing, the same in both languages, or not filled in.
fn unsaid(it: &Diagnostic) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut look = |what: &str, text: &Text| {
        if text.es.trim().is_empty() || text.en.trim().is_empty() {
            wrong.push(format!("an empty {what}"));
        }
        if text.en == text.es {
            wrong.push(format!("a {what} in one language: {}", text.en));
        }
        // A brace that is meant stands alone, or has a space behind it as in `{ vips: [api] }`.
        let unfilled = |it: &str| it.split('{').skip(1).any(|rest| !rest.starts_with([' ', '`']));
        if unfilled(&text.en) || unfilled(&text.es) {
            wrong.push(format!("a {what} that was not filled in: {}", text.en));
        }
    };
    look("message", &it.message);
    it.labels.iter().for_each(|label| look("label", &label.text));
    it.hints.iter().for_each(|hint| look("hint", &hint.text));
    if it.hints.is_empty() {
        wrong.push("no hint".to_owned());
    }
    wrong
}

fn not_mended_by_edit(it: &Diagnostic, edited: &str, text: &str) -> Vec<String> {
    let Some(edit) = it.hints.iter().find_map(|hint| hint.edit.as_ref()) else {
        return vec!["no machine could mend it".to_owned()];
    };
    let mut wrong = Vec::new();
    if edit.text != text {
        wrong.push(format!("the edit writes {:?}, not {text:?}", edit.text));
    }
    let (start, end) = (edit.place.start as usize, edit.place.end as usize);
    let mended = format!("{}{}{}", &edited[..start], edit.text, &edited[end..]);
    wrong.extend(not_clean(&mended, "the edit"));
    wrong
}

fn not_clean(mended: &str, by: &str) -> Option<String> {
    let found = outcome(mended.as_bytes(), &[]);
    (!found.diagnostics.is_empty()).then(|| format!("{by} leaves:\n{}", found.told()))
}

fn all() -> Vec<&'static Mistake> {
    [
        language::ALL,
        language::VALUES,
        addresses::ALL,
        vips::ALL,
        references::ALL,
        roles::ALL,
        programs::ALL,
    ]
    .iter()
    .flat_map(|it| it.iter())
    .collect()
}

#[test]
fn the_founding_file_is_clean() {
    assert_eq!(not_clean(FOUNDING, "nothing"), None);
    assert!(outcome(FOUNDING.as_bytes(), &[]).cloud.is_some());
}

#[test]
fn each_is_found_where_it_is_and_mended() {
    let mut failures = Vec::new();
    for mistake in all() {
        let wrong = mistake.complaints();
        if !wrong.is_empty() {
            let put = mistake.put;
            failures.push(format!("{put}\n- {}", wrong.join("\n- ")));
        }
    }
    assert!(failures.is_empty(), "{}\n\n{} rows", failures.join("\n\n"), failures.len());
}

#[test]
fn there_are_many_and_each_is_its_own() {
    let rows = all();
    let different: HashSet<(&str, &str)> = rows.iter().map(|it| (it.find, it.put)).collect();
    assert_eq!(different.len(), rows.len());
    assert!(rows.len() >= 70, "{} rows", rows.len());
}
