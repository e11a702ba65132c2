//! Exact sets of the ports of one protocol.

use fmc_config::nft::PortRange;
use std::fmt;

/// A set of ports, as ranges in order that do not touch each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortSet(Vec<PortRange>);

impl PortSet {
    /// No port at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether no port is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Its ranges, in order.
    pub fn ranges(&self) -> &[PortRange] {
        &self.0
    }

    /// Whether a port is in it.
    pub fn contains(&self, port: u16) -> bool {
        let at = self.0.partition_point(|it| it.last < port);
        self.0.get(at).is_some_and(|it| it.first <= port)
    }

    /// Adds a range.
    pub fn insert(&mut self, range: PortRange) {
        let PortRange { mut first, mut last } = range;
        // Those that it overlaps or touches become one with it.
        let start = self.0.partition_point(|it| it.last.saturating_add(1) < first);
        let mut end = start;
        while let Some(it) = self.0.get(end).filter(|it| it.first <= last.saturating_add(1)) {
            (first, last) = (first.min(it.first), last.max(it.last));
            end += 1;
        }
        self.0.splice(start..end, [PortRange { first, last }]);
    }

    /// What is in it or in the other.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        for range in &other.0 {
            all.insert(*range);
        }
        all
    }

    /// What is in it and not in the other.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        let mut others = other.0.iter().peekable();
        for own in &self.0 {
            let mut first = u32::from(own.first);
            while let Some(it) = others.peek() {
                if it.last < own.first {
                    others.next();
                    continue;
                }
                if it.first > own.last {
                    break;
                }
                if u32::from(it.first) > first {
                    left.push(range(first, u32::from(it.first) - 1));
                }
                first = u32::from(it.last) + 1;
                if it.last >= own.last {
                    break;
                }
                others.next();
            }
            if first <= u32::from(own.last) {
                left.push(range(first, own.last.into()));
            }
        }
        Self(left)
    }
}

/// A range within ports.
fn range(first: u32, last: u32) -> PortRange {
    PortRange { first: first as u16, last: last as u16 }
}

impl FromIterator<PortRange> for PortSet {
    fn from_iter<T: IntoIterator<Item = PortRange>>(ranges: T) -> Self {
        let mut set = Self::new();
        ranges.into_iter().for_each(|it| set.insert(it));
        set
    }
}

/// `22, 80-81, 443`.
impl fmt::Display for PortSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, PortRange { first, last }) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            if first == last {
                write!(f, "{comma}{first}")?;
            } else {
                write!(f, "{comma}{first}-{last}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ranges: &[(u16, u16)]) -> PortSet {
        ranges.iter().map(|it| PortRange { first: it.0, last: it.1 }).collect()
    }

    #[test]
    fn sets_are_what_they_hold() {
        let pieces = [(1, 9), (5, 20), (22, 22), (23, 30), (443, 443), (65_000, 65_535), (1, 1)];
        // Every subset against every other one, port by port.
        for mask in 0..1_u32 << pieces.len() {
            let of = |mask: u32| -> Vec<(u16, u16)> {
                let is_in = |it: &usize| mask >> it & 1 == 1;
                (0..pieces.len()).filter(is_in).map(|it| pieces[it]).collect()
            };
            let (a, b) = (of(mask), of(mask.reverse_bits() >> (32 - pieces.len())));
            let holds =
                |all: &[(u16, u16)], port| all.iter().any(|it| (it.0..=it.1).contains(&port));
            let (left, right) = (set(&a), set(&b));
            for port in [1, 4, 5, 9, 10, 20, 21, 22, 23, 30, 31, 443, 64_999, 65_000, 65_535] {
                assert_eq!(left.contains(port), holds(&a, port));
                assert_eq!(left.union(&right).contains(port), holds(&a, port) || holds(&b, port));
                let minus = left.minus(&right);
                assert_eq!(
                    minus.contains(port),
                    holds(&a, port) && !holds(&b, port),
                    "{a:?} {b:?}"
                );
            }
            let apart = |it: &[PortRange]| it.windows(2).all(|it| it[0].last + 1 < it[1].first);
            assert!(apart(left.ranges()) && apart(left.union(&right).ranges()));
        }
        assert_eq!(set(&[(443, 443), (80, 80), (81, 81), (22, 22)]).to_string(), "22, 80-81, 443");
    }
}
