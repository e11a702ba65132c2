//! Who may reach whom, and why.

use super::{HostSet, Origin, Vip};
use crate::role::{Health, Offer};
use crate::{Duration, Name, Ports, Text};
use serde::Serialize;

/// One kind of traffic from one set of hosts to another. Pairs are expanded only by those who ask.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flow {
    /// A name for rules, logs and reports, unique in the cloud.
    pub id: String,
    /// Who begins.
    pub from: End,
    /// Who answers.
    pub to: End,
    /// What it is.
    pub service: String,
    /// At which ports.
    pub ports: Vec<Ports>,
    /// How long it may be gone at the most, if somebody said so.
    pub slo: Option<Duration>,
    /// Why it is there; the first reason is the one that named it.
    pub reasons: Vec<Reason>,
}

/// An end of a flow.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// Hosts.
    Hosts(HostSet),
    /// The pods on hosts.
    Pods(HostSet),
    /// Whoever holds a virtual address.
    Vip(Name),
    /// People outside.
    Outside(Name),
    /// Everybody in a network.
    Network(Name),
    /// The Internet: these names or addresses, or any where there are none.
    Internet(Vec<String>),
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = match self {
            Self::Hosts(hosts) => hosts.to_string(),
            Self::Pods(hosts) => format!("pods:{hosts}"),
            Self::Vip(name) => format!("vip:{name}"),
            Self::Outside(name) => format!("outside:{name}"),
            Self::Network(name) => format!("network:{name}"),
            Self::Internet(names) if names.is_empty() => "internet".to_owned(),
            Self::Internet(names) => format!("internet:{}", names.join(", ")),
        };
        f.pad(&text)
    }
}

/// Why a flow is there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// Who asked for it.
    pub asked_by: Asker,
    /// Why.
    pub why: Text,
    /// Whether who asked for it answers nobody while it is away.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub vital: bool,
    /// Where.
    pub origin: Origin,
}

/// Who asked for a flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asker {
    /// A role, by its name.
    Role(String),
    /// A line of `access:`.
    Access,
    /// An app, by its name.
    App(String),
    /// Every host that is ours: names, time, updates.
    Host,
}

impl std::fmt::Display for Asker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = match self {
            Self::Role(name) => format!("role {name}"),
            Self::Access => "access".to_owned(),
            Self::App(name) => format!("app {name}"),
            Self::Host => "every host".to_owned(),
        };
        f.pad(&text)
    }
}

/// A service with everybody who offers it at the same ports.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfferedService {
    /// The role that offers it; `host` for what every host does.
    pub role: String,
    /// Its name.
    pub service: String,
    /// Its ports.
    pub ports: Vec<Ports>,
    /// What tells whether it is well.
    pub health: Health,
    /// Whether it is made to be reached by anybody in the Internet.
    #[serde(skip)]
    pub open: bool,
    /// Whether it is something else on each host, which is met there and never by a virtual address.
    #[serde(skip)]
    pub each: bool,
    /// How long a connection to it may be silent while somebody still counts on it.
    #[serde(skip)]
    pub silence: Option<Duration>,
    /// Who offers it.
    pub hosts: HostSet,
}

impl OfferedService {
    /// Whether it is met at a virtual address.
    pub fn is_at(&self, vip: &Vip) -> bool {
        !self.each && vip.serves.as_deref() == Some(self.role.as_str())
    }

    pub(crate) fn matches(&self, role: &str, offer: &Offer) -> bool {
        self.role == role
            && self.service == offer.service
            && self.ports == offer.ports
            && self.health == offer.health
            && self.open == offer.open
            && self.silence == offer.silence
    }
}
