//! Somebody outside comes into a tunnel with their own file, as `wg-quick` brings it up, and is met
//! there by the host that listens, with the file of that host.

use super::tools::{PATIENCE, Verdict, one, run};
use super::{Given, hosts, root, told};
use fmc_model::Cloud;
use fmc_model::cloud::{End, Network, NetworkKind, Outside, Person};
use fmc_secrets::Secrets;
use fmc_sys::{Command, Link, Placed, Sandbox, Setup};
use std::net::IpAddr;

/// `wg-quick` hands resolvers over to this program, which is another one on each system.
const RESOLVCONF: &str = "#!/bin/sh\ntest \"$1\" = -a && cat > /run/resolvers\nexit 0\n";

/// Whose file it is, among whom, and of which tunnel.
pub(crate) struct Whose<'c> {
    pub(crate) of: &'c Outside,
    pub(crate) person: &'c Person,
    pub(crate) tunnel: &'c Network,
}

impl<'c> Whose<'c> {
    /// By the path of a file, such as `operators/ana/wg0.conf`.
    pub(crate) fn at(path: &str, cloud: &'c Cloud) -> Self {
        let mut parts = path.split('/');
        let mut part = || parts.next().expect("three parts");
        let of = &cloud.outside[part()];
        let who = part();
        let person = of.people.iter().find(|it| it.name.as_str() == who).expect("somebody");
        let number = part().trim_start_matches("wg").trim_end_matches(".conf");
        let mut tunnels = cloud.networks.values().filter(|it| it.kind == NetworkKind::Wireguard);
        let tunnel = tunnels.nth(number.parse().expect("a number")).expect("a tunnel");
        Self { of, person, tunnel }
    }
}

/// It comes up; both ends know each other's keys; whatever the person reaches is sent into the tunnel,
/// and nothing else is; names are asked for where the cloud serves them.
pub(crate) fn wg_quick(
    file: &Given,
    whose: &Whose<'_>,
    cloud: &Cloud,
    secrets: &Secrets,
) -> Verdict {
    let hub = whose.tunnel.ends.iter().find(|it| it.listens.is_some()).ok_or("nobody listens")?;
    let (host, tree) = hosts(cloud).into_iter().find(|it| it.0.name == hub.host).ok_or("no hub")?;
    let interface = &host.nic(&whose.tunnel.name).ok_or("no interface")?.interface;
    let there = format!("/etc/wireguard/{interface}.conf");
    let other = super::files(&tree, secrets).into_iter().find(|it| it.path == there);
    let mut setup = Setup::over(root())
        .link(Link::new("eth0").address("192.0.2.2/24".parse().expect("an address")))
        .file(Placed::new("/etc/wireguard/person.conf", &*file.text).mode(0o600))
        .file(Placed::new("/etc/wireguard/hub.conf", other.ok_or("no file")?.text).mode(0o600))
        .file(Placed::new("/usr/bin/resolvconf", RESOLVCONF).mode(0o755));
    // The address that the person calls is one of this machine's.
    let public = host.nics.iter().filter(|it| it.network != whose.tunnel.name);
    for (at, nic) in public.enumerate() {
        let link = Link::new(format!("hub{at}"));
        setup = setup.link(nic.addresses.iter().fold(link, |it, address| it.address(*address)));
    }
    let on = setup.start().map_err(|it| it.to_string())?;
    one(&Command::new("ip").args(["link", "set", "lo", "up"]), &on)?;
    one(&Command::new("wireguard-go").arg("hub"), &on)?;
    one(&Command::new("wg").args(["setconf", "hub", "/etc/wireguard/hub.conf"]), &on)?;
    one(&Command::new("ip").args(["link", "set", "hub", "up"]), &on)?;
    // The name of its unit is that of its file.
    one(&Command::new("wg-quick").args(["up", "person"]), &on)?;
    met(&on)?;
    for address in reached(whose, cloud) {
        if !way(address, &on)?.contains("dev person") {
            return Err(format!("{address} is not sent into the tunnel"));
        }
    }
    for stranger in ["192.0.2.77", "10.1.0.77", "192.168.0.77"] {
        if way(stranger.parse().expect("an address"), &on)?.contains("dev person") {
            return Err(format!("{stranger} is sent into the tunnel"));
        }
    }
    let asks = run(&Command::new("cat").arg("/run/resolvers"), &on)?.text();
    for resolver in cloud.resolvers_of_outside(whose.of) {
        let has = whose.person.in_tunnel(whose.tunnel);
        let meant = has.iter().any(|it| it.is_ipv4() == resolver.is_ipv4());
        if meant && !asks.lines().any(|it| it == format!("nameserver {resolver}")) {
            return Err(format!("{resolver} is not asked for names: {asks}"));
        }
    }
    one(&Command::new("wg-quick").args(["down", "person"]), &on)
}

/// The two ends have spoken.
fn met(on: &Sandbox) -> Verdict {
    let command = Command::new("wg").args(["show", "person", "latest-handshakes"]);
    let start = std::time::Instant::now();
    loop {
        let outcome = run(&command, on)?;
        let spoken = |it: &str| it.split('\t').nth(1).is_some_and(|it| it != "0");
        if outcome.text().lines().any(spoken) {
            return Ok(());
        }
        if start.elapsed() > PATIENCE {
            return Err(told(&command, &outcome));
        }
        std::thread::sleep(PATIENCE / 200);
    }
}

/// How the machine of the person sends to an address.
fn way(address: IpAddr, on: &Sandbox) -> Result<String, String> {
    let command = Command::new("ip").args(["route", "get", &address.to_string()]);
    Ok(run(&command, on)?.text())
}

/// The addresses of whoever the person's flows lead to, but those on the Internet and those of the
/// tunnel's own ends.
fn reached(whose: &Whose<'_>, cloud: &Cloud) -> Vec<IpAddr> {
    let own = whose.person.in_tunnel(whose.tunnel);
    let mut all = Vec::new();
    for flow in cloud.flows.iter().filter(|it| it.from == End::Outside(whose.of.name.clone())) {
        match &flow.to {
            End::Vip(name) => all.extend(cloud.vips[name].addresses.iter().copied()),
            End::Hosts(hosts) if !flow.service.starts_with("wireguard") => {
                for nic in hosts.iter().flat_map(|it| &cloud.host(it).nics) {
                    if cloud.networks[&nic.network].kind == NetworkKind::Private {
                        all.extend(nic.addresses.iter().map(ipnet::IpNet::addr));
                    }
                }
            }
            _ => {}
        }
    }
    all.retain(|it| own.iter().any(|own| own.is_ipv4() == it.is_ipv4()));
    all
}
