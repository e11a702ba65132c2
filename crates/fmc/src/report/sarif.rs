//! Diagnostics as SARIF 2.1.0, which code forges and editors show beside the line
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).

use fmc_model::{Code, Diagnostic, Diagnostics, Edit, Language, Place, Severity, Sources};
use serde_json::{Value, json};

/// A SARIF log of one run.
pub(crate) fn sarif(diagnostics: &Diagnostics, sources: &Sources, language: Language) -> Value {
    let mut rules: Vec<&Code> = diagnostics.iter().map(|it| it.code).collect();
    rules.sort_by_key(|it| it.id);
    rules.dedup_by_key(|it| it.id);
    let results: Vec<Value> =
        diagnostics.iter().map(|it| result(it, &rules, sources, language)).collect();
    let rules: Vec<Value> = rules
        .iter()
        .map(|it| {
            json!({
                "id": it.id,
                "shortDescription": { "text": it.title.get(language) },
                "fullDescription": { "text": it.reason.get(language) },
                "defaultConfiguration": { "level": level(it.severity) },
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "fmc",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            } },
            // Columns are counted in characters, as everywhere in fmc.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn result(
    diagnostic: &Diagnostic,
    rules: &[&Code],
    sources: &Sources,
    language: Language,
) -> Value {
    let mut message = diagnostic.message(language).to_owned();
    for hint in &diagnostic.hints {
        message.push('\n');
        message.push_str(hint.text.get(language));
    }
    let related: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|it| {
            let mut location = location(it.place, sources);
            location["message"] = json!({ "text": it.text.get(language) });
            location
        })
        .collect();
    let fixes: Vec<Value> = diagnostic
        .hints
        .iter()
        .filter_map(|it| Some(fix(it.text.get(language), it.edit.as_ref()?, sources)))
        .collect();
    json!({
        "ruleId": diagnostic.code.id,
        "ruleIndex": rules.iter().position(|it| it.id == diagnostic.code.id),
        "level": level(diagnostic.code.severity),
        "message": { "text": message },
        "locations": [location(diagnostic.place, sources)],
        "relatedLocations": related,
        "fixes": fixes,
    })
}

fn region(place: Place, sources: &Sources) -> Value {
    let source = sources.get(place.file);
    let (start, end) = (source.line_column(place.start), source.line_column(place.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// The name of a file as a relative reference: all that is not plain is escaped
/// ([RFC 3986 §2](https://www.rfc-editor.org/rfc/rfc3986#section-2)).
fn uri(name: &str) -> String {
    let is_plain = |it: &u8| it.is_ascii_alphanumeric() || b"-._~/".contains(it);
    let bytes = name.bytes();
    bytes
        .map(|it| if is_plain(&it) { char::from(it).to_string() } else { format!("%{it:02X}") })
        .collect()
}

fn location(place: Place, sources: &Sources) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(sources.get(place.file).name()) },
        "region": region(place, sources),
    } })
}

fn fix(text: &str, edit: &Edit, sources: &Sources) -> Value {
    json!({
        "description": { "text": text },
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(sources.get(edit.place.file).name()) },
            "replacements": [{
                "deletedRegion": region(edit.place, sources),
                "insertedContent": { "text": edit.text },
            }],
        }],
    })
}
