//! What the hosts of a rehearsal are, in the words in which plans are made.

use crate::rehearsal::{Plan, volumes};
use crate::service::Part;
use crate::stage::{Making, Player, Stage};
use crate::{shares, world};
use fmc_build::digest;
use fmc_model::cloud::{Host, HostId, NetworkKind};
use fmc_plan::{FileState, HostState, State};
use std::collections::BTreeMap;

/// What all hosts are that run these parts, and the Internet.
pub(crate) fn of(
    plan: &Plan<'_>,
    parts: &BTreeMap<HostId, Part>,
    internet: &Part,
    making: &Making<'_>,
) -> State {
    let cloud = plan.machines.cloud;
    let mut all = State::new();
    for host in cloud.hosts.values() {
        let part = &parts[&host.id];
        let mut network = Stage::addresses(making, host);
        network.extend(Stage::routes(making, Player::of(host.id)));
        let state =
            HostState { machine: machine(plan, host, part, making), network, ..state(part) };
        all.insert(host.name.to_string(), state);
    }
    if plan.others.contains_key(&Player::Internet) {
        let mut network = Stage::routes(making, Player::Internet);
        network.extend(world::addresses(plan.machines));
        let name = Player::Internet.name(cloud);
        let machine = Stage::shape(making, Player::Internet);
        all.insert(name, HostState { machine, network, ..state(internet) });
    }
    all
}

fn state(part: &Part) -> HostState {
    let file = |it: &fmc_sys::Placed| {
        let (mode, owner) = it.permissions();
        let owner = owner.to_owned();
        let state = FileState { digest: digest(it.contents()), mode, owner };
        (it.path().display().to_string(), state)
    };
    HostState {
        parameters: part.parameters(),
        users: part.users.clone(),
        files: part.files.iter().map(file).collect(),
        links: part.links.iter().cloned().collect(),
        processes: part.processes.clone(),
        ..HostState::default()
    }
}

/// What a host has only from its start: interfaces, what is mounted, programs from outside.
fn machine(plan: &Plan<'_>, host: &Host, part: &Part, making: &Making<'_>) -> String {
    let cloud = plan.machines.cloud;
    let nics = host.nics.iter().map(|nic| {
        let network = &cloud.networks[&nic.network];
        let theirs = host.managed.then_some(&nic.addresses);
        // What sets up a tunnel also says how long its packets are.
        let declared =
            making.declared.get(&host.id).filter(|_| network.kind != NetworkKind::Wireguard);
        let device = declared.map(|it| it.device(nic));
        let own = declared.and_then(|it| it.interface(&nic.interface));
        let mtu = declared.map_or(Some(network.mtu.into()), |_| own.and_then(|it| it.mtu));
        (&nic.interface, &nic.network, mtu, network.kind, theirs, device)
    });
    let mut shares = shares::of(cloud, host, &plan.place.home.shares());
    shares.extend(volumes(plan, part, host));
    let nics: Vec<_> = nics.collect();
    format!(
        "{:?}",
        (&host.fqdn, host.managed, nics, &host.pods, &part.programs, shares, &part.init)
    )
}
