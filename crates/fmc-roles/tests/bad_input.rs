//! Files that nobody would write by hand: broken, foreign, or made to hurt whoever reads them. Each
//! is refused with the right word first and without a panic. Some are so large that a reader which
//! took the square of their size would not come to an end.

mod common;

use common::{Outcome, outcome};
use fmc_model::{Language, load, resolve};
use fmc_roles::ROLES;
use std::fmt::Write as _;

const FOUNDING: &str = include_str!("../../../examples/flatcarmicrocloud.yaml");

/// The least that is a cloud.
const HEAD: &str = "version: 1\nname: home\nnetworks: { lan: { cidr: 192.168.1.0/24 } }\n";

/// A file, its first finding, and a word of its message.
struct Bad {
    what: &'static str,
    bytes: Vec<u8>,
    code: &'static str,
    says: &'static str,
}

fn bad(
    what: &'static str,
    bytes: impl Into<Vec<u8>>,
    code: &'static str,
    says: &'static str,
) -> Bad {
    Bad { what, bytes: bytes.into(), code, says }
}

/// The head of a cloud with more behind it.
fn with(rest: &str) -> String {
    format!("{HEAD}{rest}")
}

/// `text` as a Windows editor of old saves it.
fn utf_16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// So many lines, each made of its number.
fn lines(count: usize, mut line: impl FnMut(&mut String, usize)) -> String {
    let mut text = String::new();
    for it in 0..count {
        line(&mut text, it);
        text.push('\n');
    }
    text
}

/// Printable noise, always the same.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let byte = b' ' + (state % 95) as u8;
        if state.is_multiple_of(61) { b'\n' } else { byte }
    };
    (0..bytes).map(|_| next()).collect()
}

/// Nine levels of nine aliases of the level below.
fn alias_bomb() -> String {
    let mut text = "a: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let below = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(text, "b{level}: &a{level} [{below}]").expect("text grows");
    }
    text
}

fn foreign() -> Vec<Bad> {
    vec![
        bad("nothing", "", "FMC0110", "empty"),
        bad("only comments", "# one\n# two\n\n", "FMC0110", "empty"),
        bad("only spaces", " \n  \n", "FMC0110", "empty"),
        bad("null", "null\n", "FMC0104", "needs a `version`"),
        bad("a word", "hello\n", "FMC0105", "expected a map of keys, found `hello`"),
        bad("a list", "- a\n- b\n", "FMC0105", "found a list"),
        bad("NUL", &b"version: 1\0\n"[..], "FMC0111", "not a text file"),
        bad("no UTF-8", &b"version: 1\nname: \xff\xfe\n"[..], "FMC0111", "not a text file"),
        bad("Latin-1", &b"version: 1\nname: T\xfanel\n"[..], "FMC0111", "not a text file"),
        bad("PNG", &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "FMC0111", "not a text file"),
        bad("gzip", &b"\x1f\x8b\x08\0\0\0\0\0\0\x03"[..], "FMC0111", "not a text file"),
        bad("UTF-16", utf_16(FOUNDING), "FMC0111", "not a text file"),
        bad("JSON that breaks off", "{\"version\": 1,\n", "FMC0101", "YAML"),
        bad("a script", "#!/bin/sh\nset -e\nif [ -f x ]; then\n", "FMC0105", "found `set -e"),
        bad("HTML", "<!doctype html>\n<p>Not found</p>\n", "FMC0105", "expected a map of keys"),
        bad("TOML", "[package]\nname = \"fmc\"\n", "FMC0105", "found a list"),
    ]
}

fn grammar() -> Vec<Bad> {
    vec![
        bad("tabs", "version: 1\nnetworks:\n\tlan:\n\t\tcidr: x\n", "FMC0101", "a tab"),
        bad("an open quote", with("title: \"x\n"), "FMC0101", "YAML"),
        bad("an open single quote", with("title: 'x\n"), "FMC0101", "YAML"),
        bad("an open bracket", with("hosts: { a: {\n"), "FMC0101", "unclosed bracket"),
        bad("a stray bracket", with("hosts: ]\n"), "FMC0101", "YAML"),
        bad("YAML 3.0", format!("%YAML 3.0\n---\n{HEAD}"), "FMC0101", "YAML"),
        bad("two documents", format!("{HEAD}---\n{HEAD}"), "FMC0108", "second document"),
        bad("a key twice", with("title: a\ntitle: b\n"), "FMC0102", "`title` is said twice"),
        bad("a merge key", with("hosts: { a: { <<: { os: debian } } }\n"), "FMC0108", "`<<`"),
        bad("a tag", with("title: !!binary aGVsbG8=\n"), "FMC0108", "tags"),
        bad("a local tag", with("title: !secret x\n"), "FMC0108", "tags"),
        bad("a key that is a list", with("? [a, b]\n: c\n"), "FMC0108", "single word"),
        bad("a key that is a map", with("? { a: b }\n: c\n"), "FMC0108", "single word"),
        bad("an unknown alias", with("title: *x\n"), "FMC0108", "no `&x`"),
        bad("an alias in itself", with("hosts: &a { b: *a }\n"), "FMC0108", "a part of"),
        bad("an emoji as a key", with("🦀: 1\n"), "FMC0103", "unknown key"),
    ]
}

