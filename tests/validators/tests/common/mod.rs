//! What these tests share: clouds, built and with throw-away keys; hosts to try their files on.

#![allow(dead_code, reason = "each test uses some of it")]

use fmc_build::{HostTree, Node, build};
use fmc_config::{Secret, SecretKind, SecretPart};
use fmc_model::cloud::{Host, NetworkKind};
use fmc_model::{Cloud, Date};
use fmc_sys::{Command, Host as _, Link, Outcome, Placed, Sandbox, Setup};

pub(crate) mod clients;
pub(crate) mod database;
pub(crate) mod ingress;
pub(crate) mod names;
pub(crate) mod parts;
pub(crate) mod pki;
pub(crate) mod shapes;
pub(crate) mod shares;
pub(crate) mod shell;
pub(crate) mod store;
pub(crate) mod time;
pub(crate) mod tools;

pub(crate) use parts::root;
pub(crate) use pki::Pair;

/// Every cloud that is part of the project, with its name.
pub(crate) const EXAMPLES: [(&str, &str); 5] = [
    ("flatcarmicrocloud", include_str!("../../../../examples/flatcarmicrocloud.yaml")),
    ("as-drawn", include_str!("../../../../examples/as-drawn.yaml")),
    ("as-deployed", include_str!("../../../../examples/as-deployed.yaml")),
    ("minimal", include_str!("../../../../examples/minimal.yaml")),
    ("two-sites", include_str!("../../../../examples/two-sites.yaml")),
];

/// Every example, a few other clouds, and the smallest cloud of every role.
pub(crate) fn clouds() -> Vec<(&'static str, &'static str)> {
    let roles = fmc_roles::ROLES.iter().map(|it| (it.about.name, it.about.example));
    EXAMPLES.into_iter().chain(roles).chain(CLOUDS).collect()
}

/// Clouds of other kinds than the examples are.
const CLOUDS: [(&str, &str); 2] = [
    ("office", include_str!("../../clouds/office.yaml")),
    ("version-6", include_str!("../../clouds/version-6.yaml")),
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
            let text = file.printed.fill(|it| Some(secret(it))).expect("every secret is known");
            all.push(Given { path: path.clone(), text, mode: file.mode.into() });
        }
    }
    all
}

/// The value of a secret: a key, or the hash of the password `test`.
fn secret(secret: &Secret) -> String {
    match secret.kind {
        SecretKind::X25519 => key(secret),
        SecretKind::Login => "{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=".to_owned(),
    }
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

/// A host on which its files are tried.
pub(crate) struct Stage<'a> {
    pub(crate) cloud: &'a Cloud,
    pub(crate) host: &'a Host,
    /// Its files.
    pub(crate) files: &'a [Given],
    /// Whether one file is asked for, and not all of them.
    pub(crate) alone: std::cell::Cell<bool>,
    /// Folders that it shares.
    pub(crate) shares: Vec<String>,
    pub(crate) on: Sandbox,
    /// What those folders are on this machine; it goes last.
    _shared: Vec<Folder>,
}

/// A folder of this machine that is gone with its owner. What is shared by NFS must be of a file
/// system that gives handles, which one in memory does not.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("validators-share.{}.{number}", std::process::id());
        let target = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
        let path = target.join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A host of a cloud with its interfaces, these files, its users and folders, and certificates that
/// are good for nothing. Tunnels are left out: they are made by what is tried.
pub(crate) fn stage<'a>(
    cloud: &'a Cloud,
    host: &'a Host,
    files: &'a [Given],
    pair: &Pair,
) -> Stage<'a> {
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
    let here = cloud.setup(host.id);
    // What a person's own services run is not there, nor is what another system has elsewhere;
    // something that can be run is.
    let own = here.processes.iter().flat_map(commands).filter(|it| !root().join(&it[1..]).exists());
    let own = own.map(|it| Placed::new(it, "#!/bin/sh\n").mode(0o755));
    let keys = here.credentials.iter().flat_map(|it| {
        [
            Placed::new(it.trusted(), &*pair.certificate),
            Placed::new(it.certificate(), &*pair.certificate),
            Placed::new(it.key(), &*pair.key).mode(0o600),
        ]
    });
    let mut setup = setup.files(placed).files(own).files(keys);
    if host.has_role("coredns") {
        setup = setup.bind(parts::coredns(), parts::COREDNS_INSIDE);
    }
    if host.has_role("traefik") {
        setup = setup.bind(parts::traefik(), parts::TRAEFIK_INSIDE);
    }
    let is_shared = |it: &&String| host.has_role("nfs") && !it.starts_with("/home/");
    let shares: Vec<String> = here.directories.keys().filter(is_shared).cloned().collect();
    let shared: Vec<Folder> = shares.iter().map(|_| Folder::new()).collect();
    for (inside, outside) in shares.iter().zip(&shared) {
        setup = setup.bind_writable(&outside.0, inside);
    }
    let on = setup.start().expect("a sandbox");
    let run = |command: Command| on.run(&command).expect("it can be run");
    // What is wrong with these two files is told when they are asked for.
    for (file, made_by) in [
        ("/etc/sysusers.d/fmc.conf", "systemd-sysusers"),
        ("/etc/tmpfiles.d/fmc.conf", "systemd-tmpfiles"),
    ] {
        if files.iter().any(|it| it.path == file) {
            let create = (made_by == "systemd-tmpfiles").then_some("--create");
            run(Command::new(made_by).args(create).arg(file));
        }
    }
    for it in &here.credentials {
        run(Command::new("chown").args([&it.owner, &it.key()])).ok().expect("its owner is there");
    }
    Stage { cloud, host, files, alone: std::cell::Cell::new(false), shares, on, _shared: shared }
}

/// The programs that a process runs.
fn commands(process: &fmc_model::setup::Process) -> Vec<&str> {
    use fmc_model::setup::{Reload, Run};
    let mut all: Vec<&fmc_model::setup::Command> = process.check.iter().collect();
    match &process.run {
        Run::Daemon(command, _) => all.push(command),
        Run::Once { start, stop } => all.extend(start.iter().chain(stop)),
    }
    if let Some(Reload::Command(command)) = &process.reload {
        all.push(command);
    }
    all.into_iter().map(|it| it.program.as_str()).collect()
}

/// An address as it stands in a URL.
pub(crate) fn bracketed(address: std::net::IpAddr) -> String {
    if address.is_ipv4() { address.to_string() } else { format!("[{address}]") }
}

/// What a tool says, in one line, for the messages of failing tests.
pub(crate) fn told(command: &Command, outcome: &Outcome) -> String {
    format!("{command}: {outcome:?}")
}
