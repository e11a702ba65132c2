//! OpenSSH reads its files, and says what it will do.

use super::tools::{PATIENCE, Verdict, one, run};
use super::{Stage, told};
use fmc_model::cloud::System;
use fmc_sys::{Command, Sandbox};

/// What must hold for everybody who comes in.
const HARD: [&str; 10] = [
    "permitrootlogin no",
    "passwordauthentication no",
    "kbdinteractiveauthentication no",
    "pubkeyauthentication yes",
    "authenticationmethods publickey",
    "allowtcpforwarding local",
    "permitopen *:22",
    "x11forwarding no",
    "allowagentforwarding no",
    "permittunnel no",
];

/// It is accepted, and what it means for each person is what was meant: who comes is let in, or not.
pub(crate) fn sshd(path: &str, stage: &Stage<'_>) -> Verdict {
    let on = &stage.on;
    one(&Command::new("ssh-keygen").arg("-A"), on)?;
    one(&Command::new("mkdir").args(["-p", "/run/sshd"]), on)?;
    one(&Command::new("/usr/sbin/sshd").args(["-t", "-f", path]), on)?;
    let prefix = "/etc/ssh/authorized_keys.d/";
    let people = stage.files.iter().filter_map(|it| it.path.strip_prefix(prefix));
    for person in people.chain(["stranger"]) {
        let who = format!("user={person},host=outside,addr=192.0.2.1");
        let command = Command::new("/usr/sbin/sshd").args(["-T", "-f", path, "-C", &who]);
        let means = run(&command, on)?.text();
        let keys = if person == "stranger" {
            ".ssh/authorized_keys"
        } else {
            "/etc/ssh/authorized_keys.d/%u"
        };
        let keys = format!("authorizedkeysfile {keys}");
        for wanted in HARD.into_iter().chain([keys.as_str()]) {
            // More may follow: the usual files of keys are two.
            if !means.lines().any(|it| it.split(" .ssh/authorized_keys2").next() == Some(wanted)) {
                return Err(format!("{person}: not `{wanted}`\n{means}"));
            }
        }
    }
    administered(stage)?;
    visited(path, stage)
}

/// Whoever administers it may become root: the keys of the user who may are those of its administrators,
/// every one of them and no other.
fn administered(stage: &Stage<'_>) -> Verdict {
    let mut wanted: Vec<&str> = stage
        .cloud
        .administrators(stage.host)
        .iter()
        .flat_map(|it| it.ssh_keys.iter().map(fmc_model::SshKey::as_str))
        .collect();
    let user = stage.host.system.map_or("root", System::administrator);
    let path = format!("/etc/ssh/authorized_keys.d/{user}");
    let file = stage.files.iter().find(|it| it.path == path);
    let lines = file.map_or("", |it| &it.text).lines().filter(|it| !it.starts_with('#'));
    let mut known: Vec<&str> = lines.filter(|it| !it.is_empty()).collect();
    for all in [&mut wanted, &mut known] {
        all.sort_unstable();
    }
    wanted.dedup();
    if wanted == known { Ok(()) } else { Err(format!("{user} has {known:?}, not {wanted:?}")) }
}

