//! Thinking crates do no IO, read no clock and start no thread; of the others, only `fmc` prints
//! or reads its arguments and environment.
//!
//! A crate that cannot do IO cannot fail halfway, gives the same answer everywhere, and needs no
//! stand-ins in its tests. This looks at names only, so it can be deceived, but not by accident.

use super::dependencies::THINKING;
use super::{Finding, line_of, rust, words};
use crate::workspace::{File, Tree};

/// What no thinking crate names, and why.
const WORLD: &[(&str, &str)] = &[
    ("std::fs", "files are read and written by `fmc`, which passes text on"),
    ("std::net", "the network is for doing crates (addresses such as `std::net::IpAddr` are fine)"),
    ("std::process", "processes are for doing crates"),
    ("std::thread", "threads are for doing crates"),
    ("SystemTime", "today is an argument"),
    ("Instant::now", "who wants to know how long it took measures it outside"),
    ("tokio", "nothing here waits"),
    ("async fn", "nothing here waits"),
    ("async move", "nothing here waits"),
    ("async {", "nothing here waits"),
];

/// What no crate but `fmc` names, and why.
const VOICE: &[(&str, &str)] = &[
    ("std::env", "only `fmc` reads arguments and the environment"),
    ("io::stdin", "only `fmc` reads its input"),
    ("io::stdout", "only `fmc` prints"),
    ("io::stderr", "only `fmc` prints"),
    ("print!", "only `fmc` prints"),
    ("println!", "only `fmc` prints"),
    ("eprint!", "only `fmc` prints"),
    ("eprintln!", "only `fmc` prints"),
    ("dbg!", "only `fmc` prints"),
];

/// Names under `std::net` that are data: they open nothing.
const ADDRESSES: &[&str] = &[
    "AddrParseError",
    "IpAddr",
    "Ipv4Addr",
    "Ipv6Addr",
    "SocketAddr",
    "SocketAddrV4",
    "SocketAddrV6",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust().flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let Some(name) = library_crate(&file.path) else { return Vec::new() };
    let thinking = THINKING.iter().any(|it| it.0 == name);
    let code = rust::without_tests(&rust::code(&file.text));
    let imports = imports(&code);
    let mut findings = Vec::new();
    for (banned, reason) in if thinking { WORLD } else { &[] }.iter().chain(VOICE) {
        let spelled =
            words(&code, banned).filter(|at| !harmless(banned, &code[at + banned.len()..]));
        let imported = imports.iter().filter(|(_, path)| {
            path.strip_prefix(banned).is_some_and(|rest| {
                (rest.is_empty() || rest.starts_with("::")) && !harmless(banned, rest)
            })
        });
        for at in spelled.chain(imported.map(|it| it.0)) {
            let message = format!("`{name}` names `{banned}`: {reason}");
            findings.push(Finding::new(&file.path, line_of(&code, at), message));
        }
    }
    findings.sort();
    findings.dedup();
    findings
}

/// The crate whose own code a file is: under `crates`, in `src`, and not a file of tests.
fn library_crate(path: &str) -> Option<&str> {
    let (name, rest) = path.strip_prefix("crates/")?.split_once('/')?;
    let inner = rest.strip_prefix("src/")?;
    let tests = inner.split('/').any(|it| it == "tests" || it == "tests.rs");
    (name != "fmc" && !tests).then_some(name)
}

/// Whether what follows a banned path makes it harmless: `std::env!` is a macro that runs at
/// build time, `std::env::consts` is what was known then, and `std::net::IpAddr` is a value.
fn harmless(banned: &str, rest: &str) -> bool {
    match banned {
        "std::env" => rest.starts_with('!') || rest.starts_with("::consts"),
        // A group of imports is judged name by name, below.
        "std::net" => rest.strip_prefix("::").is_some_and(|rest| {
            let end = rest.find(|it: char| !it.is_alphanumeric()).unwrap_or(rest.len());
            rest.starts_with('{') || ADDRESSES.contains(&&rest[..end])
        }),
        _ => false,
    }
}

/// Every path that a `use` brings in, with the position of that `use`.
fn imports(code: &str) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    for at in words(code, "use") {
        let rest = &code[at + 3..];
        // `impl Trait + use<'a>` is another thing.
        if rest.starts_with(char::is_whitespace) {
            let tree: String = rest[..rest.find(';').unwrap_or(rest.len())].into();
            let mut found = Vec::new();
            expand("", tree.trim().trim_start_matches("::"), &mut found);
            paths.extend(found.into_iter().map(|it| (at, it)));
        }
    }
    paths
}

/// Writes `a::{b, c::{d}}` out as `a::b` and `a::c::d`.
fn expand(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let Some((stem, group)) = tree.split_once('{') else {
        let name = tree.split_whitespace().next().unwrap_or_default();
        let path = format!("{prefix}{name}");
        paths.push(path.trim_end_matches("::self").to_owned());
        return;
    };
    let prefix = format!("{prefix}{}", stem.trim());
    let (mut depth, mut start) = (0_usize, 0);
    let group = group.trim_end().strip_suffix('}').unwrap_or(group);
    for (at, it) in group.char_indices().chain([(group.len(), ',')]) {
        match it {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                let part = group[start..at].trim();
                if !part.is_empty() {
                    expand(&prefix, part, paths);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<usize> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|it| it.line).collect()
    }

    const MODEL: &str = "crates/fmc-model/src/read.rs";

    #[test]
    fn io_is_found_however_it_is_named() {
        for line in [
            "let x = std::fs::read(path);",
            "use std::{fmt, fs};",
            "use std::{collections::{BTreeMap, BTreeSet}, fs::{self, File}};",
            "use ::std::fs as disk;",
            "use std::net::{IpAddr, TcpStream};",
            "use std::net;",
            "std::process::exit(1);",
            "let args = std::env::args();",
            "let now = Instant::now();",
            "use std::time::SystemTime;",
            "println!(\"x\");",
            "writeln!(io::stderr(), \"x\")",
            "std::thread::spawn(f);",
            "async fn f() {}",
        ] {
            assert_eq!(findings(MODEL, &format!("fn a() {{}}\n{line}\n")), [2], "{line}");
        }
    }

    #[test]
    fn what_is_pure_is_left_alone() {
        for line in [
            "use std::net::{IpAddr, Ipv4Addr};",
            "let x: std::net::IpAddr = it;",
            "let x = std::env!(\"CARGO_PKG_VERSION\"); let y = env!(\"X\");",
            "let x = std::env::consts::ARCH;",
            "use std::time::{Duration, Instant};",
            "// println!(\"in a comment\") std::fs",
            "let x = \"std::fs\";",
            "use std::fmt::{self, Write as _};",
            "#[cfg(test)]\nmod tests { use std::fs; fn f() { println!(\"{}\", 1) } }",
            "fn f() -> impl Iterator<Item = u8> + use<> { x }",
        ] {
            assert_eq!(findings(MODEL, line), [0; 0], "{line}");
        }
        let io = "use std::fs; fn main() { println!(\"\") }";
        assert_eq!(findings("crates/fmc-model/tests/golden.rs", io), [0; 0]);
        assert_eq!(findings("crates/fmc-model/src/read/tests.rs", io), [0; 0]);
        assert_eq!(findings("crates/fmc/src/main.rs", io), [0; 0]);
        assert_eq!(findings("xtask/src/main.rs", io), [0; 0]);
    }

    #[test]
    fn doing_crates_do_but_do_not_print() {
        assert_eq!(findings("crates/fmc-sys/src/lib.rs", "use std::fs;\nprintln!();"), [2]);
    }
}
