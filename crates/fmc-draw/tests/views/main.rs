//! The views of the examples, as graphs.

mod all;
mod global;
mod stability;

use fmc_diagram::graph::{Edge, Graph};
use fmc_draw::{Options, draw, view};
use fmc_model::{Cloud, Date, load, resolve};
use fmc_roles::ROLES;

const TODAY: Date = Date { year: 2026, month: 11, day: 23 };

/// The examples, by name.
const EXAMPLES: [(&str, &str); 5] = [
    ("flatcarmicrocloud", include_str!("../../../../examples/flatcarmicrocloud.yaml")),
    ("as-drawn", include_str!("../../../../examples/as-drawn.yaml")),
    ("as-deployed", include_str!("../../../../examples/as-deployed.yaml")),
    ("two-sites", include_str!("../../../../examples/two-sites.yaml")),
    ("minimal", include_str!("../../../../examples/minimal.yaml")),
];

fn cloud(text: &str) -> Cloud {
    let loaded = load("cloud.yaml", text.as_bytes(), ROLES, &mut |_| Err("alone".to_owned()));
    resolve(&loaded, ROLES, TODAY).0.expect("a cloud")
}

fn founding() -> Cloud {
    cloud(EXAMPLES[0].1)
}

fn options(name: &str) -> Options {
    Options { view: view(name).expect("a view"), ..Options::default() }
}

fn drawn(cloud: &Cloud, name: &str) -> Graph {
    draw(cloud, &options(name)).expect("a graph")
}

/// All texts of a graph.
fn texts(graph: &Graph) -> Vec<String> {
    let mut texts = vec![graph.title.clone(), graph.subtitle.clone()];
    for node in &graph.nodes {
        texts.extend(node.lines.iter().map(|it| it.text.clone()));
    }
    for cluster in &graph.clusters {
        texts.extend([cluster.label.clone(), cluster.note.clone()]);
    }
    texts.extend(graph.edges.iter().map(|it| it.label.clone()));
    texts.extend(graph.legend.iter().map(|it| it.text.clone()));
    texts
}

/// An edge in words: `from > to: label`.
fn told(graph: &Graph, edge: &Edge) -> String {
    let (from, to) = (graph.id(edge.from), graph.id(edge.to));
    let (from, to) = if edge.heads.at_start() { (to, from) } else { (from, to) };
    format!("{from} > {to}: {}", edge.label)
}
