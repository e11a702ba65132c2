//! Tunnels on a stage: people who come in by one, and when the ends of one have met.

use crate::service::maker;
use fmc_config::Printed;
use fmc_model::Cloud;
use fmc_model::cloud::{Host, HostId, NetworkKind, Nic, PeerName};
use fmc_secrets::Secrets;
use fmc_sys::{Command, Failure, Host as _, Sandbox};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long the ends of a tunnel may take until they have spoken.
const PATIENCE: Duration = Duration::from_secs(20);

/// Between two looks.
const AGAIN: Duration = Duration::from_millis(20);

/// The files of people who come in by a tunnel, by their paths: among whom they are, who they are, and the name.
pub fn people(cloud: &Cloud) -> Vec<(String, Printed)> {
    let setups = cloud.hosts.values().map(|it| cloud.setup(it.id));
    let files = setups
        .flat_map(|it| &it.people)
        .filter(|it| Path::new(it.0).extension().is_some_and(|it| it == "conf"));
    files.map(|(path, it)| (path.clone(), it.document.print(&[], &it.cause))).collect()
}

/// `wg-quick` hands resolvers over to this program, of which Debian has several and the root none. It hands
/// them over in the words of resolv.conf(5).
const RESOLVCONF: &str = "#!/bin/sh
case $1 in
-a) exec cat > /etc/resolv.conf ;;
*) exit 0 ;;
esac
";

/// Brings the tunnels of somebody outside up, with their own files.
///
/// # Errors
/// A key is missing, or `wg-quick` refuses one of them.
pub fn up_for(
    cloud: &Cloud,
    (of, person): (&str, &str),
    on: &Sandbox,
    keys: &Secrets,
) -> Result<(), Failure> {
    let own = format!("{of}/{person}/");
    for (path, printed) in people(cloud) {
        let Some(name) = path.strip_prefix(&own).and_then(|it| it.strip_suffix(".conf")) else {
            continue;
        };
        let text = printed
            .fill(|it| keys.value(it))
            .map_err(|it| Failure::Wrong(format!("{path}: there is no {it}")))?;
        on.run(
            &Command::new("sh").args(["-c", "umask 077; cat > \"$0\"", &place(name)]).input(text),
        )?
        .ok()?;
        let install = "cat > /usr/bin/resolvconf; chmod 755 /usr/bin/resolvconf";
        on.run(&Command::new("sh").args(["-c", install]).input(RESOLVCONF))?.ok()?;
        on.run(&Command::new("wg-quick").args(["up", name]))?.ok()?;
    }
    Ok(())
}

fn place(name: &str) -> String {
    format!("/etc/wireguard/{name}.conf")
}

/// The tunnels of a host, by their processes, with those of other hosts that they call. A call that nobody takes is
/// made again after five seconds (`REKEY_TIMEOUT`, section 6.1 of the paper on `WireGuard`): who is called comes
/// first. Where both call, the earlier one of the file is waited for.
pub(crate) fn called(cloud: &Cloud, host: &Host) -> BTreeMap<String, Vec<(String, String)>> {
    let process =
        |of: &Host, nic: &Nic| maker(cloud.setup(of.id), &nic.interface).map(str::to_owned);
    let is_tunnel = |it: &&Nic| cloud.networks[&it.network].kind == NetworkKind::Wireguard;
    let of = |nic: &Nic| {
        let peers = cloud.tunnel_peers(host, &nic.network).into_iter();
        let called = peers.filter(|it| it.endpoint.is_some()).filter_map(|it| match it.who {
            PeerName::Host(name) => cloud.hosts.get(&name),
            PeerName::Person { .. } => None,
        });
        let calls_back = |it: &Host| {
            let peers = cloud.tunnel_peers(it, &nic.network);
            let own = PeerName::Host(host.name.clone());
            peers.iter().any(|it| it.who == own && it.endpoint.is_some())
        };
        let first = called.filter(|it| it.id < host.id || !calls_back(it));
        let all = first.filter_map(|it| {
            let end = it.nics.iter().find(|it| it.network == nic.network)?;
            Some((it.name.to_string(), process(it, end)?))
        });
        Some((process(host, nic)?, all.collect()))
    };
    host.nics.iter().filter(is_tunnel).filter_map(of).collect()
}

/// Waits until whoever calls somebody has spoken to them.
///
/// # Errors
/// They do not.
pub fn met(cloud: &Cloud, players: &BTreeMap<HostId, &Sandbox>) -> Result<(), Failure> {
    let until = Instant::now() + PATIENCE;
    for (id, on) in players {
        let host = cloud.host(*id);
        for nic in &host.nics {
            let peers = cloud.tunnel_peers(host, &nic.network);
            let called = peers.iter().filter(|it| it.endpoint.is_some()).count();
            let command =
                Command::new("wg").args(["show", nic.interface.as_str(), "latest-handshakes"]);
            if called == 0 {
                continue;
            }
            loop {
                let told = on.run(&command)?.ok()?.text();
                let spoken = told.lines().filter(|it| !it.ends_with("\t0")).count();
                if spoken >= called {
                    break;
                }
                if Instant::now() > until {
                    let name = &host.name;
                    return Err(Failure::Wrong(format!("{name} met nobody in its tunnel: {told}")));
                }
                std::thread::sleep(AGAIN);
            }
        }
    }
    Ok(())
}
