//! What the image of every system brings by itself so that somebody can administer it: a server of SSH, and a
//! user who may become root. Its keys are those that whatever makes the machine gives it (cloud-init, Ignition).

use super::Part;
use super::part::base;
use fmc_config::Cause;
use fmc_model::cloud::Host;
use fmc_model::setup::{Command, Process, Ready, throwaway_key};
use fmc_model::{Cloud, SshKey, Text};
use fmc_secrets::Secrets;
use fmc_sys::Placed;
use std::fmt::Write as _;

const PROGRAM: &str = "/usr/sbin/sshd";

/// Users that no package brought, of images (sysusers.d(5)).
const USERS: &str = "/etc/sysusers.d/fmc-image.conf";

/// Adds it to the part of a host. Where something that was built runs a server of SSH, that is the one.
pub(super) fn add(cloud: &Cloud, host: &Host, secrets: &Secrets, part: &mut Part) {
    let Some(system) = host.system.filter(|_| !host.managed) else { return };
    let name = system.administrator();
    let user = format!("u {name} - \"administers\" /home/{name} /bin/bash\n");
    part.files.push(Placed::new(USERS, user));
    let mut keys = String::new();
    for key in cloud.administrators(host).iter().flat_map(|it| &it.ssh_keys) {
        let _ = writeln!(keys, "{}", key.as_str());
    }
    if !keys.is_empty() {
        let path = format!("/home/{name}/.ssh/authorized_keys");
        let keys = with_own(cloud, secrets, keys, part);
        part.files.push(Placed::new(path, keys).mode(0o600).owner(name));
    }
    let is_server = |it: &Process| it.starts().iter().any(|it| base(it) == base(PROGRAM));
    if !part.processes.iter().any(is_server) {
        let command = Command::new(PROGRAM, ["-D", "-e"]);
        let cause = Cause::new(host.origin.place, "host");
        let mut process = Process::daemon(system.term("sshd"), command, Ready::Started, cause);
        process.run_folders = vec!["sshd".to_owned()];
        part.processes.push(process);
        part.stand_ins.push(Text::of(
            "sshd with the settings of Debian, for that of its image",
            "sshd con la configuración de Debian, por el de su imagen",
        ));
    }
}

/// What a file says, with keys and certificates of the rehearsal in the place of those of people and of others:
/// nobody else has what belongs to theirs.
pub(super) fn with_own(cloud: &Cloud, secrets: &Secrets, text: String, part: &mut Part) -> String {
    // Files without any are left alone: every key in base64 begins with the length of its kind.
    if !text.contains(" AAAA") && !text.contains("-----BEGIN") {
        return text;
    }
    let before = text.clone();
    let mut text = text;
    let setups = cloud.hosts.values().filter_map(|it| cloud.setup(it.id).stand_in.as_deref());
    for (written, secret) in setups.flat_map(|it| &it.instead) {
        if let Some(own) = secrets.value(secret).filter(|_| text.contains(written)) {
            text = text.replace(written, &own);
        }
    }
    for of in cloud.outside.values() {
        for person in &of.people {
            for key in person.ssh_keys.iter().map(SshKey::as_str) {
                let Some(written) = words(key).filter(|it| text.contains(it)) else { continue };
                if let Some(own) = secrets.ssh_public(&throwaway_key(of, person)) {
                    text = text.replace(&written, &own);
                }
            }
        }
    }
    let said = Text::of(
        "keys and certificates that are made for the rehearsal, for those of people and of others",
        "claves y certificados hechos para el ensayo, por los de las personas y de otros",
    );
    if text != before && !part.stand_ins.contains(&said) {
        part.stand_ins.push(said);
    }
    text
}

/// A key without its comment.
fn words(key: &str) -> Option<String> {
    let mut words = key.split_whitespace();
    Some(format!("{} {}", words.next()?, words.next()?))
}
