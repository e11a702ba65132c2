//! The rest of the Internet, as far as clouds ask it for something: names and the time. It answers at every
//! address of the world that the cloud file names.

use crate::door::Door;
use crate::service::{Components, Part};
use crate::stage::{PROVIDER, public_address, version};
use fmc_check::ends::{self, Who};
use fmc_check::machine::Machines;
use fmc_config::Cause;
use fmc_model::cloud::{End, ZoneKind};
use fmc_model::role::RecordData;
use fmc_model::setup::{Command, Process, Ready, Reload};
use fmc_model::{Ports, Text, Words};
use fmc_sys::Placed;
use ipnet::IpNet;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::IpAddr;

const NAMES: &str = "/etc/coredns/Corefile";
const TIME: &str = "/etc/chrony/chrony.conf";

/// What is said of it.
pub const STANDS_IN: Words = Words(
    "the Internet: CoreDNS answers every name, and chronyd for every clock (-x)",
    "Internet: CoreDNS responde a todos los nombres, y chronyd por todos los relojes (-x)",
);

/// What it does.
pub(crate) fn part(machines: &Machines<'_>, door: Option<&Door>) -> Part {
    let cause = || {
        let first = machines.cloud.networks.values().next();
        Cause::new(first.map(|it| it.origin.place).unwrap_or_default(), "the Internet")
    };
    let mut names = Process::daemon(
        "names",
        Command::new("/usr/local/bin/coredns", ["-conf", NAMES]),
        Ready::Started,
        cause(),
    );
    names.files = vec![NAMES.to_owned()];
    names.reload = Some(Reload::Signal("USR1"));
    let time = Command::new("/usr/sbin/chronyd", ["-x", "-n", "-f", TIME]);
    let mut processes = vec![names, Process::daemon("time", time, Ready::Started, cause())];
    // chronyd tells the time of this machine, which somebody else keeps.
    let time = "local stratum 3\nallow all\ncmdport 0\n";
    let mut files = vec![Placed::new(NAMES, names_of(machines)), Placed::new(TIME, time)];
    if let Some(door) = door {
        let part = door.part(machines, &cause());
        processes.extend(part.processes);
        files.extend(part.files);
    }
    Part { files, processes, ..Part::default() }
}

/// Whom the world asks for an app: by its name, and where whoever answers in its place is met.
///
/// # Errors
/// It has no name, or the world comes to nobody.
pub(crate) fn whom(machines: &Machines<'_>, app: usize) -> Result<(String, IpAddr), Text> {
    let name = machines.cloud.apps[app]
        .names
        .first()
        .ok_or(Text::of("it has no name", "no tiene nombre"))?;
    let payload = ends::payload(&Ports::tcp(443));
    let question = ends::question(machines, &Who::Internet, &Who::App(app), payload);
    let question = question?;
    let own = question.packet.destination;
    let before = question.door.map(|it| machines.cloud.host(it));
    let before = before.and_then(|it| public_address(machines, it, own));
    Ok((name.clone(), before.unwrap_or(own)))
}

/// Programs of this machine that are shown to it.
pub(crate) fn programs(components: &Components) -> Vec<(std::path::PathBuf, &'static str)> {
    components.get("coredns").map(|it| (it.clone(), "/usr/local/bin/coredns")).into_iter().collect()
}

/// The addresses at which it answers, as they are said to `ip`.
pub(crate) fn addresses(machines: &Machines<'_>) -> Vec<String> {
    let own = asked(machines).into_iter();
    own.map(|it| format!("{}address add {} dev lo", version(it), IpNet::from(it))).collect()
}

/// Addresses of the world that the cloud file names: resolvers, and whoever else flows lead to.
fn asked(machines: &Machines<'_>) -> BTreeSet<IpAddr> {
    let cloud = machines.cloud;
    let resolvers = cloud.hosts.values().flat_map(|it| it.resolvers.iter().copied());
    let named = cloud.flows.iter().filter_map(|it| match &it.to {
        End::Internet(names) => Some(names),
        _ => None,
    });
    let named = named.flatten().filter_map(|it| it.parse().ok());
    let is_ours = |it: &IpAddr| {
        machines.owner(*it).is_some()
            || cloud.networks.values().flat_map(|it| &it.prefixes).any(|net| net.contains(it))
    };
    resolvers.chain(named).filter(|it| !is_ours(it)).collect()
}

/// The public names of the cloud lead to whoever stands before it; every other name leads here.
fn names_of(machines: &Machines<'_>) -> String {
    let cloud = machines.cloud;
    let edge = cloud.hosts.values().find(|it| it.managed);
    let mut text = ". {\n  errors\n  hosts {\n".to_owned();
    for zone in cloud.zones.iter().filter(|it| it.kind == ZoneKind::Public) {
        for record in &zone.records {
            let own: IpAddr = match record.data {
                RecordData::A(it) => it.into(),
                RecordData::Aaaa(it) => it.into(),
                _ => continue,
            };
            let name = match record.name.as_str() {
                "@" => zone.name.clone(),
                name => format!("{name}.{}", zone.name),
            };
            let before = edge.filter(|_| record.proxied);
            let before = before.and_then(|it| public_address(machines, it, own));
            let _ = writeln!(text, "    {} {name}", before.unwrap_or(own));
        }
    }
    // Every other name of the world is where anybody is.
    let (v4, v6) = PROVIDER;
    let _ = write!(
        text,
        "    fallthrough
  }}
  template IN A . {{
    answer \"{{{{ .Name }}}} 60 IN A {v4}\"
  }}
  template IN AAAA . {{
    answer \"{{{{ .Name }}}} 60 IN AAAA {v6}\"
  }}
  template ANY ANY . {{
    rcode NOERROR
  }}
}}
"
    );
    text
}
