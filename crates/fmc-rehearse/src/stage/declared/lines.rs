//! Files of sections with keys, as systemd and `NetworkManager` read them, each line with its number.

use super::Source;
use fmc_sys::Failure;
use std::str::FromStr;

/// Keys that are known, by their sections.
pub(super) type Known = &'static [(&'static str, &'static [&'static str])];

/// A line of a file.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    path: &'a str,
    line: usize,
}

pub(super) struct Section<'a> {
    pub(super) name: &'a str,
    pub(super) at: At<'a>,
    pub(super) keys: Vec<Key<'a>>,
}

pub(super) struct Key<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
    pub(super) at: At<'a>,
}

impl<'a> At<'a> {
    pub(super) fn start(path: &'a str) -> Self {
        Self::line(path, 1)
    }

    pub(super) fn line(path: &'a str, line: usize) -> Self {
        Self { path, line }
    }

    /// What is wrong there.
    pub(super) fn wrong(self, why: &str) -> Failure {
        Failure::Wrong(format!("{}:{}: {why}", self.path, self.line))
    }

    /// A value that stands there.
    pub(super) fn read<T: FromStr>(self, value: &str) -> Result<T, Failure> {
        value.parse().map_err(|_| self.wrong(&format!("`{value}` is not understood here")))
    }

    /// A word that says yes or no.
    pub(super) fn is(self, value: &str) -> Result<bool, Failure> {
        match value {
            "yes" | "true" | "on" | "1" => Ok(true),
            "no" | "false" | "off" | "0" => Ok(false),
            _ => self.read(value),
        }
    }
}

impl Section<'_> {
    /// That nobody here knows a key of it.
    pub(super) fn stranger(&self, key: &Key<'_>) -> Failure {
        key.at.wrong(&format!("a rehearsal does not know `{}` in [{}]", key.name, self.name))
    }

    /// Passes over a key that is among those, and over no other.
    pub(super) fn passes(&self, key: &Key<'_>, among: Known) -> Result<(), Failure> {
        let known = among.iter().find(|it| it.0 == self.name);
        let is_known = known.is_some_and(|it| it.1.contains(&key.name));
        if is_known { Ok(()) } else { Err(self.stranger(key)) }
    }

    /// That nobody here knows it.
    pub(super) fn unknown(&self) -> Failure {
        self.at.wrong(&format!("a rehearsal does not know the section [{}]", self.name))
    }
}

/// The sections of a file in its order.
pub(super) fn sections<'a>(file: &Source<'a>) -> Result<Vec<Section<'a>>, Failure> {
    let mut all: Vec<Section<'a>> = Vec::new();
    for (line, text) in (1..).zip(file.text.lines()) {
        let (at, text) = (At { path: file.path, line }, text.trim());
        if text.is_empty() || text.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = text.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            all.push(Section { name, at, keys: Vec::new() });
            continue;
        }
        // A line that goes on in the next one would be two keys here.
        let pair = text.split_once('=').filter(|_| !text.ends_with('\\'));
        let (Some((name, value)), Some(section)) = (pair, all.last_mut()) else {
            return Err(at.wrong("this is no key of a section"));
        };
        section.keys.push(Key { name: name.trim_end(), value: value.trim_start(), at });
    }
    Ok(all)
}
