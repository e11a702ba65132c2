//! `cases/`: one folder for each fault that a cloud file can have, with what is said of it.
//!
//! The harness finds the folders, so a new one needs no line here. What each file of a case means is
//! told in `cases/README.md`. `UPDATE_GOLDENS=1` writes what is printed, and never what is expected.

use crate::check::with_edit;
use crate::{Folder, ROOT, Ran, command, run};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The day on which cases are judged.
const TODAY: &str = "2026-11-23";

/// Findings that are true of nearly every small cloud: a case expects them only if it names them.
const EVERYWHERE: &[&str] = &["FMC0901"];

/// What marks a line on which a finding is expected.
const MARK: &str = "#!";

/// As many cases as there must be at the least.
const ENOUGH: usize = 100;

/// A finding that a comment expects.
#[derive(Debug)]
struct Expected {
    file: String,
    line: u64,
    code: String,
    /// What its message or the title of its code holds.
    part: String,
}

/// A finding as the program tells it.
struct Found(Value);

impl Found {
    fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap_or_default()
    }

    fn is_error(&self) -> bool {
        self.text("severity") == "error"
    }

    fn at(&self) -> (&str, u64) {
        let place = &self.0["place"];
        (place["file"].as_str().unwrap_or_default(), place["line"].as_u64().unwrap_or_default())
    }

    fn fits(&self, expected: &Expected) -> bool {
        self.text("code") == expected.code
            && self.at() == (expected.file.as_str(), expected.line)
            && [self.text("message"), self.text("title")]
                .iter()
                .any(|it| it.contains(&expected.part))
    }

    fn told(&self) -> String {
        let (file, line) = self.at();
        format!("{file}:{line} {} {}", self.text("code"), self.text("message"))
    }

    /// Every edit that its hints offer.
    fn edits(&self) -> impl Iterator<Item = &Value> {
        let hints = self.0["hints"].as_array().into_iter().flatten();
        hints.map(|it| &it["edit"]).filter(|it| !it.is_null())
    }
}

/// A folder of `cases/`.
struct Case {
    folder: PathBuf,
}

impl Case {
    fn run(&self, folder: &Path, file: &str, format: &str) -> Ran {
        run(command(folder, &["check", file, "--today", TODAY, "--format", format]))
    }

