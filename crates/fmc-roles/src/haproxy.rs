//! Spreads connections to a virtual address over those who serve behind it.
//!
//! What it balances follows from the virtual addresses that its host may hold (role `keepalived`)
//! and what they serve; a service that runs on the same host needs no balancer.

use fmc_config::blocks::{BlockStyle, Blocks, Statement};
use fmc_model::cloud::{End, Flow, OfferedService, Vip};
use fmc_model::read::At;
use fmc_model::role::{
    About, Alive, Configuration, Declaration, Health, Kind, Linked, Member, Minimum, Redundancy,
    Role,
};
use fmc_model::setup::{Attempt, Command, Process, Ready, Relay, RelayCheck, Reload, Selinux};
use fmc_model::{Duration, Ports, Text, Words, record, text};
use std::net::{IpAddr, SocketAddr};

pub(crate) const ROLE: Kind = Kind::of::<Haproxy>(&About {
    name: "haproxy",
    label: "HAProxy",
    icon: "haproxy",
    summary: Words(
        "spreads connections over those who serve behind a virtual address",
        "reparte conexiones entre quienes sirven tras una dirección virtual",
    ),
    manual: "https://docs.haproxy.org/",
    systems: &[],
    minimum: Minimum::of(1, 128, 5),
    example: "\
version: 1
name: balanced
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { site: { address: 192.168.0.10, serves: service } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { haproxy: , keepalived: { vips: [site] } } }
  server[1-2]: { os: debian, nics: { lan: 21+ }, roles: { service: { ports: { site: tcp/8080 } } } }
",
});

record! {
    /// A balancer.
    pub struct Haproxy ("role `haproxy`", "rol `haproxy`") {
        /// Time between two checks of a server; 1s if left out.
        interval: Option<At<Duration>>,
        /// How many failed checks count as a failure; 2 if left out.
        fall: Option<At<u8>>,
        /// How many good checks count as recovery; 2 if left out.
        rise: Option<At<u8>>,
        /// How long connecting to a server may take; 1s if left out.
        connect: Option<At<Duration>>,
        /// How long a client may be silent; 1h if left out, for watches of Kubernetes are.
        client: Option<At<Duration>>,
        /// How long a server may be silent; 1h if left out.
        server: Option<At<Duration>>,
        /// How often connecting is tried again; 3 if left out.
        retries: Option<At<u8>>,
        /// How many connections there may be; 4096 if left out.
        maxconn: Option<At<u32>>,
    }
}

impl Role for Haproxy {
    fn declare(&self, _: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::AnyOf);
        out.setting("interval", Duration::seconds(1), self.interval.as_ref());
        out.setting("fall", 2, self.fall.as_ref());
        out.setting("rise", 2, self.rise.as_ref());
        out.setting("connect", Duration::seconds(1), self.connect.as_ref());
        let client = out.setting("client", Duration::seconds(3600), self.client.as_ref());
        let server = out.setting("server", Duration::seconds(3600), self.server.as_ref());
        out.hangs_up(client.min(server));
        out.setting("retries", 3, self.retries.as_ref());
        out.setting("maxconn", 4096, self.maxconn.as_ref());
        out.alive(Alive::Socket(ALIVE_SOCKET, ALIVE_PATH));
        out.balance(Text::of(
            "the balancer checks its servers and passes on to them",
            "el balanceador comprueba sus servidores y les pasa las conexiones",
        ));
    }

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        let program = out.program("haproxy");
        let mut file = Blocks::new(BlockStyle::Indented);
        global(on, &program.user, &mut file);
        alive(on, &mut file);
        for vip in on.cloud.vips.values().filter(|it| it.hosts.contains(on.host.id)) {
            let offers = on.cloud.offers.iter().filter(|it| it.is_at(vip));
            // A service that runs here answers by itself.
            for offer in offers.filter(|it| !on.host.has_role(&it.role)) {
                balance(on, vip, offer, &mut file, out);
            }
        }
        out.file(FILE, file);
        // The address that it binds is another member's, most of the time.
        out.sysctl("net.ipv4.ip_nonlocal_bind", 1);
        if on.host.addresses().any(|it| it.is_ipv6()) {
            out.sysctl("net.ipv6.ip_nonlocal_bind", 1);
        }
        let path = program.path.into_owned();
        let command = Command::new(path.clone(), ["-Ws", "-f", FILE]);
        let mut process = Process::daemon("haproxy", command, Ready::Notifies, on.cause())
            .described("balancer", ROLE.about.manual);
        process.check = Some(Command::new(path, ["-c", "-q", "-f", FILE]));
        process.reload = Some(Reload::Signal("USR2"));
        process.run_folders = vec!["haproxy".to_owned()];
        process.files = vec![FILE.to_owned()];
        out.process(process);
        // Its policy lets it take in and pass on the web alone.
        out.selinux(Selinux::Boolean("haproxy_connect_any"));
    }
}

const FILE: &str = "/etc/haproxy/haproxy.cfg";

/// Where it tells, on its own host alone, that it is alive: a check of the process would not notice
/// one that hangs, and a port would have to be kept from others.
const ALIVE_SOCKET: &str = "/run/haproxy/alive.sock";
const ALIVE_PATH: &str = "/alive";

