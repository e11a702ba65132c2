//! The graphs of the bench, each as a DOT file that every rival can be given in its own way.

use crate::common::generate;
use crate::{d2, dot, dressed};
use fmc_diagram::formats::png;
use fmc_diagram::graph::{Graph, LegendEntry, Sample};
use fmc_diagram::scene::{PlacedLegend, Rect, Scene, Text};
use std::fs;
use std::path::{Path, PathBuf};

/// A graph of the bench.
pub(crate) struct Named {
    /// The name of its files.
    pub(crate) name: &'static str,
    from: From,
}

/// Where a graph comes from.
#[derive(Clone, Copy)]
enum From {
    /// The picture that `fmc draw` makes of the founding cloud.
    Founding,
    /// A file of `tests/graphs`.
    File,
    /// A seed and a number of nodes.
    Seed(u64, usize),
}

const fn file(name: &'static str) -> Named {
    Named { name, from: From::File }
}

/// What speed is measured on. The seed has clusters three deep; a third of its edges are labelled.
pub(crate) const SPEED: &[Named] = &[
    Named { name: "founding", from: From::Founding },
    file("author01"),
    file("author02"),
    file("homelab"),
    file("synth20"),
    file("synth100"),
    file("synth1000"),
    Named { name: "generated1000", from: From::Seed(6, 1000) },
    Named { name: "generated10000", from: From::Seed(6, 10_000) },
];

/// What quality is measured on.
pub(crate) const QUALITY: &[Named] = &[
    file("author01"),
    file("author01x"),
    file("author02"),
    file("author03"),
    file("homelab"),
    file("synth20"),
    file("synth100"),
    file("synth1000"),
];

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The cloud that is drawn as the founding one.
pub(crate) fn cloud() -> PathBuf {
    root().join("examples/flatcarmicrocloud.yaml")
}

impl Named {
    /// Whether `fmc` is given a cloud instead of the DOT file.
    pub(crate) fn is_cloud(&self) -> bool {
        matches!(self.from, From::Founding)
    }

    /// The graph of this name, of those that are measured.
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        SPEED.iter().chain(QUALITY).find(|it| it.name == name)
    }

    /// Writes the graph into this folder as `NAME.dot` and in the forms that rivals want beside it:
    /// `NAME.d2`, `NAME.dressed.json` and images of its icons. Done in a process of its own, since a
    /// child's memory is counted from that of its parent.
    pub(crate) fn prepare(&self, folder: &Path) {
        let path = folder.join(self.name).with_extension("dot");
        let text = match self.from {
            From::Founding => dot::write(&read(&path)),
            From::File => {
                let source = root().join("tests/graphs").join(self.name).with_extension("dot");
                fs::read_to_string(source).expect("a graph of the tests")
            }
            From::Seed(seed, nodes) => dot::write(&generate::generate(seed, nodes)),
        };
        fs::write(&path, &text).expect("the graph is written");
        let graph = read(&path);
        for image in images(&text) {
            draw_icon(&folder.join(image), &format!("resources/{image}"));
        }
        for node in graph.nodes.iter().filter(|it| !it.icon.is_empty()) {
            draw_icon(&folder.join(d2::image(&node.icon)), &node.icon);
        }
        fs::write(path.with_extension("d2"), d2::write(&graph)).expect("the graph in D2");
        let dressed = dressed::write(&dressed::dress(&graph)).to_string();
        fs::write(path.with_extension("dressed.json"), dressed).expect("the boxes of the nodes");
    }
}

/// A graph from a DOT file.
pub(crate) fn read(path: &Path) -> Graph {
    let text = fs::read_to_string(path).expect("the DOT file of the graph");
    fmc_diagram::dot::read(&text).expect("DOT that can be read").0
}

/// The images that a DOT file names, which Graphviz leaves out where there are none.
fn images(text: &str) -> impl Iterator<Item = &str> {
    text.split("image=\"").skip(1).filter_map(|it| it.split('"').next())
}

/// Draws an icon as an image, so that rivals have one to draw too.
fn draw_icon(path: &Path, name: &str) {
    if path.exists() {
        return;
    }
    let sample = Rect { width: 64.0, height: 64.0, ..Rect::default() };
    let entry = LegendEntry { sample: Sample::Icon(name.to_owned()), text: String::new() };
    let legend = vec![PlacedLegend { entry, sample, text: Text::default() }];
    let scene = Scene { width: 64.0, height: 64.0, legend, ..Scene::default() };
    let image = png::write(&scene, 4.0).expect("an image of an icon");
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder of an icon");
    fs::write(path, image).expect("the icon is written");
}
