//! What goes wrong with names: of hosts, networks, templates, groups and machines.

use super::{Kind, Mutant, changed, ordinary, some};
use crate::draft::{Draft, Entry};
use clouds::random::Random;

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "unknown network", codes: &["FMC0202"], mutate: network },
    Kind { name: "unknown network of people", codes: &["FMC0202"], mutate: network_of_people },
    Kind { name: "unknown template", codes: &["FMC0203"], mutate: template },
    Kind { name: "unknown host in access", codes: &["FMC0201"], mutate: access },
    Kind { name: "pattern that fits nobody", codes: &["FMC0206"], mutate: pattern },
    Kind { name: "access from an address", codes: &["FMC0206"], mutate: from_an_address },
    Kind { name: "group of a network", codes: &["FMC0207"], mutate: group_of_a_network },
    Kind { name: "range over another host", codes: &["FMC0208"], mutate: twice },
    Kind { name: "name wanted twice", codes: &["FMC0210"], mutate: name_twice },
    Kind { name: "in two groups", codes: &["FMC0211"], mutate: two_groups },
    Kind { name: "unknown machine", codes: &["FMC0201"], mutate: unknown_machine },
    Kind { name: "machine that runs no hosts", codes: &["FMC0507"], mutate: no_machine },
    Kind { name: "several machines", codes: &["FMC0506"], mutate: several_machines },
    Kind { name: "unknown client of a database", codes: &["FMC0201"], mutate: client },
    Kind { name: "share for nobody", codes: &["FMC0201", "FMC0206"], mutate: share },
    Kind { name: "app of nobody", codes: &["FMC0201"], mutate: app },
    Kind { name: "start after nobody", codes: &["FMC0201"], mutate: after },
    Kind { name: "rule for nobody", codes: &["FMC0201"], mutate: rule },
];

/// An interface is in a network that is misspelt.
fn network(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, ordinary)?;
    let name = format!("{}x", draft.entries[at].nics[0].0);
    changed(draft, format!("{} is in {name}", draft.entries[at].stem), |it| {
        it.entries[at].nics[0].0 = name;
    })
}

/// People come from a network that is not there.
fn network_of_people(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    changed(draft, "visitors come from nowhere".to_owned(), |it| {
        it.outside.push(("visitors".to_owned(), "{ nics: nowhere }".to_owned()));
    })
}

/// A template that is not there.
fn template(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |_| true)?;
    changed(draft, format!("{} is as `smal`", draft.entries[at].stem), |it| {
        it.entries[at].template = Some("smal".to_owned());
    })
}

fn somebody(draft: &Draft) -> Option<String> {
    draft.outside.first().map(|it| it.0.clone())
}

/// People may reach a host that is not there.
fn access(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    let who = somebody(draft)?;
    changed(draft, "access to `webserver9`".to_owned(), |it| {
        it.access.push(format!("{who} -> webserver9: ssh"));
    })
}

/// People may reach hosts of which there are none.
fn pattern(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    let who = somebody(draft)?;
    changed(draft, "access to `zebra*`".to_owned(), |it| {
        it.access.push(format!("{who} -> zebra*: ssh"));
    })
}

/// A virtual address would reach somebody.
fn from_an_address(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let vip = random.pick(&draft.vips)?.name.clone();
    let whom = draft.entries[0].first();
    changed(draft, format!("access from vip:{vip}"), |it| {
        it.access.push(format!("vip:{vip} -> {whom}: ssh"));
    })
}

/// A box of the picture has a network in it.
fn group_of_a_network(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let name = random.pick(&draft.networks)?.name.clone();
    changed(draft, format!("a group of {name}"), |it| {
        it.groups.push(("everything".to_owned(), format!("network:{name}")));
    })
}

/// A host is called like one of a range.
fn twice(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.count > 1)?;
    let name = draft.entries[at].first();
    changed(draft, format!("there is another {name}"), |it| {
        let entry = Entry { stem: name, count: 1, managed: true, ..Entry::default() };
        it.entries.push(entry);
    })
}

/// An app wants the name of a host.
fn name_twice(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, ordinary)?;
    let (name, who) = (draft.entries[at].stem.clone(), somebody(draft)?);
    changed(draft, format!("an app is called {name}, too"), |it| {
        let keys = [format!("names: [{name}]"), format!("hosts: {name}")];
        let keys = keys.into_iter().chain(["port: 80".to_owned(), format!("for: {who}")]);
        it.apps.push(("again".to_owned(), keys.collect()));
    })
}

/// A host is in two boxes of the picture.
fn two_groups(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.count == 1)?;
    let name = draft.entries[at].stem.clone();
    changed(draft, format!("{name} is in two groups"), |it| {
        for group in ["here", "there"] {
            it.groups.push((group.to_owned(), name.clone()));
        }
    })
}

/// A host runs on a machine that is not there.
fn unknown_machine(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, ordinary)?;
    changed(draft, format!("{} runs on mettal", draft.entries[at].stem), |it| {
        it.entries[at].runs_on = Some("mettal".to_owned());
    })
}

/// A host runs on one that runs no hosts.
fn no_machine(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, ordinary)?;
    let own = draft.entries[at].stem.clone();
    let other = some(draft, random, |it| !it.has("hypervisor") && it.stem != own)?;
    let other = draft.entries[other].first();
    changed(draft, format!("{own} runs on {other}"), |it| {
        it.entries[at].runs_on = Some(other);
    })
}

/// There are several machines, and a host does not say which is its own.
fn several_machines(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    draft.entries.iter().find(|it| it.has("hypervisor") && it.count > 1)?;
    let at = some(draft, random, |it| it.runs_on.is_some())?;
    changed(draft, format!("{} does not say where it runs", draft.entries[at].stem), |it| {
        it.entries[at].runs_on = None;
    })
}

/// A database lets in somebody who is not there.
fn client(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.has("postgres"))?;
    changed(draft, "the database is for `ap`".to_owned(), |it| {
        if let Some(settings) = it.entries[at].role("postgres") {
            "{ clients: [ap] }".clone_into(settings);
        }
    })
}

/// A folder is shared with hosts that are not there.
fn share(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.has("nfs"))?;
    changed(draft, "a share for `databse`".to_owned(), |it| {
        if let Some(settings) = it.entries[at].role("nfs") {
            *settings = settings.replacen("database: database", "database: databse", 1);
        }
    })
}

/// An app is served by a host that is not there.
fn app(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let name = random.pick(&draft.apps)?.0.clone();
    changed(draft, format!("{name} is served by `webserver9`"), |it| {
        for (_, keys) in it.apps.iter_mut().filter(|it| it.0 == name) {
            "hosts: webserver9".clone_into(&mut keys[1]);
        }
    })
}

/// A host starts after one that is not there.
fn after(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.more.is_empty())?;
    changed(draft, format!("{} starts after `webserver9`", draft.entries[at].stem), |it| {
        it.entries[at].more.push("after: webserver9".to_owned());
    })
}

/// A rule of a firewall is for somebody who is not there.
fn rule(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let at = some(draft, random, |it| it.more.is_empty() && !it.managed)?;
    changed(draft, format!("a rule of {} for `webserver9`", draft.entries[at].stem), |it| {
        let rule = "firewall: [{ verdict: drop, from: webserver9, for: ssh }]".to_owned();
        it.entries[at].more.push(rule);
    })
}
