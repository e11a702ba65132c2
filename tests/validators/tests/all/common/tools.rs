//! The tools that read generated files, each asked in the way in which it will be used.

use super::{
    Given, Stage, cluster, database, directory, edge, fetching, ingress, manager, names, pki,
    shapes, shares, shell, store, time, told,
};
use fmc_model::cloud::Host;
use fmc_sys::{Command, Host as _, Sandbox};
use std::time::Duration;

/// How long a daemon may take to come up on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What a tool says of a file: nothing if it takes it.
pub(crate) type Verdict = Result<(), String>;

/// Asks the tool that reads a file; `None` where none does that could be asked.
pub(crate) fn ask(file: &Given, stage: &Stage<'_>) -> Option<Verdict> {
    asked(file, stage).map(|it| it.1)
}

/// What the tool is that reads a file, and what it says of it.
pub(crate) fn asked(file: &Given, stage: &Stage<'_>) -> Option<(&'static str, Verdict)> {
    let (host, on) = (stage.host, &stage.on);
    let path = file.path.as_str();
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit('.').next().unwrap_or_default();
    if let Some(shape) = fmc_roles::shape_of(path)
        && let wrong @ Err(_) = shapes::check(path, &file.text, &shape)
    {
        return Some(("the keys that its daemon knows", wrong));
    }
    let verify = || quiet(&Command::new("systemd-analyze").args(["verify", path]), on);
    Some(match path {
        "/etc/fmc/firewall.nft" | "/etc/fmc/firewall-fallback.nft" => {
            ("`nft -c`, and `nft -f` twice", nft(path, on))
        }
        "/etc/haproxy/haproxy.cfg" => {
            ("`haproxy -c`", one(&Command::new("haproxy").args(["-c", "-f", path]), on))
        }
        "/etc/keepalived/keepalived.conf" => {
            ("`keepalived -t`", one(&Command::new("keepalived").args(["-t", "-f", path]), on))
        }
        "/etc/hosts" => ("`getent ahosts`", own_name(host, on)),
        _ if path.starts_with("/etc/fmc/keepalived/") => {
            ("`sh -n`", quiet(&Command::new("sh").args(["-n", path]), on))
        }
        "/etc/coredns/Corefile" => ("CoreDNS, started and asked", names::coredns(stage)),
        "/etc/chrony.conf" | "/etc/chrony/chrony.conf" => {
            ("`chronyd -p`", time::chronyd(path, stage))
        }
        "/etc/ssh/sshd_config" => ("`sshd -t`, and sshd, visited", shell::sshd(path, stage)),
        "/etc/ssh/ssh_config.d/fmc.conf" => {
            ("`ssh -G`", shell::ssh(path, &file.text, false, stage))
        }
        POSTGRES => ("PostgreSQL, started and asked", database::postgres(stage)),
        "/etc/ganesha/ganesha.conf" => {
            ("NFS-Ganesha, started and asked", shares::ganesha(path, stage))
        }
        "/etc/etcd/etcd.yml" => ("etcd, started", store::etcd(path, stage)),
        TRAEFIK => ("Traefik, started and visited", ingress::traefik(stage)),
        "/etc/containerd/config.toml" => ("containerd, started", cluster::containerd(file, stage)),
        "/etc/cni/net.d/10-fmc.conflist" => {
            ("the CNI plugins, run for two pods", cluster::network(file, stage))
        }
        // They are read with the files that name them; what is said of those holds of them too.
        "/etc/fmc/postgresql/pg_hba.conf" | "/etc/fmc/postgresql/pg_ident.conf" => {
            ("PostgreSQL, started and asked", read_by(POSTGRES, stage))
        }
        _ if path.starts_with("/etc/fmc/postgresql/apps/") => {
            ("PostgreSQL, started and asked", read_by(POSTGRES, stage))
        }
        "/etc/traefik/edge-ca.crt" => ("OpenSSL", edge::authority(path, on)),
        "/etc/traefik/sites/fmc.yml" | "/etc/traefik/users" | "/etc/traefik/kubeconfig" => {
            ("Traefik, started and visited", read_by(TRAEFIK, stage))
        }
        "/etc/fmc/freeipa/install.options" => {
            ("the options that `ipa-server-install` knows", directory::installed(stage))
        }
        fetching::LIST => ("the script that fetches, run", fetching::list(file, stage)),
        fetching::SCRIPT => ("`sh -n`", one(&Command::new("sh").args(["-n", path]), on)),
        "/etc/sysusers.d/fmc.conf" => {
            ("`systemd-sysusers`", quiet(&Command::new("systemd-sysusers").arg(path), on))
        }
        "/etc/tmpfiles.d/fmc.conf" => (
            "`systemd-tmpfiles --create`",
            quiet(&Command::new("systemd-tmpfiles").args(["--create", path]), on),
        ),
        "/etc/sysctl.d/90-fmc.conf" => ("`systemd-sysctl --strict`", sysctl(file, on)),
        _ if name.starts_with("service-accounts.") => {
            ("OpenSSL", cluster::account_keys(path, stage))
        }
        "/etc/kubernetes/resolv.conf" => return None,
        _ if path.starts_with("/etc/kubernetes/") => {
            ("the keys that Kubernetes knows", cluster::document(file, stage))
        }
        _ if path.starts_with("/etc/fmc/pki/") => ("OpenSSL", pki::accepted(path, on)),
        _ if stage.host.managed && extension == "json" => {
            ("nginx in the place of the provider", edge::accepted(file, stage))
        }
        _ if path.starts_with("/etc/wireguard/") => ("`wg setconf`", wireguard(path, name, on)),
        _ if name.ends_with(".service") => ("`systemd-analyze verify`", verify()),
        _ if path.starts_with("/etc/ssh/authorized_keys.d/") => {
            ("`ssh-keygen -l`", shell::keys(path, on))
        }
        _ if extension == "mount" || extension == "timer" => ("`systemd-analyze verify`", verify()),
        _ if extension == "nmconnection" => ("`nmcli --offline`", manager::profile(file, on)),
        _ if extension == "zone" => ("`named-checkzone`", names::zone(file, on)),
        _ if name.ends_with(".network") => {
            ("systemd-networkd, started", networkd(path, name, host, on))
        }
        _ if name.ends_with(".netdev") => ("systemd-networkd, started", netdev(path, name, on)),
        _ => return None,
    })
}

