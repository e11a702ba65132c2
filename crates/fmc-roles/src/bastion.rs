//! The one way in for people with a shell: SSH to it, and from it to every host.
//!
//! Whoever is declared has an account of their own, which may do nothing on the bastion but go on. Whoever
//! administers it logs in as the system's own user, which may become root, as on every other host:
//! `ssh -l almalinux bastion1`. It takes the same keys, and sshd writes down whose came in.

use crate::probes;
use fmc_config::blocks::{BlockStyle, Blocks};
use fmc_config::{Cause, Keys};
use fmc_model::cloud::{End, Flow, Host, Outside, Person, System};
use fmc_model::codes::ROLE_SETTING;
use fmc_model::role::{
    About, Configuration, Declaration, Kind, Linked, Member, Minimum, Need, Redundancy, Role,
    Target,
};
use fmc_model::setup::{
    Attempt, Command, Entry, Expect, File, On, Process, Ready, Reload, Step, throwaway_key,
};
use fmc_model::{Ports, Text, Words, record, text};
use std::collections::BTreeSet;
use std::net::IpAddr;

pub(crate) const ROLE: Kind = Kind::of::<Bastion>(&About {
    name: "bastion",
    label: "Bastion",
    icon: "bastion",
    summary: Words(
        "the one way in by SSH, and from it to every host",
        "la única entrada por SSH, y desde ella a cada host",
    ),
    manual: "https://www.openssh.com/manual.html",
    systems: &[],
    minimum: Minimum::of(1, 512, 10),
    example: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  bastion1: { os: almalinux, nics: { lan: 20 }, roles: { bastion: } }
  server: { os: debian, nics: { lan: 21 } }
access:
  - lan -> bastion1: ssh
",
});

record! {
    /// The one way in by SSH.
    pub struct Bastion ("role `bastion`", "rol `bastion`") {}
}

impl Role for Bastion {
    fn declare(&self, _: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::AnyOf);
        out.offer("ssh", [Ports::tcp(22)]);
        out.need(
            Need::of(
                "ssh",
                Text::of("administration starts here", "la administración empieza aquí"),
            )
            .to(Target::EachOffered),
        );
        out.need(Need::of(
            "kubernetes-api",
            Text::of("kubectl is used here", "aquí se usa kubectl"),
        ));
    }

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        let sshd = out.program("sshd").path.into_owned();
        let people = people(on);
        let mut inside: Vec<(&Outside, &Person)> = Vec::new();
        let mut known: Vec<&str> = Vec::new();
        for (of, person) in people {
            let (name, cause) = (person.name.as_str(), on.cause_at(&person.origin));
            // An account of a person would take over that of a program.
            if on.system.has_user(name) {
                out.report(
                    ROLE_SETTING
                        .at(
                            person.origin.place,
                            text!(
                                "`{name}` is a user of the system, and no person can log in as it",
                                "`{name}` es un usuario del sistema, y nadie puede entrar con él"
                            ),
                        )
                        .hint(text!("give the person another name", "dé otro nombre a la persona")),
                );
                continue;
            }
            let snippet = File::new(onward(on, Some(person)), &cause);
            out.for_person(of, person, &format!("{}.ssh_config", on.host.name), snippet);
            out.account(name, &cause);
            let mut keys = Blocks::new(BlockStyle::Indented);
            for key in &person.ssh_keys {
                keys.add(key.as_str().split_whitespace(), &cause);
            }
            out.file(format!("{KEYS}/{name}"), keys);
            inside.push((of, person));
            if !known.contains(&name) {
                known.push(name);
            }
        }
        let keys = administrators(on);
        if !keys.statements.is_empty() {
            let name = on.system.administrator();
            out.file(format!("{KEYS}/{name}"), keys);
            known.push(name);
        }
        out.entry(FILE, Entry::File(File::new(server(on, &known), &on.cause()).mode(0o600)));
        out.file_by("/etc/ssh/ssh_config.d/fmc.conf", || onward(on, None));
        if on.system == System::Flatcar {
            // There a socket of systemd's has the port, and would start another sshd.
            let link = Entry::Link("/dev/null".to_owned(), on.cause());
            out.entry("/etc/systemd/system/sshd.socket", link);
        }
        let command = Command::new(sshd.clone(), ["-D", "-f", FILE]);
        let mut process =
            Process::daemon(on.system.term("sshd"), command, Ready::Started, on.cause())
                .described("the way in by SSH", ROLE.about.manual);
        process.check = Some(Command::new(sshd, ["-t", "-f", FILE]));
        process.reload = Some(Reload::Signal("HUP"));
        process.run_folders = vec!["sshd".to_owned()];
        // Whoever is logged in stays so while it starts anew: it may be who changes it.
        process.spares_children = true;
        process.files = vec![FILE.to_owned()];
        out.process(process);
        for address in on.host.primary_addresses() {
            let what = text!("SSH answers at {address}", "SSH responde en {address}");
            out.probe(what, Attempt::Connect(address, Ports::tcp(22)));
        }
        if out.wants_probes() {
            probes(on, &inside, out);
        }
    }
}

