//! What hosts of one role are to each other.

use crate::{Duration, Ports, Text};
use serde::Serialize;

/// How the hosts of a role stand in for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Redundancy {
    /// Not at all: each one's work is its own.
    Single,
    /// Any one of them will do.
    AnyOf,
    /// One works, the others wait.
    Failover,
    /// More than half of them must be there.
    Quorum,
    /// So many of them hold each piece of data.
    Replicas(u8),
}

/// How long those who stand in for each other need to go on without one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Takeover {
    /// What it is that goes on then, unique in its role.
    pub what: Text,
    /// Who waits for it.
    pub waits: Waits,
    /// At the least.
    pub least: Duration,
    /// At the most.
    pub most: Duration,
    /// What takes this long: how the most comes about.
    pub why: Text,
    /// The setting that decides, with the role that has it, where it can be written.
    pub timer: Option<Timer>,
}

/// A setting of a role that decides how long something takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Timer {
    /// The role.
    pub role: &'static str,
    /// The setting.
    pub setting: &'static str,
}

/// Who waits until those who are left go on without one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Waits {
    /// Whoever asks the role for something.
    Clients,
    /// Whoever asks for an app at one of these ports of its hosts.
    Apps(Ports),
    /// Nobody who asks: it is work that comes late.
    Nobody,
}
