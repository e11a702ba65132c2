//! What the probes of several roles have in common.

use fmc_model::cloud::{Flow, Host};
use fmc_model::role::Linked;

/// Where files of probes lie while they run: gone with the host.
pub(crate) const FOLDER: &str = "/run/fmc-probe";

/// Of how many hosts that may do the same each is tried from end to end. That all of them are let in is
/// measured anyway.
const MOST: usize = 16;

/// So many of them as are tried, from the whole of the list.
pub(crate) fn some<T>(all: Vec<T>) -> Vec<T> {
    let step = all.len().div_ceil(MOST).max(1);
    all.into_iter().step_by(step).collect()
}

/// The hosts of ours that may use a service of this one, with the flow by which each of them does.
pub(crate) fn clients<'a>(on: &Linked<'a>, service: &str) -> Vec<(&'a Flow, &'a Host)> {
    let cloud = on.cloud;
    let mut all: Vec<(&Flow, &Host)> = Vec::new();
    for flow in on.flows_to().filter(|it| it.service == service) {
        let fmc_model::cloud::End::Hosts(hosts) = &flow.from else { continue };
        for host in hosts.iter().filter(|it| *it != on.host.id).map(|it| cloud.host(it)) {
            if !host.managed && all.iter().all(|it| it.1.id != host.id) {
                all.push((flow, host));
            }
        }
    }
    all
}

/// A host of ours that may not use a service of this one.
pub(crate) fn stranger<'a>(on: &Linked<'a>, clients: &[(&Flow, &Host)]) -> Option<&'a Host> {
    let is_strange = |it: &&Host| {
        !it.managed && it.id != on.host.id && clients.iter().all(|client| client.1.id != it.id)
    };
    // Who sits beside is the likeliest to get in.
    let beside = |it: &&Host| it.nics.iter().any(|nic| on.host.nic(&nic.network).is_some());
    let strangers = || on.cloud.hosts.values().filter(is_strange);
    strangers().find(beside).or_else(|| strangers().next())
}