/// People go through it to the hosts behind, each time another one of them, as their own file tells their
/// `ssh` to; who shows no key goes nowhere.
fn probes(on: &Linked<'_>, people: &[(&Outside, &Person)], out: &mut Configuration) {
    let (mut behind, mut known) = (Vec::new(), BTreeSet::new());
    for flow in on.flows_from().filter(|it| it.service == "ssh") {
        let End::Hosts(hosts) = &flow.to else { continue };
        let others = hosts.iter().filter(|it| *it != on.host.id).map(|it| on.cloud.host(it));
        for other in others.filter(|it| !it.managed) {
            if known.insert(other.id) {
                behind.push((flow, other));
            }
        }
    }
    let folder = probes::FOLDER;
    let turns = people.iter().cycle();
    let tried = probes::some(behind).into_iter().zip(turns).enumerate();
    for (index, ((flow, other), (of, person))) in tried {
        let by = On::Person(of.name.clone(), person.name.clone());
        let place = |what: &str, it: &str| format!("{folder}/{}-{what}.{it}", on.host.name);
        let [key, config] = ["key", "ssh_config"].map(|it| place(other.name.as_str(), it));
        let mut file = client(on, person, &key);
        further(on, flow, other, Some(person), &mut file);
        let ssh = |words: &[&str]| Command::new("ssh", [&["-F", config.as_str()], words].concat());
        let (secret, name) = (throwaway_key(of, person), other.name.as_str());
        let login = Step::new(by.clone(), ssh(&[name, "hostname"]))
            .file(&key, Keys::bare(secret))
            .file(&config, file)
            .expects(Expect::Says(other.fqdn.clone()));
        let (who, bastion) = (&person.name, &on.host.name);
        let what = text!(
            "{who} logs in on {name} through {bastion}",
            "{who} entra en {name} a través de {bastion}"
        );
        out.probe(what, Attempt::Steps(vec![login]));
        if index == 0 {
            let [none, config] = ["none", "ssh_config"].map(|it| place("stranger", it));
            let words = ["-F", config.as_str(), on.host.name.as_str(), "true"];
            let stranger = Step::new(by, Command::new("ssh", words))
                .file(&config, client(on, person, &none))
                .expects(Expect::Refusal(vec!["Permission denied"]));
            let what = text!(
                "nobody logs in on {bastion} without a key",
                "nadie entra en {bastion} sin una clave"
            );
            out.probe(what, Attempt::Steps(vec![stranger]));
        }
    }
}

/// What `ssh` is told of a person who comes to the bastion with this key, and asks nothing.
fn client(on: &Linked<'_>, person: &Person, key: &str) -> Blocks {
    let cause = on.cause();
    let mut file = Blocks::new(BlockStyle::Indented);
    for words in [
        ["IdentityFile", key],
        ["IdentitiesOnly", "yes"],
        ["BatchMode", "yes"],
        ["ConnectTimeout", "5"],
        // The keys by which hosts are known are made when they start.
        ["StrictHostKeyChecking", "no"],
        ["UserKnownHostsFile", "/dev/null"],
        ["LogLevel", "ERROR"],
    ] {
        file.add(words, &cause);
    }
    // Nobody else's address lets them in.
    let to = on.host.primary_addresses().next();
    let own = person.addresses.iter().map(ipnet::IpNet::addr);
    if let Some(own) = own.into_iter().find(|it| to.is_none_or(|to| to.is_ipv4() == it.is_ipv4())) {
        file.add(["BindAddress", &own.to_string()], &cause);
    }
    entrance(on, person, &cause, &mut file);
    file
}

const FILE: &str = "/etc/ssh/sshd_config";

/// Whose keys are whose: a file for each user.
const KEYS: &str = "/etc/ssh/authorized_keys.d";

/// The keys of everybody who administers this host, each once.
fn administrators(on: &Linked<'_>) -> Blocks {
    let mut keys = Blocks::new(BlockStyle::Indented);
    let mut known: Vec<&str> = Vec::new();
    for person in on.cloud.administrators(on.host) {
        let cause = on.cause_at(&person.origin);
        for key in person.ssh_keys.iter().map(fmc_model::SshKey::as_str) {
            if !known.contains(&key) {
                known.push(key);
                keys.add(key.split_whitespace(), &cause);
            }
        }
    }
    keys
}

