//! What is in the gallery, and how each picture is made.

/// Some pictures that belong together.
pub(super) struct Section {
    pub(super) title: &'static str,
    /// What they have in common.
    pub(super) text: &'static str,
    pub(super) pictures: &'static [Picture],
}

/// One picture.
pub(super) struct Picture {
    /// The name of its file.
    pub(super) file: &'static str,
    /// What it shows.
    pub(super) about: &'static str,
    pub(super) made: Made,
}

/// How a picture is made.
#[derive(Clone, Copy)]
pub(super) enum Made {
    /// By `fmc draw` with these words, of which the first is what is drawn.
    Draw(&'static [&'static str]),
    /// By this example program of `fmc-diagram`, which writes the file itself.
    Example(&'static str),
}

use Made::{Draw, Example};

const FOUNDING: &str = "examples/flatcarmicrocloud.yaml";

/// A picture of the founding cloud from one view.
const fn view(file: &'static str, about: &'static str, words: &'static [&'static str]) -> Picture {
    Picture { file, about, made: Draw(words) }
}

pub(super) const SECTIONS: &[Section] = &[
    Section {
        title: "The two pictures this project began with",
        text: "Its first pages held two programs in Python, each for one picture. These are drawn \
               by two programs in Rust that read as fluently: `cargo run -p fmc-diagram --example …`.",
        pictures: &[
            Picture {
                file: "FlatcarMicroCloud - Infraestructura Global.png",
                about: "the architecture, node by node as its author wrote it",
                made: Example("arquitectura_FlatcarMicroCloud"),
            },
            Picture {
                file: "Test - Carga Completa de Íconos.png",
                about: "whether every icon of his loads",
                made: Example("carga_completa_iconos"),
            },
        ],
    },
    Section {
        title: "The founding cloud",
        text: "The same cloud, out of its file, with everything that follows from it: one view for \
               each question. The pages of the project began with text for a terminal, and that is \
               drawn too.",
        pictures: &[
            view(
                "flatcarmicrocloud-global.svg",
                "the whole cloud in the order of its groups",
                &[FOUNDING, "--legend"],
            ),
            view(
                "flatcarmicrocloud-network.svg",
                "networks, addresses, routers and NAT",
                &[FOUNDING, "--legend", "--view", "network"],
            ),
            view(
                "flatcarmicrocloud-balancing.svg",
                "virtual addresses, members, backends and checks",
                &[FOUNDING, "--legend", "--view", "balancing"],
            ),
            view(
                "flatcarmicrocloud-security.svg",
                "zones, what is exposed and what is denied",
                &[FOUNDING, "--legend", "--view", "security"],
            ),
            view(
                "flatcarmicrocloud-cluster.svg",
                "Kubernetes, etcd and storage",
                &[FOUNDING, "--legend", "--view", "cluster"],
            ),
            view(
                "flatcarmicrocloud-flows.svg",
                "who may reach what",
                &[FOUNDING, "--legend", "--view", "flows"],
            ),
            view(
                "flatcarmicrocloud-placement.svg",
                "machines on machines, and what falls together",
                &[FOUNDING, "--legend", "--view", "placement"],
            ),
            view(
                "flatcarmicrocloud-focus.svg",
                "only what one host has to do with",
                &[FOUNDING, "--legend", "--focus", "postgresql1"],
            ),
            view(
                "flatcarmicrocloud-folded.svg",
                "groups folded to one card each",
                &[FOUNDING, "--depth", "0"],
            ),
            view(
                "flatcarmicrocloud-against.svg",
                "what changed since another file, or since a revision of git",
                &[FOUNDING, "--against", "examples/as-drawn.yaml"],
            ),
            view(
                "flatcarmicrocloud-global.txt",
                "text for a terminal",
                &[FOUNDING, "--width", "100"],
            ),
        ],
    },
    Section {
        title: "The other examples",
        text: "Clouds of other people, and the founding one as it was before it was mended.",
        pictures: &[
            view(
                "as-drawn-global.svg",
                "the cloud as its author drew it",
                &["examples/as-drawn.yaml"],
            ),
            view(
                "as-deployed-global.svg",
                "the cloud as its author deployed it",
                &["examples/as-deployed.yaml"],
            ),
            view(
                "as-deployed-balancing.svg",
                "the failover that never worked",
                &["examples/as-deployed.yaml", "--view", "balancing"],
            ),
            view("minimal-global.svg", "three hosts at home", &["examples/minimal.yaml"]),
            view("two-sites-global.svg", "two sites", &["examples/two-sites.yaml"]),
            view(
                "two-sites-network.svg",
                "two sites and the tunnel between them",
                &["examples/two-sites.yaml", "--view", "network"],
            ),
            view(
                "two-sites-placement.svg",
                "what runs at which site",
                &["examples/two-sites.yaml", "--view", "placement"],
            ),
        ],
    },
    Section {
        title: "Graphs in DOT",
        text: "`fmc draw` reads the language of Graphviz, as Python's `diagrams` writes it too. The \
               hard ones hold what breaks pictures.",
        pictures: &[
            view(
                "author02.svg",
                "the founding cloud in the second program of its author",
                &["tests/graphs/author02.dot"],
            ),
            view("homelab.svg", "a laboratory at home", &["tests/graphs/homelab.dot"]),
            view(
                "hard-labels.svg",
                "labels that are long, in many scripts, or hostile",
                &["tests/graphs/hard/labels.dot"],
            ),
            view(
                "hard-lines.svg",
                "loops, parallel lines, circles, peers, lines to boxes",
                &["tests/graphs/hard/lines.dot"],
            ),
            view(
                "hard-boxes.svg",
                "boxes eight deep, empty boxes, parts that nothing joins",
                &["tests/graphs/hard/boxes.dot"],
            ),
            view("hard-nothing.svg", "nothing", &["tests/graphs/hard/nothing.dot"]),
            view("hard-one.svg", "one node", &["tests/graphs/hard/one.dot"]),
            view("hard-two.svg", "two nodes", &["tests/graphs/hard/two.dot"]),
        ],
    },
];
