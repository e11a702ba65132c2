//! What these tests share: clouds, built and with throw-away keys; hosts to try their files on.

use fmc_build::{HostTree, Node, build};
use fmc_config::Printed;
use fmc_model::cloud::{Bridge, Host, NetworkKind};
use fmc_model::setup::Entry;
use fmc_model::{Cloud, Date};
use fmc_secrets::{Secrets, Wanted};
use fmc_sys::{Command, Host as _, Link, Outcome, Placed, Sandbox, Setup};

pub(crate) mod clients;
pub(crate) mod cluster;
pub(crate) mod database;
pub(crate) mod directory;
pub(crate) mod edge;
pub(crate) mod fetching;
pub(crate) mod first;
pub(crate) mod ingress;
pub(crate) mod manager;
pub(crate) mod names;
pub(crate) mod parts;
pub(crate) mod pki;
pub(crate) mod shapes;
pub(crate) mod shares;
pub(crate) mod shell;
pub(crate) mod store;
pub(crate) mod time;
pub(crate) mod tools;
pub(crate) mod tunnel;

pub(crate) use parts::root;

/// Every cloud that is part of the project, with its name.
pub(crate) const EXAMPLES: [(&str, &str); 5] = [
    ("flatcarmicrocloud", include_str!("../../../../../examples/flatcarmicrocloud.yaml")),
    ("as-drawn", include_str!("../../../../../examples/as-drawn.yaml")),
    ("as-deployed", include_str!("../../../../../examples/as-deployed.yaml")),
    ("minimal", include_str!("../../../../../examples/minimal.yaml")),
    ("two-sites", include_str!("../../../../../examples/two-sites.yaml")),
];

/// The day on which the clouds are read.
pub(crate) const TODAY: Date = Date { year: 2026, month: 7, day: 1 };

/// The day on which certificates are made: the daemons that read them go by the clock.
fn now() -> Date {
    let since = std::time::UNIX_EPOCH.elapsed().expect("a clock").as_secs() / 86_400;
    Date::from_unix_days(u32::try_from(since).expect("a date"))
}

/// Every example, a few other clouds, and the smallest cloud of every role.
pub(crate) fn clouds() -> Vec<(&'static str, &'static str)> {
    let roles = fmc_roles::ROLES.iter().map(|it| (it.about.name, it.about.example));
    EXAMPLES.into_iter().chain(roles).chain(CLOUDS).collect()
}

/// Clouds of other kinds than the examples are.
const CLOUDS: [(&str, &str); 4] = [
    ("cluster", include_str!("../../../clouds/cluster.yaml")),
    ("office", include_str!("../../../clouds/office.yaml")),
    ("version-6", include_str!("../../../clouds/version-6.yaml")),
    ("tunnels", include_str!("../../../clouds/tunnels.yaml")),
];

