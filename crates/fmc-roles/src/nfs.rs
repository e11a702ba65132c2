//! Shares folders with other hosts by NFS, version 4.
//!
//! Only the clients that are named for a folder may mount it, and root there is nobody here.

use crate::probes;
use fmc_config::Cause;
use fmc_config::blocks::{BlockStyle, Blocks};
use fmc_config::tree::{Because, Tree, TreeStyle};
use fmc_config::typed;
use fmc_model::cloud::{End, Flow, Host, System};
use fmc_model::codes::ROLE_SETTING;
use fmc_model::read::{At, Map, OneOrMany};
use fmc_model::role::{
    About, Admission, Configuration, Declaration, Kind, Linked, Member, Minimum, Redundancy, Role,
    Selector,
};
use fmc_model::setup::{Attempt, Command, Expect, On, Process, Ready, Reload, Share, Step};
use fmc_model::{Ports, Text, Words, record, text};
use std::collections::BTreeSet;

pub(crate) const ROLE: Kind = Kind::of::<Nfs>(&About {
    name: "nfs",
    label: "NFS",
    icon: "nfs",
    summary: Words("shares folders with other hosts", "comparte carpetas con otros hosts"),
    manual: "https://github.com/nfs-ganesha/nfs-ganesha/wiki",
    systems: &[System::Almalinux, System::Rocky, System::Debian],
    minimum: Minimum::of(1, 512, 10),
    example: "\
version: 1
name: shared
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  storage1: { os: almalinux, nics: { lan: 27 }, roles: { nfs: { exports: { /srv/nfs/shared: app* } } } }
  app[1-2]: { os: debian, nics: { lan: 31+ } }
",
});

record! {
    /// Shares folders by NFS.
    pub struct Nfs ("role `nfs`", "rol `nfs`") {
        /// Who may mount which folder.
        exports: Map<OneOrMany<At<Selector>>, String>,
    }
}

impl Role for Nfs {
    fn declare(&self, _: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::Single);
        out.offer("nfs", [Ports::tcp(2049)]);
        for (path, clients) in &self.exports {
            let folder = &path.value;
            if !folder.starts_with('/') {
                out.report(
                    ROLE_SETTING
                        .at(
                            path.place,
                            text!(
                                "`{folder}` is not a whole path",
                                "`{folder}` no es una ruta completa"
                            ),
                        )
                        .mend(
                            text!("write `/{folder}`", "escriba `/{folder}`"),
                            path.place,
                            format!("/{folder}"),
                        ),
                );
            }
            for client in clients {
                out.admit(Admission {
                    service: "nfs".into(),
                    from: client.clone(),
                    pods: false,
                    written: true,
                    why: why(folder),
                });
            }
        }
    }

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        let program = out.program("ganesha.nfsd");
        out.program("nfs-ganesha-vfs");
        let file = self.file(on);
        out.file(FILE, Tree::of(TreeStyle::Ganesha, &file, &on.cause()));
        for (path, _) in &self.exports {
            let prefixes = Self::flows(on, &path.value).filter_map(|it| on.sources_of(it));
            let (clients, folder) = (prefixes.flatten().collect(), path.value.clone());
            out.share(Share { folder, clients, cause: Cause::new(path.place, ROLE.about.name) });
        }
        let folders: Vec<String> = self.exports.iter().map(|it| it.0.value.clone()).collect();
        for folder in &folders {
            // As in `/tmp`, whoever makes something there owns it and nobody else deletes it: root
            // of a client is nobody here, and its other users have numbers of their own.
            out.directory(folder, 0o1777, "root");
        }
        let command = Command::new(
            program.path,
            ["-F", "-L", "STDERR", "-f", FILE, "-p", "/run/ganesha/ganesha.pid"],
        );
        let mut process = Process::daemon("nfs-ganesha", command, Ready::Started, on.cause())
            .described("shares of this host", ROLE.about.manual);
        process.run_folders = vec!["ganesha".to_owned()];
        // What is not mounted would be served as an empty folder.
        process.mounts = folders;
        // Exports are added, changed and taken away; mounts go on (ganesha-export-config(8)). All
        // else in its file is the same in every cloud.
        process.reload = Some(Reload::Signal("HUP"));
        process.files = vec![FILE.to_owned()];
        out.process(process);
        for address in on.host.primary_addresses() {
            let what = text!("NFS answers at {address}", "NFS responde en {address}");
            out.probe(what, Attempt::Connect(address, Ports::tcp(2049)));
        }
        if out.wants_probes() {
            for (number, (path, _)) in self.exports.iter().enumerate() {
                Self::probes(on, &path.value, number, out);
            }
        }
    }
}

