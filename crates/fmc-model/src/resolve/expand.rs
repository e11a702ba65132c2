//! From the keys of `hosts:` to hosts: ranges counted out, templates filled in, addresses given.

use super::addresses::{self, Taken};
use super::codes::{DUPLICATE_HOST, NO_SYSTEM, TOO_MANY_HOSTS, UNKNOWN_TEMPLATE, WRONG_SYSTEM};
use super::context::Context;
use crate::cloud::{FileEntry, Host, HostId, Network, Nic, Processor, RoleUse, Size, SizePlaces};
use crate::notation::{HostPattern, MAX_NAMES};
use crate::read::{At, closest, did_you_mean};
use crate::spec::{CloudSpec, HostSpec};
use crate::{Domain, FileMode, Name, text};
use fmc_config::maps::{HashMap, IndexMap};
use std::sync::Arc;

/// A host and the entry of `hosts:` that it came from.
pub(crate) struct Expanded {
    pub(crate) hosts: Vec<Host>,
    /// For each host, the index of its entry in [`Expanded::entries`].
    pub(crate) entry_of: Vec<usize>,
    pub(crate) entries: Vec<HostSpec>,
}

/// Makes all hosts, with their names, addresses and roles; routes and the rest come later.
pub(crate) fn expand(
    spec: &CloudSpec,
    domain: &Domain,
    networks: &IndexMap<Name, Network>,
    taken: &mut Taken,
    context: &mut Context<'_>,
) -> Expanded {
    let mut all = Expanded { hosts: Vec::new(), entry_of: Vec::new(), entries: Vec::new() };
    let mut seen: HashMap<Name, fmc_config::Place> = HashMap::default();
    for (name, template) in &spec.templates {
        remember_additions(&format!("template {}", name.value), template, context);
    }
    for (key, written) in &spec.hosts {
        let entry = with_templates(written, spec, context);
        remember_additions(&key.text, written, context);
        let origin = context.origin(key.place);
        let roles: Vec<RoleUse> = entry
            .roles
            .0
            .iter()
            .map(|it| RoleUse {
                name: it.kind.about.name,
                label: it.kind.about.label,
                icon: it.kind.about.icon,
                settings: IndexMap::default(),
                alive: None,
                balances: false,
                minimum: it.kind.about.minimum,
                data: None,
                copied: None,
                hangs_up: None,
                pool: None,
                origin: context.origin(it.kind.place),
            })
            .collect();
        if all.hosts.len() + key.names.len() > 2 * MAX_NAMES {
            let limit = 2 * MAX_NAMES;
            context.report(
                TOO_MANY_HOSTS
                    .at(
                        key.place,
                        text!(
                            "a cloud has {limit} hosts at the most",
                            "una nube tiene {limit} hosts como mucho"
                        ),
                    )
                    .hint(text!("is the range right?", "¿es correcto el rango?")),
            );
            break;
        }
        systems(key, &entry, context);
        let plans = addresses::plan(key, &entry, networks, taken, context);
        for (index, numbered) in key.names.iter().enumerate() {
            if let Some(first) = seen.insert(numbered.name.clone(), key.place) {
                let name = &numbered.name;
                context.report(
                    DUPLICATE_HOST
                        .at(
                            key.place,
                            text!("there are two hosts `{name}`", "hay dos hosts `{name}`"),
                        )
                        .label(first, text!("the first is here", "el primero está aquí"))
                        .hint(text!(
                            "give one of them another name",
                            "dé otro nombre a uno de ellos"
                        )),
                );
                continue;
            }
            let id = HostId(all.hosts.len() as u32);
            let nics = addresses::allot(&plans, index, &numbered.name, taken, context);
            let mut host = one(
                id,
                &numbered.name,
                &numbered.number,
                &entry,
                domain,
                nics,
                roles.clone(),
                &origin,
            );
            for (path, _) in &entry.files {
                if let Some(file) = host.files.get_mut(path.value.as_str()) {
                    file.origin = context.origin(path.place);
                }
            }
            all.hosts.push(host);
            all.entry_of.push(all.entries.len());
        }
        all.entries.push(entry);
    }
    all
}

/// That a host of ours has a system, and that its roles can run on it.
fn systems(key: &At<HostPattern>, entry: &HostSpec, context: &mut Context<'_>) {
    let name = &key.text;
    let Some(system) = &entry.os else {
        let unread = entry.unread.has("os") || entry.unread.has("managed");
        if !unread && !entry.managed.as_ref().is_some_and(|it| it.value) {
            context.report(
                NO_SYSTEM
                    .at(key.place, text!("`{name}` has no `os`", "`{name}` no tiene `os`"))
                    .hint(text!(
                        "add `os: debian`, or `managed: true` if somebody else runs it",
                        "añada `os: debian`, o `managed: true` si lo gestiona otro"
                    )),
            );
        }
        return;
    };
    for role in &entry.roles.0 {
        let about = role.kind.about;
        if about.systems.is_empty() || about.systems.contains(&system.value) {
            continue;
        }
        let (role_name, label) = (about.name, system.value.label());
        let words: Vec<&str> = about.systems.iter().map(|it| it.word()).collect();
        let diagnostic = WRONG_SYSTEM
            .at(
                role.kind.place,
                text!(
                    "`{role_name}` does not run on {label}",
                    "`{role_name}` no funciona en {label}"
                ),
            )
            .label(system.place, text!("the system is chosen here", "el sistema se elige aquí"));
        let list = words.join(", ");
        let hint = text!("it runs on: {list}", "funciona en: {list}");
        // A template has other hosts too: the system of this one is written at this one.
        let own = system.place.file == entry.place.file
            && (entry.place.start..entry.place.end).contains(&system.place.start);
        let edit = if own {
            Some((system.place, words[0].to_owned()))
        } else {
            context.first_line(entry.place, &format!("os: {}", words[0]))
        };
        context.report(match edit {
            Some((place, text)) => diagnostic.mend(hint, place, text),
            None => diagnostic.hint(hint),
        });
    }
}