    /// What is found in a file of a folder, or what kept the program from telling.
    fn found(&self, folder: &Path, file: &str) -> Result<Vec<Found>, String> {
        let ran = self.run(folder, file, "json");
        let wrong = || format!("`check {file}` ended with {:?}\n{}{}", ran.code, ran.out, ran.err);
        let list: Vec<Value> = serde_json::from_str(&ran.out).map_err(|_| wrong())?;
        let fine = i32::from(!list.is_empty());
        if ran.code != Some(fine) {
            return Err(wrong());
        }
        Ok(list.into_iter().map(Found).collect())
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_default()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// What the comments of all its files expect, except of those that are mended.
    fn expected(&self) -> Vec<Expected> {
        let names = self.names();
        let is_yaml = |it: &str| Path::new(it).extension().is_some_and(|it| it == "yaml");
        let is_read = |it: &&String| is_yaml(it) && !it.starts_with("mended");
        names.iter().filter(is_read).flat_map(|it| expected_in(it, &self.read(it))).collect()
    }

    /// Everything that is wrong with it.
    fn complaints(&self, known: &[&str], update: bool) -> Vec<String> {
        let found = match self.found(&self.folder, "cloud.yaml") {
            Ok(found) => found,
            Err(why) => return vec![why],
        };
        let expected = self.expected();
        let mut wrong = Vec::new();
        for it in expected.iter().filter(|it| !known.contains(&it.code.as_str())) {
            wrong.push(format!("{}:{}: there is no code {}", it.file, it.line, it.code));
        }
        if expected.is_empty() {
            wrong.push(format!("no comment `{MARK} FMC…` expects anything"));
        }
        let named = |it: &Found| expected.iter().any(|other| other.code == it.text("code"));
        let counts: Vec<&Found> =
            found.iter().filter(|it| named(it) || !EVERYWHERE.contains(&it.text("code"))).collect();
        wrong.extend(unmatched(&expected, &counts));
        wrong.extend(self.misprinted(found.len(), update));
        let mended = self.folder.join("mended.yaml").is_file();
        if mended {
            wrong.extend(self.not_mended(&expected));
        }
        for it in counts {
            wrong.extend(self.misled(it, &found));
            if !mended && it.edits().next().is_none() {
                wrong.push(format!("nothing mends it: {}", it.told()));
            }
        }
        wrong
    }

    /// What is printed for people is what was accepted, and every format has as many findings.
    fn misprinted(&self, count: usize, update: bool) -> Vec<String> {
        let mut wrong = Vec::new();
        let ran = self.run(&self.folder, "cloud.yaml", "text");
        let printed = format!("{}{}", ran.out, ran.err);
        if update {
            fs::write(self.folder.join("expected.txt"), &printed).expect("a golden");
        }
        if printed != self.read("expected.txt") {
            wrong.push(format!("expected.txt differs (UPDATE_GOLDENS=1 writes it):\n{printed}"));
        }
        let begins = |it: &&str| it.starts_with("error[") || it.starts_with("warning[");
        let told = ran.out.lines().filter(begins).count();
        let sarif = self.run(&self.folder, "cloud.yaml", "sarif").json();
        let listed = sarif["runs"][0]["results"].as_array().map_or(0, Vec::len);
        if (told, listed) != (count, count) {
            wrong.push(format!("{count} findings, {told} in the text, {listed} in SARIF"));
        }
        wrong
    }

    /// The file that is mended has none of the findings, and no error.
    fn not_mended(&self, expected: &[Expected]) -> Vec<String> {
        let left = match self.found(&self.folder, "mended.yaml") {
            Ok(left) => left,
            Err(why) => return vec![why],
        };
        let is_left =
            |it: &&Found| it.is_error() || expected.iter().any(|of| of.code == it.text("code"));
        left.iter().filter(is_left).map(|it| format!("not mended: {}", it.told())).collect()
    }

    /// Each edit that a finding offers makes it disappear, and no error comes with it.
    fn misled(&self, finding: &Found, before: &[Found]) -> Vec<String> {
        let mut wrong = Vec::new();
        for edit in finding.edits() {
            let folder = Folder::new();
            for name in self.names() {
                folder.write(&name, self.read(&name));
            }
            let name = edit["place"]["file"].as_str().unwrap_or_default();
            folder.write(name, with_edit(&self.read(name), edit));
            let after = match self.found(folder.path(), "cloud.yaml") {
                Ok(after) => after,
                Err(why) => {
                    wrong.push(why);
                    continue;
                }
            };
            let (before, after) = (counted(before), counted(&after));
            let this = (finding.text("code"), finding.text("message"));
            if after.get(&this).map_or(0, |it| it.0) >= before[&this].0 {
                wrong.push(format!("{edit} does not mend {}", finding.told()));
            }
            for (key, (count, is_error)) in &after {
                if *is_error && *count > before.get(key).map_or(0, |it| it.0) {
                    wrong.push(format!("{edit} brings {} {}", key.0, key.1));
                }
            }
        }
        wrong
    }
}

/// How often each finding is there, wherever it is, and whether it is an error.
fn counted(all: &[Found]) -> BTreeMap<(&str, &str), (usize, bool)> {
    let mut counted = BTreeMap::new();
    for it in all {
        let of = counted.entry((it.text("code"), it.text("message"))).or_insert((0, it.is_error()));
        of.0 += 1;
    }
    counted
}

/// What the comments of a text expect: `#! FMC0406 would not move`, and more of them behind it.
fn expected_in(file: &str, text: &str) -> Vec<Expected> {
    let mut all = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        for comment in text.split(MARK).skip(1) {
            let (code, part) = comment.trim().split_once(' ').unwrap_or((comment.trim(), ""));
            let (file, code) = (file.to_owned(), code.to_owned());
            all.push(Expected { file, line, code, part: part.trim().to_owned() });
        }
    }
    all
}

