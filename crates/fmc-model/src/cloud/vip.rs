//! Virtual addresses, what is published, and the boxes of the picture.

use super::{HostSet, Origin};
use crate::{Bytes, Cores, Duration, Folder, Image, Name, Shared};
use serde::Serialize;
use std::net::IpAddr;

/// A virtual address and the group of hosts that holds it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Vip {
    /// Its name.
    pub name: Name,
    /// What people call it.
    pub label: String,
    /// What is to be said of it.
    pub note: Option<String>,
    /// The addresses, one for each version of the Internet protocol at most.
    pub addresses: Vec<IpAddr>,
    /// The network that it is in.
    pub network: Option<Name>,
    /// Names in the zone, without the domain.
    pub names: Vec<String>,
    /// The role of the hosts that serve behind it.
    pub serves: Option<String>,
    /// Virtual router id, unique in its segment
    /// ([RFC 9568 §5.2.3](https://www.rfc-editor.org/rfc/rfc9568#section-5.2.3)).
    pub vrid: u8,
    /// How long it may be gone at the most, if somebody said so.
    pub slo: Option<Duration>,
    /// Timers of the group.
    pub timers: VrrpTimers,
    /// Whether a better member that comes back takes the address back.
    pub preempt: bool,
    /// Its members, best first.
    pub members: Vec<VipMemberUse>,
    /// The hosts of its members.
    pub hosts: HostSet,
    /// Where it was written.
    pub origin: Origin,
}

/// A member of a group that holds a virtual address.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VipMemberUse {
    /// The host.
    pub host: Name,
    /// The role by which it is one.
    #[serde(skip)]
    pub role: &'static str,
    /// The interface that takes the address; empty where the host is not in the network.
    pub interface: String,
    /// Its priority, 1 to 254; the highest holds the address.
    pub priority: u8,
    /// What a failed check adds to its priority.
    pub weight: i16,
    /// Where its membership was written.
    pub origin: Origin,
}

/// The timers that decide how long a virtual address can be gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct VrrpTimers {
    /// Between two advertisements.
    pub advert: Duration,
    /// Between two checks of the service.
    pub interval: Duration,
    /// How long a check may take.
    pub timeout: Duration,
    /// How many failed checks count as a failure.
    pub fall: u8,
    /// How many good checks count as recovery.
    pub rise: u8,
}

/// Something that people open by name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct App {
    /// Its name.
    pub name: Name,
    /// What people call it.
    pub label: String,
    /// What is to be said of it.
    pub note: Option<String>,
    /// The names by which it is opened, with their domain.
    pub names: Vec<String>,
    /// The hosts that serve it.
    pub hosts: HostSet,
    /// The port at which they do.
    pub port: u16,
    /// What runs there as pods; `None` where something listens by itself.
    pub pods: Option<Pods>,
    /// The path that tells whether it is well.
    pub health: String,
    /// Who may open it, as it was written.
    pub audience: Vec<String>,
    /// Whether people of the Internet may.
    pub public: bool,
    /// Where it was written.
    pub origin: Origin,
}

/// What pods of an app are made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pods {
    /// Their image.
    pub image: Image,
    /// The port at which it listens.
    pub port: u16,
    /// How much of the processors of a node is kept for each.
    pub cpu: Option<Cores>,
    /// How much of its memory is, and the most that each may have.
    pub memory: Option<Bytes>,
    /// Folders of other hosts in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<Volume>,
}

/// A folder of another host that pods find in theirs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Volume {
    /// Where they find it.
    pub at: Folder,
    /// What they find there.
    pub shared: Shared,
    /// Where it was written.
    pub origin: Origin,
}

/// A box of the picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub label: String,
    /// What is to be said of it.
    pub note: Option<String>,
    /// What is in it.
    pub hosts: HostSet,
    /// Where it was written.
    pub origin: Origin,
}
