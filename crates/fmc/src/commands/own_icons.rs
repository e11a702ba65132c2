//! Icons of the person's own: files that `--icons` names, folders of them, and files that a graph
//! names itself.

use crate::CouldNot;
use crate::output::{Output, plain};
use fmc_diagram::graph::{Graph, Sample};
use fmc_diagram::icons::{Advice, IconError, Library, from_bytes, similar};
use fmc_model::Language;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The endings of the names of files that can be icons.
const ENDINGS: [&str; 2] = ["svg", "png"];

/// The icons of these files, and of the files in these folders, each called as its file without the
/// ending. Every file that was read is added to `read`. All bad files are told, not the first alone.
pub(super) fn named(
    paths: &[String],
    read: &mut Vec<PathBuf>,
    output: &Output,
) -> Result<Library, CouldNot> {
    let mut library = Library::default();
    let mut bad = Vec::new();
    for path in paths {
        for file in files(path, output)? {
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            read.push(file.clone());
            bad.extend(add(&mut library, &file, &name, output).err());
        }
    }
    whole(library, bad, output)
}

/// The icons of a graph: those of `--icons`, and the files that the graph names, as seen from this
/// folder or from where the command runs. What is neither known nor a file is told, and not drawn.
pub(super) fn of_graph(
    graph: &Graph,
    paths: &[String],
    folder: &Path,
    read: &mut Vec<PathBuf>,
    output: &Output,
) -> Result<Library, CouldNot> {
    let mut library = named(paths, read, output)?;
    let mut bad = Vec::new();
    for name in names(graph) {
        if library.has(name) {
            continue;
        }
        let places = [folder.join(name), PathBuf::from(name)];
        match places.into_iter().find(|it| is_icon(it) && it.is_file()) {
            Some(file) => {
                read.push(file.clone());
                bad.extend(add(&mut library, &file, name, output).err());
            }
            None => unknown(name, output),
        }
    }
    whole(library, bad, output)
}

/// The library, unless something is wrong with a file.
fn whole(library: Library, bad: Vec<CouldNot>, output: &Output) -> Result<Library, CouldNot> {
    let mut bad = bad;
    let Some(last) = bad.pop() else { return Ok(library) };
    for it in &bad {
        output.error(it);
    }
    Err(last)
}

/// The names of all icons that a graph draws.
fn names(graph: &Graph) -> BTreeSet<&str> {
    let nodes = graph.nodes.iter().flat_map(|it| it.badges.iter().chain([&it.icon]));
    let clusters = graph.clusters.iter().map(|it| &it.icon);
    let legend = graph.legend.iter().filter_map(|it| match &it.sample {
        Sample::Icon(name) => Some(name),
        _ => None,
    });
    let all = nodes.chain(clusters).chain(legend).map(String::as_str);
    all.filter(|it| !it.trim().is_empty()).collect()
}

/// The file, or the files of the folder that can be icons, in the order of their names.
fn files(path: &str, output: &Output) -> Result<Vec<PathBuf>, CouldNot> {
    let could_not = |error: std::io::Error| CouldNot::new(format!("{}: {error}", plain(path)));
    if !Path::new(path).is_dir() {
        return Ok(vec![PathBuf::from(path)]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(could_not)? {
        let file = entry.map_err(could_not)?.path();
        if is_icon(&file) && file.is_file() {
            files.push(file);
        }
    }
    if files.is_empty() {
        let what =
            output.say("no SVG or PNG file is in it", "no contiene ningún fichero SVG ni PNG");
        return Err(CouldNot::new(format!("{}: {what}", plain(path))));
    }
    files.sort();
    Ok(files)
}

fn is_icon(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ENDINGS.iter().any(|it| ending.eq_ignore_ascii_case(it))
}

/// Reads an icon under this name.
fn add(library: &mut Library, file: &Path, name: &str, output: &Output) -> Result<(), CouldNot> {
    let shown = plain(&file.display().to_string());
    let bytes = std::fs::read(file).map_err(|error| CouldNot::new(format!("{shown}: {error}")))?;
    let icon = from_bytes(&bytes, name).map_err(|error| {
        let Advice { message, hint } = advice(&error, output.language());
        CouldNot::new(format!("{shown}: {}", plain(&message))).hint(hint)
    })?;
    library.add(icon);
    Ok(())
}

fn advice(error: &IconError, language: Language) -> Advice {
    match language {
        Language::English => error.english(),
        Language::Spanish => error.spanish(),
    }
}

/// Tells that a name means no icon.
fn unknown(name: &str, output: &Output) {
    let what = output.say(
        "there is no icon of this name, so none is drawn",
        "no hay ningún icono con este nombre y no se dibuja",
    );
    let near = similar(name)
        .map(|near| format!("; {} `{near}`?", output.say("did you mean", "¿quiso decir")));
    output.talk(&format!("`{}`: {what}{}\n", plain(name), near.unwrap_or_default()));
}
