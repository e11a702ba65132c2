//! The control plane of Kubernetes: API server, controllers, scheduler.

mod applied;
mod policies;
mod probes;
mod programs;
mod takeover;

pub(crate) use policies::{
    ADMISSION, AUDIT, AUTHENTICATION, Admission, Audit, Authentication, ENCRYPTION, Encryption,
};

use crate::kubernetes::{self, API_PORT, Flags, kubeconfig};
use crate::worker;
use fmc_config::{Keys, Secret, SecretKind};
use fmc_model::cloud::Host;
use fmc_model::codes::ROLE_SETTING;
use fmc_model::read::{At, OneOrMany};
use fmc_model::role::{
    About, After, CertificateRequest, Configuration, Declaration, Health, Kind, Linked, Member,
    Minimum, Need, Redundancy, Role, Target, Usage,
};
use fmc_model::setup::{Command, Entry, File, Process, Ready, Restart};
use fmc_model::{Credential, Duration, Ports, Text, Words, record, text};
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

pub(crate) const ROLE: Kind = Kind::of::<ControlPlane>(&About {
    name: "control-plane",
    label: "Kubernetes API",
    icon: "kubernetes",
    summary: Words(
        "the API of Kubernetes, its controllers and its scheduler",
        "la API de Kubernetes, sus controladores y su planificador",
    ),
    manual: "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/",
    systems: &[],
    // With etcd beside it these are the 2 GiB that upstream asks for
    // (<https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/>).
    minimum: Minimum::of(2, 1536, 20),
    example: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master[1-3]: { os: flatcar, nics: { nodes: 21+ }, roles: { etcd: , control-plane: } }
",
});

record! {
    /// The control plane of Kubernetes.
    pub struct ControlPlane ("role `control-plane`", "rol `control-plane`") {
        /// How long the controllers and the scheduler that work may be silent before others do; 5s if
        /// left out.
        lease: Option<At<Duration>>,
        /// How long a node may be silent before it counts as lost; 8s if left out.
        grace: Option<At<Duration>>,
        /// How long pods stay on a lost node before they are started elsewhere; 5s if left out.
        eviction: Option<At<Duration>>,
        /// Where images of what runs on these hosts as pods come from; the usual registries if left out.
        registries: OneOrMany<At<fmc_model::Domain>>,
    }
}

/// A watch lasts at least so long, and says nothing while nothing changes; neither do logs that are
/// followed and shells in pods (`--min-request-timeout` of kube-apiserver).
const WATCH: Duration = Duration::seconds(1800);

impl Role for ControlPlane {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::AnyOf);
        self.timers(out);
        out.offer_checked("kubernetes-api", [Ports::tcp(API_PORT)], Health::Https("/readyz"));
        out.may_be_silent(WATCH);
        out.need(
            Need::of(
                "etcd-client",
                Text::of("the API keeps its state in etcd", "la API guarda su estado en etcd"),
            )
            .to(Target::EachOffered)
            .before_start()
            .vital()
            .required("etcd"),
        );
        out.need(Need::of(
            "kubernetes-api",
            Text::of(
                "who administers it from here meets the API where everybody does",
                "quien la administra desde aquí encuentra la API donde todos",
            ),
        ));
        out.need(
            Need::of(
                "kubelet",
                Text::of(
                    "logs, shells and metrics of pods",
                    "registros, consolas y métricas de los pods",
                ),
            )
            .to(Target::EachOffered),
        );
        out.need(
            Need::of(
                "pods",
                Text::of(
                    "the API calls webhooks that run as pods",
                    "la API llama a webhooks que se ejecutan como pods",
                ),
            )
            .to(Target::Pods),
        );
        for role in ["haproxy", "keepalived"] {
            out.after(After {
                role,
                here: false,
                why: Text::of(
                    "the one address of the API answers before anybody joins by it",
                    "la única dirección de la API responde antes de que nadie se una por ella",
                ),
            });
        }
        certificates(on, out);
        // Who is a worker too is a node by that.
        let workers = on.site.by_role.get(worker::ROLE.about.name);
        if workers.is_none_or(|it| !it.contains(on.host.id)) {
            self.node().declare(on, out);
        }
    }

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        let cause = on.cause();
        api_server(on, out);
        let own = Self::client(on, "kube-controller-manager", kubernetes::CONTROLLER_MANAGER, out);
        let key = Secret::private(SecretKind::SigningKey, ACCOUNTS);
        let file = File::new(Keys::pem([key]), &cause).mode(0o600).owner(&own.owner);
        out.entry(SIGNING_TO_CONTROLLERS, Entry::File(file));
        if let Some(flags) = programs::controller_manager(on, &own) {
            let read = [kubernetes::CONTROLLER_MANAGER, SIGNING_TO_CONTROLLERS];
            let what = "controllers of Kubernetes";
            run(on, "kube-controller-manager", what, &flags, Ready::Started, &read, out);
        }
        Self::client(on, "kube-scheduler", kubernetes::SCHEDULER, out);
        if let Some(flags) = programs::scheduler(on) {
            let what = "scheduler of Kubernetes";
            run(on, "kube-scheduler", what, &flags, Ready::Started, &[kubernetes::SCHEDULER], out);
        }
        let admin = out.credential("kubernetes", "kubernetes-admin", "root");
        if let Some((cause, address)) = kubernetes::api(on) {
            let server = format!("https://{address}");
            kubeconfig(kubernetes::ADMIN, server, "admin", &admin, &cause, out);
        }
        applied::objects(on, out);
        probes::probes(on, out);
        if kubernetes::is_tainted(on.host) {
            self.node().configure(on, out);
        }
    }

    fn stand_in(&self, on: &Linked<'_>, out: &mut Configuration) {
        kubernetes::stand_in::api(on, out);
    }
}

