use super::*;
use crate::graph::{Edge, End, Heads, Stroke, TextRole};

/// The ends of the edges, by their ids.
fn arrows(graph: &Graph) -> Vec<String> {
    let id = |it| graph.id(it).to_owned();
    graph.edges.iter().map(|it| format!("{} {}", id(it.from), id(it.to))).collect()
}

#[test]
fn one_to_many_many_to_one_and_many_to_many() {
    let board = Diagram::new("");
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|it| board.node(it));
    a.to([b, c]).to(d);
    [b, c].to(vec![a, d]);
    assert_eq!(arrows(&board.graph()), ["a b", "a c", "b d", "c d", "b a", "b d", "c a", "c d"]);
    let nobody: [Node<'_>; 0] = [];
    nobody.to(a).label("no edge");
    a.to(nobody).to(b);
    assert_eq!(board.graph().edges.len(), 8);
}

#[test]
fn what_is_said_of_a_path_is_said_of_its_last_edges() {
    let d = Diagram::new("");
    let [a, b, c] = ["a", "b", "c"].map(|it| d.node(it));
    a.to(b).label("x").bold().to(c).dashed().both_ways().link("l").detail("k", "v").tone(2);
    b.with(c).dotted().unranked();
    let graph = d.graph();
    let plain = Edge::new(End::Node(0), End::Node(1));
    assert_eq!(graph.edges[0], Edge { label: "x".into(), style: Stroke::Bold, ..plain });
    let second = &graph.edges[1];
    assert_eq!((second.style, second.heads, &*second.label), (Stroke::Dashed, Heads::Both, ""));
    assert_eq!((second.link.as_deref(), second.details.len(), second.tone.0), (Some("l"), 1, 2));
    let third = &graph.edges[2];
    assert_eq!((third.style, third.heads, third.peer), (Stroke::Dotted, Heads::None, true));
}

#[test]
fn clusters_nest_and_are_ends() {
    let d = Diagram::new("t").direction(Direction::Right).subtitle("s").language("es");
    let site = d.cluster("Site A").icon("server").note("n").direction(Direction::Down).tier(3);
    let [x, y] = site.cluster("Net").holding(|c| [c.node("x"), c.node("y")]);
    let z = d.node("z").inside(site);
    (x, site).to(z);
    x.peers(y);
    let graph = d.graph();
    assert_eq!(arrows(&graph), ["x z", "site-a z", "x y"]);
    assert_eq!(graph.edges[0].from, End::Node(0));
    assert_eq!(graph.edges[1].from, End::Cluster(0));
    assert_eq!(graph.around(End::Node(1)), [1, 0]);
    assert_eq!(graph.nodes[2].cluster, Some(0));
    assert!(graph.edges[2].peer && graph.edges[2].heads == Heads::None);
    let site = &graph.clusters[0];
    assert_eq!((&*site.icon, &*site.note, site.tier), ("server", "n", Some(3)));
    assert_eq!((graph.direction, site.direction), (Direction::Right, Some(Direction::Down)));
}

#[test]
fn ids_come_from_labels_and_are_unique() {
    let d = Diagram::new("");
    let labels = ["LB 1\n10.17.3.12", "LB-1", "¿Qué?", "", "lb-1-2", "LB 1", "漢字"];
    let _ = labels.map(|it| d.node(it));
    d.cluster("LB 1");
    d.cluster("");
    d.node("mine").id("own");
    d.node("mine").id("own").id("own");
    let graph = d.graph();
    let ids: Vec<_> = graph.nodes.iter().map(|it| &*it.id).collect();
    let expected = ["lb-1", "lb-1-2", "qué", "node", "lb-1-2-2", "lb-1-3", "漢字", "own", "own-2"];
    assert_eq!(ids[..8], expected[..8]);
    assert!(ids[8] != "own" && ids[8].starts_with("own"), "{ids:?}");
    let clusters: Vec<_> = graph.clusters.iter().map(|it| &*it.id).collect();
    assert_eq!(clusters, ["lb-1-4", "cluster"]);
}

#[test]
fn handles_can_be_told_more_later() {
    let d = Diagram::new("");
    let it = d.node("name").code("10.0.0.1").note("remark").badge("etcd").tone(1).tier(-1);
    it.icon("k3s").link("https://example.org").detail("os", "flatcar");
    let node = d.graph().nodes.remove(0);
    let roles: Vec<_> = node.lines.iter().map(|it| it.role).collect();
    assert_eq!(roles, [TextRole::Name, TextRole::Code, TextRole::Note]);
    assert_eq!((&*node.icon, node.badges.len(), node.tone.0, node.tier), ("k3s", 1, 1, Some(-1)));
    assert_eq!(node.details, [("os".to_owned(), "flatcar".to_owned())]);
    assert_eq!(Graph::from(d).nodes.len(), 1);
}
