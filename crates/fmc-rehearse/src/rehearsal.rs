//! A whole rehearsal: the stage, what runs on its hosts, and whoever does something with it meanwhile.

use crate::crew::perform;
use crate::door::Door;
use crate::home::Home;
use crate::measure::ASKING_POD;
use crate::service::{Board, Firsts, Ignition, Init, Part, Script, Service, State};
use crate::service::{
    DEMO_PROGRAM, DNS_PROGRAM, ENGINE, FIRST, ITSELF, LOGS, add_node, add_volumes, archive,
    archive_of, join_nodes, under_systemd,
};
use crate::shares::{self, Shown};
use crate::stage::{Player, Stage, all as spread};
use crate::tunnels;
use crate::why::told;
use fmc_build::Tree;
use fmc_check::machine::Machines;
use fmc_config::{Cause, Document, Secret};
use fmc_model::cloud::{Host, HostId, NetworkKind};
use fmc_model::setup::Entry;
use fmc_model::{Cloud, Text, Words, text};
use fmc_sys::{Failure, Groups, Placed, Setup};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Where rehearsals of a name take place.
pub struct Place<'a> {
    /// Where it lives.
    pub home: &'a Home,
    /// Where what is made once is kept for the next time.
    pub firsts: &'a Firsts<'a>,
    /// By which a browser of this machine comes in.
    pub door: Option<&'a Door>,
    /// Below which hosts have control groups of their own that need them; `None` where no host does.
    pub groups: Option<&'a Groups>,
    /// Whether systemd starts what runs on hosts, in such groups; else we do.
    pub systemd: bool,
}

/// What is rehearsed.
pub struct Plan<'a> {
    /// The cloud, with what was generated for it.
    pub machines: &'a Machines<'a>,
    /// The files of its hosts.
    pub tree: &'a Tree,
    /// What makes the parts of hosts.
    pub script: &'a Script<'a>,
    /// Those beside the hosts, with the addresses that they have of their own.
    pub others: &'a BTreeMap<Player, Vec<IpAddr>>,
    /// Where it is rehearsed.
    pub place: &'a Place<'a>,
}

/// A rehearsal that runs.
pub struct Live<'r> {
    /// Everybody.
    pub stage: Stage,
    /// What runs.
    pub board: &'r Board,
    /// What each host does.
    pub parts: BTreeMap<HostId, Arc<Part>>,
    /// When it began.
    pub began: Instant,
    /// How long it took until everybody was there, with addresses and links.
    pub wired: Duration,
    pub(crate) plan: &'r Plan<'r>,
    /// What came of it that people call their tunnels, as soon as they have.
    pub(crate) people: OnceLock<Result<(), String>>,
}

/// The component without which no host is a node of a real Kubernetes.
const KUBELET: &str = "kubelet";

/// What ended so often before it was there will not be.
const CRASHES: u32 = 3;

/// What each host does.
///
/// # Errors
/// A secret has no value.
pub fn parts(plan: &Plan<'_>) -> Result<BTreeMap<HostId, Part>, Failure> {
    let hosts: Vec<&Host> = plan.machines.cloud.hosts.values().collect();
    let none = BTreeMap::new();
    let parts = spread(&hosts, |host| {
        let tree = plan.tree.hosts.get(&host.name);
        // What whoever runs a host is told is no file of it.
        let nodes = tree.filter(|_| !host.managed).map_or(&none, |it| &it.nodes);
        let mut part = plan.script.part(host, nodes)?;
        part.elsewhere = tunnels::called(plan.machines.cloud, host);
        if let Some(tree) = tree {
            part.ignition = Ignition::of(host.name.as_str(), tree)?;
            part.stand_ins.extend(part.ignition.iter().map(|_| {
                Text::of(
                    "the files of this machine, for what Ignition would fetch, format and label",
                    "los ficheros de esta máquina, por lo que Ignition descargaría, formatearía y etiquetaría",
                )
            }));
        }
        let shown = shares::of(plan.machines.cloud, host, &plan.place.home.shares());
        part.stand_ins.extend(shown.iter().filter(|it| it.mounted).map(|it| {
            let inside = &it.inside;
            text!(
                "{inside}: a folder of this machine, for a mount by NFS",
                "{inside}: una carpeta de esta máquina, por un montaje NFS"
            )
        }));
        part.stand_ins.extend((!host.pods.is_empty()).then_some(ASKING_POD));
        if !host.resolvers.is_empty() {
            let text = resolvers(plan.machines.cloud, host);
            part.files.push(Placed::new("/etc/resolv.conf", text));
        }
        if let Some(groups) = plan.place.groups.filter(|_| !host.managed && tree.is_some()) {
            let group = format!("{}/{}", groups.name(), host.name);
            let systemd = plan.place.systemd;
            if plan.script.components.contains_key(KUBELET) {
                let kubernetes = plan.machines.cloud.kubernetes.as_ref();
                let dns = kubernetes.map(|it| it.dns.looked_for());
                let images = plan.place.home.images();
                add_node(&mut part, &group, systemd, &images, dns.as_deref());
                let shown = volumes(plan, &part, host);
                add_volumes(&mut part, &shown);
            }
            if systemd {
                part = under_systemd(part, &group);
            }
        }
        Ok((host.id, part))
    });
    let mut parts: BTreeMap<HostId, Part> = parts.into_iter().collect::<Result<_, Failure>>()?;
    join_nodes(&mut parts, |it| plan.machines.cloud.host(it).name.to_string());
    Ok(parts)
}

