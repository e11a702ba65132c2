//! What answers in place of apps, and of services whose program is a person's own: a cloud file names their
//! hosts and ports, and what they are is for who runs them. nginx says at each port which app it is, and on which host (<https://nginx.org/en/docs/>).

use super::Part;
use fmc_config::Cause;
use fmc_model::cloud::Host;
use fmc_model::setup::{Command, Process, Ready, Reload};
use fmc_model::{Cloud, Ports, Protocol, text};
use fmc_sys::Placed;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const PROGRAM: &str = "/usr/sbin/nginx";
const FILE: &str = "/etc/fmc/stand-in/apps.conf";

/// The name of the process.
const NAME: &str = "stand-in-apps";

/// How many ports of one service are answered at.
const WIDE: u16 = 64;

/// Adds what answers to the part of a host: where a person's own program is to serve, and where no role that runs
/// listens at the port of an app.
pub(super) fn add(cloud: &Cloud, host: &Host, part: &mut Part) {
    let missing = cloud.setup(host.id).missing.iter();
    let own: BTreeSet<&str> = missing.filter(|it| it.own).map(|it| &*it.cause.by).collect();
    let mut served: BTreeMap<u16, &str> = BTreeMap::new();
    for role in own {
        if !part.partly.remove(role) {
            continue;
        }
        let offers = cloud.offers.iter().filter(|it| it.hosts.contains(host.id) && it.role == role);
        for (offer, ports) in offers.flat_map(|it| it.ports.iter().map(move |ports| (it, ports))) {
            if ports.protocol == Protocol::Tcp && ports.last - ports.first < WIDE {
                served.extend((ports.first..=ports.last).map(|it| (it, offer.service.as_str())));
            } else {
                // Datagrams are answered in words of their own, and each port takes sockets.
                part.partly.insert(role.to_owned());
            }
        }
    }
    let told = |it: &&str| text!("nginx, for {it}", "nginx, por {it}");
    part.stand_ins.extend(served.values().collect::<BTreeSet<_>>().into_iter().map(told));
    let runs = |role: &str| !part.partly.contains(role);
    let offered = |port: u16| {
        let mut own = cloud.offers.iter().filter(|it| it.hosts.contains(host.id));
        own.any(|it| {
            let is_at =
                |it: &Ports| it.protocol == Protocol::Tcp && (it.first..=it.last).contains(&port);
            runs(&it.role) && it.ports.iter().any(is_at)
        })
    };
    let here = cloud.apps.values().filter(|it| it.hosts.contains(host.id));
    // Where there is a kubelet, pods are what is written.
    let is_node = part.process("kubelet").is_some();
    let (pods, here): (Vec<_>, Vec<_>) = here.partition(|it| is_node && it.pods.is_some());
    let images = pods.iter().filter_map(|it| Some(it.pods.as_ref()?.image.looked_for()));
    part.images.extend(images);
    let here = here.into_iter();
    let apps: BTreeMap<u16, &str> =
        here.filter(|it| !offered(it.port)).map(|it| (it.port, it.name.as_str())).collect();
    let told = |it: &&str| text!("nginx, for the app {it}", "nginx, por la aplicación {it}");
    part.stand_ins.extend(apps.values().map(told));
    served.extend(apps);
    if served.is_empty() {
        return;
    }
    part.files.push(Placed::new(FILE, file(&served, host)));
    let command = Command::new(PROGRAM, ["-c", FILE, "-g", "daemon off;"]);
    let cause = Cause::new(host.origin.place, "apps");
    let mut process = Process::daemon(NAME, command, Ready::Started, cause);
    process.files = vec![FILE.to_owned()];
    process.reload = Some(Reload::Signal("HUP"));
    part.processes.push(process);
}

fn file(apps: &BTreeMap<u16, &str>, host: &Host) -> String {
    let mut text = format!(
        "worker_processes 1;
pid /run/{NAME}.pid;
error_log stderr;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  default_type text/html;
"
    );
    for (port, app) in apps {
        let name = &host.name;
        let _ = write!(
            text,
            "  server {{
    listen {port};
    listen [::]:{port};
    add_header X-Answered-By {name};
    location / {{ return 200 '<!doctype html><title>{app}</title><h1>{app}</h1><p>{name}</p>\\n'; }}
  }}
"
        );
    }
    text + "}\n"
}
