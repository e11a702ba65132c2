//! What is told only where nothing else is wrong: firewalls, timers, sizes, resolvers, tunnels, secrets
//! and storage, written over by hand.

use super::{Kind, Mutant, changed, ordinary, some};
use crate::draft::{Draft, Entry, Size, listed};
use clouds::random::Random;

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "port closed by hand", codes: &["FMC0801"], mutate: closed },
    Kind { name: "port opened by hand", codes: &["FMC0802"], mutate: opened },
    Kind { name: "port opened to the Internet", codes: &["FMC0803"], mutate: exposed },
    Kind { name: "rule behind another one", codes: &["FMC0804"], mutate: idle },
    Kind { name: "even number of masters", codes: &["FMC0902"], mutate: even },
    Kind { name: "timers too slow for the goal", codes: &["FMC1001"], mutate: slow },
    Kind { name: "check slower than its interval", codes: &["FMC1002"], mutate: check },
    Kind { name: "adverts dropped by hand", codes: &["FMC1003", "FMC0801"], mutate: unheard },
    Kind { name: "too few processors", codes: &["FMC1102"], mutate: processors },
    Kind { name: "too little disk", codes: &["FMC1103"], mutate: disk },
    Kind { name: "too little memory for a system", codes: &["FMC1104"], mutate: system },
    Kind { name: "too little memory for a role", codes: &["FMC1105"], mutate: role },
    Kind { name: "resolver that asks itself", codes: &["FMC1204"], mutate: itself },
    Kind { name: "tunnel as large as its carrier", codes: &["FMC1301"], mutate: mtu },
    Kind { name: "tunnel that falls asleep", codes: &["FMC1302"], mutate: asleep },
    Kind { name: "secret in a file", codes: &["FMC1401"], mutate: secret },
    Kind { name: "password that everybody guesses", codes: &["FMC1402"], mutate: password },
    Kind { name: "SSH open to the world", codes: &["FMC1403"], mutate: open_ssh },
    Kind { name: "firewall that lets everybody in", codes: &["FMC1404"], mutate: everybody },
    Kind { name: "root by SSH", codes: &["FMC1405"], mutate: root },
    Kind { name: "rules of others flushed", codes: &["FMC1406"], mutate: flush },
    Kind { name: "SELinux switched off", codes: &["FMC1407"], mutate: selinux },
    Kind { name: "share that is not shared", codes: &["FMC1502"], mutate: not_shared },
    Kind { name: "disk of the system for data", codes: &["FMC1503"], mutate: system_disk },
    Kind { name: "more copies than hosts", codes: &["FMC1504"], mutate: copies },
    Kind { name: "forwarding switched off", codes: &["FMC1506"], mutate: forwarding },
    Kind { name: "program that nothing brings", codes: &["FMC1507"], mutate: no_source },
];

/// An entry says one thing more.
fn also(draft: &Draft, at: usize, line: &str) -> Option<Mutant> {
    changed(draft, format!("{}: {line}", draft.entries[at].stem), |it| {
        it.entries[at].more.push(line.to_owned());
    })
}

/// A host of ours that says nothing more about itself.
fn plain(entry: &Entry) -> bool {
    entry.more.is_empty() && entry.os.is_some()
}

/// The firewall of a database drops those who need it.
fn closed(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.has("postgres") && plain(it))?;
    also(draft, at, "firewall: [{ verdict: drop, for: tcp/5432 }]")
}

/// A host lets its neighbours in at a port that nobody declared.
fn opened(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    // Somebody else must be in the network to come from there.
    let crowded = |network: &str| draft.entries.iter().filter(|it| it.is_in(network)).count() > 1;
    let at = some(draft, random, |it| ordinary(it) && plain(it) && crowded(&it.nics[0].0))?;
    let network = draft.entries[at].nics[0].0.clone();
    also(draft, at, &format!("firewall: [{{ verdict: accept, from: {network}, for: tcp/9999 }}]"))
}

