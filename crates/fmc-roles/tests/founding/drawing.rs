//! Everything that the original drawing and its page name is in the cloud, letter by letter.

use crate::{founding, sorted};
use fmc_model::cloud::{Host, System};

/// A box of the drawing, or a line of the page: the host, what is written in the box, its address,
/// its system where one is drawn, and the note below.
type Drawn = (&'static str, &'static str, &'static str, Option<System>, Option<&'static str>);

const FLATCAR: Option<System> = Some(System::Flatcar);
const ALMALINUX: Option<System> = Some(System::Almalinux);

#[rustfmt::skip]
const DRAWN: [Drawn; 17] = [
    ("cloudflare", "Cloudflare CDN", "", None, Some("Proxy + WAF + Anti-DDoS")),
    ("vps", "VPS (IP Pública)", "10.17.0.1", None, Some("WireGuard Gateway")),
    ("physical1", "Servidor Físico", "192.168.0.19", None, Some("VPN, NAT, enrutamiento interno seguro")),
    ("bastion1", "Bastion Node", "", None, Some("Control de acceso seguro")),
    ("infra-cluster", "CoreDNS", "10.17.3.11", None, Some("DNS interno y sincronización horaria")),
    ("loadbalancer1", "Load Balancer 1 (Traefik)", "10.17.3.12", None, None),
    ("loadbalancer2", "Load Balancer 2 (Traefik)", "10.17.3.13", None, None),
    ("k8s-api-lb", "HAProxy + Keepalived", "10.17.5.20", None, None),
    ("master1", "master1", "10.17.4.21", FLATCAR, Some("etcd + API")),
    ("master2", "master2", "10.17.4.22", FLATCAR, Some("etcd + API")),
    ("master3", "master3", "10.17.4.23", FLATCAR, Some("etcd + API")),
    ("worker1", "worker1", "10.17.4.24", FLATCAR, Some("Flatcar / Longhorn")),
    ("worker2", "worker2", "10.17.4.25", FLATCAR, Some("Flatcar / Longhorn")),
    ("worker3", "worker3", "10.17.4.26", FLATCAR, Some("Flatcar / Longhorn")),
    ("storage1", "storage1", "10.17.3.27", ALMALINUX, Some("Longhorn + NFS")),
    ("postgresql1", "PostgreSQL", "10.17.3.14", None, Some("Base de datos centralizada para microservicios")),
    ("freeipa1", "FreeIPA Node", "", None, Some("Autenticación y DNS")),
];

#[test]
fn every_host_is_as_it_was_drawn_and_none_was_invented() {
    let cloud = founding().cloud;
    assert_eq!(sorted(DRAWN.iter().map(|it| it.0)), sorted(cloud.hosts.keys()));
    for (name, label, address, system, note) in &DRAWN {
        let host = &cloud.hosts[*name];
        assert_eq!(host.fqdn, format!("{name}.cefaslocalserver.com"));
        assert_eq!((host.label.as_str(), host.note.as_deref()), (*label, *note), "{name}");
        let addresses = sorted(host.addresses());
        assert!(address.is_empty() || addresses.iter().any(|it| it == address), "{name}");
        assert!(system.is_none() || host.system == *system, "{name}");
    }
}

#[test]
fn networks_and_addresses_are_those_of_the_drawing() {
    let cloud = founding().cloud;
    let lan = &cloud.networks["lan"];
    assert_eq!(
        (lan.label.as_str(), sorted(&lan.prefixes)),
        ("Red LAN", vec!["192.168.0.0/24".into()])
    );
    let tunnel = &cloud.networks["tunnel"];
    assert_eq!(tunnel.label, "Túnel VPN");
    let end = cloud.hosts["vps"].nic(&tunnel.name).map(|it| sorted(&it.addresses));
    assert_eq!(end, Some(vec!["10.17.0.1/24".to_owned()]));
    let vip = &cloud.vips["api"];
    assert_eq!(sorted(&vip.addresses), ["10.17.5.10"]);
    assert_eq!(vip.names, ["k8s-api"]);
    assert!(vip.hosts.names().any(|it| it.as_str() == "k8s-api-lb"));
}

#[test]
fn the_groups_are_the_titles_of_the_drawing() {
    let cloud = founding().cloud;
    let groups: Vec<(String, String)> =
        cloud.groups.values().map(|it| (it.label.clone(), it.hosts.to_string())).collect();
    let expected = [
        ("Kubernetes Ingress", "loadbalancer[1-2]"),
        ("HAProxy + Keepalived", "k8s-api-lb"),
        ("Kubernetes Control Plane (Master Nodes)", "master[1-3]"),
        ("Kubernetes Worker Nodes + Nodo de Almacenamiento", "worker[1-3], storage1"),
        ("Servicios Complementarios (Roles Extra)", "infra-cluster, postgresql1, freeipa1"),
    ];
    let expected = expected.map(|(label, hosts)| (label.to_owned(), hosts.to_owned()));
    assert_eq!(groups, expected);
}

#[test]
fn title_people_and_words_are_those_of_the_page() {
    let cloud = founding().cloud;
    assert_eq!(cloud.title, "FlatcarMicroCloud - Infraestructura Global");
    assert_eq!((cloud.name.as_str(), cloud.language), ("FlatcarMicroCloud", "es"));
    let public = &cloud.outside["public"];
    assert_eq!(public.label, "Usuarios Públicos");
    assert_eq!(public.note.as_deref(), Some("HTTPS + Seguridad + Caché vía Cloudflare"));
}

#[test]
fn roles_are_what_the_page_says_of_each_host() {
    let cloud = founding().cloud;
    let roles = |host: &Host| sorted(host.roles.iter().map(|it| it.name)).join(" ");
    let expected = [
        // «Cloudflare CDN, que actúa como proxy y caché»
        ("cloudflare", "cdn"),
        // «WireGuard VPN Gateway», which passes visitors on
        ("vps", "router wireguard"),
        // «WireGuard + NAT + nftables»
        ("physical1", "hypervisor router wireguard"),
        ("bastion1", "bastion"),
        // «DNS interno y sincronización horaria»
        ("infra-cluster", "chrony coredns"),
        ("loadbalancer1", "haproxy keepalived traefik"),
        ("loadbalancer2", "haproxy keepalived traefik"),
        ("k8s-api-lb", "haproxy keepalived"),
        ("master1", "control-plane etcd"),
        ("master2", "control-plane etcd"),
        ("master3", "control-plane etcd"),
        ("worker1", "longhorn worker"),
        ("worker2", "longhorn worker"),
        ("worker3", "longhorn worker"),
        ("storage1", "longhorn nfs worker"),
        ("postgresql1", "postgres"),
        ("freeipa1", "freeipa"),
    ];
    for (name, expected) in expected {
        assert_eq!(roles(&cloud.hosts[name]), expected, "{name}");
    }
    assert_eq!(expected.len(), cloud.hosts.len());
    let settings = &cloud.hosts["cloudflare"].roles[0].settings;
    assert_eq!(settings["waf"], "managed");
    assert_eq!(settings["cache"], "static");
}

#[test]
fn the_ingress_works_with_kubernetes_and_with_freeipa() {
    // «Integración con Kubernetes y FreeIPA»
    let cloud = founding().cloud;
    let reaches = |to: &str, service: &str| {
        cloud.flows.iter().any(|it| {
            it.from.to_string() == "loadbalancer[1-2]"
                && it.to.to_string() == to
                && it.service == service
        })
    };
    assert!(reaches("vip:api", "kubernetes-api"));
    assert!(reaches("freeipa1", "identity"));
}
