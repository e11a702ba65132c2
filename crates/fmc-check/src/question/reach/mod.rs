//! Family 08: whether what is reached is what flows want.

mod arrives;
mod exposed;
mod foreign;
mod idle;
mod itself;
mod unasked;
mod undeclared;
mod unserved;

use super::Question;
use crate::ends::Who;
use crate::matrix::Difference;
use crate::ruleset::RuleAt;
use crate::way::Fate;
use fmc_config::Place;
use fmc_config::nft::Transport;
use fmc_model::cloud::HostId;
use fmc_model::{Cloud, Text, text};
use ipnet::IpNet;

pub(super) const QUESTIONS: &[&Question] = &[
    &arrives::QUESTION,
    &undeclared::QUESTION,
    &exposed::QUESTION,
    &idle::QUESTION,
    &foreign::QUESTION,
    &itself::QUESTION,
    &unserved::QUESTION,
];

/// Codes of what is reached and nobody declared: another question may know better what is wrong with it.
pub(super) const GENERAL: &[&str] = &[undeclared::CODE.id, exposed::CODE.id];

/// How a difference comes about: at which end, where it is decided, and by which rule.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Reason {
    fate: Fate,
    at: Option<HostId>,
    /// The line of the cloud file from which the rule follows that decides.
    rule: Option<Place>,
}

impl Reason {
    /// That of the first port of a difference.
    fn of(difference: &Difference<'_, '_>) -> Option<Self> {
        let first = difference.ports.ranges().first()?.first;
        let stretches = difference.pair.stretches.iter();
        let own =
            stretches.into_iter().find(|it| (it.ports.first..=it.ports.last).contains(&first))?;
        Some(Self { fate: own.fate, at: own.at, rule: own.by.as_ref().map(place) })
    }
}

/// What to do where pods have addresses of another version than the nodes that they run on: no packet of
/// theirs can leave one, whatever the rules say.
fn other_version_of_pods<'w>(
    cloud: &Cloud,
    all: impl IntoIterator<Item = &'w Who>,
) -> Option<Text> {
    let stranded = |it: &&Who| {
        let Who::Pod(host) = it else { return false };
        let host = cloud.host(*host);
        let shared = |pod: &IpNet| host.addresses().any(|it| it.is_ipv4() == pod.addr().is_ipv4());
        !host.pods.iter().any(shared)
    };
    let Who::Pod(host) = all.into_iter().find(stranded)? else { return None };
    let v4 = cloud.host(*host).addresses().any(|it| it.is_ipv4());
    let (version, written) = if v4 {
        (4, "pods: 10.42.0.0/16, services: 10.43.0.0/16")
    } else {
        (6, "pods: \"fd42::/48\", services: \"fd43::/112\"")
    };
    Some(text!(
        "the nodes have addresses of version {version} alone, and their pods none: write `kubernetes: {{ {written} }}`",
        "los nodos solo tienen direcciones de la versión {version}, y sus pods ninguna: escriba `kubernetes: {{ {written} }}`"
    ))
}

fn place(rule: &RuleAt<'_>) -> Place {
    rule.rule().cause.place
}

/// What ports of a protocol are called: `443/tcp` for one, else `22, 80-81 (tcp)`.
fn ports(difference: &Difference<'_, '_>) -> String {
    let transport = match difference.pair.transport {
        Transport::Tcp => "tcp",
        Transport::Udp => "udp",
    };
    match difference.ports.ranges() {
        [one] if one.first == one.last => format!("{}/{transport}", one.first),
        _ => format!("{} ({transport})", difference.ports),
    }
}
