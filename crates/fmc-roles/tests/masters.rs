//! Masters are nodes too: what is on them, who keeps away from them, and where they are met.

mod common;
#[path = "common/setups.rs"]
mod setups;

use setups::{cloud, says, setup};

const FOUNDING: &str = include_str!("../../../examples/flatcarmicrocloud.yaml");

/// Two masters, and nodes on four systems.
const OTHER: &str = include_str!("../../../tests/validators/clouds/cluster.yaml");

/// Masters are nodes, to which only what belongs to a control plane comes; who is a worker too is open to all.
#[test]
fn masters_are_nodes_that_keep_others_away() {
    let taint = "- key: node-role.kubernetes.io/control-plane\n      effect: NoSchedule";
    let both = OTHER.replace("control-plane: {", "worker: , control-plane: {");
    assert_ne!(both, OTHER);
    for (text, tainted) in [(OTHER, true), (&both, false)] {
        let cloud = cloud(text);
        let master = setup(&cloud, "master1");
        for name in ["containerd", "kubelet", "kube-proxy"] {
            let runs = master.processes.iter().filter(|it| it.name == name).count();
            assert_eq!(runs, 1, "{name}");
        }
        let node = setups::text(master, "/etc/kubernetes/objects/1-node-master1.yaml");
        assert!(node.contains("node-role.kubernetes.io/control-plane: \"\""), "{node}");
        let kubelet = setups::text(master, "/etc/kubernetes/kubelet.yaml");
        says(master, "/etc/kubernetes/kubelet.yaml", &["memory: \"1280Mi\""]);
        assert_eq!(node.contains("taints:"), tainted, "{node}");
        assert_eq!(kubelet.contains("registerWithTaints:"), tainted, "{kubelet}");
        assert!(!tainted || node.contains(taint), "{node}");
    }
}

/// The only master meets the API at its own address, and has all that others have.
#[test]
fn one_master_is_enough() {
    let text = OTHER
        .replace("master[1-2]:", "master1:")
        .replace("back: 21+, nodes: 21+", "back: 21, nodes: 21");
    let cloud = cloud(&text);
    let master = setup(&cloud, "master1");
    for file in ["admin.conf", "kubelet.conf", "kube-proxy.conf"] {
        let file = setups::text(master, &format!("/etc/kubernetes/{file}"));
        assert!(file.contains("server: \"https://10.2.0.21:6443\""), "{file}");
    }
}

/// Each node has a kubelet of its own, which no virtual address stands for.
#[test]
fn kubelets_are_met_at_their_hosts() {
    let cloud = cloud(FOUNDING);
    let balancer = setups::text(setup(&cloud, "k8s-api-lb"), "/etc/haproxy/haproxy.cfg");
    assert!(balancer.contains(":6443") && !balancer.contains(":10250"), "{balancer}");
}

/// Who writes that an app runs on a master means it, and its pods are let there.
#[test]
fn pods_of_an_app_on_a_master_are_let_there() {
    let pods = |hosts: &str| {
        let text = FOUNDING.replace(
            "hosts: worker*\n    port: 31541",
            &format!("hosts: {hosts}\n    port: 31541"),
        );
        let text = text.replace(", volumes: { /data: \"storage1:/srv/nfs/shared\" }", "");
        setups::text(
            setup(&cloud(&text), "master1"),
            "/etc/kubernetes/objects/2-daemonset-web.yaml",
        )
    };
    let bears = "tolerations:\n        - key: node-role.kubernetes.io/control-plane\n          operator: Exists";
    let (there, elsewhere) = (pods("[master1, worker1]"), pods("worker1"));
    assert!(there.contains(bears), "{there}");
    assert!(!elsewhere.contains("tolerations"), "{elsewhere}");
}

/// Where nobody else has pods, those who answer for names run on masters.
#[test]
fn masters_alone_answer_for_names_themselves() {
    let kind = fmc_roles::ROLES.iter().find(|it| it.about.name == "control-plane").expect("it");
    let names = "/etc/kubernetes/objects/2-deployment-coredns.yaml";
    let alone = setups::text(setup(&cloud(kind.about.example), "master1"), names);
    assert!(alone.contains("tolerations:") && alone.contains("replicas: 2"), "{alone}");
    let beside = setups::text(setup(&cloud(FOUNDING), "master1"), names);
    assert!(!beside.contains("tolerations:"), "{beside}");
}
