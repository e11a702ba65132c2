//! A node of Kubernetes: kubelet, container runtime, service proxy.
//!
//! Pods are routed natively: each node gets a part of the pod network, and every neighbour and router
//! a route to it, so packets of pods are seen by firewalls as what they are.

mod kubelet;
mod proxy;
mod runtime;

pub(crate) use kubelet::{KUBELET, Kubelet};
pub(crate) use proxy::{PROXY, Proxy};
pub(crate) use runtime::{CONTAINERD, Containerd, NETWORK, Network};

use fmc_model::read::{At, OneOrMany};
use fmc_model::role::{
    About, CertificateRequest, Configuration, Declaration, Kind, Linked, Member, Minimum, Need,
    Redundancy, Role, Target, Usage,
};
use fmc_model::{Ports, Text, Words, record};

pub(crate) const ROLE: Kind = Kind::of::<Worker>(&About {
    name: "worker",
    label: "Kubernetes node",
    icon: "kubernetes-node",
    summary: Words("runs pods of Kubernetes", "ejecuta pods de Kubernetes"),
    manual: "https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/",
    systems: &[],
    minimum: Minimum::of(1, 1024, 20),
    example: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master1: { os: flatcar, nics: { nodes: 21 }, roles: { etcd: , control-plane: } }
  worker[1-3]: { os: flatcar, nics: { nodes: 24+ }, roles: { worker: } }
",
});

record! {
    /// A node of Kubernetes.
    pub struct Worker ("role `worker`", "rol `worker`") {
        /// Where images come from; the usual registries if left out. Without `registry.k8s.io` the
        /// image of pods themselves, `pause`, comes from the first of them.
        registries: OneOrMany<At<fmc_model::Domain>>,
    }
}

const REGISTRIES: [&str; 4] = ["registry.k8s.io", "docker.io", "ghcr.io", "quay.io"];

impl Role for Worker {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::AnyOf);
        out.need(
            Need::of(
                "kubernetes-api",
                Text::of(
                    "nodes join by the API and report to it",
                    "los nodos se unen por la API y le informan",
                ),
            )
            .before_start()
            .required("control-plane"),
        );
        Node { registries: &self.registries, tainted: false }.declare(on, out);
    }

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        Node { registries: &self.registries, tainted: false }.configure(on, out);
    }
}

/// A node, whichever role makes one of a host. It joins by the API that this role asks for.
pub(crate) struct Node<'a> {
    /// Where images come from; the usual registries where there are none.
    pub(crate) registries: &'a [At<fmc_model::Domain>],
    /// Whether it runs only pods that are made for a control plane.
    pub(crate) tainted: bool,
}

impl Node<'_> {
    /// What it offers and needs.
    pub(crate) fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.run_pods();
        out.offer("kubelet", [Ports::tcp(10250)]);
        out.is_each_its_own();
        out.need(
            Need::of(
                "kubelet",
                Text::of(
                    "metrics are gathered from every node",
                    "las métricas se recogen de cada nodo",
                ),
            )
            .to(Target::EachOffered)
            .from_pods(),
        );
        let mut registries: Vec<_> =
            self.registries.iter().map(|it| it.value.to_string().into()).collect();
        if registries.is_empty() {
            registries = REGISTRIES.map(Into::into).into();
        }
        out.need(
            Need::of(
                "images",
                Text::of("images of containers and charts", "imágenes de contenedores y charts"),
            )
            .to(Target::Outside(registries, vec![Ports::tcp(443)])),
        );
        pods(out);
        let host = on.host;
        out.certificate(CertificateRequest {
            name: "kubelet".into(),
            authority: "kubernetes",
            common_name: format!("system:node:{}", host.name),
            organization: Some("system:nodes"),
            names: vec![host.name.to_string(), host.fqdn.clone()],
            addresses: host.primary_addresses().collect(),
            usage: Usage::Both,
            why: Text::of("the node is known to the API by it", "la API reconoce al nodo por él"),
        });
        out.certificate(CertificateRequest {
            name: "kube-proxy".into(),
            authority: "kubernetes",
            common_name: "system:kube-proxy".to_owned(),
            organization: None,
            names: Vec::new(),
            addresses: Vec::new(),
            usage: Usage::Client,
            why: Text::of(
                "the service proxy is a client of the API",
                "el proxy de servicios es cliente de la API",
            ),
        });
    }

    /// What makes it one.
    pub(crate) fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        // What goes to pods and comes from them passes through.
        if on.host.pods.iter().any(|it| it.addr().is_ipv4()) {
            out.sysctl("net.ipv4.ip_forward", 1);
        }
        if on.host.pods.iter().any(|it| it.addr().is_ipv6()) {
            out.sysctl("net.ipv6.conf.all.forwarding", 1);
        }
        let own = on.cloud.apps.values().filter(|it| it.hosts.contains(on.host.id));
        if own.flat_map(|it| &it.pods).any(|it| !it.volumes.is_empty()) {
            out.program("mount.nfs");
        }
        self.runtime(on, out);
        self.kubelet(on, out);
        Self::proxy(on, out);
    }
}

/// What the pods on a node need.
fn pods(out: &mut Declaration) {
    let among =
        Text::of("pods talk to pods on other nodes", "los pods hablan con pods de otros nodos");
    out.need(Need::of("pods", among).to(Target::Pods).from_pods());
    let probes = Text::of(
        "kubelets probe pods, nodes reach services",
        "los kubelets sondean pods, los nodos llegan a servicios",
    );
    out.need(Need::of("pods", probes).to(Target::Pods));
    let api = Text::of(
        "pods reach the API by its service address",
        "los pods llegan a la API por su dirección de servicio",
    );
    out.need(Need::of("kubernetes-api", api).to(Target::EachOffered).from_pods());
    let names =
        Text::of("pods resolve names of the cloud", "los pods resuelven nombres de la nube");
    out.need(Need::of("dns", names).from_pods());
    let outside =
        Text::of("pods call services on the Internet", "los pods llaman a servicios de Internet");
    out.need(
        Need::of("https", outside)
            .to(Target::Outside(Vec::new(), vec![Ports::tcp(443)]))
            .from_pods(),
    );
}
