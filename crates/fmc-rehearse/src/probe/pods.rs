//! Whether a real Kubernetes runs pods: a Deployment of our own, that is gone again afterwards.

use super::attempt::run;
use crate::rehearsal::Live;
use crate::service::DEMO;
use fmc_model::cloud::{Host, HostId};
use fmc_model::{Cloud, Text, text};
use fmc_sys::{Command, Sandbox};
use serde_json::{Value, json};

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

/// Starts a pod on every node, meets them by the address of their service from every node and from inside of one
/// of them, and takes all of it away.
pub(super) fn pods(api: HostId, live: &Live<'_>, cloud: &Cloud) -> Result<(), Text> {
    let on = live.stage.host(api);
    let count = nodes(live, cloud).count();
    told(on, &["apply", "--server-side", "--filename", "-"], &objects(count).to_string())?;
    let deployment = format!("deployment/{NAME}");
    let of = |words: &[&str]| told(on, &[&["--namespace", NAME][..], words].concat(), "");
    of(&["rollout", "status", &deployment, "--timeout=2s"])?;
    let address = of(&["get", "service", NAME, "--output", "jsonpath={.spec.clusterIP}"])?;
    let address = match address.trim() {
        it if it.contains(':') => format!("[{it}]"),
        it => it.to_owned(),
    };
    let url = format!("http://{address}/healthz");
    for node in nodes(live, cloud) {
        let words = ["-sS", "--fail", "--max-time", "2", &url];
        let answer = run(&Command::new("curl").args(words), live.stage.host(node.id));
        let name = &node.name;
        answer.map_err(|Text { en, es }| {
            text!("{url} from {name}: {en}", "{url} desde {name}: {es}")
        })?;
    }
    of(&["exec", &deployment, "--", "/demo", "get", &url])?;
    told(on, &["delete", "namespace", NAME, "--wait=false"], "").map(|_| ())
}

/// What kubectl says to something, as root of a host of the control plane.
fn told(on: &Sandbox, words: &[&str], input: &str) -> Result<String, Text> {
    let path = "PATH=/opt/bin:/usr/local/bin:/usr/bin:/bin";
    let command = Command::new("env").args([path, "kubectl", "--kubeconfig", ADMIN]);
    run(&command.args(words).input(input), on)
}

/// The file by which root administers Kubernetes.
const ADMIN: &str = "/etc/kubernetes/admin.conf";

/// A Deployment of so many pods, one on each node, and its service
/// (<https://kubernetes.io/docs/reference/kubernetes-api/>).
fn objects(count: usize) -> Value {
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
    let spread = json!({
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": { "matchLabels": labels },
    });
    let pod = json!({
        "metadata": { "labels": labels },
        "spec": {
            "automountServiceAccountToken": false,
            "terminationGracePeriodSeconds": 1,
            "topologySpreadConstraints": [spread],
            "containers": [container],
        },
    });
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": about,
        "spec": { "replicas": count, "selector": { "matchLabels": labels }, "template": pod },
    });
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": about,
        "spec": { "selector": labels, "ports": [{ "port": 80, "targetPort": PORT }] },
    });
    let namespace =
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAME } });
    json!({ "apiVersion": "v1", "kind": "List", "items": [namespace, deployment, service] })
}
