//! The apps of a cloud that run as pods.
//!
//! An app is met at a port of each of its hosts, so a pod of it runs on each of them (a `DaemonSet`), and what comes
//! to a host is answered there (`externalTrafficPolicy: Local`): whoever looks after an app looks after its pods,
//! and what is lost with a host is that host's pod alone. Spread over the cluster by the service proxy, a part of
//! what comes to any host would go to the lost one until Kubernetes counts it as lost.

use super::objects::{About, Kind, Object, namespace, object};
use fmc_config::tree::Named;
use fmc_config::{Cause, typed};
use fmc_model::cloud::{App, Cloud, Pods};

/// The namespace of all of them.
pub(crate) const NAMESPACE: &str = "apps";

/// The label by which pods are known to be of an app, and that of a node's name
/// (<https://kubernetes.io/docs/reference/labels-annotations-taints/>).
const APP: &str = "app.kubernetes.io/name";
const HOST: &str = "kubernetes.io/hostname";

typed! {
    /// A pod on each of some nodes
    /// (<https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/daemon-set-v1/>).
    pub(crate) struct DaemonSet {
        /// Its version.
        version: &'static str = "apiVersion",
        /// Its kind.
        kind: &'static str = "kind",
        /// What it says of itself.
        about: About = "metadata",
        /// What runs.
        what: Daemons = "spec",
    }

    /// What runs on each of some nodes.
    pub(crate) struct Daemons {
        /// Which pods are of it.
        selector: Selector = "selector",
        /// What each pod is.
        template: Template = "template",
    }

    /// Which pods are meant.
    pub(crate) struct Selector {
        /// Those with these labels.
        labels: Named<String> = "matchLabels",
    }

    /// What each pod is.
    pub(crate) struct Template {
        /// What it says of itself.
        about: Labels = "metadata",
        /// What it is made of.
        what: Pod = "spec",
    }

    /// What a pod says of itself.
    pub(crate) struct Labels {
        /// What it is labelled with.
        labels: Named<String> = "labels",
    }

    /// What a pod is made of
    /// (<https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/>).
    pub(crate) struct Pod {
        /// Whether it is given a token for the API.
        token: bool = "automountServiceAccountToken",
        /// Where it may run.
        place: Affinity = "affinity",
        /// What runs in it.
        containers: Vec<Container> = "containers",
    }

    /// Where a pod may run.
    pub(crate) struct Affinity {
        /// On which nodes.
        nodes: Nodes = "nodeAffinity",
    }

    /// On which nodes a pod may run.
    pub(crate) struct Nodes {
        /// On these and no others.
        required: Terms = "requiredDuringSchedulingIgnoredDuringExecution",
    }

    /// Nodes for which one of these holds.
    pub(crate) struct Terms {
        /// What.
        terms: Vec<Term> = "nodeSelectorTerms",
    }

    /// Nodes for which all of these hold.
    pub(crate) struct Term {
        /// What.
        expressions: Vec<Expression> = "matchExpressions",
    }

    /// Nodes whose label has one of these values.
    pub(crate) struct Expression {
        /// The label.
        key: &'static str = "key",
        /// How it is compared.
        operator: &'static str = "operator",
        /// The values.
        values: Vec<String> = "values",
    }

    /// What runs in a pod.
    pub(crate) struct Container {
        /// Its name.
        name: String = "name",
        /// Its image.
        image: String = "image",
        /// What it is told.
        environment: Vec<Variable> = "env",
        /// Where it listens.
        ports: Vec<ContainerPort> = "ports",
        /// How it is known that it answers.
        ready: Check = "readinessProbe",
        /// What it may.
        rights: Rights = "securityContext",
    }

    /// Something that a container is told.
    pub(crate) struct Variable {
        /// Its name.
        name: &'static str = "name",
        /// What it is, where it is known beforehand.
        value: Option<String> = "value",
        /// Where it is taken from.
        from: Option<Source> = "valueFrom",
    }

    /// Where something is taken from that a container is told.
    pub(crate) struct Source {
        /// From what the pod says of itself.
        field: Field = "fieldRef",
    }

    /// Something that a pod says of itself.
    pub(crate) struct Field {
        /// What.
        path: &'static str = "fieldPath",
    }

    /// Where a container listens.
    pub(crate) struct ContainerPort {
        /// Its port.
        port: u64 = "containerPort",
    }

    /// How it is known that a container answers.
    pub(crate) struct Check {
        /// By a request.
        request: Request = "httpGet",
        /// How often, in seconds.
        period: u64 = "periodSeconds",
    }

    /// A request.
    pub(crate) struct Request {
        /// For what.
        path: String = "path",
        /// To which port.
        port: u64 = "port",
    }

    /// What a container may.
    pub(crate) struct Rights {
        /// Whether a program of it may gain more than it has.
        gains: bool = "allowPrivilegeEscalation",
        /// What it may ask of the kernel.
        calls: Calls = "seccompProfile",
    }

    /// What a container may ask of the kernel.
    pub(crate) struct Calls {
        /// Which list says so.
        kind: &'static str = "type",
    }

    /// Where pods are met
    /// (<https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/>).
    pub(crate) struct Service {
        /// Its version.
        version: &'static str = "apiVersion",
        /// Its kind.
        kind: &'static str = "kind",
        /// What it says of itself.
        about: About = "metadata",
        /// Where.
        what: Met = "spec",
    }

    /// Where pods are met.
    pub(crate) struct Met {
        /// In which way.
        kind: &'static str = "type",
        /// Who answers what comes to a node.
        policy: &'static str = "externalTrafficPolicy",
        /// In which versions of the Internet protocol.
        families: &'static str = "ipFamilyPolicy",
        /// Pods with these labels.
        selector: Named<String> = "selector",
        /// At which ports.
        ports: Vec<ServicePort> = "ports",
    }

    /// At which ports pods are met.
    pub(crate) struct ServicePort {
        /// Inside of the cluster.
        port: u64 = "port",
        /// At the pods.
        target: u64 = "targetPort",
        /// At their nodes.
        node: u64 = "nodePort",
    }
}

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
        all.push(object(app.name.as_str(), &cause, move |about| set(about, app, pods)));
        all.push(object(app.name.as_str(), &cause, move |about| service(about, app, pods)));
    }
    all
}