pub(crate) const FILE: &str = "/etc/ganesha/ganesha.conf";

/// Why somebody is let in: it also tells which folder a flow is for.
fn why(folder: &str) -> Text {
    text!("mounts {folder}", "monta {folder}")
}

typed! {
    /// The file of NFS-Ganesha, which starts with keys that it does not know
    /// (<https://github.com/nfs-ganesha/nfs-ganesha/tree/next/src/doc/man>).
    pub(crate) struct Ganesha {
        /// What it serves at all.
        core: Core = "NFS_CORE_PARAM",
        /// Version 4 of the protocol.
        version_4: Version4 = "NFSv4",
        /// What holds of every export that says nothing else.
        defaults: Defaults = "EXPORT_DEFAULTS",
        /// The exports.
        exports: Vec<Because<Export>> = "EXPORT",
        /// What it tells.
        log: Log = "LOG",
    }

    /// What it serves at all.
    pub(crate) struct Core {
        /// Versions of the protocol.
        protocols: u64 = "Protocols",
        /// The port.
        port: u64 = "NFS_Port",
        /// Locks of version 3.
        locks: bool = "Enable_NLM",
        /// Quotas of version 3.
        quotas: bool = "Enable_RQUOTA",
    }

    /// Version 4 of the protocol.
    pub(crate) struct Version4 {
        /// Its minor versions.
        minor: Vec<u64> = "Minor_Versions",
        /// Where it keeps who its clients were, for when it starts again.
        recovery: &'static str = "RecoveryBackend",
    }

    /// What holds of every export that says nothing else.
    pub(crate) struct Defaults {
        /// What somebody may do who is not named.
        access: &'static str = "Access_Type",
        /// Who is nobody here.
        squash: &'static str = "Squash",
        /// How users are known.
        security: &'static str = "SecType",
        /// Versions of the protocol.
        protocols: u64 = "Protocols",
        /// How it is carried.
        transports: &'static str = "Transports",
    }

    /// A folder that is shared.
    pub(crate) struct Export {
        /// A number of its own.
        id: u64 = "Export_Id",
        /// The folder.
        path: String = "Path",
        /// The path at which it is mounted.
        pseudo: String = "Pseudo",
        /// What somebody may do who is not named.
        access: &'static str = "Access_Type",
        /// Who is nobody here.
        squash: &'static str = "Squash",
        /// What keeps the files.
        store: Store = "FSAL",
        /// Who may do what.
        clients: Vec<Because<Client>> = "CLIENT",
    }

    /// What keeps the files.
    pub(crate) struct Store {
        /// Its name.
        name: &'static str = "Name",
    }

    /// Who may do what.
    pub(crate) struct Client {
        /// Addresses and prefixes.
        clients: Vec<String> = "Clients",
        /// What they may do.
        access: &'static str = "Access_Type",
        /// By which versions of the protocol.
        protocols: u64 = "Protocols",
    }

    /// What it tells.
    pub(crate) struct Log {
        /// From which level on.
        level: &'static str = "Default_Log_Level",
    }
}

/// How a probe asks for version 4 (nfs-cp of libnfs).
const VERSION: &str = "?version=4";

/// Copies a file to where somebody says, and reads it there. Each attempt has a file of its own: the server keeps
/// what it knows of names for a minute, and what was cut off may not be opened anew in a folder like `/tmp`.
const COPY: &str = "at=\"$1.$$?version=4\"; nfs-cp \"$0\" \"$at\" > /dev/null && nfs-cat \"$at\"";

/// Shows what came, and takes it away. No host has a point in its name.
const FOUND: &str = "cat \"$0\".*; rm -f \"$0\".*";

