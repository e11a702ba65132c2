//! The apps of a cloud that run as pods.
//!
//! An app is met at a port of each of its hosts, so a pod of it runs on each of them (a `DaemonSet`), and what comes
//! to a host is answered there (`externalTrafficPolicy: Local`): whoever looks after an app looks after its pods,
//! and what is lost with a host is that host's pod alone. Spread over the cluster by the service proxy, a part of
//! what comes to any host would go to the lost one until Kubernetes counts it as lost.

use super::objects::{About, Kind, Object, namespace, object};
use super::workload::{
    Affinity, Calls, Check, Container, ContainerPort, DaemonSet, Daemons, Expression, Field,
    Labels, Met, Nodes, Pod, Request, Resources, Rights, Rolling, Selector, Service, ServicePort,
    Source, Template, Term, Terms, Toleration, Update, Variable,
};
use super::{CONTROL_PLANE, Taint, is_tainted};
use fmc_config::Cause;
use fmc_config::tree::Named;
use fmc_model::cloud::{App, Cloud, Pods};
use fmc_model::setup::Command;

/// The namespace of all of them.
pub(crate) const NAMESPACE: &str = "apps";

/// The label of what nobody but we made.
const OURS: (&str, &str) = ("app.kubernetes.io/managed-by", "fmc");

/// The label by which pods are known to be of an app, and that of a node's name
/// (<https://kubernetes.io/docs/reference/labels-annotations-taints/>).
const APP: &str = "app.kubernetes.io/name";
pub(super) const HOST: &str = "kubernetes.io/hostname";

/// The port of a service inside of the cluster: that of HTTP.
const PORT: u64 = 80;

/// How often a pod is asked whether it answers.
const PERIOD: u64 = 2;

/// The objects of every app that runs as pods.
pub(crate) fn apps(cloud: &Cloud) -> Vec<Object<'_>> {
    let mut all = Vec::new();
    let of_pods = cloud.apps.values().filter_map(|it| Some((it, it.pods.as_ref()?)));
    for (app, pods) in of_pods.filter(|it| !it.0.hosts.is_empty()) {
        let cause = Cause::new(app.origin.place, "control-plane");
        if all.is_empty() {
            all.push(namespace(NAMESPACE, &cause));
        }
        all.push(object(app.name.as_str(), &cause, move |about| set(about, app, pods, cloud)));
        all.push(object(app.name.as_str(), &cause, move |about| service(about, app, pods)));
    }
    all
}

fn labels(app: &App) -> Named<String> {
    Named(vec![(APP.to_owned(), app.name.to_string())])
}

fn in_namespace(about: About, app: &App) -> About {
    let mut labels = labels(app);
    labels.0.push((OURS.0.to_owned(), OURS.1.to_owned()));
    About { namespace: Some(NAMESPACE), labels, ..about }
}

/// What takes the objects of apps away that are none any more, or that are called otherwise now: a port is one
/// service's, and who is not given it is never applied.
pub(crate) fn clear(cloud: &Cloud, kubectl: &str, config: &str) -> Command {
    let of_pods = cloud.apps.values().filter(|it| it.pods.is_some() && !it.hosts.is_empty());
    let names: Vec<&str> = of_pods.map(|it| it.name.as_str()).collect();
    let ours = format!("{}={}", OURS.0, OURS.1);
    let gone =
        if names.is_empty() { ours } else { format!("{ours},{APP} notin ({})", names.join(",")) };
    let words = ["--kubeconfig", config, "--namespace", NAMESPACE, "delete", "daemonset,service"];
    Command::new(kubectl, words.into_iter().chain(["--wait=false", "--selector", &gone]))
}

fn set(about: About, app: &App, pods: &Pods, cloud: &Cloud) -> DaemonSet {
    let names = app.hosts.names().map(ToString::to_string).collect();
    let hosts = Expression { key: HOST, operator: "In", values: names };
    let port = pods.port.into();
    let told = |name, value| Variable { name, value: Some(value), from: None };
    let taken = |name, path| {
        let from = Some(Source { field: Field { path } });
        Variable { name, value: None, from }
    };
    let container = Container {
        name: app.name.to_string(),
        image: pods.image.to_string(),
        fetch: "IfNotPresent",
        environment: vec![told("PORT", pods.port.to_string()), taken("NODE", "spec.nodeName")],
        arguments: Vec::new(),
        ports: vec![ContainerPort { port, protocol: None }],
        ready: Check { request: Request { path: app.health.clone(), port }, period: PERIOD },
        alive: None,
        // Whose image it is decides who it runs as.
        rights: Rights {
            gains: false,
            not_root: None,
            read_only: None,
            capabilities: None,
            calls: Calls { kind: "RuntimeDefault" },
        },
        mounts: Vec::new(),
        takes: Resources::asked(pods.cpu, pods.memory),
    };
    // Whoever wrote such a host means it.
    let plane = app.hosts.iter().any(|it| is_tainted(cloud.host(it)));
    let Taint { key, effect } = CONTROL_PLANE;
    let bears =
        if plane { vec![Toleration { key, operator: "Exists", effect }] } else { Vec::new() };
    let terms = vec![Term { expressions: vec![hosts] }];
    let pod = Pod {
        account: None,
        told: false,
        token: false,
        names: None,
        priority: None,
        place: Some(Affinity { nodes: Nodes { required: Terms { terms } } }),
        bears,
        spread: Vec::new(),
        containers: vec![container],
        volumes: Vec::new(),
    };
    let template = Template { about: Labels { labels: labels(app) }, what: pod };
    DaemonSet {
        version: DaemonSet::VERSION,
        kind: DaemonSet::KIND,
        about: in_namespace(about, app),
        what: Daemons {
            selector: Selector { labels: labels(app) },
            // The next one answers before the last one goes: what comes to a host has nowhere else to go.
            update: Update { rolling: Rolling { more: 1, fewer: 0 } },
            template,
        },
    }
}

fn service(about: About, app: &App, pods: &Pods) -> Service {
    let port = ServicePort {
        name: None,
        protocol: None,
        port: PORT,
        target: pods.port.into(),
        node: Some(app.port.into()),
    };
    let what = Met {
        kind: Some("NodePort"),
        policy: Some("Local"),
        address: None,
        addresses: Vec::new(),
        families: "PreferDualStack",
        selector: labels(app),
        ports: vec![port],
    };
    Service {
        version: Service::VERSION,
        kind: Service::KIND,
        about: in_namespace(about, app),
        what,
    }
}
