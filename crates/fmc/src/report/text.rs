//! Diagnostics for people: the line, what is wrong with it, and the mend.

use crate::output::plain;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use fmc_check::question::secrets_in;
use fmc_model::{Diagnostic, Diagnostics, Language, Place, Severity, Sources};
use std::borrow::Cow;
use std::ops::Range;

/// How much of a line is shown on either side of a fault, in bytes. A line of noise may be
/// megabytes long.
const AROUND: usize = 160;

/// All diagnostics, one after the other, with escape codes for colours.
pub(crate) fn text(diagnostics: &Diagnostics, sources: &Sources, language: Language) -> String {
    // Where secrets stand is looked for in whole files, and nothing is shown of these here.
    if diagnostics.iter().next().is_none() {
        return String::new();
    }
    let page = Page {
        sources,
        language,
        renderer: Renderer::styled().decor_style(DecorStyle::Unicode),
        secrets: sources.iter().map(|it| secrets(it.text())).collect(),
    };
    let mut text = String::new();
    for diagnostic in diagnostics.iter() {
        text.push_str(&page.one(diagnostic));
        text.push_str("\n\n");
    }
    text
}

/// What all findings of a report have in common.
struct Page<'a> {
    sources: &'a Sources,
    language: Language,
    renderer: Renderer,
    /// What must not be shown, by file.
    secrets: Vec<Vec<Range<usize>>>,
}

/// A part of a line that is shown, and what is marked in it.
struct Shown<'a> {
    line: usize,
    path: &'a str,
    text: Cow<'a, str>,
    marks: Vec<(Range<usize>, Option<&'a str>, bool)>,
    start: usize,
}

impl<'a> Page<'a> {
    fn one(&self, diagnostic: &Diagnostic) -> String {
        let language = self.language;
        let mut lines: Vec<Shown<'_>> = Vec::new();
        self.mark(&mut lines, diagnostic.place, None, true);
        for label in &diagnostic.labels {
            self.mark(&mut lines, label.place, Some(label.text.get(language)), false);
        }
        let level = match diagnostic.code.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let level = level.with_name(Some(severity_word(diagnostic.code.severity, language)));
        let title = level.primary_title(plain(diagnostic.message(language))).id(diagnostic.code.id);
        let mut group = Group::with_title(title);
        for shown in &lines {
            let marks = shown.marks.iter().map(|(range, label, primary)| {
                let kind = if *primary { AnnotationKind::Primary } else { AnnotationKind::Context };
                kind.span(range.clone()).label(label.map(plain))
            });
            let snippet =
                Snippet::source(shown.text.as_ref()).line_start(shown.line).path(shown.path);
            group = group.element(snippet.annotations(marks));
        }
        for hint in &diagnostic.hints {
            let word = match language {
                Language::English => "hint",
                Language::Spanish => "pista",
            };
            let advice = Level::HELP.with_name(Some(word)).message(plain(hint.text.get(language)));
            group = group.element(advice);
        }
        self.renderer.render(&[group])
    }

    fn mark<'l>(
        &self,
        lines: &mut Vec<Shown<'l>>,
        place: Place,
        label: Option<&'l str>,
        primary: bool,
    ) where
        'a: 'l,
    {
        let source = self.sources.get(place.file);
        let at = source.line_column(place.start);
        let line = source.line_range(at.line);
        let text = source.text();
        // A fault that spans lines is marked on its first one.
        let start = (place.start as usize).clamp(line.start, line.end);
        let end = (place.end as usize).clamp(start, line.end);
        let window = start.saturating_sub(AROUND).max(line.start)
            ..(end.min(start + AROUND) + AROUND).min(line.end);
        let window = boundary(text, window.start)..boundary(text, window.end);
        let range = |start: usize, end: usize, from: usize, length: usize| {
            start.saturating_sub(from).min(length)..end.saturating_sub(from).min(length)
        };
        let known = lines.iter_mut().find(|it| it.line == at.line && it.path == source.name());
        if let Some(shown) = known {
            let marked = range(start, end, shown.start, shown.text.len());
            shown.marks.push((marked, label, primary));
            return;
        }
        let marked = range(start, end, window.start, window.len());
        let secrets = &self.secrets[usize::from(place.file)];
        lines.push(Shown {
            line: at.line,
            path: source.name(),
            text: showable(secrets, text, window.clone()),
            marks: vec![(marked, label, primary)],
            start: window.start,
        });
    }
}

