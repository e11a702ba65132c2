//! What the roles of Kubernetes share: which releases are written for, where its files lie, and how its
//! API is found.

mod apps;
mod database;
mod dns;
mod flags;
mod kubeconfig;
mod nodes;
pub(crate) mod objects;
mod service;
pub(crate) mod stand_in;
mod volumes;
mod workload;

pub(crate) use apps::{NAMESPACE as APPS, apps, clear};
pub(crate) use database::{Database, database};
pub(crate) use dns::dns;
pub(crate) use flags::{Flag, Flags, releases};
pub(crate) use kubeconfig::{KUBECONFIGS, KubeConfig, kubeconfig};
pub(crate) use nodes::{CONTROL_PLANE, is_tainted, nodes, workers};
pub(crate) use objects::{OBJECTS, Object, Taint, shape_of_object};

use fmc_config::Cause;
use fmc_model::cloud::{Asker, Cloud, End, Origin};
use fmc_model::read::Word;
use fmc_model::role::Linked;
use fmc_model::{Bytes, Duration};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// The port of the API.
pub(crate) const API_PORT: u16 = 6443;

pub(crate) use fmc_model::setup::KUBERNETES_ADMIN as ADMIN;
pub(crate) const CONTROLLER_MANAGER: &str = "/etc/kubernetes/controller-manager.conf";
pub(crate) const KUBELET: &str = "/etc/kubernetes/kubelet.conf";
pub(crate) const PROXY: &str = "/etc/kubernetes/kube-proxy.conf";
pub(crate) const SCHEDULER: &str = "/etc/kubernetes/scheduler.conf";

/// Where the API answers this role of a host, and why there: at its virtual address where there is one. Others on
/// the host may pass the API on; it is met where the role itself asked for it. The only one who serves it asks
/// nobody but itself, which no flow tells.
pub(crate) fn api(on: &Linked<'_>) -> Option<(Cause, SocketAddr)> {
    let own = Asker::Role(on.role.name.to_owned());
    let flow = on.flows_from().find(|it| {
        it.service == "kubernetes-api" && it.reasons.iter().any(|it| it.asked_by == own)
    });
    let Some(flow) = flow else {
        let mut offers = on.cloud.offers.iter().filter(|it| it.service == "kubernetes-api");
        let offer = offers.find(|it| it.hosts.contains(on.host.id))?;
        let address = on.host.primary_addresses().next()?;
        return Some((on.cause(), SocketAddr::new(address, offer.ports.first()?.first)));
    };
    let port = flow.ports.first()?.first;
    let address = match &flow.to {
        End::Vip(name) => *on.cloud.vips.get(name)?.addresses.first()?,
        // Whoever serves it has it at hand.
        End::Hosts(hosts) if hosts.contains(on.host.id) => on.host.primary_addresses().next()?,
        End::Hosts(hosts) => on.address_of(on.cloud.host(hosts.iter().next()?))?,
        _ => return None,
    };
    Some((on.cause_of(flow), SocketAddr::new(address, port)))
}

/// In how many parts of its grace a node says that it is there.
pub(crate) const HEARTBEATS: u64 = 4;

/// In how many parts of that grace the control plane looks who does.
pub(crate) const LOOKS: u64 = 8;

/// In how many parts of a lease whoever has it, or wants it, tries to have it.
pub(crate) const TRIES: u64 = 5;

/// Which of the addresses of services is that of the DNS.
pub(crate) const DNS: u8 = 10;

/// How long a node may be silent before the control plane counts it as lost, and where that was
/// decided.
pub(crate) fn grace(cloud: &Cloud) -> Option<(Duration, &Origin)> {
    let roles = cloud.hosts.values().flat_map(|it| &it.roles);
    let role = roles
        .filter(|it| it.name == "control-plane")
        .find(|it| it.settings.contains_key("grace"))?;
    Some((Duration::parse(role.settings.get("grace")?).ok()?, &role.origin))
}

/// The address that stands so many behind the first of a network: services of Kubernetes have theirs
/// by number, from 1 on.
pub(crate) fn numbered(network: &IpNet, number: u8) -> Option<IpAddr> {
    let address = match network {
        IpNet::V4(net) => {
            IpAddr::V4(u32::from(net.network()).checked_add(u32::from(number))?.into())
        }
        IpNet::V6(net) => {
            IpAddr::V6(u128::from(net.network()).checked_add(u128::from(number))?.into())
        }
    };
    network.contains(&address).then_some(address)
}

/// Prefixes as the programs of Kubernetes read a list of them: with commas.
pub(crate) fn list(prefixes: &[IpNet]) -> String {
    prefixes.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// Memory as Kubernetes writes it: mebibytes where these are whole, else bytes.
pub(crate) fn quantity(memory: Bytes) -> String {
    let mebibyte = Bytes::mib(1).0;
    if memory.0.is_multiple_of(mebibyte) {
        format!("{}Mi", memory.0 / mebibyte)
    } else {
        memory.0.to_string()
    }
}

/// A time as Go reads it, which knows no days.
pub(crate) fn go(time: Duration) -> String {
    if time.0.is_multiple_of(1000) {
        format!("{}s", time.0 / 1000)
    } else {
        format!("{}ms", time.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_numbered_in_both_versions() {
        let at = |net: &str, number| {
            numbered(&net.parse().expect("a network"), number).map(|it| it.to_string())
        };
        assert_eq!(at("10.43.0.0/16", 1).as_deref(), Some("10.43.0.1"));
        assert_eq!(at("fd43::/112", 10).as_deref(), Some("fd43::a"));
        assert_eq!(at("10.43.0.0/29", 10), None);
    }

    #[test]
    fn memory_is_in_mebibytes_where_they_are_whole() {
        let all = [Bytes::mib(256), Bytes::gib(2), Bytes::GB, Bytes(0)].map(quantity);
        assert_eq!(all, ["256Mi", "2048Mi", "1000000000", "0Mi"]);
    }

    #[test]
    fn times_are_those_of_go() {
        let of = |it| go(Duration::millis(it));
        assert_eq!((of(90_000).as_str(), of(1500).as_str()), ("90s", "1500ms"));
    }
}
