//! What is wrong with a file as YAML, said to people, with the edit that mends it where the text
//! around it tells.

use crate::read::codes;
use crate::{Diagnostic, Diagnostics, Edit, Text, text};
use fmc_config::Place;
use fmc_config::maps::HashSet;
use fmc_config::yaml::{Fault, FaultKind, MAX_ALIASED_NODES, MAX_BYTES, MAX_DEPTH};

/// What is wrong with a text as YAML and with what it says. Where both stumble over the same word,
/// the one that knows more of it speaks.
pub(crate) fn findings(text: &str, faults: Vec<Fault>, said: Diagnostics) -> Vec<Diagnostic> {
    let is_all = |it: &&Fault| matches!(it.kind, FaultKind::MergeKey | FaultKind::UnknownAnchor(_));
    let all_said: HashSet<Place> = faults.iter().filter(is_all).map(|it| it.place).collect();
    let said_at: HashSet<Place> = said.iter().map(|it| it.place).collect();
    let is_news =
        |it: &Fault| !matches!(it.kind, FaultKind::Ambiguous(_)) || !said_at.contains(&it.place);
    let faults = faults.into_iter().filter(is_news).map(|it| mended(it, text));
    faults.chain(said.into_iter().filter(|it| !all_said.contains(&it.place))).collect()
}

/// The finding of a fault, with the edit that only those can tell who see the text.
fn mended(fault: Fault, text: &str) -> Diagnostic {
    let place = fault.place;
    if let FaultKind::Syntax(words) = &fault.kind {
        return unclosed(text, place, words).unwrap_or_else(|| of_yaml(fault));
    }
    let edit = match &fault.kind {
        FaultKind::Tab => Some(indent(text, place)),
        FaultKind::Ambiguous(_) => {
            let word = text.get(place.start as usize..place.end as usize).unwrap_or_default();
            Some(Edit { place, text: format!("\"{word}\"") })
        }
        FaultKind::Tag(tag) => tag_before(text, place, tag),
        _ => None,
    };
    let tag = match &fault.kind {
        FaultKind::Tag(tag) => Some(tag.len()),
        _ => None,
    };
    let mut diagnostic = of_yaml(fault);
    if let Some(edit) = edit {
        if let Some(length) = tag {
            diagnostic.place = edit.place.part(0, length);
        }
        if let Some(hint) = diagnostic.hints.first_mut() {
            hint.edit = Some(edit);
        }
    }
    diagnostic
}

/// A bracket or a quote that is open on a line before the one where the parser gave up: it is there
/// that its other half is missing, and not where something else begins.
fn unclosed(text: &str, noticed: Place, words: &str) -> Option<Diagnostic> {
    let before = text.get(..noticed.start as usize)?;
    let at = left_open(before)?;
    let sign = before[at..].chars().next()?;
    if !before[at..].contains('\n') {
        return None;
    }
    let place = Place::new(noticed.file, at, at + 1);
    let (message, hint) = match sign {
        '[' | '{' => (
            text!(
                "this `{sign}` is not closed, or a comma or a colon is missing in it",
                "este `{sign}` no está cerrado, o le falta dentro una coma o unos dos puntos"
            ),
            text!(
                "look from here on for the bracket that closes it",
                "busque desde aquí el corchete que lo cierra"
            ),
        ),
        _ => (
            text!(
                "this `{sign}` is not closed on its line",
                "este `{sign}` no se cierra en su línea"
            ),
            text!("put the same quote at its end", "ponga la misma comilla al final"),
        ),
    };
    let noticed_here = text!("noticed here: {words}", "se nota aquí: {words}");
    Some(codes::SYNTAX.at(place, message).label(noticed, noticed_here).hint(hint))
}

