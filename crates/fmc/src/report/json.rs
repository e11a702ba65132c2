//! Diagnostics as JSON.

use fmc_model::{Diagnostic, Diagnostics, Language, Place, Sources};
use serde_json::{Value, json};

/// All diagnostics as a list of objects. Lines and columns count from 1, columns in characters; ends
/// are exclusive.
pub(crate) fn json(diagnostics: &Diagnostics, sources: &Sources, language: Language) -> Value {
    diagnostics.iter().map(|it| one(it, sources, language)).collect()
}

fn one(diagnostic: &Diagnostic, sources: &Sources, language: Language) -> Value {
    let labels: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|it| json!({ "place": place(it.place, sources), "text": it.text.get(language) }))
        .collect();
    let hints: Vec<Value> = diagnostic
        .hints
        .iter()
        .map(|it| {
            let edit = it
                .edit
                .as_ref()
                .map(|edit| json!({ "place": place(edit.place, sources), "text": edit.text }));
            json!({ "text": it.text.get(language), "edit": edit })
        })
        .collect();
    json!({
        "code": diagnostic.code.id,
        "severity": diagnostic.code.severity,
        "title": diagnostic.code.title.get(language),
        "message": diagnostic.message(language),
        "place": place(diagnostic.place, sources),
        "labels": labels,
        "hints": hints,
    })
}

fn place(place: Place, sources: &Sources) -> Value {
    let source = sources.get(place.file);
    let (start, end) = (source.line_column(place.start), source.line_column(place.end));
    json!({
        "file": source.name(),
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    })
}
