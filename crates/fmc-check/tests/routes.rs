//! Routes that are looked up are those that a host is told: in the examples and in clouds of any kind, from
//! each host to the addresses of each other one and of its pods.

use fmc_check::machine::Machines;
use fmc_model::cloud::{Host, NetworkKind, Route, Via};
use fmc_model::{Cloud, Date};
use ipnet::IpNet;
use std::net::IpAddr;

/// The prefix and the neighbour by which a host sends, found one by one.
fn one_by_one(
    cloud: &Cloud,
    host: &Host,
    from: Option<IpAddr>,
    to: IpAddr,
) -> Option<(IpNet, Option<IpAddr>)> {
    let routes = cloud.routes(host);
    let nic = |it: &&Route| host.nics.iter().any(|nic| nic.interface == it.interface);
    let meant: Vec<&Route> = routes.iter().filter(|it| it.to.contains(&to)).filter(nic).collect();
    let next = |it: &&Route| {
        let neighbour = match it.via {
            Via::Gateway(gateway) => Some(gateway),
            Via::Link => Some(to),
            Via::Provider => None,
        };
        (it.to, neighbour)
    };
    let is_from =
        |it: &&&Route| it.from.is_some_and(|net| from.is_some_and(|it| net.contains(&it)));
    let by_source: Vec<_> = meant.iter().filter(is_from).map(next).collect();
    let own = host.nics.iter().filter_map(|nic| {
        let holds = |it: &&IpNet| it.prefix_len() < it.max_prefix_len() && it.contains(&to);
        nic.addresses.iter().find(holds).map(|it| (it.trunc(), Some(to)))
    });
    let others: Vec<_> = own.chain(meant.iter().filter(|it| it.from.is_none()).map(next)).collect();
    let all = if by_source.is_empty() { others } else { by_source };
    let longest = all.iter().map(|it| it.0.prefix_len()).max()?;
    all.into_iter().find(|it| it.0.prefix_len() == longest)
}

#[test]
fn a_route_is_the_longest_of_all_that_a_host_is_told() {
    let examples = ["flatcarmicrocloud", "as-drawn", "two-sites"].map(|it| {
        let path = format!("{}/../../examples/{it}.yaml", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).expect("an example")
    });
    let (mut to_pods, mut by_gateway) = (0, 0);
    for text in examples.into_iter().chain((0..40).map(|seed| clouds::sound::sound(seed, 20))) {
        let none = &mut |_: &str| Err(String::new());
        let loaded = fmc_model::load("cloud.yaml", text.as_bytes(), fmc_roles::ROLES, none);
        let today = Date::from_unix_days(20_600);
        let cloud = fmc_model::resolve(&loaded, fmc_roles::ROLES, today).0.expect("a cloud");
        let machines = Machines::of(&cloud);
        let pods = cloud.hosts.values().flat_map(|it| &it.pods);
        let pods: Vec<IpAddr> = pods.filter_map(|it| it.hosts().nth(7)).collect();
        let mut all: Vec<IpAddr> = cloud.hosts.values().flat_map(Host::addresses).collect();
        all.extend(&pods);
        all.push(IpAddr::from([203, 0, 113, 77]));
        for host in cloud.hosts.values() {
            let own: Vec<IpAddr> = host.addresses().collect();
            for (from, to) in own
                .iter()
                .map(|it| Some(*it))
                .chain([None])
                .flat_map(|from| all.iter().map(move |to| (from, *to)))
            {
                let found = machines.route(host.id, from, to);
                let found = found.map(|it| (it.prefix, it.neighbour));
                assert_eq!(
                    found,
                    one_by_one(&cloud, host, from, to),
                    "{}: {from:?} to {to}",
                    host.name
                );
                to_pods += usize::from(pods.contains(&to) && found.is_some());
                by_gateway += usize::from(found.is_some_and(|it| it.1 != Some(to)));
            }
        }
        assert!(cloud.networks.values().any(|it| it.kind == NetworkKind::Private));
    }
    assert!(to_pods > 100 && by_gateway > 1000, "{to_pods} to pods, {by_gateway} by gateways");
}
