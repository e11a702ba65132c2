//! Shapes, texts and icons as elements of SVG.

use super::style::{Styles, Use};
use super::text::{attribute, content, number};
use crate::font;
use crate::formats::link;
use crate::formats::paint::{Canvas, Group, Look, Shape};
use crate::formats::path::Step;
use crate::formats::tip::Names;
use crate::graph::Change;
use crate::icons::{Cap, FillRule, Icon, Join, Library, Paint};
use crate::plain::steers;
use crate::scene::{PlacedIcon, Point, Rect, Text};
use crate::theme::{Color, Rgb};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;

/// How many bytes a usual picture takes.
const USUAL: usize = 64 << 10;

/// A document while it is written.
pub(super) struct SvgCanvas<'a> {
    pub(super) out: String,
    pub(super) styles: Styles,
    pub(super) icons: Symbols,
    /// Whether anything can be clicked.
    pub(super) linked: bool,
    pub(super) names: Names<'a>,
    library: &'a Library,
    in_link: bool,
}

/// The icons in use, by name, with the number of their symbol.
#[derive(Default)]
pub(super) struct Symbols {
    numbers: BTreeMap<String, Option<usize>>,
    out: String,
    count: usize,
}

impl Symbols {
    /// How many bytes the definitions take.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    /// Writes the definitions, where there are any.
    pub(super) fn write(&self, out: &mut String) {
        if self.count > 0 {
            out.push_str("<defs>");
            out.push_str(&self.out);
            out.push_str("</defs>\n");
        }
    }

    /// The number of an icon's symbol, where there is such an icon.
    fn number(&mut self, name: &str, library: &Library, styles: &mut Styles) -> Option<usize> {
        if let Some(known) = self.numbers.get(name) {
            return *known;
        }
        let number = library.find(name).map(|icon| {
            symbol(&mut self.out, self.count, &icon, styles);
            self.count += 1;
            self.count - 1
        });
        self.numbers.insert(name.to_owned(), number);
        number
    }
}

impl<'a> SvgCanvas<'a> {
    pub(super) fn new(names: Names<'a>, library: &'a Library) -> Self {
        let (styles, icons) = (Styles::default(), Symbols::default());
        // Room for a usual picture at once: growing step by step touches that memory many times.
        let out = String::with_capacity(USUAL);
        Self { out, styles, icons, linked: false, names, library, in_link: false }
    }

    /// The sheet under everything.
    pub(super) fn sheet(&mut self, area: Rect, color: Color) {
        self.shape(Shape::Rect(area, 0.0), Look { fill: Some(color), line: None });
    }

    fn data(&mut self, name: &str, value: &str) {
        self.out.push_str(" data-");
        self.out.push_str(name);
        self.out.push_str("=\"");
        attribute(&mut self.out, value);
        self.out.push('"');
    }

    fn length(&mut self, name: &str, value: f64) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        number(&mut self.out, value);
        self.out.push('"');
    }

    fn area(&mut self, area: Rect) {
        self.length("x", area.x);
        self.length("y", area.y);
        self.length("width", area.width);
        self.length("height", area.height);
    }

    fn change(&mut self, change: Change) {
        if change != Change::Same {
            self.data("change", &Color::Mark(change).name());
        }
    }
}

