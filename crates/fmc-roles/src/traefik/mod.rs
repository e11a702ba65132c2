//! The ingress: takes requests by name and path and passes them on to whoever serves them.

mod files;
mod sites;

pub(crate) use files::{Dynamic, Static};

use crate::kubernetes::{self, Object, objects};
use files::{
    Acme, Challenge, EntryHttp, EntryPoint, FileProvider, Forwarded, ForwardingTimeouts, Global,
    Kubernetes, Log, Ping, Providers, Redirection, Redirections, Resolver, RouterTls,
    ServersTransport, Timeouts, Transport,
};
use fmc_config::ini::{Ini, IniStyle};
use fmc_config::tree::{Because, Named, Tree, TreeStyle};
use fmc_config::{Cause, Secret, SecretKind, SecretPart, Value};
use fmc_model::cloud::{Cloud, End};
use fmc_model::read::At;
use fmc_model::role::{
    About, Alive, CertificateRequest, Configuration, Declaration, Kind, Linked, Member, Minimum,
    Need, Redundancy, Role, Stage, Target, Usage, Visit,
};
use fmc_model::setup::{Attempt, Command, Entry, Expect, File, On, Process, Ready, Step};
use fmc_model::{Duration, Ports, Text, Words, record, text};

pub(crate) const ROLE: Kind = Kind::of::<Traefik>(&About {
    name: "traefik",
    label: "Traefik",
    icon: "traefik",
    summary: Words(
        "takes requests by name and path and passes them on",
        "recibe peticiones por nombre y ruta y las pasa a quien las sirve",
    ),
    manual: "https://doc.traefik.io/traefik/",
    systems: &[],
    minimum: Minimum::of(1, 256, 5),
    example: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  ingress: { os: debian, nics: { lan: 12 }, roles: { traefik: } }
  server: { os: debian, nics: { lan: 21 } }
apps: { wiki: { hosts: server, port: 8080, for: lan } }
",
});

record! {
    /// The ingress.
    pub struct Traefik ("role `traefik`", "rol `traefik`") {
        /// Whether certificates of public names come from Let's Encrypt; `true` if left out and an app is public.
        acme: Option<At<bool>>,
        /// Time between two checks of whoever serves an app; 3s if left out.
        interval: Option<At<Duration>>,
    }
}

