//! The workspace as the chores see it: its folder, its crates and its files.

use crate::process;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder that holds the workspace, from wherever in it the chore was started.
pub(crate) fn root() -> PathBuf {
    // Cargo says at run time where this crate lies; what it said at build time may be out of date.
    let own = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    own.parent().map(Path::to_path_buf).unwrap_or(own)
}

/// A text file of the repository.
pub(crate) struct File {
    /// Its path from the root, with `/` between folders.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// What its name ends in, after the last dot.
    pub(crate) fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |it| it.1)
    }
}

/// A crate of the workspace.
pub(crate) struct Package {
    pub(crate) name: String,
    /// The path of its `Cargo.toml` from the root.
    pub(crate) manifest: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One line of a crate's dependencies.
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Whether it is for the crate itself rather than for its tests or its build script.
    pub(crate) normal: bool,
}

/// Everything that the rules look at.
pub(crate) struct Tree {
    /// The text files, in the order of their paths.
    pub(crate) files: Vec<File>,
    /// Every file, text or not, and every folder that holds one.
    pub(crate) paths: BTreeSet<String>,
    pub(crate) packages: Vec<Package>,
}

impl Tree {
    /// Reads every file that git tracks or would track, and cargo's view of the crates.
    pub(crate) fn read(root: &Path) -> Result<Tree, String> {
        let metadata = metadata(root)?;
        let mut files = Vec::new();
        for path in tracked(root, &metadata)? {
            // A file that git still tracks may have been deleted; a link may lead nowhere.
            let Ok(bytes) = std::fs::read(root.join(&path)) else { continue };
            files.push((path, bytes));
        }
        let packages = packages(root, &metadata);
        Ok(Tree::new(files, packages))
    }

    /// A tree of these files and crates.
    pub(crate) fn new(contents: Vec<(String, Vec<u8>)>, packages: Vec<Package>) -> Tree {
        let mut files = Vec::new();
        let mut paths = BTreeSet::new();
        for (path, bytes) in contents {
            paths.extend(path.match_indices('/').map(|it| path[..it.0].to_owned()));
            paths.insert(path.clone());
            if let Ok(text) = String::from_utf8(bytes)
                && !text.contains('\0')
            {
                files.push(File { path, text });
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Tree { files, paths, packages }
    }

    /// The file with this path, if it is a text file of the repository.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|it| it.path == path)
    }

    /// The files written in Rust.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|it| it.extension() == "rs")
    }
}

/// What cargo knows of the workspace.
pub(crate) fn metadata(root: &Path) -> Result<Value, String> {
    let mut command =
        process::cargo(root, &["metadata", "--no-deps", "--format-version=1", "--quiet"]);
    let text = process::stdout(&mut command)?;
    serde_json::from_str(&text).map_err(|it| format!("cargo metadata: {it}"))
}

/// The folder that cargo builds into.
pub(crate) fn target_directory(metadata: &Value) -> Result<PathBuf, String> {
    let directory = metadata["target_directory"].as_str();
    directory.map(PathBuf::from).ok_or_else(|| "cargo metadata names no target_directory".into())
}

fn packages(root: &Path, metadata: &Value) -> Vec<Package> {
    let list = |it: &Value| it.as_array().cloned().unwrap_or_default();
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let of_package = |package: &Value| Package {
        name: text(&package["name"]),
        manifest: Path::new(&text(&package["manifest_path"]))
            .strip_prefix(root)
            .map(|it| it.to_string_lossy().into_owned())
            .unwrap_or_default(),
        dependencies: list(&package["dependencies"])
            .iter()
            .map(|it| Dependency { name: text(&it["name"]), normal: it["kind"].is_null() })
            .collect(),
    };
    list(&metadata["packages"]).iter().map(of_package).collect()
}

/// The paths that git tracks, or would after `git add`.
fn tracked(root: &Path, metadata: &Value) -> Result<Vec<String>, String> {
    let mut git = Command::new("git");
    // In a container the checkout often belongs to somebody else, which git refuses by default.
    git.args(["-c", "safe.directory=*"]).current_dir(root);
    if !root.join(".git").exists() {
        // An unpacked archive: an empty repository elsewhere still applies .gitignore to it.
        let bare = target_directory(metadata)?.join("tidy.git");
        process::stdout(Command::new("git").args(["init", "--quiet", "--bare"]).arg(&bare))?;
        git.arg("--git-dir").arg(&bare).arg("--work-tree").arg(root);
    }
    let listing = process::stdout(git.args(["ls-files", "-co", "--exclude-standard", "-z"]))?;
    Ok(listing.split('\0').filter(|it| !it.is_empty()).map(str::to_owned).collect())
}

#[cfg(test)]
impl Tree {
    /// A tree of text files alone, for the tests of rules.
    pub(crate) fn of(files: &[(&str, &str)]) -> Tree {
        let contents = files.iter().map(|it| (it.0.to_owned(), it.1.as_bytes().to_vec()));
        Tree::new(contents.collect(), Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_exist_and_binaries_are_not_read() {
        let tree = Tree::new(
            vec![("docs/a/b.md".into(), b"text".to_vec()), ("icon.png".into(), b"\x89\0".to_vec())],
            Vec::new(),
        );
        assert_eq!(tree.files.len(), 1);
        let paths: Vec<_> = tree.paths.iter().map(String::as_str).collect();
        assert_eq!(paths, ["docs", "docs/a", "docs/a/b.md", "icon.png"]);
    }

    #[test]
    fn this_workspace_is_read() {
        let tree = Tree::read(&root()).unwrap();
        assert!(tree.file("xtask/src/workspace.rs").is_some());
        let own = tree.packages.iter().find(|it| it.name == "xtask").unwrap();
        assert_eq!(own.manifest, "xtask/Cargo.toml");
        assert!(own.dependencies.iter().any(|it| it.name == "serde_json" && it.normal));
    }
}
