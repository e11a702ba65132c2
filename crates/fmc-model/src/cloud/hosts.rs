//! Sets of hosts that stay small however many hosts they hold.

use crate::Name;
use serde::{Serialize, Serializer};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A host's place in the order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostId(pub u32);

/// The names of all hosts of a cloud, by their ids.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct HostNames(Vec<Name>);

impl HostNames {
    /// The names in the order of their ids.
    pub fn new(names: Vec<Name>) -> Arc<Self> {
        Arc::new(Self(names))
    }

    /// The name of a host.
    pub fn name(&self, id: HostId) -> &Name {
        &self.0[id.0 as usize]
    }
}

/// A set of hosts, as runs of neighbouring ids: "every host" is one run, be it of ten thousand.
#[derive(Clone)]
pub struct HostSet {
    names: Arc<HostNames>,
    runs: Vec<Range<u32>>,
}

impl HostSet {
    /// The empty set.
    pub fn empty(names: &Arc<HostNames>) -> Self {
        Self { names: Arc::clone(names), runs: Vec::new() }
    }

    /// Every host.
    pub fn all(names: &Arc<HostNames>) -> Self {
        let count = names.0.len() as u32;
        let runs = if count == 0 { Vec::new() } else { std::iter::once(0..count).collect() };
        Self { names: Arc::clone(names), runs }
    }

    /// The hosts with these ids, in any order, each any number of times.
    pub fn of(names: &Arc<HostNames>, ids: impl IntoIterator<Item = HostId>) -> Self {
        let mut ids: Vec<u32> = ids.into_iter().map(|it| it.0).collect();
        if !ids.is_sorted() {
            ids.sort_unstable();
        }
        let mut set = Self::empty(names);
        for id in ids {
            set.push(id..id + 1);
        }
        set
    }

    /// Adds a run that does not begin before the last one does.
    fn push(&mut self, run: Range<u32>) {
        match self.runs.last_mut() {
            Some(last) if run.start <= last.end => last.end = last.end.max(run.end),
            _ => self.runs.push(run),
        }
    }

    /// Adds a host.
    pub fn insert(&mut self, id: HostId) {
        match self.runs.last_mut() {
            Some(last) if last.end == id.0 => last.end += 1,
            Some(last) if last.end > id.0 => {
                if !self.contains(id) {
                    *self = self.union(&Self::of(&self.names, [id]));
                }
            }
            _ => self.runs.push(id.0..id.0 + 1),
        }
    }

    /// Whether a host is in it.
    pub fn contains(&self, id: HostId) -> bool {
        let at = self.runs.partition_point(|it| it.end <= id.0);
        self.runs.get(at).is_some_and(|it| it.contains(&id.0))
    }

    /// How many hosts are in it.
    pub fn len(&self) -> usize {
        self.runs.iter().map(std::iter::ExactSizeIterator::len).sum()
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Its hosts in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = HostId> + '_ {
        self.runs.iter().flat_map(|it| it.clone().map(HostId))
    }

    /// The names of its hosts in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &Name> + '_ {
        self.iter().map(|it| self.names.name(it))
    }

    /// Everything that is in either.
    pub fn union(&self, other: &Self) -> Self {
        let mut runs: Vec<Range<u32>> = self.runs.iter().chain(&other.runs).cloned().collect();
        runs.sort_unstable_by_key(|it| it.start);
        let mut set = Self::empty(&self.names);
        for run in runs {
            set.push(run);
        }
        set
    }

    /// Everything that is in this one and not in the other.
    pub fn minus(&self, other: &Self) -> Self {
        let mut set = Self::empty(&self.names);
        let mut holes = other.runs.iter().peekable();
        for run in &self.runs {
            let mut start = run.start;
            while let Some(hole) = holes.peek() {
                if hole.end <= start {
                    holes.next();
                } else if hole.start >= run.end {
                    break;
                } else {
                    if hole.start > start {
                        set.runs.push(start..hole.start);
                    }
                    start = hole.end;
                    if start >= run.end {
                        break;
                    }
                }
            }
            if start < run.end {
                set.runs.push(start..run.end);
            }
        }
        set
    }

    /// Everything that is in both.
    pub fn intersection(&self, other: &Self) -> Self {
        self.minus(&self.minus(other))
    }

    /// Its hosts as the language writes them: neighbours whose names count on become a range.
    pub fn folded(&self) -> Vec<String> {
        fold_names(self.names().map(Name::as_str))
    }
}

