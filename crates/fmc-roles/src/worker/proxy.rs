//! What makes the addresses of services lead to their pods, on every node.

use super::Node;
use super::kubelet::patience;
use crate::kubernetes::{self, Flag, Flags};
use fmc_config::tree::{Because, Tree, TreeStyle};
use fmc_config::typed;
use fmc_model::role::{Configuration, Linked};
use fmc_model::setup::{Command, Process, Ready, Restart};

pub(crate) const PROXY: &str = "/etc/kubernetes/kube-proxy.yaml";
const MANUAL: &str =
    "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-proxy/";

const CONFIG: Flag = Flag::of("config");

typed! {
    /// The file of kube-proxy
    /// (<https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/>).
    pub(crate) struct Proxy {
        /// The version of this format.
        version: &'static str = "apiVersion",
        /// This format.
        kind: &'static str = "kind",
        /// How it leads packets on.
        mode: &'static str = "mode",
        /// How it finds the API.
        client: Client = "clientConnection",
        /// The name of its node.
        host: String = "hostnameOverride",
        /// Where pods are: what comes from elsewhere to a service takes the node's address.
        pods: String = "clusterCIDR",
        /// At which of the node's addresses ports of nodes are served.
        node_ports: Vec<Because<String>> = "nodePortAddresses",
        /// Where it tells how it is.
        healthy: &'static str = "healthzBindAddress",
        /// Where it tells how much it does.
        metrics: &'static str = "metricsBindAddress",
        /// How the kernel follows connections.
        connections: Connections = "conntrack",
    }

    /// How it finds the API.
    pub(crate) struct Client {
        /// By this file.
        file: &'static str = "kubeconfig",
    }

    /// How the kernel follows connections.
    pub(crate) struct Connections {
        /// How many for each processor; 0 leaves it to the kernel.
        per_core: u64 = "maxPerCore",
    }
}

impl Node<'_> {
    pub(super) fn proxy(on: &Linked<'_>, out: &mut Configuration) {
        let Some((cause, address)) = kubernetes::api(on) else { return };
        let own = out.credential("kubernetes", "kube-proxy", "root");
        let server = format!("https://{address}");
        kubernetes::kubeconfig(kubernetes::PROXY, server, "kube-proxy", &own, &cause, out);
        out.file_by(PROXY, || Self::proxy_file(on));
        // It writes its rules by this program, into tables of its own.
        out.program("nft");
        let mut flags = Flags::node(on.cloud);
        flags.set(CONFIG, PROXY);
        let command = Command::new(out.program("kube-proxy").path, flags.words());
        let mut process = Process::daemon("kube-proxy", command, Ready::Started, on.cause())
            .described("services of Kubernetes on this node", MANUAL);
        process.restart = Restart::Always;
        process.environment = patience(on);
        process.files = vec![PROXY.to_owned(), kubernetes::PROXY.to_owned()];
        out.process(process);
    }

    fn proxy_file(on: &Linked<'_>) -> Tree {
        let pods = on.cloud.kubernetes.as_ref().map(|it| kubernetes::list(&it.pods));
        let mut node_ports = Vec::new();
        for nic in &on.host.nics {
            let cause = on.cause_at(&nic.origin);
            let networks = nic.addresses.iter().map(|it| it.trunc().to_string());
            node_ports.extend(networks.map(|it| Because(it, cause.clone())));
        }
        let file = Proxy {
            version: "kubeproxy.config.k8s.io/v1alpha1",
            kind: "KubeProxyConfiguration",
            mode: "nftables",
            client: Client { file: kubernetes::PROXY },
            host: on.host.name.to_string(),
            pods: pods.unwrap_or_default(),
            node_ports,
            healthy: "127.0.0.1:10256",
            metrics: "127.0.0.1:10249",
            // The kernel's own limit grows with the memory. kube-proxy would set one of its own, and
            // ends where it may not: it belongs to the whole machine and not to a namespace.
            connections: Connections { per_core: 0 },
        };
        Tree::of(TreeStyle::Yaml, &file, &on.cause())
    }
}
