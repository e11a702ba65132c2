//! FreeIPA's installer is told what it is told, without its passwords being seen; and the directory and
//! the KDC that stand in for it are made, started with their files, and asked.

use super::tools::{PATIENCE, Verdict, one, run};
use super::{Given, Stage, root, told};
use fmc_model::cloud::Host;
use fmc_model::setup::{Run, Setup};
use fmc_sys::{Command, Link, Outcome, Placed, Process, Sandbox};
use std::time::Instant;

const INSTANCE: &str = "/etc/fmc/directory/instance.inf";
const OPTIONS: &str = "/etc/fmc/freeipa/install.options";

/// How names of processes of the KDC and of the directory begin.
pub(crate) const KERBEROS: &str = "fmc-kdc";
pub(crate) const DIRECTORY: &str = "fmc-directory";

/// In place of the installer: it takes the options that the real one takes without an argument or with
/// one (its manual page), and tells what it was told and what others could see of it.
const INSTALLER: &str = "\
import argparse
import ipaddress
import ssl
import sys

parser = argparse.ArgumentParser(allow_abbrev=False)
for name in 'unattended no-pkinit no-ntp no-ssh no-sshd no-dns-sshfp mkhomedir setup-dns'.split():
    parser.add_argument('--' + name, action='store_true')
for name in 'realm domain hostname ds-password admin-password ca-cert-file'.split():
    parser.add_argument('--' + name, required=True)
for name in 'dirsrv-pin http-pin'.split():
    parser.add_argument('--' + name, required=True)
parser.add_argument('--ip-address', action='append', type=ipaddress.ip_address, required=True)
for name in 'dirsrv-cert-file http-cert-file'.split():
    parser.add_argument('--' + name, action='append', required=True)
told = parser.parse_args()
assert told.unattended and not told.setup_dns
assert told.realm == told.realm.upper() and told.hostname.endswith('.' + told.domain)
assert len(told.ds_password) >= 8 and len(told.admin_password) >= 8
assert told.ds_password != told.admin_password
for files in (told.dirsrv_cert_file, told.http_cert_file):
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*files)
ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(told.ca_cert_file)
with open('/proc/self/cmdline') as seen:
    seen = seen.read()
assert told.ds_password not in seen and told.admin_password not in seen
print('realm', told.realm, 'host', told.hostname, *told.ip_address)
";

/// The command of its unit takes the options to the installer, which understands them.
pub(crate) fn installed(stage: &Stage<'_>) -> Verdict {
    let on = &stage.on;
    let here = stage.cloud.setup(stage.host.id);
    let unit = here.processes.iter().find(|it| it.name == "freeipa-install").ok_or("no unit")?;
    let Run::Once { start, .. } = &unit.run else { return Err("it is done once".to_owned()) };
    one(&Command::new("tee").arg("/usr/sbin/ipa-server-install").input(INSTALLER), on)?;
    let [install, mark] = &start[..] else { return Err("two commands".to_owned()) };
    let command = Command::new(&install.program).args(&install.arguments);
    let outcome = run(&command, on)?;
    let host = &stage.host;
    let realm = host.roles.iter().find_map(|it| it.settings.get("realm")).ok_or("no realm")?;
    let addresses: Vec<String> = host.primary_addresses().map(|it| it.to_string()).collect();
    let wanted = format!("realm {realm} host {} {}", host.fqdn, addresses.join(" "));
    if !outcome.success() || outcome.text().trim() != wanted {
        return Err(told(&command, &outcome));
    }
    one(&Command::new(&mark.program).args(&mark.arguments), on)?;
    let done = unit.done.as_ref().ok_or("it is done again and again")?;
    one(&Command::new("test").args(["-e", done]), on)?;
    if stage.files.iter().any(|it| it.path == OPTIONS && it.mode == 0o600) {
        Ok(())
    } else {
        Err("others may read it".to_owned())
    }
}

/// A password in a file of answers.
fn password<'f>(path: &str, files: &'f [Given]) -> Result<&'f str, String> {
    let file = files.iter().find(|it| it.path == path).ok_or(path)?;
    file.text.lines().last().ok_or_else(|| format!("{path} is empty"))
}

