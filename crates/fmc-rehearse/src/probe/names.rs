//! What names lead to, and what addresses are called, by every resolver of a host.

use super::attempt::run;
use crate::rehearsal::Live;
use crate::why;
use fmc_check::machine::Machines;
use fmc_model::cloud::{HostId, ZoneKind};
use fmc_model::role::RecordData;
use fmc_model::{Text, text};
use fmc_sys::Command;
use std::collections::BTreeSet;

/// A name that is nobody's in a cloud (RFC 2606).
const OTHER: &str = "www.example.org";

/// Every name and every address of the cloud, asked of every resolver of a host that is in the cloud.
pub(super) fn named(host: HostId, live: &Live<'_>, machines: &Machines<'_>) -> Result<(), Text> {
    let cloud = machines.cloud;
    let mut wanted = BTreeSet::new();
    let mut questions = Vec::new();
    for zone in cloud.zones.iter().filter(|it| it.kind != ZoneKind::Public) {
        for record in &zone.records {
            let name = match record.name.as_str() {
                "@" => format!("{}.", zone.name),
                name => format!("{name}.{}.", zone.name),
            };
            let (kind, data) = match &record.data {
                RecordData::A(it) => ("A", it.to_string()),
                RecordData::Aaaa(it) => ("AAAA", it.to_string()),
                RecordData::Ptr(it) => ("PTR", whole(it)),
                RecordData::Srv(priority, weight, port, host) => {
                    ("SRV", format!("{priority} {weight} {port} {}", whole(host)))
                }
                RecordData::Txt(it) => ("TXT", format!("\"{it}\"")),
                RecordData::Cname(_) => continue,
            };
            questions.extend([name.clone(), kind.to_owned()]);
            wanted.insert(format!("{name} {kind} {data}"));
        }
    }
    let (own, on) = (&cloud.host(host).resolvers, live.stage.host(host));
    for resolver in own.iter().filter(|it| machines.owner(**it).is_some()) {
        let dig = Command::new("dig").arg(format!("@{resolver}")).args(["+time=1", "+tries=1"]);
        // Who does not answer one question is not asked all of them.
        run(&dig.clone().args(["+noall", "+answer"]).args(questions.iter().take(2)), on)
            .map_err(|it| why::of(resolver, &it))?;
        let all = dig.clone().args(["+noall", "+answer"]).args(&questions);
        let told = run(&all, on)?;
        let told: BTreeSet<String> = told.lines().filter_map(answer).collect();
        if let Some(missing) = wanted.difference(&told).next() {
            return Err(text!("{resolver} does not say {missing}", "{resolver} no dice {missing}"));
        }
        if let Some(more) = told.difference(&wanted).next() {
            return Err(text!("{resolver} says {more}", "{resolver} dice {more}"));
        }
        let other = run(&dig.args(["+short", OTHER]), on);
        let other = other.map_err(|Text { en, es }| {
            text!("{OTHER} asked of {resolver}: {en}", "{OTHER}, preguntado a {resolver}: {es}")
        })?;
        if other.trim().is_empty() {
            return Err(text!(
                "{resolver} does not pass on who asks for {OTHER}",
                "{resolver} no reenvía a quien pregunta por {OTHER}"
            ));
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

/// A name with its final point.
fn whole(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}
