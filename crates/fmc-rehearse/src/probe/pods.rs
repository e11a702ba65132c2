//! Whether a real Kubernetes runs pods: some of our own, that are gone again afterwards.

use super::attempt::run;
use super::kubectl::Kubectl;
use super::web::answered_by;
use crate::rehearsal::Live;
use crate::service::DEMO;
use fmc_check::machine::Machines;
use fmc_model::cloud::{Host, HostId};
use fmc_model::{Cloud, Text, text};
use fmc_sys::Command;
use serde_json::{Value, json};
use std::fmt::Display;
use std::net::IpAddr;
use std::time::Duration;

/// The namespaces, and everything in them: of pods on every node, of those that become more and fewer, and of a site.
const NAME: &str = "fmc-rehearsal";
const SCALED: &str = "fmc-rehearsal-scaled";
const SITE: &str = "fmc-rehearsal-site";

/// How many there are, one after the other.
const COUNTS: [usize; 3] = [1, 3, 2];

/// Where the site of [`DEMO`] listens, and how it says so.
const PORT: u16 = 8080;
const LISTENS: &str = "listening at port ";

/// Processes without which there are no pods.
const API: &str = "kube-apiserver";
const NODE: &str = "kubelet";

/// The first host on which a real API runs, where there are nodes.
pub(super) fn api(live: &Live<'_>, cloud: &Cloud) -> Option<HostId> {
    let mut all = cloud.hosts.values();
    let api = all.find(|it| live.parts[&it.id].process(API).is_some())?;
    nodes(live, cloud).next().map(|_| api.id)
}

pub(super) fn nodes<'c>(live: &'c Live<'_>, cloud: &'c Cloud) -> impl Iterator<Item = &'c Host> {
    cloud.hosts.values().filter(|it| live.parts[&it.id].process(NODE).is_some())
}

/// Starts a pod on every node, reads what each says, meets each of them and their service from every node and from
/// inside of each of them, and takes all of it away. Where something of it fails, all stays for whoever looks.
pub(super) fn pods(api: HostId, live: &Live<'_>, cloud: &Cloud) -> Result<(), Text> {
    let kubectl = Kubectl::on(api, NAME, live, cloud);
    kubectl.apply(&objects())?;
    kubectl.of(&["rollout", "status", &format!("daemonset/{NAME}"), "--timeout=2s"])?;
    let shown =
        r#"jsonpath={range .items[*]}{.metadata.name} {.spec.nodeName} {.status.podIP}{"\n"}{end}"#;
    let shown =
        kubectl.of(&["get", "pods", "--selector", &format!("app={NAME}"), "--output", shown])?;
    let pods: Vec<Vec<&str>> = shown.lines().map(|it| it.split(' ').collect()).collect();
    for Host { name, .. } in nodes(live, cloud) {
        if pods.iter().all(|it| it.get(1) != Some(&name.as_str())) {
            return Err(text!("no pod runs on {name}", "no hay ningún pod en {name}"));
        }
    }
    let shown = "jsonpath={.spec.clusterIP} {.spec.ports[0].nodePort}";
    let service = kubectl.of(&["get", "service", NAME, "--output", shown])?;
    let (service, of_nodes) = service.trim().split_once(' ').unwrap_or((service.trim(), ""));
    let mut urls = vec![url(service, 80)?];
    for pod in &pods {
        urls.push(url(pod.get(2).copied().unwrap_or_default(), PORT)?);
    }
    // Who is inside of the cluster knows services by their names.
    let named = format!("http://{NAME}.{NAME}/healthz");
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    for node in nodes(live, cloud) {
        let curl = Command::new("curl").args(["-sS", "--fail", "--fail-early", "--max-time", "2"]);
        let curl = curl.args(&urls);
        // The service is met at a port of the node too, by the version of the Internet protocol that it has.
        let is_met = |it: &IpAddr| it.is_ipv6() == service.contains(':');
        let own = node.primary_addresses().filter(is_met);
        let own = own.map(|it| url(&it.to_string(), of_nodes));
        let curl = curl.args(own.collect::<Result<Vec<_>, _>>()?);
        let answer = run(&curl, live.stage.host(node.id));
        let name = &node.name;
        answer.map_err(|Text { en, es }| text!("from {name}: {en}", "desde {name}: {es}"))?;
    }
    for pod in pods.iter().filter_map(|it| it.first()) {
        if !kubectl.of(&["logs", pod])?.contains(LISTENS) {
            return Err(text!(
                "{pod} has not said that it listens",
                "{pod} no ha dicho que escucha"
            ));
        }
        let words = [&["exec", pod, "--", "/demo", "get", &named][..], &urls].concat();
        let answer = kubectl.of(&words);
        answer.map_err(|Text { en, es }| text!("from {pod}: {en}", "desde {pod}: {es}"))?;
    }
    kubectl.clear()
}

/// Has the ingress of the cloud serve a pod below a name that the world knows, by an object of Kubernetes, and opens it
/// from the Internet.
pub(super) fn site(
    api: HostId,
    app: usize,
    live: &Live<'_>,
    machines: &Machines<'_>,
    patience: Duration,
) -> Result<(), Text> {
    let kubectl = Kubectl::on(api, SITE, live, machines.cloud);
    let host = machines.cloud.apps[app].names.first().map_or("", String::as_str);
    let class = class(live, api).unwrap_or_default();
    kubectl.apply(&ingress(host, class))?;
    kubectl.of(&["rollout", "status", &format!("deployment/{SITE}"), "--timeout=2s"])?;
    let by = answered_by(app, &format!("/{SITE}"), live, machines, patience)?;
    if !by.starts_with(SITE) {
        return Err(text!("it is answered by `{by}`", "responde `{by}`"));
    }
    kubectl.clear()
}

