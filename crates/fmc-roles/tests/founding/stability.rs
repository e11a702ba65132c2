//! A cloud that grows by one host leaves the others where they are.

use crate::{FOUNDING, differences, read, sorted, text_of};
use fmc_model::Cloud;

/// Everything of each host that must not move when another one comes: a line per fact.
fn facts(cloud: &Cloud) -> Vec<String> {
    let mut facts = Vec::new();
    for host in cloud.hosts.values() {
        let name = &host.name;
        for nic in &host.nics {
            let (interface, network) = (&nic.interface, &nic.network);
            let mac = nic.mac.map(|it| it.to_string()).unwrap_or_default();
            for address in &nic.addresses {
                facts.push(format!("{name}: {interface} {network} {address} {mac}"));
            }
        }
        facts.extend(host.pods.iter().map(|it| format!("{name}: pods {it}")));
        facts.extend(host.resolvers.iter().map(|it| format!("{name}: asks {it}")));
        let routes = host.routes.iter();
        facts.extend(routes.map(|it| format!("{name}: {} {:?} {}", it.to, it.via, it.interface)));
        facts.extend(host.runs_on.iter().map(|it| format!("{name}: on {it}")));
    }
    for vip in cloud.vips.values() {
        facts.push(format!("{}: {} {:?}", vip.name, vip.vrid, vip.timers));
        let members = vip.members.iter();
        facts.extend(
            members.map(|it| format!("{}: {} {} {}", vip.name, it.host, it.priority, it.weight)),
        );
    }
    for certificate in &cloud.certificates {
        facts.push(format!("{}: {:?}", certificate.name, certificate.names));
        facts.push(format!("{}: {:?}", certificate.name, certificate.addresses));
    }
    for zone in &cloud.zones {
        let records = zone.records.iter();
        facts.extend(records.map(|it| format!("{}: {} {:?}", zone.name, it.name, it.data)));
    }
    facts
}

/// What changes in the founding cloud when a part of its text is written otherwise.
fn changes(from: &str, to: &str) -> Vec<String> {
    let text = text_of(FOUNDING);
    assert_eq!(text.matches(from).count(), 1, "{from}");
    let before = read(FOUNDING, text);
    let after = read(FOUNDING, &text.replace(from, to));
    let found: Vec<&str> = after.diagnostics.iter().map(|it| it.code.id).collect();
    assert_eq!(found, [] as [&str; 0], "{to}");
    differences(&sorted(facts(&before.cloud)), &sorted(facts(&after.cloud)))
}

#[test]
fn a_fourth_worker_moves_nobody() {
    let changes = changes("  worker[1-3]:", "  worker[1-4]:");
    let others: Vec<&String> = changes.iter().filter(|it| !it.contains("worker4")).collect();
    assert!(others.is_empty(), "{others:#?}");
    let has = |fact: &str| changes.iter().any(|it| it.starts_with(fact));
    assert!(has("+ worker4: eth0 nodes 10.17.4.27/24"), "{changes:#?}");
    // storage1 was there first and keeps the part of the pods that both would have by their number.
    assert!(has("+ worker4: pods 10.42.28.0/24"), "{changes:#?}");
}

#[test]
fn a_worker_less_moves_nobody() {
    let changes = changes("  worker[1-3]:", "  worker[1-2]:");
    let others: Vec<&String> = changes.iter().filter(|it| !it.contains("worker3")).collect();
    assert!(others.is_empty(), "{others:#?}");
    assert!(changes.iter().all(|it| it.starts_with('-')), "{changes:#?}");
}

#[test]
fn a_host_before_all_others_moves_nobody() {
    let host = "hosts:\n  monitor: { os: debian, template: server, nics: { infra: 40 } }\n";
    let changes = changes("hosts:\n", host);
    // A template's system may be written over, so this is one more guest and nothing else.
    let others: Vec<&String> = changes.iter().filter(|it| !it.contains("monitor")).collect();
    assert!(others.is_empty(), "{others:#?}");
    assert!(changes.iter().any(|it| it.starts_with("+ monitor: on physical1")), "{changes:#?}");
}

#[test]
fn one_more_virtual_address_moves_no_other() {
    // Identifiers are given in the order of the file, so it comes last, as one adds.
    let text = text_of(FOUNDING);
    let mail = "  mail: { address: 10.17.3.31, serves: traefik }\n\napps:\n";
    let grown = text
        .replace("\napps:\n", mail)
        .replace("vips: [ingress, api]", "vips: [ingress, api, mail]");
    let (before, after) = (read(FOUNDING, text), read(FOUNDING, &grown));
    assert!(after.diagnostics.is_empty() && after.cloud.vips.len() == 3);
    for vip in before.cloud.vips.values() {
        let same = &after.cloud.vips[&vip.name];
        assert_eq!((vip.vrid, vip.timers), (same.vrid, same.timers));
        let members = |it: &fmc_model::cloud::Vip| {
            let members = it.members.iter();
            members.map(|it| (it.host.clone(), it.priority, it.weight)).collect::<Vec<_>>()
        };
        assert_eq!(members(vip), members(same), "{}", vip.name);
    }
}