/// A cloud out of its text. One of the examples has an error on purpose, and its files must be
/// accepted all the same.
pub(crate) fn cloud(text: &str) -> Cloud {
    let loaded = fmc_model::load("cloud.yaml", text.as_bytes(), fmc_roles::ROLES, &mut |_| {
        Err("this cloud is one file".to_owned())
    });
    fmc_model::resolve(&loaded, fmc_roles::ROLES, TODAY).0.expect("a cloud")
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
    let setups = cloud.hosts.values().filter_map(|it| cloud.setup(it.id).stand_in.as_deref());
    let stand_ins: Vec<Printed> = setups
        .flat_map(|it| it.entries.values())
        .filter_map(|it| match it {
            Entry::File(file) => Some(file.document.print(&[], &file.cause)),
            Entry::Link(..) => None,
        })
        .collect();
    let theirs = stand_ins.iter().flat_map(Printed::holes).map(|it| &it.secret);
    let wanted = Wanted::of(cloud, tree.secrets().chain(theirs)).expect("it is declared");
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
    secrets.complete(&wanted, now(), &mut random).expect("all of it can be made");
    secrets
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
    /// Its files, and the secrets whose values are in them.
    pub(crate) files: &'a [Given],
    pub(crate) secrets: &'a Secrets,
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

/// A host of a cloud with its interfaces, these files, its users and folders. Tunnels are left out: they
/// are made by what is tried.
pub(crate) fn stage<'a>(
    cloud: &'a Cloud,
    host: &'a Host,
    files: &'a [Given],
    secrets: &'a Secrets,
) -> Stage<'a> {
    // Every machine has an id, from which networkd makes those of its clients.
    let id = fmc_build::digest(host.name.as_str().as_bytes())[..32].to_owned() + "\n";
    let id = Placed::new("/etc/machine-id", id);
    let mut setup = Setup::over(root()).hostname(host.name.as_str()).file(id);
    for nic in &host.nics {
        if cloud.networks[&nic.network].kind != NetworkKind::Wireguard {
            // A bridge with a port is made by what is tried, of a device that has no address.
            if let Some(Bridge::Port(port)) = &nic.bridge {
                setup = setup.link(Link::new(port));
                continue;
            }
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
    let own = here
        .processes
        .iter()
        .flat_map(fmc_model::setup::Process::starts)
        .filter(|it| !root().join(&it[1..]).exists());
    let own = own.map(|it| Placed::new(it, "#!/bin/sh\n").mode(0o755));
    let mut setup = setup.files(placed).files(own);
    if host.has_role("coredns") {
        setup = setup.bind(parts::coredns(), parts::COREDNS_INSIDE);
    }
    if host.has_role("traefik") {
        setup = setup.bind(parts::traefik(), parts::TRAEFIK_INSIDE);
    }
    let shared = here.directories.iter().filter(|it| it.1.cause.by == "nfs");
    let shares: Vec<String> = shared.map(|it| it.0.clone()).collect();
    let shared: Vec<Folder> = shares.iter().map(|_| Folder::new()).collect();
    for (inside, outside) in shares.iter().zip(&shared) {
        setup = setup.bind_writable(&outside.0, inside);
    }
    let on = setup.start().expect("a sandbox");
    let run = |command: Command| on.run(&command).expect("it can be run");
    // What is wrong with these two files is told when they are asked for.
    let mut is_made = true;
    for (file, made_by) in [
        ("/etc/sysusers.d/fmc.conf", "systemd-sysusers"),
        ("/etc/tmpfiles.d/fmc.conf", "systemd-tmpfiles"),
    ] {
        if files.iter().any(|it| it.path == file) {
            let create = (made_by == "systemd-tmpfiles").then_some("--create");
            is_made &= run(Command::new(made_by).args(create).arg(file)).success();
        }
    }
    for it in &here.credentials {
        let owned = run(Command::new("chown").args([&it.owner, &it.key()]));
        assert!(owned.success() || !is_made, "{owned:?}");
    }
    let alone = std::cell::Cell::new(false);
    Stage { cloud, host, files, secrets, alone, shares, on, _shared: shared }
}

/// An address as it stands in a URL.
pub(crate) fn bracketed(address: std::net::IpAddr) -> String {
    if address.is_ipv4() { address.to_string() } else { format!("[{address}]") }
}

/// How many are tried at the same time by each processor: most of the time somebody waits for a daemon.
const AT_ONCE: usize = 4;

/// What a piece of work comes to for each of a list, in its order, on all processors.
pub(crate) fn spread<T: Sync, R: Send>(list: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let done = std::sync::Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) * AT_ONCE;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(it) = list.get(at) else { return };
                    let result = work(it);
                    done.lock().expect("no thread panicked").push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no thread panicked");
    done.sort_by_key(|it| it.0);
    done.into_iter().map(|it| it.1).collect()
}

/// What a tool says, for the messages of failing tests.
pub(crate) fn told(command: &Command, outcome: &Outcome) -> String {
    let (text, talk) = (outcome.text(), outcome.talk());
    format!("{command}: {:?}\n{text}\n{talk}", outcome.status)
}
