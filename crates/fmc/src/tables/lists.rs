//! Tables of everything of one kind.

use super::{Wanted, list, table};
use fmc_model::cloud::{Flow, RoleUse, System, Via, ZoneKind};
use fmc_model::role::Redundancy;
use fmc_model::{Cloud, Name, natural_order};

pub(super) fn networks(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let rows = cloud.networks.values().map(|it| {
        let router = it.router.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
        let gateway = if it.gateways.is_empty() {
            String::new()
        } else {
            format!("{}{router}", list(&it.gateways))
        };
        vec![
            it.name.to_string(),
            it.label.clone(),
            it.kind.word().to_owned(),
            list(&it.prefixes),
            gateway,
            it.mtu.to_string(),
        ]
    });
    table(
        &[
            wanted.say("network", "red"),
            wanted.say("label", "etiqueta"),
            wanted.say("kind", "tipo"),
            "cidr",
            wanted.say("gateway", "puerta de enlace"),
            "mtu",
        ],
        rows.collect(),
    )
}

pub(super) fn hosts(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let rows = cloud.hosts.values().map(|it| {
        let nics = it.nics.iter().map(|nic| match nic.addresses.as_slice() {
            [] => nic.network.to_string(),
            some => format!("{} {}", nic.network, list(some.iter().map(ipnet_address))),
        });
        let size = it.size;
        let size = if size.cpus == 0 {
            String::new()
        } else {
            format!("{} / {} / {}", size.cpus, size.memory, size.disk)
        };
        vec![
            it.name.to_string(),
            it.label.clone(),
            nics.collect::<Vec<_>>().join("\n"),
            it.system.map(System::label).unwrap_or_default().to_owned(),
            list(it.roles.iter().map(|it: &RoleUse| it.name)),
            size,
            it.runs_on.as_ref().map(Name::to_string).unwrap_or_default(),
        ]
    });
    table(
        &[
            "host",
            wanted.say("label", "etiqueta"),
            wanted.say("addresses", "direcciones"),
            wanted.say("system", "sistema"),
            "roles",
            wanted.say("cpu / memory / disk", "cpu / memoria / disco"),
            wanted.say("runs on", "se ejecuta en"),
        ],
        rows.collect(),
    )
}

/// An address without its prefix length.
pub(super) fn ipnet_address(net: &impl ToString) -> String {
    net.to_string().split('/').next().unwrap_or_default().to_owned()
}

pub(super) fn groups(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let rows = cloud
        .groups
        .values()
        .map(|it| vec![it.name.to_string(), it.label.clone(), it.hosts.to_string()]);
    table(&[wanted.say("group", "grupo"), wanted.say("label", "etiqueta"), "hosts"], rows.collect())
}

pub(super) fn vips(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let rows = cloud.vips.values().map(|it| {
        let members =
            it.members.iter().map(|it| format!("{} {} ({:+})", it.host, it.priority, it.weight));
        let timers = it.timers;
        vec![
            it.name.to_string(),
            list(&it.addresses),
            it.serves.clone().unwrap_or_default(),
            it.vrid.to_string(),
            members.collect::<Vec<_>>().join("\n"),
            format!("{} / {}×{} + {}", timers.advert, timers.interval, timers.fall, timers.timeout),
            it.slo.map(|it| it.to_string()).unwrap_or_default(),
        ]
    });
    table(
        &[
            "vip",
            wanted.say("address", "dirección"),
            wanted.say("serves", "sirve a"),
            "vrid",
            wanted.say("members (weight)", "miembros (peso)"),
            wanted.say("advert / check", "anuncio / comprobación"),
            "slo",
        ],
        rows.collect(),
    )
}

pub(super) fn apps(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let rows = cloud.apps.values().map(|it| {
        vec![
            it.name.to_string(),
            it.label.clone(),
            list(&it.names),
            it.hosts.to_string(),
            it.port.to_string(),
            list(&it.audience),
        ]
    });
    table(
        &[
            "app",
            wanted.say("label", "etiqueta"),
            wanted.say("names", "nombres"),
            "hosts",
            wanted.say("port", "puerto"),
            wanted.say("open to", "abierta a"),
        ],
        rows.collect(),
    )
}

pub(super) fn flows(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let why = |flow: &Flow| {
        let reasons = flow.reasons.iter().map(|it| it.why.get(wanted.language).to_owned());
        reasons.collect::<Vec<_>>().join("\n")
    };
    let asked = |flow: &Flow| {
        let origins =
            flow.reasons.iter().map(|it| format!("{} {}", it.asked_by, wanted.line(&it.origin)));
        origins.collect::<Vec<_>>().join("\n")
    };
    let mut rows = Vec::new();
    for flow in wanted.flows(cloud) {
        let head = |from: String, to: String| {
            vec![flow.id.clone(), from, to, list(&flow.ports), why(flow), asked(flow)]
        };
        let ends = if wanted.expand {
            wanted.pairs(cloud, flow)
        } else {
            vec![(flow.from.to_string(), flow.to.to_string())]
        };
        rows.extend(ends.into_iter().map(|(from, to)| head(from, to)));
    }
    table(
        &[
            wanted.say("flow", "flujo"),
            wanted.say("from", "desde"),
            wanted.say("to", "hasta"),
            wanted.say("ports", "puertos"),
            wanted.say("why", "por qué"),
            wanted.say("asked for by", "lo pide"),
        ],
        rows,
    )
}

