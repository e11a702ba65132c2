//! How big everything is before it has a place: cards with their icons and texts, titles, labels.

use super::Medium;
use crate::font;
use crate::graph::{Cluster, Edge, Graph, Line, Node, TextRole};
use crate::plain::turns;
use crate::scene::{PlacedIcon, Point, Rect, Text};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A size in units of the medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Size {
    pub(super) width: i32,
    pub(super) height: i32,
}

/// Something with a size, and what is drawn in it, relative to its upper left corner.
#[derive(Debug, Clone, Default)]
pub(super) struct Dressed {
    pub(super) size: Size,
    pub(super) icons: Vec<PlacedIcon>,
    pub(super) texts: Vec<Text>,
}

/// The sizes of everything in a graph.
#[derive(Debug)]
pub(super) struct Wardrobe {
    pub(super) nodes: Vec<Dressed>,
    /// The titles of the clusters.
    pub(super) titles: Vec<Dressed>,
    /// The labels of the edges; without size where there is none.
    pub(super) labels: Vec<Dressed>,
}

impl Wardrobe {
    pub(super) fn of(graph: &Graph, medium: Medium, room: Room) -> Self {
        let tailor = Tailor { medium, room };
        Self {
            nodes: graph.nodes.iter().map(|node| tailor.node(node)).collect(),
            titles: graph.clusters.iter().map(|cluster| tailor.title(cluster)).collect(),
            labels: graph.edges.iter().map(|edge| tailor.label(edge)).collect(),
        }
    }
}

/// The texts at the head of the sheet.
pub(super) fn heading(graph: &Graph, medium: Medium) -> Dressed {
    let room = Room::of(medium);
    let tailor = Tailor { medium, room };
    let lines = [(TextRole::Title, &graph.title), (TextRole::Subtitle, &graph.subtitle)]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(role, text)| Line::new(role, text.as_str()));
    tailor.block(lines, room.heading)
}

/// One line, however long it is; nothing where there is no text.
pub(super) fn single(line: Line, medium: Medium) -> Option<Text> {
    let tailor = Tailor { medium, room: Room::of(medium) };
    tailor.block(std::iter::once(line), f64::INFINITY).texts.pop()
}

/// How a line of text is broken and measured.
struct Tailor {
    medium: Medium,
    room: Room,
}

/// How long lines of text may get before they are broken, in units of the medium.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Room {
    /// On the card of a node.
    pub(super) card: f64,
    /// In the title of a cluster.
    pub(super) title: f64,
    /// In the label of an edge.
    pub(super) label: f64,
    /// In the title of the sheet.
    pub(super) heading: f64,
    /// A word up to this length is never broken, even where it is longer than its line should be.
    pub(super) word: f64,
}

impl Room {
    /// The usual room of a medium.
    pub(super) fn of(medium: Medium) -> Self {
        match medium {
            Medium::Paper => {
                Self { card: 220.0, title: 360.0, label: 130.0, heading: 900.0, word: 0.0 }
            }
            Medium::Terminal { width } => {
                Self { card: 38.0, title: 60.0, label: 24.0, heading: width as f64, word: 38.0 }
            }
        }
    }
}

/// Stands between things in a row.
const BETWEEN: &str = "·";
/// The icon of a card, in CSS pixels.
const ICON: f64 = 30.0;
/// The small icons of a card.
const BADGE: f64 = 14.0;
/// Inside a card: from its border to what it shows.
const PADDING: (f64, f64) = (10.0, 8.0);

impl Tailor {
    fn is_paper(&self) -> bool {
        self.medium == Medium::Paper
    }

    fn width(&self, text: &str, role: TextRole) -> f64 {
        if self.is_paper() { font::width(text, role) } else { text.width() as f64 }
    }

    fn leading(&self, role: TextRole) -> f64 {
        if self.is_paper() { font::style(role).leading } else { 1.0 }
    }

    /// From the top of a line to its baseline.
    fn ascent(&self, role: TextRole) -> f64 {
        if !self.is_paper() {
            return 0.0;
        }
        let style = font::style(role);
        f64::midpoint(style.leading, style.size * 0.72)
    }

    /// Lines one below the other, broken at `most`.
    fn block(&self, lines: impl Iterator<Item = Line>, most: f64) -> Dressed {
        let lines: Vec<Line> = lines.collect();
        // A word that is kept whole makes the whole block as wide as it is.
        let words = lines
            .iter()
            .flat_map(|line| line.text.split_whitespace().map(|word| self.width(word, line.role)));
        let most = words.fold(most, |most, word| most.max(word.min(self.room.word)));
        let mut texts = Vec::new();
        let (mut width, mut y) = (0.0_f64, 0.0);
        for line in lines {
            for content in self.broken(&line.text, line.role, most) {
                let wide = self.width(&content, line.role);
                width = width.max(wide);
                let at = Point { x: 0.0, y: y + self.ascent(line.role) };
                texts.push(Text { at, width: wide, role: line.role, content });
                y += self.leading(line.role);
            }
        }
        Dressed { size: whole(width, y), icons: Vec::new(), texts }
    }

