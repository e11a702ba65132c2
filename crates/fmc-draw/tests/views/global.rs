//! The picture of the seed.

use crate::{drawn, founding, texts, told};
use fmc_diagram::graph::{End, Stroke};

/// Every name, address, title and remark of the page on which the founding cloud was first drawn.
const PAGE: &[&str] = &[
    "Infraestructura Global",
    "Usuarios Públicos",
    "HTTPS + Seguridad + Caché vía Cloudflare",
    "Cloudflare CDN",
    "Proxy + WAF + Anti-DDoS",
    "VPS (IP Pública)",
    "WireGuard Gateway",
    "Túnel VPN: 10.17.0.1",
    "Servidor Físico",
    "Red LAN: 192.168.0.0/24",
    "IP: 192.168.0.19",
    "VPN, NAT, enrutamiento interno seguro",
    "Redirección a infraestructura interna",
    "Kubernetes Ingress",
    "Load Balancer 1 (Traefik)",
    "10.17.3.12",
    "loadbalancer1.cefaslocalserver.com",
    "Load Balancer 2 (Traefik)",
    "10.17.3.13",
    "loadbalancer2.cefaslocalserver.com",
    "HAProxy + Keepalived",
    "k8s-api-lb.cefaslocalserver.com",
    "10.17.5.10",
    "10.17.5.20",
    "Kubernetes Control Plane (Master Nodes)",
    "master1.cefaslocalserver.com",
    "10.17.4.21",
    "Flatcar / etcd + API",
    "master2.cefaslocalserver.com",
    "10.17.4.22",
    "master3.cefaslocalserver.com",
    "10.17.4.23",
    "Kubernetes Worker Nodes + Nodo de Almacenamiento",
    "worker1.cefaslocalserver.com",
    "10.17.4.24",
    "Flatcar / Longhorn",
    "worker2.cefaslocalserver.com",
    "10.17.4.25",
    "worker3.cefaslocalserver.com",
    "10.17.4.26",
    "storage1.cefaslocalserver.com",
    "10.17.3.27",
    "AlmaLinux / Longhorn + NFS",
    "Servicios Complementarios (Roles Extra)",
    "CoreDNS",
    "infra-cluster.cefaslocalserver.com",
    "10.17.3.11",
    "DNS interno y sincronización horaria",
    "PostgreSQL",
    "postgresql1.cefaslocalserver.com",
    "10.17.3.14",
    "Base de datos centralizada para microservicios",
];

#[test]
fn everything_that_the_page_says_is_in_the_picture() {
    let graph = drawn(&founding(), "global");
    let texts = texts(&graph);
    for wanted in PAGE {
        assert!(texts.iter().any(|it| it.contains(wanted)), "{wanted}: {texts:#?}");
    }
    assert_eq!(graph.title, "FlatcarMicroCloud - Infraestructura Global");
    assert_eq!(graph.language, "es");
}

#[test]
fn it_tells_the_story_and_not_every_flow() {
    let cloud = founding();
    let graph = drawn(&cloud, "global");
    let edges: Vec<String> = graph.edges.iter().map(|it| told(&graph, it)).collect();
    let wanted = [
        "outside:public > host:cloudflare: HTTPS 443",
        "host:cloudflare > host:vps: HTTPS 443",
        "host:vps > host:physical1: Túnel VPN: Redirección a infraestructura interna",
        "host:physical1 > vip:ingress: HTTPS 443",
        "group:ingress > group:workers: Sitio web público 31541",
        "vip:api > host:k8s-api-lb: ",
        "host:k8s-api-lb > group:control: API de Kubernetes 6443",
        "group:workers > vip:api: API de Kubernetes 6443",
        "host:loadbalancer1 > host:loadbalancer2: VRRP",
        "group:workers > host:infra-cluster: DNS 53 · NTP 123 (de todos)",
        "group:workers > host:postgresql1: PostgreSQL 5432",
        "host:postgresql1 > host:storage1: NFS 2049",
        "host:worker3 > host:storage1: NFS 2049 (worker[1-3])",
    ];
    for wanted in wanted {
        assert!(edges.iter().any(|it| it == wanted), "{wanted}: {edges:#?}");
    }
    assert!(edges.len() <= 30 && cloud.flows.len() > 50, "{}: {edges:#?}", edges.len());
}

#[test]
fn both_ways_are_bold_from_end_to_end() {
    let graph = drawn(&founding(), "global");
    let bold: Vec<String> = (graph.edges.iter())
        .filter(|it| it.style == Stroke::Bold)
        .map(|it| told(&graph, it))
        .map(|it| it.split(':').collect::<Vec<_>>()[..3].join(":"))
        .collect();
    assert_eq!(
        bold,
        [
            "vip:api > host:k8s-api-lb",
            "vip:ingress > host:loadbalancer1",
            "outside:public > host:cloudflare",
            "host:cloudflare > host:vps",
            "host:vps > host:physical1",
            "host:physical1 > vip:ingress",
            "group:ingress > group:workers",
            "host:k8s-api-lb > group:control",
        ]
    );
}

#[test]
fn everything_stands_in_the_order_of_reading() {
    let graph = drawn(&founding(), "global");
    let tier = |id: &str| {
        let node = graph.nodes.iter().find(|it| it.id == id).map(|it| it.tier);
        let cluster = || graph.clusters.iter().find(|it| it.id == id).map(|it| it.tier);
        node.or_else(cluster).flatten().expect("a tier")
    };
    let order = [
        "outside:public",
        "host:cloudflare",
        "host:vps",
        "host:physical1",
        "group:ingress",
        "group:api",
        "group:control",
        "group:workers",
        "group:extra",
    ];
    assert!(order.windows(2).all(|it| tier(it[0]) < tier(it[1])), "{order:?}");
    for edge in graph.edges.iter().filter(|it| !it.peer) {
        let of = |end: End| {
            let own = match end {
                End::Node(node) => graph.nodes[node].tier,
                End::Cluster(cluster) => graph.clusters[cluster].tier,
            };
            let outer = graph.around(end).into_iter().find_map(|it| graph.clusters[it].tier);
            own.or(outer).expect("a tier")
        };
        assert!(of(edge.from) <= of(edge.to), "{}", told(&graph, edge));
    }
}
