//! From a graph to a finished picture: a layered layout of nested clusters with orthogonal routes.
//!
//! ```text
//! Graph ─dress, grid─▶ sizes ─rank, rows─▶ Rows ─rearrange (nets, lanes, order)─▶ Arrangements, each:
//!       ─across (chains)─▶ places along the rows ─tracks, down─▶ places across them
//!       ─route, draft─▶ Drawing ─improve (compact, sides, shortcuts)─▶ Drawing
//! the best of them by its score ─straighten─▶ Drawing ─finish─▶ Scene
//! ```
//!
//! Each pass is a file and a function from values to a new value. Passes think of rows that lie below
//! each other; a picture that reads from the left is laid out lying on its side.
//!
//! Most pictures have one arrangement, that of their ranks. Only where many lines cross in a small picture
//! are others looked for, and drawn, before one is taken. Places are those of a flow of least cost
//! (`simplex`); pictures of thousands of nodes are relaxed instead (`relax`).

use crate::graph::{Direction, End, Graph};
use crate::scene::Scene;
use across::Extents;
use down::Heights;
use dress::{Room, Size, Wardrobe};
use plan::{Plan, Spot, UPPER};
use rearrange::Arrangement;
use replicas::Replicas;
use spacing::Spacing;
use tree::{Item, Tree};

mod across;
mod chains;
mod compact;
mod down;
mod draft;
mod drawing;
mod dress;
mod field;
mod finish;
mod grid;
mod improve;
mod kin;
mod lanes;
mod layers;
mod legend;
mod memory;
mod nets;
mod obstacles;
mod order;
mod plan;
mod rank;
mod reach;
mod rearrange;
mod relax;
mod replicas;
mod route;
mod rows;
mod score;
mod shortcuts;
mod sides;
mod simplex;
mod spacing;
mod straighten;
mod strands;
mod strips;
mod sweep;
mod terminal;
mod tighten;
mod tracks;
mod tree;

/// What a picture is laid out for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Medium {
    /// Paper and screens: a unit is a CSS pixel.
    Paper,
    /// A terminal: a unit is a cell, and all coordinates are whole.
    Terminal {
        /// How many cells a line has at most, where that is possible.
        width: usize,
    },
}

/// Lays a graph out.
pub fn place(graph: &Graph, medium: Medium) -> Scene {
    match medium {
        Medium::Paper => place_with(
            graph,
            medium,
            Terms { room: Room::of(medium), longest: None, improves: true },
        ),
        Medium::Terminal { width } => terminal::place(graph, width),
    }
}

/// How a graph is laid out.
#[derive(Debug, Clone, Copy)]
struct Terms {
    /// The room of texts.
    room: Room,
    /// How long rows may get, where that is said.
    longest: Option<i32>,
    /// Whether the drawing is made better once it is correct.
    improves: bool,
}

fn place_with(graph: &Graph, medium: Medium, terms: Terms) -> Scene {
    let spacing = Spacing::of(medium);
    let spacing = if graph.edges.is_empty() { spacing.without_lines() } else { spacing };
    let mut wardrobe = Wardrobe::of(graph, medium, terms.room);
    let is_turned = graph.direction == Direction::Right;
    let tree = Tree::of(graph);
    let replicas = Replicas::of(graph, &tree);
    if medium == Medium::Paper {
        grid::even_out(graph, &tree, &mut wardrobe);
    }
    let sizes = |list: &[dress::Dressed]| -> Vec<Size> {
        list.iter().map(|it| turned(it.size, is_turned)).collect()
    };
    let (nodes, titles, labels) =
        (sizes(&wardrobe.nodes), sizes(&wardrobe.titles), sizes(&wardrobe.labels));
    let mut wish = wish(&nodes, medium, is_turned);
    wish.longest = terms.longest.unwrap_or(wish.longest);
    let rows = rows::arrange(graph, &tree, &replicas, &nodes, &titles, &spacing, wish);
    let search = rearrange::Search {
        graph,
        tree: &tree,
        replicas: &replicas,
        labels: &labels,
        shape: &|rows| {
            let sheet = rows::sheet(&tree, rows, &nodes, &titles, &spacing);
            if is_turned { (sheet.height, sheet.width) } else { (sheet.width, sheet.height) }
        },
        // For a terminal many layouts are tried already.
        is_free: medium == Medium::Paper,
    };
    let ends: Vec<(End, End)> = graph.edges.iter().map(|edge| (edge.from, edge.to)).collect();
    let draw = |it: &Arrangement| {
        let plan = &it.plan;
        let measured = Measured::of(graph, plan, &nodes, &titles, &labels, &spacing, is_turned);
        let across = across::place(plan, &measured.extents, &spacing);
        let down = down::place(plan, &across, &measured.heights, &spacing);
        let drawing = draft::Draft {
            graph,
            spacing: &spacing,
            titles: &titles,
            labels: &labels,
            plan,
            measured: &measured,
            across: &across,
            down: &down,
            is_turned,
        }
        .draw();
        if terms.improves { subject(graph, &tree, it, &spacing).improve(drawing) } else { drawing }
    };
    let arrangements = search.arrangements(rows);
    let (chosen, drawing) = if let [only] = &arrangements[..] {
        (only, draw(only))
    } else {
        // The picture of the ranks comes first, and stays unless another is clearly better: or a small
        // change of the input, which tips the balance, would turn the whole picture round.
        let drawn = arrangements.iter().enumerate().map(|(at, it)| {
            let drawing = draw(it);
            let score = score::score(&drawing, &ends, it.strange, is_turned);
            (if at == 0 { score - score::CLEARLY } else { score }, it, drawing)
        });
        let best = drawn.min_by(|one, two| one.0.total_cmp(&two.0));
        let Some((_, chosen, drawing)) = best else { return Scene::default() };
        (chosen, drawing)
    };
    // For a terminal many layouts are tried already.
    let drawing = if medium == Medium::Paper {
        subject(graph, &tree, chosen, &spacing).straighten(drawing)
    } else {
        drawing
    };
    let drawing = grid::in_order(graph, &tree, drawing);
    let drawing = if is_turned { drawing.flipped() } else { drawing };
    finish::Finish {
        graph,
        medium,
        spacing: &spacing,
        wardrobe: &wardrobe,
        tree: &tree,
        drawing: &drawing,
    }
    .scene()
}

