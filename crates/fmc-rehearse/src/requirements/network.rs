//! What is needed of the network of a kernel, tried inside of a host.

use super::kernel::{outside, said};
use super::{Check, Demand};
use crate::stage::{bare, has_wireguard, ip};
use fmc_model::{Text, text};
use fmc_sys::{Command, Failure, Host as _, Link, Sandbox, Switch};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::time::Duration;

/// The words that every generated firewall is made of (nft(8)): connections that are followed, sets, maps,
/// rewriting, limits, logs.
const RULES: &str = "table inet probe {
  set some { type ipv4_addr; flags interval; elements = { 10.0.0.0/8 } }
  map one { type ifname : verdict; elements = { \"eth0\" : jump arriving } }
  chain arriving {
    ct status dnat ct original ip daddr @some tcp dport { 80, 443 } accept
    ct state new limit rate 1/second log prefix \"probe \" counter reject
  }
  chain input {
    type filter hook input priority filter; policy drop;
    ct state vmap { established : accept, related : accept, invalid : drop }
    meta l4proto { icmp, ipv6-icmp } accept
    iifname vmap @one
  }
  chain before {
    type nat hook prerouting priority dstnat;
    ip daddr 10.0.0.1 tcp dport 443 dnat ip to 10.0.0.2
  }
  chain after {
    type nat hook postrouting priority srcnat;
    oifname \"eth0\" masquerade
  }
}
";

/// Ways of their own for some senders (ip-rule(8)), as routes by source and the rehearsed Internet have them.
const WAYS: &str = "rule add from 10.0.0.0/8 priority 1000 blackhole
-6 rule add from fc00::/7 priority 1000 blackhole
rule add from 192.0.2.1 table 101 priority 1000
";

/// Where two hosts try each other (RFC 5737, RFC 3849).
const HERE: (Ipv4Addr, Ipv6Addr) =
    (Ipv4Addr::new(192, 0, 2, 1), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));
const THERE: (Ipv4Addr, Ipv6Addr) =
    (Ipv4Addr::new(192, 0, 2, 2), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 2));

/// How long a packet may take from one host to another of the same machine, however busy.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is tried inside of a host.
pub(super) fn network(root: Option<&Path>, sandbox: &Sandbox, demand: &Demand) -> Vec<Check> {
    let tun = tun(sandbox);
    let mut all = vec![
        segments(root.unwrap_or_else(|| "/".as_ref())),
        firewall(root, sandbox),
        ways(root, sandbox),
    ];
    if demand.vips > 0 {
        all.push(vips(sandbox));
    }
    if demand.tunnels > 0 {
        all.push(tunnels(root, &tun));
        all.push(tun);
    }
    if demand.mounts > 0 {
        let what = Text::of("mounts by NFS", "montajes NFS");
        let by = Text::of(
            "a folder of this machine, which all of its hosts see",
            "una carpeta de esta máquina, que ven todos sus hosts",
        );
        all.push(Check::bridged("nfs", what, by));
    }
    all
}

/// Two hosts at a switch, and a packet of each version of the Internet protocol from one to the other.
fn segments(root: &Path) -> Check {
    let what = Text::of("bridges and pairs of interfaces", "puentes y pares de interfaces");
    let cannot = Text::of("no host meets another", "ningún host llega a otro");
    let mend = Text::same("modprobe -a bridge veth");
    match meet(root) {
        Ok(()) => {
            let seen = Text::of(
                "two hosts at one heard each other, by both versions of the Internet protocol",
                "dos hosts en uno se han oído, por ambas versiones del protocolo de Internet",
            );
            Check::fine("segments", what, seen)
        }
        Err(why) => Check::missing("segments", what, said(&why), (cannot, mend)),
    }
}

fn meet(root: &Path) -> Result<(), Failure> {
    let switch = Switch::new()?;
    let host = |own: (Ipv4Addr, Ipv6Addr)| {
        let link = Link::new("eth0").plugged(&switch);
        let nets = [IpNet::new(own.0.into(), 24), IpNet::new(own.1.into(), 64)];
        let link = nets.into_iter().flatten().fold(link, Link::address);
        bare(root, "probe").link(link).start()
    };
    let (here, there) = (host(HERE)?, host(THERE)?);
    let pairs: [(IpAddr, IpAddr); 2] =
        [(HERE.0.into(), THERE.0.into()), (HERE.1.into(), THERE.1.into())];
    for (from, to) in pairs {
        let wrong = |it: std::io::Error| Failure::System {
            what: format!("sending a packet from {from} to {to} on a bridge"),
            source: it,
        };
        let listener = there.inside(move || UdpSocket::bind(SocketAddr::new(to, 0)))?;
        let listener = listener.map_err(wrong)?;
        listener.set_read_timeout(Some(PATIENCE)).map_err(wrong)?;
        let at = listener.local_addr().map_err(wrong)?;
        let sent = here.inside(move || {
            UdpSocket::bind(SocketAddr::new(from, 0)).and_then(|it| it.send_to(b"probe", at))
        })?;
        sent.map_err(wrong)?;
        listener.recv(&mut [0; 8]).map_err(wrong)?;
    }
    Ok(())
}