/// Comments without a finding, and findings without a comment.
fn unmatched(expected: &[Expected], found: &[&Found]) -> Vec<String> {
    let mut left: Vec<&Found> = found.to_vec();
    let mut wrong = Vec::new();
    for it in expected {
        match left.iter().position(|found| found.fits(it)) {
            Some(at) => drop(left.remove(at)),
            None => {
                wrong.push(format!("not found: {}:{} {} {}", it.file, it.line, it.code, it.part));
            }
        }
    }
    wrong.extend(left.iter().map(|it| format!("not expected: {}", it.told())));
    wrong
}

/// Everything wrong with all cases of a folder, and how many there are. Both processors work.
fn complaints(folder: &Path, update: bool) -> (usize, String) {
    let known: Vec<&str> = fmc_check::question::codes().iter().map(|it| it.id).collect();
    let entries = fs::read_dir(folder).expect("the cases").map(|it| it.expect("an entry").path());
    let cases: Vec<Case> = entries.filter(|it| it.is_dir()).map(|folder| Case { folder }).collect();
    let (next, wrong) = (Mutex::new(cases.iter()), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = { next.lock().expect("a case").next() } {
                    let all = case.complaints(&known, update);
                    if !all.is_empty() {
                        let name = case.folder.file_name().expect("a name").to_string_lossy();
                        let told = format!("{name}:\n  {}\n", all.join("\n  "));
                        wrong.lock().expect("a list").insert(name.into_owned(), told);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("a list");
    (cases.len(), wrong.into_values().collect())
}

#[test]
fn every_fault_is_found_where_it_is_and_mended() {
    let update = std::env::var_os("UPDATE_GOLDENS").is_some();
    let (count, wrong) = complaints(&Path::new(ROOT).join("cases"), update);
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count >= ENOUGH, "{count} cases");
}

#[test]
fn what_is_wrong_with_a_case_is_told() {
    const SOUND: &str = "version: 1\nname: a\nnetworks: { lan: { cidr: 10.0.0.0/24 } }\n";
    const FAULTY: &str = "version: 1\nname: a\nnetworks: { lan: { cidr: 10.0.0.0/24, mut: 1400 } }";
    let check = |cloud: &str, mended: Option<&str>, golden: Option<&str>, parts: &[&str]| {
        let folder = Folder::new();
        folder.write("one/cloud.yaml", cloud);
        if let Some(mended) = mended {
            folder.write("one/mended.yaml", mended);
        }
        if let Some(golden) = golden {
            folder.write("one/expected.txt", golden);
        }
        let (count, wrong) = complaints(folder.path(), golden.is_none());
        assert_eq!(count, 1);
        for part in parts {
            assert!(wrong.contains(part), "{part}\n{wrong}");
        }
        assert_eq!(wrong.is_empty(), parts.is_empty(), "{wrong}");
        // What is accepted is written only by who asks for it, and comments by nobody.
        assert_eq!(folder.read("one/cloud.yaml"), cloud);
        assert!(golden.is_none_or(|it| it == folder.read("one/expected.txt")));
    };
    let expects = |it: &str| format!("{FAULTY} {it}\n");
    check(&expects("#! FMC0103 unknown key"), None, None, &[]);
    check(&expects("#! FMC0103"), Some(SOUND), None, &[]);
    check(&expects(""), None, None, &["no comment", "not expected: cloud.yaml:3 FMC0103"]);
    check(&expects("#! FMC0103"), None, Some("old"), &["expected.txt differs"]);
    check(&expects("#! FMC0103 something else"), None, None, &["not found: cloud.yaml:3 FMC0103"]);
    check(&expects("#! FMC9999"), None, None, &["there is no code FMC9999", "not expected"]);
    check(&format!("#! FMC0103\n{FAULTY}\n"), None, None, &["not found: cloud.yaml:1", "not exp"]);
    check(&expects("#! FMC0103"), Some(FAULTY), None, &["not mended: mended.yaml:3 FMC0103"]);
    let nowhere = "version: 1\nname: a #! FMC0701\n";
    check(nowhere, None, None, &["nothing mends it", "FMC0701"]);
    check("", None, None, &["no comment", "FMC0110"]);
}
