//! Reads a cloud file and all that it includes.
//!
//! Files come in by a function that the caller hands over, so this crate never touches a disk and
//! the same code reads from a folder, from a revision of git or from a test's own strings.

use crate::fault::{findings, of_yaml};
use crate::read::{At, Read, Reader, codes};
use crate::role::Kind;
use crate::spec::{self, CloudSpec};
use crate::{Diagnostics, Text, text};
use fmc_config::yaml::{self, Fault, FaultKind, MAX_BYTES, Node, Value};
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
        if seen.len() >= MAX_FILES {
            loader.diagnostics.push(
                codes::INCLUDE
                    .at(
                        path.place,
                        text!(
                            "more than {MAX_FILES} files are included",
                            "se incluyen más de {MAX_FILES} ficheros"
                        ),
                    )
                    .hint(text!("put some of them together", "junte algunos de ellos")),
            );
            break;
        }
        if let Some((why, hint)) = refusal(&path.value, &full, &seen) {
            loader.diagnostics.push(codes::INCLUDE.at(path.place, why).hint(hint));
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
                    .hint(AS_SEEN),
            ),
        }
    }
    Loaded { sources: loader.sources, spec, diagnostics: loader.diagnostics }
}

const AS_SEEN: Text =
    Text::of("write its path as seen from this file", "escriba su ruta vista desde este fichero");

/// Why a file is not included, and what to do.
fn refusal(written: &str, full: &str, seen: &[String]) -> Option<(Text, Text)> {
    if written.starts_with('/') {
        let why = text!(
            "`{written}` is an absolute path: the cloud would not be the same on another machine",
            "`{written}` es una ruta absoluta: la nube no sería la misma en otra máquina"
        );
        return Some((why, AS_SEEN));
    }
    seen.iter().any(|it| it == full).then(|| {
        let why = text!("`{written}` is included twice", "`{written}` se incluye dos veces");
        (why, text!("take it out: it was read already", "quítelo: ya se ha leído"))
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
        let mut reader = Reader::new(self.roles);
        // A file that is a list or a word is no cloud at all: nothing more can be said of it.
        let is_map = |it: &Node| matches!(it.value, Value::Map(_)) || it.is_null();
        let spec = match root {
            Some(root) if !is_map(&root) => {
                reader.expected(&root, &Text::of("a map of keys", "un mapa de claves"));
                None
            }
            root => root.and_then(|it| CloudSpec::read(&it, &mut reader)),
        };
        for diagnostic in findings(text, faults, reader.finish()) {
            self.diagnostics.push(diagnostic);
        }
        spec
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
