//! A finished picture: every box, line and text with its place. All formats draw this and decide
//! nothing of their own.
//!
//! The origin is the upper left corner, x grows to the right, y downwards. On paper a unit is one
//! CSS pixel; on a terminal it is one cell, and all coordinates are whole.

use crate::graph::{Change, Heads, LegendEntry, Stroke, TextRole, Tone};

/// A point.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// A rectangle by its upper left corner and its size.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// The left side.
    pub x: f64,
    /// The upper side.
    pub y: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

impl Rect {
    /// The right side.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// The lower side.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }
}

/// A finished picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scene {
    /// What the picture is called, drawn or not.
    pub title: String,
    /// The BCP 47 tag of the texts.
    pub language: String,
    /// The width of the sheet.
    pub width: f64,
    /// The height of the sheet.
    pub height: f64,
    /// The boxes, a parent always before what it holds.
    pub clusters: Vec<PlacedCluster>,
    /// The lines, in the order of the graph.
    pub edges: Vec<PlacedEdge>,
    /// The nodes, in the order of the graph.
    pub nodes: Vec<PlacedNode>,
    /// Texts that belong to the sheet: its title.
    pub texts: Vec<Text>,
    /// The legend.
    pub legend: Vec<PlacedLegend>,
}

/// One line of text. Its width was measured with the font of the medium; a format that draws with
/// another one fits it into this width.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Text {
    /// Where its baseline starts. On a terminal: its first cell.
    pub at: Point,
    /// How wide it is.
    pub width: f64,
    /// What it is, which decides its look.
    pub role: TextRole,
    /// The text, free of control characters.
    pub content: String,
}

/// An icon with its place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlacedIcon {
    /// The name for [`icons::find`](crate::icons::find).
    pub name: String,
    /// Where it is drawn.
    pub area: Rect,
}

/// A node with its place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlacedNode {
    /// The node's id.
    pub id: String,
    /// The id of the cluster around it.
    pub cluster: Option<String>,
    /// Its card. Edges end on it.
    pub area: Rect,
    /// Its icon and its badges.
    pub icons: Vec<PlacedIcon>,
    /// Its texts.
    pub texts: Vec<Text>,
    /// Its tint.
    pub tone: Tone,
    /// Where a click leads.
    pub link: Option<String>,
    /// For tooltips.
    pub details: Vec<(String, String)>,
    /// What became of it.
    pub change: Change,
}

/// A cluster with its place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlacedCluster {
    /// The cluster's id.
    pub id: String,
    /// The id of the cluster around it.
    pub parent: Option<String>,
    /// How many clusters are around it.
    pub depth: usize,
    /// Its box.
    pub area: Rect,
    /// The icon before its title.
    pub icon: Option<PlacedIcon>,
    /// Its title and its remark.
    pub texts: Vec<Text>,
    /// Its tint.
    pub tone: Tone,
    /// Where a click leads.
    pub link: Option<String>,
    /// For tooltips.
    pub details: Vec<(String, String)>,
    /// What became of it.
    pub change: Change,
}

/// An edge with its route.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlacedEdge {
    /// The edge's id.
    pub id: String,
    /// The id of the node or cluster where it starts.
    pub from: String,
    /// The id of the node or cluster where it ends.
    pub to: String,
    /// The corners of its route, from its start to its end; every piece is horizontal or vertical.
    pub route: Vec<Point>,
    /// How far from a corner the route starts to turn. A corner between short pieces turns tighter.
    pub radius: f64,
    /// Its label. Of several edges that share a trunk and a label, one carries it.
    pub label: Vec<Text>,
    /// How the line is drawn.
    pub style: Stroke,
    /// Where its arrowheads are.
    pub heads: Heads,
    /// Its tint.
    pub tone: Tone,
    /// How many lines it stands for.
    pub count: usize,
    /// Where a click leads.
    pub link: Option<String>,
    /// For tooltips.
    pub details: Vec<(String, String)>,
    /// What became of it.
    pub change: Change,
}

/// One entry of the legend with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedLegend {
    /// What it shows and means.
    pub entry: LegendEntry,
    /// Where the sample is drawn.
    pub sample: Rect,
    /// The text behind it.
    pub text: Text,
}
