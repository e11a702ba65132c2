//! Who reaches more and who reaches less, in words and for machines.

use crate::output::Output;
use fmc_check::change::{Change, Renamed};
use fmc_check::names::{folded, row};
use fmc_check::outage::seconds;
use fmc_config::nft::Transport;
use fmc_model::Language;
use serde_json::{Value, json};
use std::net::IpAddr;

/// What is different.
pub(super) struct Changes {
    /// Who reaches more or less.
    pub(super) reached: Vec<Change>,
    /// The names that moved.
    pub(super) renamed: Vec<Renamed>,
}

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        self.reached.is_empty() && self.renamed.is_empty()
    }
}

/// What is different, in words.
pub(super) fn text(changes: &Changes, output: &Output) -> String {
    reached(&changes.reached, output) + &renamed(&changes.renamed, output)
}

/// Lines such as `~ www.example.com: 10.0.0.1 → 10.0.0.2, in caches for up to 300s`.
fn renamed(all: &[Renamed], output: &Output) -> String {
    let list = |all: &[IpAddr]| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let line = |it: &Renamed| {
        let (name, from, to) = (&it.name, list(&it.from), list(&it.to));
        let most = seconds(it.outage.most);
        let kept = output.say("the old one in caches for up to", "la antigua en cachés hasta");
        format!("\x1b[33m~\x1b[0m {name}: {from} → {to}, {kept} {most}\n")
    };
    all.iter().map(line).collect()
}

/// Lines such as `- bastion1 → worker1 and worker2: 22/tcp`, what is lost first.
fn reached(changes: &[Change], output: &Output) -> String {
    let language = output.language();
    let line = |it: &Change| {
        let and = ("and", "y");
        let (from, to) = (row(&folded(&it.from), and), row(&folded(&it.to), and));
        let (sign, colour) = if it.gained { ('+', "\x1b[32m") } else { ('-', "\x1b[31m") };
        let (from, to, ports) = (from.get(language), to.get(language), &it.ports);
        format!("{colour}{sign}\x1b[0m {from} → {to}: {ports} ({})\n", word(it.transport))
    };
    if changes.is_empty() {
        let none = output
            .say("nobody reaches more or less than before", "nadie alcanza más ni menos que antes");
        return format!("{none}\n");
    }
    changes.iter().map(line).collect()
}

/// The names that moved as a list of objects.
pub(super) fn names(all: &[Renamed]) -> Value {
    let one = |it: &Renamed| {
        let (least, most) = (it.outage.least.0, it.outage.most.0);
        let outage = json!({ "least_ms": least, "most_ms": most, "sum": it.outage.sum.en });
        json!({ "name": it.name, "from": it.from, "to": it.to, "outage": outage })
    };
    all.iter().map(one).collect()
}

/// Who reaches more and less as a list of objects.
pub(super) fn json(changes: &[Change], language: Language) -> Value {
    let one = |it: &Change| {
        let names = |all: &[fmc_model::Text]| -> Vec<String> {
            all.iter().map(|it| it.get(language).to_owned()).collect()
        };
        json!({
            "change": if it.gained { "gained" } else { "lost" },
            "from": names(&it.from),
            "to": names(&it.to),
            "protocol": word(it.transport),
            "ports": it.ports.ranges().iter().map(|it| [it.first, it.last]).collect::<Vec<_>>(),
        })
    };
    changes.iter().map(one).collect()
}

fn word(transport: Transport) -> &'static str {
    match transport {
        Transport::Tcp => "tcp",
        Transport::Udp => "udp",
    }
}
