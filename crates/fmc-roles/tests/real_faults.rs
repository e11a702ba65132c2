//! Faults that the founding cloud really had, none of which may come of any example: each test names
//! those that it stands for, as `docs/real-faults.md` lists them.

use fmc_config::Document;
use fmc_config::libvirt::{Domain, Forward, Libvirt, Network, Volume};
use fmc_model::cloud::{Bridge, Host, NetworkKind, Via};
use fmc_model::setup::Entry;
use fmc_model::{Cloud, Date};
use fmc_roles::ROLES;
use std::collections::BTreeSet;

const EXAMPLES: [(&str, &str); 5] = [
    ("flatcarmicrocloud", include_str!("../../../examples/flatcarmicrocloud.yaml")),
    ("as-drawn", include_str!("../../../examples/as-drawn.yaml")),
    ("as-deployed", include_str!("../../../examples/as-deployed.yaml")),
    ("minimal", include_str!("../../../examples/minimal.yaml")),
    ("two-sites", include_str!("../../../examples/two-sites.yaml")),
];

fn cloud(text: &str) -> Cloud {
    let loaded = fmc_model::load("cloud.yaml", text.as_bytes(), ROLES, &mut |_| {
        Err("this cloud is one file".to_owned())
    });
    let today = Date { year: 2026, month: 7, day: 1 };
    fmc_model::resolve(&loaded, ROLES, today).0.expect("a cloud")
}

/// Every cloud with each of its hosts that files are made for.
fn every_host(mut check: impl FnMut(&str, &Cloud, &Host)) {
    for (name, text) in EXAMPLES {
        let cloud = cloud(text);
        for host in cloud.hosts.values().filter(|it| !it.managed) {
            check(&format!("{name} {}", host.name), &cloud, host);
        }
    }
}

/// What libvirt is told on a host.
fn libvirt<'a>(cloud: &'a Cloud, host: &Host) -> Vec<&'a Libvirt> {
    let entries = cloud.setup(host.id).entries.values();
    entries
        .filter_map(|it| match it {
            Entry::File(file) => match &file.document {
                Document::Libvirt(document) => Some(document.as_ref()),
                _ => None,
            },
            Entry::Link(..) => None,
        })
        .collect()
}

fn networks<'a>(cloud: &'a Cloud, host: &Host) -> Vec<&'a Network> {
    let all = libvirt(cloud, host).into_iter();
    all.filter_map(|it| if let Libvirt::Network(it) = it { Some(it) } else { None }).collect()
}

fn volumes<'a>(cloud: &'a Cloud, host: &Host) -> Vec<&'a Volume> {
    let all = libvirt(cloud, host).into_iter();
    all.filter_map(|it| if let Libvirt::Volume(it) = it { Some(it) } else { None }).collect()
}

fn domains<'a>(cloud: &'a Cloud, host: &Host) -> Vec<&'a Domain> {
    let all = libvirt(cloud, host).into_iter();
    all.filter_map(|it| if let Libvirt::Domain(it) = it { Some(it) } else { None }).collect()
}

/// E06, E09, E24: libvirt routes or bridges, and hides nobody. A network of guests alone is routed by
/// the machine at the very addresses that the cloud gives it; any other is on the wire.
#[test]
fn networks_of_guests_are_routed_or_on_the_wire() {
    let mut seen = [0, 0];
    every_host(|at, cloud, host| {
        for network in networks(cloud, host) {
            let nic = host.nic(&fmc_model::Name::new(&network.name)).expect(at);
            assert_eq!(network.bridge, nic.interface, "{at}");
            match (&network.forward, nic.bridge.as_ref().expect(at)) {
                (Forward::Open { addresses, .. }, Bridge::Guests) => {
                    seen[0] += 1;
                    let given: Vec<_> =
                        addresses.iter().map(|it| (it.address, it.prefix)).collect();
                    let own: Vec<_> =
                        nic.addresses.iter().map(|it| (it.addr(), it.prefix_len())).collect();
                    assert_eq!(given, own, "{at}");
                    assert!(host.forwards, "{at}");
                }
                (Forward::Bridge, Bridge::Port(port)) => {
                    seen[1] += 1;
                    assert!(host.nics.iter().all(|it| it.interface != *port), "{at}");
                }
                other => panic!("{at}: {other:?}"),
            }
        }
        // Whoever a machine runs is plugged into each of its networks, and there is one for each.
        for guest in cloud.hosts.values().filter(|it| it.runs_on.as_ref() == Some(&host.name)) {
            let domains = domains(cloud, host);
            let domain = domains.iter().find(|it| it.name == guest.name.as_str()).expect(at);
            let plugged: Vec<&str> =
                domain.interfaces.iter().map(|it| it.network.as_str()).collect();
            let wires: Vec<&str> = guest
                .nics
                .iter()
                .map(|it| &it.network)
                .filter(|it| cloud.networks[*it].kind != NetworkKind::Wireguard)
                .map(fmc_model::Name::as_str)
                .collect();
            assert_eq!(plugged, wires, "{at} {}", guest.name);
            let known = networks(cloud, host);
            assert!(wires.iter().all(|it| known.iter().any(|net| net.name == *it)), "{at}");
        }
    });
    assert!(seen.iter().all(|it| *it > 0), "{seen:?}");
}