fn large() -> Vec<Bad> {
    let deep_block = lines(2_000, |text, it| {
        let _ = write!(text, "{}a:", " ".repeat(it));
    });
    let keys = lines(100_000, |text, it| {
        let _ = write!(text, "k{it}: x");
    });
    let same_keys = lines(100_000, |text, it| {
        let _ = write!(text, "k{}: x", it % 50_000);
    });
    let hosts = lines(100_000, |text, it| {
        let _ = write!(text, "  h{it}: {{ os: debian, nics: {{ lan: {} }} }}", it % 250 + 2);
    });
    vec![
        bad("deep brackets", with(&format!("note: {}", "[".repeat(10_000))), "FMC0109", "deeper"),
        bad("deep braces", with(&format!("note: {}", "{a: ".repeat(10_000))), "FMC0109", "deeper"),
        bad("deep blocks", deep_block, "FMC0109", "deeper"),
        bad("deep lists", "- ".repeat(10_000), "FMC0109", "deeper"),
        bad("aliases of aliases", alias_bomb(), "FMC0109", "aliases"),
        bad("a giant range", with("hosts:\n  a[1-999999999]:\n"), "FMC0106", "more than 65536"),
        bad("giant ranges", with("hosts:\n  a[1-60000][1-60000]:\n"), "FMC0106", "more than"),
        bad("noise", noise(10_000_000), "FMC0109", "10000000 bytes"),
        bad("a little noise", noise(1_000_000), "FMC0105", "expected a map of keys"),
        bad("10 MB of comments", "# nothing\n".repeat(1_000_000), "FMC0109", "10000000 bytes"),
        bad("7 MB of comments", "# nothing\n".repeat(700_000), "FMC0110", "empty"),
        bad("7 MB of a list", "- abcd\n".repeat(1_000_000), "FMC0105", "found a list"),
        bad("a long text", with(&format!("os: {}\n", "x".repeat(5 << 20))), "FMC0103", "`os`"),
        bad("a long key", with(&format!("{}: 1\n", "x".repeat(1000))), "FMC0103", "unknown key"),
        bad("100,000 keys", keys, "FMC0103", "unknown key `k0`"),
        bad("100,000 keys, each twice", same_keys, "FMC0103", "unknown key `k0`"),
        bad("100,000 hosts at 250 addresses", with(&format!("hosts:\n{hosts}")), "FMC0301", "h0"),
    ]
}

/// Looks at one file; says what is wrong with what comes of it.
fn refused(it: &Bad) -> Option<String> {
    let found = outcome(&it.bytes, &[]);
    let what = it.what;
    let Some(first) = found.diagnostics.iter().next() else {
        return Some(format!("{what}: nothing was found"));
    };
    let message = first.message(Language::English);
    if first.code.id != it.code || !message.contains(it.says) {
        let (code, says) = (it.code, it.says);
        return Some(format!("{what}: not {code} with {says:?}\n{}", found.told()));
    }
    // What cannot be said in a line is not said.
    let long = message.chars().count() > 400 || message.contains('\n');
    (long || first.hints.is_empty()).then(|| format!("{what}:\n{}", found.told()))
}

