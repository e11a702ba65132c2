//! The control plane of Kubernetes: API server, controllers, scheduler.

use fmc_model::role::{
    About, After, CertificateRequest, Declaration, Health, Kind, Member, Minimum, Need, Redundancy,
    Role, Target, Usage,
};
use fmc_model::{Ports, Text, Words, record};
use ipnet::IpNet;
use std::borrow::Cow;
use std::net::IpAddr;

pub(crate) const ROLE: Kind = Kind::of::<ControlPlane>(&About {
    name: "control-plane",
    label: "Kubernetes API",
    icon: "kubernetes",
    summary: Words(
        "the API of Kubernetes, its controllers and its scheduler",
        "la API de Kubernetes, sus controladores y su planificador",
    ),
    manual: "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/",
    systems: &[],
    minimum: Minimum::of(2, 2048, 20),
    example: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master[1-3]: { os: flatcar, nics: { nodes: 21+ }, roles: { etcd: , control-plane: } }
",
});

record! {
    /// The control plane of Kubernetes.
    pub struct ControlPlane ("role `control-plane`", "rol `control-plane`") {}
}

impl Role for ControlPlane {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::AnyOf);
        out.offer_checked("kubernetes-api", [Ports::tcp(6443)], Health::Https("/readyz"));
        out.need(
            Need::of(
                "etcd-client",
                Text::of("the API keeps its state in etcd", "la API guarda su estado en etcd"),
            )
            .to(Target::EachOffered)
            .before_start()
            .required("etcd"),
        );
        out.need(Need::of(
            "kubernetes-api",
            Text::of(
                "controllers and the scheduler work through the API",
                "los controladores y el planificador trabajan a través de la API",
            ),
        ));
        out.need(
            Need::of(
                "kubelet",
                Text::of(
                    "logs, shells and metrics of pods",
                    "registros, consolas y métricas de los pods",
                ),
            )
            .to(Target::EachOffered),
        );
        out.need(
            Need::of(
                "pods",
                Text::of(
                    "the API calls webhooks that run as pods",
                    "la API llama a webhooks que se ejecutan como pods",
                ),
            )
            .to(Target::Pods),
        );
        for role in ["haproxy", "keepalived"] {
            out.after(After {
                role,
                here: false,
                why: Text::of(
                    "the one address of the API answers before anybody joins by it",
                    "la única dirección de la API responde antes de que nadie se una por ella",
                ),
            });
        }
        certificates(on, out);
    }
}

fn certificates(on: &Member<'_>, out: &mut Declaration) {
    let domain = &on.site.domain;
    let cluster = &on.site.kubernetes.domain;
    let mut names: Vec<String> =
        ["kubernetes", "kubernetes.default", "kubernetes.default.svc"].map(str::to_owned).into();
    names.push(format!("kubernetes.default.svc.{cluster}"));
    names.extend(["localhost".to_owned(), on.host.name.to_string(), on.host.fqdn.clone()]);
    let mut addresses: Vec<IpAddr> = on.host.primary_addresses().collect();
    addresses.push(std::net::Ipv4Addr::LOCALHOST.into());
    // Services find the API at the first address of their range.
    addresses.extend(on.site.kubernetes.services.iter().filter_map(|it| IpNet::hosts(it).next()));
    for vip in on.site.vips_of("control-plane") {
        names.extend(vip.names.iter().map(|it| format!("{it}.{domain}")));
        addresses.extend(&vip.addresses);
    }
    let server = CertificateRequest {
        name: Cow::Borrowed("kube-apiserver"),
        authority: "kubernetes",
        common_name: "kube-apiserver".to_owned(),
        organization: None,
        names,
        addresses,
        usage: Usage::Server,
        why: Text::of("everybody knows the API by it", "todos reconocen la API por él"),
    };
    out.certificate(server);
    for (name, authority, common_name, organization, why) in [
        (
            "kube-apiserver-etcd-client",
            "etcd",
            "kube-apiserver",
            None,
            Text::of("the API is a client of etcd", "la API es cliente de etcd"),
        ),
        (
            "kube-apiserver-kubelet-client",
            "kubernetes",
            "kube-apiserver-kubelet-client",
            Some("system:masters"),
            Text::of("the API is a client of kubelets", "la API es cliente de los kubelets"),
        ),
        (
            "kube-controller-manager",
            "kubernetes",
            "system:kube-controller-manager",
            None,
            Text::of(
                "controllers are clients of the API",
                "los controladores son clientes de la API",
            ),
        ),
        (
            "kube-scheduler",
            "kubernetes",
            "system:kube-scheduler",
            None,
            Text::of(
                "the scheduler is a client of the API",
                "el planificador es cliente de la API",
            ),
        ),
        (
            "front-proxy-client",
            "front-proxy",
            "front-proxy-client",
            None,
            Text::of(
                "the API passes requests on to extensions of itself",
                "la API pasa peticiones a sus extensiones",
            ),
        ),
    ] {
        out.certificate(CertificateRequest {
            name: name.into(),
            authority,
            common_name: common_name.to_owned(),
            organization,
            names: Vec::new(),
            addresses: Vec::new(),
            usage: Usage::Client,
            why,
        });
    }
}
