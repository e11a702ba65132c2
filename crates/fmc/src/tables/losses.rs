//! What is lost with what: each loss by itself, and those pairs that take more than their parts.

use super::{Wanted, table};
use fmc_check::loss::{After, Element, Late, Losses, Lost, Moved, Told, Whom, words};
use fmc_check::machine::Machines;
use fmc_check::outage::{Outage, seconds};
use fmc_model::{Cloud, Language, Text};
use serde_json::{Value, json as object};

/// A loss, with all that follows.
struct Row {
    lost: Vec<Element>,
    told: Told,
    moved: Vec<Moved>,
    takeovers: Vec<Late>,
    /// Of a host that is back.
    returns: Vec<Late>,
}

impl Row {
    fn of(losses: &Losses<'_>, lost: Vec<Element>, after: &After) -> Self {
        let (told, moved) = (losses.tell(after), losses.moved(after));
        let returns = match lost[..] {
            [Element::Host(host)] => losses.returns(host),
            _ => Vec::new(),
        };
        Self { lost, told, moved, takeovers: losses.takeovers(after), returns }
    }

    fn is_nothing(&self) -> bool {
        let Told { lost, partly, groups, .. } = &self.told;
        let told = [lost.is_empty(), partly.is_empty(), groups.is_empty()];
        let late = [self.moved.is_empty(), self.takeovers.is_empty(), self.returns.is_empty()];
        told.iter().chain(&late).all(|it| *it)
    }
}

/// Every row: single losses with a consequence, then pairs of hosts that take what neither takes alone.
fn rows(cloud: &Cloud, losses: &Losses<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut hosts = Vec::new();
    for element in losses.elements() {
        // The interface of a guest is a part of its machine.
        if matches!(element, Element::Link(host, _) if cloud.host(*host).runs_on.is_some()) {
            continue;
        }
        let after = losses.lose(&[*element]);
        let row = Row::of(losses, vec![*element], &after);
        if !row.is_nothing() {
            rows.push(row);
        }
        if let Element::Host(_) = element {
            hosts.push((*element, after));
        }
    }
    for (at, (one, after_one)) in hosts.iter().enumerate() {
        for (other, after_other) in &hosts[at + 1..] {
            let both = losses.lose(&[*one, *other]);
            if losses.is_only_of_both(after_one, after_other, &both) {
                rows.push(Row::of(losses, vec![*one, *other], &both));
            }
        }
    }
    rows
}

pub(super) fn text(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let losses = Losses::of(&Machines::of(cloud));
    let say = |text: &Text| text.get(wanted.language).to_owned();
    let time = |outage: &Outage| format!("{}–{}", seconds(outage.least), seconds(outage.most));
    let of = wanted.say("of", "de");
    let rows = rows(cloud, &losses).into_iter().map(|row| {
        let names: Vec<String> = row.lost.iter().map(|it| losses.name(*it)).collect();
        let mut lost: Vec<String> = Vec::new();
        if !row.told.lost.is_empty() {
            lost.push(say(&words::lost(&row.told.lost)));
        }
        lost.extend(row.told.partly.iter().map(|it| {
            let some = wanted.say("a part of", "una parte de");
            let Lost { whom, what } = it;
            let what = say(&words::things(what, "", ("and", "y")));
            format!("{some} {what}: {}", whom_of(whom, wanted.language))
        }));
        let moved = row.moved.iter().map(|it| {
            let vip = &cloud.vips[it.vip];
            format!("{} → {} {}", vip.name, vip.members[it.to].host, time(&it.outage))
        });
        let late = |it: &Late| format!("{} {}", say(&it.what), time(&it.outage));
        let takeovers = row.takeovers.iter().map(late);
        let returns: Vec<String> = row.returns.iter().map(late).collect();
        let groups = row.told.groups.iter();
        let left = groups.map(|it| format!("{} {} {of} {}", it.role, it.left.0, it.left.1));
        vec![
            names.join(" + "),
            lost.join("; "),
            moved.chain(takeovers).collect::<Vec<_>>().join(", "),
            returns.join(", "),
            left.collect::<Vec<_>>().join(", "),
        ]
    });
    table(
        &[
            wanted.say("without", "sin"),
            wanted.say("there is", "no hay"),
            wanted.say("others take over in", "otros lo asumen en"),
            wanted.say("once it is back", "cuando vuelve"),
            wanted.say("left", "queda"),
        ],
        rows.collect(),
    )
}

fn whom_of(whom: &Whom, language: Language) -> String {
    match whom {
        Whom::People(name) => name.to_string(),
        Whom::Anybody => match language {
            Language::English => "anybody".to_owned(),
            Language::Spanish => "nadie".to_owned(),
        },
        Whom::Hosts(set) => set.to_string(),
    }
}

pub(super) fn json(cloud: &Cloud) -> Value {
    let losses = Losses::of(&Machines::of(cloud));
    let lost = |all: &[Lost]| -> Vec<Value> {
        let one = |it: &Lost| {
            let what: Vec<Value> =
                it.what.iter().map(|it| object!({ "at": it.at, "what": it.what })).collect();
            object!({ "whom": whom_of(&it.whom, Language::English), "what": what })
        };
        all.iter().map(one).collect()
    };
    let outage =
        |it: &Outage| object!({ "least_ms": it.least.0, "most_ms": it.most.0, "sum": it.sum.en });
    let rows = rows(cloud, &losses).into_iter().map(|row| {
        let names: Vec<String> = row.lost.iter().map(|it| losses.name(*it)).collect();
        let moved: Vec<Value> = row
            .moved
            .iter()
            .map(|it| {
                let vip = &cloud.vips[it.vip];
                let to = &vip.members[it.to].host;
                object!({ "vip": vip.name, "to": to, "outage": outage(&it.outage) })
            })
            .collect();
        let late = |all: &[Late]| -> Vec<Value> {
            let one = |it: &Late| {
                let timer = it.timer.map(|it| object!({ "role": it.role, "setting": it.setting }));
                object!({ "what": it.what.en, "outage": outage(&it.outage), "timer": timer })
            };
            all.iter().map(one).collect()
        };
        let groups = row.told.groups.iter();
        let groups: Vec<Value> = groups
            .map(|it| object!({ "role": it.role, "left": it.left.0, "of": it.left.1 }))
            .collect();
        let stopped = row.told.stopped.iter();
        let stopped: Vec<Value> = stopped
            .map(|it| {
                let host = &cloud.host(it.host).name;
                object!({ "host": host, "what": it.what, "why": it.why.en })
            })
            .collect();
        object!({
            "lost": names,
            "out_of_reach": lost(&row.told.lost),
            "partly_out_of_reach": lost(&row.told.partly),
            "moved": moved,
            "takeovers": late(&row.takeovers),
            "returns": late(&row.returns),
            "groups": groups,
            "stopped": stopped,
        })
    });
    rows.collect()
}
