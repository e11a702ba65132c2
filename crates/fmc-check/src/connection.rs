//! A connection on its way, as the hosts that it passes remember it.

use crate::alike::Alike;
use crate::packet::Packet;
use fmc_model::cloud::HostId;

/// What a host remembers of a connection.
pub(crate) struct Tracked {
    pub(crate) host: HostId,
    /// The first packet as it came.
    pub(crate) first: Packet,
    /// The answer that is expected: that to the first packet as it left.
    pub(crate) answer: Packet,
    pub(crate) rewritten: bool,
}

/// A connection on its way: what all hosts remember of it.
#[derive(Default)]
pub struct Connection<'a> {
    pub(crate) tracked: Vec<Tracked>,
    /// What takes note of which other ports take the same way, if anybody wants to know.
    pub(crate) alike: Option<&'a Alike>,
    /// Which of several destinations a rewriting gives it: the first, if nothing is said.
    pub(crate) choice: usize,
}

impl<'a> Connection<'a> {
    /// One that takes note of which other ports take the same way.
    pub fn noting(alike: &'a Alike) -> Self {
        Self { alike: Some(alike), ..Self::default() }
    }

    /// One that gets another one than the first of several destinations, counted round.
    pub fn choosing(choice: usize) -> Self {
        Self { choice, ..Self::default() }
    }
}