/// The keys that tokens of service accounts are signed with, one pair for all hosts.
const ACCOUNTS: &str = "kubernetes/service-accounts";
const SIGNING: &str = "/etc/kubernetes/kube-apiserver/service-accounts.key";
const SIGNING_PUBLIC: &str = "/etc/kubernetes/kube-apiserver/service-accounts.pub";
const SIGNING_TO_CONTROLLERS: &str = "/etc/kubernetes/kube-controller-manager/service-accounts.key";

const MANUAL: &str = "https://kubernetes.io/docs/reference/command-line-tools-reference/";

impl ControlPlane {
    /// Its hosts are nodes like all others, so that what is to run on each of them does; only what says that it
    /// belongs there comes to them.
    fn node(&self) -> worker::Node<'_> {
        worker::Node { registries: &self.registries, tainted: true }
    }

    /// Times that would keep the control plane from ever agreeing.
    fn timers(&self, out: &mut Declaration) {
        let [lease, grace, eviction] = [
            ("lease", 5, &self.lease, 2),
            ("grace", 8, &self.grace, 4),
            ("eviction", 5, &self.eviction, 0),
        ]
        .map(|(name, usual, written, least)| {
            let time = out.setting(name, Duration::seconds(usual), written.as_ref());
            let least = Duration::seconds(least);
            if let Some(written) = written.as_ref().filter(|_| time.0 < least.0) {
                out.report(
                    ROLE_SETTING
                        .at(
                            written.place,
                            text!(
                                "{time} is shorter than what is said in that time takes",
                                "{time} es menos de lo que tarda lo que se dice en ese tiempo"
                            ),
                        )
                        .mend(
                            text!("write {least}", "escriba {least}"),
                            written.place,
                            least.to_string(),
                        ),
                );
            }
            time
        });
        out.takeover(takeover::controllers(lease));
        out.takeover_of(worker::ROLE.about.name, takeover::node(grace));
        out.takeover_of(worker::ROLE.about.name, takeover::pods(grace, eviction));
    }

    /// A program that works through the API of this very host: it is never newer than it, and where
    /// that one is lost, another host's program takes over.
    fn client(
        on: &Linked<'_>,
        name: &'static str,
        path: &'static str,
        out: &mut Configuration,
    ) -> Credential {
        let user = out.program(name).user;
        let own = out.credential("kubernetes", name, user);
        let here = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), API_PORT);
        kubeconfig(path, format!("https://{here}"), name, &own, &on.cause(), out);
        own
    }
}

fn api_server(on: &Linked<'_>, out: &mut Configuration) {
    let cause = on.cause();
    let user = out.program("kube-apiserver").user;
    policies::write(on, &user, out);
    let key = Keys::pem([Secret::private(SecretKind::SigningKey, ACCOUNTS)]);
    let file = File::new(key, &cause).mode(0o600).owner(&*user);
    out.entry(SIGNING, Entry::File(file));
    out.file(SIGNING_PUBLIC, Keys::pem([Secret::public(SecretKind::SigningKey, ACCOUNTS)]));
    out.directory(programs::AUDIT_FOLDER, 0o700, &*user);
    if let Some(flags) = programs::api_server(on, &user, out) {
        let read = [AUTHENTICATION, ADMISSION, AUDIT, ENCRYPTION, SIGNING];
        run(on, "kube-apiserver", "API of Kubernetes", &flags, Ready::Notifies, &read, out);
    }
}

