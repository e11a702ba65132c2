//! The store that Kubernetes keeps everything in: as long as more than half of its members are
//! there, nothing is lost and writing goes on.

use fmc_config::tree::{Because, Tree, TreeStyle};
use fmc_config::typed;
use fmc_model::cloud::Host;
use fmc_model::role::{
    About, CertificateRequest, Configuration, Declaration, Kind, Linked, Member, Minimum, Need,
    Redundancy, Role, Takeover, Target, Usage, Waits,
};
use fmc_model::setup::{Attempt, Command, Expect, On, Process, Ready, Step};
use fmc_model::{Credential, Duration, Ports, Text, Words, record, text};
use std::net::IpAddr;

pub(crate) const ROLE: Kind = Kind::of::<Etcd>(&About {
    name: "etcd",
    label: "etcd",
    icon: "etcd",
    summary: Words(
        "keeps the state of Kubernetes on a majority of its members",
        "guarda el estado de Kubernetes en la mayoría de sus miembros",
    ),
    manual: "https://etcd.io/docs/",
    systems: &[],
    minimum: Minimum::of(1, 512, 10),
    example: "\
version: 1
name: store
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master[1-3]: { os: flatcar, nics: { nodes: 21+ }, roles: { etcd: } }
",
});

record! {
    /// A member of etcd.
    pub struct Etcd ("role `etcd`", "rol `etcd`") {}
}

impl Role for Etcd {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::Quorum);
        out.takeover(Takeover {
            what: text!("etcd", "etcd"),
            waits: Waits::Clients,
            timer: None,
            least: Duration::millis(ELECTION.0 - HEARTBEAT.0),
            most: Duration::millis(2 * ELECTION.0),
            why: text!(
                "one to two election timeouts of {ELECTION}",
                "de uno a dos plazos de elección de {ELECTION}"
            ),
        });
        out.offer("etcd-client", [Ports::tcp(2379)]);
        out.offer("etcd-peer", [Ports::tcp(2380)]);
        let why =
            Text::of("members agree among themselves", "los miembros se ponen de acuerdo entre sí");
        out.need(Need::of("etcd-peer", why.clone()).to(Target::Peers));
        out.need(Need::of("etcd-client", why).to(Target::Peers));
        let mut addresses: Vec<_> = on.host.primary_addresses().collect();
        addresses.push(std::net::Ipv4Addr::LOCALHOST.into());
        let names = vec![on.host.name.to_string(), on.host.fqdn.clone(), "localhost".to_owned()];
        for (name, why) in [
            (
                "etcd-server",
                Text::of(
                    "members answer clients by TLS",
                    "los miembros responden a los clientes por TLS",
                ),
            ),
            (
                "etcd-peer",
                Text::of("members know each other by TLS", "los miembros se reconocen por TLS"),
            ),
        ] {
            out.certificate(CertificateRequest {
                name: name.into(),
                authority: "etcd",
                common_name: on.host.fqdn.clone(),
                organization: None,
                names: names.clone(),
                addresses: addresses.clone(),
                usage: Usage::Both,
                why,
            });
        }
    }

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        let program = out.program("etcd");
        let user = program.user.as_ref();
        let server = out.credential("etcd", "etcd-server", user);
        let peer = out.credential("etcd", "etcd-peer", user);
        let Some(file) = Self::file(on, &server, &peer) else { return };
        out.file(FILE, Tree::of(TreeStyle::Yaml, &file, &on.cause()));
        if program.package.is_none() {
            out.user(user, DATA);
        }
        out.directory(DATA, 0o700, user);
        let command = Command::new(program.path.clone(), ["--config-file", FILE]);
        // It says that it is there when it has agreed with a majority of the others.
        let mut process = Process::daemon("etcd", command, Ready::Notifies, on.cause())
            .described("store of Kubernetes", ROLE.about.manual);
        process.user = program.user.to_string();
        process.mounts = vec![DATA.to_owned()];
        process.files = vec![FILE.to_owned()];
        out.process(process);
        if let Some(address) = on.host.primary_addresses().next() {
            let what = text!("etcd answers at {address}", "etcd responde en {address}");
            out.probe(what, Attempt::Connect(address, Ports::tcp(CLIENT)));
        }
        if out.wants_probes() {
            probe(on, &server, out);
        }
    }
}

/// What the first member writes, every member reads; and who shows no certificate is told nothing.
fn probe(on: &Linked<'_>, own: &Credential, out: &mut Configuration) {
    let is_member = |it: &&Host| it.has_role(ROLE.about.name);
    let members: Vec<&Host> = on.cloud.hosts.values().filter(is_member).collect();
    if members.first().is_none_or(|it| it.id != on.host.id) {
        return;
    }
    let (trusted, certificate, key) = (own.trusted(), own.certificate(), own.key());
    let endpoint = |of: &Host| Some(url("https", of.primary_addresses().next()?, CLIENT));
    let ask = |of: &Host, words: &[&str]| {
        let endpoint = endpoint(of)?;
        let all = [
            &["--endpoints", &endpoint, "--command-timeout", "5s"],
            &["--cacert", &trusted, "--cert", &certificate, "--key", &key][..],
            words,
        ];
        Some(Step::new(On::Host(of.id), Command::new("etcdctl", all.concat())))
    };
    let name = on.host.name.as_str();
    let mut steps: Vec<Step> = ask(on.host, &["put", WRITTEN, name]).into_iter().collect();
    for member in &members {
        let read = ask(member, &["get", WRITTEN, "--print-value-only"]);
        steps.extend(read.map(|it| it.expects(Expect::Says(name.to_owned()))));
    }
    steps.extend(ask(on.host, &["del", WRITTEN]));
    // By `curl`, which says why at once: `etcdctl` asks again until its time is up.
    let unknown = endpoint(on.host).map(|it| {
        let words = ["-sS", "--max-time", "5", "--cacert", &trusted, &format!("{it}/version")];
        Step::new(On::Own, Command::new("curl", words)).expects(Expect::Refusal(CUT_OFF.to_vec()))
    });
    steps.extend(unknown);
    let what = Text::of(
        "every member of etcd reads what one has written, and nobody does without a certificate",
        "cada miembro de etcd lee lo que uno ha escrito, y nadie sin certificado",
    );
    out.probe(what, Attempt::Steps(steps));
}