/// E02: either a daemon for each thing or one for everything, and never some of both.
#[test]
fn libvirt_has_one_family_of_daemons() {
    let text = |os: &str| {
        format!(
            "version: 1\nname: home\nnetworks: {{ lan: {{ cidr: 192.168.0.0/24, gateway: 192.168.0.1 }} }}\n\
             hosts:\n  metal: {{ os: {os}, nics: {{ lan: 2 }}, roles: {{ hypervisor: }} }}\n"
        )
    };
    for (os, sockets, is_masked) in [
        ("rocky", &["virtnetworkd", "virtqemud", "virtstoraged"][..], true),
        ("almalinux", &["virtnetworkd", "virtqemud", "virtstoraged"], true),
        ("debian", &["libvirtd"], false),
    ] {
        let cloud = cloud(&text(os));
        let entries = &cloud.setup(cloud.hosts["metal"].id).entries;
        let wanted = "/etc/systemd/system/sockets.target.wants/";
        let started: Vec<&str> = entries
            .keys()
            .filter_map(|it| it.strip_prefix(wanted)?.strip_suffix(".socket"))
            .filter(|it| *it != "cockpit")
            .collect();
        assert_eq!(started, sockets, "{os}");
        let masked = matches!(
            entries.get("/etc/systemd/system/libvirtd.socket"),
            Some(Entry::Link(to, _)) if to == "/dev/null"
        );
        assert_eq!(masked, is_masked, "{os}");
    }
}

/// E05, L08: one default route for each version of the protocol.
#[test]
fn a_host_has_one_way_out() {
    every_host(|at, cloud, host| {
        for v4 in [true, false] {
            let routes = cloud.routes(host);
            let defaults = routes.iter().filter(|it| {
                it.from.is_none() && it.to.prefix_len() == 0 && it.to.addr().is_ipv4() == v4
            });
            assert!(defaults.count() <= 1, "{at}");
        }
    });
}

/// L01, L07: whoever packets are handed to is a neighbour, and nobody is asked the way to a network that
/// one is in.
#[test]
fn gateways_are_neighbours() {
    let mut seen = 0;
    every_host(|at, cloud, host| {
        for route in cloud.routes(host) {
            let Via::Gateway(via) = route.via else { continue };
            let nic = host.nics.iter().find(|it| it.interface == route.interface).expect(at);
            // In a tunnel everybody is a neighbour of everybody.
            let on_link = cloud.networks[&nic.network].prefixes.iter().any(|it| it.contains(&via));
            assert!(on_link, "{at}: {route:?}");
            let own = host.nics.iter().flat_map(|it| &it.addresses).map(ipnet::IpNet::trunc);
            assert!(
                route.from.is_some() || own.clone().all(|it| it != route.to),
                "{at}: {route:?}"
            );
            seen += 1;
        }
    });
    assert!(seen > 0);
}

/// E10: whoever answers at a virtual address may bind it before it is there.
#[test]
fn who_answers_at_a_virtual_address_may_bind_it() {
    let mut seen = 0;
    every_host(|at, cloud, host| {
        let holds = cloud.vips.values().any(|it| it.hosts.contains(host.id));
        if holds && host.roles.iter().any(|it| it.balances) {
            let sysctls = &cloud.setup(host.id).sysctls;
            let value = sysctls.get("net.ipv4.ip_nonlocal_bind").map(|it| it.value.as_str());
            assert_eq!(value, Some("1"), "{at}");
            seen += 1;
        }
    });
    assert!(seen > 0);
}

/// L15, L56: each guest has disks of its own, as large as they were said to be, and hardware addresses
/// that nobody else has.
#[test]
fn guests_have_disks_and_addresses_of_their_own() {
    let mut seen = 0;
    every_host(|at, cloud, host| {
        let volumes = volumes(cloud, host);
        let mut macs = BTreeSet::new();
        for domain in domains(cloud, host) {
            let guest = &cloud.hosts[domain.name.as_str()];
            let capacity = |name: &str| {
                volumes.iter().find(|it| it.name == name).map(|it| it.capacity).unwrap_or_default()
            };
            for (end, size) in [("", guest.size.disk.0), ("-data", guest.size.data.0)] {
                if size > 0 {
                    assert_eq!(capacity(&format!("{}{end}.qcow2", guest.name)), size, "{at}");
                    seen += 1;
                }
            }
            if guest.size.memory.0 > 0 {
                assert_eq!(domain.memory * 1024, guest.size.memory.0, "{at}");
            }
            assert!(domain.interfaces.iter().all(|it| macs.insert(it.mac.clone())), "{at}");
        }
        let names: BTreeSet<&str> = volumes.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names.len(), volumes.len(), "{at}");
    });
    assert!(seen > 0);
}