/// The folders that a host mounts for pods, where it has any.
pub(crate) fn volumes(plan: &Plan<'_>, part: &Part, host: &Host) -> Vec<Shown> {
    let is_node = part.process(KUBELET).is_some();
    let all = || shares::of_pods(plan.machines.cloud, host, &plan.place.home.shares());
    is_node.then(all).unwrap_or_default()
}

/// Makes the images that nodes of Kubernetes are given, once.
pub(crate) fn make_images(plan: &Plan<'_>) -> Result<(), Failure> {
    let folder = plan.place.home.images();
    for of in [DEMO_PROGRAM, DNS_PROGRAM] {
        let path = archive_of(&folder, of.component);
        let component = plan.script.components.get(of.component);
        let Some(program) = component.filter(|_| !path.exists()) else { continue };
        let made = std::fs::create_dir_all(&folder).and_then(|()| std::fs::read(program));
        let made = made.and_then(|it| archive(&of, &it)).and_then(|it| std::fs::write(&path, it));
        made.map_err(|source| {
            let what = format!("making {}", path.display());
            Failure::System { what, source }
        })?;
    }
    Ok(())
}

/// Secrets that a rehearsal needs besides those of the files of its hosts: of what stands in for something, and
/// of what is tried.
pub fn secrets(cloud: &Cloud) -> Vec<Secret> {
    let mut all = Vec::new();
    let mut note = |it: &Document, cause: &Cause| {
        all.extend(it.print(&[], cause).holes().iter().map(|it| it.secret.clone()));
    };
    for setup in cloud.hosts.values().map(|it| cloud.setup(it.id)) {
        let stands_in = setup.stand_in.as_deref();
        for entry in stands_in.iter().flat_map(|it| it.entries.values()) {
            if let Entry::File(file) = entry {
                note(&file.document, &file.cause);
            }
        }
        let probes = setup.probes.iter().chain(stands_in.iter().flat_map(|it| &it.probes));
        for probe in probes {
            probe.attempt.documents().for_each(|it| note(it, &probe.cause));
        }
    }
    all
}