impl Role for Traefik {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::AnyOf);
        out.offer_to_all("http", [Ports::tcp(80)]);
        out.offer_to_all("https", [Ports::tcp(443)]);
        out.pass_on(Stage::Ingress);
        out.alive(Alive::Port(8082, "/ping"));
        out.setting("interval", Duration::seconds(3), self.interval.as_ref());
        out.need(
            Need::of("kubernetes-api", Text::of("reads Ingress objects", "lee objetos Ingress"))
                .before_start(),
        );
        if out.setting("acme", on.site.is_public(), self.acme.as_ref()) {
            let why = Text::of(
                "Let's Encrypt proves who owns a public name",
                "Let's Encrypt comprueba de quién es un nombre público",
            );
            out.visited_by(Visit {
                who: "Let's Encrypt".into(),
                service: "http".into(),
                why: why.clone(),
            });
            let names = vec!["acme-v02.api.letsencrypt.org".into()];
            out.need(Need::of("acme", why).to(Target::Outside(names, vec![Ports::tcp(443)])));
        }
        if on.site.has("control-plane") {
            let why = Text::of(
                "sites of Ingress objects are served by pods",
                "los sitios de objetos Ingress los sirven pods",
            );
            out.need(Need::of("pods", why).to(Target::Pods));
            out.certificate(CertificateRequest {
                name: KUBERNETES.into(),
                authority: "kubernetes",
                common_name: ROLE.about.name.to_owned(),
                organization: None,
                names: Vec::new(),
                addresses: Vec::new(),
                usage: Usage::Client,
                why: Text::of(
                    "the ingress is a client of the API",
                    "la entrada es cliente de la API",
                ),
            });
        }
        let mut names: Vec<String> =
            on.site.apps.values().flat_map(|it| it.names.iter().cloned()).collect();
        names.push(on.host.fqdn.clone());
        names.dedup();
        let mut addresses: Vec<_> =
            on.site.vips_of("traefik").flat_map(|it| it.addresses.clone()).collect();
        addresses.extend(on.host.primary_addresses());
        out.certificate(CertificateRequest {
            name: "ingress".into(),
            authority: "ingress",
            common_name: names[0].clone(),
            organization: None,
            names,
            addresses,
            usage: Usage::Server,
            why: Text::of(
                "the edge and people inside speak TLS with the ingress",
                "el borde y la gente de dentro hablan TLS con la entrada",
            ),
        });
    }

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        let program = out.program("traefik");
        let user = program.user.as_ref();
        let certificate = out.credential("ingress", "ingress", user);
        let api = kubernetes::api(on);
        let edge = Some(()).filter(|()| sites::are_by_edge_alone(on));
        let edge = edge.and_then(|()| crate::cdn::origin_pulls(on.cloud, &on.cause()));
        let by_edge = edge.is_some();
        let main = main(on, api.as_ref().map(|it| &it.0), by_edge);
        out.file(STATIC, Tree::of(TreeStyle::Yaml, &main, &on.cause()));
        let sites = sites::sites(on, &certificate, by_edge);
        if let Some(authority) = edge {
            out.file(EDGE_CA, authority);
        }
        out.file(SITES, Tree::of(TreeStyle::Yaml, &sites, &on.cause()));
        for relay in sites::relays(on) {
            out.relay(relay);
        }
        let mut environment = std::collections::BTreeMap::new();
        if let Some((_, address)) = api {
            let own = out.credential("kubernetes", KUBERNETES, user);
            let server = format!("https://{address}");
            kubernetes::kubeconfig(KUBECONFIG, server, ROLE.about.name, &own, &on.cause(), out);
            environment.insert("KUBECONFIG".to_owned(), KUBECONFIG.to_owned());
        }
        let users = sites::users(on);
        if !users.is_empty() {
            let mut file = Ini::new(IniStyle::Colon);
            let section = file.loose(&on.cause());
            for (name, cause) in users {
                let secret = Secret {
                    name: format!("login/{name}"),
                    kind: SecretKind::Login,
                    part: SecretPart::Public,
                };
                section.set_because(name.as_str(), Value::Secret(secret), &cause);
            }
            let file = File::new(file, &on.cause()).mode(0o600).owner(user);
            out.entry(USERS, Entry::File(file));
        }
        out.user(user, DATA);
        out.directory(DATA, 0o700, user);
        let command = Command::new(program.path.clone(), [format!("--configFile={STATIC}")]);
        let mut process = Process::daemon("traefik", command, Ready::Notifies, on.cause())
            .described("ingress", ROLE.about.manual);
        process.user = program.user.to_string();
        process.environment = environment;
        process.capabilities = vec!["CAP_NET_BIND_SERVICE"];
        // Sites are read anew by themselves when their file changes.
        process.files = [STATIC, KUBECONFIG].map(str::to_owned).into();
        out.process(process);
        for address in on.host.primary_addresses() {
            let what =
                text!("the ingress answers at {address}", "la entrada responde en {address}");
            out.probe(what, Attempt::Connect(address, Ports::tcp(443)));
        }
        if !by_edge && out.wants_probes() {
            probes(on, out);
        }
    }
}

/// Every ingress passes on what is public, whichever of several the world meets.
fn probes(on: &Linked<'_>, out: &mut Configuration) {
    let Some(address) = on.host.primary_addresses().next() else { return };
    let at = if address.is_ipv6() { format!("[{address}]") } else { address.to_string() };
    for name in on.cloud.apps.values().filter(|it| it.public).filter_map(|it| it.names.first()) {
        let (to, url) = (format!("{name}:443:{at}"), format!("https://{name}/"));
        let words = ["-sSk", "--max-time", "4", "-o", "/dev/null", "-w", "%{http_code}"];
        let words = words.into_iter().chain(["--resolve", &to, &url]);
        let step = Step::new(On::Own, Command::new("curl", words));
        let what = text!("{address} passes on {name}", "{address} lleva a {name}");
        out.probe(what, Attempt::Steps(vec![step.expects(Expect::Says("200".to_owned()))]));
    }
}

pub(crate) const STATIC: &str = "/etc/traefik/traefik.yml";
pub(crate) const SITES: &str = "/etc/traefik/sites/fmc.yml";
pub(crate) const KUBECONFIG: &str = "/etc/traefik/kubeconfig";
/// Who issues what the edge has to show.
const EDGE_CA: &str = "/etc/traefik/edge-ca.crt";

const SITES_FOLDER: &str = "/etc/traefik/sites";
const USERS: &str = "/etc/traefik/users";
const DATA: &str = "/var/lib/traefik";

