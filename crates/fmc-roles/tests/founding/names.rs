//! What the founding cloud calls itself: forward, reverse and for the Internet.

use crate::{differences, founding, sorted};
use fmc_model::Cloud;
use fmc_model::cloud::{NameRecord, Zone, ZoneKind};
use fmc_model::role::RecordData;

const DOMAIN: &str = "cefaslocalserver.com";

fn zone<'c>(cloud: &'c Cloud, kind: ZoneKind, name: &str) -> &'c Zone {
    let mut found = cloud.zones.iter().filter(|it| it.kind == kind && it.name == name);
    let zone = found.next().unwrap_or_else(|| panic!("no zone {name}"));
    assert!(found.next().is_none(), "two zones {name}");
    zone
}

fn said(record: &NameRecord) -> String {
    let data = match &record.data {
        RecordData::A(address) => format!("A {address}"),
        RecordData::Aaaa(address) => format!("AAAA {address}"),
        RecordData::Cname(name) => format!("CNAME {name}"),
        RecordData::Ptr(name) => format!("PTR {name}"),
        RecordData::Txt(text) => format!("TXT {text}"),
        RecordData::Srv(priority, weight, port, target) => {
            format!("SRV {priority} {weight} {port} {target}")
        }
    };
    format!("{} {data}", record.name)
}

#[test]
fn inside_every_name_of_the_cloud_is_known() {
    let cloud = founding().cloud;
    let forward = zone(&cloud, ZoneKind::Forward, DOMAIN);
    let expected = [
        "@ A 10.17.3.30",
        "www A 10.17.3.30",
        "ingress A 10.17.3.30",
        "k8s-api A 10.17.5.10",
        "k8s-api-lb A 10.17.5.20",
        "physical1 A 192.168.0.19",
        "bastion1 A 192.168.0.20",
        "infra-cluster A 10.17.3.11",
        "loadbalancer1 A 10.17.3.12",
        "loadbalancer2 A 10.17.3.13",
        "postgresql1 A 10.17.3.14",
        "freeipa1 A 10.17.3.15",
        "storage1 A 10.17.3.27",
        "master1 A 10.17.4.21",
        "master2 A 10.17.4.22",
        "master3 A 10.17.4.23",
        "worker1 A 10.17.4.24",
        "worker2 A 10.17.4.25",
        "worker3 A 10.17.4.26",
        "_kerberos TXT CEFASLOCALSERVER.COM",
        "_ldap._tcp SRV 0 100 389 freeipa1.cefaslocalserver.com.",
        "_kerberos._tcp SRV 0 100 88 freeipa1.cefaslocalserver.com.",
        "_kerberos._udp SRV 0 100 88 freeipa1.cefaslocalserver.com.",
        "_kerberos-master._tcp SRV 0 100 88 freeipa1.cefaslocalserver.com.",
        "_kerberos-master._udp SRV 0 100 88 freeipa1.cefaslocalserver.com.",
        "_kpasswd._tcp SRV 0 100 464 freeipa1.cefaslocalserver.com.",
        "_kpasswd._udp SRV 0 100 464 freeipa1.cefaslocalserver.com.",
    ];
    let records: Vec<&NameRecord> = forward.records.iter().filter(|it| it.name != "vps").collect();
    let differences = differences(&sorted(expected), &sorted(records.iter().map(|it| said(it))));
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
    assert!(
        records.iter().all(|it| !it.proxied),
        "nothing stands between people inside and a host"
    );
    // Inside, the VPS is known by its end of the tunnel; Cloudflare is no machine of ours.
    let vps: Vec<String> = forward.records.iter().filter(|it| it.name == "vps").map(said).collect();
    assert_eq!(vps, ["vps A 10.17.0.1"]);
}

#[test]
fn every_address_inside_has_its_name() {
    let cloud = founding().cloud;
    for prefix in ["3", "4", "5"] {
        zone(&cloud, ZoneKind::Reverse, &format!("{prefix}.17.10.in-addr.arpa"));
    }
    let found = cloud.zones.iter().filter(|it| it.kind == ZoneKind::Reverse).flat_map(|zone| {
        zone.records.iter().map(|it| format!("{}.{} {}", it.name, zone.name, said(it)))
    });
    let reverse = |address: std::net::IpAddr| {
        let octets: Vec<String> = address.to_string().split('.').rev().map(str::to_owned).collect();
        format!("{}.in-addr.arpa {} PTR", octets.join("."), octets[0])
    };
    let private = |it: &std::net::IpAddr| matches!(it, std::net::IpAddr::V4(it) if it.is_private());
    let hosts = cloud.hosts.values().flat_map(|host| {
        host.addresses()
            .filter(private)
            .map(|it| format!("{} {}", reverse(it), host.fqdn))
            .collect::<Vec<_>>()
    });
    let vips = cloud.vips.values().flat_map(|vip| {
        let name = format!("{}.{DOMAIN}", vip.names[0]);
        vip.addresses.iter().map(move |it| format!("{} {name}", reverse(*it))).collect::<Vec<_>>()
    });
    let differences = differences(&sorted(hosts.chain(vips)), &sorted(found));
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn the_internet_knows_the_edge_alone() {
    let cloud = founding().cloud;
    let public = zone(&cloud, ZoneKind::Public, DOMAIN);
    assert_eq!(
        sorted(public.records.iter().map(said)),
        ["@ A 198.51.100.10", "www A 198.51.100.10"]
    );
    assert!(public.records.iter().all(|it| it.proxied), "the edge hides the address behind it");
    let entry = cloud.hosts["vps"].addresses().next().map(|it| it.to_string());
    assert_eq!(entry.as_deref(), Some("198.51.100.10"));
    assert_eq!(cloud.zones.iter().filter(|it| it.kind == ZoneKind::Public).count(), 1);
}

#[test]
fn every_name_that_somebody_follows_is_there() {
    let cloud = founding().cloud;
    let forward = zone(&cloud, ZoneKind::Forward, DOMAIN);
    let has = |name: &str| {
        let short =
            name.trim_end_matches('.').strip_suffix(DOMAIN).map(|it| it.trim_end_matches('.'));
        let short = short.map(|it| if it.is_empty() { "@" } else { it });
        short.is_some_and(|short| forward.records.iter().any(|it| it.name == short))
    };
    for host in cloud.hosts.values().filter(|it| !it.managed) {
        assert!(has(&host.fqdn), "{}", host.fqdn);
    }
    for name in cloud.apps.values().flat_map(|it| &it.names) {
        assert!(has(name), "{name}");
    }
    for record in &forward.records {
        if let RecordData::Srv(_, _, _, target) = &record.data {
            assert!(has(target), "{target}");
        }
    }
    for certificate in &cloud.certificates {
        for name in certificate.names.iter().filter(|it| it.ends_with(DOMAIN)) {
            assert!(has(name), "{}: {name}", certificate.name);
        }
    }
}

#[test]
fn everybody_asks_a_resolver_that_answers_for_everything() {
    let cloud = founding().cloud;
    for host in cloud.hosts.values().filter(|it| !it.managed) {
        let resolvers = sorted(&host.resolvers);
        // What must be up before the resolver is, and the resolver itself, ask the public ones.
        match host.name.as_str() {
            "vps" | "physical1" | "infra-cluster" => assert_eq!(resolvers, ["8.8.4.4", "8.8.8.8"]),
            name => assert_eq!(resolvers, ["10.17.3.11"], "{name}"),
        }
    }
}