/// Makes the stage, starts everything, and has `act` do something with it. When that is done all of it is gone.
///
/// # Errors
/// What `act` says, or that there can be no stage.
pub fn run<T>(
    plan: &Plan<'_>,
    parts: BTreeMap<HostId, Part>,
    act: impl FnOnce(&Live<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    perform(plan.place, &|| false, |crew| {
        let live = crew.begin(plan, parts)?;
        act(&live)
    })
}

/// Makes the folders that hosts share.
pub(crate) fn make_shares(plan: &Plan<'_>) -> Result<(), Failure> {
    let folder = plan.place.home.shares();
    for host in plan.machines.cloud.hosts.values() {
        let kept = shares::kept(plan.machines.cloud, host, &folder);
        for shown in shares::of(plan.machines.cloud, host, &folder).into_iter().chain(kept) {
            std::fs::create_dir_all(&shown.outside).map_err(|source| {
                let what = format!("making {}", shown.outside.display());
                Failure::System { what, source }
            })?;
        }
    }
    Ok(())
}

/// What a host has besides its links.
pub(crate) fn dress(plan: &Plan<'_>, part: &Part, host: &Host, setup: Setup) -> Setup {
    let cloud = plan.machines.cloud;
    let id = fmc_build::digest(host.fqdn.as_bytes())[..32].to_owned() + "\n";
    let mut setup = setup.file(Placed::new("/etc/machine-id", id));
    // What systemd reads at every start (hostname(5)).
    let named = part.files.iter().find(|it| it.path() == Path::new("/etc/hostname"));
    let name = named.map(|it| String::from_utf8_lossy(it.contents()));
    let is_said = |it: &&str| !it.is_empty() && !it.starts_with('#');
    if let Some(name) = name.as_deref().and_then(|it| it.lines().map(str::trim).find(is_said)) {
        setup = setup.hostname(name);
    }
    for (outside, inside) in &part.programs {
        setup = setup.bind(outside, inside);
    }
    if part.init == Init::Systemd {
        setup = setup.first_process(FIRST);
        let logs = plan.place.home.logs().join(host.name.as_str());
        // Where there can be none, whoever supervises the host says so, and starts nothing on it.
        if std::fs::create_dir_all(&logs).is_ok() {
            setup = setup.bind_writable(logs, LOGS);
        }
    }
    let shown = shares::of(cloud, host, &plan.place.home.shares());
    let kept = shares::kept(cloud, host, &plan.place.home.shares());
    let kept = kept.filter(|_| part.programs.iter().any(|it| it.1 == ENGINE));
    for shown in shown.into_iter().chain(volumes(plan, part, host)).chain(kept) {
        setup = setup.bind_writable(shown.outside, shown.inside);
    }
    setup
}

/// What systemd-resolved or `NetworkManager` would write.
fn resolvers(cloud: &Cloud, host: &Host) -> String {
    let mut text = format!("search {}\n", cloud.domain);
    for it in &host.resolvers {
        let _ = writeln!(text, "nameserver {it}");
    }
    text
}

impl Drop for Live<'_> {
    fn drop(&mut self) {
        // Who ends many waits once.
        self.stage.players.values().for_each(|it| it.kill());
    }
}

