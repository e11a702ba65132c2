//! Whether a real Kubernetes runs pods: some of our own, that are gone again afterwards.

use super::attempt::run;
use crate::rehearsal::Live;
use crate::service::DEMO;
use fmc_model::cloud::{Host, HostId, System};
use fmc_model::setup::KUBERNETES_ADMIN;
use fmc_model::{Cloud, Text, text};
use fmc_sys::{Command, Sandbox};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

/// The namespace, and everything in it.
const NAME: &str = "fmc-rehearsal";

/// Where the site of [`DEMO`] listens.
const PORT: u16 = 8080;

/// Processes without which there are no pods.
const API: &str = "kube-apiserver";
const NODE: &str = "kubelet";

/// The first host on which a real API runs, where there are nodes.
pub(super) fn api(live: &Live<'_>, cloud: &Cloud) -> Option<HostId> {
    let mut all = cloud.hosts.values();
    let api = all.find(|it| live.parts[&it.id].process(API).is_some())?;
    nodes(live, cloud).next().map(|_| api.id)
}

fn nodes<'c>(live: &'c Live<'_>, cloud: &'c Cloud) -> impl Iterator<Item = &'c Host> {
    cloud.hosts.values().filter(|it| live.parts[&it.id].process(NODE).is_some())
}

/// Starts a pod on every node, meets each of them and their service from every node and from inside of each of
/// them, and takes all of it away. Where something of it fails, all stays for whoever looks.
pub(super) fn pods(api: HostId, live: &Live<'_>, cloud: &Cloud) -> Result<(), Text> {
    let system = cloud.host(api).system.unwrap_or(System::Debian);
    let kubectl = Kubectl { on: live.stage.host(api), path: system.program("kubectl").path };
    kubectl.told(&["apply", "--server-side", "--filename", "-"], &objects().to_string())?;
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
    let service =
        kubectl.of(&["get", "service", NAME, "--output", "jsonpath={.spec.clusterIP}"])?;
    let mut urls = vec![url(service.trim(), 80)?];
    for pod in &pods {
        urls.push(url(pod.get(2).copied().unwrap_or_default(), PORT)?);
    }
    // Who is inside of the cluster knows services by their names.
    let named = format!("http://{NAME}.{NAME}/healthz");
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    for node in nodes(live, cloud) {
        let curl = Command::new("curl").args(["-sS", "--fail", "--max-time", "2"]).args(&urls);
        let answer = run(&curl, live.stage.host(node.id));
        let name = &node.name;
        answer.map_err(|Text { en, es }| text!("from {name}: {en}", "desde {name}: {es}"))?;
    }
    for pod in pods.iter().filter_map(|it| it.first()) {
        let words = [&["exec", pod, "--", "/demo", "get", &named][..], &urls].concat();
        let answer = kubectl.of(&words);
        answer.map_err(|Text { en, es }| text!("from {pod}: {en}", "desde {pod}: {es}"))?;
    }
    kubectl.told(&["delete", "namespace", NAME, "--wait=false"], "").map(|_| ())
}

/// Where a pod or a service tells that it is well.
fn url(address: &str, port: u16) -> Result<String, Text> {
    let address: IpAddr = address.parse().map_err(|_| {
        text!("a pod has no address yet: {address}", "un pod no tiene dirección todavía: {address}")
    })?;
    Ok(format!("http://{}/healthz", SocketAddr::new(address, port)))
}

/// kubectl, as root of a host of the control plane.
struct Kubectl<'s> {
    on: &'s Sandbox,
    path: Cow<'static, str>,
}

impl Kubectl<'_> {
    /// What it says to something.
    fn told(&self, words: &[&str], input: &str) -> Result<String, Text> {
        let command = Command::new(&*self.path).args(["--kubeconfig", KUBERNETES_ADMIN]);
        run(&command.args(words).input(input), self.on)
    }

    /// The same of what is ours.
    fn of(&self, words: &[&str]) -> Result<String, Text> {
        self.told(&[&["--namespace", NAME][..], words].concat(), "")
    }
}

/// A pod on each node, and their service
/// (<https://kubernetes.io/docs/reference/kubernetes-api/>).
fn objects() -> Value {
    let labels = json!({ "app": NAME });
    let about = json!({ "name": NAME, "namespace": NAME, "labels": labels });
    // What the strictest of upstream's standards for pods asks for.
    let rights = json!({
        "allowPrivilegeEscalation": false,
        "capabilities": { "drop": ["ALL"] },
        "runAsNonRoot": true,
        "seccompProfile": { "type": "RuntimeDefault" },
    });
    let container = json!({
        "name": NAME,
        "image": DEMO,
        "imagePullPolicy": "Never",
        "securityContext": rights,
        "ports": [{ "containerPort": PORT }],
        "env": [{ "name": "NODE", "valueFrom": { "fieldRef": { "fieldPath": "spec.nodeName" } } }],
        "readinessProbe": { "httpGet": { "path": "/healthz", "port": PORT }, "periodSeconds": 1 },
    });
    let pod = json!({
        "metadata": { "labels": labels },
        "spec": {
            "automountServiceAccountToken": false,
            "terminationGracePeriodSeconds": 1,
            "containers": [container],
        },
    });
    let set = json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": about,
        "spec": { "selector": { "matchLabels": labels }, "template": pod },
    });
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": about,
        "spec": { "selector": labels, "ports": [{ "port": 80, "targetPort": PORT }] },
    });
    let namespace =
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAME } });
    json!({ "apiVersion": "v1", "kind": "List", "items": [namespace, set, service] })
}
