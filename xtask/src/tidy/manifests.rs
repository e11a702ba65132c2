//! How a crate is named and linted: its folder carries its name, its lints are the workspace's.

use super::Finding;
use crate::workspace::{Package, Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.packages.iter().flat_map(|it| folder(it).into_iter().chain(lints(tree, it))).collect()
}

fn folder(package: &Package) -> Option<Finding> {
    let folder = package.manifest.rsplit('/').nth(1).unwrap_or_default();
    (folder != package.name).then(|| {
        let message = format!("the crate `{}` lies in a folder called `{folder}`", package.name);
        Finding::new(&package.manifest, 1, message)
    })
}

fn lints(tree: &Tree, package: &Package) -> Option<Finding> {
    let text = &tree.file(&package.manifest)?.text;
    let mut section = "";
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            section = line;
        }
        let inherits = line.split_whitespace().collect::<String>();
        if (section == "[lints]" && inherits == "workspace=true")
            || (section.is_empty() && inherits == "lints.workspace=true")
        {
            return None;
        }
    }
    let message = format!("`{}` does not inherit the lints of the workspace", package.name);
    Some(Finding::new(&package.manifest, 1, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(folder: &str, name: &str, text: &str) -> Vec<String> {
        let manifest = format!("crates/{folder}/Cargo.toml");
        let package =
            Package { name: name.into(), manifest: manifest.clone(), dependencies: Vec::new() };
        let tree = Tree::new(vec![(manifest, text.into())], vec![package]);
        check(&tree).into_iter().map(|it| it.message).collect()
    }

    #[test]
    fn names_and_lints() {
        let good = "[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n";
        assert_eq!(findings("a", "a", good).len(), 0);
        assert_eq!(findings("b", "a", good), ["the crate `a` lies in a folder called `b`"]);
        let bad =
            "[package]\nname = \"a\"\nedition.workspace = true\n[lints.rust]\nx = \"allow\"\n";
        assert_eq!(findings("a", "a", bad), ["`a` does not inherit the lints of the workspace"]);
    }
}