/// Where the last bracket or quote stands that is open at the end of a text. A quoted text of many
/// lines that ends right there counts as open: what closes it is the quote that opens another.
fn left_open(text: &str) -> Option<usize> {
    // Each with whether it opens a list or a map.
    let mut brackets: Vec<(usize, char, bool)> = Vec::new();
    let mut quote: Option<(usize, char)> = None;
    let mut closed: Option<(usize, usize)> = None;
    // What may stand before a value; a bracket inside a word, as in `worker[1-3]`, opens none.
    let begins = |last: char| ":-,[{\n".contains(last);
    let (mut last, mut space) = ('\n', true);
    for (at, it) in text.char_indices() {
        match (quote, it) {
            (Some((_, '#')), _) => quote = quote.filter(|_| it != '\n'),
            (Some((start, own)), _) if own == it => {
                closed = Some((start, at));
                quote = None;
            }
            (None, '"' | '\'' | '#') if (it != '#' && begins(last)) || (it == '#' && space) => {
                quote = Some((at, it));
            }
            (None, '[' | '{') => brackets.push((at, it, begins(last))),
            (None, ']' | '}') => {
                let fits = |open: char| matches!((open, it), ('[', ']') | ('{', '}'));
                while brackets.pop_if(|open| !open.2 && !fits(open.1)).is_some() {}
                brackets.pop_if(|open| fits(open.1));
            }
            _ => {}
        }
        space = it.is_whitespace();
        // A line break begins a new value only outside of brackets.
        if !space || (it == '\n' && brackets.is_empty()) {
            last = it;
        }
    }
    let ended = closed.filter(|it| text[it.1 + 1..].trim().is_empty()).map(|it| it.0);
    let open = quote.filter(|it| it.1 != '#').map(|it| it.0);
    open.or(ended.filter(|it| text[*it..].contains('\n')))
        .or_else(|| brackets.iter().rfind(|it| it.2).map(|it| it.0))
}

/// Spaces instead of an indent with a tab in it: as many as the line before has, and two more where
/// that one begins something.
fn indent(text: &str, tab: Place) -> Edit {
    let start = text[..tab.start as usize].rfind('\n').map_or(0, |it| it + 1);
    let width = text[start..].len() - text[start..].trim_start_matches([' ', '\t']).len();
    let depth = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let says = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let before = text[..start].lines().rev().find(says).unwrap_or_default();
    let after = text[start..].lines().skip(1).find(says).map_or(0, depth);
    let begins = before.trim_end().ends_with(':') || before.trim_start().starts_with("- ");
    let spaces = match depth(before) {
        own if begins && after > own => after,
        own if begins => own + 2,
        own => own,
    };
    Edit { place: Place::new(tab.file, start, start + width), text: " ".repeat(spaces) }
}

/// Takes a tag out that stands before a value.
fn tag_before(text: &str, value: Place, tag: &str) -> Option<Edit> {
    let before = text.get(..value.start as usize)?.trim_end();
    let start = before.strip_suffix(tag)?.len();
    let spaces = text[before.len()..].len() - text[before.len()..].trim_start_matches(' ').len();
    Some(Edit { place: Place::new(value.file, start, before.len() + spaces), text: String::new() })
}