impl Live<'_> {
    /// What remains of it when another cloud is made of it.
    pub fn into_stage(mut self) -> Stage {
        // Who could not call is to call again.
        if !matches!(self.people.get(), Some(Ok(()))) {
            self.stage.forget_people();
        }
        std::mem::take(&mut self.stage)
    }

    /// What stands in for something on every host.
    pub fn everywhere(&self) -> [Words; 2] {
        let programs = Words(
            "the programs of Debian 12, whatever the system of the host is",
            "los programas de Debian 12, sea cual sea el sistema del host",
        );
        let fmc = if self.plan.place.systemd {
            Words(
                "fmc itself, for what sets up interfaces, kernel parameters and mounts",
                "el propio fmc, por lo que configura las interfaces, los parámetros del núcleo y los montajes",
            )
        } else {
            Words(
                "fmc itself, for systemd and for what sets up interfaces",
                "el propio fmc, por systemd y por lo que configura las interfaces",
            )
        };
        [programs, fmc]
    }

    /// Whether nothing is waited for any more: everything is there, or failed.
    pub fn is_settled(&self) -> bool {
        // Most are asked in vain, and cost no copy of everything.
        self.board.is_all_settled() && self.knows_all(&self.board.services())
    }

    /// Whether everything is on its way, or there, and nothing failed so far.
    pub(crate) fn is_starting(&self) -> bool {
        !self.board.has_failed() && !self.is_settled()
    }

    /// Fails where the first process of a host has ended: nothing can be measured on it any more.
    ///
    /// # Errors
    /// Which one that is, and what it said last.
    pub fn stands(&self) -> Result<(), Text> {
        let services = self.board.services();
        let fell =
            services.iter().find(|it| it.name == ITSELF && it.is_over && !it.state.is_good());
        let Some(Service { host, state: State::Failed(why), log, .. }) = fell else {
            return Ok(());
        };
        let said = std::fs::read_to_string(log).unwrap_or_default();
        let said = said.lines().next_back().map(|it| format!(": {it}")).unwrap_or_default();
        let Text { en, es } = why;
        Err(text!("{host}: {ITSELF}: {en}{said}", "{host}: {ITSELF}: {es}{said}"))
    }

    /// Whether something failed for good, and nothing else is waited for any more.
    pub(crate) fn is_lost(&self) -> bool {
        let services = self.board.services();
        let is_lost = |it: &Service| !it.state.is_good() && (it.is_over || it.restarts >= CRASHES);
        services.iter().any(is_lost)
            && self.knows_all(&services)
            && services.iter().all(|it| it.state.is_good() || is_lost(it))
    }

    /// Whether everybody who does anything has begun, or could not.
    fn knows_all(&self, services: &[Service]) -> bool {
        let known = |host: &str| services.iter().any(|it| it.host == host);
        let cloud = self.plan.machines.cloud;
        let begins = |it: &&Host| !self.parts[&it.id].processes.is_empty();
        let mut hosts = cloud.hosts.values().filter(begins);
        let world = self.stage.players.contains_key(&Player::Internet);
        hosts.all(|it| known(it.name.as_str())) && (!world || known(&Player::Internet.name(cloud)))
    }

    /// Whether nothing is waited for at a host just now; nothing ever is where nothing runs.
    pub(crate) fn is_settled_at(&self, host: HostId) -> bool {
        let name = self.plan.machines.cloud.host(host).name.as_str();
        let runs = self.parts.get(&host).is_some_and(|it| !it.processes.is_empty());
        !runs || self.board.is_settled(name)
    }

    /// Has people call their tunnels who do not yet.
    ///
    /// # Errors
    /// Their own programs refuse their files.
    pub fn bring_people(&self) -> Result<(), Failure> {
        let came = self.people.get_or_init(|| self.call().map_err(|it| it.to_string()));
        came.clone().map_err(Failure::Wrong)
    }

    /// Somebody who is known by name and wants to a host, with the tunnel up by which they come. Who comes by
    /// none is as good as any device in their network.
    pub(crate) fn person(&self, of: &str, name: &str, host: HostId) -> Result<Player, Text> {
        let cloud = self.plan.machines.cloud;
        let nobody = || text!("{of} has no {name}", "{of} no tiene a {name}");
        let (at, _, outside) = cloud.outside.get_full(of).ok_or_else(nobody)?;
        let number = outside.people.iter().position(|it| it.name.as_str() == name);
        let person = Player::Person(at, number.ok_or_else(nobody)?);
        if self.stage.players.contains_key(&person) {
            // Who calls before anybody is there only keeps this machine from it.
            if !self.is_settled_at(host) {
                return Err(Text::of("it is not there yet", "aún no está"));
            }
            self.bring_people().map_err(told)?;
            return Ok(person);
        }
        let networks = outside.networks.iter().filter_map(|it| cloud.networks.get_index_of(it));
        let mut devices = networks.map(|it| match cloud.networks[it].kind {
            NetworkKind::Public => Player::Internet,
            _ => Player::Device(it),
        });
        let device = devices.find(|it| self.stage.players.contains_key(it));
        device.ok_or_else(|| text!("{name} is nowhere", "{name} no está en ningún sitio"))
    }

    /// The value of a secret of this rehearsal.
    pub(crate) fn secret(&self, secret: &Secret) -> Option<String> {
        self.plan.script.secrets.value(secret)
    }

    fn call(&self) -> Result<(), Failure> {
        let cloud = self.plan.machines.cloud;
        let is_new = |it: &&Player| self.stage.made.contains(*it);
        let people: Vec<Player> = self.plan.others.keys().filter(is_new).copied().collect();
        let came = spread(&people, |player| match *player {
            Player::Person(of, at) => {
                let outside = &cloud.outside[of];
                let who = (outside.name.as_str(), outside.people[at].name.as_str());
                let secrets = self.plan.script.secrets;
                tunnels::up_for(cloud, who, &self.stage.players[player], secrets)
            }
            _ => Ok(()),
        });
        came.into_iter().collect()
    }
}