#[track_caller]
fn all_refused(files: &[Bad]) {
    let wrong: Vec<String> = files.iter().filter_map(refused).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_is_no_cloud() {
    all_refused(&foreign());
}

#[test]
fn what_is_no_yaml_of_ours() {
    all_refused(&grammar());
}

#[test]
fn what_is_too_much() {
    all_refused(&large());
}

/// The lines and columns of everything that the founding cloud was made from.
fn origins(found: &Outcome) -> Vec<(u32, u32)> {
    let cloud = found.cloud.as_ref().expect("a cloud");
    let hosts = cloud.hosts.values().flat_map(|it| {
        let nics = it.nics.iter().map(|it| &it.origin);
        [&it.origin].into_iter().chain(nics).chain(it.roles.iter().map(|it| &it.origin))
    });
    hosts.map(|it| (it.line, it.column)).collect()
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_no_fault() {
    let plain = outcome(FOUNDING.as_bytes(), &[]);
    let windows = FOUNDING.replace('\n', "\r\n");
    for (text, what) in [(windows.clone(), "CRLF"), (format!("\u{feff}{windows}"), "a mark")] {
        let found = outcome(text.as_bytes(), &[]);
        assert!(found.diagnostics.is_empty(), "{what}\n{}", found.told());
        assert_eq!(origins(&found), origins(&plain), "{what}");
    }
    // A fault is found in the same line and column too.
    let slip = windows.replace("{ etcd: ,", "{ etdc: ,");
    let found = outcome(slip.as_bytes(), &[]);
    let first = found.diagnostics.iter().next().expect("a finding");
    let place = found.loaded.sources.line_column(first.place);
    let line = FOUNDING.lines().position(|it| it.contains("{ etcd: ,")).expect("the line");
    assert_eq!((place.line, place.column), (line + 1, 14));
    assert_eq!(found.loaded.sources.slice(first.place), "etdc");
}

#[test]
fn includes_that_go_wrong() {
    let many = lines(100, |text, it| {
        let _ = write!(text, "  - part{it}.yaml");
    });
    let parts: Vec<(String, String)> =
        (0..100).map(|it| (format!("part{it}.yaml"), "suppress: []\n".to_owned())).collect();
    let files: Vec<(&str, &str)> = parts.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
    for (rest, code, says, count) in [
        ("include: cloud.yaml\n", "FMC0113", "included twice", 1),
        ("include: ./x/../cloud.yaml\n", "FMC0113", "included twice", 1),
        ("include: [part1.yaml, part1.yaml]\n", "FMC0113", "included twice", 1),
        ("include: ../../etc/passwd\n", "FMC0113", "cannot read `../../etc/passwd`", 1),
        ("include: /etc/passwd\n", "FMC0113", "an absolute path", 1),
        ("include: \"\"\n", "FMC0113", "cannot read", 1),
        ("include: { a: b }\n", "FMC0105", "found a map", 1),
        (&format!("include:\n{many}"), "FMC0113", "more than 64 files", 1),
    ] {
        let text = with(rest);
        let found = outcome(text.as_bytes(), &files);
        let first = found.diagnostics.iter().next().expect("a finding");
        assert_eq!(first.code.id, code, "{rest}\n{}", found.told());
        assert!(first.message(Language::English).contains(says), "{rest}\n{}", found.told());
        assert!(!first.hints.is_empty(), "{rest}\n{}", found.told());
        assert_eq!(found.diagnostics.len(), count, "{rest}\n{}", found.told());
    }
}

#[test]
fn files_that_include_each_other_come_to_an_end() {
    let files = [("a.yaml", "include: b.yaml\n"), ("b.yaml", "include: [a.yaml, cloud.yaml]\n")];
    let found = outcome(with("include: a.yaml\n").as_bytes(), &files);
    let codes: Vec<&str> = found.diagnostics.iter().map(|it| it.code.id).collect();
    assert_eq!(codes, ["FMC0113", "FMC0113"], "{}", found.told());
}

/// An included file is read with the same care as the first.
#[test]
fn included_files_may_be_anything_too() {
    for (bytes, code) in [
        (&b"\x89PNG\r\n"[..], "FMC0111"),
        (&b""[..], "FMC0110"),
        (&b"a: [\n"[..], "FMC0101"),
        (&b"- a\n"[..], "FMC0105"),
    ] {
        let text = with("include: other.yaml\n");
        let mut open = |_: &str| Ok(bytes.to_vec());
        let loaded = load("cloud.yaml", text.as_bytes(), ROLES, &mut open);
        let today = fmc_model::Date { year: 2026, month: 7, day: 1 };
        let (_, diagnostics) = resolve(&loaded, ROLES, today);
        let found: Vec<&str> = diagnostics.iter().map(|it| it.code.id).collect();
        assert_eq!(found, [code]);
        let place = diagnostics.iter().next().map(|it| it.place);
        assert_eq!(place.map(|it| it.file), Some(1), "{code} lies in the other file");
    }
}
