//! Reads the few elements of SVG that the built-in icons are made of, in microseconds.
//! Files of the user may hold anything, and are read by a real reader of SVG instead.

use super::paint::Paint;
use super::shape::{Cap, FillRule, Join, Path, Shape, Stroke};
use crate::scene::{Point, Rect};

/// What a shape looks like where its element does not say it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) fill: Option<Paint>,
    pub(super) rule: FillRule,
    pub(super) stroke: Option<Paint>,
    pub(super) width: f64,
    pub(super) cap: Cap,
    pub(super) join: Join,
}

impl Look {
    /// Filled with this colour, without a line. A line, where asked for, is two units wide and round.
    pub(super) fn filled(paint: Paint) -> Self {
        let (cap, join) = (Cap::Round, Join::Round);
        Self { fill: Some(paint), rule: FillRule::NonZero, stroke: None, width: 2.0, cap, join }
    }

    /// A line of two units without a filling.
    pub(super) fn lines(paint: Paint) -> Self {
        Self { fill: None, stroke: Some(paint), ..Self::filled(paint) }
    }

    fn changed(mut self, element: &Element<'_>) -> Result<Self, String> {
        for (name, value) in &element.attributes {
            match *name {
                "fill" => self.fill = paint(value)?,
                "stroke" => self.stroke = paint(value)?,
                "stroke-width" => self.width = number(value)?,
                "fill-rule" => {
                    let even = *value == "evenodd";
                    self.rule = if even { FillRule::EvenOdd } else { FillRule::NonZero };
                }
                "stroke-linecap" => {
                    self.cap = match *value {
                        "butt" => Cap::Butt,
                        "square" => Cap::Square,
                        _ => Cap::Round,
                    };
                }
                "stroke-linejoin" => {
                    self.join = match *value {
                        "miter" => Join::Miter,
                        "bevel" => Join::Bevel,
                        _ => Join::Round,
                    };
                }
                _ => {}
            }
        }
        Ok(self)
    }

    fn shape(self, path: Path) -> Shape {
        let stroke = self.stroke.map(|paint| Stroke {
            paint,
            width: self.width,
            cap: self.cap,
            join: self.join,
        });
        Shape { path, fill: self.fill, rule: self.rule, stroke }
    }
}

/// The shapes of these elements, in their order.
pub(super) fn shapes(markup: &str, look: Look) -> Result<Vec<Shape>, String> {
    let mut looks = vec![look];
    let mut shapes = Vec::new();
    for element in (Elements { rest: markup }) {
        let element = element?;
        if element.closes {
            looks.pop();
            continue;
        }
        let look = looks.last().copied().unwrap_or(look).changed(&element)?;
        match element.path()? {
            Some(path) => shapes.push(look.shape(path)),
            None if element.empty => {}
            None => looks.push(look),
        }
    }
    Ok(shapes)
}

struct Element<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
    /// It is an end tag.
    closes: bool,
    /// It has no children.
    empty: bool,
}

impl Element<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|it| it.0 == name).map(|it| it.1)
    }

    fn number(&self, name: &str) -> Result<f64, String> {
        self.text(name).map_or(Ok(0.0), number)
    }

    /// Its outline; nothing where it only holds others.
    fn path(&self) -> Result<Option<Path>, String> {
        let path = match self.name {
            "path" => Path::from_svg(self.text("d").unwrap_or_default())?,
            "circle" | "ellipse" => {
                let (x, y) = (self.number("cx")?, self.number("cy")?);
                let (rx, ry) = match self.name {
                    "circle" => (self.number("r")?, self.number("r")?),
                    _ => (self.number("rx")?, self.number("ry")?),
                };
                let area = Rect { x: x - rx, y: y - ry, width: rx * 2.0, height: ry * 2.0 };
                Path::rounded(area, rx, ry)
            }
            "rect" => {
                let (x, y) = (self.number("x")?, self.number("y")?);
                let area =
                    Rect { x, y, width: self.number("width")?, height: self.number("height")? };
                // Either radius stands for the other where only one is given.
                let one = self.text("rx").or(self.text("ry")).map_or(Ok(0.0), number)?;
                Path::rounded(area, one, self.text("ry").map_or(Ok(one), number)?)
            }
            "line" => {
                let from = Point { x: self.number("x1")?, y: self.number("y1")? };
                let to = Point { x: self.number("x2")?, y: self.number("y2")? };
                Path::polyline(&[from, to], false)
            }
            "polyline" | "polygon" => {
                let numbers = self.text("points").unwrap_or_default();
                let numbers: Vec<f64> = numbers
                    .split([' ', ','])
                    .filter(|it| !it.is_empty())
                    .map(number)
                    .collect::<Result<_, _>>()?;
                let points: Vec<Point> =
                    numbers.chunks_exact(2).map(|it| Point { x: it[0], y: it[1] }).collect();
                Path::polyline(&points, self.name == "polygon")
            }
            "svg" | "g" | "title" => return Ok(None),
            other => return Err(format!("the element `{other}` is not known here")),
        };
        Ok(Some(path))
    }
}