/// Everybody who may come in and is known by name and key, and among whom they are.
fn people<'a>(on: &Linked<'a>) -> Vec<(&'a Outside, &'a Person)> {
    let mut all: Vec<(&Outside, &Person)> = Vec::new();
    for flow in on.flows_to().filter(|it| it.service == "ssh") {
        let End::Outside(name) = &flow.from else { continue };
        let Some(of) = on.cloud.outside.get(name) else { continue };
        for person in of.people.iter().filter(|it| !it.ssh_keys.is_empty()) {
            if all.iter().all(|it| (&it.0.name, &it.1.name) != (&of.name, &person.name)) {
                all.push((of, person));
            }
        }
    }
    all
}

/// Keys alone, nobody as root, nobody who was not declared, and nothing is passed on but connections to
/// other hosts' SSH.
fn server(on: &Linked<'_>, people: &[&str]) -> Blocks {
    let cause = on.cause();
    let mut file = Blocks::new(BlockStyle::Indented);
    let settings: [&[&str]; 19] = [
        &["Port", "22"],
        &["HostKey", "/etc/ssh/ssh_host_ed25519_key"],
        &["PermitRootLogin", "no"],
        &["PubkeyAuthentication", "yes"],
        &["AuthenticationMethods", "publickey"],
        &["PasswordAuthentication", "no"],
        &["KbdInteractiveAuthentication", "no"],
        &["HostbasedAuthentication", "no"],
        &["UsePAM", "yes"],
        &["AllowTcpForwarding", "local"],
        &["PermitOpen", "*:22"],
        &["AllowStreamLocalForwarding", "no"],
        &["AllowAgentForwarding", "no"],
        &["X11Forwarding", "no"],
        &["PermitTunnel", "no"],
        &["PermitUserEnvironment", "no"],
        &["MaxAuthTries", "3"],
        &["LoginGraceTime", "30"],
        &["LogLevel", "VERBOSE"],
    ];
    for words in settings {
        file.add(words, &cause);
    }
    // The image's own user is among them where somebody administers; where nobody is known by name, it is
    // all there is. Whoever has an account of another kind comes in nowhere.
    let usual = [on.system.administrator()];
    let allowed = if people.is_empty() { usual.as_slice() } else { people };
    file.add(std::iter::once("AllowUsers").chain(allowed.iter().copied()), &cause);
    for person in people {
        // Their keys are those of the cloud file; what they add in their homes counts for nothing.
        let block = file.block(["Match", "User", person], &cause);
        block.with(["AuthorizedKeysFile".to_owned(), format!("{KEYS}/%u")]);
    }
    file
}

/// The hosts behind, for `ssh` on the bastion itself, or through it for a person outside.
fn onward(on: &Linked<'_>, person: Option<&Person>) -> Blocks {
    let mut file = Blocks::new(BlockStyle::Indented);
    let cause = on.cause();
    if let Some(person) = person {
        entrance(on, person, &cause, &mut file);
    }
    for flow in on.flows_from().filter(|it| it.service == "ssh") {
        let End::Hosts(hosts) = &flow.to else { continue };
        for other in hosts.iter().filter(|it| *it != on.host.id).map(|it| on.cloud.host(it)) {
            further(on, flow, other, person, &mut file);
        }
    }
    file
}

/// How a person comes to the bastion.
fn entrance(on: &Linked<'_>, person: &Person, cause: &Cause, file: &mut Blocks) {
    let address = on.host.primary_addresses().next();
    let block = host(on.host, address, cause, file);
    block.with(["User", person.name.as_str()]);
}

/// How one comes from the bastion to another host, or a person through it.
fn further(on: &Linked<'_>, flow: &Flow, other: &Host, person: Option<&Person>, file: &mut Blocks) {
    // The way that the flow takes, such as through a tunnel, and no other is open.
    let address = on.destination_of(flow, other);
    let block = host(other, address, &on.cause_of(flow), file);
    if let Some(user) = other.system.map(System::administrator) {
        block.with(["User", user]);
    }
    if person.is_some() {
        block.with(["ProxyJump", on.host.name.as_str()]);
    }
}

fn host<'f>(
    host: &Host,
    address: Option<IpAddr>,
    cause: &Cause,
    file: &'f mut Blocks,
) -> &'f mut fmc_config::blocks::Statement {
    let block = file.block(["Host", host.name.as_str(), &host.fqdn], cause);
    if let Some(address) = address {
        block.with(["HostName", &address.to_string()]);
    }
    block
}