/// Names as the language writes them: neighbours that count on become a range.
pub fn fold_names<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let mut folded = Vec::new();
    let mut names = names.into_iter().peekable();
    while let Some(first) = names.next() {
        let Some((stem, start)) = numbered(first) else {
            folded.push(first.to_owned());
            continue;
        };
        let mut end = start;
        while names.peek().is_some_and(|it| Some((stem, end)) == numbered_before(it)) {
            end += 1;
            names.next();
        }
        folded.push(match end - start {
            0 => first.to_owned(),
            _ => format!("{stem}[{start}-{end}]"),
        });
    }
    folded
}

/// The stem of a name and the number before its own.
fn numbered_before(name: &str) -> Option<(&str, u32)> {
    let (stem, number) = numbered(name)?;
    Some((stem, number.checked_sub(1)?))
}

/// The stem and the number of a name such as `worker12`; numbers with zeros before them do not fold.
fn numbered(name: &str) -> Option<(&str, u32)> {
    let stem = name.trim_end_matches(|it: char| it.is_ascii_digit());
    let digits = &name[stem.len()..];
    let plain = !digits.is_empty() && (digits == "0" || !digits.starts_with('0'));
    if plain { Some((stem, digits.parse().ok()?)) } else { None }
}

impl PartialEq for HostSet {
    fn eq(&self, other: &Self) -> bool {
        if Arc::ptr_eq(&self.names, &other.names) {
            return self.runs == other.runs;
        }
        self.len() == other.len() && self.names().eq(other.names())
    }
}

impl Eq for HostSet {}

impl fmt::Display for HostSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.folded().join(", "))
    }
}

impl fmt::Debug for HostSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{self}}}")
    }
}

impl Serialize for HostSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.folded().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Arc<HostNames> {
        let words =
            ["lb1", "lb2", "api", "worker8", "worker9", "worker10", "worker12", "n01", "n02"];
        HostNames::new(words.iter().map(|it| Name::new(it)).collect())
    }

    fn set(ids: &[u32]) -> HostSet {
        HostSet::of(&names(), ids.iter().map(|it| HostId(*it)))
    }

    #[test]
    fn folds_as_the_language_writes() {
        assert_eq!(
            set(&[0, 1, 2, 3, 4, 5, 6, 7, 8]).to_string(),
            "lb[1-2], api, worker[8-10], worker12, n01, n02"
        );
        assert_eq!(set(&[]).to_string(), "");
    }

    #[test]
    fn set_arithmetic_agrees_with_counting() {
        // Every pair of subsets of eight hosts.
        for a in 0..256_u32 {
            for b in 0..256_u32 {
                let bits =
                    |mask: u32| (0..8).filter(move |it| mask >> it & 1 == 1).collect::<Vec<u32>>();
                let (x, y) = (set(&bits(a)), set(&bits(b)));
                let ids = |it: &HostSet| it.iter().map(|id| id.0).collect::<Vec<u32>>();
                assert_eq!(ids(&x.union(&y)), bits(a | b));
                assert_eq!(ids(&x.minus(&y)), bits(a & !b));
                assert_eq!(ids(&x.intersection(&y)), bits(a & b));
            }
        }
        let mut grown = set(&[]);
        for id in [5, 1, 2, 5, 0, 8] {
            grown.insert(HostId(id));
        }
        assert_eq!(grown, set(&[0, 1, 2, 5, 8]));
        assert!(grown.contains(HostId(2)) && !grown.contains(HostId(3)));
    }
}
