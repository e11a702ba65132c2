//! How it is known that a control plane works, with its nodes and what runs on them.

use super::ROLE;
use crate::kubernetes::{self, API_PORT};
use fmc_model::role::{Configuration, Linked};
use fmc_model::setup::{Attempt, Command};
use fmc_model::{Ports, Text, text};

/// What is tried from a host of the control plane.
pub(super) fn probes(on: &Linked<'_>, out: &mut Configuration) {
    for address in on.host.primary_addresses() {
        let what = text!("the API answers at {address}", "la API responde en {address}");
        out.probe(what, Attempt::Connect(address, Ports::tcp(API_PORT)));
    }
    let ready = ["--kubeconfig", kubernetes::ADMIN, "get", "--raw", "/readyz"];
    let what = text!(
        "the API is ready where everybody meets it",
        "la API está lista donde todos la encuentran"
    );
    let kubectl = out.program("kubectl").path;
    out.probe(what, Attempt::Command(Command::new(kubectl.clone(), ready)));
    // What is true of the cluster is asked once: each question is a program of some size that starts.
    let is_first = on.cloud.hosts.values().find(|it| it.has_role(ROLE.about.name));
    if is_first.is_none_or(|it| it.id != on.host.id) {
        return;
    }
    // Of several that could, one does: who stops does not take its name from the lease.
    let leases = ["kube-controller-manager", "kube-scheduler"].map(|it| format!("lease/{it}"));
    let words = ["--kubeconfig", kubernetes::ADMIN, "--namespace", "kube-system", "wait"];
    let held = ["--for=jsonpath={.spec.holderIdentity}", "--timeout=1s"];
    let words = words.into_iter().chain(held).chain(leases.iter().map(String::as_str));
    let what = Text::of(
        "controllers and schedulers have settled who leads, by their leases",
        "los controladores y los planificadores han acordado quién dirige, por sus concesiones",
    );
    out.probe(what, Attempt::Command(Command::new(kubectl.clone(), words)));
    for app in on.cloud.apps.values().filter(|it| it.pods.is_some()) {
        let (name, apps, count) = (&app.name, kubernetes::APPS, app.hosts.len());
        // A count, and no end of a rollout: that one is over where no node has joined yet.
        let (set, all) = (
            format!("daemonset/{name}"),
            format!("--for=jsonpath={{.status.numberAvailable}}={count}"),
        );
        let words = ["--kubeconfig", kubernetes::ADMIN, "--namespace", apps, "wait"];
        let words = words.into_iter().chain([&*all, "--timeout=1s", &*set]);
        let what = text!(
            "a pod of {name} runs on each of its hosts",
            "un pod de {name} funciona en cada uno de sus hosts"
        );
        out.probe(what, Attempt::Command(Command::new(kubectl.clone(), words)));
    }
    let nodes = on.cloud.hosts.values().filter(|it| !it.pods.is_empty());
    let nodes: Vec<String> = nodes.map(|it| format!("node/{}", it.name)).collect();
    if !nodes.is_empty() {
        let words = ["--kubeconfig", kubernetes::ADMIN, "wait", "--for=condition=Ready"];
        // It is asked again until it is so.
        let words = words.into_iter().chain(["--timeout=1s"]);
        let words = words.chain(nodes.iter().map(String::as_str));
        let what = Text::of("every node is ready", "todos los nodos están listos");
        out.probe(what, Attempt::Command(Command::new(kubectl, words)));
    }
}
