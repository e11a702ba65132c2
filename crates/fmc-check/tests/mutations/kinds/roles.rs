//! What goes wrong with what hosts are.

use super::{Kind, Mutant, changed, ordinary, some};
use crate::draft::{Draft, Entry};
use clouds::random::Random;

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "no etcd", codes: &["FMC0501"], mutate: no_etcd },
    Kind { name: "no control plane", codes: &["FMC0501"], mutate: no_control_plane },
    Kind { name: "no database", codes: &["FMC0501"], mutate: no_database },
    Kind { name: "no share", codes: &["FMC0501"], mutate: no_share },
    Kind { name: "nobody listens in a tunnel", codes: &["FMC0501"], mutate: nobody_listens },
    Kind { name: "need that nobody meets", codes: &["FMC0501"], mutate: unmet },
    Kind { name: "tunnel without interface", codes: &["FMC0509"], mutate: no_interface },
    Kind { name: "service that is not offered", codes: &["FMC0502"], mutate: not_offered },
    Kind { name: "no way for visitors", codes: &["FMC0503"], mutate: no_way },
    Kind { name: "role on Flatcar", codes: &["FMC0504"], mutate: on_flatcar },
    Kind { name: "no system", codes: &["FMC0505"], mutate: no_system },
    Kind { name: "file in the place of a folder", codes: &["FMC0510"], mutate: contradiction },
    Kind { name: "two programs at one port", codes: &["FMC0510"], mutate: one_port },
    Kind { name: "disk that nobody uses", codes: &["FMC0511"], mutate: unused_disk },
    Kind { name: "waiting in a circle", codes: &["FMC0601"], mutate: circle },
    Kind { name: "no copy of a database", codes: &["FMC0509"], mutate: no_copy },
    Kind { name: "lease that is too short", codes: &["FMC0509"], mutate: lease },
    Kind { name: "share without a whole path", codes: &["FMC0509"], mutate: path },
    Kind { name: "too little memory", codes: &["FMC1101"], mutate: memory },
];

/// The hosts of some role forget it.
fn without(draft: &Draft, role: &str, fit: impl Fn(&Entry) -> bool) -> Option<Mutant> {
    let at = *draft.entries_that(|it| it.has(role) && fit(it)).first()?;
    changed(draft, format!("{} is no {role}", draft.entries[at].stem), |it| {
        it.entries[at].roles.retain(|it| it.0 != role);
    })
}

/// The settings of a role are others.
fn told(draft: &Draft, role: &str, settings: &str) -> Option<Mutant> {
    let at = *draft.entries_that(|it| it.has(role)).first()?;
    changed(draft, format!("{role} of {} is told {settings}", draft.entries[at].stem), |it| {
        if let Some(of) = it.entries[at].role(role) {
            settings.clone_into(of);
        }
    })
}

fn no_etcd(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    without(draft, "etcd", |_| true)
}

fn no_control_plane(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    draft.entries.iter().find(|it| it.has("worker"))?;
    without(draft, "control-plane", |_| true)
}

fn no_database(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    without(draft, "postgres", |_| true)
}

/// A database lies on a share that nobody gives.
fn no_share(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    without(draft, "nfs", |_| true)
}

/// Of two ends of a tunnel none can be called.
fn nobody_listens(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    let at = *draft.entries_that(|it| it.stem == "vps").first()?;
    changed(draft, "nobody listens in the tunnel".to_owned(), |it| {
        if let Some(settings) = it.entries[at].role("wireguard") {
            settings.clear();
        }
    })
}

/// A service needs what nobody offers.
fn unmet(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| ordinary(it) && it.roles.is_empty())?;
    changed(draft, format!("{} needs mqtt", draft.entries[at].stem), |it| {
        let service = "{ needs: [mqtt], command: /opt/sensor }".to_owned();
        it.entries[at].roles.push(("service".to_owned(), service));
    })
}

/// An end of a tunnel has no interface there.
fn no_interface(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.has("wireguard"))?;
    changed(draft, format!("{} is not in the tunnel", draft.entries[at].stem), |it| {
        it.entries[at].nics.retain(|it| it.0 != "tunnel");
    })
}

