//! What these tests share: clouds, built and with throw-away keys; hosts to try their files on.

#![allow(dead_code, reason = "each test uses some of it")]

use fmc_build::{HostTree, Node, build};
use fmc_config::{Secret, SecretPart};
use fmc_model::cloud::{Host, NetworkKind};
use fmc_model::{Cloud, Date};
use fmc_sys::{Command, Link, Outcome, Placed, Sandbox, Setup};

pub(crate) mod parts;
pub(crate) mod tools;

pub(crate) use parts::root;

/// Every cloud that is part of the project, with its name.
pub(crate) const EXAMPLES: [(&str, &str); 5] = [
    ("flatcarmicrocloud", include_str!("../../../../examples/flatcarmicrocloud.yaml")),
    ("as-drawn", include_str!("../../../../examples/as-drawn.yaml")),
    ("as-deployed", include_str!("../../../../examples/as-deployed.yaml")),
    ("minimal", include_str!("../../../../examples/minimal.yaml")),
    ("two-sites", include_str!("../../../../examples/two-sites.yaml")),
];

/// A cloud out of its text. One of the examples has an error on purpose, and its files must be
/// accepted all the same.
pub(crate) fn cloud(text: &str) -> Cloud {
    let loaded = fmc_model::load("cloud.yaml", text.as_bytes(), fmc_roles::ROLES, &mut |_| {
        Err("this cloud is one file".to_owned())
    });
    let today = Date { year: 2026, month: 7, day: 1 };
    fmc_model::resolve(&loaded, fmc_roles::ROLES, today).0.expect("a cloud")
}

/// A file of a host, with keys in it.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) mode: u32,
}

/// The files of a host, with keys that are good for nothing but this test.
pub(crate) fn files(tree: &HostTree) -> Vec<Given> {
    let mut all = Vec::new();
    for (path, node) in &tree.nodes {
        if let Node::File(file) = node {
            let text = file.printed.fill(|it| Some(key(it))).expect("every secret is known");
            all.push(Given { path: path.clone(), text, mode: file.mode.into() });
        }
    }
    all
}

/// Thirty-two bytes in base64 that follow from the name of a secret. Any are a key of X25519.
fn key(secret: &Secret) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let part = if secret.part == SecretPart::Private { "private" } else { "public" };
    let digest = fmc_build::digest(format!("{part} {}", secret.name).as_bytes());
    let bytes: Vec<u8> = (0..32)
        .map(|it| u8::from_str_radix(&digest[2 * it..2 * it + 2], 16).expect("digits"))
        .collect();
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let all =
            chunk.iter().chain(&[0, 0]).take(3).fold(0_u32, |all, it| all << 8 | u32::from(*it));
        for at in 0..=chunk.len() {
            text.push(ALPHABET[(all >> (18 - 6 * at) & 63) as usize].into());
        }
    }
    text + "="
}

/// Every host of a cloud that files are made for, with its tree.
pub(crate) fn hosts(cloud: &Cloud) -> Vec<(&Host, HostTree)> {
    let tree = build(cloud, "(test)", |_| true);
    tree.hosts.into_iter().map(|(name, it)| (&cloud.hosts[&name], it)).collect()
}

/// A host of a cloud with its interfaces, its kernel parameters of the network and these files.
/// Tunnels are left out: they are made by what is tried.
pub(crate) fn sandbox(cloud: &Cloud, host: &Host, files: &[Given]) -> Sandbox {
    let mut setup = Setup::over(root()).hostname(host.name.as_str());
    for nic in &host.nics {
        if cloud.networks[&nic.network].kind != NetworkKind::Wireguard {
            let link = nic
                .addresses
                .iter()
                .fold(Link::new(&nic.interface), |it, address| it.address(*address));
            setup = setup.link(link);
        }
    }
    let placed = files.iter().map(|it| Placed::new(&it.path, &*it.text).mode(it.mode));
    // What a person's own services run is not there; something that can be run is.
    let own = cloud.setup(host.id).processes.iter().filter_map(|it| match &it.run {
        fmc_model::setup::Run::Daemon(command, _)
            if !root().join(&command.program[1..]).exists() =>
        {
            Some(Placed::new(&command.program, "#!/bin/sh\n").mode(0o755))
        }
        _ => None,
    });
    setup.files(placed).files(own).start().expect("a sandbox")
}

/// What a tool says, in one line, for the messages of failing tests.
pub(crate) fn told(command: &Command, outcome: &Outcome) -> String {
    format!("{command}: {outcome:?}")
}
