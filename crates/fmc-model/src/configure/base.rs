//! What every host has without being asked: a firewall that is loaded before any interface is up,
//! and its own name.

use super::HostPart;
use super::firewall::{TABLE, fallback};
use crate::role::Configuration;
use crate::setup::{Command, Entry, FIREWALL_RULES, File, Process, Reload, Run};
use fmc_config::blocks::{BlockStyle, Blocks};
use fmc_config::nft::Ruleset;

/// Where those lie that hold if they cannot be loaded.
const FALLBACK: &str = "/etc/fmc/firewall-fallback.nft";

/// The rules of the firewall, and those in their place; and what loads them.
pub(super) fn firewall(part: &HostPart<'_>, rules: &Ruleset) -> Configuration {
    let cause = part.cause("firewall");
    let mut out = part.says(cause.clone());
    let nft = out.program("nft").path.into_owned();
    let file = |it: Ruleset| File::new(it, &cause).mode(0o600);
    out.entry_by(FIREWALL_RULES, || file(rules.clone()));
    out.entry_by(FALLBACK, || {
        let cloud = part.cloud;
        // Of what is asked for host by host, this too is found once.
        let traffic = || cloud.traffic().of_administration(cloud);
        file(fallback(part, cloud.deferred.administration.get_or_init(traffic)))
    });
    let load = Command::new(nft.clone(), ["-f", FIREWALL_RULES]);
    let mut process = Process::once("fmc-firewall", vec![load.clone()], cause.clone())
        .described("firewall of this host", "https://wiki.nftables.org/");
    // A host whose rules cannot be loaded, by a fault of theirs or of its kernel, would else come up
    // open. What was loaded before stays. The network waits for this: it is part of the unit's end.
    let either =
        format!("{nft} list table inet {TABLE} > /dev/null 2>&1 || exec {nft} -f {FALLBACK}");
    process.at_end = Some(Command::new("/bin/sh", ["-c", &either]));
    process.check = Some(Command::new(nft, ["-c", "-f", FIREWALL_RULES]));
    process.reload = Some(Reload::Command(load));
    process.before_network = true;
    process.files = vec![FIREWALL_RULES.to_owned()];
    if let Run::Once { stop, .. } = &mut process.run {
        // A firewall that is stopped stays: whoever wants it gone deletes the table.
        stop.clear();
    }
    out.process(process);
    for unit in part.system.table().masked {
        let link = Entry::Link("/dev/null".to_owned(), cause.clone());
        out.entry(format!("/etc/systemd/system/{unit}"), link);
    }
    out
}

/// The host's own name, which must never be an address of the loopback interface: what asks for it
/// would then offer itself there.
pub(super) fn names(part: &HostPart<'_>) -> Configuration {
    let cause = part.cause("host");
    let mut out = part.says(cause.clone());
    let host = part.host;
    out.file_by("/etc/hostname", || {
        let mut name = Blocks::new(BlockStyle::Indented);
        name.add([&host.fqdn], &cause);
        name
    });
    out.file_by("/etc/hosts", || {
        let mut hosts = Blocks::new(BlockStyle::Indented);
        hosts.add(["127.0.0.1", "localhost"], &cause);
        hosts.add(["::1", "localhost"], &cause);
        for address in host.primary_addresses() {
            hosts.add([address.to_string(), host.fqdn.clone(), host.name.to_string()], &cause);
        }
        hosts
    });
    let zone = format!("../usr/share/zoneinfo/{}", part.cloud.timezone.as_str());
    out.entry("/etc/localtime", Entry::Link(zone, cause));
    out
}
