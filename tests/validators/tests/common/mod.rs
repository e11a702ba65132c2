//! What these tests share: clouds, built and with throw-away keys; hosts to try their files on.

#![allow(dead_code, reason = "each test uses some of it")]

use fmc_build::{HostTree, Node, build};
use fmc_model::cloud::{Host, NetworkKind};
use fmc_model::{Cloud, Date};
use fmc_secrets::{Secrets, Wanted};
use fmc_sys::{Command, Link, Outcome, Placed, Sandbox, Setup};
use std::path::{Path, PathBuf};

mod pki;
pub(crate) mod tools;

/// Every cloud that is part of the project, with its name.
pub(crate) const EXAMPLES: [(&str, &str); 5] = [
    ("flatcarmicrocloud", include_str!("../../../../examples/flatcarmicrocloud.yaml")),
    ("as-drawn", include_str!("../../../../examples/as-drawn.yaml")),
    ("as-deployed", include_str!("../../../../examples/as-deployed.yaml")),
    ("minimal", include_str!("../../../../examples/minimal.yaml")),
    ("two-sites", include_str!("../../../../examples/two-sites.yaml")),
];

/// The day of these tests.
pub(crate) const TODAY: Date = Date { year: 2026, month: 7, day: 1 };

/// A cloud out of its text. One of the examples has an error on purpose, and its files must be
/// accepted all the same.
pub(crate) fn cloud(text: &str) -> Cloud {
    let loaded = fmc_model::load("cloud.yaml", text.as_bytes(), fmc_roles::ROLES, &mut |_| {
        Err("this cloud is one file".to_owned())
    });
    fmc_model::resolve(&loaded, fmc_roles::ROLES, TODAY).0.expect("a cloud")
}

/// What the tools come in.
const PACKAGES: &str = "systemd-sysv,iproute2,nftables,haproxy,keepalived,wireguard-tools,\
                        wireguard-go,curl,ca-certificates,openssl";

/// A root with the tools in it, unpacked from packages of Debian 12; nothing of it is installed or
/// started on this machine. It is made once, below `target`, which takes a minute or two; another one
/// can be named by `FMC_ROOT`.
pub(crate) fn root() -> PathBuf {
    if let Some(named) = std::env::var_os("FMC_ROOT") {
        return named.into();
    }
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let root = target.join("validators-root");
    if !root.exists() {
        let unfinished = target.join(format!("validators-root.{}", std::process::id()));
        let made = std::process::Command::new("mmdebstrap")
            .args(["--quiet", "--variant=minbase", "--mode=root"])
            .arg(format!("--include={PACKAGES}"))
            .arg("bookworm")
            .arg(&unfinished)
            .status()
            .expect("mmdebstrap, which `./setup --test` installs");
        assert!(made.success(), "mmdebstrap: {made}");
        // Who was quicker wins; both are the same.
        if std::fs::rename(&unfinished, &root).is_err() {
            std::fs::remove_dir_all(&unfinished).expect("removed");
        }
    }
    root.canonicalize().expect("the root")
}

/// A file of a host, with keys in it.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) mode: u32,
}

/// The files of a host, with the values of secrets in them.
pub(crate) fn files(tree: &HostTree, secrets: &Secrets) -> Vec<Given> {
    let mut all = Vec::new();
    for (path, node) in &tree.nodes {
        if let Node::File(file) = node {
            let text = file.printed.fill(|it| secrets.value(it)).expect("every secret is known");
            all.push(Given { path: path.clone(), text, mode: file.mode.into() });
        }
    }
    all
}

/// All secrets of a cloud, good for nothing but these tests: they need no store, and follow from the
/// number of what was made before.
pub(crate) fn secrets(cloud: &Cloud) -> Secrets {
    let tree = build(cloud, "(test)", |_| true);
    let wanted = Wanted::of(cloud, tree.secrets()).expect("what is named is declared");
    let (mut secrets, mut count) = (Secrets::default(), 0_u32);
    let mut random = |bytes: &mut [u8]| {
        for chunk in bytes.chunks_mut(32) {
            let digest = fmc_build::digest(&count.to_be_bytes());
            for (at, byte) in chunk.iter_mut().enumerate() {
                *byte = u8::from_str_radix(&digest[2 * at..2 * at + 2], 16).expect("digits");
            }
            count += 1;
        }
    };
    secrets.complete(&wanted, TODAY, &mut random).expect("all of it can be made");
    secrets
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
