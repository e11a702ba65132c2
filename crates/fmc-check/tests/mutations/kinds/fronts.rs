//! Whom somebody is sent to: ports, resolvers and checks that lead to nobody, or back.

use super::{Kind, Mutant, changed, some};
use crate::draft::{Draft, Entry, Kind as Of, listed};
use clouds::random::Random;

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "app behind its own ingress", codes: &["FMC0806"], mutate: behind_itself },
    Kind { name: "app at another port than its service", codes: &["FMC0807"], mutate: other_port },
    Kind { name: "resolver that nobody is", codes: &["FMC1209"], mutate: nobody },
    Kind { name: "check by the virtual address", codes: &["FMC1005"], mutate: by_itself },
];

/// The keys of the only app are other ones.
fn app(draft: &Draft, what: &str, keys: impl Fn(&str) -> String) -> Option<Mutant> {
    draft.apps.first()?;
    changed(draft, what.to_owned(), |it| {
        for key in it.apps.iter_mut().flat_map(|it| &mut it.1) {
            *key = keys(key);
        }
    })
}

fn behind_itself(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    let ingress = draft.entries.iter().find(|it| it.has("traefik"))?.pattern();
    app(draft, "the app is served by its ingress", |it| {
        if it.starts_with("hosts:") {
            format!("hosts: \"{ingress}\"")
        } else if it.starts_with("port:") {
            "port: 443".to_owned()
        } else {
            it.to_owned()
        }
    })
}

/// The port of a program of one's own that nobody asks for but by the app.
fn other_port(draft: &Draft, _: &mut Random) -> Option<Mutant> {
    let keys = &draft.apps.first()?.1;
    let serves = |it: &Entry| {
        it.roles.iter().any(|it| it.0 == "service" && it.1.contains("web: tcp/8080"))
            && keys.contains(&format!("hosts: \"{}\"", it.pattern()))
    };
    let asked = |it: &&Entry| it.roles.iter().any(|it| it.1.contains("needs: [web"));
    let by_others = draft.vips.iter().any(|it| it.serves == "service")
        || draft.entries.iter().filter(asked).count() > 0
        || draft.access.iter().any(|it| it.ends_with(": web"));
    if by_others || !draft.entries.iter().any(serves) {
        return None;
    }
    app(draft, "the app is asked for at another port", |it| it.replace("8080", "8090"))
}

/// A host asks for names at the next free address of a network in which everybody is known.
fn nobody(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let known = |name: &str| {
        let network = draft.network(name);
        network.kind == Of::Private
            && network.gateways.is_empty()
            && network.more.is_empty()
            && !draft.outside.iter().any(|it| it.1.contains(name))
            && !draft.access.iter().any(|it| it.starts_with(&format!("{name} ")))
    };
    let fits = |it: &Entry| {
        it.more.is_empty() && it.os.is_some() && it.nics.len() == 1 && known(&it.nics[0].0)
    };
    let at = some(draft, random, |it| fits(it) && it.roles.is_empty())?;
    let network = draft.network(&draft.entries[at].nics[0].0);
    let address = listed(&network.nth(network.next)[..1]);
    let line = format!("resolvers: {address}");
    changed(draft, format!("{} asks {address}", draft.entries[at].stem), |it| {
        it.entries[at].more.push(line);
    })
}

/// A member's own file for Keepalived checks the address that it may hold.
fn by_itself(draft: &Draft, random: &mut Random) -> Option<Mutant> {
    let vip = random.pick(&draft.vips)?;
    let holds = |it: &Entry| {
        let member = it.roles.iter().any(|it| it.0 == "keepalived" && it.1.contains(&vip.name));
        member && it.more.is_empty() && it.os.is_some()
    };
    let at = some(draft, random, holds)?;
    let address = vip.addresses.first()?;
    let text = format!("vrrp_script alive {{ \\n  script \\\"/bin/ping -c 1 {address}\\\"\\n}}\\n");
    let path = "/etc/keepalived/keepalived.conf";
    changed(draft, format!("a check asks {address}"), |it| {
        it.entries[at].more.push(format!("files: {{ {path}: {{ text: \"{text}\" }} }}"));
    })
}