/// The tags of a text, one after the other. What stands between them is passed over.
struct Elements<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Element<'a>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.rest.find('<')?;
        let Some(length) = self.rest[start..].find('>') else {
            self.rest = "";
            return Some(Err("a tag does not end".to_owned()));
        };
        let tag = &self.rest[start + 1..start + length];
        self.rest = &self.rest[start + length + 1..];
        if tag.starts_with(['!', '?']) {
            return self.next();
        }
        Some(element(tag))
    }
}

fn element(tag: &str) -> Result<Element<'_>, String> {
    let closes = tag.starts_with('/');
    let empty = tag.ends_with('/');
    let tag = tag.trim_matches('/');
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    while let Some((name, value)) = rest.split_once("=\"") {
        let (value, after) = value.split_once('"').ok_or("an attribute does not end")?;
        attributes.push((name.trim(), value));
        rest = after;
    }
    Ok(Element { name, attributes, closes, empty })
}

fn number(text: &str) -> Result<f64, String> {
    text.trim().parse().map_err(|_| format!("`{text}` is not a number"))
}

fn paint(text: &str) -> Result<Option<Paint>, String> {
    match text {
        "none" => Ok(None),
        "currentColor" => Ok(Some(Paint::Ink)),
        _ => rgb(text.trim_start_matches('#')).map(Some),
    }
}

/// A colour of six hexadecimal digits.
pub(super) fn rgb(digits: &str) -> Result<Paint, String> {
    match u32::from_str_radix(digits, 16).map(u32::to_be_bytes) {
        Ok([0, red, green, blue]) if digits.len() == 6 => Ok(Paint::Rgb(red, green, blue)),
        _ => Err(format!("`{digits}` is not a colour of six digits")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markup: &str, expected: &[&str]) {
        let shapes = shapes(markup, Look::filled(Paint::Ink)).unwrap();
        let found: Vec<_> = shapes.iter().map(|it| it.path.to_svg()).collect();
        assert_eq!(found, expected, "{markup}");
    }

    #[test]
    fn every_element_becomes_a_path() {
        check(r#"<rect x="1" y="2" width="3" height="4"/>"#, &["M1 2L4 2L4 6L1 6Z"]);
        check(r#"<line x1="1" y1="2" x2="3" y2="4" />"#, &["M1 2L3 4"]);
        check(r#"<polygon points="0 0, 2,0 2 2"/>"#, &["M0 0L2 0L2 2Z"]);
        check(r#"<polyline points="0 0 2 0"/>"#, &["M0 0L2 0"]);
        let circle =
            "M2 0C3.105 0 4 .895 4 2C4 3.105 3.105 4 2 4C.895 4 0 3.105 0 2C0 .895 .895 0 2 0Z";
        check(r#"<circle cx="2" cy="2" r="2"/>"#, &[circle]);
        check(r#"<ellipse cx="2" cy="2" rx="2" ry="2"/>"#, &[circle]);
    }

    #[test]
    fn what_is_said_outside_holds_inside() {
        let markup = "<svg fill=\"none\"><g stroke=\"#ff0000\" stroke-width=\"3\"><path d=\"M0 0h1\"/></g>\n<path d=\"M0 0h2\" fill=\"currentColor\"/></svg>";
        let found = shapes(markup, Look::filled(Paint::Ink)).unwrap();
        let line = found[0].stroke.unwrap();
        assert_eq!((line.paint, line.width, found[0].fill), (Paint::Rgb(255, 0, 0), 3.0, None));
        assert_eq!((found[1].fill, found[1].stroke), (Some(Paint::Ink), None));
    }

    #[test]
    fn what_it_cannot_read_is_an_error() {
        for markup in [
            "<path d=\"M0 0",
            "<text/>",
            "<rect x=\"a\"/>",
            "<path d=\"Mx\"/>",
            "<g fill=\"red\"/>",
        ] {
            assert!(shapes(markup, Look::filled(Paint::Ink)).is_err(), "{markup}");
        }
    }
}
