//! Routes: what goes out comes back, by the same way.

mod common;

use common::outcome;
use fmc_model::Cloud;
use fmc_model::cloud::{Route, Via};

/// Resolves a file that has nothing wrong with it.
#[track_caller]
fn sound(text: &str) -> Cloud {
    let found = outcome(text.as_bytes(), &[]);
    assert!(found.diagnostics.is_empty(), "{}", found.told());
    found.cloud.expect("a cloud")
}

fn via(route: &Route) -> String {
    match route.via {
        Via::Gateway(address) => address.to_string(),
        other => format!("{other:?}"),
    }
}

/// The routes of a host that do not depend on the source.
fn routes(cloud: &Cloud, host: &str) -> Vec<String> {
    let routes = cloud.routes(&cloud.hosts[host]);
    let plain = routes.iter().filter(|it| it.from.is_none());
    plain.map(|it| format!("{} via {} on {}", it.to, via(it), it.interface)).collect()
}

#[test]
fn what_goes_out_comes_back_even_past_a_gateway_that_is_not_ours() {
    let cloud = sound(
        "\
version: 1
name: routes
networks:
  internet: { kind: public }
  tunnel: { kind: wireguard, cidr: [10.9.0.0/24, \"fd09::/64\"] }
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
  inner: { cidr: [10.1.0.0/24, \"fd01::/64\"] }
  deep: { cidr: 10.2.0.0/24 }
hosts:
  vps: { os: debian, nics: { internet: 198.51.100.9, tunnel: 1 }, roles: { wireguard: { listens: true }, router: } }
  metal: { os: debian, nics: { inner: 1, lan: 10, tunnel: 2 }, roles: { wireguard: , router: { uplink: lan } } }
  second: { os: debian, nics: { inner: { address: 2 }, deep: 1 }, roles: { router: { uplink: inner } } }
  beside: { os: debian, nics: { lan: 20 } }
  inside: { os: debian, nics: { inner: 20 } }
  far: { os: debian, nics: { deep: 20 } }
",
    );
    assert_eq!(routes(&cloud, "far"), ["0.0.0.0/0 via 10.2.0.1 on eth0"]);
    assert_eq!(
        routes(&cloud, "inside"),
        [
            "0.0.0.0/0 via 10.1.0.1 on eth0",
            "::/0 via fd01::1 on eth0",
            "10.2.0.0/24 via 10.1.0.2 on eth0"
        ]
    );
    assert_eq!(
        routes(&cloud, "beside"),
        [
            "0.0.0.0/0 via 192.168.0.1 on eth0",
            "10.9.0.0/24 via 192.168.0.10 on eth0",
            "10.1.0.0/24 via 192.168.0.10 on eth0",
            "10.2.0.0/24 via 192.168.0.10 on eth0",
        ]
    );
    assert_eq!(
        routes(&cloud, "vps"),
        [
            "0.0.0.0/0 via Provider on eth0",
            "192.168.0.0/24 via 10.9.0.2 on wg0",
            "10.1.0.0/24 via 10.9.0.2 on wg0",
            "fd01::/64 via fd09::2 on wg0",
            "10.2.0.0/24 via 10.9.0.2 on wg0",
        ]
    );
    // A router's default route leaves by the uplink that was written, not by its first interface.
    assert_eq!(routes(&cloud, "metal")[0], "0.0.0.0/0 via 192.168.0.1 on eth1");
    assert_eq!(cloud.hosts["metal"].uplink.as_ref().map(fmc_model::Name::as_str), Some("lan"));
    assert!(routes(&cloud, "metal").contains(&"10.2.0.0/24 via 10.1.0.2 on eth0".to_owned()));
}

#[test]
fn pods_have_routes_on_neighbours_and_routers() {
    let cloud = sound(
        "\
version: 1
name: pods
networks:
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
  a: { cidr: 10.1.0.0/24 }
  b: { cidr: 10.2.0.0/24 }
hosts:
  metal: { os: debian, nics: { lan: 10, a: 1, b: 1 }, roles: { router: { uplink: lan } } }
  master: { os: flatcar, nics: { a: 11 }, roles: { etcd: , control-plane: } }
  node[1-2]: { os: flatcar, nics: { a: 21+ }, roles: { worker: } }
  other: { os: flatcar, nics: { b: 21 }, roles: { worker: } }
  database: { os: debian, nics: { a: 31 }, roles: { postgres: } }
  beside: { os: debian, nics: { lan: 20 } }
",
    );
    let pods = |host: &str| cloud.hosts[host].pods[0].to_string();
    assert_eq!([pods("node1"), pods("node2")], ["10.42.21.0/24", "10.42.22.0/24"]);
    // Its number was taken, so it has the next one that is free.
    assert_eq!(pods("other"), "10.42.23.0/24");
    let master = "10.42.11.0/24 via 10.1.0.11 on eth0";
    assert_eq!(routes(&cloud, "node1")[1..], [master, "10.42.22.0/24 via 10.1.0.22 on eth0"]);
    // A neighbour that runs no pods has the routes too, or its replies would miss the way back.
    assert_eq!(
        routes(&cloud, "database")[1..],
        [master, "10.42.21.0/24 via 10.1.0.21 on eth0", "10.42.22.0/24 via 10.1.0.22 on eth0"]
    );
    assert!(routes(&cloud, "metal").contains(&"10.42.23.0/24 via 10.2.0.21 on eth2".to_owned()));
    assert!(routes(&cloud, "beside").contains(&"10.42.0.0/16 via 192.168.0.10 on eth0".to_owned()));
}

#[test]
fn a_host_in_two_networks_answers_by_where_it_was_asked() {
    let cloud = sound(
        "\
version: 1
name: sources
networks:
  internet: { kind: public }
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
  inner: { cidr: 10.1.0.0/24 }
  deep: { cidr: 10.2.0.0/24 }
hosts:
  metal: { os: debian, nics: { lan: 10, inner: 1, deep: 1 }, roles: { router: { uplink: lan } } }
  both: { os: debian, nics: { lan: 20, inner: 20 } }
  open: { os: debian, nics: { inner: 30, internet: 203.0.113.5 } }
",
    );
    let from = |host: &str| -> Vec<String> {
        let routes = cloud.routes(&cloud.hosts[host]);
        let show = |it: &Route| {
            Some(format!("{}: {} via {} on {}", it.from?, it.to, via(it), it.interface))
        };
        routes.iter().filter_map(show).collect()
    };
    assert_eq!(
        from("both"),
        [
            "192.168.0.0/24: 192.168.0.0/24 via Link on eth0",
            "192.168.0.0/24: 10.2.0.0/24 via 192.168.0.10 on eth0",
            "192.168.0.0/24: 0.0.0.0/0 via 192.168.0.1 on eth0",
            "10.1.0.0/24: 10.1.0.0/24 via Link on eth1",
            "10.1.0.0/24: 0.0.0.0/0 via 10.1.0.1 on eth1",
        ]
    );
    assert_eq!(
        from("open"),
        [
            "10.1.0.0/24: 10.1.0.0/24 via Link on eth0",
            "10.1.0.0/24: 0.0.0.0/0 via 10.1.0.1 on eth0",
            "203.0.113.5/32: 203.0.113.5/32 via Link on eth1",
            "203.0.113.5/32: 0.0.0.0/0 via Provider on eth1",
        ]
    );
}
