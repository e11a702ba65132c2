//! What `fmc` says of itself: explanations, schema, completions, manual, and verbs to come.

use crate::{Folder, ROOT, command, fmc, fmc_in, run};
use std::path::Path;

#[test]
fn every_code_and_every_role_is_explained_in_both_languages() {
    let listed = |arguments: &[&str]| -> Vec<String> {
        let lines = fmc(arguments).out;
        lines.lines().filter_map(|it| it.split_whitespace().next()).map(str::to_owned).collect()
    };
    let codes = listed(&["explain", "--all"]);
    let roles = listed(&["explain", "--roles"]);
    assert!(codes.len() >= 60 && roles.len() >= 18, "{} {}", codes.len(), roles.len());
    for what in codes.iter().chain(&roles) {
        let english = fmc(&["explain", what]);
        let spanish = fmc(&["explain", what, "--lang", "es"]);
        for ran in [&english, &spanish] {
            assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{what}");
            assert!(ran.out.starts_with(what.as_str()), "{what}: {}", ran.out);
            assert!(ran.out.lines().count() > 6, "{what}: {}", ran.out);
        }
        assert_ne!(english.out, spanish.out, "{what}");
        let (in_english, in_spanish) = if codes.contains(what) {
            ("\nThis is mended\n", "\nEsto está arreglado\n")
        } else {
            ("\nThe smallest cloud that has it\n", "\nLa nube más pequeña que lo tiene\n")
        };
        assert!(english.out.contains(in_english) && spanish.out.contains(in_spanish), "{what}");
    }
    assert_eq!(fmc(&["explain", "fmc0406"]).out, fmc(&["explain", "FMC0406"]).out);
    let near = fmc(&["explain", "keepalive"]);
    let expected =
        "error: there is no code and no role `keepalive`\nhint: did you mean `keepalived`?\n";
    assert_eq!(near.err, expected);
}

#[test]
fn the_lists_are_as_long_in_both_languages_and_as_documents() {
    for list in ["--all", "--roles"] {
        let english = fmc(&["explain", list]).out;
        let spanish = fmc(&["explain", list, "--lang", "es"]).out;
        assert_eq!(english.lines().count(), spanish.lines().count());
        assert_ne!(english, spanish);
        let document = fmc(&["explain", list, "--markdown"]).out;
        assert_eq!(document.matches("\n## ").count(), english.lines().count());
        // A document is the same in any locale.
        let mut command = command(Path::new(ROOT), &["explain", list, "--markdown"]);
        command.env("LC_ALL", "es_ES.UTF-8");
        assert_eq!(run(command).out, document);
    }
}

#[test]
fn the_schema_for_editors_and_for_people() {
    let schema = fmc(&["schema"]).json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let document = fmc(&["schema", "--markdown"]);
    assert_eq!((document.code, document.err.as_str()), (Some(0), ""));
    for key in schema["properties"].as_object().expect("keys").keys() {
        assert!(document.out.contains(&format!("| `{key}`")), "{key}");
    }
}

#[test]
fn every_shell_gets_its_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = fmc(&["completions", shell]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{shell}");
        for word in ["fmc", "explain", "completions"] {
            assert!(ran.out.contains(word), "{shell}: {word}");
        }
        // The first three complete values too.
        assert!(ran.out.contains("sarif") || ["elvish", "powershell"].contains(&shell), "{shell}");
    }
}

#[test]
fn a_manual_page_for_each_command() {
    let folder = Folder::new();
    let first = fmc(&["man"]).out;
    assert!(first.contains(".TH fmc 1") && first.contains(".SH NAME"), "{first}");
    let ran = fmc_in(&folder, &["man", "--out", "share/man/man1"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    let pages = folder.path().join("share/man/man1");
    for name in [
        "",
        "-draw",
        "-icons",
        "-check",
        "-show",
        "-new",
        "-fmt",
        "-explain",
        "-schema",
        "-completions",
        "-man",
    ] {
        let page = std::fs::read_to_string(pages.join(format!("fmc{name}.1"))).expect("a page");
        assert!(page.contains(&format!(".TH fmc{name} 1")), "{name}");
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
    }
    assert!(std::fs::read_dir(&pages).expect("the pages").count() >= 11);
}

#[test]
fn verbs_to_come_say_so() {
    let planned = fmc(&["--help"]).out;
    let planned = planned.lines().find(|it| it.contains("are to come")).expect("the line");
    let version = env!("CARGO_PKG_VERSION");
    for verb in ["draw", "build", "rehearse", "apply", "watch", "up"] {
        if fmc(&[verb, "--help"]).code == Some(0) {
            assert!(!planned.contains(verb), "{verb} is here");
            continue;
        }
        assert!(planned.contains(verb), "{verb}");
        let english = format!("error: `{verb}` is not in this version of fmc yet ({version})\n");
        let spanish =
            format!("error: `{verb}` no está todavía en esta versión de fmc ({version})\n");
        for (arguments, expected) in [
            (vec![verb], &english),
            (vec![verb, "cloud.yaml", "--out", "x"], &english),
            (vec![verb, "--help"], &english),
            (vec!["--lang", "es", verb], &spanish),
            (vec!["--lang=es", verb], &spanish),
        ] {
            let ran = fmc(&arguments);
            assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
            assert_eq!(ran.err, *expected, "{arguments:?}");
        }
    }
    // A file of that name is a file.
    let folder = Folder::new();
    let ran = fmc_in(&folder, &["check", "draw"]);
    assert!(ran.err.starts_with("error: draw: there is no such file"), "{}", ran.err);
}
