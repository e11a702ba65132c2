//! CoreDNS is started with its files, and asked for every name of the cloud.

use super::tools::{PATIENCE, Verdict, one, run};
use super::{Given, Stage, parts, told};
use fmc_model::cloud::{NetworkKind, ZoneKind};
use fmc_model::role::RecordData;
use fmc_sys::{Command, Sandbox};
use std::collections::BTreeSet;

/// A zone as its origin names it, strictly: nothing is ignored, nothing dangles.
pub(crate) fn zone(file: &Given, on: &Sandbox) -> Verdict {
    let origin = file.text.lines().find_map(|it| it.strip_prefix("$ORIGIN ")).ok_or("no origin")?;
    let checked = Command::new("named-checkzone").args(["-k", "fail", "-n", "fail", "-m", "fail"]);
    one(&checked.args([origin, &file.path]), on)
}

/// It comes up, says every record of the model at every address of the host in its networks, and
/// passes other names on.
pub(crate) fn coredns(stage: &Stage<'_>) -> Verdict {
    let on = &stage.on;
    one(&Command::new("ip").args(["link", "set", "lo", "up"]), on)?;
    let command = Command::new(parts::COREDNS_INSIDE).args(["-conf", "/etc/coredns/Corefile"]);
    let mut daemon = on.spawn(&command).map_err(|it| format!("{command}: {it}"))?;
    let up = daemon
        .wait_until(PATIENCE, |it| it.talk().contains("CoreDNS-"))
        .map_err(|it| it.to_string())?;
    if !up {
        return Err(told(&command, daemon.so_far()));
    }
    let mut wanted = BTreeSet::new();
    let mut questions: Vec<String> = Vec::new();
    for zone in stage.cloud.zones.iter().filter(|it| it.kind != ZoneKind::Public) {
        for record in &zone.records {
            let name = match record.name.as_str() {
                "@" => format!("{}.", zone.name),
                name => format!("{name}.{}.", zone.name),
            };
            let (kind, data) = said(&record.data);
            questions.extend([name.clone(), kind.to_owned()]);
            wanted.insert(format!("{name} {kind} {data}"));
        }
    }
    let inside = stage.host.nics.iter().filter(|it| {
        !matches!(
            stage.cloud.networks[&it.network].kind,
            NetworkKind::Public | NetworkKind::Wireguard
        )
    });
    for address in inside.flat_map(|it| it.addresses.iter().map(ipnet::IpNet::addr)) {
        let dig = Command::new("dig").arg(format!("@{address}")).args(["+time=5", "+tries=2"]);
        let command = dig.clone().args(["+noall", "+answer"]).args(&questions);
        let outcome = run(&command, on)?;
        let told_names: BTreeSet<String> = outcome.text().lines().filter_map(answer).collect();
        if let Some(missing) = wanted.difference(&told_names).next() {
            return Err(format!("{address} does not say {missing}: {}", outcome.talk()));
        }
        if let Some(more) = told_names.difference(&wanted).next() {
            return Err(format!("{address} says {more}"));
        }
        // Nobody can be asked from here, which is another answer than "I am not to be asked".
        let command = dig.args(["+noall", "+comments", "www.iana.org", "A"]);
        let outcome = run(&command, on)?;
        if !outcome.text().contains("status: SERVFAIL") {
            return Err(format!("other names are not passed on: {}", outcome.talk()));
        }
    }
    Ok(())
}

/// A line of answer without what is the same in all: `name TYPE data`.
fn answer(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    let name = words.next()?;
    let rest: Vec<&str> = words.skip(2).collect();
    (!rest.is_empty()).then(|| format!("{name} {}", rest.join(" ")))
}

fn said(data: &RecordData) -> (&'static str, String) {
    let whole = |it: &str| format!("{}.", it.trim_end_matches('.'));
    match data {
        RecordData::A(it) => ("A", it.to_string()),
        RecordData::Aaaa(it) => ("AAAA", it.to_string()),
        RecordData::Cname(it) => ("CNAME", whole(it)),
        RecordData::Ptr(it) => ("PTR", whole(it)),
        RecordData::Srv(a, b, c, host) => ("SRV", format!("{a} {b} {c} {}", whole(host))),
        RecordData::Txt(it) => ("TXT", format!("\"{it}\"")),
    }
}
