//! OpenSSH reads its files, and says what it will do.

use super::tools::{Verdict, one, run};
use super::{Stage, told};
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

/// It is accepted, and what it means for each person is what was meant.
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
    Ok(())
}

/// Every line is a public key.
pub(crate) fn keys(path: &str, on: &Sandbox) -> Verdict {
    one(&Command::new("ssh-keygen").args(["-l", "-f", path]), on)
}

/// Every host of it is found at an address that it has; through the bastion, where it is for people.
pub(crate) fn ssh(path: &str, text: &str, stage: &Stage<'_>) -> Verdict {
    let for_people = path.starts_with("/etc/fmc/people/");
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