pub(super) fn names(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let mut rows = Vec::new();
    for zone in &cloud.zones {
        let kind = match zone.kind {
            ZoneKind::Forward => wanted.say("forward", "directa"),
            ZoneKind::Reverse => wanted.say("reverse", "inversa"),
            ZoneKind::Public => wanted.say("public", "pública"),
        };
        for record in &zone.records {
            let json = serde_json::to_value(&record.data).unwrap_or_default();
            let data = match &json["data"] {
                serde_json::Value::String(text) => text.clone(),
                serde_json::Value::Array(parts) => parts
                    .iter()
                    .map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned))
                    .collect::<Vec<_>>()
                    .join(" "),
                other => other.to_string(),
            };
            let proxied = if record.proxied { wanted.say("proxied", "tras el proxy") } else { "" };
            let kind_of_record = json["type"].as_str().unwrap_or_default().to_owned();
            rows.push(vec![
                kind.to_owned(),
                zone.name.clone(),
                record.name.clone(),
                kind_of_record,
                data,
                proxied.to_owned(),
            ]);
        }
    }
    table(
        &[
            wanted.say("kind", "tipo"),
            wanted.say("zone", "zona"),
            wanted.say("name", "nombre"),
            wanted.say("record", "registro"),
            wanted.say("data", "datos"),
            "",
        ],
        rows,
    )
}

pub(super) fn order(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let rows = cloud.order.iter().map(|it| {
        let waits = it
            .waits
            .iter()
            .map(|wait| format!("{}: {}", wait.step, wait.because.get(wanted.language)));
        let one =
            if it.one_at_a_time { wanted.say(" (one at a time)", " (de uno en uno)") } else { "" };
        vec![
            it.number.to_string(),
            it.stage.to_string(),
            it.role.to_owned(),
            format!("{}{one}", it.hosts),
            waits.collect::<Vec<_>>().join("\n"),
        ]
    });
    table(
        &[
            wanted.say("step", "paso"),
            wanted.say("stage", "etapa"),
            wanted.say("starts", "arranca"),
            wanted.say("on", "en"),
            wanted.say("after step, because", "tras el paso, porque"),
        ],
        rows.collect(),
    )
}

pub(super) fn failures(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let domains =
        cloud.failure_domains.iter().map(|it| vec![it.machine.to_string(), it.hosts.to_string()]);
    let mut text = table(
        &[wanted.say("machine", "máquina"), wanted.say("falls with it", "cae con ella")],
        domains.collect(),
    );
    let groups = cloud.redundancy.iter().map(|it| {
        let kind = match it.kind {
            Redundancy::Single => wanted.say("no", "no").to_owned(),
            Redundancy::AnyOf => wanted.say("any of them", "cualquiera").to_owned(),
            Redundancy::Failover => {
                wanted.say("one works, others wait", "uno trabaja, otros esperan").to_owned()
            }
            Redundancy::Quorum => wanted.say("more than half", "más de la mitad").to_owned(),
            Redundancy::Replicas(copies) => format!("{copies} {}", wanted.say("copies", "copias")),
        };
        vec![
            it.role.to_owned(),
            kind,
            it.hosts.to_string(),
            it.survives.to_string(),
            it.machines.to_string(),
        ]
    });
    text.push_str(&table(
        &[
            wanted.say("role", "rol"),
            wanted.say("stands in", "se releva"),
            "hosts",
            wanted.say("may be lost", "se pueden perder"),
            wanted.say("machines", "máquinas"),
        ],
        groups.collect(),
    ));
    text
}

pub(super) fn settings(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let mut rows = Vec::new();
    for host in cloud.hosts.values() {
        for role in &host.roles {
            rows.extend(role.settings.iter().map(|(name, value)| {
                vec![host.name.to_string(), role.name.to_owned(), (*name).to_owned(), value.clone()]
            }));
        }
    }
    rows.sort_by(|a, b| natural_order(&a[1], &b[1]));
    table(
        &[
            "host",
            wanted.say("role", "rol"),
            wanted.say("setting", "ajuste"),
            wanted.say("value", "valor"),
        ],
        rows,
    )
}

pub(super) fn overrides(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let rows = cloud.overrides.iter().map(|it| {
        vec![it.of.clone(), it.derived.clone(), it.written.clone(), wanted.line(&it.origin)]
    });
    table(
        &[
            wanted.say("value", "valor"),
            wanted.say("derived", "derivado"),
            wanted.say("written", "escrito"),
            wanted.say("at", "en"),
        ],
        rows.collect(),
    )
}

pub(super) fn additions(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let rows = cloud.additions.iter().map(|it| {
        vec![it.what.get(wanted.language).to_owned(), it.why.clone(), wanted.line(&it.origin)]
    });
    table(
        &[wanted.say("added", "añadido"), wanted.say("why", "por qué"), wanted.say("at", "en")],
        rows.collect(),
    )
}

/// The neighbour of a route, in a word.
pub(super) fn via(via: Via, wanted: &Wanted<'_>) -> String {
    match via {
        Via::Gateway(address) => address.to_string(),
        Via::Provider => wanted.say("as the provider says", "lo que diga el proveedor").to_owned(),
        Via::Link => wanted.say("the other end", "el otro extremo").to_owned(),
    }
}
