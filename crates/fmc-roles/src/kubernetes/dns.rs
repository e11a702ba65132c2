//! Who answers pods for the names of services: CoreDNS, in pods of its own. What is no name of the cluster it asks
//! those whom its node asks
//! (<https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/>,
//! <https://coredns.io/plugins/kubernetes/>).

use super::apps::HOST;
use super::objects::{About, Kind, Object, Who, object, rights, settings};
use super::service::{Met, Service, ServicePort};
use super::workload::{
    Amounts, Calls, Capabilities, Check, Container, ContainerPort, Deployment, Labels, Mount, Pod,
    Replicas, Request, Resources, Rights, Selector, ServiceAccount, Settings, Spread, Template,
    Toleration, Volume,
};
use super::{DNS, list, numbered, quantity, workers};
use fmc_config::Cause;
use fmc_config::tree::Named;
use fmc_model::cloud::{Cloud, Kubernetes};
use fmc_model::{Bytes, Cores};

/// The namespace of what belongs to the cluster itself.
const NAMESPACE: &str = "kube-system";

/// What all of it is called, but the service, which others know by the name of its first maker.
const NAME: &str = "coredns";
const SERVICE: &str = "kube-dns";

/// The label by which its pods are known, here and to others.
const LABEL: (&str, &str) = ("k8s-app", "kube-dns");

/// Where it listens: whoever is not root may not at 53.
const PORT: u16 = 1053;

/// Where it tells that it lives, and that it knows the services.
const HEALTH: u16 = 8080;
const READY: u16 = 8181;

/// Its settings, and where it finds them.
const VOLUME: &str = "settings";
const FOLDER: &str = "/config";

/// How many there are: one may be lost.
const PODS: usize = 2;

/// The most memory that one may have, as upstream's.
const MOST: Bytes = Bytes::mib(170);

/// How often it is asked how it is.
const PERIOD: u64 = 5;

/// Its objects, where there are pods to answer.
pub(crate) fn dns(cloud: &Cloud) -> Vec<Object<'_>> {
    let open = workers(cloud).count();
    // Where nobody else has pods, masters run these too.
    let nodes = if open > 0 { open } else { super::nodes::all(cloud).count() };
    let mut roles = cloud.hosts.values().flat_map(|it| &it.roles);
    let role = roles.find(|it| it.name == "control-plane");
    let Some((kubernetes, role)) = cloud.kubernetes.as_ref().zip(role).filter(|_| nodes > 0) else {
        return Vec::new();
    };
    let cause = Cause::new(role.origin.place, "control-plane");
    let seen = ["list", "watch"].as_slice();
    let rules = [
        ("", ["endpoints", "services", "pods", "namespaces"].as_slice(), seen),
        ("discovery.k8s.io", &["endpointslices"], seen),
    ];
    let mut all = Vec::from(rights(Who::Account(NAMESPACE), NAME, &rules, &cause));
    let file = ("Corefile", || corefile(kubernetes));
    all.push(settings((NAMESPACE, NAME), file, &cause));
    all.push(object(NAME, &cause, |about| ServiceAccount {
        version: ServiceAccount::VERSION,
        kind: ServiceAccount::KIND,
        about: About { namespace: Some(NAMESPACE), ..about },
    }));
    let count = PODS.min(nodes) as u64;
    all.push(object(NAME, &cause, move |about| pods(about, kubernetes, count, open == 0)));
    all.push(object(SERVICE, &cause, move |about| service(about, kubernetes)));
    all
}

fn labels() -> Named<String> {
    Named(vec![(LABEL.0.to_owned(), LABEL.1.to_owned())])
}

/// What it answers itself are names and addresses of the cluster; `/etc/resolv.conf` is that of its node.
fn corefile(kubernetes: &Kubernetes) -> String {
    let domain = &kubernetes.domain;
    let networks = [list(&kubernetes.services), list(&kubernetes.pods)].join(",").replace(',', " ");
    format!(
        ".:{PORT} {{
    errors
    health :{HEALTH} {{
        lameduck 5s
    }}
    ready :{READY}
    kubernetes {domain} {networks} {{
        ttl 30
    }}
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}}
"
    )
}

fn pods(about: About, kubernetes: &Kubernetes, count: u64, on_masters: bool) -> Deployment {
    let asked = |port: u16, path: &str| Check {
        request: Request { path: path.to_owned(), port: port.into() },
        period: PERIOD,
    };
    let at = |protocol| ContainerPort { port: PORT.into(), protocol };
    let amounts = |(cpu, memory): (Cores, Bytes)| Amounts {
        cpu: Some(cpu.to_string()),
        memory: Some(quantity(memory)),
    };
    let most = Amounts { cpu: None, memory: Some(quantity(MOST)) };
    let container = Container {
        name: NAME.to_owned(),
        image: kubernetes.dns.to_string(),
        fetch: "IfNotPresent",
        arguments: vec!["-conf", "/config/Corefile"],
        environment: Vec::new(),
        ports: vec![at(Some("UDP")), at(None)],
        ready: asked(READY, "/ready"),
        alive: Some(asked(HEALTH, "/health")),
        rights: Rights {
            gains: false,
            not_root: Some(true),
            read_only: Some(true),
            capabilities: Some(Capabilities { drop: vec!["ALL"] }),
            calls: Calls { kind: "RuntimeDefault" },
        },
        mounts: vec![Mount { name: VOLUME.to_owned(), path: FOLDER.to_owned(), read_only: None }],
        takes: Some(Resources { kept: amounts(Kubernetes::DNS_ASKS), most: Some(most) }),
    };
    let selector = || Selector { labels: labels() };
    // One that has nowhere else to go is better than none.
    let spread = Spread { most: 1, by: HOST, otherwise: "ScheduleAnyway", selector: selector() };
    let pod = Pod {
        account: Some(NAME),
        told: false,
        token: true,
        // It is the cluster's, and would ask itself.
        names: Some("Default"),
        priority: Some("system-cluster-critical"),
        place: None,
        bears: on_masters.then(Toleration::of_masters).into_iter().collect(),
        spread: vec![spread],
        containers: vec![container],
        volumes: vec![Volume { settings: Some(Settings { name: NAME }), ..Volume::called(VOLUME) }],
    };
    Deployment {
        version: Deployment::VERSION,
        kind: Deployment::KIND,
        about: About { namespace: Some(NAMESPACE), labels: labels(), ..about },
        what: Replicas {
            count,
            selector: selector(),
            template: Template { about: Labels { labels: labels() }, what: pod },
        },
    }
}

fn service(about: About, kubernetes: &Kubernetes) -> Service {
    let addresses = kubernetes.services.iter().filter_map(|it| numbered(it, DNS));
    let addresses: Vec<String> = addresses.map(|it| it.to_string()).collect();
    let port = |name, protocol| ServicePort {
        name: Some(name),
        protocol,
        port: 53,
        target: PORT.into(),
        node: None,
    };
    let what = Met {
        kind: None,
        policy: None,
        address: addresses.first().cloned(),
        addresses,
        families: "PreferDualStack",
        selector: labels(),
        ports: vec![port("dns", Some("UDP")), port("dns-tcp", None)],
    };
    Service {
        version: Service::VERSION,
        kind: Service::KIND,
        about: About { namespace: Some(NAMESPACE), labels: labels(), ..about },
        what,
    }
}
