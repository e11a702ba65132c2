//! What runs containers, and gives pods their addresses.

use super::Node;
use fmc_config::tree::{Because, Fraction, Tree, TreeStyle};
use fmc_config::typed;
use fmc_model::cloud::Nic;
use fmc_model::role::{Configuration, Linked};
use fmc_model::setup::{Command, Process, Ready, Restart};
use ipnet::IpNet;

pub(crate) const CONTAINERD: &str = "/etc/containerd/config.toml";
pub(crate) const NETWORK: &str = "/etc/cni/net.d/10-fmc.conflist";
const NETWORKS: &str = "/etc/cni/net.d";
/// Files in which people say how a registry is reached.
const REGISTRIES: &str = "/etc/containerd/certs.d";
pub(super) const SOCKET: &str = "/run/containerd/containerd.sock";
const MANUAL: &str = "https://github.com/containerd/containerd/blob/main/docs/cri/config.md";

/// The image that holds the namespaces of a pod, of the release that is written for.
const PAUSE: &str = "pause:3.10";

typed! {
    /// The file of containerd, version 2, which releases from 1.3 on read, those of 2 included
    /// (<https://github.com/containerd/containerd/blob/main/docs/man/containerd-config.toml.5.md>).
    pub(crate) struct Containerd {
        /// The version of this format.
        version: u64 = "version",
        /// Where images and containers lie.
        root: &'static str = "root",
        /// What it needs while it runs.
        state: &'static str = "state",
        /// How late the kernel ends it where memory runs out; -999 is nearly never.
        oom_score: &'static str = "oom_score",
        /// Where it is spoken to.
        grpc: Grpc = "grpc",
        /// Its parts.
        plugins: Plugins = "plugins",
    }

    /// Where it is spoken to.
    pub(crate) struct Grpc {
        /// Its socket.
        address: &'static str = "address",
    }

    /// Its parts.
    pub(crate) struct Plugins {
        /// What serves kubelets.
        cri: Cri = "io.containerd.grpc.v1.cri",
        /// What clears away what nobody needs any more.
        collector: Collector = "io.containerd.gc.v1.scheduler",
    }

    /// What clears away what nobody needs any more
    /// (<https://github.com/containerd/containerd/blob/main/docs/garbage-collection.md>).
    pub(crate) struct Collector {
        /// The share of its time for which it may hold up everything else.
        pause: Fraction = "pause_threshold",
    }

    /// What serves kubelets.
    pub(crate) struct Cri {
        /// The image that holds the namespaces of a pod.
        sandbox: String = "sandbox_image",
        /// Whether no container gets a better score than its own process has.
        restrict_oom_score: bool = "restrict_oom_score_adj",
        /// Whether any program may listen below 1024 in a pod, which has ports of its own.
        low_ports: bool = "enable_unprivileged_ports",
        /// How pods are given addresses.
        network: Cni = "cni",
        /// How images are fetched.
        registry: Registry = "registry",
        /// How containers are run.
        containers: Containers = "containerd",
    }

    /// How pods are given addresses.
    pub(crate) struct Cni {
        /// Where its programs lie.
        programs: String = "bin_dir",
        /// Where its files lie.
        files: &'static str = "conf_dir",
    }

    /// How images are fetched.
    pub(crate) struct Registry {
        /// Where a file for each registry may lie.
        files: &'static str = "config_path",
    }

    /// How containers are run.
    pub(crate) struct Containers {
        /// How the layers of images are put together.
        snapshotter: &'static str = "snapshotter",
        /// What runs them, where nothing else is said.
        usual: &'static str = "default_runtime_name",
        /// What runs them.
        runtimes: Runtimes = "runtimes",
    }

    /// What runs containers.
    pub(crate) struct Runtimes {
        /// runc.
        runc: Runtime = "runc",
    }

    /// Something that runs containers.
    pub(crate) struct Runtime {
        /// How it is spoken to.
        kind: &'static str = "runtime_type",
        /// How it does it.
        options: Runc = "options",
    }

    /// How runc runs containers.
    pub(crate) struct Runc {
        /// Whether systemd makes their control groups.
        systemd: bool = "SystemdCgroup",
        /// The program.
        program: String = "BinaryName",
    }
}

typed! {
    /// How a pod is joined to its node
    /// (<https://www.cni.dev/docs/spec/#network-configuration-format>).
    pub(crate) struct Network {
        /// The version of this format.
        version: &'static str = "cniVersion",
        /// Its name.
        name: &'static str = "name",
        /// What is called, one after the other.
        plugins: Vec<Link> = "plugins",
    }

    /// A link between a pod and its node (<https://www.cni.dev/plugins/current/main/ptp/>).
    pub(crate) struct Link {
        /// The program.
        kind: &'static str = "type",
        /// Whether packets of pods take the node's address.
        masquerade: bool = "ipMasq",
        /// The largest packet, in bytes.
        mtu: u64 = "mtu",
        /// Who gives addresses.
        addresses: Ipam = "ipam",
    }

    /// Who gives addresses (<https://www.cni.dev/plugins/current/ipam/host-local/>).
    pub(crate) struct Ipam {
        /// The program.
        kind: &'static str = "type",
        /// Out of what; of each of these a pod gets one.
        ranges: Vec<Vec<Because<Range>>> = "ranges",
        /// The routes of a pod.
        routes: Vec<RouteOfPod> = "routes",
    }

    /// A range of addresses.
    pub(crate) struct Range {
        /// All of this network.
        subnet: String = "subnet",
    }

    /// A route of a pod, by way of its node.
    pub(crate) struct RouteOfPod {
        /// To where.
        to: &'static str = "dst",
    }
}