/// Every person of the file comes in with their own key, and nobody else does: not whom the image has,
/// if nobody administers, nor somebody with an account and a key.
fn visited(path: &str, stage: &Stage<'_>) -> Verdict {
    let on = &stage.on;
    let prefix = "/etc/ssh/authorized_keys.d/";
    let people = stage.files.iter().filter_map(|it| it.path.strip_prefix(prefix));
    let people: Vec<&str> = people.collect();
    let own = stage.host.system.map_or("root", System::administrator);
    let others = [own, "stranger", "root"];
    let script = |text: String| one(&Command::new("sh").args(["-ec", &text]), on);
    script("ip link set lo up; ssh-keygen -q -t ed25519 -N '' -f /run/key".to_owned())?;
    for person in &people {
        script(format!("cat /run/key.pub > {prefix}{person}"))?;
    }
    for other in others {
        script(format!(
            "id {other} > /dev/null 2>&1 || useradd -m {other}; home=$(getent passwd {other} | cut -d: -f6)
            install -d -m 700 -o {other} $home/.ssh; install -m 600 -o {other} /run/key.pub $home/.ssh/authorized_keys"
        ))?;
    }
    let command = Command::new("/usr/sbin/sshd").args(["-D", "-e", "-f", path]);
    let mut daemon = on.spawn(&command).map_err(|it| format!("{command}: {it}"))?;
    let ready = |it: &fmc_sys::Outcome| it.talk().contains("Server listening on");
    if !daemon.wait_until(PATIENCE, ready).map_err(|it| it.to_string())? {
        return Err(told(&command, daemon.so_far()));
    }
    let mut comes = |who: &str| {
        let options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes"];
        let options = options.iter().flat_map(|it| ["-o", it]);
        let ssh = Command::new("ssh").args(["-F", "none", "-i", "/run/key"]).args(options);
        let outcome = run(&ssh.args([&format!("{who}@127.0.0.1"), "true"]), on)?;
        daemon.wait_until(PATIENCE / 1000, |_| false).map_err(|it| it.to_string())?;
        let why = || format!("{who}: {}{}", outcome.talk(), daemon.so_far().talk());
        match (outcome.success(), outcome.talk().contains("Permission denied (publickey)")) {
            (true, _) => Ok(true),
            (_, true) => Ok(false),
            _ => Err(why()),
        }
    };
    for person in &people {
        if !comes(person)? {
            return Err(format!("{person} does not come in"));
        }
    }
    // Where nobody is known by name, it is the user of the image who comes in.
    if people.is_empty() && !comes(own)? {
        return Err(format!("{own} does not come in"));
    }
    let lets_in_own = people.is_empty() || people.contains(&own);
    for other in others.iter().filter(|it| !lets_in_own || **it != own) {
        if comes(other)? {
            return Err(format!("{other} comes in"));
        }
    }
    Ok(())
}

/// Every line is a public key.
pub(crate) fn keys(path: &str, on: &Sandbox) -> Verdict {
    one(&Command::new("ssh-keygen").args(["-l", "-f", path]), on)
}

/// Every host of it is found at an address that it has; through the bastion, where it is for people.
pub(crate) fn ssh(path: &str, text: &str, for_people: bool, stage: &Stage<'_>) -> Verdict {
    let names: Vec<&str> = text
        .lines()
        .filter_map(|it| it.strip_prefix("Host "))
        .filter_map(|it| it.split(' ').next())
        .collect();
    let bastion = stage.host.name.as_str();
    let targets = stage.cloud.flows.iter().filter(|it| {
        let from =
            matches!(&it.from, fmc_model::cloud::End::Hosts(set) if set.contains(stage.host.id));
        from && it.service == "ssh"
    });
    for flow in targets {
        let Some(hosts) = stage.cloud.hosts_at(&flow.to) else { continue };
        if let Some(missing) =
            hosts.names().find(|it| it.as_str() != bastion && !names.contains(&it.as_str()))
        {
            return Err(format!("{missing} is not there"));
        }
    }
    for name in names {
        let command = Command::new("ssh").args(["-G", "-F", path, name]);
        let outcome = run(&command, &stage.on)?;
        let means = outcome.text();
        let value = |key: &str| {
            means.lines().find_map(|it| it.strip_prefix(key)).map(|it| it.trim().to_owned())
        };
        let address = value("hostname ").unwrap_or_default();
        let known = stage.cloud.hosts[name].addresses().any(|it| it.to_string() == address);
        let through = value("proxyjump ");
        let wanted = (for_people && name != bastion).then(|| bastion.to_owned());
        if !outcome.success() || !known || through != wanted {
            return Err(told(&command, &outcome));
        }
    }
    Ok(())
}
