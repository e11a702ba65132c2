//! Zones of the DNS and what is in them.

use super::Origin;
use crate::Duration;
use crate::role::RecordData;
use serde::Serialize;

/// A zone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Zone {
    /// Its name, without the final point.
    pub name: String,
    /// What it is for.
    pub kind: ZoneKind,
    /// Its records, in the order of their names.
    pub records: Vec<NameRecord>,
}

/// What a zone is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ZoneKind {
    /// Names to addresses, for everybody inside.
    Forward,
    /// Addresses to names.
    Reverse,
    /// What the Internet may know.
    Public,
}

/// How long answers to questions for names may be kept: an address that was given to another host is
/// found within minutes, and a resolver that is gone for less is not missed.
pub const TTL: Duration = Duration::seconds(300);

/// A record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NameRecord {
    /// Its name, without the name of the zone; `@` for the zone itself.
    pub name: String,
    /// What it says.
    #[serde(flatten)]
    pub data: RecordData,
    /// Whether the edge stands before it, so that the address behind stays hidden.
    pub proxied: bool,
    /// Where it was written.
    pub origin: Origin,
}
