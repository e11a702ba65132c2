//! The names of the cloud, forward and reverse; everything else is asked of public resolvers.

use fmc_config::Cause;
use fmc_config::blocks::{BlockStyle, Blocks};
use fmc_config::zone::{ZoneData, ZoneFile, ZoneRecord};
use fmc_model::cloud::{End, NetworkKind, Zone, ZoneKind};
use fmc_model::read::{At, OneOrMany};
use fmc_model::role::{
    About, Admission, Configuration, Declaration, Kind, Linked, Member, Minimum, Need, RecordData,
    Redundancy, Role, Selector, SelectorKind, Takeover, Target, Waits,
};
use fmc_model::setup::{Attempt, Command, Process, Ready, Reload};
use fmc_model::{Duration, Ports, Text, Words, record, text};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(crate) const ROLE: Kind = Kind::of::<Coredns>(&About {
    name: "coredns",
    label: "CoreDNS",
    icon: "coredns",
    summary: Words("answers for the names of the cloud", "responde por los nombres de la nube"),
    manual: "https://coredns.io/manual/toc/",
    systems: &[],
    minimum: Minimum::of(1, 128, 5),
    example: "\
version: 1
name: named
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  names: { os: debian, nics: { lan: 11 }, roles: { coredns: { forward: [8.8.8.8, 8.8.4.4] } } }
  server: { os: debian, nics: { lan: 12 } }
",
});

record! {
    /// The resolver of the cloud.
    pub struct Coredns ("role `coredns`", "rol `coredns`") {
        /// Public resolvers for all other names; 9.9.9.9 and 1.1.1.1 (or their version 6 addresses) if left out.
        forward: OneOrMany<At<IpAddr>>,
    }
}

const FORWARD: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(9, 9, 9, 9)), IpAddr::V4(Ipv4Addr::new(1, 1, 1, 1))];
/// The same two for a host that has no address of version 4.
const FORWARD_V6: [IpAddr; 2] = [
    IpAddr::V6(Ipv6Addr::new(0x2620, 0xfe, 0, 0, 0, 0, 0, 0xfe)),
    IpAddr::V6(Ipv6Addr::new(0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1111)),
];

impl Role for Coredns {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::AnyOf);
        out.takeover(Takeover {
            what: Text::of("names of another resolver", "nombres de otro resolutor"),
            waits: Waits::Clients,
            least: Duration(0),
            most: PATIENCE,
            why: text!(
                "{PATIENCE} of waiting for who is gone",
                "{PATIENCE} de esperar a quien falta"
            ),
            timer: None,
        });
        out.offer("dns", [Ports::udp(53), Ports::tcp(53)]);
        let mut forward: Vec<IpAddr> = self.forward.iter().map(|it| it.value).collect();
        if forward.is_empty() {
            let v4 = on.host.addresses().any(|it| it.is_ipv4());
            forward = if v4 { FORWARD } else { FORWARD_V6 }.into();
        }
        // The resolver itself must resolve before it runs, so it asks where it forwards to.
        out.resolve_with(forward.iter().copied());
        let names = forward.iter().map(|it| it.to_string().into()).collect();
        out.need(
            Need::of(
                "dns-forward",
                Text::of(
                    "asks public resolvers for all other names",
                    "pregunta a servidores públicos por los demás nombres",
                ),
            )
            .to(Target::Outside(names, vec![Ports::udp(53), Ports::tcp(53)])),
        );
        let in_tunnel = |name: &fmc_model::Name| {
            on.site.networks.get(name).is_some_and(|it| it.kind == NetworkKind::Wireguard)
        };
        for people in on.site.outside.values().filter(|it| it.networks.iter().any(in_tunnel)) {
            let from =
                Selector { kind: Some(SelectorKind::Outside), pattern: people.name.to_string() };
            out.admit(Admission {
                service: "dns".into(),
                from: At::new(from, people.origin.place),
                pods: false,
                written: false,
                why: Text::of(
                    "people in the tunnel use the names of the cloud",
                    "la gente del túnel usa los nombres de la nube",
                ),
            });
        }
    }

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        let program = out.program("coredns");
        let mut file = Blocks::new(BlockStyle::Braced);
        let mut files = vec![FILE.to_owned()];
        let ours = on.cloud.zones.iter().filter(|it| it.kind != ZoneKind::Public);
        for zone in ours.filter(|it| !it.records.is_empty()) {
            let path = format!("/etc/coredns/zones/{}.zone", zone.name);
            let block = server(on, &zone.name, &mut file);
            block.with(["file", &path]);
            out.file_by(&path, || zone_file(on, zone));
            files.push(path);
        }
        forward(on, &mut file);
        out.file(FILE, file);
        let without = text!(
            "every name outside of the cloud ends in an error",
            "todo nombre de fuera de la nube acaba en error"
        );
        out.essential(FILE, &["forward "], without);
        out.user(program.user.clone(), "/");
        let command = Command::new(program.path, ["-conf", FILE]);
        let mut process = Process::daemon("coredns", command, Ready::Started, on.cause())
            .described("names of the cloud", ROLE.about.manual);
        process.user = program.user.into_owned();
        process.capabilities = vec!["CAP_NET_BIND_SERVICE"];
        // It reads everything again, and goes on answering meanwhile (coredns(1)).
        process.reload = Some(Reload::Signal("USR1"));
        process.files = files;
        out.process(process);
        let dns = Ports { last: 53, ..Ports::tcp(53) };
        for address in listening(on) {
            let what = text!("names are resolved at {address}", "{address} resuelve nombres");
            out.probe(what, Attempt::Connect(address, dns));
        }
    }
}