const POSTGRES: &str = "/etc/fmc/postgresql/postgresql.conf";
const TRAEFIK: &str = "/etc/traefik/traefik.yml";

/// What a daemon says of the file with which it starts, for one that it reads besides. Where all
/// files of a host are asked for, that is said once.
fn read_by(main: &str, stage: &Stage<'_>) -> Verdict {
    if !stage.alone.get() {
        return Ok(());
    }
    let file = stage.files.iter().find(|it| it.path == main).ok_or(main)?;
    ask(file, stage).unwrap_or_else(|| Err(format!("{main} has no reader")))
}

pub(crate) fn run(command: &Command, on: &Sandbox) -> Result<fmc_sys::Outcome, String> {
    on.run(command).map_err(|it| format!("{command}: {it}"))
}

/// A command that has to succeed.
pub(crate) fn one(command: &Command, on: &Sandbox) -> Verdict {
    let outcome = run(command, on)?;
    if outcome.success() { Ok(()) } else { Err(told(command, &outcome)) }
}

/// It is accepted, loads, and loads again over itself with nothing else touched.
fn nft(path: &str, on: &Sandbox) -> Verdict {
    one(&Command::new("nft").args(["-c", "-f", path]), on)?;
    one(&Command::new("nft").args(["add", "table", "inet", "foreign"]), on)?;
    one(&Command::new("nft").args(["-f", path]), on)?;
    one(&Command::new("nft").args(["-f", path]), on)?;
    let list = run(&Command::new("nft").args(["list", "tables"]), on)?.text();
    let tables: Vec<&str> = list.lines().collect();
    if tables == ["table inet foreign", "table inet fmc"] { Ok(()) } else { Err(list) }
}

/// It succeeds and also says nothing: of a misspelt value, systemd's tools only warn.
fn quiet(command: &Command, on: &Sandbox) -> Verdict {
    let outcome = run(command, on)?;
    if outcome.success() && outcome.talk().trim().is_empty() {
        Ok(())
    } else {
        Err(told(command, &outcome))
    }
}

/// The kernel has each parameter, and takes its value.
fn sysctl(file: &Given, on: &Sandbox) -> Verdict {
    one(&Command::new("/lib/systemd/systemd-sysctl").args(["--strict", &file.path]), on)?;
    for line in file.text.lines().filter(|it| !it.starts_with('#') && !it.is_empty()) {
        let (name, value) = line.split_once(" = ").ok_or(line)?;
        let path = format!("/proc/sys/{}", name.replace('.', "/"));
        let is = run(&Command::new("cat").arg(path), on)?.text();
        if is.trim() != value {
            return Err(format!("{line}: it is {is}"));
        }
    }
    Ok(())
}