    /// Breaks a text between words, and a word that is too long anywhere. Things in a row, with
    /// [`BETWEEN`] them, stay whole where they fit: "SSH 22 · NFS 2049" reads wrong as "SSH / 22 · NFS".
    fn broken(&self, text: &str, role: TextRole, most: f64) -> Vec<String> {
        let clean = |it: char| if it.is_control() { ' ' } else { it };
        let clean: String = text.chars().filter(|it| !turns(*it)).map(clean).collect();
        let mut lines = Vec::new();
        let mut line = String::new();
        let words: Vec<&str> = clean.split_whitespace().collect();
        for (index, word) in words.iter().copied().enumerate() {
            if index > 0 && words[index - 1] == BETWEEN {
                let thing = words[index..].split_inclusive(|it| *it == BETWEEN).next();
                let thing = thing.unwrap_or_default().join(" ");
                let fits = |it: &str| self.width(it, role) <= most;
                if fits(&thing) && !fits(&format!("{line} {thing}")) {
                    lines.push(std::mem::take(&mut line));
                }
            }
            let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&joined, role) <= most {
                line = joined;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for character in word.chars() {
                line.push(character);
                if self.width(&line, role) > most && character.width() != Some(0) {
                    line.pop();
                    if !line.is_empty() {
                        lines.push(std::mem::take(&mut line));
                    }
                    line.push(character);
                }
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    fn node(&self, node: &Node) -> Dressed {
        let lines = node.lines.iter().cloned();
        if !self.is_paper() {
            let mut it = self.block(lines, self.room.card);
            it.size.width += 4;
            it.size.height = it.size.height.max(1) + 2;
            shift(&mut it, 2.0, 1.0);
            return it;
        }
        let mut it = self.block(lines, self.room.card);
        let (mut width, mut height) = (f64::from(it.size.width), f64::from(it.size.height));
        let has_text = !it.texts.is_empty();
        if !node.badges.is_empty() {
            let y = height + if has_text { 3.0 } else { 0.0 };
            for (index, name) in node.badges.iter().enumerate() {
                let area = Rect { x: index as f64 * (BADGE + 4.0), y, width: BADGE, height: BADGE };
                it.icons.push(PlacedIcon { name: name.clone(), area });
            }
            width = width.max(node.badges.len() as f64 * (BADGE + 4.0) - 4.0);
            height = y + BADGE;
        }
        let has_icon = !node.icon.is_empty();
        let left = if has_icon { ICON + if width > 0.0 { 9.0 } else { 0.0 } } else { 0.0 };
        let inner = height.max(if has_icon { ICON } else { 0.0 });
        shift(&mut it, PADDING.0 + left, PADDING.1 + (inner - height) / 2.0);
        if has_icon {
            let area = Rect {
                x: PADDING.0,
                y: PADDING.1 + (inner - ICON) / 2.0,
                width: ICON,
                height: ICON,
            };
            it.icons.insert(0, PlacedIcon { name: node.icon.clone(), area });
        }
        it.size = whole(left + width + 2.0 * PADDING.0, inner + 2.0 * PADDING.1);
        it.size.width = even(it.size.width.max(40));
        it.size.height = even(it.size.height.max(30));
        it
    }

    fn title(&self, cluster: &Cluster) -> Dressed {
        let roles = [(TextRole::Cluster, &cluster.label), (TextRole::Note, &cluster.note)];
        let lines = roles
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(role, text)| Line::new(role, text.as_str()));
        let mut it = self.block(lines, self.room.title);
        if self.is_paper() && !cluster.icon.is_empty() {
            let size = 16.0;
            let height = f64::from(it.size.height).max(size);
            let spare = height - f64::from(it.size.height);
            shift(&mut it, size + 5.0, spare / 2.0);
            let area = Rect { x: 0.0, y: 0.0, width: size, height: size };
            it.icons.push(PlacedIcon { name: cluster.icon.clone(), area });
            it.size = whole(f64::from(it.size.width) + size + 5.0, height);
        }
        it
    }

    fn label(&self, edge: &Edge) -> Dressed {
        let label = edge.label.split('\n').map(|text| Line::new(TextRole::Edge, text));
        let counted =
            (edge.count > 1).then(|| Line::new(TextRole::Edge, format!("×{}", edge.count)));
        let lines = label.filter(|line| !line.text.trim().is_empty()).chain(counted);
        self.block(lines, self.room.label)
    }
}

/// Moves everything that is drawn.
pub(super) fn shift(it: &mut Dressed, x: f64, y: f64) {
    for icon in &mut it.icons {
        icon.area.x += x;
        icon.area.y += y;
    }
    for text in &mut it.texts {
        text.at.x += x;
        text.at.y += y;
    }
}

fn whole(width: f64, height: f64) -> Size {
    Size { width: width.ceil() as i32, height: height.ceil() as i32 }
}

fn even(length: i32) -> i32 {
    length + length % 2
}