/// The severity as people read it.
pub(crate) fn severity_word(severity: Severity, language: Language) -> &'static str {
    match (severity, language) {
        (Severity::Error, _) => "error",
        (Severity::Warning, Language::English) => "warning",
        (Severity::Warning, Language::Spanish) => "aviso",
    }
}

/// A window of a text as it may be shown, with a star for each byte of a secret. It is as long as
/// the window, so that marks stay where they are.
fn showable<'t>(secrets: &[Range<usize>], text: &'t str, window: Range<usize>) -> Cow<'t, str> {
    let mut shown = Cow::Borrowed(&text[window.clone()]);
    let inside = secrets.iter().map(|it| it.start.max(window.start)..it.end.min(window.end));
    for secret in inside.filter(|it| it.start < it.end) {
        // Both ways of finding one may find the same.
        let place = secret.start - window.start..secret.end - window.start;
        shown.to_mut().replace_range(place, &"*".repeat(secret.len()));
    }
    // The renderer pictures all control characters but those of the C1 set, which are two bytes long
    // and become something that is as well.
    let steers = |it: char| ('\u{80}'..='\u{9f}').contains(&it);
    if shown.contains(steers) {
        *shown.to_mut() = shown.replace(steers, "\u{b7}");
    }
    shown
}

/// Secrets that stand in clear in a line, and what lies inside of private keys: between `-----BEGIN … PRIVATE KEY…-----` and the next `-----END`
/// ([RFC 7468 §2](https://www.rfc-editor.org/rfc/rfc7468#section-2)), or the end of the text where
/// there is none. A report is read by more people than the file.
fn secrets(text: &str) -> Vec<Range<usize>> {
    const BEGIN: &str = "-----BEGIN ";
    const DASHES: &str = "-----";
    let mut secrets: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices(BEGIN) {
        if secrets.last().is_some_and(|it| at < it.end) {
            continue;
        }
        let label = at + BEGIN.len();
        let Some(length) = text[label..].find(DASHES) else { break };
        if !text[label..label + length].contains("PRIVATE KEY") {
            continue;
        }
        let start = label + length + DASHES.len();
        let end = text[start..].find("-----END").map_or(text.len(), |it| start + it);
        secrets.push(start..end);
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let inside = secrets_in(line).into_iter();
        secrets.extend(inside.map(|it| start + it.start..start + it.end));
        start += line.len();
    }
    secrets
}

/// The next place at or behind `at` where a character begins.
fn boundary(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|it| text.is_char_boundary(*it)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_keys_are_starred_and_public_ones_are_not() {
        let check = |text: &str, expected: &str| {
            let shown = showable(&secrets(text), text, 0..text.len());
            assert_eq!(shown, expected);
            assert_eq!(shown.len(), text.len());
        };
        let begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
        check(
            &format!("k: '{begin}ab ñ-----END x' # c"),
            &format!("k: '{begin}*****-----END x' # c"),
        );
        check(&format!("{begin}ab{begin}cd"), &format!("{begin}{}", "*".repeat(39)));
        check("-----BEGIN PUBLIC KEY-----ab", "-----BEGIN PUBLIC KEY-----ab");
        check("-----BEGIN PRIVATE KEY", "-----BEGIN PRIVATE KEY");
        let line = "DB_PASSWORD=tR7xQ2mm91";
        check(&format!("a: 1\n{line}\nb: 2"), "a: 1\nDB_PASSWORD=**********\nb: 2");
        check(
            "{ text: \"A_PASSWORD=tR7xQ2mm91\\nB_PASSWORD=admin\" }",
            "{ text: \"A_PASSWORD=**********\\nB_PASSWORD=*****\" }",
        );
    }
}