/// A program of the control plane, as a user of its own. It is started again whenever it ended: who
/// loses its lease ends, by design.
fn run(
    on: &Linked<'_>,
    name: &'static str,
    what: &str,
    flags: &Flags,
    ready: Ready,
    read: &[&str],
    out: &mut Configuration,
) {
    let program = out.program(name);
    out.user(&*program.user, "/");
    let command = Command::new(program.path, flags.words());
    let mut process = Process::daemon(name, command, ready, on.cause()).described(what, MANUAL);
    process.user = program.user.into_owned();
    process.restart = Restart::Always;
    process.after = match name {
        "kube-apiserver" if offering(on, "etcd-client").any(|it| it.id == on.host.id) => {
            vec!["etcd".to_owned()]
        }
        "kube-apiserver" => Vec::new(),
        _ => vec!["kube-apiserver".to_owned()],
    };
    process.files = read.iter().map(|it| (*it).to_owned()).collect();
    out.process(process);
}

/// The hosts that offer a service.
fn offering<'a>(on: &Linked<'a>, service: &'a str) -> impl Iterator<Item = &'a Host> {
    let cloud = on.cloud;
    let offers = cloud.offers.iter().filter(move |it| it.service == service);
    offers.flat_map(|it| it.hosts.iter()).map(|it| cloud.host(it))
}

fn certificates(on: &Member<'_>, out: &mut Declaration) {
    let domain = &on.site.domain;
    let cluster = &on.site.kubernetes.domain;
    let mut names: Vec<String> =
        ["kubernetes", "kubernetes.default", "kubernetes.default.svc"].map(str::to_owned).into();
    names.push(format!("kubernetes.default.svc.{cluster}"));
    names.extend(["localhost".to_owned(), on.host.name.to_string(), on.host.fqdn.clone()]);
    let mut addresses: Vec<IpAddr> = on.host.primary_addresses().collect();
    addresses.push(std::net::Ipv4Addr::LOCALHOST.into());
    // Services find the API at the first address of their range.
    let services = &on.site.kubernetes.services;
    addresses.extend(services.iter().filter_map(|it| kubernetes::numbered(it, 1)));
    for vip in on.site.vips_of("control-plane") {
        names.extend(vip.names.iter().map(|it| format!("{it}.{domain}")));
        addresses.extend(&vip.addresses);
    }
    let server = CertificateRequest {
        name: Cow::Borrowed("kube-apiserver"),
        authority: "kubernetes",
        common_name: "kube-apiserver".to_owned(),
        organization: None,
        names,
        addresses,
        usage: Usage::Server,
        why: Text::of("everybody knows the API by it", "todos reconocen la API por él"),
    };
    out.certificate(server);
    for (name, authority, common_name, organization, why) in [
        (
            "kube-apiserver-etcd-client",
            "etcd",
            "kube-apiserver",
            None,
            Text::of("the API is a client of etcd", "la API es cliente de etcd"),
        ),
        (
            "kube-apiserver-kubelet-client",
            "kubernetes",
            "kube-apiserver-kubelet-client",
            Some("system:masters"),
            Text::of("the API is a client of kubelets", "la API es cliente de los kubelets"),
        ),
        (
            "kube-controller-manager",
            "kubernetes",
            "system:kube-controller-manager",
            None,
            Text::of(
                "controllers are clients of the API",
                "los controladores son clientes de la API",
            ),
        ),
        (
            "kube-scheduler",
            "kubernetes",
            "system:kube-scheduler",
            None,
            Text::of(
                "the scheduler is a client of the API",
                "el planificador es cliente de la API",
            ),
        ),
        (
            "kubernetes-admin",
            "kubernetes",
            "kubernetes-admin",
            Some("system:masters"),
            Text::of(
                "who is root on a master administers the cluster",
                "quien es root en un maestro administra el clúster",
            ),
        ),
        (
            "front-proxy-client",
            "front-proxy",
            "front-proxy-client",
            None,
            Text::of(
                "the API passes requests on to extensions of itself",
                "la API pasa peticiones a sus extensiones",
            ),
        ),
    ] {
        out.certificate(CertificateRequest {
            name: name.into(),
            authority,
            common_name: common_name.to_owned(),
            organization,
            names: Vec::new(),
            addresses: Vec::new(),
            usage: Usage::Client,
            why,
        });
    }
}