/// What is wrong with a file as YAML, said to people.
pub fn of_yaml(Fault { place, kind }: Fault) -> Diagnostic {
    match kind {
        FaultKind::Empty => codes::EMPTY
            .at(place, Text::of("the file is empty", "el fichero está vacío"))
            .hint(Text::of(
                "`fmc new` writes a file to start from",
                "`fmc new` escribe un fichero con el que empezar",
            )),
        FaultKind::Syntax(words) => codes::SYNTAX
            .at(place, text!("this is not YAML: {words}", "esto no es YAML: {words}"))
            .hint(Text::of(
                "look at the brackets, quotes and colons here and just before",
                "mire los corchetes, comillas y dos puntos de aquí y de justo antes",
            )),
        FaultKind::Tab => codes::SYNTAX
            .at(
                place,
                Text::of("a tab indents this line", "esta línea está sangrada con un tabulador"),
            )
            .mend(Text::of("indent with spaces", "sangre con espacios"), place, "  "),
        FaultKind::DuplicateKey(key, first) => codes::TWICE
            .at(place, text!("`{key}` is said twice", "`{key}` se dice dos veces"))
            .label(first, Text::of("first here", "primero aquí"))
            .hint(Text::of("keep one of the two", "deje uno de los dos")),
        FaultKind::ComplexKey => codes::NOT_OURS
            .at(
                place,
                Text::of("a key must be a single word", "una clave debe ser una sola palabra"),
            )
            .hint(Text::of("write `key: value`", "escriba `clave: valor`")),
        FaultKind::Tag(tag) => codes::NOT_OURS
            .at(
                place,
                text!(
                    "tags such as `{tag}` mean nothing here",
                    "etiquetas como `{tag}` no significan nada aquí"
                ),
            )
            .hint(Text::of("take the tag out", "quite la etiqueta")),
        FaultKind::MergeKey => codes::NOT_OURS
            .at(
                place,
                Text::of(
                    "`<<` merges maps in YAML 1.1 and does nothing in YAML 1.2",
                    "`<<` une mapas en YAML 1.1 y no hace nada en YAML 1.2",
                ),
            )
            .hint(Text::of(
                "put what is shared under `templates:` and take it with `template:`",
                "ponga lo común en `templates:` y tómelo con `template:`",
            )),
        FaultKind::Ambiguous(what) => {
            let diagnostic = codes::AMBIGUOUS.at(
                place,
                text!(
                    "a YAML 1.1 reader takes this for {what}",
                    "un lector de YAML 1.1 lee esto de otro modo ({what})"
                ),
            );
            diagnostic.hint(Text::of("put it in quotes", "póngalo entre comillas"))
        }
        FaultKind::UnknownAnchor(name) => codes::NOT_OURS
            .at(
                place,
                text!("there is no `&{name}` before this", "no hay ningún `&{name}` antes de esto"),
            )
            .hint(Text::of("write what it should stand for", "escriba lo que debería representar")),
        FaultKind::AliasInItself => codes::NOT_OURS
            .at(
                place,
                text!(
                    "this alias stands for something that it is a part of",
                    "este alias representa algo de lo que él mismo forma parte"
                ),
            )
            .hint(Text::of("write what it should stand for", "escriba lo que debería representar")),
        FaultKind::AliasBomb => codes::LIMIT
            .at(
                place,
                text!(
                    "the aliases of this file stand for more than {MAX_ALIASED_NODES} values",
                    "los alias de este fichero representan más de {MAX_ALIASED_NODES} valores"
                ),
            )
            .hint(Text::of(
                "use ranges and templates instead",
                "use rangos y plantillas en su lugar",
            )),
        FaultKind::TooDeep => codes::LIMIT
            .at(
                place,
                text!(
                    "lists and maps nest deeper than {MAX_DEPTH}",
                    "las listas y mapas se anidan más de {MAX_DEPTH} niveles"
                ),
            )
            .hint(Text::of(
                "the language needs seven levels",
                "el lenguaje necesita siete niveles",
            )),
        FaultKind::TooLarge(bytes) => codes::LIMIT
            .at(
                place,
                text!(
                    "the file has {bytes} bytes; {MAX_BYTES} is the most that is read",
                    "el fichero tiene {bytes} bytes; se leen {MAX_BYTES} como mucho"
                ),
            )
            .hint(Text::of(
                "write alike hosts as a range",
                "escriba los hosts iguales como un rango",
            )),
        FaultKind::SecondDocument => codes::NOT_OURS
            .at(
                place,
                Text::of("a second document begins here", "aquí empieza un segundo documento"),
            )
            .hint(Text::of(
                "put it in a file of its own and `include:` it",
                "póngalo en otro fichero e inclúyalo con `include:`",
            )),
        FaultKind::Binary => codes::BINARY
            .at(
                place,
                Text::of(
                    "this is not a text file in UTF-8",
                    "esto no es un fichero de texto en UTF-8",
                ),
            )
            .hint(Text::of("is it the right file?", "¿es este el fichero?")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_open() {
        for (text, open) in [
            ("a: { b: [1, 2] }\nc: 1\n", None),
            ("a: { b: [1, 2]\nc: 1\n", Some(3)),
            ("a: [x,\n  y[1-2],\n  z\n", Some(3)),
            ("a: worker[1-\nb: it's\n", None),
            ("a: 'x\nb: 1\n", Some(3)),
            ("a: \"x\nb: \"", Some(3)),
            ("a: \"x\" # don't [ # or {\nb: 1\n", None),
            ("- {a: 1\n- {b: 2}\n", Some(2)),
        ] {
            assert_eq!(left_open(text), open, "{text:?}");
        }
    }

    #[test]
    fn spaces_for_a_tab() {
        for (text, spaces) in [
            ("a:\n\tb: 1\n", 2),
            ("a:\n\tb: 1\n    c: 2\n", 4),
            ("a:\n  b: 1\n\tc: 2\n", 2),
            ("a:\n  - b: 1\n\t c: 2\n", 4),
            ("\ta: 1\n", 0),
        ] {
            let tab = text.find('\t').unwrap_or_default();
            let edit = indent(text, Place::new(0, tab, tab + 1));
            assert_eq!(edit.text.len(), spaces, "{text:?}");
        }
    }
}
