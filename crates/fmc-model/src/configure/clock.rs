//! The clock of a host: it follows those of the cloud, where there are some that it may ask. Where
//! there are none it is left to whatever its system does.

use super::HostPart;
use crate::cloud::{End, Flow};
use crate::role::{Configuration, Linked};
use crate::setup::{Attempt, Command, Expect, On, Process, Ready, Step};
use crate::system::Clock;
use crate::text;
use fmc_config::Cause;
use fmc_config::blocks::{BlockStyle, Blocks};
use fmc_config::ini::{Ini, IniStyle};
use std::net::IpAddr;

/// What makes the clock follow those of the cloud.
pub(super) fn clock(part: &HostPart<'_>) -> Configuration {
    let (cloud, id) = (part.cloud, part.host.id);
    let mut out = part.says(part.cause("clock"));
    let asks = |it: &&Flow| {
        it.service == "time" && matches!(&it.from, End::Hosts(set) if set.contains(id))
    };
    let mut servers: Vec<(IpAddr, Cause)> = Vec::new();
    for flow in cloud.flows.iter().filter(asks) {
        let End::Hosts(hosts) = &flow.to else { continue };
        let place = flow.reasons.first().map_or(part.host.origin.place, |it| it.origin.place);
        let cause = Cause::through(place, "clock", flow.id.as_str());
        let address = |id| Linked::address_between(part.host, cloud.host(id));
        servers.extend(hosts.iter().filter_map(address).map(|it| (it, cause.clone())));
    }
    if !servers.is_empty() {
        match part.system.table().clock {
            Clock::Timesyncd => timesyncd(&servers, &mut out),
            Clock::Chronyd => chronyd(part, &servers, &mut out),
        }
        if out.wants_probes() {
            probe(part, &servers, &mut out);
        }
    }
    out
}

/// How far a clock may be from those of the cloud, in seconds: Kerberos believes five minutes, and etcd warns
/// from one second on.
const OFF: f64 = 0.5;

/// It keeps the time of the cloud, and everybody whom it asks tells the same. What a probe asks besides is
/// asked in the same way, and nothing is set by it (`-Q`).
fn probe(part: &HostPart<'_>, servers: &[(IpAddr, Cause)], out: &mut Configuration) {
    let mut steps = Vec::new();
    if part.system.table().clock == Clock::Chronyd {
        // Once, and no further off than so much.
        let words = ["-n", "waitsync", "1", &OFF.to_string()].map(str::to_owned);
        steps.push(Step::new(On::Own, Command::new("chronyc", words)));
    }
    for (address, _) in servers {
        let asked = format!("server {address} iburst maxsamples 1");
        let command = Command::new("chronyd", ["-Q", "-t", "3", &asked]);
        steps.push(Step::new(On::Own, command).expects(Expect::AtMost("wrong by", OFF)));
    }
    let what = text!(
        "its clock is that of the cloud, by half a second",
        "su reloj es el de la nube, a medio segundo"
    );
    out.probe(what, Attempt::Steps(steps));
}

/// systemd-timesyncd
/// (<https://www.freedesktop.org/software/systemd/man/latest/timesyncd.conf.html>).
fn timesyncd(servers: &[(IpAddr, Cause)], out: &mut Configuration) {
    let whole = out.cause.clone();
    out.file_by("/etc/systemd/timesyncd.conf.d/90-fmc.conf", || {
        let mut ini = Ini::new(IniStyle::Tight);
        let section = ini.section("Time", &whole);
        for (address, cause) in servers {
            section.set_because("NTP", address, cause);
        }
        // Nobody else is to be asked: no flow lets it, and two clocks that disagree are worse than one.
        section.set("FallbackNTP", "");
        ini
    });
}

/// chronyd (<https://chrony-project.org/documentation.html>), which serves nobody here.
fn chronyd(part: &HostPart<'_>, servers: &[(IpAddr, Cause)], out: &mut Configuration) {
    let path = part.system.term("/etc/chrony.conf");
    let program = out.program("chronyd").path;
    let cause = out.cause.clone();
    out.file_by(path, || {
        let mut file = Blocks::new(BlockStyle::Indented);
        for (address, cause) in servers {
            file.add(["server", &address.to_string(), "iburst"], cause);
        }
        for words in [
            ["makestep", "1", "3"].as_slice(),
            &["rtcsync"],
            &["driftfile", "/var/lib/chrony/drift"],
            &["cmdport", "0"],
        ] {
            file.add(words, &cause);
        }
        file
    });
    let command = Command::new(program.clone(), ["-n", "-f", path]);
    let mut process = Process::daemon(part.system.term("chronyd"), command, Ready::Started, cause)
        .described("time of this host", "https://chrony-project.org/documentation.html");
    process.check = Some(Command::new(program, ["-p", "-f", path]));
    process.files = vec![path.to_owned()];
    out.process(process);
}