fn global(on: &Linked<'_>, user: &str, file: &mut Blocks) {
    let cause = on.cause();
    let number = |name: &str| on.setting::<u32>(name).unwrap_or_default().to_string();
    let time = |name: &str| millis(on.setting(name).unwrap_or(Duration::seconds(1)));
    let global = file.block(["global"], &cause);
    global.with(["log", "stdout", "format", "raw", "local0", "notice"]);
    global.with(["stats", "socket", "/run/haproxy/admin.sock", "mode", "660", "level", "admin"]);
    global.with(["user", user]).with(["group", user]);
    global.with(["maxconn", &number("maxconn")]);
    let defaults = file.block(["defaults"], &cause);
    defaults.with(["log", "global"]).with(["mode", "tcp"]);
    defaults.with(["timeout", "connect", &time("connect")]);
    defaults.with(["timeout", "client", &time("client")]);
    defaults.with(["timeout", "server", &time("server")]);
    defaults.with(["timeout", "check", &time("connect")]);
    defaults.with(["retries", &number("retries")]);
    // A server that was just lost is not tried again with the same connection.
    defaults.with(["option", "redispatch", "1"]);
}

fn alive(on: &Linked<'_>, file: &mut Blocks) {
    let frontend = file.block(["frontend", "alive"], &on.cause());
    frontend.with(["mode", "http"]);
    frontend.with(["bind", &format!("unix@{ALIVE_SOCKET}"), "mode", "600"]);
    frontend.with(["timeout", "client", "1s"]);
    frontend.with(["monitor-uri", ALIVE_PATH]);
}

/// A frontend at a virtual address, and the servers behind it: those of the flow by which this host
/// passes on.
fn balance(
    on: &Linked<'_>,
    vip: &Vip,
    offer: &OfferedService,
    file: &mut Blocks,
    out: &mut Configuration,
) {
    let goes_on = |it: &&Flow| {
        it.service == offer.service
            && it.ports == offer.ports
            && matches!(&it.to, End::Hosts(hosts) if hosts.intersection(&offer.hosts) == *hosts)
    };
    let Some(flow) = on.flows_from().find(goes_on) else { return };
    let End::Hosts(servers) = &flow.to else { return };
    let (at_vip, by_flow) = (on.cause_at(&vip.origin), on.cause_of(flow));
    for ports in offer.ports.iter().filter(|it| it.protocol == fmc_model::Protocol::Tcp) {
        let several = offer.ports.len() > 1;
        let port = if several { format!("-{}", ports.first) } else { String::new() };
        let name = format!("{}-{}{port}", vip.name, offer.service);
        let frontend = file.block(["frontend", &name], &at_vip);
        for address in &vip.addresses {
            frontend.with(["bind", &with_port(*address, *ports)]);
            let (label, service) = (&vip.name, &offer.service);
            let what = text!("{service} answers at {label}", "{service} responde en {label}");
            out.probe(what, Attempt::Connect(*address, *ports));
        }
        frontend.with(["default_backend", &name]);
        let backend = file.block(["backend", &name], &by_flow);
        backend.with(["balance", "roundrobin"]);
        check(on, &offer.health, backend);
        let mut to = Vec::new();
        for id in servers.iter() {
            let server = on.cloud.host(id);
            if let Some(address) = on.address_of(server) {
                to.push(SocketAddr::new(address, ports.first));
                let address = with_port(address, Ports { last: ports.first, ..*ports });
                backend.with(["server", server.name.as_str(), &address]);
            }
        }
        let (at, check) = (vip.addresses.clone(), Some(notices(on)));
        out.relay(Relay { at, ports: *ports, to, check, cause: by_flow.clone() });
    }
}

/// How it notices that a server is gone: by its checks, and by each connection that does not come about,
/// which it tries with another server.
fn notices(on: &Linked<'_>) -> RelayCheck {
    let time = |name: &str| on.setting(name).unwrap_or(Duration::seconds(1));
    let again = on.setting::<u8>("retries").is_some_and(|it| it > 0);
    RelayCheck {
        interval: time("interval"),
        fall: on.setting("fall").unwrap_or(1),
        // With a `timeout check`, connecting has no longer than there is between two of them.
        timeout: time("connect").min(time("interval")),
        connect: again.then(|| time("connect")),
    }
}

fn check(on: &Linked<'_>, health: &Health, backend: &mut Statement) {
    let number = |name: &str| on.setting::<u8>(name).unwrap_or(1).to_string();
    let interval = millis(on.setting("interval").unwrap_or(Duration::seconds(1)));
    let mut server = vec!["default-server".to_owned(), "check".to_owned()];
    if let Health::Https(path) = health {
        backend.with(["option", "httpchk"]);
        backend.with(["http-check", "send", "meth", "GET", "uri", path]);
        // It asks whether the server is well, and gives nothing away: whoever answers in its place
        // would still have to show its clients a certificate of the cluster.
        server.extend(["check-ssl", "verify", "none"].map(str::to_owned));
    }
    // Sessions with a server that is gone would hang until their time is over.
    server.extend(["on-marked-down", "shutdown-sessions"].map(str::to_owned));
    let (fall, rise) = (number("fall"), number("rise"));
    server.extend(["inter", &interval, "fall", &fall, "rise", &rise].map(str::to_owned));
    backend.with(server);
}

fn with_port(address: IpAddr, ports: Ports) -> String {
    let port = if ports.first == ports.last {
        ports.first.to_string()
    } else {
        format!("{}-{}", ports.first, ports.last)
    };
    // HAProxy takes what stands behind the last colon for the port, in either version.
    format!("{address}:{port}")
}

fn millis(time: Duration) -> String {
    format!("{}ms", time.0)
}
