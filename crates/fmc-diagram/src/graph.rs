//! What is to be drawn, before anybody knows where: plain data.
//!
//! A [`Graph`] is what a [`Diagram`](crate::Diagram) built, or what a reader of another format read.
//! Everything refers to everything by index, so a graph can be cut, folded and compared cheaply.

/// Where a node stands in [`Graph::nodes`].
pub type NodeIndex = usize;
/// Where a cluster stands in [`Graph::clusters`].
pub type ClusterIndex = usize;

/// A whole diagram as data.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Graph {
    /// The heading of the picture; nothing is written where it is empty.
    pub title: String,
    /// A second, smaller line under the title.
    pub subtitle: String,
    /// The BCP 47 tag of the texts, for screen readers and hyphenation.
    pub language: String,
    /// The main direction of reading.
    pub direction: Direction,
    /// Whether arrows point against it, upwards or to the left: what they lead to stands first.
    pub upwards: bool,
    /// The nodes, in the order of the author, which breaks every tie.
    pub nodes: Vec<Node>,
    /// The clusters; a parent may stand before or behind its children.
    pub clusters: Vec<Cluster>,
    /// The edges.
    pub edges: Vec<Edge>,
    /// The entries of the legend; no legend is drawn where there are none.
    pub legend: Vec<LegendEntry>,
}

/// The main direction in which edges point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Direction {
    /// From the top to the bottom.
    #[default]
    Down,
    /// From the left to the right.
    Right,
}

/// One thing of the picture: an icon and some lines of text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Node {
    /// Unique among nodes and clusters, and stable between two drawings of the same thing.
    pub id: String,
    /// The texts, from the top to the bottom.
    pub lines: Vec<Line>,
    /// The name of an icon, as [`icons::find`](crate::icons::find) knows it; none is drawn where it is empty.
    pub icon: String,
    /// Small icons behind the texts: what else this node does.
    pub badges: Vec<String>,
    /// The innermost cluster that holds it.
    pub cluster: Option<ClusterIndex>,
    /// A tint that says which of several kinds it belongs to.
    pub tone: Tone,
    /// A hint for the layout: nodes of a smaller tier stand nearer to the beginning.
    pub tier: Option<i32>,
    /// Where a click leads.
    pub link: Option<String>,
    /// What a tooltip and the page tell beyond the picture: name and value.
    pub details: Vec<(String, String)>,
    /// What became of it between two drawings.
    pub change: Change,
}

/// One line of a node's or an edge's text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The text; control characters are drawn as spaces.
    pub text: String,
    /// What the text is, which decides how it looks.
    pub role: TextRole,
}

impl Line {
    /// A line of this text in this role.
    pub fn new(role: TextRole, text: impl Into<String>) -> Self {
        Self { text: text.into(), role }
    }

    /// The lines of a label: the first is the name, what follows is exact where it holds an address
    /// or a port, and a remark where it does not. Empty lines are left out.
    pub fn all(label: &str) -> Vec<Self> {
        let texts = label.lines().map(str::trim).filter(|it| !it.is_empty());
        let role = |index, text| match index {
            0 => TextRole::Name,
            _ if is_exact(text) => TextRole::Code,
            _ => TextRole::Note,
        };
        texts.enumerate().map(|(index, text)| Self::new(role(index, text), text)).collect()
    }
}

/// Whether a text holds something like an address, a port or a domain name: a character that joins
/// parts of one, with no space on either side and a digit or letter before it.
fn is_exact(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    characters.windows(3).any(|it| match it[1] {
        '.' => it[0].is_alphanumeric() && it[2].is_alphanumeric(),
        ':' => it[2].is_ascii_digit(),
        '/' => it[0].is_ascii_digit() && it[2].is_ascii_digit(),
        _ => false,
    })
}

/// What a text is, which decides its size, weight and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub enum TextRole {
    /// The heading of the sheet.
    Title,
    /// The line under the heading.
    Subtitle,
    /// The title of a cluster.
    Cluster,
    /// The name of a node.
    #[default]
    Name,
    /// Something exact: an address, a port, a domain name.
    Code,
    /// A remark.
    Note,
    /// The label of an edge.
    Edge,
}

/// A box around nodes and other clusters.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cluster {
    /// Unique among nodes and clusters.
    pub id: String,
    /// Its title.
    pub label: String,
    /// A remark behind the title.
    pub note: String,
    /// The name of an icon before the title, or nothing.
    pub icon: String,
    /// The cluster around it.
    pub parent: Option<ClusterIndex>,
    /// The direction of reading inside; chosen for the sheet where nothing is said.
    pub direction: Option<Direction>,
    /// Its tint.
    pub tone: Tone,
    /// A hint for the layout, as for nodes.
    pub tier: Option<i32>,
    /// Where a click on the title leads.
    pub link: Option<String>,
    /// What a tooltip and the page tell.
    pub details: Vec<(String, String)>,
    /// What became of it between two drawings.
    pub change: Change,
}