/// People may use a service that nobody offers there.
fn not_offered(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.count == 1 && !it.managed)?;
    let (who, whom) = (draft.outside.first()?.0.clone(), draft.entries[at].stem.clone());
    changed(draft, format!("access to shh on {whom}"), |it| {
        it.access.push(format!("{who} -> {whom}: shh"));
    })
}

/// An app is public, and no router takes visitors in.
fn no_way(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    draft.apps.iter().find(|it| it.1.iter().any(|it| it == "for: public"))?;
    let routers = draft.entries_that(|it| it.has("router") && it.is_in("internet"));
    let [only] = routers.as_slice() else { return None };
    // An ingress there would take them in itself.
    if draft.entries.iter().any(|it| it.has("traefik") && it.is_in("internet")) {
        return None;
    }
    changed(draft, "no router takes visitors in".to_owned(), |it| {
        if let Some(settings) = it.entries[*only].role("router") {
            "{ publish: false }".clone_into(settings);
        }
    })
}

/// Flatcar has no package manager.
fn on_flatcar(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let packaged = ["postgres", "nfs", "chrony", "hypervisor"];
    let at = some(draft, random, |it| packaged.iter().any(|role| it.has(role)))?;
    changed(draft, format!("{} is Flatcar", draft.entries[at].stem), |it| {
        it.entries[at].os = Some("flatcar");
    })
}

fn no_system(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.os.is_some() && it.template.is_none())?;
    changed(draft, format!("{} has no system", draft.entries[at].stem), |it| {
        it.entries[at].os = None;
    })
}

/// A file is written where a folder must be.
fn contradiction(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.os.is_some() && it.more.is_empty())?;
    changed(draft, format!("/etc/systemd of {} is a file", draft.entries[at].stem), |it| {
        it.entries[at].more.push("files: { /etc/systemd: { text: hi } }".to_owned());
    })
}

/// A web server of one's own stands beside the ingress.
fn one_port(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.has("traefik") && !it.has("service"))?;
    changed(draft, format!("{} has another web server", draft.entries[at].stem), |it| {
        let service = "{ ports: { own: tcp/443 }, command: /opt/own }".to_owned();
        it.entries[at].roles.push(("service".to_owned(), service));
    })
}

/// A machine has a second disk, and no role has data for it.
fn unused_disk(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| !it.has("longhorn") && it.size.is_some())?;
    changed(draft, format!("{} has a second disk", draft.entries[at].stem), |it| {
        if let Some(size) = &mut it.entries[at].size {
            size.data = 50;
        }
    })
}

/// The resolver waits for somebody who waits for it.
fn circle(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let resolver = *draft.entries_that(|it| it.has("coredns") && it.more.is_empty()).first()?;
    let name = draft.entries[resolver].stem.clone();
    let other = some(draft, random, |it| ordinary(it) && it.stem != name)?;
    let other = draft.entries[other].stem.clone();
    changed(draft, format!("{name} starts after {other}"), |it| {
        it.entries[resolver].more.push(format!("after: {other}"));
    })
}

fn no_copy(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    let at = *draft.entries_that(|it| it.has("postgres")).first()?;
    changed(draft, "no copy of the database is kept".to_owned(), |it| {
        if let Some(settings) = it.entries[at].role("postgres") {
            *settings = settings.replacen("{ ", "{ keep: 0, ", 1);
        }
    })
}

fn lease(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    told(draft, "control-plane", "{ lease: 1s }")
}

fn path(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    let at = *draft.entries_that(|it| it.has("nfs")).first()?;
    changed(draft, "a share is `srv/nfs/shared`".to_owned(), |it| {
        if let Some(settings) = it.entries[at].role("nfs") {
            *settings = settings.replacen("/srv/nfs/shared", "srv/nfs/shared", 1);
        }
    })
}

/// A machine has less memory than its guests were promised.
fn memory(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.has("hypervisor"))?;
    let machine = draft.entries[at].clone();
    let guest = |it: &Entry| {
        !it.has("hypervisor") && it.nics.iter().all(|nic| machine.is_in(&nic.0)) && !it.managed
    };
    draft.entries.iter().find(|it| guest(it))?;
    changed(draft, format!("{} has 1 GiB", machine.stem), |it| {
        if let Some(size) = &mut it.entries[at].size {
            size.memory = 1024;
        }
    })
}
