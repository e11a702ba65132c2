//! The views of a cloud: which of its facts become which nodes, boxes and lines.
//!
//! ```text
//! Cloud ──view──▶ Graph ──layout──▶ Scene ──formats──▶ svg png pdf html txt
//! ```
//!
//! A view is one file with one entry in [`VIEWS`]. It takes the finished cloud and decides nothing
//! about it: what it leaves out or puts together is a matter of the picture alone. No view asks which
//! role a host has; a role is a label and an icon.

mod canvas;
mod card;
mod cards;
mod ends;
mod findings;
mod legend;
mod scope;
mod traffic;
mod views;
mod way;

use fmc_diagram::fold::fold;
use fmc_diagram::graph::Graph;
use fmc_model::{Cloud, Name, Words};

pub use findings::mark;
pub use views::VIEWS;

/// More nodes than this do not fit a sheet that a person reads; boxes are folded beyond it.
const MOST_NODES: usize = 120;

/// A way to look at a cloud.
#[derive(Debug)]
pub struct View {
    /// Its name, as it is asked for.
    pub name: &'static str,
    /// What it shows, in one line.
    pub summary: Words,
    /// What is added to the title of the cloud; nothing for the view that the title means.
    title: Words,
    draw: fn(scope::Scope<'_>) -> canvas::Canvas<'_>,
}

/// What shall be drawn.
#[derive(Debug, Clone)]
pub struct Options {
    /// How to look at it.
    pub view: &'static View,
    /// Only what this host has to do with.
    pub focus: Option<Name>,
    /// Whether the picture explains its tints, lines and icons.
    pub legend: bool,
    /// How many boxes may lie in each other; deeper ones become one card each. Chosen by the size
    /// of the cloud where nothing is said.
    pub depth: Option<usize>,
}

impl Default for Options {
    fn default() -> Self {
        Self { view: &VIEWS[0], focus: None, legend: false, depth: None }
    }
}

/// Why nothing was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no host of this name.
    UnknownHost(Name),
}

/// The view of this name.
pub fn view(name: &str) -> Option<&'static View> {
    VIEWS.iter().find(|it| it.name == name)
}

/// Draws a cloud.
///
/// # Errors
/// If the host on which to focus is not in the cloud.
pub fn draw(cloud: &Cloud, options: &Options) -> Result<Graph, Refusal> {
    let focus = match &options.focus {
        None => None,
        Some(name) => match cloud.hosts.get(name) {
            Some(host) => Some(host.id),
            None => return Err(Refusal::UnknownHost(name.clone())),
        },
    };
    let scope = scope::Scope::new(cloud, focus);
    let language = scope.language;
    let mut canvas = (options.view.draw)(scope);
    if focus.is_some() {
        canvas.keep_the_focus();
    }
    if options.legend {
        legend::add(&mut canvas);
    }
    let mut graph = canvas.graph;
    let view = options.view.title.get(language);
    let parts = [cloud.title.as_str(), view].into_iter().filter(|it| !it.is_empty());
    graph.title = parts.collect::<Vec<_>>().join(" · ");
    if let Some(host) = focus {
        let word = Words("only what has to do with", "solo lo que tiene que ver con");
        graph.subtitle = format!("{} {}", word.get(language), cloud.host(host).name);
    } else if let Some(note) = cloud.note.as_ref().filter(|_| graph.subtitle.is_empty()) {
        graph.subtitle.clone_from(note);
    }
    cloud.language.clone_into(&mut graph.language);
    let depth = options.depth.or_else(|| (graph.nodes.len() > MOST_NODES).then_some(0));
    Ok(match depth {
        Some(depth) => fold(&graph, depth),
        None => graph,
    })
}
