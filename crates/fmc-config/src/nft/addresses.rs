//! Sets of IP addresses as disjoint ranges, which is what a packet is compared with.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A set of addresses of both versions of the Internet protocol. Neighbouring ranges are joined, so
/// two equal sets are equal values, and a thousand hosts in a row are one range.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Addresses {
    v4: Vec<(u32, u32)>,
    v6: Vec<(u128, u128)>,
}

/// First to last address of a range, both of one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange {
    /// The first address.
    pub first: IpAddr,
    /// The last address, itself included.
    pub last: IpAddr,
}

/// A version of the Internet protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// 4.
    V4,
    /// 6.
    V6,
}

impl Version {
    /// That of an address.
    pub fn of(address: IpAddr) -> Self {
        if address.is_ipv4() { Self::V4 } else { Self::V6 }
    }
}

impl Addresses {
    /// The empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// The set of these single addresses.
    pub fn of(addresses: impl IntoIterator<Item = IpAddr>) -> Self {
        let mut set = Self::new();
        for address in addresses {
            set.push(address, address);
        }
        set.join();
        set
    }

    /// The set of these prefixes, each an address and how many of its bits count.
    pub fn of_prefixes(prefixes: impl IntoIterator<Item = (IpAddr, u8)>) -> Self {
        let mut set = Self::new();
        for (address, length) in prefixes {
            match address {
                IpAddr::V4(it) => {
                    let rest = u32::MAX.checked_shr(length.into()).unwrap_or(0);
                    set.v4.push((it.to_bits() & !rest, it.to_bits() | rest));
                }
                IpAddr::V6(it) => {
                    let rest = u128::MAX.checked_shr(length.into()).unwrap_or(0);
                    set.v6.push((it.to_bits() & !rest, it.to_bits() | rest));
                }
            }
        }
        set.join();
        set
    }

    fn push(&mut self, first: IpAddr, last: IpAddr) {
        match (first, last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => {
                self.v4.push((first.to_bits(), last.to_bits()));
            }
            (IpAddr::V6(first), IpAddr::V6(last)) => {
                self.v6.push((first.to_bits(), last.to_bits()));
            }
            _ => {}
        }
    }

    fn join(&mut self) {
        join(&mut self.v4, |it| it.checked_add(1));
        join(&mut self.v6, |it| it.checked_add(1));
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Whether an address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(it) => self.v4.iter().any(|(a, b)| (*a..=*b).contains(&it.to_bits())),
            IpAddr::V6(it) => self.v6.iter().any(|(a, b)| (*a..=*b).contains(&it.to_bits())),
        }
    }

    /// Everything that is in either.
    pub fn union(&self, other: &Self) -> Self {
        let mut set = self.clone();
        set.v4.extend(&other.v4);
        set.v6.extend(&other.v6);
        set.join();
        set
    }

    /// The part of one version.
    pub fn only(&self, version: Version) -> Self {
        match version {
            Version::V4 => Self { v4: self.v4.clone(), v6: Vec::new() },
            Version::V6 => Self { v4: Vec::new(), v6: self.v6.clone() },
        }
    }

    /// The versions of which it has any, in order.
    pub fn versions(&self) -> impl Iterator<Item = Version> {
        let v4 = (!self.v4.is_empty()).then_some(Version::V4);
        v4.into_iter().chain((!self.v6.is_empty()).then_some(Version::V6))
    }

    /// How many ranges it has.
    pub fn len(&self) -> usize {
        self.v4.len() + self.v6.len()
    }

    /// Its only address, if it has just one.
    pub fn single(&self) -> Option<IpAddr> {
        let mut ranges = self.ranges();
        let range = ranges.next()?;
        (ranges.next().is_none() && range.first == range.last).then_some(range.first)
    }

    /// Its ranges in order, those of version 4 first.
    pub fn ranges(&self) -> impl Iterator<Item = AddressRange> + '_ {
        let v4 = self.v4.iter().map(|(first, last)| AddressRange {
            first: Ipv4Addr::from_bits(*first).into(),
            last: Ipv4Addr::from_bits(*last).into(),
        });
        let v6 = self.v6.iter().map(|(first, last)| AddressRange {
            first: Ipv6Addr::from_bits(*first).into(),
            last: Ipv6Addr::from_bits(*last).into(),
        });
        v4.chain(v6)
    }
}

/// Sorts ranges and joins those that overlap or touch.
fn join<T: Copy + Ord>(ranges: &mut Vec<(T, T)>, next: impl Fn(T) -> Option<T>) {
    ranges.sort_unstable();
    let mut joined: Vec<(T, T)> = Vec::with_capacity(ranges.len());
    for (first, last) in ranges.drain(..) {
        match joined.last_mut() {
            Some(before) if next(before.1).is_none_or(|it| first <= it) => {
                before.1 = before.1.max(last);
            }
            _ => joined.push((first, last)),
        }
    }
    *ranges = joined;
}

/// A single address, a prefix where it is one, or `first-last`, as `nft` reads them.
impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last, bits) = match (self.first, self.last) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                (u128::from(a.to_bits()), u128::from(b.to_bits()), 32)
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits(), b.to_bits(), 128),
            _ => return write!(f, "{}-{}", self.first, self.last),
        };
        if first == last {
            return write!(f, "{}", self.first);
        }
        let differing = first ^ last;
        // All bits below the highest that differs are 0 in the first address and 1 in the last.
        if first & differing == 0 && differing & differing.wrapping_add(1) == 0 {
            let length = bits - differing.count_ones();
            return write!(f, "{}/{length}", self.first);
        }
        write!(f, "{}-{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(addresses: &[&str], expected: &[&str]) {
        let set = Addresses::of(addresses.iter().map(|it| it.parse().unwrap()));
        let shown: Vec<String> = set.ranges().map(|it| it.to_string()).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn neighbours_are_joined_and_prefixes_recognised() {
        check(&["10.0.0.2", "10.0.0.1", "10.0.0.1"], &["10.0.0.1-10.0.0.2"]);
        check(&["10.0.0.2", "10.0.0.3", "10.0.0.9"], &["10.0.0.2/31", "10.0.0.9"]);
        check(&["fd00::1", "10.0.0.1", "fd00::0"], &["10.0.0.1", "fd00::/127"]);
        check(&["255.255.255.255", "0.0.0.0"], &["0.0.0.0", "255.255.255.255"]);
    }

    #[test]
    fn prefixes_hold_their_addresses_and_no_other() {
        let prefixes = [("10.17.4.7".parse().unwrap(), 24), ("fd00::".parse().unwrap(), 0)];
        let set = Addresses::of_prefixes(prefixes);
        let shown: Vec<String> = set.ranges().map(|it| it.to_string()).collect();
        assert_eq!(shown, ["10.17.4.0/24", "::/0"]);
        assert!(set.contains("10.17.4.255".parse().unwrap()));
        assert!(!set.contains("10.17.5.0".parse().unwrap()));
        assert_eq!(set.only(Version::V4).len(), 1);
        assert_eq!(set.single(), None);
    }
}
