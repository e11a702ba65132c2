//! A cloud on a stage without its processes: rules, tunnels and virtual addresses are put where they would.
//!
//! What is not here: pods, hosts that somebody else runs, and bridges of hypervisors. Clouds that have them are
//! refused.

use crate::tunnels;
use fmc_check::machine::Machines;
use fmc_config::{Cause, Document, nft::Ruleset};
use fmc_model::Cloud;
use fmc_model::cloud::{Host, HostId};
use fmc_rehearse::service::parameters;
use fmc_rehearse::stage::{Making, Player, Stage, declared};
use fmc_rehearse::tunnels as met;
use fmc_secrets::Secrets;
use fmc_sys::{Command, Failure, Host as _, Sandbox};
use ipnet::IpNet;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Makes it, with those beside the hosts who have addresses of their own, and the rules that hosts load.
///
/// # Errors
/// It cannot be made here, or a tool refuses what was generated.
///
/// # Panics
/// The cloud has what the stage has not.
pub fn make(
    machines: &Machines<'_>,
    others: &BTreeMap<Player, Vec<IpAddr>>,
    rules: &BTreeMap<HostId, Ruleset>,
) -> Result<Stage, Failure> {
    let cloud = machines.cloud;
    for host in cloud.hosts.values() {
        let is_bridge = host.nics.iter().any(|it| it.bridge.is_some());
        let is_plain = !host.managed && host.pods.is_empty() && !is_bridge;
        assert!(is_plain, "{} has no place here", host.name);
    }
    let keys = tunnels::keys(cloud);
    let declared = declared(cloud, &fmc_build::files(cloud, "(test)", |_| true))?;
    let (declared, root) = (&declared, crate::root());
    let making = Making { machines, root, declared, others, world: &[], dress: &|_, it| it };
    let stage = Stage::make(&making)?;
    for host in cloud.hosts.values() {
        settle(cloud, host, stage.host(host.id), &keys, rules.get(&host.id))?;
    }
    for player in others.keys() {
        if let Player::Person(of, at) = *player {
            let outside = &cloud.outside[of];
            let who = (outside.name.as_str(), outside.people[at].name.as_str());
            met::up_for(cloud, who, &stage.players[player], &keys)?;
        }
    }
    let hosts = cloud.hosts.values().map(|it| (it.id, stage.host(it.id)));
    met::met(cloud, &hosts.collect())?;
    Ok(stage)
}

/// What the processes of a host would do.
fn settle(
    cloud: &Cloud,
    host: &Host,
    sandbox: &Sandbox,
    keys: &Secrets,
    rules: Option<&Ruleset>,
) -> Result<(), Failure> {
    let sysctls = cloud.setup(host.id).sysctls.iter().filter(|it| it.0.starts_with("net."));
    parameters(sandbox, sysctls.map(|(name, it)| (name.as_str(), it.value.as_str())))?;
    // Keepalived adds an address of version 6 as one that nothing is sent from.
    for vip in cloud.vips.values() {
        let is_best = vip.members.first().is_some_and(|it| it.host == host.name);
        let nic = vip.network.as_ref().and_then(|it| host.nic(it)).filter(|_| is_best);
        for (nic, own) in nic.iter().flat_map(|nic| vip.addresses.iter().map(move |it| (nic, it))) {
            let mut words = vec!["address".to_owned(), "add".to_owned()];
            words.extend([IpNet::from(*own).to_string(), "dev".to_owned(), nic.interface.clone()]);
            if own.is_ipv6() {
                words.extend(["preferred_lft", "0", "nodad"].map(str::to_owned));
            }
            sandbox.run(&Command::new("ip").args(words))?.ok()?;
        }
    }
    if let Some(rules) = rules {
        let cause = Cause::new(host.origin.place, "test");
        let printed = Document::from(rules.clone()).print(&[], &cause);
        sandbox.run(&Command::new("nft").args(["-f", "-"]).input(printed.text()))?.ok()?;
    }
    tunnels::up(cloud, host, sandbox, keys)
}