const FILE: &str = "/etc/coredns/Corefile";

/// How long answers may be kept, in seconds.
const TTL: u32 = (fmc_model::cloud::TTL.0 / 1000) as u32;

/// How long a client waits for a resolver before it asks the next one, where nothing else is said: the
/// library of C by [resolv.conf(5)](https://man7.org/linux/man-pages/man5/resolv.conf.5.html), and
/// systemd-resolved as well.
const PATIENCE: Duration = Duration::seconds(5);

/// An hour, ten minutes, a day, and as long as an answer: there are no secondaries that would ask.
const TIMES: [u32; 4] = [3600, 600, 86400, TTL];

/// The addresses at which it listens: those of its networks, and that of the host itself. Never all
/// of them: systemd-resolved has port 53 of another address of the loopback interface, and what is
/// public is nobody's resolver.
fn listening(on: &Linked<'_>) -> Vec<IpAddr> {
    let inside = on.host.nics.iter().filter(|it| {
        on.cloud.networks.get(&it.network).is_some_and(|it| it.kind != NetworkKind::Public)
    });
    let own = inside.flat_map(|it| it.addresses.iter().map(ipnet::IpNet::addr));
    own.chain([IpAddr::V4(Ipv4Addr::LOCALHOST)]).collect()
}

/// A block for a zone, with what all of them have.
fn server<'f>(
    on: &Linked<'_>,
    zone: &str,
    file: &'f mut Blocks,
) -> &'f mut fmc_config::blocks::Statement {
    let block = file.block([zone], &on.cause());
    let bind = std::iter::once("bind".to_owned());
    block.with(bind.chain(listening(on).iter().map(ToString::to_string)));
    block.with(["errors"])
}

/// All other names: without this block each of them would be refused.
fn forward(on: &Linked<'_>, file: &mut Blocks) {
    let block = server(on, ".", file);
    for flow in on.flows_from().filter(|it| it.service == "dns-forward") {
        let End::Internet(names) = &flow.to else { continue };
        let cause = on.cause_of(flow);
        let words = ["forward", "."].map(str::to_owned).into_iter().chain(names.iter().cloned());
        let all = block.inner(words, &cause);
        // In the order of the file, as people expect of resolvers: the second is for when the first
        // is gone.
        all.with(["policy", "sequential"]).with(["health_check", "2s"]);
    }
    block.with(["cache", &TTL.to_string()]).with(["loop"]);
}

fn zone_file(on: &Linked<'_>, zone: &Zone) -> ZoneFile {
    let cause = on.cause();
    let servers: Vec<String> = on
        .cloud
        .hosts
        .values()
        .filter(|it| it.has_role(ROLE.about.name))
        .map(|it| format!("{}.", it.fqdn))
        .collect();
    let mut records: Vec<ZoneRecord> = Vec::new();
    let mut add = |name: &str, data: ZoneData, cause: &Cause| {
        records.push(ZoneRecord { name: name.to_owned(), data, cause: cause.clone() });
    };
    for server in &servers {
        add("@", ZoneData::Ns(server.clone()), &cause);
    }
    for record in &zone.records {
        add(&record.name, data(&record.data), &on.cause_at(&record.origin));
    }
    let soa = ZoneData::Soa {
        server: servers.first().cloned().unwrap_or_else(|| format!("{}.", on.host.fqdn)),
        contact: format!("hostmaster.{}.", on.cloud.domain),
        serial: serial(&records),
        times: TIMES,
    };
    records.insert(0, ZoneRecord { name: "@".to_owned(), data: soa, cause });
    ZoneFile { origin: whole(&zone.name), ttl: TTL, records }
}

fn data(data: &RecordData) -> ZoneData {
    match data {
        RecordData::A(address) => ZoneData::A(*address),
        RecordData::Aaaa(address) => ZoneData::Aaaa(*address),
        RecordData::Cname(name) => ZoneData::Cname(whole(name)),
        RecordData::Ptr(name) => ZoneData::Ptr(whole(name)),
        RecordData::Srv(priority, weight, port, host) => {
            ZoneData::Srv(*priority, *weight, *port, whole(host))
        }
        RecordData::Txt(text) => ZoneData::Txt(text.clone()),
    }
}

/// A name with its final point.
fn whole(name: &str) -> String {
    if name.ends_with('.') { name.to_owned() } else { format!("{name}.") }
}

/// A serial that is another one as soon as the zone is. That is all that CoreDNS asks of it: it reads
/// a file anew when its serial changes, and no secondary compares which is greater. It is FNV-1a
/// (<https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>).
fn serial(records: &[ZoneRecord]) -> u32 {
    let lines = records.iter().map(|it| format!("{} {}\n", it.name, it.data));
    let add = |hash: u32, it: u8| (hash ^ u32::from(it)).wrapping_mul(0x0100_0193);
    lines.fold(0x811c_9dc5, |hash, it| it.bytes().fold(hash, add))
}