impl Nfs {
    /// Clients write into a folder and read it again, by the protocol itself; somebody else may not.
    fn probes(on: &Linked<'_>, folder: &str, number: usize, out: &mut Configuration) {
        let mut known = BTreeSet::new();
        let clients: Vec<(&Flow, &Host)> = probes::clients(on, "nfs")
            .into_iter()
            .flat_map(|(_, host)| Self::flows(on, folder).map(move |flow| (flow, host)))
            .filter(|(flow, host)| matches!(&flow.from, End::Hosts(set) if set.contains(host.id)))
            .filter(|it| known.insert(it.1.id))
            .collect();
        let url = |(flow, host): (&Flow, &Host), name: &str| {
            Some(format!("nfs://{}{folder}{name}", on.address_for(flow, host)?))
        };
        // Of whoever may mount another folder this is the file that a client of this one wrote.
        let of_others = probes::clients(on, "nfs").into_iter();
        let is_other = |it: &(&Flow, &Host)| clients.iter().all(|own| own.1.id != it.1.id);
        let other = of_others.into_iter().find(is_other);
        for (index, client) in probes::some(clients.clone()).into_iter().enumerate() {
            let host = client.1;
            let name = format!("fmc-probe-{}", host.name);
            let own = format!("{folder}/{name}");
            let Some(at) = url(client, &format!("/{name}")) else { continue };
            let local = format!("{}/{}-{number}.{name}", probes::FOLDER, on.host.name);
            let mut line = Blocks::new(BlockStyle::Indented);
            line.add([name.as_str()], &on.cause());
            let says = || Expect::Says(name.clone());
            let shell = |words: &[&str]| Command::new("sh", [&["-c"], words].concat());
            let mut steps = vec![
                Step::new(On::Host(host.id), shell(&[COPY, &local, &at]))
                    .file(&local, line)
                    .expects(says()),
                Step::new(On::Own, shell(&[FOUND, &own])).expects(says()),
            ];
            if let Some(other) = other.filter(|_| index == 0)
                && let Some(at) = url(other, &format!("/{name}"))
            {
                steps.push(Step::new(On::Own, shell(&["echo \"$1\" > \"$0\"", &own, &name])));
                let refused = Expect::Refusal(vec!["NFS4ERR", "No such file", "Permission"]);
                let read = Command::new("nfs-cat", [&format!("{at}{VERSION}")]);
                steps.push(Step::new(On::Host(other.1.id), read).expects(refused));
                steps.push(Step::new(On::Own, Command::new("rm", ["-f", &own])));
            }
            let name = &host.name;
            let what = text!(
                "{name} writes into {folder} and reads it, by NFS",
                "{name} escribe en {folder} y lo lee, por NFS"
            );
            out.probe(what, Attempt::Steps(steps));
        }
    }

    /// The flows by which the clients of a folder come.
    fn flows<'a>(on: &Linked<'a>, folder: &str) -> impl Iterator<Item = &'a Flow> {
        let why = why(folder);
        let is_for = move |it: &&Flow| it.reasons.iter().any(|it| it.why == why);
        on.flows_to().filter(|it| it.service == "nfs").filter(is_for)
    }

    fn file(&self, on: &Linked<'_>) -> Ganesha {
        let exports = self.exports.iter().zip(1..).map(|((path, _), id)| {
            let folder = &path.value;
            let clients = Self::flows(on, folder);
            let export = Export {
                id,
                path: folder.clone(),
                pseudo: folder.clone(),
                access: "None",
                squash: "Root_Squash",
                store: Store { name: "VFS" },
                clients: clients.filter_map(|it| client(on, it)).collect(),
            };
            Because(export, Cause::new(path.place, ROLE.about.name))
        });
        Ganesha {
            core: Core { protocols: 4, port: 2049, locks: false, quotas: false },
            version_4: Version4 { minor: vec![0, 1, 2], recovery: "fs" },
            defaults: Defaults {
                access: "None",
                squash: "Root_Squash",
                security: "sys",
                protocols: 4,
                transports: "TCP",
            },
            exports: exports.collect(),
            log: Log { level: "EVENT" },
        }
    }
}

/// Those who come by a flow. Somebody from anywhere is nobody who was named, and not let in.
fn client(on: &Linked<'_>, flow: &Flow) -> Option<Because<Client>> {
    let prefixes = on.sources_of(flow)?;
    let clients: Vec<String> = prefixes
        .iter()
        .map(|it| {
            let single = it.prefix_len() == it.max_prefix_len();
            if single { it.addr().to_string() } else { it.to_string() }
        })
        .collect();
    (!clients.is_empty())
        .then(|| Because(Client { clients, access: "RW", protocols: 4 }, on.cause_of(flow)))
}