/// Its certificate as a client of Kubernetes.
const KUBERNETES: &str = "traefik-client";

/// The class of Ingress objects that it serves.
const CLASS: &str = "traefik";

/// What Let's Encrypt is called in its files.
const LETS_ENCRYPT: &str = "letsencrypt";

fn main(on: &Linked<'_>, api: Option<&Cause>, by_edge: bool) -> Static {
    let acme = on.setting("acme") == Some(true);
    let storage = format!("{DATA}/acme.json");
    let resolver =
        || Resolver { acme: Acme { storage, challenge: Challenge { entry_point: "http" } } };
    let timeouts = || Transport { timeouts: Timeouts { read: "60s", write: "0s", idle: "180s" } };
    // Somebody who could choose them would choose who he is.
    let http = |redirections| EntryHttp { redirections, aliases: "delete", tls: None };
    // Objects of Kubernetes are sites by HTTPS too, for whoever comes that far: what guards an app that is not public
    // is the app's own.
    let tls = api.map(|_| RouterTls {
        resolver: acme.then(|| LETS_ENCRYPT.to_owned()),
        options: by_edge.then_some("edge@file"),
    });
    let redirections = Redirections { entry_point: Redirection { to: "https", scheme: "https" } };
    let entry_points = vec![
        (
            "http".to_owned(),
            EntryPoint {
                address: ":80".to_owned(),
                forwarded: forwarded(on, "http"),
                http: http(Some(redirections)),
                transport: Some(timeouts()),
            },
        ),
        (
            "https".to_owned(),
            EntryPoint {
                address: ":443".to_owned(),
                forwarded: forwarded(on, "https"),
                http: EntryHttp { tls, ..http(None) },
                transport: Some(timeouts()),
            },
        ),
        (
            "alive".to_owned(),
            EntryPoint {
                address: "127.0.0.1:8082".to_owned(),
                forwarded: None,
                http: http(None),
                transport: None,
            },
        ),
    ];
    Static {
        global: Global { check: false, usage: false },
        log: Log { level: "INFO", format: "json" },
        entry_points: Named(entry_points),
        ping: Ping { entry_point: "alive" },
        providers: Providers {
            file: FileProvider { directory: SITES_FOLDER, watch: true },
            kubernetes: api.map(|it| Because(Kubernetes { class: CLASS }, it.clone())),
        },
        resolvers: Named(acme.then(|| (LETS_ENCRYPT.to_owned(), resolver())).into_iter().collect()),
        transport: ServersTransport {
            timeouts: ForwardingTimeouts { dial: "1s", response: "60s" },
        },
    }
}

/// Where there is an edge before the cloud, the visitor's address is what the edge says. Its word
/// comes from whoever passes visitors on; from others it could be anything.
fn forwarded(on: &Linked<'_>, service: &str) -> Option<Because<Forwarded>> {
    let is_managed = |end: &End| matches!(end, End::Hosts(set) if set.iter().any(|it| on.cloud.host(it).managed));
    let edge = on.cloud.flows.iter().any(|it| it.service == service && is_managed(&it.from));
    let flow = on
        .flows_to()
        .filter(|_| edge)
        .find(|it| it.service == service && matches!(it.from, End::Hosts(_)))?;
    let trusted: Vec<String> = on.sources_of(flow)?.iter().map(ToString::to_string).collect();
    (!trusted.is_empty()).then(|| Because(Forwarded { trusted }, on.cause_of(flow)))
}

/// What Traefik needs of Kubernetes: it reads sites and those who serve them, tells where they are
/// served, and may nothing else
/// (<https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-ingress/>).
pub(crate) fn objects(cloud: &Cloud) -> Vec<Object<'_>> {
    let mut roles = cloud.hosts.values().flat_map(|it| &it.roles);
    let Some(role) = roles.find(|it| it.name == ROLE.about.name) else { return Vec::new() };
    let cause = Cause::new(role.origin.place, ROLE.about.name);
    let read = ["get", "list", "watch"].as_slice();
    let rules = [
        ("", ["services", "secrets", "nodes"].as_slice(), read),
        ("discovery.k8s.io", &["endpointslices"], read),
        ("networking.k8s.io", &["ingresses", "ingressclasses"], read),
        ("networking.k8s.io", &["ingresses/status"], &["update"]),
    ];
    let mut all = Vec::from(objects::rights(objects::Who::User, ROLE.about.name, &rules, &cause));
    all.push(objects::ingress_class(CLASS, "traefik.io/ingress-controller", &cause));
    all
}
