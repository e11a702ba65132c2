//! Who may know whom: the crates' dependencies, as the design draws them.
//!
//! Only normal dependencies count: what a crate's tests use is their own matter.

use super::Finding;
use crate::workspace::{Dependency, Package, Tree};
use std::collections::BTreeMap;

/// What each thinking crate may know of the workspace. These crates are pure: see `purity`.
pub(super) const THINKING: &[(&str, &[&str])] = &[
    ("fmc-config", &[]),
    ("fmc-model", &["fmc-config"]),
    ("fmc-roles", &["fmc-model", "fmc-config"]),
    ("fmc-diagram", &[]),
    ("fmc-draw", &["fmc-model", "fmc-diagram"]),
    ("fmc-check", &["fmc-model", "fmc-build", "fmc-config"]),
    ("fmc-build", &["fmc-model", "fmc-config"]),
    ("fmc-secrets", &["fmc-model", "fmc-config"]),
    ("fmc-plan", &["fmc-model"]),
];

/// What each doing crate may know of the other doing crates. It may know any thinking crate,
/// except the roles.
const DOING: &[(&str, &[&str])] = &[
    ("fmc-fonts", &[]),
    ("fmc-sys", &[]),
    ("fmc-components", &["fmc-sys"]),
    ("fmc-run", &["fmc-sys"]),
    ("fmc-rehearse", &["fmc-components", "fmc-run", "fmc-sys"]),
    ("fmc-apply", &["fmc-components", "fmc-run", "fmc-sys"]),
    ("fmc-watch", &["fmc-run", "fmc-sys"]),
];

/// The crate of all roles: who names it could ask which role a thing is.
const ROLES: &str = "fmc-roles";

/// What brings an async runtime along. A thinking crate waits for nothing.
const RUNTIMES: &[&str] =
    &["async-std", "async-trait", "futures", "futures-util", "hyper", "reqwest", "smol", "tokio"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &tree.packages {
        for dependency in package.dependencies.iter().filter(|it| it.normal) {
            if let Some(message) = refusal(tree, package, dependency) {
                let line = manifest_line(tree, package, &dependency.name);
                findings.push(Finding::new(&package.manifest, line, message));
            }
        }
        if package.manifest.starts_with("crates/")
            && package.name != "fmc"
            && lookup(THINKING, &package.name).or(lookup(DOING, &package.name)).is_none()
        {
            let message = format!("`{}` has no line yet in tidy's table of crates", package.name);
            findings.push(Finding::new(&package.manifest, 1, message));
        }
    }
    findings.extend(cycles(tree));
    findings
}

/// Why a crate may not have a dependency, if it may not.
fn refusal(tree: &Tree, package: &Package, dependency: &Dependency) -> Option<String> {
    let (name, other) = (package.name.as_str(), dependency.name.as_str());
    let thinking = lookup(THINKING, name);
    if !tree.packages.iter().any(|it| it.name == other) {
        return (thinking.is_some() && RUNTIMES.contains(&other))
            .then(|| format!("`{name}` thinks, so it needs no async runtime such as `{other}`"));
    }
    if name == "fmc" || name == "xtask" || package.manifest.starts_with("tests/") {
        return None;
    }
    if other == ROLES {
        return Some(format!("`{name}` knows `{ROLES}`, which only `fmc` and tests may"));
    }
    if let Some(allowed) = thinking {
        return (!allowed.contains(&other))
            .then(|| format!("`{name}` may not know `{other}`, only {}", list(allowed)));
    }
    let allowed = lookup(DOING, name)?;
    (lookup(THINKING, other).is_none() && !allowed.contains(&other)).then(|| {
        format!("`{name}` may not know `{other}`, only thinking crates, {}", list(allowed))
    })
}

fn lookup(
    table: &[(&str, &'static [&'static str])],
    name: &str,
) -> Option<&'static [&'static str]> {
    table.iter().find(|it| it.0 == name).map(|it| it.1)
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "no other".into() } else { names.join(", ") }
}