impl Canvas for SvgCanvas<'_> {
    fn open(&mut self, group: Group<'_>) {
        let (link, route) = match group {
            Group::Cluster(it) => {
                self.out.push_str("<g class=\"cluster\"");
                self.data("id", &it.id);
                if let Some(parent) = &it.parent {
                    self.data("parent", parent);
                }
                self.change(it.change);
                (&it.link, None)
            }
            Group::Node(it) => {
                self.out.push_str("<g class=\"node\"");
                self.data("id", &it.id);
                if let Some(cluster) = &it.cluster {
                    self.data("cluster", cluster);
                }
                self.change(it.change);
                (&it.link, None)
            }
            Group::Edge(it, drawn) => {
                self.out.push_str("<g class=\"edge\"");
                self.data("id", &it.id);
                self.data("from", &it.from);
                self.data("to", &it.to);
                self.change(it.change);
                (&it.link, Some(&drawn.route))
            }
            Group::Legend(_) => {
                self.out.push_str("<g class=\"legend\"");
                (&None, None)
            }
            Group::Heading => {
                self.out.push_str("<g class=\"heading\"");
                (&None, None)
            }
        };
        self.out.push('>');
        let tip = self.names.tip(group);
        if !tip.is_empty() {
            self.out.push_str("<title>");
            content(&mut self.out, &tip);
            self.out.push_str("</title>");
        }
        if let Some(link) = link.as_deref().and_then(link::safe) {
            self.out.push_str("<a href=\"");
            attribute(&mut self.out, link);
            self.out.push_str("\">");
            self.in_link = true;
            self.linked = true;
        }
        if let Some(route) = route.filter(|it| !it.is_empty()) {
            self.out.push_str("<path class=\"route\" fill=\"none\" d=\"");
            steps(&mut self.out, route);
            self.out.push_str("\"/>");
        }
    }

    fn close(&mut self) {
        if std::mem::take(&mut self.in_link) {
            self.out.push_str("</a>");
        }
        self.out.push_str("</g>\n");
    }

    fn shape(&mut self, shape: Shape<'_>, look: Look) {
        if matches!(shape, Shape::Path(steps) if steps.is_empty()) {
            return;
        }
        self.out.push_str(match shape {
            Shape::Rect(..) => "<rect",
            Shape::Disk(..) => "<circle",
            Shape::Path(_) => "<path",
        });
        self.out.push_str(" class=\"");
        if let Some(fill) = look.fill {
            self.out.push_str(self.styles.class(Use::Fill, fill));
        }
        if let Some(line) = look.line {
            self.out.push_str(if look.fill.is_some() { " " } else { "" });
            self.out.push_str(self.styles.class(Use::Stroke, line.color));
        }
        self.out.push('"');
        if look.fill.is_none() {
            self.out.push_str(" fill=\"none\"");
        }
        if let Some(line) = look.line {
            if (line.width - 1.0).abs() > f64::EPSILON {
                self.length("stroke-width", line.width);
            }
            if let Some([dash, gap]) = line.dashes {
                self.out.push_str(" stroke-dasharray=\"");
                number(&mut self.out, dash);
                self.out.push(' ');
                number(&mut self.out, gap);
                self.out.push('"');
            }
        }
        match shape {
            Shape::Rect(area, radius) => {
                self.area(area);
                if radius > 0.0 {
                    self.length("rx", radius);
                }
            }
            Shape::Disk(centre, radius) => {
                self.length("cx", centre.x);
                self.length("cy", centre.y);
                self.length("r", radius);
            }
            Shape::Path(path) => {
                self.out.push_str(" d=\"");
                steps(&mut self.out, path);
                self.out.push('"');
            }
        }
        self.out.push_str("/>");
    }

    fn text(&mut self, text: &Text, color: Color) {
        if text.content.is_empty() {
            return;
        }
        let style = font::style(text.role);
        let plain = |it: char| if steers(it) { ' ' } else { it };
        let line: String = text.content.chars().map(plain).collect();
        self.styles.text(&line, style.bold);
        self.out.push_str("<text class=\"");
        self.out.push_str(self.styles.class(Use::Fill, color));
        self.out.push_str(if style.bold { " b\"" } else { "\"" });
        self.length("x", text.at.x);
        self.length("y", text.at.y);
        self.length("font-size", style.size);
        // Another font is not as wide as was reserved: it is fitted.
        if !line.chars().all(|it| font::covers(it, style.bold)) {
            self.length("textLength", text.width);
            self.out.push_str(" lengthAdjust=\"spacingAndGlyphs\"");
        }
        self.out.push('>');
        content(&mut self.out, &line);
        self.out.push_str("</text>");
    }

    fn icon(&mut self, icon: &PlacedIcon, ink: Color) {
        let Some(index) = self.icons.number(&icon.name, self.library, &mut self.styles) else {
            return;
        };
        self.out.push_str("<use class=\"");
        self.out.push_str(self.styles.class(Use::Ink, ink));
        self.out.push_str("\" href=\"#fmc-i");
        self.out.push_str(&index.to_string());
        self.out.push('"');
        self.area(icon.area);
        self.out.push_str("/>");
    }
}

