//! What makes a machine a node: it runs the pods that the API gives it.

use super::Node;
use super::runtime::SOCKET;
use crate::kubernetes::{self, Flag, Flags, Taint};
use fmc_config::blocks::{BlockStyle, Blocks};
use fmc_config::tree::{Because, Tree, TreeStyle};
use fmc_config::{Cause, typed};
use fmc_model::role::{Configuration, Linked};
use fmc_model::setup::{Attempt, Command, Process, Ready, Restart};
use fmc_model::{Credential, Duration, Ports, text};
use ipnet::IpNet;
use std::collections::BTreeMap;

pub(crate) const KUBELET: &str = "/etc/kubernetes/kubelet.yaml";
/// Files that say otherwise what [`KUBELET`] says. None is there; a stage that has no systemd, or only
/// the first version of control groups, puts its own here.
const OVERLAYS: &str = "/etc/kubernetes/kubelet.conf.d";
const RESOLVERS: &str = "/etc/kubernetes/resolv.conf";
const MANUAL: &str = "https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/";

const CONFIG: Flag = Flag::of("config");
const CONFIG_DIR: Flag = Flag::of("config-dir").since(30);
const KUBECONFIG: Flag = Flag::of("kubeconfig");
const HOSTNAME: Flag = Flag::of("hostname-override");
const NODE_IP: Flag = Flag::of("node-ip");

/// How many pods a node runs at the most, where it has addresses for them: upstream's own number.
const MOST_PODS: u64 = 110;

typed! {
    /// The file of the kubelet
    /// (<https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/>).
    pub(crate) struct Kubelet {
        /// The version of this format.
        version: &'static str = "apiVersion",
        /// This format.
        kind: &'static str = "kind",
        /// How clients are known.
        authentication: Authentication = "authentication",
        /// What they may do.
        authorization: Authorization = "authorization",
        /// Its certificate.
        certificate: String = "tlsCertFile",
        /// Its key.
        key: String = "tlsPrivateKeyFile",
        /// What runs containers.
        runtime: String = "containerRuntimeEndpoint",
        /// Who makes control groups.
        cgroups: &'static str = "cgroupDriver",
        /// Whether it does not start where there is swap.
        fail_on_swap: bool = "failSwapOn",
        /// What pods may have of it.
        swap: Swap = "memorySwap",
        /// Whether system calls of pods are filtered.
        seccomp: bool = "seccompDefault",
        /// Whom pods ask for names.
        dns: Vec<String> = "clusterDNS",
        /// The domain of services.
        domain: String = "clusterDomain",
        /// Whom it asks for names itself, and those pods do that share its network.
        resolvers: Option<&'static str> = "resolvConf",
        /// How many pods it runs at the most.
        most_pods: u64 = "maxPods",
        /// What is kept for what runs beside pods.
        reserved: Resources = "kubeReserved",
        /// Whom it keeps away from the moment on that it joins.
        taints: Vec<Taint> = "registerWithTaints",
        /// How often it says how it is.
        every: Option<Because<String>> = "nodeStatusUpdateFrequency",
        /// How long that holds, in seconds.
        lease: Option<Because<u64>> = "nodeLeaseDurationSeconds",
        /// Whether it makes chains for a service proxy by iptables.
        iptables: bool = "makeIPTablesUtilChains",
        /// Where drivers of volumes lie.
        drivers: &'static str = "volumePluginDir",
    }

    /// How clients are known.
    pub(crate) struct Authentication {
        /// Those who show nothing.
        anonymous: Enabled = "anonymous",
        /// Those who show a token.
        token: Enabled = "webhook",
        /// Those who show a certificate.
        certificate: X509 = "x509",
    }

    /// Whether something is done.
    pub(crate) struct Enabled {
        /// Whether it is.
        enabled: bool = "enabled",
    }

    /// How a certificate is known.
    pub(crate) struct X509 {
        /// Who issues them.
        authority: String = "clientCAFile",
    }

    /// What clients may do.
    pub(crate) struct Authorization {
        /// Who is asked.
        mode: &'static str = "mode",
    }

    /// What pods may have of the swap.
    pub(crate) struct Swap {
        /// How much.
        behaviour: &'static str = "swapBehavior",
    }

    /// What is kept for somebody.
    pub(crate) struct Resources {
        /// Of a processor.
        cpu: String = "cpu",
        /// Memory.
        memory: String = "memory",
    }
}

