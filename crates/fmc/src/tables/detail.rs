//! One host or one flow, whole.

use super::lists::via;
use super::{Wanted, list, lists, table};
use crate::output::plain;
use fmc_model::Cloud;
use fmc_model::cloud::System;

pub(super) fn host(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let Some(host) = wanted.name.and_then(|it| cloud.hosts.get(it)) else { return String::new() };
    let mut text = format!("\x1b[1m{}\x1b[0m  {}\n", host.fqdn, plain(&host.label));
    if let Some(note) = &host.note {
        text.push_str(&plain(note));
        text.push('\n');
    }
    let mut line = |english: &str, spanish: &str, value: String| {
        if !value.is_empty() {
            text.push_str(&format!("  {:<14} {value}\n", wanted.say(english, spanish)));
        }
    };
    line("written at", "escrito en", host.origin.to_string());
    line("system", "sistema", host.system.map(System::label).unwrap_or_default().to_owned());
    line(
        "runs on",
        "se ejecuta en",
        host.runs_on.as_ref().map(ToString::to_string).unwrap_or_default(),
    );
    let size = host.size;
    if size.cpus > 0 {
        line(
            "size",
            "tamaño",
            format!("{} CPU, {}, {}, {}", size.cpus, size.memory, size.disk, size.data),
        );
    }
    line("resolvers", "resuelve con", list(&host.resolvers));
    line("pods", "pods", list(&host.pods));
    line("sends from", "envía desde", list(&host.sources));
    let nics = host.nics.iter().map(|it| {
        let mac = it.mac.map(|it| it.to_string()).unwrap_or_default();
        vec![it.interface.clone(), it.network.to_string(), list(&it.addresses), mac]
    });
    text.push_str(&table(
        &[
            wanted.say("interface", "interfaz"),
            wanted.say("network", "red"),
            wanted.say("addresses", "direcciones"),
            "mac",
        ],
        nics.collect(),
    ));
    let routes = cloud.routes(host);
    let routes = routes.iter().map(|it| {
        vec![
            match it.from {
                Some(from) => format!("{} {} {from}", it.to, wanted.say("from", "desde")),
                None => it.to.to_string(),
            },
            via(it.via, wanted),
            it.interface.clone(),
            it.because.get(wanted.language).to_owned(),
        ]
    });
    text.push_str(&table(
        &[
            wanted.say("route to", "ruta a"),
            wanted.say("by", "por"),
            wanted.say("interface", "interfaz"),
            wanted.say("why", "por qué"),
        ],
        routes.collect(),
    ));
    let settings = host.roles.iter().flat_map(|role| {
        let mut rows = vec![vec![role.name.to_owned(), String::new(), String::new()]];
        rows.extend(
            role.settings
                .iter()
                .map(|(name, value)| vec![String::new(), (*name).to_owned(), value.clone()]),
        );
        rows
    });
    text.push_str(&table(
        &[wanted.say("role", "rol"), wanted.say("setting", "ajuste"), wanted.say("value", "valor")],
        settings.collect(),
    ));
    let sysctls = host.sysctls.iter().map(|it| vec![it.0.clone(), it.1.clone()]);
    text.push_str(&table(&["sysctl", wanted.say("value", "valor")], sysctls.collect()));
    let rules = host.firewall.iter().map(|it| {
        vec![
            it.verdict.word().to_owned(),
            list(&it.from),
            list(&it.ports),
            it.reason.clone().unwrap_or_default(),
        ]
    });
    text.push_str(&table(
        &[
            wanted.say("rule", "regla"),
            wanted.say("from", "desde"),
            wanted.say("ports", "puertos"),
            wanted.say("why", "por qué"),
        ],
        rules.collect(),
    ));
    let files = host
        .files
        .iter()
        .map(|(path, it)| vec![path.clone(), it.mode.to_string(), it.owner.clone()]);
    text.push_str(&table(
        &[wanted.say("file", "fichero"), wanted.say("mode", "modo"), wanted.say("owner", "dueño")],
        files.collect(),
    ));
    let flows = Wanted { host: wanted.name, ..*wanted };
    text.push_str(&lists::flows(cloud, &flows));
    text
}

pub(super) fn flow(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let Some(flow) = cloud.flows.iter().find(|it| Some(it.id.as_str()) == wanted.name) else {
        return String::new();
    };
    let mut text = format!(
        "\x1b[1m{}\x1b[0m\n  {} → {}\n  {}: {}\n",
        flow.id,
        flow.from,
        flow.to,
        flow.service,
        list(&flow.ports)
    );
    for reason in &flow.reasons {
        text.push_str(&format!(
            "  {} ({}, {})\n",
            reason.why.get(wanted.language),
            reason.asked_by,
            reason.origin
        ));
    }
    text
}