/// What whoever has no certificate is told. It is cut off once its side of the handshake is done (RFC 8446, 4.4.2.4), and
/// may see that before it has read why.
const CUT_OFF: [&str; 4] = [
    "certificate required",
    "bad certificate",
    "Connection reset by peer",
    "Transport endpoint is not connected",
];

/// What a probe writes: nothing of Kubernetes, which has all of its own below `/registry`.
const WRITTEN: &str = "/fmc-probe";

/// How often a leader says that it is there, and how long a member waits for it before it wants to lead
/// itself: up to twice as long, so that two seldom want it at once. Neither is written to the file: they are
/// what etcd does by itself (<https://etcd.io/docs/latest/tuning/>).
const HEARTBEAT: Duration = Duration::millis(100);
const ELECTION: Duration = Duration::seconds(1);

pub(crate) const FILE: &str = "/etc/etcd/etcd.yml";
const DATA: &str = "/var/lib/etcd";
const CLIENT: u16 = 2379;
const PEER: u16 = 2380;

typed! {
    /// The file of etcd, which starts with keys that it does not know
    /// (<https://etcd.io/docs/latest/op-guide/configuration/>).
    pub(crate) struct File {
        /// The name of this member.
        name: String = "name",
        /// Where it keeps its data.
        data: String = "data-dir",
        /// Where it hears other members.
        listen_peers: String = "listen-peer-urls",
        /// Where it hears clients.
        listen_clients: String = "listen-client-urls",
        /// Where it tells how it is.
        listen_metrics: String = "listen-metrics-urls",
        /// Where other members find it.
        advertise_peers: String = "initial-advertise-peer-urls",
        /// Where clients find it.
        advertise_clients: String = "advertise-client-urls",
        /// All members.
        members: Because<String> = "initial-cluster",
        /// What tells this cluster from others.
        token: String = "initial-cluster-token",
        /// Whether members make a cluster, or join one.
        state: &'static str = "initial-cluster-state",
        /// Whether a change of members that would lose the majority is refused.
        strict: bool = "strict-reconfig-check",
        /// How it writes its log.
        logger: &'static str = "logger",
        /// How clients and it know each other.
        clients: Security = "client-transport-security",
        /// How members know each other.
        peers: Security = "peer-transport-security",
    }

    /// How both ends of a connection know each other.
    pub(crate) struct Security {
        /// Its certificate.
        certificate: String = "cert-file",
        /// Its key.
        key: String = "key-file",
        /// Whether the other end must show a certificate.
        both: bool = "client-cert-auth",
        /// Who issues certificates that are believed.
        trusted: String = "trusted-ca-file",
    }
}

impl Etcd {
    fn file(on: &Linked<'_>, server: &Credential, peer: &Credential) -> Option<File> {
        let own = on.host.primary_addresses().next()?;
        // Members meet at the address by which each is known: it is the one in its certificate.
        let mut members = Vec::new();
        for host in on.cloud.hosts.values().filter(|it| it.has_role(ROLE.about.name)) {
            if let Some(address) = host.primary_addresses().next() {
                members.push(format!("{}={}", host.name, url("https", address, PEER)));
            }
        }
        let flow = on.flows_from().find(|it| it.service == "etcd-peer");
        let because = flow.map_or_else(|| on.cause(), |it| on.cause_of(it));
        let local = url("https", std::net::Ipv4Addr::LOCALHOST.into(), CLIENT);
        Some(File {
            name: on.host.name.to_string(),
            data: format!("{DATA}/data"),
            listen_peers: url("https", own, PEER),
            listen_clients: format!("{},{local}", url("https", own, CLIENT)),
            listen_metrics: url("http", std::net::Ipv4Addr::LOCALHOST.into(), 2381),
            advertise_peers: url("https", own, PEER),
            advertise_clients: url("https", own, CLIENT),
            members: Because(members.join(","), because),
            token: on.cloud.domain.to_string(),
            state: "new",
            strict: true,
            logger: "zap",
            clients: security(server),
            peers: security(peer),
        })
    }
}

fn security(it: &Credential) -> Security {
    let (certificate, key, trusted) = (it.certificate(), it.key(), it.trusted());
    Security { certificate, key, both: true, trusted }
}

fn url(scheme: &str, address: IpAddr, port: u16) -> String {
    format!("{scheme}://{}", std::net::SocketAddr::new(address, port))
}
