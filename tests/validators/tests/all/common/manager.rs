//! Profiles of NetworkManager, read by its own parser and written by it again.

use super::tools::{Verdict, run};
use super::{Given, told};
use fmc_sys::{Command, Sandbox};
use std::collections::BTreeSet;

/// It takes the profile, and has understood every line of it: what it does not know it leaves out.
pub(crate) fn profile(file: &Given, on: &Sandbox) -> Verdict {
    let command = Command::new("nmcli")
        .args(["--offline", "connection", "modify", "connection.autoconnect", "yes"])
        .input(file.text.clone());
    let outcome = run(&command, on)?;
    if !outcome.success() {
        return Err(told(&command, &outcome));
    }
    let understood = outcome.text();
    match lines(&file.text).difference(&lines(&understood)).next() {
        Some((section, line)) => Err(format!("[{section}] {line} was left out of: {understood}")),
        None => Ok(()),
    }
}

/// Each line that says something, with its section.
fn lines(text: &str) -> BTreeSet<(&str, &str)> {
    let mut section = "";
    let mut all = BTreeSet::new();
    for line in text.lines().filter(|it| !it.is_empty() && !it.starts_with('#')) {
        match line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            Some(name) => section = name,
            None => {
                all.insert((section, line));
            }
        }
    }
    all
}
