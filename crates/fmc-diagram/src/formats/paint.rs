//! How a scene is drawn: in which order, with which shapes and colours. A format is a [`Canvas`] that
//! knows how to write down a path, a text and an icon; it decides nothing about the look.

use super::grounds::Grounds;
use super::once::Once;
use super::path::{self, Drawn, Step};
use crate::font;
use crate::graph::{Change, Heads, Sample, Stroke, TextRole, Tone};
use crate::scene::{
    PlacedCluster, PlacedEdge, PlacedIcon, PlacedLegend, PlacedNode, Point, Rect, Scene, Text,
};
use crate::theme::Color;

/// How round the corners of clusters and cards are.
const CLUSTER_RADIUS: f64 = 10.0;
const CARD_RADIUS: f64 = 8.0;
/// The mark of a change is a disk of this radius.
const MARK_RADIUS: f64 = 7.0;
/// An icon smaller than this is a badge, which stays in the background.
const BADGE: f64 = 20.0;

/// What a format has to be able to do.
pub trait Canvas {
    /// Begins what belongs together. Groups are not nested.
    fn open(&mut self, group: Group<'_>);
    /// Ends it.
    fn close(&mut self);
    /// Draws a shape.
    fn shape(&mut self, shape: Shape<'_>, look: Look);
    /// Draws a line of text.
    fn text(&mut self, text: &Text, color: Color);
    /// Draws an icon; its parts without a colour of their own take this one.
    fn icon(&mut self, icon: &PlacedIcon, ink: Color);
}

/// What belongs together.
#[derive(Debug, Clone, Copy)]
pub enum Group<'a> {
    /// A cluster's box, icon and title.
    Cluster(&'a PlacedCluster),
    /// An edge and its label, with its line.
    Edge(&'a PlacedEdge, &'a Drawn),
    /// A node.
    Node(&'a PlacedNode),
    /// One entry of the legend.
    Legend(&'a PlacedLegend),
    /// The texts of the sheet.
    Heading,
}

/// A shape.
#[derive(Debug, Clone, Copy)]
pub enum Shape<'a> {
    /// A rectangle with corners of this radius.
    Rect(Rect, f64),
    /// A disk by its centre and radius.
    Disk(Point, f64),
    /// Any path.
    Path(&'a [Step]),
}

/// How a shape looks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look {
    /// What fills it.
    pub fill: Option<Color>,
    /// What runs along its border.
    pub line: Option<Line>,
}

/// How a line looks.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Its colour.
    pub color: Color,
    /// Its width.
    pub width: f64,
    /// The length of its dashes and of the gaps between.
    pub dashes: Option<[f64; 2]>,
}

impl Look {
    fn fill(color: Color) -> Self {
        Self { fill: Some(color), line: None }
    }

    fn line(color: Color, width: f64) -> Self {
        Self { fill: None, line: Some(Line { color, width, dashes: None }) }
    }

    fn dashed(mut self, dashes: Option<[f64; 2]>) -> Self {
        if let Some(line) = &mut self.line {
            line.dashes = dashes;
        }
        self
    }
}

/// Draws a whole scene. The sheet itself is the format's.
pub fn paint(scene: &Scene, canvas: &mut dyn Canvas) {
    for cluster in &scene.clusters {
        canvas.open(Group::Cluster(cluster));
        paint_cluster(cluster, canvas);
        canvas.close();
    }
    let mut once = Once::new();
    let grounds = Grounds::new(scene);
    for edge in &scene.edges {
        let drawn = path::draw(&edge.route, edge.radius, edge.heads, edge.style);
        canvas.open(Group::Edge(edge, &drawn));
        paint_edge(&grounds, edge, &drawn, &mut once, canvas);
        canvas.close();
    }
    for node in &scene.nodes {
        canvas.open(Group::Node(node));
        paint_node(node, canvas);
        canvas.close();
    }
    if !scene.texts.is_empty() {
        canvas.open(Group::Heading);
        for text in &scene.texts {
            canvas.text(text, Color::of_text(text.role, Tone::default()));
        }
        canvas.close();
    }
    for entry in &scene.legend {
        canvas.open(Group::Legend(entry));
        paint_legend(entry, canvas);
        canvas.close();
    }
}

fn paint_cluster(cluster: &PlacedCluster, canvas: &mut dyn Canvas) {
    let fill = Some(Color::Tint(cluster.tone, cluster.depth));
    let border = border(cluster.change, Color::Border(cluster.tone));
    canvas.shape(Shape::Rect(inner(cluster.area), CLUSTER_RADIUS), Look { fill, ..border });
    if let Some(icon) = &cluster.icon {
        canvas.icon(icon, Color::Word(cluster.tone));
    }
    paint_texts(&cluster.texts, cluster.tone, cluster.change, canvas);
    paint_corner(cluster.area, cluster.change, canvas);
}

fn paint_node(node: &PlacedNode, canvas: &mut dyn Canvas) {
    let area = inner(node.area);
    let below = Rect { y: area.y + 1.25, ..area };
    canvas.shape(Shape::Rect(below, CARD_RADIUS), Look::fill(Color::Shadow));
    let fill = Some(Color::Card);
    let rim = border(node.change, Color::Rim(node.tone));
    canvas.shape(Shape::Rect(area, CARD_RADIUS), Look { fill, ..rim });
    for icon in &node.icons {
        let badge = icon.area.height < BADGE;
        canvas.icon(icon, if badge { Color::Muted } else { Color::Line(node.tone) });
    }
    paint_texts(&node.texts, node.tone, node.change, canvas);
    paint_corner(node.area, node.change, canvas);
}

/// The border of a box: one pixel, or the sign of a change.
fn border(change: Change, color: Color) -> Look {
    match change {
        Change::Same => Look::line(color, 1.0),
        Change::Removed => Look::line(Color::Mark(change), 1.5).dashed(Some([5.0, 3.0])),
        _ => Look::line(Color::Mark(change), 1.5),
    }
}

/// A border is drawn within its box, so that a line of one pixel fills one pixel.
fn inner(area: Rect) -> Rect {
    Rect {
        x: area.x + 0.5,
        y: area.y + 0.5,
        width: (area.width - 1.0).max(0.0),
        height: (area.height - 1.0).max(0.0),
    }
}

fn paint_edge(
    grounds: &Grounds<'_>,
    edge: &PlacedEdge,
    drawn: &Drawn,
    once: &mut Once<(Color, Stroke)>,
    canvas: &mut dyn Canvas,
) {
    let (color, style) = match edge.change {
        Change::Same => (Color::Line(edge.tone), edge.style),
        Change::Removed => (Color::Mark(edge.change), Stroke::Dashed),
        change => (Color::Mark(change), edge.style),
    };
    let look = Look::line(color, path::width(style)).dashed(path::dashes(style));
    let line = once.rest((color, style), &drawn.line);
    canvas.shape(Shape::Path(&line), look);
    for head in &drawn.heads {
        paint_head(head, color, canvas);
    }
    for text in &edge.label {
        let area = text_area(text);
        if edge.route.windows(2).any(|piece| meets(piece, area)) {
            canvas.shape(Shape::Rect(area, 2.0), Look::fill(grounds.under(area)));
        }
    }
    paint_texts(&edge.label, edge.tone, edge.change, canvas);
    if edge.change != Change::Same
        && let Some(at) = free_place(edge)
    {
        paint_mark(at, edge.change, canvas);
    }
}

/// Where on a piece of a route a mark may stand, from its start to its end: the middle is best.
const ALONG: [f64; 5] = [0.5, 0.3, 0.7, 0.15, 0.85];
/// How far beside the line, in radii of the mark: as near as a label on the other side allows.
const BESIDE: [f64; 3] = [0.0, -1.1, 1.1];

/// Where the mark of an edge stands: on its longest piece if there is room beside the label, else on
/// another one, else beside the line.
fn free_place(edge: &PlacedEdge) -> Option<Point> {
    let mut pieces: Vec<&[Point]> = edge.route.windows(2).collect();
    pieces.sort_by(|one, two| length(two).total_cmp(&length(one)));
    let mark = |at: Point| {
        let side = 2.0 * MARK_RADIUS;
        Rect { x: at.x - MARK_RADIUS, y: at.y - MARK_RADIUS, width: side, height: side }
    };
    let free = |at: &Point| !edge.label.iter().any(|it| overlap(text_area(it), mark(*at)));
    let places = BESIDE.iter().flat_map(|beside| {
        pieces.iter().flat_map(move |piece| {
            ALONG.iter().map(move |along| {
                let (from, to, length) = (piece[0], piece[1], length(piece).max(1.0));
                let (x, y) = (to.x - from.x, to.y - from.y);
                let aside = beside * MARK_RADIUS / length;
                Point { x: from.x + x * along - y * aside, y: from.y + y * along + x * aside }
            })
        })
    });
    places.clone().find(free).or(places.clone().next())
}

fn paint_head(head: &[Point; 4], color: Color, canvas: &mut dyn Canvas) {
    let [tip, wing, hollow, other] = *head;
    let steps =
        [Step::Move(tip), Step::Line(wing), Step::Line(hollow), Step::Line(other), Step::Close];
    canvas.shape(Shape::Path(&steps), Look::fill(color));
}

fn paint_texts(texts: &[Text], tone: Tone, change: Change, canvas: &mut dyn Canvas) {
    for text in texts {
        let gone = change == Change::Removed;
        let color = if gone { Color::Muted } else { Color::of_text(text.role, tone) };
        canvas.text(text, color);
        if gone && matches!(text.role, TextRole::Name | TextRole::Cluster | TextRole::Edge) {
            let y = text.at.y - font::style(text.role).size * 0.32;
            let steps = [
                Step::Move(Point { x: text.at.x, y }),
                Step::Line(Point { x: text.at.x + text.width, y }),
            ];
            canvas.shape(Shape::Path(&steps), Look::line(Color::Mark(change), 1.25));
        }
    }
}

/// The mark of a change on the upper right corner of a box.
fn paint_corner(area: Rect, change: Change, canvas: &mut dyn Canvas) {
    paint_mark(Point { x: area.right() - 4.0, y: area.y + 4.0 }, change, canvas);
}

/// The mark of a change: a disk with a sign, so that it is seen without colours too.
fn paint_mark(at: Point, change: Change, canvas: &mut dyn Canvas) {
    if change == Change::Same {
        return;
    }
    canvas.shape(Shape::Disk(at, MARK_RADIUS), Look::fill(Color::Mark(change)));
    let point = |x: f64, y: f64| Point { x: at.x + x, y: at.y + y };
    let mut sign = match change {
        Change::Changed => vec![
            Step::Move(point(-3.5, 0.9)),
            Step::Cubic(point(-2.2, -3.2), point(2.2, 3.2), point(3.5, -0.9)),
        ],
        Change::Warned => vec![
            Step::Move(point(0.0, -4.0)),
            Step::Line(point(0.0, 1.0)),
            Step::Move(point(0.0, 2.9)),
            Step::Line(point(0.0, 4.2)),
        ],
        Change::Faulty => vec![
            Step::Move(point(-2.7, -2.7)),
            Step::Line(point(2.7, 2.7)),
            Step::Move(point(-2.7, 2.7)),
            Step::Line(point(2.7, -2.7)),
        ],
        _ => vec![Step::Move(point(-3.5, 0.0)), Step::Line(point(3.5, 0.0))],
    };
    if change == Change::Added {
        sign.extend([Step::Move(point(0.0, -3.5)), Step::Line(point(0.0, 3.5))]);
    }
    canvas.shape(Shape::Path(&sign), Look::line(Color::Card, 1.75));
}

fn paint_legend(entry: &PlacedLegend, canvas: &mut dyn Canvas) {
    let area = entry.sample;
    let middle = Point { x: area.x + area.width / 2.0, y: area.y + area.height / 2.0 };
    match &entry.entry.sample {
        Sample::Line(style, tone) => {
            let ends = [Point { x: area.x, ..middle }, Point { x: area.right(), ..middle }];
            let drawn = path::draw(&ends, 0.0, Heads::Forward, *style);
            let color = Color::Line(*tone);
            let look = Look::line(color, path::width(*style)).dashed(path::dashes(*style));
            canvas.shape(Shape::Path(&drawn.line), look);
            for head in &drawn.heads {
                paint_head(head, color, canvas);
            }
        }
        Sample::Box(tone) => {
            let fill = Some(Color::Tint(*tone, 1));
            let look = Look { fill, ..Look::line(Color::Border(*tone), 1.0) };
            canvas.shape(Shape::Rect(inner(area), 3.0), look);
        }
        Sample::Icon(name) => {
            let side = area.width.min(area.height);
            let square = Rect {
                x: middle.x - side / 2.0,
                y: middle.y - side / 2.0,
                width: side,
                height: side,
            };
            let icon = PlacedIcon { name: name.clone(), area: square };
            canvas.icon(&icon, Color::Line(Tone::default()));
        }
        Sample::Change(change) => paint_mark(middle, *change, canvas),
    }
    canvas.text(&entry.text, Color::of_text(entry.text.role, Tone::default()));
}

/// The box of a text, with a little air.
fn text_area(text: &Text) -> Rect {
    let size = font::style(text.role).size;
    Rect {
        x: text.at.x - 2.0,
        y: text.at.y - 0.85 * size,
        width: text.width + 4.0,
        height: 1.15 * size,
    }
}

fn overlap(one: Rect, two: Rect) -> bool {
    one.x < two.right() && two.x < one.right() && one.y < two.bottom() && two.y < one.bottom()
}

/// Whether a straight piece of a route runs through an area.
fn meets(piece: &[Point], area: Rect) -> bool {
    let (one, two) = (piece[0], piece[1]);
    one.x.min(two.x) < area.right()
        && one.x.max(two.x) > area.x
        && one.y.min(two.y) < area.bottom()
        && one.y.max(two.y) > area.y
}

fn length(piece: &[Point]) -> f64 {
    (piece[0].x - piece[1].x).hypot(piece[0].y - piece[1].y)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An edge along these points, with a label whose baseline begins here.
    fn edge(route: &[(f64, f64)], label: (f64, f64)) -> PlacedEdge {
        let at = |it: &(f64, f64)| Point { x: it.0, y: it.1 };
        let text =
            Text { at: at(&label), width: 28.0, role: TextRole::Edge, content: "VRRP".to_owned() };
        PlacedEdge {
            route: route.iter().map(at).collect(),
            label: vec![text],
            ..PlacedEdge::default()
        }
    }

    #[test]
    fn the_mark_of_a_change_leaves_the_label_free() {
        // A label over a short line, one beside it, one in the middle of a long one, and none.
        for (route, label) in [
            (vec![(0.0, 0.0), (40.0, 0.0)], (6.0, -3.0)),
            (vec![(0.0, 0.0), (0.0, 24.0)], (4.0, 15.0)),
            (vec![(0.0, 0.0), (200.0, 0.0)], (86.0, 4.0)),
            (vec![(0.0, 0.0), (0.0, 9.0), (90.0, 9.0)], (500.0, 500.0)),
        ] {
            let edge = edge(&route, label);
            let at = free_place(&edge).expect("a place");
            let side = 2.0 * MARK_RADIUS;
            let mark =
                Rect { x: at.x - MARK_RADIUS, y: at.y - MARK_RADIUS, width: side, height: side };
            assert!(!overlap(text_area(&edge.label[0]), mark), "{route:?} {at:?}");
            let around =
                Rect { x: mark.x - 1.0, y: mark.y - 1.0, width: side + 2.0, height: side + 2.0 };
            assert!(edge.route.windows(2).any(|it| meets(it, around)), "{route:?} {at:?}");
        }
        assert_eq!(free_place(&PlacedEdge::default()), None);
    }
}
