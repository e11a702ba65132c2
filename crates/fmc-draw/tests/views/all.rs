//! What holds for every view of every cloud.

use crate::{EXAMPLES, cloud, drawn, founding, options};
use fmc_diagram::graph::{End, Graph, Sample, Tone};
use fmc_diagram::icons;
use fmc_draw::{Options, Refusal, VIEWS, draw};
use fmc_model::Name;
use std::collections::BTreeSet;

/// Asserts that a graph refers to nothing that is not there, and to everything by its own id.
fn check(graph: &Graph, what: &str) {
    let mut ids = BTreeSet::new();
    let names = graph.nodes.iter().map(|it| &it.id).chain(graph.clusters.iter().map(|it| &it.id));
    for id in names {
        assert!(!id.is_empty() && ids.insert(id.clone()), "{what}: {id}");
    }
    let mut lines = BTreeSet::new();
    for edge in &graph.edges {
        assert!(!edge.id.is_empty() && lines.insert(edge.id.clone()), "{what}: {}", edge.id);
        assert_ne!(edge.from, edge.to, "{what}: {}", edge.id);
        for (end, other) in [(edge.from, edge.to), (edge.to, edge.from)] {
            if let End::Cluster(cluster) = end {
                assert!(!graph.around(other).contains(&cluster), "{what}: {}", edge.id);
            }
        }
        assert!(!edge.details.is_empty() || edge.label.is_empty() || what.contains("placement"));
    }
    for node in &graph.nodes {
        assert!(node.cluster.is_none_or(|it| it < graph.clusters.len()), "{what}: {}", node.id);
        assert!(!node.lines.is_empty(), "{what}: {}", node.id);
        assert!(
            !node.details.is_empty()
                || node.id.starts_with("gateway:")
                || node.id.starts_with("internet")
        );
        for icon in node.badges.iter().chain([&node.icon]) {
            assert!(icons::find(icon).is_some(), "{what}: no icon `{icon}` for {}", node.id);
        }
    }
    for cluster in &graph.clusters {
        let known = cluster.icon.is_empty() || icons::find(&cluster.icon).is_some();
        assert!(known, "{what}: no icon `{}`", cluster.icon);
    }
    for entry in &graph.legend {
        let used = match &entry.sample {
            Sample::Line(stroke, _) => graph.edges.iter().any(|it| it.style == *stroke),
            Sample::Box(tone) => {
                let tones = graph.nodes.iter().map(|it| it.tone);
                let mut tones = tones.chain(graph.clusters.iter().map(|it| it.tone));
                *tone != Tone::default() && tones.any(|it| it == *tone)
            }
            Sample::Icon(icon) => {
                let mut nodes = graph.nodes.iter();
                nodes.any(|it| it.icon == *icon || it.badges.contains(icon))
            }
            Sample::Change(_) => false,
        };
        assert!(used, "{what}: {entry:?}");
    }
}

#[test]
fn graphs_are_whole_and_their_icons_are_there() {
    for (name, text) in EXAMPLES {
        let cloud = cloud(text);
        for view in VIEWS {
            let options = Options { view, legend: true, ..Options::default() };
            let graph = draw(&cloud, &options).expect("a graph");
            check(&graph, &format!("{name} {}", view.name));
            assert!(graph.title.starts_with(&cloud.title) && graph.language == cloud.language);
            assert_eq!(graph, draw(&cloud, &options).expect("a graph"));
        }
    }
}

#[test]
fn every_host_can_be_focused_on() {
    let cloud = founding();
    for view in VIEWS {
        let whole = drawn(&cloud, view.name);
        for host in cloud.hosts.keys() {
            let options = Options { focus: Some(host.clone()), ..options(view.name) };
            let graph = draw(&cloud, &options).expect("a graph");
            check(&graph, &format!("{} {host}", view.name));
            assert!(graph.nodes.len() <= whole.nodes.len(), "{} {host}", view.name);
        }
    }
    let unknown = Options { focus: Some(Name::new("nobody")), ..Options::default() };
    assert_eq!(draw(&cloud, &unknown), Err(Refusal::UnknownHost(Name::new("nobody"))));
}

/// A cloud of sites, each with a rack of servers.
fn sites(count: usize, servers: usize, groups: bool) -> String {
    let mut text = "version: 1\nname: big\nnetworks:\n".to_owned();
    for site in 1..=count {
        let (a, b) = (site / 250, site % 250);
        text.push_str(&format!(
            "  net{site}: {{ cidr: 10.{a}.{b}.0/24, gateway: 10.{a}.{b}.1 }}\n"
        ));
    }
    text.push_str("hosts:\n");
    for site in 1..=count {
        text.push_str(&format!(
            "  dns{site}: {{ os: debian, nics: {{ net{site}: 5 }}, roles: {{ coredns: , chrony: }} }}\n  s{site}n[1-{servers}]: {{ os: debian, nics: {{ net{site}: 11+ }} }}\n"
        ));
    }
    if groups {
        text.push_str("groups:\n");
        for site in 1..=count {
            text.push_str(&format!("  site{site}: {{ hosts: [dns{site}, s{site}n*] }}\n"));
        }
    }
    text
}

#[test]
fn big_clouds_are_folded() {
    for (text, most) in [
        (sites(5, 200, true), 20),
        (sites(5, 200, false), 20),
        (sites(200, 5, true), 420),
        (sites(200, 5, false), 420),
    ] {
        let cloud = cloud(&text);
        assert!(cloud.hosts.len() >= 1_000);
        for view in VIEWS {
            let graph = drawn(&cloud, view.name);
            check(&graph, view.name);
            assert!(graph.nodes.len() <= most, "{}: {}", view.name, graph.nodes.len());
        }
        let texts = crate::texts(&drawn(&cloud, "global"));
        assert!(texts.iter().any(|it| it.contains('×')), "{texts:?}");
    }
}
