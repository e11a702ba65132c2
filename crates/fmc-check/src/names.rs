//! Lists in words, and senders in them: many folded into few.

use crate::ends::Who;
use fmc_model::cloud::{HostId, fold_names};
use fmc_model::{Cloud, Text, text};

/// All of some senders: hosts that count on become a range, and so do their pods.
pub fn of<'w>(cloud: &Cloud, all: impl IntoIterator<Item = &'w Who>) -> Text {
    let (mut hosts, mut pods): (Vec<HostId>, Vec<HostId>) = Default::default();
    let mut others: Vec<Text> = Vec::new();
    for who in all {
        match who {
            Who::Host(host) => hosts.push(*host),
            Who::Pod(host) => pods.push(*host),
            other => {
                let name = one(cloud, other);
                if !others.contains(&name) {
                    others.push(name);
                }
            }
        }
    }
    let folded = |hosts: Vec<HostId>| cloud.set_of(hosts).folded();
    let mut parts: Vec<Text> = folded(hosts).into_iter().map(|it| Text::same(&it)).collect();
    let of_pods = folded(pods).into_iter();
    parts.extend(of_pods.map(|name| text!("pods on {name}", "pods en {name}")));
    parts.extend(others);
    row(&parts, ("and", "y"))
}

fn one(cloud: &Cloud, who: &Who) -> Text {
    match who {
        Who::Host(host) => Text::same(cloud.host(*host).name.as_str()),
        Who::Pod(host) => {
            text!("pods on {name}", "pods en {name}", name = cloud.host(*host).name)
        }
        Who::Person(of, person) => Text::same(cloud.outside[*of].people[*person].name.as_str()),
        Who::Device(network) => {
            let (name, _) = cloud.networks.get_index(*network).expect("it is of this cloud");
            text!("any device in {name}", "cualquier aparato en {name}")
        }
        Who::Internet => text!("anybody in the Internet", "cualquiera en Internet"),
        Who::Address(address) => Text::same(&address.to_string()),
        Who::Vip(at) => Text::same(cloud.vips[*at].name.as_str()),
        Who::App(at) => Text::same(cloud.apps[*at].name.as_str()),
    }
}

/// Names one by one, folded: `worker[1-3]`, and `pods on worker[1-3]`.
pub fn folded(all: &[Text]) -> Vec<Text> {
    // What is numbered alike in one language is in the other.
    let en = fold_names(all.iter().map(|it| &*it.en));
    let es = fold_names(all.iter().map(|it| &*it.es));
    en.into_iter().zip(es).map(|(en, es)| Text { en: en.into(), es: es.into() }).collect()
}

/// `a, b and c`.
pub fn list<T: AsRef<str>>(all: &[T], and: &str) -> String {
    let words: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} {and} {last}", before.join(", ")),
        None => String::new(),
    }
}

/// The same in both languages.
pub fn row(all: &[Text], and: (&str, &str)) -> Text {
    let [en, es] = [
        list(&all.iter().map(|it| &*it.en).collect::<Vec<_>>(), and.0),
        list(&all.iter().map(|it| &*it.es).collect::<Vec<_>>(), and.1),
    ];
    Text { en: en.into(), es: es.into() }
}
