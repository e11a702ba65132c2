//! Reads a cloud file and all that it includes.
//!
//! Files come in by a function that the caller hands over, so this crate never touches a disk and
//! the same code reads from a folder, from a revision of git or from a test's own strings.

use crate::read::{At, Read, Reader, codes};
use crate::role::Kind;
use crate::spec::{self, CloudSpec};
use crate::{Diagnostic, Diagnostics, Text, text};
use fmc_config::yaml::{self, Fault, FaultKind, MAX_ALIASED_NODES, MAX_BYTES, MAX_DEPTH};
use fmc_config::{FileId, Place, Source, Sources};

/// How many files one cloud may be made of.
const MAX_FILES: usize = 64;

/// What came of reading: the texts, what they say, and what is wrong with them.
#[derive(Debug)]
pub struct Loaded {
    /// Every file that was read; places refer to them.
    pub sources: Sources,
    /// What they say; `None` where not even that could be made out.
    pub spec: Option<CloudSpec>,
    /// Everything wrong with them so far.
    pub diagnostics: Diagnostics,
}

/// Reads `bytes`, the file called `name`, and every file that it includes.
///
/// `open` gets the path of an included file, as seen from where `name` is seen, and returns its
/// bytes or a sentence that says why it cannot.
pub fn load(
    name: &str,
    bytes: &[u8],
    roles: &[Kind],
    open: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
) -> Loaded {
    let mut loader = Loader { sources: Sources::new(), roles, diagnostics: Diagnostics::new() };
    let mut spec = loader.file(name, file_name(name), bytes);
    let mut waiting: Vec<(At<String>, String)> = Vec::new();
    if let Some(spec) = &spec {
        waiting.extend(spec.include.iter().map(|it| (it.clone(), name.to_owned())));
    }
    let mut seen = vec![normal(name)];
    let folder = folder_of(name).to_owned();
    // First in, first out: an included file's own includes come after those beside it.
    let mut next = 0;
    while let Some((path, from)) = waiting.get(next).cloned() {
        next += 1;
        let full = normal(&format!("{}{}", folder_of(&from), path.value));
        if let Some(why) = refusal(&path.value, &full, &seen) {
            loader.diagnostics.push(codes::INCLUDE.at(path.place, why));
            continue;
        }
        seen.push(full.clone());
        match open(&full) {
            Ok(bytes) => {
                let relative = full.strip_prefix(&folder).unwrap_or(&full).to_owned();
                let Some(other) = loader.file(&full, &relative, &bytes) else { continue };
                waiting.extend(other.include.iter().map(|it| (it.clone(), full.clone())));
                match &mut spec {
                    Some(spec) => spec::merge(spec, other, &mut loader.diagnostics),
                    None => spec = Some(other),
                }
            }
            Err(why) => loader.diagnostics.push(
                codes::INCLUDE
                    .at(
                        path.place,
                        text!("cannot read `{full}`: {why}", "no se puede leer `{full}`: {why}"),
                    )
                    .hint(text!(
                        "write its path as seen from this file",
                        "escriba su ruta vista desde este fichero"
                    )),
            ),
        }
    }
    Loaded { sources: loader.sources, spec, diagnostics: loader.diagnostics }
}

fn refusal(written: &str, full: &str, seen: &[String]) -> Option<Text> {
    if written.starts_with('/') {
        return Some(text!(
            "`{written}` is an absolute path: the cloud would not be the same on another machine",
            "`{written}` es una ruta absoluta: la nube no sería la misma en otra máquina"
        ));
    }
    if seen.iter().any(|it| it == full) {
        return Some(text!("`{written}` is included twice", "`{written}` se incluye dos veces"));
    }
    (seen.len() >= MAX_FILES).then(|| {
        text!("more than {MAX_FILES} files are included", "se incluyen más de {MAX_FILES} ficheros")
    })
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..=at])
}

/// A path without `.` and with `..` undone where that is possible.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|it| !it.is_empty() && *it != "..") => {
                parts.pop();
            }
            it => parts.push(it),
        }
    }
    parts.join("/")
}

struct Loader<'a> {
    sources: Sources,
    roles: &'a [Kind],
    diagnostics: Diagnostics,
}

impl Loader<'_> {
    fn file(&mut self, name: &str, relative: &str, bytes: &[u8]) -> Option<CloudSpec> {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let at = error.valid_up_to();
                let shown = String::from_utf8_lossy(&bytes[..at.min(MAX_BYTES)]).into_owned();
                let file = self.sources.add(Source::new(name, shown).with_relative(relative));
                let fault = Fault { place: Place::new(file, at, at), kind: FaultKind::Binary };
                self.diagnostics.push(of_yaml(fault));
                return None;
            }
        };
        let file: FileId = self.sources.add(Source::new(name, text).with_relative(relative));
        let (root, faults) = yaml::read(file, text);
        for fault in faults {
            self.diagnostics.push(of_yaml(fault));
        }
        let mut reader = Reader::new(self.roles);
        let spec = root.and_then(|it| CloudSpec::read(&it, &mut reader));
        for diagnostic in reader.finish() {
            self.diagnostics.push(diagnostic);
        }
        spec
    }
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
    fn paths() {
        assert_eq!(normal("a/./b/../c.yaml"), "a/c.yaml");
        assert_eq!(normal("../x.yaml"), "../x.yaml");
        assert_eq!(folder_of("examples/a.yaml"), "examples/");
        assert_eq!(folder_of("a.yaml"), "");
    }
}
