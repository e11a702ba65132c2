//! NFS-Ganesha is started with its file, and its clients come.

use super::Stage;
use super::clients::{come_from, own_address, stranger};
use super::tools::{PATIENCE, Verdict, one, run};
use fmc_model::cloud::{End, Flow};
use fmc_sys::Command;
use std::net::IpAddr;

/// It comes up without a word of complaint about its file; whoever was named for a folder reaches
/// it, and a stranger does not.
pub(crate) fn ganesha(path: &str, stage: &Stage<'_>) -> Verdict {
    let on = &stage.on;
    one(&Command::new("mkdir").args(["-p", "/run/ganesha", "/var/lib/nfs/ganesha"]), on)?;
    let command = Command::new("ganesha.nfsd").args(["-F", "-L", "STDERR", "-f", path]);
    let command = command.args(["-p", "/run/ganesha/ganesha.pid"]);
    let mut daemon = on.spawn(&command).map_err(|it| format!("{command}: {it}"))?;
    let up = |it: &fmc_sys::Outcome| it.talk().contains("NFS SERVER INITIALIZED");
    let up = daemon.wait_until(PATIENCE, up).map_err(|it| it.to_string())?;
    let talk = daemon.so_far().talk();
    // Debian's build can read its file from an object store too, and misses the library for that.
    let complaint = |it: &&str| {
        let it = it.to_lowercase();
        it.contains(":config :") && (it.contains(":crit :") || it.contains(":warn :"))
    };
    if let Some(line) = talk.lines().filter(|it| !it.contains("RADOS")).find(complaint) {
        return Err(line.to_owned());
    }
    let Some(server) = own_address(stage).filter(|_| up) else { return Err(talk) };
    let folders: Vec<String> =
        stage.cloud.setup(stage.host.id).directories.keys().cloned().collect();
    for folder in folders.iter().filter(|it| stage.shares.contains(it)) {
        let list =
            Command::new("nfs-ls").arg(format!("nfs://{}{folder}?version=4", stage.host.name));
        let why = format!("mounts {folder}");
        let flows = stage
            .cloud
            .flows
            .iter()
            .filter(|it| it.service == "nfs" && it.reasons.iter().any(|it| it.why.en == *why));
        for client in flows.flat_map(|it| addresses(it, stage)) {
            come_from(client, server, on)?;
            let outcome = run(&list, on)?;
            if !outcome.success() {
                return Err(format!("{client} is refused {folder}: {}", outcome.talk()));
            }
        }
        come_from(stranger(server), server, on)?;
        let outcome = run(&list, on)?;
        if outcome.success() || !outcome.talk().contains("NFS4ERR_NOENT") {
            return Err(format!("a stranger is not refused {folder}: {}", outcome.talk()));
        }
    }
    Ok(())
}

fn addresses(flow: &Flow, stage: &Stage<'_>) -> Vec<IpAddr> {
    let End::Hosts(hosts) = &flow.from else { return Vec::new() };
    let version = own_address(stage).is_some_and(|it| it.is_ipv4());
    let known = |id| stage.cloud.host(id).primary_addresses().find(|it| it.is_ipv4() == version);
    hosts.iter().filter_map(known).collect()
}