/// The host's own name means its own address, and never that of the loopback interface.
fn own_name(host: &Host, on: &Sandbox) -> Verdict {
    let command = Command::new("getent").args(["ahosts", &host.fqdn]);
    let outcome = run(&command, on)?;
    let found = outcome.text();
    for address in host.primary_addresses() {
        let address = address.to_string();
        // Where no interface has an address of version 4, they are told as those of version 6.
        let is_it = |it: &str| it.strip_prefix("::ffff:").unwrap_or(it) == address;
        if !found.lines().filter_map(|it| it.split(' ').next()).any(is_it) {
            return Err(told(&command, &outcome));
        }
    }
    Ok(())
}

fn wireguard(path: &str, name: &str, on: &Sandbox) -> Verdict {
    let interface = name.trim_end_matches(".conf");
    let make = Command::new("wireguard-go").args(["-f", interface]);
    let daemon = on.spawn(&make).map_err(|it| format!("{make}: {it}"))?;
    // The interface is there before its daemon can be spoken to.
    let there = Command::new("wg").args(["show", interface]);
    let start = std::time::Instant::now();
    while !run(&there, on)?.success() && start.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(50));
    }
    let verdict = one(&Command::new("wg").args(["setconf", interface, path]), on);
    drop(daemon);
    verdict
}

/// It is started on the very interfaces, and says of everything that it does not understand.
fn networkd(path: &str, name: &str, host: &Host, on: &Sandbox) -> Verdict {
    let folders = ["links", "leases", "lldp"].map(|it| format!("/run/systemd/netif/{it}"));
    one(&Command::new("mkdir").arg("-p").args(&folders), on)?;
    one(&Command::new("chown").args(["-R", "systemd-network", "/run/systemd/netif"]), on)?;
    let command = Command::new("/lib/systemd/systemd-networkd").env("SYSTEMD_LOG_LEVEL", "info");
    let mut daemon = on.spawn(&command).map_err(|it| format!("{command}: {it}"))?;
    let interface = name.trim_start_matches("10-fmc-").trim_end_matches(".network");
    let configuring = format!("{interface}: Configuring with {path}");
    let seen = daemon
        .wait_until(PATIENCE, |it| it.talk().contains(&configuring))
        .map_err(|it| it.to_string())?;
    // Every address of the interface is there in the end, and so the file was not only read.
    let wanted: Vec<String> = host
        .nics
        .iter()
        .filter(|it| it.interface == interface)
        .flat_map(|it| it.addresses.iter().map(ToString::to_string))
        .collect();
    let show = Command::new("ip").args(["-oneline", "address", "show", interface]);
    let start = std::time::Instant::now();
    let mut found = String::new();
    while !wanted.iter().all(|it| found.contains(it)) && start.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(100));
        found = run(&show, on)?.text();
    }
    let talk = daemon.terminate(PATIENCE).map_err(|it| it.to_string())?.talk();
    let complaint = talk.lines().find(|it| it.contains(&format!("{path}:")));
    match complaint {
        Some(complaint) => Err(complaint.to_owned()),
        None if !seen => Err(format!("{path} was not used: {talk}")),
        None if !wanted.iter().all(|it| found.contains(it)) => {
            Err(format!("{wanted:?} are not there: {found}{talk}"))
        }
        None => Ok(()),
    }
}

/// networkd makes a bridge of it, and says of everything that it does not understand.
fn netdev(path: &str, name: &str, on: &Sandbox) -> Verdict {
    let command = Command::new("/lib/systemd/systemd-networkd").env("SYSTEMD_LOG_LEVEL", "info");
    let daemon = on.spawn(&command).map_err(|it| format!("{command}: {it}"))?;
    let interface = name.trim_start_matches("10-fmc-").trim_end_matches(".netdev");
    let show = Command::new("ip").args(["link", "show", "type", "bridge"]);
    let start = std::time::Instant::now();
    let mut found = String::new();
    while !found.contains(interface) && start.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(100));
        found = run(&show, on)?.text();
    }
    let talk = daemon.terminate(PATIENCE).map_err(|it| it.to_string())?.talk();
    let complaint = talk.lines().find(|it| it.contains(&format!("{path}:")));
    match complaint {
        Some(complaint) => Err(complaint.to_owned()),
        None if !found.contains(interface) => Err(format!("no bridge {interface}: {found}{talk}")),
        None => Ok(()),
    }
}