/// One end of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum End {
    /// A node.
    Node(NodeIndex),
    /// The border of a cluster.
    Cluster(ClusterIndex),
}

/// A line between two ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// Unique among edges, and stable between two drawings; empty: one is made from the ends.
    pub id: String,
    /// Where it starts.
    pub from: End,
    /// Where it ends.
    pub to: End,
    /// Its label; edges of one end with the same label share a trunk.
    pub label: String,
    /// How the line is drawn.
    pub style: Stroke,
    /// Where its arrowheads are.
    pub heads: Heads,
    /// Says that both ends are of one rank, so that the edge orders nothing.
    pub peer: bool,
    /// Its tint.
    pub tone: Tone,
    /// How many lines it stands for, where lines were folded; 1 for a plain one.
    pub count: usize,
    /// Where a click leads.
    pub link: Option<String>,
    /// What a tooltip and the page tell.
    pub details: Vec<(String, String)>,
    /// What became of it between two drawings.
    pub change: Change,
}

impl Edge {
    /// A plain arrow.
    pub fn new(from: End, to: End) -> Self {
        Self {
            id: String::new(),
            from,
            to,
            label: String::new(),
            style: Stroke::Solid,
            heads: Heads::Forward,
            peer: false,
            tone: Tone::default(),
            count: 1,
            link: None,
            details: Vec::new(),
            change: Change::Same,
        }
    }
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub enum Stroke {
    /// Unbroken.
    #[default]
    Solid,
    /// Dashes.
    Dashed,
    /// Dots.
    Dotted,
    /// Unbroken and heavier: the main path.
    Bold,
}

/// Where an edge has arrowheads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Heads {
    /// At its end.
    #[default]
    Forward,
    /// At its start.
    Back,
    /// At both.
    Both,
    /// Nowhere.
    None,
}

impl Heads {
    /// Whether there is one at the start.
    pub fn at_start(self) -> bool {
        matches!(self, Self::Back | Self::Both)
    }

    /// Whether there is one at the end.
    pub fn at_end(self) -> bool {
        matches!(self, Self::Forward | Self::Both)
    }
}

/// A tint by number: 0 is neutral, every other number has a colour of its own until the theme runs
/// out of them and starts again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct Tone(pub u8);

/// What is to be seen of a thing at once: what became of it between two drawings of the same cloud, or what
/// was found wrong with it. Of several, the last one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub enum Change {
    /// Nothing, or there is nothing to compare with.
    #[default]
    Same,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is there, but not as it was.
    Changed,
    /// It is there, and somebody should look at it.
    Warned,
    /// It is there, and cannot work.
    Faulty,
}

/// One line of the legend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegendEntry {
    /// What is shown.
    pub sample: Sample,
    /// What it means.
    pub text: String,
}

/// What a legend's entry shows before its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sample {
    /// A line.
    Line(Stroke, Tone),
    /// A tinted box.
    Box(Tone),
    /// An icon by its name.
    Icon(String),
    /// The mark of a change.
    Change(Change),
}

impl Graph {
    /// The clusters around this end, from the innermost outwards. A cluster is not around itself.
    pub fn around(&self, end: End) -> Vec<ClusterIndex> {
        let mut next = match end {
            End::Node(node) => self.nodes[node].cluster,
            End::Cluster(cluster) => self.clusters[cluster].parent,
        };
        let mut around = Vec::new();
        while let Some(cluster) = next {
            around.push(cluster);
            next = self.clusters[cluster].parent;
        }
        around
    }

    /// The id of this end.
    pub fn id(&self, end: End) -> &str {
        match end {
            End::Node(node) => &self.nodes[node].id,
            End::Cluster(cluster) => &self.clusters[cluster].id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TextRole::{Code, Name, Note};
    use super::*;

    #[test]
    fn a_label_falls_into_lines() {
        let roles = |it| Line::all(it).into_iter().map(|it| it.role).collect::<Vec<_>>();
        assert_eq!(roles("LB1\n10.17.3.12"), [Name, Code]);
        assert_eq!(roles("HAProxy\nVIP: 10.17.5.10\n\n k8s.example.com \n"), [Name, Code, Code]);
        assert_eq!(roles("Cloudflare\nCDN + WAF\nport:443\n10.0/16"), [Name, Note, Code, Code]);
        assert_eq!(roles("A\nWAF. Caché: sí"), [Name, Note]);
        assert_eq!(Line::all(" \n"), []);
    }
}
