//! What `fmc explain` shows is run: every code's two clouds, and every role's example.

mod common;

use common::{Outcome, outcome};
use fmc_model::{Language, codes};
use fmc_roles::ROLES;
use std::collections::BTreeSet;

/// Resolves an example. A line `--- NAME` begins the included file NAME.
fn resolved(example: &str) -> Outcome {
    let mut parts: Vec<(&str, String)> = vec![("cloud.yaml", String::new())];
    for line in example.lines() {
        match line.strip_prefix("--- ") {
            Some(name) => parts.push((name, String::new())),
            None => {
                if let Some(last) = parts.last_mut() {
                    last.1 += line;
                    last.1 += "\n";
                }
            }
        }
    }
    let included: Vec<(&str, &str)> = parts.iter().map(|it| (it.0, it.1.as_str())).collect();
    outcome(included[0].1.as_bytes(), &included[1..])
}

#[test]
fn what_fails_fails_and_what_is_mended_is_clean() {
    let mut wrong = Vec::new();
    let mut ids = BTreeSet::new();
    for code in codes::all() {
        assert!(ids.insert(code.id), "{} is there twice", code.id);
        let failing = resolved(code.failing);
        let found: Vec<&str> = failing.diagnostics.iter().map(|it| it.code.id).collect();
        // One finding, so that whoever reads the example sees nothing else.
        if found != [code.id] {
            wrong.push(format!("{} fails with {found:?}\n{}", code.id, failing.told()));
        }
        let mended = resolved(code.mended);
        if !mended.diagnostics.is_empty() {
            wrong.push(format!("{} is not mended\n{}", code.id, mended.told()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_fails_says_how_it_is_mended() {
    for code in codes::all() {
        let failing = resolved(code.failing);
        for it in failing.diagnostics.iter() {
            assert!(!it.hints.is_empty(), "{} has no hint", code.id);
            for text in it.hints.iter().map(|it| &it.text).chain([&it.message]) {
                assert!(!text.es.is_empty() && text.en != text.es, "{}: {}", code.id, text.en);
            }
        }
    }
}

#[test]
fn examples_of_roles_are_clean_and_have_the_role() {
    for kind in ROLES {
        let name = kind.about.name;
        let found = resolved(kind.about.example);
        assert!(found.diagnostics.is_empty(), "{name}\n{}", found.told());
        let cloud = found.cloud.expect("a clean cloud is there");
        let has = cloud.hosts.values().any(|it| it.roles.iter().any(|role| role.name == name));
        assert!(has, "no host of the example has the role {name}");
    }
}

#[test]
fn roles_are_told_apart_and_told_of() {
    let (mut names, mut icons) = (BTreeSet::new(), BTreeSet::new());
    for kind in ROLES {
        let about = kind.about;
        assert!(fmc_model::Name::is_name(about.name), "{}", about.name);
        assert!(names.insert(about.name), "{} is there twice", about.name);
        assert!(!about.icon.is_empty() && icons.insert(about.icon), "icon {}", about.icon);
        assert!(!about.label.is_empty(), "{}", about.name);
        assert!(about.manual.starts_with("https://"), "{}", about.name);
        let summary = |language| about.summary.get(language).trim();
        let (english, spanish) = (summary(Language::English), summary(Language::Spanish));
        assert!(!english.is_empty() && !spanish.is_empty() && english != spanish, "{english}");
    }
}