fn labels(app: &App) -> Named<String> {
    Named(vec![(APP.to_owned(), app.name.to_string())])
}

fn in_namespace(about: About, app: &App) -> About {
    About { namespace: Some(NAMESPACE), labels: labels(app), ..about }
}

fn set(about: About, app: &App, pods: &Pods) -> DaemonSet {
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
        environment: vec![told("PORT", pods.port.to_string()), taken("NODE", "spec.nodeName")],
        ports: vec![ContainerPort { port }],
        ready: Check { request: Request { path: app.health.clone(), port }, period: PERIOD },
        rights: Rights { gains: false, calls: Calls { kind: "RuntimeDefault" } },
    };
    let terms = vec![Term { expressions: vec![hosts] }];
    let pod = Pod {
        token: false,
        place: Affinity { nodes: Nodes { required: Terms { terms } } },
        containers: vec![container],
    };
    let template = Template { about: Labels { labels: labels(app) }, what: pod };
    DaemonSet {
        version: DaemonSet::VERSION,
        kind: DaemonSet::KIND,
        about: in_namespace(about, app),
        what: Daemons { selector: Selector { labels: labels(app) }, template },
    }
}

fn service(about: About, app: &App, pods: &Pods) -> Service {
    let port = ServicePort { port: PORT, target: pods.port.into(), node: app.port.into() };
    let what = Met {
        kind: "NodePort",
        policy: "Local",
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