/// The realm and the directory are made as their units make them, and come up; a password gives a
/// ticket, and a wrong one does not; the manager is let in over a TLS that is checked, and nobody else.
/// With a `part`, only processes whose names begin so are tried.
pub(crate) fn asked(
    host: &Host,
    setup: &Setup,
    files: &[Given],
    domain: &str,
    part: &str,
) -> Verdict {
    let processes = || setup.processes.iter().filter(|it| it.name.starts_with(part));
    let addresses = host.primary_addresses();
    let link =
        addresses.fold(Link::new("eth0"), |it, address| it.address(ipnet::IpNet::from(address)));
    let line = |it| format!("{it} {} {}", host.fqdn, host.name);
    let names: Vec<String> = host.primary_addresses().map(line).collect();
    let placed = files.iter().map(|it| Placed::new(&it.path, &*it.text).mode(it.mode));
    let sandbox = fmc_sys::Setup::over(root()).hostname(&host.fqdn).link(link).files(placed);
    let names = format!("127.0.0.1 localhost\n{}\n", names.join("\n"));
    let on = sandbox.file(Placed::new("/etc/hosts", names)).start().map_err(|it| it.to_string())?;
    one(&Command::new("ip").args(["link", "set", "lo", "up"]), &on)?;
    for process in processes() {
        let Run::Once { start, .. } = &process.run else { continue };
        for step in start {
            let mut command = Command::new(&step.program).args(&step.arguments);
            if let Some(path) = &process.input {
                let file = files.iter().find(|it| it.path == *path).ok_or("no answers")?;
                command = command.input(&*file.text);
            }
            one(&command.limit(3 * PATIENCE), &on).map_err(|it| format!("{it}\n{}", log(&on)))?;
        }
    }
    let daemons: Vec<Process<'_>> = processes()
        .filter_map(|it| match &it.run {
            Run::Daemon(command, _) => {
                Some(on.spawn(&Command::new(&command.program).args(&command.arguments)))
            }
            Run::Once { .. } => None,
        })
        .collect::<Result<_, _>>()
        .map_err(|it| it.to_string())?;
    if daemons.is_empty() {
        return Err("there is no daemon".to_owned());
    }
    if KERBEROS.starts_with(part) {
        tickets(&on, files)?;
    }
    if DIRECTORY.starts_with(part) { entries(&on, host, files, domain) } else { Ok(()) }
}

/// What the directory server told.
fn log(on: &Sandbox) -> String {
    let command = Command::new("tail").args(["-n", "40", "/var/log/dirsrv/slapd-fmc/errors"]);
    run(&command, on).map_or_else(|it| it, |it| it.text())
}

/// What succeeds in the end.
fn until(on: &Sandbox, command: &Command) -> Result<Outcome, String> {
    let start = Instant::now();
    loop {
        let outcome = run(command, on)?;
        if outcome.success() {
            return Ok(outcome);
        }
        if start.elapsed() > PATIENCE {
            return Err(told(command, &outcome));
        }
        std::thread::sleep(PATIENCE / 100);
    }
}

fn tickets(on: &Sandbox, files: &[Given]) -> Verdict {
    let admin = password("/etc/fmc/directory/admin.password", files)?;
    until(on, &Command::new("kinit").arg("admin").input(format!("{admin}\n")))?;
    let list = run(&Command::new("klist"), on)?.text();
    let realm = files.iter().find(|it| it.path == "/etc/krb5.conf").ok_or("no realm")?;
    let realm = realm.text.lines().find_map(|it| it.strip_prefix("default_realm = "));
    let realm = realm.ok_or("no realm")?;
    if !list.contains(&format!("krbtgt/{realm}@{realm}")) {
        return Err(list);
    }
    for (who, password) in [("admin", "wrong"), ("nobody", admin)] {
        let outcome = run(&Command::new("kinit").arg(who).input(format!("{password}\n")), on)?;
        if outcome.success() {
            return Err(format!("{who} has a ticket by `{password}`"));
        }
    }
    // It has none of the kinds that are broken (RFC 8429).
    let entry = Command::new("kadmin.local").args(["getprinc", "admin"]);
    let entry = run(&entry, on)?.text();
    let kinds: Vec<&str> =
        entry.lines().filter_map(|it| it.strip_prefix("Key: vno 1, ")).map(str::trim).collect();
    if kinds == ["aes256-cts-hmac-sha384-192", "aes256-cts-hmac-sha1-96"]
        && entry.contains("REQUIRES_PRE_AUTH")
    {
        Ok(())
    } else {
        Err(entry)
    }
}

fn entries(on: &Sandbox, host: &Host, files: &[Given], domain: &str) -> Verdict {
    let instance = files.iter().find(|it| it.path == INSTANCE).ok_or("no instance")?;
    let manager = instance.text.lines().find_map(|it| it.strip_prefix("root_password = "));
    let manager = manager.ok_or("no password")?;
    let suffix: Vec<String> = domain.split('.').map(|it| format!("dc={it}")).collect();
    let suffix = suffix.join(",");
    let search = |url: &str, trusted: bool, password: &str| {
        let url = format!("{url}://{}", host.fqdn);
        let mut command =
            Command::new("ldapsearch").args(["-x", "-LLL", "-H", &url, "-b", &suffix]);
        if !url.starts_with("ldaps") {
            command = command.arg("-ZZ");
        }
        if trusted {
            command = command.env("LDAPTLS_CACERT", "/etc/fmc/pki/directory/ca.crt");
        }
        command.args(["-D", "cn=Directory Manager", "-w", password, "-s", "base"])
    };
    let found = until(on, &search("ldaps", true, manager))?.text();
    if !found.contains(&format!("dn: {suffix}\n")) {
        return Err(found);
    }
    one(&search("ldap", true, manager), on)?;
    for command in [search("ldaps", false, manager), search("ldaps", true, "wrong")] {
        if run(&command, on)?.success() {
            return Err(format!("{command} is let in"));
        }
    }
    Ok(())
}