impl Node<'_> {
    pub(super) fn kubelet(&self, on: &Linked<'_>, out: &mut Configuration) {
        let Some((cause, address)) = kubernetes::api(on) else { return };
        let own = out.credential("kubernetes", "kubelet", "root");
        let server = format!("https://{address}");
        kubernetes::kubeconfig(kubernetes::KUBELET, server, "kubelet", &own, &cause, out);
        let resolvers = resolvers(on, out);
        out.file_by(KUBELET, || {
            let file = file(on, &own, resolvers, self.tainted);
            Tree::of(TreeStyle::Yaml, &file, &on.cause())
        });
        out.directory(OVERLAYS, 0o755, "root");
        let addresses: Vec<_> = on.host.primary_addresses().map(|it| it.to_string()).collect();
        let mut flags = Flags::node(on.cloud);
        flags.set(CONFIG, KUBELET).set(CONFIG_DIR, OVERLAYS).set(KUBECONFIG, kubernetes::KUBELET);
        // It would take the whole name of the host, and its certificate has the short one.
        flags.set(HOSTNAME, &on.host.name).set(NODE_IP, addresses.join(","));
        let command = Command::new(out.program("kubelet").path, flags.words());
        let mut process = Process::daemon("kubelet", command, Ready::Notifies, on.cause())
            .described("node of Kubernetes", MANUAL);
        process.restart = Restart::Always;
        process.after = vec!["containerd".to_owned()];
        process.environment = patience(on);
        process.files = vec![KUBELET.to_owned(), kubernetes::KUBELET.to_owned()];
        out.process(process);
        for address in on.host.primary_addresses() {
            let what = text!("the kubelet answers", "el kubelet responde");
            out.probe(what, Attempt::Connect(address, Ports::tcp(10250)));
        }
    }
}

/// How long a program that speaks with the API holds on to a connection on which nothing comes, by
/// variables of client-go. Of itself it would be 45 seconds: longer than it takes until its node
/// counts as lost and all of its pods are started elsewhere.
pub(super) fn patience(on: &Linked<'_>) -> BTreeMap<String, String> {
    let Some((grace, _)) = kubernetes::grace(on.cloud) else { return BTreeMap::new() };
    let seconds = |part: u64| (grace.0 / 1000 / part).max(1).to_string();
    [("HTTP2_READ_IDLE_TIMEOUT_SECONDS", 4), ("HTTP2_PING_TIMEOUT_SECONDS", 8)]
        .map(|it| (it.0.to_owned(), seconds(it.1)))
        .into()
}

fn file(
    on: &Linked<'_>,
    own: &Credential,
    resolvers: Option<&'static str>,
    tainted: bool,
) -> Kubelet {
    let kubernetes = on.cloud.kubernetes.as_ref();
    let services = kubernetes.map(|it| it.services.as_slice()).unwrap_or_default();
    let grace = kubernetes::grace(on.cloud);
    let (cpu, memory) = fmc_model::cloud::Kubernetes::reserved(on.host);
    let because = |it: &fmc_model::cloud::Origin| Cause::new(it.place, on.role.name);
    Kubelet {
        version: "kubelet.config.k8s.io/v1beta1",
        kind: "KubeletConfiguration",
        authentication: Authentication {
            anonymous: Enabled { enabled: false },
            token: Enabled { enabled: true },
            certificate: X509 { authority: own.trusted() },
        },
        authorization: Authorization { mode: "Webhook" },
        certificate: own.certificate(),
        key: own.key(),
        runtime: format!("unix://{SOCKET}"),
        cgroups: "systemd",
        fail_on_swap: false,
        swap: Swap { behaviour: "NoSwap" },
        seccomp: true,
        // The tenth address of the services is that of the cluster's own names, by custom.
        dns: services
            .iter()
            .filter_map(|it| kubernetes::numbered(it, kubernetes::DNS))
            .map(|it| it.to_string())
            .collect(),
        domain: kubernetes.map(|it| it.domain.clone()).unwrap_or_default(),
        resolvers,
        most_pods: on.host.pods.iter().map(room).min().unwrap_or(MOST_PODS).min(MOST_PODS),
        reserved: Resources { cpu: format!("{}m", cpu.0), memory: kubernetes::quantity(memory) },
        taints: if tainted { vec![kubernetes::CONTROL_PLANE] } else { Vec::new() },
        every: grace.map(|(grace, origin)| {
            Because(
                kubernetes::go(Duration::millis(grace.0 / kubernetes::HEARTBEATS)),
                because(origin),
            )
        }),
        lease: grace.map(|(grace, origin)| Because((grace.0 / 1000).max(1), because(origin))),
        // The service proxy speaks nftables, and there may be no iptables at all.
        iptables: false,
        // The usual place cannot be written on every system.
        drivers: "/var/lib/kubelet/volumeplugins",
    }
}

/// How many pods have an address in a node's part of the pod network: two of its addresses mean the
/// network and everybody in it, and one is the node's own.
fn room(part: &IpNet) -> u64 {
    let bits = u32::from(part.max_prefix_len() - part.prefix_len()).min(32);
    (1_u64 << bits).saturating_sub(3).max(1)
}

/// A file of its own: that of the host may name a resolver at an address that means somebody else
/// inside of a pod.
fn resolvers(on: &Linked<'_>, out: &mut Configuration) -> Option<&'static str> {
    if on.host.resolvers.is_empty() {
        return None;
    }
    out.file_by(RESOLVERS, || {
        let mut file = Blocks::new(BlockStyle::Indented);
        for resolver in &on.host.resolvers {
            file.add(["nameserver".to_owned(), resolver.to_string()], &on.cause());
        }
        file
    });
    Some(RESOLVERS)
}
