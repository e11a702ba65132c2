//! The apps of a cloud that run as pods.
//!
//! An app is met at a port of each of its hosts, so a pod of it runs on each of them (a `DaemonSet`), and what comes
//! to a host is answered there (`externalTrafficPolicy: Local`): whoever looks after an app looks after its pods,
//! and what is lost with a host is that host's pod alone. Spread over the cluster by the service proxy, a part of
//! what comes to any host would go to the lost one until Kubernetes counts it as lost.

use super::database::database;
use super::is_tainted;
use super::objects::{About, Kind, Object, namespace, object};
use super::service::{Met, Service, ServicePort};
use super::volumes;
use super::workload::{
    Affinity, Calls, Check, Container, ContainerPort, DaemonSet, Daemons, Expression, Field,
    Labels, Nodes, Pod, Request, Resources, Rights, Rolling, Selector, Source, Template, Term,
    Terms, Toleration, Update, Variable,
};
use fmc_config::Cause;
use fmc_config::tree::Named;
use fmc_model::cloud::{App, Cloud, Pods};
use fmc_model::role::Linked;
use fmc_model::setup::Command;

/// The namespace of all of them.
pub(crate) const NAMESPACE: &str = "apps";

/// The label of what nobody but we made.
const OURS: (&str, &str) = ("app.kubernetes.io/managed-by", "fmc");

/// The kinds of their objects.
const KINDS: &str = "daemonset,service,secret,persistentvolumeclaim,persistentvolume";

/// The label by which pods are known to be of an app, and objects by their names; and that of a node's name
/// (<https://kubernetes.io/docs/reference/labels-annotations-taints/>).
const APP: &str = "app.kubernetes.io/name";
pub(super) const HOST: &str = "kubernetes.io/hostname";

/// The port of a service inside of the cluster: that of HTTP.
const PORT: u64 = 80;

/// How often a pod is asked whether it answers.
const PERIOD: u64 = 2;

/// The longest name of an app that has room for a part of it behind a point: all of it is the value of a label
/// (<https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set>).
const LONGEST: usize = 63 - 9;

/// The objects of every app that runs as pods.
pub(crate) fn apps<'c>(on: &Linked<'c>) -> Vec<Object<'c>> {
    let (mut all, on) = (Vec::new(), *on);
    for (app, pods) in of_pods(on.cloud) {
        let cause = Cause::new(app.origin.place, "control-plane");
        if all.is_empty() {
            all.push(namespace(NAMESPACE, &cause));
        }
        all.extend(volumes::found(on.cloud, app, pods).iter().flat_map(volumes::objects));
        if let Some(database) = database(on.cloud, app) {
            all.push(database.object());
        }
        all.push(object(app.name.as_str(), &cause, move |about| {
            set(about, app, pod(&on, app, pods))
        }));
        all.push(object(app.name.as_str(), &cause, move |about| service(about, app, pods)));
    }
    all
}

/// Those that run as pods, with what these are made of.
fn of_pods(cloud: &Cloud) -> impl Iterator<Item = (&App, &Pods)> {
    let all = cloud.apps.values().filter_map(|it| Some((it, it.pods.as_ref()?)));
    all.filter(|it| !it.0.hosts.is_empty())
}

fn labels(app: &App) -> Named<String> {
    Named(vec![(APP.to_owned(), app.name.to_string())])
}

/// The labels of an object of ours: its own name is one.
pub(super) fn labelled(name: &str) -> Named<String> {
    Named([(APP, name), OURS].map(|it| (it.0.to_owned(), it.1.to_owned())).into())
}

pub(super) fn in_namespace(about: About, name: &str) -> About {
    About { namespace: Some(NAMESPACE), labels: labelled(name), ..about }
}

/// What something of an app is called. No app has a point in its name.
pub(super) fn part(app: &App, what: &str) -> String {
    let name = app.name.as_str();
    match name.get(..LONGEST - 8).filter(|_| name.len() > LONGEST) {
        Some(beginning) => format!("{beginning}{}.{what}", volumes::digest(name)),
        None => format!("{name}.{what}"),
    }
}

/// What takes the objects of apps away that are none any more, or that are called otherwise now: a port is one
/// service's, and who is not given it is never applied. The files on a share stay, and so does a database.
pub(crate) fn clear(on: &Linked<'_>, kubectl: &str, config: &str) -> Command {
    let mut names = Vec::new();
    for (app, pods) in of_pods(on.cloud) {
        names.push(app.name.to_string());
        names.extend(database(on.cloud, app).map(|it| it.secret()));
        names.extend(volumes::found(on.cloud, app, pods).into_iter().map(|it| it.name));
    }
    let ours = format!("{}={}", OURS.0, OURS.1);
    let gone =
        if names.is_empty() { ours } else { format!("{ours},{APP} notin ({})", names.join(",")) };
    let words = ["--kubeconfig", config, "--namespace", NAMESPACE, "delete", KINDS];
    Command::new(kubectl, words.into_iter().chain(["--wait=false", "--selector", &gone]))
}

/// What each pod of an app is.
fn pod(on: &Linked<'_>, app: &App, pods: &Pods) -> Pod {
    let names = app.hosts.names().map(ToString::to_string).collect();
    let hosts = Expression { key: HOST, operator: "In", values: names };
    let port = pods.port.into();
    let told = |name, value| Variable { name, value: Some(value), from: None };
    let from = Some(Source { field: Some(Field { path: "spec.nodeName" }), secret: None });
    let node = Variable { name: "NODE", value: None, from };
    let (mut volumes, mut mounts, folders) = volumes::mounts(on.cloud, app, pods);
    let mut environment = vec![told("PORT", pods.port.to_string()), node];
    environment.extend(folders.map(|it| told(volumes::VARIABLE, it)));
    if let Some(database) = database(on.cloud, app) {
        environment.extend(database.variables(on));
        let (volume, mount) = database.mount();
        volumes.push(volume);
        mounts.push(mount);
    }
    let container = Container {
        name: app.name.to_string(),
        image: pods.image.to_string(),
        fetch: "IfNotPresent",
        environment,
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
        mounts,
        takes: Resources::asked(pods.cpu, pods.memory),
    };
    // Whoever wrote such a host means it.
    let plane = app.hosts.iter().any(|it| is_tainted(on.cloud.host(it)));
    let bears = plane.then(Toleration::of_masters).into_iter().collect();
    let terms = vec![Term { expressions: vec![hosts] }];
    Pod {
        account: None,
        told: false,
        token: false,
        names: None,
        priority: None,
        place: Some(Affinity { nodes: Nodes { required: Terms { terms } } }),
        bears,
        spread: Vec::new(),
        containers: vec![container],
        volumes,
    }
}

fn set(about: About, app: &App, pod: Pod) -> DaemonSet {
    DaemonSet {
        version: DaemonSet::VERSION,
        kind: DaemonSet::KIND,
        about: in_namespace(about, app.name.as_str()),
        what: Daemons {
            selector: Selector { labels: labels(app) },
            // The next one answers before the last one goes: what comes to a host has nowhere else to go.
            update: Update { rolling: Rolling { more: 1, fewer: 0 } },
            template: Template { about: Labels { labels: labels(app) }, what: pod },
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
        about: in_namespace(about, app.name.as_str()),
        what,
    }
}
