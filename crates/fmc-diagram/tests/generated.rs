//! The generated graphs are the same forever, sound, and as odd as they are meant to be.

mod common;

use common::files::{SEEDS, seed};
use fmc_diagram::graph::{Direction, End, Graph};
use std::collections::BTreeSet;

/// What is odd, and whether a graph has it.
type Oddity<'a> = (&'a str, &'a dyn Fn(&Graph) -> bool);

#[test]
fn a_seed_means_the_same_graph() {
    assert_eq!(seed(17), seed(17));
    assert_ne!(seed(17), seed(18));
    assert_eq!((seed(0).nodes.len(), seed(SEEDS - 1).nodes.len()), (20, 300));
}

#[test]
fn every_generated_graph_is_sound() {
    for it in 0..SEEDS {
        let graph = seed(it);
        let ids = graph.nodes.iter().map(|it| &it.id).chain(graph.clusters.iter().map(|it| &it.id));
        let count = graph.nodes.len() + graph.clusters.len();
        assert_eq!(ids.collect::<BTreeSet<_>>().len(), count, "seed {it}: an id occurs twice");
        let edges = graph.edges.len() * 100 / graph.nodes.len();
        assert!((115..=180).contains(&edges), "seed {it}: {edges} edges for 100 nodes");
        for edge in &graph.edges {
            let exists = |it| match it {
                End::Node(it) => it < graph.nodes.len(),
                End::Cluster(it) => it < graph.clusters.len(),
            };
            assert!(exists(edge.from) && exists(edge.to), "seed {it}: {edge:?}");
            for (cluster, other) in [(edge.from, edge.to), (edge.to, edge.from)] {
                if let End::Cluster(cluster) = cluster {
                    assert!(!graph.around(other).contains(&cluster), "seed {it}: {edge:?}");
                }
            }
        }
    }
}

#[test]
fn every_oddity_is_generated_in_several_seeds() {
    let parallel = |graph: &Graph| {
        let mut pairs = BTreeSet::new();
        graph.edges.iter().any(|it| !pairs.insert((it.from, it.to)))
    };
    let depth = |graph: &Graph| {
        let clusters = 0..graph.clusters.len();
        clusters.map(|it| graph.around(End::Cluster(it)).len() + 1).max().unwrap_or(0)
    };
    let empty = |graph: &Graph| {
        let full = graph.nodes.iter().map(|it| it.cluster);
        let full: BTreeSet<_> = full.chain(graph.clusters.iter().map(|it| it.parent)).collect();
        (0..graph.clusters.len()).any(|it| !full.contains(&Some(it)))
    };
    let long = |graph: &Graph| graph.edges.iter().any(|it| it.label.len() > 180);
    let wide = |graph: &Graph| graph.nodes.iter().any(|it| it.lines[0].text.len() > 180);
    let oddities: [Oddity<'_>; 11] = [
        ("a loop", &|it| it.edges.iter().any(|it| it.from == it.to)),
        ("parallel edges", &parallel),
        ("peers", &|it| it.edges.iter().any(|it| it.peer)),
        ("an edge to a cluster", &|it| it.edges.iter().any(|it| matches!(it.to, End::Cluster(_)))),
        ("an empty cluster", &empty),
        ("eight clusters around one node", &|it| depth(it) >= 8),
        ("one level of clusters", &|it| depth(it) == 1),
        ("a long label of an edge", &long),
        ("a long label of a node", &wide),
        ("the direction to the right", &|it| it.direction == Direction::Right),
        ("no letters of the font", &|it| it.edges.iter().any(|it| it.label.contains('同'))),
    ];
    for (name, holds) in oddities {
        let count = (0..SEEDS).filter(|it| holds(&seed(*it))).count();
        assert!(count >= 5, "{name} occurs in {count} seeds");
    }
}