/// The class of Ingress objects that somebody serves, by the objects that a host of the control plane applies.
pub(super) fn class<'l>(live: &'l Live<'_>, api: HostId) -> Option<&'l str> {
    live.parts[&api].files.iter().find_map(|it| {
        let name = it.path().file_name()?.to_str()?;
        name.split_once("-ingressclass-")?.1.strip_suffix(".yaml")
    })
}

/// Starts one pod, then more of it, then fewer, and takes all of it away.
pub(super) fn scaled(api: HostId, live: &Live<'_>, cloud: &Cloud) -> Result<(), Text> {
    let kubectl = Kubectl::on(api, SCALED, live, cloud);
    kubectl.apply(&deployment())?;
    let set = format!("deployment/{SCALED}");
    for count in COUNTS {
        kubectl.of(&["scale", &set, &format!("--replicas={count}")])?;
        // Fewer take as long to end as more to come.
        for key in ["replicas", "readyReplicas"] {
            let all = format!("--for=jsonpath={{.status.{key}}}={count}");
            kubectl.of(&["wait", &all, &set, "--timeout=10s"])?;
        }
    }
    kubectl.clear()
}

/// Where a pod or a service tells that it is well.
fn url(address: &str, port: impl Display) -> Result<String, Text> {
    let address: IpAddr = address.parse().map_err(|_| {
        text!("a pod has no address yet: {address}", "un pod no tiene dirección todavía: {address}")
    })?;
    Ok(match address {
        IpAddr::V4(it) => format!("http://{it}:{port}/healthz"),
        IpAddr::V6(it) => format!("http://[{it}]:{port}/healthz"),
    })
}

/// A pod on each node, and their service, in a namespace
/// (<https://kubernetes.io/docs/reference/kubernetes-api/>).
fn objects() -> Value {
    let (labels, about) = (labels(NAME), about(NAME));
    let set = json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": about,
        "spec": { "selector": { "matchLabels": labels }, "template": pod(NAME) },
    });
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": about,
        "spec": {
            "type": "NodePort", "selector": labels, "ports": [{ "port": 80, "targetPort": PORT }],
        },
    });
    json!({ "apiVersion": "v1", "kind": "List", "items": [namespace(NAME), set, service] })
}

/// Pods anywhere, of which somebody else says how many.
fn deployment() -> Value {
    let (labels, about) = (labels(SCALED), about(SCALED));
    let set = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": about,
        "spec": { "selector": { "matchLabels": labels }, "template": pod(SCALED) },
    });
    json!({ "apiVersion": "v1", "kind": "List", "items": [namespace(SCALED), set] })
}

/// A pod, and where the ingress finds it.
fn ingress(host: &str, class: &str) -> Value {
    let (labels, about) = (labels(SITE), about(SITE));
    let set = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": about,
        "spec": { "selector": { "matchLabels": labels }, "template": pod(SITE) },
    });
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": about,
        "spec": { "selector": labels, "ports": [{ "port": 80, "targetPort": PORT }] },
    });
    let backend = json!({ "service": { "name": SITE, "port": { "number": 80 } } });
    let path = json!({ "path": format!("/{SITE}"), "pathType": "Prefix", "backend": backend });
    // Of several sites of one name Traefik takes the one of which most is said, whatever its path.
    let mut first = about.clone();
    first["annotations"] = json!({ "traefik.ingress.kubernetes.io/router.priority": "1000000" });
    let ingress = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": first,
        "spec": {
            "ingressClassName": class,
            "rules": [{ "host": host, "http": { "paths": [path] } }],
        },
    });
    let all = [namespace(SITE), set, service, ingress];
    json!({ "apiVersion": "v1", "kind": "List", "items": all })
}

pub(super) fn labels(name: &str) -> Value {
    json!({ "app": name })
}

fn about(name: &str) -> Value {
    json!({ "name": name, "namespace": name, "labels": labels(name) })
}

fn namespace(name: &str) -> Value {
    json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } })
}

/// A pod of the site.
fn pod(name: &str) -> Value {
    // What the strictest of upstream's standards for pods asks for.
    let rights = json!({
        "allowPrivilegeEscalation": false,
        "capabilities": { "drop": ["ALL"] },
        "runAsNonRoot": true,
        "seccompProfile": { "type": "RuntimeDefault" },
    });
    let container = json!({
        "name": name,
        "image": DEMO,
        "imagePullPolicy": "Never",
        "securityContext": rights,
        "ports": [{ "containerPort": PORT }],
        "env": [{ "name": "NODE", "valueFrom": { "fieldRef": { "fieldPath": "spec.nodeName" } } }],
        "readinessProbe": { "httpGet": { "path": "/healthz", "port": PORT }, "periodSeconds": 1 },
    });
    json!({
        "metadata": { "labels": labels(name) },
        "spec": {
            "automountServiceAccountToken": false,
            "terminationGracePeriodSeconds": 1,
            // Those of the control plane are nodes too, and may be all that there are.
            "tolerations": [{ "operator": "Exists", "effect": "NoSchedule" }],
            "containers": [container],
        },
    })
}