/// What a tool in a host said; `None` where there is no such tool.
fn there(outcome: Result<(), Failure>) -> Option<Result<(), Failure>> {
    match outcome {
        Err(Failure::System { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            None
        }
        outcome => Some(outcome),
    }
}

/// Without the components, whether a tool is at hand depends on this machine.
fn without(tool: &str) -> Text {
    text!(
        "{tool} comes with the components: `fmc components fetch`",
        "{tool} viene con los componentes: `fmc components fetch`"
    )
}

fn firewall(root: Option<&Path>, sandbox: &Sandbox) -> Check {
    let what = Text::of(
        "nftables with connections followed and addresses rewritten",
        "nftables con seguimiento de conexiones y reescritura de direcciones",
    );
    let load = Command::new("nft").args(["-f", "-"]).input(RULES);
    let loaded = sandbox.run(&load).and_then(fmc_sys::Outcome::ok);
    match there(loaded.map(|_| ())) {
        Some(Ok(())) => {
            let seen =
                Text::of("rules of every kind were loaded", "se cargaron reglas de cada tipo");
            Check::fine("firewall", what, seen)
        }
        // The nft of this machine may be another than the one that rehearsals run.
        Some(Err(why)) if root.is_some() => {
            let cannot = Text::of("no firewall can be loaded", "no se carga ningún cortafuegos");
            let mend = Text::same(
                "modprobe -a nf_tables nft_ct nft_nat nft_masq nft_limit nft_log nft_reject_inet nf_conntrack",
            );
            Check::missing("firewall", what, said(&why), (cannot, mend))
        }
        Some(Err(why)) => Check::untried("firewall", what, said(&why)),
        None => Check::untried("firewall", what, without("nft")),
    }
}

fn ways(root: Option<&Path>, sandbox: &Sandbox) -> Check {
    let what = Text::of("routes by source", "rutas por origen");
    match there(ip(sandbox, WAYS)) {
        Some(Ok(())) => {
            let seen = Text::of("rules were added", "se añadieron reglas");
            Check::fine("routes", what, seen)
        }
        Some(Err(why)) if root.is_some() => {
            let cannot = Text::of(
                "nobody has more than one way out, and there is no Internet",
                "nadie tiene más de una salida, y no hay Internet",
            );
            let mend = Text::of(
                "a kernel that was built with CONFIG_IP_MULTIPLE_TABLES and CONFIG_IPV6_MULTIPLE_TABLES",
                "un núcleo compilado con CONFIG_IP_MULTIPLE_TABLES y CONFIG_IPV6_MULTIPLE_TABLES",
            );
            Check::missing("routes", what, said(&why), (cannot, mend))
        }
        Some(Err(why)) => Check::untried("routes", what, said(&why)),
        None => Check::untried("routes", what, without("ip")),
    }
}

/// Daemons listen at an address that another one holds (ip-sysctl).
fn vips(sandbox: &Sandbox) -> Check {
    let what = Text::of("virtual addresses (VRRP)", "direcciones virtuales (VRRP)");
    let try_it = || {
        for version in ["ipv4", "ipv6"] {
            std::fs::write(format!("/proc/sys/net/{version}/ip_nonlocal_bind"), "1")?;
        }
        UdpSocket::bind((THERE.0, 0))?;
        UdpSocket::bind((THERE.1, 0)).map(|_| ())
    };
    let done = sandbox.inside(try_it).and_then(|it| {
        let what = "listening at an address of another (ip_nonlocal_bind)".to_owned();
        it.map_err(|source| Failure::System { what, source })
    });
    match done {
        Ok(()) => {
            let seen = Text::of(
                "an address of another can be listened at",
                "se puede escuchar en una dirección de otro",
            );
            Check::fine("vrrp", what, seen)
        }
        Err(why) => {
            let cannot = Text::of(
                "who is to take over does not begin",
                "quien debe tomar el relevo no empieza",
            );
            Check::missing("vrrp", what, said(&why), (cannot, outside()))
        }
    }
}

fn tun(sandbox: &Sandbox) -> Check {
    let what = Text::same("/dev/net/tun");
    match sandbox.tun(Link::new("probe")) {
        Ok(_) => {
            let seen = Text::of("an interface was made by it", "se creó una interfaz con él");
            Check::fine("tun", what, seen)
        }
        Err(why) => {
            let cannot = Text::of(
                "no tunnel, where the kernel has no WireGuard",
                "ningún túnel, donde el núcleo no tiene WireGuard",
            );
            let mend = Text::same("modprobe tun");
            Check::missing("tun", what, said(&why), (cannot, mend))
        }
    }
}

fn tunnels(root: Option<&Path>, tun: &Check) -> Check {
    let what = Text::same("WireGuard");
    let Some(root) = root else {
        return Check::untried("wireguard", what, without("ip"));
    };
    if has_wireguard(root) {
        let seen = Text::of("the kernel's own", "el del propio núcleo");
        return Check::fine("wireguard", what, seen);
    }
    if !tun.is_missing() && root.join("usr/bin/wireguard-go").exists() {
        let by = Text::of(
            "wireguard-go, for this kernel has none",
            "wireguard-go, pues este núcleo no lo tiene",
        );
        return Check::bridged("wireguard", what, by);
    }
    let why = Text::of(
        "this kernel has none, and wireguard-go would need /dev/net/tun",
        "este núcleo no lo tiene, y wireguard-go necesitaría /dev/net/tun",
    );
    let cannot = Text::of("no tunnel comes up", "no se levanta ningún túnel");
    Check::missing("wireguard", what, why, (cannot, Text::same("modprobe wireguard")))
}
