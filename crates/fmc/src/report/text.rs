//! Diagnostics for people: the line, what is wrong with it, and the mend.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use fmc_model::{Diagnostic, Diagnostics, Language, Place, Severity, Sources};
use std::ops::Range;

/// How much of a line is shown on either side of a fault, in bytes. A line of noise may be
/// megabytes long.
const AROUND: usize = 160;

/// All diagnostics, one after the other, with escape codes for colours.
pub(crate) fn text(diagnostics: &Diagnostics, sources: &Sources, language: Language) -> String {
    let renderer = Renderer::styled().decor_style(DecorStyle::Unicode);
    let mut text = String::new();
    for diagnostic in diagnostics.iter() {
        text.push_str(&one(diagnostic, sources, language, &renderer));
        text.push_str("\n\n");
    }
    text
}

/// A part of a line that is shown, and what is marked in it.
struct Shown<'a> {
    line: usize,
    path: &'a str,
    text: &'a str,
    marks: Vec<(Range<usize>, Option<&'a str>, bool)>,
    start: usize,
}

fn one(
    diagnostic: &Diagnostic,
    sources: &Sources,
    language: Language,
    renderer: &Renderer,
) -> String {
    let mut lines: Vec<Shown<'_>> = Vec::new();
    mark(&mut lines, sources, diagnostic.place, None, true);
    for label in &diagnostic.labels {
        mark(&mut lines, sources, label.place, Some(label.text.get(language)), false);
    }
    let level = match diagnostic.code.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let level = level.with_name(Some(severity_word(diagnostic.code.severity, language)));
    let mut group =
        Group::with_title(level.primary_title(diagnostic.message(language)).id(diagnostic.code.id));
    for shown in &lines {
        let marks = shown.marks.iter().map(|(range, label, primary)| {
            let kind = if *primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            kind.span(range.clone()).label(*label)
        });
        let snippet = Snippet::source(shown.text).line_start(shown.line).path(shown.path);
        group = group.element(snippet.annotations(marks));
    }
    for hint in &diagnostic.hints {
        let word = match language {
            Language::English => "hint",
            Language::Spanish => "pista",
        };
        group = group.element(Level::HELP.with_name(Some(word)).message(hint.text.get(language)));
    }
    renderer.render(&[group])
}

/// The severity as people read it.
pub(crate) fn severity_word(severity: Severity, language: Language) -> &'static str {
    match (severity, language) {
        (Severity::Error, _) => "error",
        (Severity::Warning, Language::English) => "warning",
        (Severity::Warning, Language::Spanish) => "aviso",
    }
}

fn mark<'a>(
    lines: &mut Vec<Shown<'a>>,
    sources: &'a Sources,
    place: Place,
    label: Option<&'a str>,
    primary: bool,
) {
    let source = sources.get(place.file);
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
    let shown = &text[window.clone()];
    lines.push(Shown {
        line: at.line,
        path: source.name(),
        text: shown,
        marks: vec![(range(start, end, window.start, shown.len()), label, primary)],
        start: window.start,
    });
}

/// The next place at or behind `at` where a character begins.
fn boundary(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|it| text.is_char_boundary(*it)).unwrap_or(text.len())
}