/// A host with a public address lets the world in.
fn exposed(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.is_in("internet") && plain(it))?;
    also(draft, at, "firewall: [{ verdict: accept, for: tcp/3389 }]")
}

/// A rule stands behind one that decides all that it could.
fn idle(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| ordinary(it) && plain(it))?;
    let rule = |ports: &str| format!("{{ verdict: drop, for: tcp/{ports} }}");
    also(draft, at, &format!("firewall: [{}, {}]", rule("9000-9100"), rule("9050")))
}

/// One of three masters is gone, or a fourth one came.
fn even(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.has("etcd") && it.count > 1)?;
    changed(draft, "one master is gone".to_owned(), |it| {
        let entry = &mut it.entries[at];
        let old = entry.pattern();
        entry.count -= 1;
        let new = entry.pattern();
        for group in &mut it.groups {
            group.1 = group.1.replace(&old, &new);
        }
    })
}

/// The timers of an address are other ones.
fn timed(draft: &Draft, random: &mut Random, timers: &[&str]) -> Option<Mutant> {
    let at = random.between(0, draft.vips.len().checked_sub(1)?);
    changed(draft, format!("{} has {}", draft.vips[at].name, timers.join(", ")), |it| {
        it.vips[at].more = timers.iter().map(|it| (*it).to_owned()).collect();
    })
}

fn slow(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    timed(draft, random, &["slo: 3s", "advert: 5s"])
}

fn check(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    timed(draft, random, &["interval: 1s", "timeout: 4s"])
}

/// A member drops what the other one says.
fn unheard(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.has("keepalived") && it.count == 2 && plain(it))?;
    let other = draft.entries[at].first();
    also(draft, at, &format!("firewall: [{{ verdict: drop, from: {other} }}]"))
}

fn sized(
    draft: &Draft,
    random: &mut Random,
    fit: impl Fn(&Entry) -> bool,
    change: impl Fn(&mut Size),
) -> Option<Mutant> {
    let at = some(draft, random, |it| it.size.is_some() && fit(it))?;
    changed(draft, format!("{} has another size", draft.entries[at].stem), |it| {
        if let Some(size) = &mut it.entries[at].size {
            change(size);
        }
    })
}

/// Whether a machine has more than one guest: all that is in its networks alone.
fn busy(draft: &Draft, machine: &Entry) -> bool {
    let guest = |it: &&Entry| {
        !it.has("hypervisor") && !it.managed && it.nics.iter().all(|nic| machine.is_in(&nic.0))
    };
    machine.has("hypervisor") && draft.entries.iter().filter(guest).count() > 1
}

fn processors(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let many = |it: &Entry| busy(draft, it) && draft.size() > 16 && it.count == 1;
    sized(draft, random, many, |it| it.cpus = 2)
}

fn disk(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    sized(draft, random, |it| busy(draft, it) && it.count == 1, |it| it.disk = 25)
}

fn system(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let fits = |it: &Entry| it.os == Some("almalinux") && it.roles.is_empty();
    sized(draft, random, fits, |it| it.memory = 512)
}

fn role(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    sized(draft, random, |it| it.has("control-plane"), |it| it.memory = 768)
}

/// The resolver passes names on to itself.
fn itself(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.has("coredns") && it.count == 1)?;
    let inner = |it: &&(String, String)| it.1.parse::<u32>().is_ok() && it.0 != "tunnel";
    let (network, number) = draft.entries[at].nics.iter().find(inner)?;
    let own = listed(&draft.network(network).nth(number.parse().ok()?)[..1]);
    changed(draft, format!("the resolver asks {own}"), |it| {
        if let Some(settings) = it.entries[at].role("coredns") {
            *settings = format!("{{ forward: {own} }}");
        }
    })
}

/// What a tunnel takes is as large as what carries it.
fn mtu(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    draft.networks.iter().find(|it| it.name == "tunnel")?;
    changed(draft, "the tunnel has an MTU of 1500".to_owned(), |it| {
        it.network_mut("tunnel").more.push("mtu: 1500".to_owned());
    })
}