impl Node<'_> {
    pub(super) fn runtime(&self, on: &Linked<'_>, out: &mut Configuration) {
        let plugins = out.program("cni-plugins").path.into_owned();
        let runc = out.program("runc").path.into_owned();
        out.file_by(CONTAINERD, || self.containerd(plugins, runc, on));
        if let Some((nic, mtu)) = joined(on) {
            out.file_by(NETWORK, || Tree::of(TreeStyle::Json, &network(on, nic, mtu), &on.cause()));
        }
        out.directory(REGISTRIES, 0o755, "root");
        out.module("overlay");
        let command = Command::new(out.program("containerd").path, ["--config", CONTAINERD]);
        let mut process = Process::daemon("containerd", command, Ready::Notifies, on.cause())
            .described("containers of this node", MANUAL);
        process.restart = Restart::Always;
        process.spares_children = true;
        process.delegates = true;
        process.files = vec![CONTAINERD.to_owned()];
        out.process(process);
    }

    fn containerd(&self, plugins: String, runc: String, on: &Linked<'_>) -> Tree {
        let file = Containerd {
            version: 2,
            root: "/var/lib/containerd",
            state: "/run/containerd",
            oom_score: "-999",
            grpc: Grpc { address: SOCKET },
            plugins: Plugins {
                cri: Cri {
                    sandbox: self.image(PAUSE),
                    // With the score above it keeps nothing from anybody, and it lets containers run
                    // where containerd itself may not ask for a better score than it was given.
                    restrict_oom_score: true,
                    // As releases from 2 on have it, and as whoever writes an image today takes it to be.
                    low_ports: true,
                    network: Cni { programs: plugins, files: NETWORKS },
                    registry: Registry { files: REGISTRIES },
                    containers: Containers {
                        snapshotter: "overlayfs",
                        usual: "runc",
                        runtimes: Runtimes {
                            runc: Runtime {
                                kind: "io.containerd.runc.v2",
                                // A machine has one manager of control groups, and that is systemd.
                                // A stage without it says otherwise, here and to the kubelet.
                                options: Runc { systemd: true, program: runc },
                            },
                        },
                    },
                },
                // It also looks whether there is anything to do after so much time that its last look was this
                // share of it: with the usual 0.02, and little to look at, releases up to 1.6.20 look 160
                // times a second. Later ones rest longer by themselves.
                collector: Collector { pause: Fraction(0.001) },
            },
        };
        Tree::of(TreeStyle::Toml, &file, &on.cause())
    }

    /// An image of Kubernetes' own, out of its own registry where that may be used, else out of the
    /// first one that may.
    fn image(&self, name: &str) -> String {
        let own = "registry.k8s.io";
        let registries = self.registries;
        let first = registries.iter().find(|it| it.value.as_str() == own);
        let registry = first.or(registries.first()).map_or(own, |it| it.value.as_str());
        format!("{registry}/{name}")
    }
}

/// The interface by which the pods of a node meet others, and what passes there; `None` where there are
/// no pods.
fn joined<'c>(on: &Linked<'c>) -> Option<(&'c Nic, u64)> {
    let nic = on.host.nics.iter().find(|it| !it.addresses.is_empty())?;
    let mtu = on.cloud.networks.get(&nic.network)?.mtu.into();
    (!on.host.pods.is_empty()).then_some((nic, mtu))
}

/// Every pod has a link of its own to the node, and no bridge joins them: so packets between pods of
/// one node are routed like all others, the firewall sees them, and a service that is answered by a
/// pod of the same node needs no module of the kernel to find the way back.
fn network(on: &Linked<'_>, nic: &Nic, mtu: u64) -> Network {
    let cause = on.cause_at(&nic.origin);
    let range = |it: &IpNet| vec![Because(Range { subnet: it.to_string() }, cause.clone())];
    let ranges = on.host.pods.iter().map(range).collect();
    let everywhere = |it: &IpNet| match it {
        IpNet::V4(_) => RouteOfPod { to: "0.0.0.0/0" },
        IpNet::V6(_) => RouteOfPod { to: "::/0" },
    };
    let routes = on.host.pods.iter().map(everywhere).collect();
    let addresses = Ipam { kind: "host-local", ranges, routes };
    // Pods are routed natively: whoever meets their packets knows whose they are.
    let link = Link { kind: "ptp", masquerade: false, mtu, addresses };
    Network { version: "1.0.0", name: "pods", plugins: vec![link] }
}
