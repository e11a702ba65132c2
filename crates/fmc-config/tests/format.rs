//! Whole files through the formatter: golden cases, and what is left of them after mutations.
//!
//! A case is a pair of files in `tests/format`: `name.in.yaml` is formatted and must give
//! `name.out.yaml` to the byte. Both are found by looking into the folder.

use fmc_config::yaml::{FormatErrorKind, format};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/format")
}

fn read(name: &str) -> String {
    let path = folder().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of all cases: each has both of its files.
fn cases() -> Vec<String> {
    let mut halves: [BTreeSet<String>; 2] = [BTreeSet::new(), BTreeSet::new()];
    for file in std::fs::read_dir(folder()).expect("the folder of cases") {
        let name = file.expect("a file of it").file_name().into_string().expect("a name in UTF-8");
        match (name.strip_suffix(".in.yaml"), name.strip_suffix(".out.yaml")) {
            (Some(it), _) => halves[0].insert(it.to_owned()),
            (_, Some(it)) => halves[1].insert(it.to_owned()),
            _ => panic!("{name} is no part of a case"),
        };
    }
    let [inputs, outputs] = halves;
    assert_eq!(inputs, outputs, "an input without output, or an output without input");
    assert!(!inputs.is_empty(), "no case at all");
    inputs.into_iter().collect()
}

#[test]
fn golden() {
    for case in cases() {
        let expected = read(&format!("{case}.out.yaml"));
        let input = read(&format!("{case}.in.yaml"));
        let output = format(&input).unwrap_or_else(|error| panic!("{case}: {error:?}"));
        assert!(output == expected, "{case}, expected:\n{expected}\nbut was:\n{output}");
        assert_eq!(format(&output).as_deref(), Ok(expected.as_str()), "{case}, formatted twice");
    }
}

/// Characters and words that mean something to YAML, to be thrown into what was fine before.
const FRAGMENTS: &[&str] = &[
    "a",
    "b: ",
    "c:",
    "- ",
    "\n",
    "\n  ",
    "\n    ",
    "\n\n",
    "# x",
    " # y\n",
    "\n# z\n",
    "{",
    "}",
    "[",
    "]",
    ", ",
    ": ",
    "? ",
    "  ",
    "\t",
    "&x ",
    "*x",
    "\"q\"",
    "'s'",
    "'",
    "\"",
    "\\",
    "|",
    "|-\n",
    "|2",
    ">+\n",
    "~",
    "1",
    "\n- ",
    "\n  - ",
    "\nk: ",
    "ñ",
    "🛰",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\r\n",
    "\r",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "!!str ",
    "<<: *x",
    "{ a: 1, b: }",
    "[x, y]",
    "long long long long long long long long long long long long long long long long long long long",
];

/// One change: at what part of the text, how many characters go away, and what comes instead.
type Mutation = (prop::sample::Index, usize, Option<prop::sample::Index>);

fn mutate(text: &mut String, (at, remove, insert): &Mutation) {
    let mut bounds: Vec<usize> = text.char_indices().map(|it| it.0).collect();
    bounds.push(text.len());
    let start = at.index(bounds.len());
    let end = (start + remove).min(bounds.len() - 1);
    let fragment = insert.map_or("", |it| FRAGMENTS[it.index(FRAGMENTS.len())]);
    text.replace_range(bounds[start]..bounds[end], fragment);
}

/// Formatting never panics, never changes what a file says, and twice is once.
fn check(text: &str) -> Result<(), TestCaseError> {
    match format(text) {
        Ok(once) => {
            let twice = format(&once);
            prop_assert_eq!(twice.as_deref(), Ok(once.as_str()), "formatted twice");
            // In a block scalar, space at the end of a line is content.
            let is_clean = !once.lines().any(|it| it.ends_with([' ', '\t']));
            prop_assert!(is_clean || text.contains(['|', '>']), "space at the end of a line");
        }
        Err(error) => prop_assert_ne!(error.kind, FormatErrorKind::Changed, "at {}", error.at),
    }
    Ok(())
}

/// The same on every machine, so that a failure is found by the change that made it.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(0x00F1_A7CA),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(4000))]

    #[test]
    fn mutated_cases(
        case in any::<prop::sample::Index>(),
        mutations in prop::collection::vec(
            (any::<prop::sample::Index>(), 0..6_usize, any::<Option<prop::sample::Index>>()),
            1..6,
        ),
    ) {
        let cases = cases();
        let mut text = read(&format!("{}.in.yaml", cases[case.index(cases.len())]));
        for mutation in &mutations {
            mutate(&mut text, mutation);
        }
        check(&text)?;
    }

    #[test]
    fn soups_of_fragments(words in prop::collection::vec(prop::sample::select(FRAGMENTS), 1..20)) {
        check(&words.concat())?;
    }

    #[test]
    fn any_text(text in any::<String>()) {
        check(&text)?;
    }
}
