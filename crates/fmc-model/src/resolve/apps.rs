//! What is published, and the boxes of the picture.

use super::codes::GROUPED_TWICE;
use super::context::Context;
use super::directory::{Directory, Found};
use crate::cloud::{App, Group, HostId, HostSet, Network, NetworkKind, Outside, Pods, Volume};
use crate::read::{At, Word, codes};
use crate::spec::{CloudSpec, PodsSpec};
use crate::{Domain, Folder, Name, Shared, text};
use fmc_config::Place;
use fmc_config::maps::{HashMap, IndexMap};

/// What is published.
pub(crate) fn apps(
    spec: &CloudSpec,
    domain: &Domain,
    directory: &Directory,
    networks: &IndexMap<Name, Network>,
    outside: &IndexMap<Name, Outside>,
    context: &mut Context<'_>,
) -> IndexMap<Name, App> {
    let mut apps = IndexMap::default();
    for (name, written) in &spec.apps {
        context
            .added(|| text!("app {name}", "app {name}", name = name.value), written.added.as_ref());
        for (key, list) in [("hosts", &written.hosts), ("for", &written.r#for)] {
            if list.is_empty() && !written.unread.has(key) {
                context.report(
                    codes::MISSING_KEY
                        .at(
                            name.place,
                            text!(
                                "app `{name}` needs `{key}`",
                                "a la app `{name}` le falta `{key}`",
                                name = name.value
                            ),
                        )
                        .hint(text!("add `{key}: …`", "añada `{key}: …`")),
                );
            }
        }
        let public_network =
            |it: &Name| networks.get(it).is_some_and(|it| it.kind == NetworkKind::Public);
        let public = written.r#for.iter().any(|it| match directory.look_up(&it.value) {
            Ok(Found::Outside(name)) => {
                outside.get(&name).is_some_and(|it| it.networks.iter().any(public_network))
            }
            Ok(Found::Network(name)) => public_network(&name),
            _ => false,
        });
        let mut names: Vec<String> =
            written.names.iter().filter_map(|it| full_name(it, domain, context)).collect();
        if written.names.is_empty() {
            names.push(format!("{}.{domain}", name.value));
        }
        let app = App {
            name: name.value.clone(),
            label: written.label.as_ref().map_or_else(|| name.to_string(), |it| it.value.clone()),
            note: written.note.as_ref().map(|it| it.value.clone()),
            names,
            hosts: directory.find_all_hosts(&written.hosts, context),
            port: written.port.value,
            pods: written.pods.as_ref().map(|it| pods(&it.value, context)),
            health: written.health.as_ref().map_or_else(|| "/".to_owned(), |it| it.value.clone()),
            audience: written.r#for.iter().map(|it| it.value.to_string()).collect(),
            public,
            origin: context.origin(name.place),
        };
        apps.insert(name.value.clone(), app);
    }
    apps
}

fn pods(written: &PodsSpec, context: &Context<'_>) -> Pods {
    let volume = |(at, shared): (&At<Folder>, &At<Shared>)| Volume {
        at: at.value.clone(),
        shared: shared.value.clone(),
        origin: context.origin(shared.place),
    };
    Pods {
        image: written.image.value.clone(),
        port: written.port.value,
        cpu: written.cpu.as_ref().map(|it| it.value),
        memory: written.memory.as_ref().map(|it| it.value),
        volumes: written.volumes.iter().map(volume).collect(),
    }
}

/// `www` → `www.example.com`; `@` is the domain; a name with a point is whole already.
fn full_name(name: &At<String>, domain: &Domain, context: &mut Context<'_>) -> Option<String> {
    if name.value == "@" {
        return Some(domain.to_string());
    }
    let full = if name.value.contains('.') {
        name.value.clone()
    } else {
        format!("{}.{domain}", name.value)
    };
    if Domain::parse(&full).is_err() {
        let diagnostic = codes::BAD_VALUE.at(
            name.place,
            text!(
                "`{name}` is not a name of the DNS",
                "`{name}` no es un nombre del DNS",
                name = name.value
            ),
        );
        let meant = name.value.to_lowercase();
        let is_name = Domain::parse(&full.to_lowercase()).is_ok();
        context.report(if is_name {
            diagnostic.mend(
                text!("did you mean `{meant}`?", "¿quiso decir `{meant}`?"),
                name.place,
                meant,
            )
        } else {
            diagnostic.hint(text!(
                "write lower-case letters, digits and hyphens",
                "escriba letras minúsculas, cifras y guiones"
            ))
        });
        return None;
    }
    Some(full)
}

/// The boxes of the picture. Each one that is read can be named by those behind it.
pub(crate) fn groups(
    spec: &CloudSpec,
    directory: &mut Directory,
    context: &mut Context<'_>,
) -> IndexMap<Name, Group> {
    let mut groups = IndexMap::default();
    let mut box_of: HashMap<HostId, (Name, Place)> = HashMap::default();
    for (name, written) in &spec.groups {
        context.added(
            || text!("group {name}", "grupo {name}", name = name.value),
            written.added.as_ref(),
        );
        let mut hosts = HostSet::empty(&directory.names);
        for selector in &written.hosts {
            let Some(own) = directory.find_hosts(selector, context) else { continue };
            let mut told = false;
            for id in own.minus(&hosts).iter() {
                let Some((other, first)) = box_of.insert(id, (name.value.clone(), selector.place))
                else {
                    continue;
                };
                if !std::mem::replace(&mut told, true) {
                    let host = directory.names.name(id);
                    context.report(
                        GROUPED_TWICE
                            .at(
                                selector.place,
                                text!(
                                    "{host} is in the group `{other}` already",
                                    "{host} ya está en el grupo `{other}`"
                                ),
                            )
                            .label(first, text!("it is put there here", "se pone allí aquí"))
                            .hint(text!(
                                "a picture shows each host once: take it out of one group",
                                "una imagen muestra cada host una vez: quítelo de un grupo"
                            )),
                    );
                }
            }
            hosts = hosts.union(&own);
        }
        directory.groups.insert(name.value.clone(), hosts.clone());
        let group = Group {
            name: name.value.clone(),
            label: written.label.as_ref().map_or_else(|| name.to_string(), |it| it.value.clone()),
            note: written.note.as_ref().map(|it| it.value.clone()),
            hosts,
            origin: context.origin(name.place),
        };
        groups.insert(name.value.clone(), group);
    }
    groups
}