/// Whoever is behind a router says too seldom that he is there.
fn asleep(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    let calls = |it: &Entry| it.roles.iter().any(|it| it.0 == "wireguard" && it.1.is_empty());
    let at = *draft.entries_that(calls).first()?;
    changed(draft, "the tunnel is kept every ten minutes".to_owned(), |it| {
        if let Some(settings) = it.entries[at].role("wireguard") {
            "{ keepalive: 10m }".clone_into(settings);
        }
    })
}

/// A file of one's own.
fn file(
    draft: &Draft,
    random: &mut Random,
    fit: impl Fn(&Entry) -> bool,
    path: &str,
    text: &str,
) -> Option<Mutant> {
    let at = some(draft, random, |it| plain(it) && fit(it))?;
    also(draft, at, &format!("files: {{ {path}: {{ mode: \"0600\", text: \"{text}\\n\" }} }}"))
}

fn secret(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    file(draft, random, ordinary, "/etc/app.env", "DB_PASSWORD=tR7xQ2mm91")
}

fn password(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    file(draft, random, ordinary, "/etc/app.env", "POSTGRES_PASSWORD=postgres")
}

/// The world may log in at a host that it can reach.
fn open_ssh(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.is_in("internet") && !it.managed)?;
    let name = draft.entries[at].first();
    changed(draft, format!("everybody may log in at {name}"), |it| {
        it.access.push(format!("public -> {name}: ssh"));
    })
}

fn everybody(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| ordinary(it) && plain(it))?;
    also(draft, at, "firewall: [{ verdict: accept }]")
}

fn root(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    file(draft, random, |_| true, "/etc/ssh/sshd_config.d/10-own.conf", "PermitRootLogin yes")
}

fn flush(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    file(draft, random, |_| true, "/etc/own.nft", "flush ruleset")
}

fn selinux(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let red = |it: &Entry| matches!(it.os, Some("almalinux" | "rocky"));
    file(draft, random, red, "/etc/selinux/config", "SELINUX=disabled")
}

/// A database lies on a share that is for others.
fn not_shared(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.has("nfs"))?;
    changed(draft, "the share of the database is for another one".to_owned(), |it| {
        if let Some(settings) = it.entries[at].role("nfs") {
            *settings = settings.replacen("/srv/nfs/database: database, ", "", 1);
        }
    })
}

fn longhorn(draft: &Draft, settings: &str) -> Option<Mutant> {
    let at = *draft.entries_that(|it| it.has("longhorn")).first()?;
    changed(draft, format!("longhorn: {settings}"), |it| {
        if let Some(of) = it.entries[at].role("longhorn") {
            settings.clone_into(of);
        }
    })
}

/// Guests have the disk of their system at `/dev/vda`.
fn system_disk(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    let at = *draft.entries_that(|it| it.has("longhorn")).first()?;
    let network = &draft.entries[at].nics[0].0;
    draft.entries.iter().find(|it| it.has("hypervisor") && it.is_in(network))?;
    longhorn(draft, "{ device: /dev/vda }")
}

fn copies(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    longhorn(draft, "{ replicas: 9 }")
}

/// A router does not forward.
fn forwarding(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.has("router") && plain(it))?;
    let four = draft.networks.iter().flat_map(|it| &it.prefixes).any(|it| it.addr().is_ipv4());
    let name = if four { "net.ipv4.ip_forward" } else { "net.ipv6.conf.all.forwarding" };
    also(draft, at, &format!("sysctls: {{ {name}: \"0\" }}"))
}

/// Flatcar has no packages, and nobody offers this program for download.
fn no_source(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let only = |it: &Entry| it.has("haproxy") && it.roles.len() == 2;
    let at = some(draft, random, only)?;
    changed(draft, format!("{} is Flatcar", draft.entries[at].stem), |it| {
        it.entries[at].os = Some("flatcar");
    })
}
