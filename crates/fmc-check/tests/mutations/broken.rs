//! Texts that are damaged without any sense: whatever they are, they are told of and nothing panics.

use crate::{for_each, found, generate};
use clouds::random::Random;
use std::fs;
use std::path::{Path, PathBuf};

/// How many texts are damaged.
const MANY: u64 = 600;

/// What may stand in the way of any reader.
const ODD: [&str; 14] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\n",
    "&a ",
    "*a",
    "\u{301}",
    "999999999999",
    "-1",
    "[1-3]",
];

/// A text with some lines lost, repeated or moved, and odd characters in it.
fn damaged(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for _ in 0..random.between(1, 4) {
        let at = random.between(0, lines.len() - 1);
        match random.between(0, 4) {
            0 if lines.len() > 2 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => {
                let other = random.between(0, lines.len() - 1);
                lines.swap(at, other);
            }
            _ => {
                let line = &mut lines[at];
                let ends: Vec<usize> = line.char_indices().map(|it| it.0).collect();
                if let Some(inside) = random.pick(&ends).copied() {
                    line.insert_str(inside, random.one::<&str>(&ODD));
                }
            }
        }
    }
    lines.concat()
}

/// Asks everything of a text, and holds that every place is in it.
fn ask(text: &str) {
    let (found, sources) = found(text);
    for it in found.iter() {
        let places = it.labels.iter().map(|it| it.place).chain([it.place]);
        let edits = it.hints.iter().filter_map(|it| it.edit.as_ref()).map(|it| it.place);
        for place in places.chain(edits) {
            let range = place.start as usize..place.end as usize;
            assert!(sources.get(place.file).text().get(range).is_some(), "{it:?}");
        }
    }
}

#[test]
fn damaged_texts_are_told_of() {
    for_each(MANY, |seed| {
        let mut random = Random::new(seed ^ 0xdead);
        let text = damaged(&generate::cloud(seed).text(), &mut random);
        let asked = std::panic::catch_unwind(|| ask(&text));
        assert!(asked.is_ok(), "seed {seed} panics:\n{text}");
    });
}

#[test]
fn what_fuzzers_start_from_is_told_of() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = ["fuzz/seeds/yaml", "fuzz/seeds/cloud", "examples"];
    let files = folders.iter().flat_map(|it| {
        let entries = fs::read_dir(root.join(it)).expect("a folder");
        entries.map(|it| it.expect("an entry").path())
    });
    let files: Vec<PathBuf> = files.collect();
    assert!(files.len() > 10, "{files:?}");
    for file in files {
        let bytes = fs::read(&file).expect("a file");
        if let Ok(text) = std::str::from_utf8(&bytes) {
            ask(text);
        }
    }
}