fn with_templates(written: &HostSpec, spec: &CloudSpec, context: &mut Context<'_>) -> HostSpec {
    let mut entry = written.clone();
    for name in &written.template {
        let Some(template) = spec.templates.get(name.as_str()) else {
            let diagnostic = UNKNOWN_TEMPLATE.at(
                name.place,
                text!(
                    "there is no template `{name}`",
                    "no hay ninguna plantilla `{name}`",
                    name = name.value
                ),
            );
            let known: Vec<&str> = spec.templates.keys().map(|it| it.as_str()).collect();
            context.report(did_you_mean(diagnostic, name.as_str(), name.place, &known));
            // What it says may stand in the one that was meant.
            match closest(name.as_str(), known).and_then(|it| spec.templates.get(it)) {
                Some(template) => entry.fill_from(template),
                None => entry.unread.add_all(),
            }
            continue;
        };
        entry.fill_from(template);
    }
    entry
}

/// Remembers what was added, each thing once where it was written.
fn remember_additions(whose: &str, written: &HostSpec, context: &mut Context<'_>) {
    context.added(|| text!("host {whose}", "host {whose}"), written.added.as_ref());
    for (network, nic) in &written.nics {
        let network = &network.value;
        context.added(
            || text!("{whose} in network {network}", "{whose} en la red {network}"),
            nic.added.as_ref(),
        );
    }
    if let Some(size) = &written.size {
        context.added(|| text!("size of {whose}", "tamaño de {whose}"), size.added.as_ref());
    }
    for role in &written.roles.0 {
        let name = role.kind.about.name;
        context.added(
            || text!("role {name} of {whose}", "rol {name} de {whose}"),
            role.added.as_ref(),
        );
    }
}

#[expect(clippy::too_many_arguments, reason = "each is one fact of the host that is made here")]
fn one(
    id: HostId,
    name: &Name,
    number: &str,
    entry: &HostSpec,
    domain: &Domain,
    nics: Vec<Nic>,
    roles: Vec<RoleUse>,
    origin: &crate::cloud::Origin,
) -> Host {
    let said = |it: &Option<At<String>>| it.as_ref().map(|it| it.value.replace("{n}", number));
    let icon = entry.icon.as_ref().map(|it| it.value.clone());
    let size = entry.size.as_ref();
    let system = entry.os.as_ref().map(|it| it.value);
    Host {
        id,
        name: name.clone(),
        fqdn: format!("{name}.{domain}"),
        label: said(&entry.label).unwrap_or_else(|| name.to_string()),
        note: said(&entry.note),
        icon: icon
            .or_else(|| roles.first().map(|it| it.icon.to_owned()))
            .unwrap_or_else(|| "server".to_owned()),
        system,
        processor: entry.processor.as_ref().map_or(Processor::X86_64, |it| it.value),
        managed: entry.managed.as_ref().is_some_and(|it| it.value),
        roles,
        nics,
        routes: Arc::from([]),
        forwards: false,
        uplink: None,
        pods: Vec::new(),
        sources: Vec::new(),
        resolvers: entry.resolvers.iter().map(|it| it.value).collect(),
        size: size.map_or_else(Size::default, |it| Size {
            cpus: it.cpus.as_ref().map_or(0, |it| it.value),
            memory: it.memory.as_ref().map(|it| it.value).unwrap_or_default(),
            disk: it.disk.as_ref().map(|it| it.value).unwrap_or_default(),
            data: it.data.as_ref().map(|it| it.value).unwrap_or_default(),
            places: SizePlaces {
                cpus: it.cpus.as_ref().map(|it| it.place).unwrap_or_default(),
                memory: it.memory.as_ref().map(|it| it.place).unwrap_or_default(),
                disk: it.disk.as_ref().map(|it| it.place).unwrap_or_default(),
                data: it.data.as_ref().map(|it| it.place).unwrap_or_default(),
            },
        }),
        runs_on: None,
        sysctls: entry.sysctls.iter().map(|it| (it.0.value.clone(), it.1.value.clone())).collect(),
        sysctl_places: entry.sysctls.iter().map(|it| (it.0.value.clone(), it.0.place)).collect(),
        firewall: Vec::new(),
        files: entry
            .files
            .iter()
            .map(|(path, file)| {
                let entry = FileEntry {
                    text: file.text.value.clone(),
                    mode: file.mode.as_ref().map_or(FileMode(0o644), |it| it.value),
                    owner: file.owner.as_ref().map_or("root", |it| it.value.as_str()).to_owned(),
                    origin: origin.clone(),
                };
                (path.value.as_str().to_owned(), entry)
            })
            .collect(),
        origin: origin.clone(),
    }
}