fn manifest_line(tree: &Tree, package: &Package, dependency: &str) -> usize {
    let Some(file) = tree.file(&package.manifest) else { return 1 };
    let names = |line: &str| {
        let rest = line.trim_start().strip_prefix(dependency);
        rest.is_some_and(|it| it.starts_with(['.', ' ', '=']))
    };
    file.text.lines().position(names).map_or(1, |it| it + 1)
}

/// Crates that know themselves through others. Cargo refuses most of these, not those that pass
/// through a dependency of tests, which no one should have to think about.
fn cycles(tree: &Tree) -> Vec<Finding> {
    let all: BTreeMap<&str, Vec<&str>> = tree
        .packages
        .iter()
        .map(|it| (it.name.as_str(), it.dependencies.iter().map(|it| it.name.as_str()).collect()))
        .collect();
    let reaches_itself = |package: &&Package| {
        let mut seen = vec![package.name.as_str()];
        let mut next = 0;
        while next < seen.len() {
            for name in all.get(seen[next]).into_iter().flatten() {
                // A crate's tests may name the crate itself, to switch a feature on.
                if *name == package.name && next > 0 {
                    return true;
                }
                if !seen.contains(name) {
                    seen.push(name);
                }
            }
            next += 1;
        }
        false
    };
    let message = |it: &Package| format!("`{}` depends on itself through others", it.name);
    let found = tree.packages.iter().filter(reaches_itself);
    found.map(|it| Finding::new(&it.manifest, 1, message(it))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Crates written as `name -> other, other`, each in its folder of `crates`.
    fn findings(crates: &[&str]) -> Vec<String> {
        let packages = crates.iter().map(|line| {
            let (name, others) = line.split_once(" -> ").unwrap_or((line, ""));
            let others = others.split(", ").filter(|it| !it.is_empty());
            let dependency = |it: &str| match it.strip_prefix("dev:") {
                Some(name) => Dependency { name: name.into(), normal: false },
                None => Dependency { name: it.into(), normal: true },
            };
            Package {
                name: name.into(),
                manifest: format!("crates/{name}/Cargo.toml"),
                dependencies: others.map(dependency).collect(),
            }
        });
        let manifest = "[dependencies]\nfmc-config.workspace = true\nfmc-roles = { path = \"\" }\n";
        let contents = vec![("crates/fmc-model/Cargo.toml".into(), manifest.into())];
        let tree = Tree::new(contents, packages.collect());
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_table_is_allowed() {
        let none: Vec<String> = Vec::new();
        let crates =
            ["fmc -> fmc-roles", "fmc-roles -> fmc-model", "fmc-model -> fmc-config, serde"];
        assert_eq!(findings(&[&crates[..], &["fmc-config"]].concat()), none);
        assert_eq!(findings(&["fmc-model -> dev:fmc-roles", "fmc-roles"]), none);
        assert_eq!(findings(&["fmc-run -> fmc-sys, fmc-plan", "fmc-sys", "fmc-plan"]), none);
    }

    #[test]
    fn knowing_too_much_is_found_at_its_line() {
        assert_eq!(
            findings(&["fmc-model -> fmc-roles", "fmc-roles"]),
            ["crates/fmc-model/Cargo.toml:3: `fmc-model` knows `fmc-roles`, which only `fmc` and \
              tests may"],
        );
        let found =
            findings(&["fmc-config -> fmc-sys", "fmc-sys -> fmc-run", "fmc-run", "fmc-new"]);
        assert_eq!(found.len(), 3, "{found:#?}");
        assert!(found[0].ends_with("`fmc-config` may not know `fmc-sys`, only no other"));
        assert!(found[2].ends_with("`fmc-new` has no line yet in tidy's table of crates"));
    }

    #[test]
    fn runtimes_and_cycles_are_found() {
        assert_eq!(findings(&["fmc-model -> tokio"]).len(), 1);
        assert_eq!(findings(&["fmc -> tokio"]).len(), 0);
        let found = findings(&["fmc-model -> fmc-config", "fmc-config -> dev:fmc-model"]);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert_eq!(findings(&["fmc-model -> dev:fmc-model"]).len(), 0);
    }
}