fn subject<'a>(
    graph: &'a Graph,
    tree: &'a Tree,
    it: &'a Arrangement,
    spacing: &'a Spacing,
) -> improve::Subject<'a> {
    improve::Subject { graph, tree, plan: &it.plan, nets: &it.nets, spacing }
}

fn turned(size: Size, is_turned: bool) -> Size {
    if is_turned { Size { width: size.height, height: size.width } } else { size }
}

/// How long rows may get.
fn wish(nodes: &[Size], medium: Medium, is_turned: bool) -> rows::Wish {
    let aspect = 1.4;
    let longest = match medium {
        Medium::Terminal { width } => width as i32,
        Medium::Paper => {
            // Lines and borders take about twice what the boxes take.
            let area: f64 =
                nodes.iter().map(|it| f64::from(it.width + 16) * f64::from(it.height + 50)).sum();
            ((3.0 * area * aspect).sqrt() as i32).max(900)
        }
    };
    rows::Wish { longest, aspect: if is_turned { 1.0 / aspect } else { aspect } }
}

/// Sizes in the space of the layout, with the room that ports and loops need.
#[derive(Debug, Clone, Default)]
struct Measured {
    extents: Extents,
    heights: Heights,
}

impl Measured {
    fn of(
        graph: &Graph,
        plan: &Plan,
        nodes: &[Size],
        titles: &[Size],
        labels: &[Size],
        spacing: &Spacing,
        is_turned: bool,
    ) -> Self {
        let mut it = Self::default();
        it.extents.is_turned = is_turned;
        let ports = |item: Item| -> i32 {
            let most = plan.ports(item, UPPER).len().max(plan.ports(item, plan::LOWER).len());
            2 * spacing.corner + spacing.lanes * (most as i32 - 1).max(0)
        };
        let mut node_loops = vec![(0, 0); nodes.len()];
        let mut cluster_loops = vec![(0, 0); titles.len()];
        for (index, edge) in graph.edges.iter().enumerate() {
            if edge.from != edge.to {
                continue;
            }
            let (wide, high) = match Item::from(edge.from) {
                Item::Node(node) => &mut node_loops[node],
                Item::Cluster(cluster) => &mut cluster_loops[cluster],
            };
            let label = labels[index];
            *wide = (*wide).max(spacing.loop_reach() + label.width + 2 * spacing.label);
            *high += spacing.loop_height(label.height);
        }
        for (node, size) in nodes.iter().enumerate() {
            it.extents.nodes.push(size.width.max(ports(Item::Node(node))));
            it.extents.node_loops.push(node_loops[node].0);
            it.heights.nodes.push(size.height.max(node_loops[node].1));
        }
        for (cluster, title) in titles.iter().enumerate() {
            let item = Item::Cluster(cluster);
            // The title lies along the upper border of the picture, which is the near one of a layout on
            // its side.
            let has_title = title.width > 0;
            let (near, inlet, width, head, height) = if is_turned {
                let strip = if has_title { title.width + spacing.title } else { 0 };
                (spacing.side + strip, 0, spacing.side + strip, 0, title.height + 2 * spacing.side)
            } else {
                let wide = title.width + 2 * spacing.side;
                let inlet =
                    if has_title { spacing.side + title.width + spacing.lane_to_box } else { 0 };
                let head = if has_title { title.height + spacing.title } else { 0 };
                (spacing.side, inlet, wide, head, 0)
            };
            it.extents.clusters.push(width.max(ports(item)).max(spacing.empty));
            it.extents.cluster_loops.push(cluster_loops[cluster].0);
            it.extents.near.push(near);
            it.extents.inlet.push(inlet);
            it.heights.heads.push(head);
            it.heights.clusters.push(height.max(cluster_loops[cluster].1).max(spacing.empty));
        }
        for element in &plan.elements {
            let label = element.label.map(|edge| labels[edge]).unwrap_or_default();
            let beside = if label.height > 0 { label.width + spacing.label } else { 0 };
            it.extents.elements.push(if is_turned { [-beside, 0] } else { [0, beside] });
            it.heights.elements.push(label.height);
            debug_assert!(element.label.is_none() || matches!(element.spot, Spot::Pass(..)));
        }
        for (index, edge) in graph.edges.iter().enumerate() {
            if plan.ways[index] != plan::Way::Beside {
                continue;
            }
            let (one, two) = (Item::from(edge.from), Item::from(edge.to));
            let first = if plan.follows.get(&one) == Some(&two) { one } else { two };
            let label = labels[index];
            let room = label.width + 2 * spacing.arrive;
            let gap = it.extents.beside.entry(first).or_insert(0);
            *gap = (*gap).max(room);
        }
        it
    }
}
