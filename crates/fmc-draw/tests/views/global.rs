//! The whole picture. That it holds every word of the page on which the founding cloud was first drawn
//! is tried where it is written, in the tests of `fmc draw`.

use crate::{drawn, founding, told};
use fmc_diagram::graph::{End, Stroke};

#[test]
fn it_has_the_title_and_the_language_of_the_file() {
    let graph = drawn(&founding(), "global");
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
