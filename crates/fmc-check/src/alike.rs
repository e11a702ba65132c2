//! Ports that are all treated alike: one packet is walked, and the walk tells for which other ports it
//! would have been the same.
//!
//! Wherever a decision looks at the port that is asked about, the range is narrowed to the ports that the
//! decision does not tell apart. What is left at the end is exact: each port of it takes the same way.
//! So all 65,535 ports of a pair are asked about in as few walks as there are answers, and nothing is
//! walked but what a packet is walked through.

use fmc_config::nft::PortRange;
use std::cell::Cell;

/// The ports that every decision so far treats as it treats the one that is asked about.
#[derive(Debug)]
pub struct Alike {
    asked: u16,
    range: Cell<PortRange>,
}

impl Alike {
    /// Of a port of which nothing was decided yet.
    pub fn to(asked: u16) -> Self {
        Self { asked, range: Cell::new(PortRange { first: 1, last: u16::MAX }) }
    }

    /// Takes note that it was decided whether a port is one of `ranges`. Another port than the one that is
    /// asked about, such as one that was written into the packet on its way, is the same for all.
    pub fn narrow(&self, port: u16, ranges: &[PortRange]) {
        if port != self.asked {
            return;
        }
        let PortRange { mut first, mut last } = self.range.get();
        let is_in = |it: &PortRange| (it.first..=it.last).contains(&port);
        if let Some(own) = ranges.iter().find(|it| is_in(it)) {
            (first, last) = (first.max(own.first), last.min(own.last));
        } else {
            for other in ranges {
                if other.last < port {
                    first = first.max(other.last + 1);
                } else {
                    last = last.min(other.first - 1);
                }
            }
        }
        self.range.set(PortRange { first, last });
    }

    /// What is left.
    pub fn range(&self) -> PortRange {
        self.range.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn range(first: u16, last: u16) -> PortRange {
        PortRange { first, last }
    }

    #[test]
    fn what_a_decision_does_not_tell_apart_is_left() {
        let alike = Alike::to(443);
        alike.narrow(443, &[range(22, 22), range(6443, 6443)]);
        assert_eq!(alike.range(), range(23, 6442));
        alike.narrow(443, &[range(80, 80), range(400, 500)]);
        assert_eq!(alike.range(), range(400, 500));
        alike.narrow(8443, &[range(8443, 8443)]);
        assert_eq!(alike.range(), range(400, 500), "another port tells nothing");
        alike.narrow(443, &[range(443, u16::MAX)]);
        assert_eq!(alike.range(), range(443, 500));
        alike.narrow(443, &[]);
        assert_eq!(alike.range(), range(443, 500));
    }
}
