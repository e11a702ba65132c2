//! etcd is started with its file, among as many others as it needs for a majority.

use super::tools::{PATIENCE, Verdict, one, run};
use super::{Stage, told};
use fmc_build::{Node, build};
use fmc_sys::Command;

const FILE: &str = "/etc/etcd/etcd.yml";

/// It agrees with the others and answers who shows a certificate; who shows none is turned away, be
/// it a client or a member.
pub(crate) fn etcd(path: &str, stage: &Stage<'_>) -> Verdict {
    let on = &stage.on;
    let own = stage.host.primary_addresses().next().ok_or("no address")?;
    one(&Command::new("ip").args(["link", "set", "lo", "up"]), on)?;
    let members = build(stage.cloud, "(test)", |it| it.has_role("etcd"));
    let enough = members.hosts.len() / 2;
    let others = members.hosts.iter().filter(|it| *it.0 != stage.host.name).take(enough);
    let mut daemons = Vec::new();
    for (at, (name, tree)) in others.enumerate() {
        let Node::File(file) = &tree.nodes[FILE] else { return Err("no file".to_owned()) };
        let host = &stage.cloud.hosts[name];
        for address in host.primary_addresses() {
            let length = if address.is_ipv4() { 32 } else { 128 };
            let address = format!("{address}/{length}");
            one(&Command::new("ip").args(["address", "replace", &address, "dev", "lo"]), on)?;
        }
        // It shares this host's loopback address and disk with the one that is tried.
        let text = file
            .printed
            .text()
            .replace("/var/lib/etcd/data", &format!("/tmp/{name}"))
            .replace(",https://127.0.0.1:2379", "")
            .replace("127.0.0.1:2381", &format!("127.0.0.1:{}", 2391 + at));
        let there = format!("/tmp/{name}.yml");
        one(&Command::new("tee").arg(&there).input(text), on)?;
        let command = Command::new("etcd").args(["--config-file", &there]);
        daemons.push(on.spawn(&command).map_err(|it| format!("{command}: {it}"))?);
    }
    let command = Command::new("etcd").args(["--config-file", path]);
    let mut daemon = on.spawn(&command).map_err(|it| format!("{command}: {it}"))?;
    let pki = "/etc/fmc/pki/etcd";
    let health = Command::new("etcdctl")
        .args(["--endpoints", &format!("https://{}", std::net::SocketAddr::new(own, 2379))])
        .args(["--cacert", &format!("{pki}/ca.crt"), "--cert", &format!("{pki}/etcd-server.crt")])
        .args(["--key", &format!("{pki}/etcd-server.key"), "endpoint", "health"]);
    let start = std::time::Instant::now();
    while !run(&health, on)?.success() {
        daemon.wait_until(PATIENCE / 100, |_| false).map_err(|it| it.to_string())?;
        let ended = daemon.so_far().status != fmc_sys::Status::Running;
        if ended || start.elapsed() > PATIENCE {
            return Err(told(&command, daemon.so_far()));
        }
    }
    for port in [2379, 2380] {
        let url = format!("https://{}/version", std::net::SocketAddr::new(own, port));
        let outcome = run(&Command::new("curl").args(["-sk", "--max-time", "5", &url]), on)?;
        if outcome.success() {
            return Err(format!("{url} answers anybody: {}", outcome.talk()));
        }
    }
    Ok(())
}