/// Writes an icon as a symbol.
fn symbol(out: &mut String, index: usize, icon: &Icon, styles: &mut Styles) {
    let view = icon.view_box;
    out.push_str(&format!("<symbol id=\"fmc-i{index}\" viewBox=\""));
    for (at, value) in [view.x, view.y, view.width, view.height].into_iter().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        number(out, value);
    }
    out.push_str("\">");
    for shape in &icon.shapes {
        out.push_str("<path");
        let mut classes = Vec::new();
        paint(out, "fill", shape.fill, Use::Fill, styles, &mut classes);
        let line = shape.stroke.map(|it| it.paint);
        paint(out, "stroke", line, Use::Stroke, styles, &mut classes);
        if !classes.is_empty() {
            out.push_str(&format!(" class=\"{}\"", classes.join(" ")));
        }
        if shape.rule == FillRule::EvenOdd && shape.fill.is_some() {
            out.push_str(" fill-rule=\"evenodd\"");
        }
        if let Some(stroke) = &shape.stroke {
            out.push_str(" stroke-width=\"");
            number(out, stroke.width);
            out.push('"');
            out.push_str(match stroke.cap {
                Cap::Butt => "",
                Cap::Round => " stroke-linecap=\"round\"",
                Cap::Square => " stroke-linecap=\"square\"",
            });
            out.push_str(match stroke.join {
                Join::Miter => "",
                Join::Round => " stroke-linejoin=\"round\"",
                Join::Bevel => " stroke-linejoin=\"bevel\"",
            });
        }
        out.push_str(" d=\"");
        shape.path.write_svg(out);
        out.push_str("\"/>");
    }
    if let Some(image) = &icon.image {
        out.push_str("<image");
        for (name, value) in
            [("x", view.x), ("y", view.y), ("width", view.width), ("height", view.height)]
        {
            out.push_str(&format!(" {name}=\""));
            number(out, value);
            out.push('"');
        }
        out.push_str(" href=\"data:image/png;base64,");
        STANDARD.encode_string(&image.png, out);
        out.push_str("\"/>");
    }
    out.push_str("</symbol>");
}

/// Writes one paint of an icon's path, or remembers its class.
fn paint(
    out: &mut String,
    name: &str,
    paint: Option<Paint>,
    use_: Use,
    styles: &mut Styles,
    classes: &mut Vec<String>,
) {
    match paint {
        Some(Paint::Rgb(red, green, blue)) => {
            classes.push(styles.class(use_, Color::Brand(Rgb(red, green, blue))).to_owned());
        }
        Some(Paint::Ink) => out.push_str(&format!(" {name}=\"currentColor\"")),
        None if use_ == Use::Fill => out.push_str(" fill=\"none\""),
        None => {}
    }
}

/// Writes the data of a path.
fn steps(out: &mut String, steps: &[Step]) {
    let (mut at, mut start) = (Point::default(), Point::default());
    let pair = |out: &mut String, letter: char, points: &[Point]| {
        out.push(letter);
        for (index, point) in points.iter().enumerate() {
            if index > 0 {
                out.push(' ');
            }
            number(out, point.x);
            out.push(' ');
            number(out, point.y);
        }
    };
    for step in steps {
        match *step {
            Step::Move(to) => {
                pair(out, 'M', &[to]);
                (at, start) = (to, to);
            }
            Step::Line(to) => {
                if (to.y - at.y).abs() < 0.001 {
                    out.push('H');
                    number(out, to.x);
                } else if (to.x - at.x).abs() < 0.001 {
                    out.push('V');
                    number(out, to.y);
                } else {
                    pair(out, 'L', &[to]);
                }
                at = to;
            }
            Step::Quad(handle, to) => {
                pair(out, 'Q', &[handle, to]);
                at = to;
            }
            Step::Cubic(one, two, to) => {
                pair(out, 'C', &[one, two, to]);
                at = to;
            }
            Step::Close => {
                out.push('Z');
                at = start;
            }
        }
    }
}
