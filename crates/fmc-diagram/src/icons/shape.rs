//! What an icon is made of: outlines that are filled or stroked.

use super::paint::Paint;
use crate::scene::{Point, Rect};

/// One piece of an outline. All points are absolute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Command {
    /// Begins a new line here.
    Move(Point),
    /// A straight line to here.
    Line(Point),
    /// A cubic Bézier curve: two control points and its end.
    Cubic(Point, Point, Point),
    /// A straight line back to where the line began.
    Close,
}

/// An outline.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Path {
    /// Its pieces; the first is a [`Command::Move`].
    pub commands: Vec<Command>,
}

/// A line along an outline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub paint: Paint,
    /// Its width in the units of the view box.
    pub width: f64,
    /// What its ends look like.
    pub cap: Cap,
    /// What its corners look like.
    pub join: Join,
}

/// What the ends of a line look like; the names are those of SVG.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cap {
    /// Cut at the last point.
    Butt,
    /// Half a disc.
    #[default]
    Round,
    /// Half a square.
    Square,
}

/// What the corners of a line look like; the names are those of SVG.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Join {
    /// Pointed.
    Miter,
    /// Rounded.
    #[default]
    Round,
    /// Cut off.
    Bevel,
}

/// Which parts of an outline that crosses itself are inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FillRule {
    /// What the outline goes around, counted with its direction.
    #[default]
    NonZero,
    /// What the outline goes around an odd number of times.
    EvenOdd,
}

/// An outline with its colours. The fill lies under the stroke.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// The outline.
    pub path: Path,
    /// The colour of its inside, or nothing.
    pub fill: Option<Paint>,
    /// What its inside is.
    pub rule: FillRule,
    /// The line along it, or nothing.
    pub stroke: Option<Stroke>,
}

/// How far the control points of a curve stand from the corner, in radii, so that it is a quarter
/// of an ellipse to a fortieth of a per cent.
const CORNER: f64 = 1.0 - 0.552_284_75;

impl Path {
    /// Reads the `d` attribute of an SVG path, arcs and relative commands included.
    pub(super) fn from_svg(data: &str) -> Result<Self, String> {
        use svgtypes::{SimplePathSegment as Segment, SimplifyingPathParser};
        let mut commands = Vec::with_capacity(data.len() / 12);
        let mut at = Point::default();
        for segment in SimplifyingPathParser::from(data) {
            let command = match segment.map_err(|it| it.to_string())? {
                Segment::MoveTo { x, y } => Command::Move(Point { x, y }),
                Segment::LineTo { x, y } => Command::Line(Point { x, y }),
                Segment::CurveTo { x1, y1, x2, y2, x, y } => {
                    Command::Cubic(Point { x: x1, y: y1 }, Point { x: x2, y: y2 }, Point { x, y })
                }
                Segment::Quadratic { x1, y1, x, y } => {
                    quadratic(at, Point { x: x1, y: y1 }, Point { x, y })
                }
                Segment::ClosePath => Command::Close,
            };
            if let Command::Move(to) | Command::Line(to) | Command::Cubic(_, _, to) = command {
                at = to;
            }
            commands.push(command);
        }
        Ok(Self { commands })
    }

    /// Lines through these points.
    pub(super) fn polyline(points: &[Point], closed: bool) -> Self {
        let mut commands: Vec<_> = points.iter().copied().map(Command::Line).collect();
        if let Some(Command::Line(first)) = commands.first().copied() {
            commands[0] = Command::Move(first);
        }
        if closed {
            commands.push(Command::Close);
        }
        Self { commands }
    }

    /// A rectangle with corners rounded like quarters of an ellipse of these radii.
    pub(super) fn rounded(area: Rect, rx: f64, ry: f64) -> Self {
        let (rx, ry) = (rx.min(area.width / 2.0), ry.min(area.height / 2.0));
        let (left, top, right, bottom) = (area.x, area.y, area.right(), area.bottom());
        if rx <= 0.0 || ry <= 0.0 {
            let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
            return Self::polyline(&corners.map(|(x, y)| Point { x, y }), true);
        }
        let (kx, ky) = (rx * CORNER, ry * CORNER);
        let at = |x, y| Point { x, y };
        let corners = [
            (at(left + rx, top), None),
            (
                at(right - rx, top),
                Some((at(right - kx, top), at(right, top + ky), at(right, top + ry))),
            ),
            (
                at(right, bottom - ry),
                Some((at(right, bottom - ky), at(right - kx, bottom), at(right - rx, bottom))),
            ),
            (
                at(left + rx, bottom),
                Some((at(left + kx, bottom), at(left, bottom - ky), at(left, bottom - ry))),
            ),
            (
                at(left, top + ry),
                Some((at(left, top + ky), at(left + kx, top), at(left + rx, top))),
            ),
        ];
        let mut commands = vec![Command::Move(corners[0].0)];
        let mut last = corners[0].0;
        for (from, curve) in corners {
            // The sides of a circle have no length.
            if (from.x - last.x).abs() + (from.y - last.y).abs() > 1e-9 {
                commands.push(Command::Line(from));
            }
            if let Some((one, two, to)) = curve {
                commands.push(Command::Cubic(one, two, to));
                last = to;
            }
        }
        commands.push(Command::Close);
        Self { commands }
    }

    /// The smallest rectangle around the outline; nothing for an empty one.
    pub fn bounds(&self) -> Option<Rect> {
        let mut bounds = Bounds::default();
        let mut at = Point::default();
        for command in &self.commands {
            match *command {
                Command::Move(to) | Command::Line(to) => {
                    bounds.add(to);
                    at = to;
                }
                Command::Cubic(a, b, to) => {
                    bounds.add(to);
                    for part in turns(at.x, a.x, b.x, to.x).chain(turns(at.y, a.y, b.y, to.y)) {
                        bounds.add(Point {
                            x: bezier([at.x, a.x, b.x, to.x], part),
                            y: bezier([at.y, a.y, b.y, to.y], part),
                        });
                    }
                    at = to;
                }
                Command::Close => {}
            }
        }
        bounds.rect()
    }

    /// The `d` attribute of an SVG path, to a thousandth of a unit.
    pub fn to_svg(&self) -> String {
        let mut text = String::new();
        self.write_svg(&mut text);
        text
    }

    /// Writes what [`Path::to_svg`] returns.
    pub(crate) fn write_svg(&self, text: &mut String) {
        text.reserve(self.commands.len() * 16);
        for command in &self.commands {
            let (letter, points): (char, &[Point]) = match command {
                Command::Move(to) => ('M', std::slice::from_ref(to)),
                Command::Line(to) => ('L', std::slice::from_ref(to)),
                Command::Cubic(a, b, to) => ('C', &[*a, *b, *to]),
                Command::Close => ('Z', &[]),
            };
            text.push(letter);
            for (index, number) in points.iter().flat_map(|it| [it.x, it.y]).enumerate() {
                if index > 0 && number > -0.0005 {
                    text.push(' ');
                }
                write_number(text, number);
            }
        }
    }
}

/// Writes a number to a thousandth, as short as it can be written.
fn write_number(text: &mut String, number: f64) {
    // Rounded half away from zero, by hand: the rounding of floats is a call.
    let exact = number * 1000.0;
    let down = exact as i64;
    let rest = exact - down as f64;
    let thousandths = down + i64::from(rest >= 0.5) - i64::from(rest <= -0.5);
    if thousandths < 0 {
        text.push('-');
    }
    let (whole, mut rest) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
    match whole {
        0 if rest > 0 => {}
        // Nearly all numbers of icons, which stand on a grid of 24 units.
        0..10 => text.push(char::from(b'0' + whole as u8)),
        10..100 => {
            text.push(char::from(b'0' + (whole / 10) as u8));
            text.push(char::from(b'0' + (whole % 10) as u8));
        }
        _ => text.push_str(&whole.to_string()),
    }
    if rest > 0 {
        text.push('.');
        while rest > 0 {
            text.push(char::from(b'0' + (rest / 100) as u8));
            rest = rest % 100 * 10;
        }
    }
}

/// A curve with one control point, as one with two.
pub(super) fn quadratic(from: Point, control: Point, to: Point) -> Command {
    let third = |end: Point| Point {
        x: end.x + (control.x - end.x) * 2.0 / 3.0,
        y: end.y + (control.y - end.y) * 2.0 / 3.0,
    };
    Command::Cubic(third(from), third(to), to)
}

#[derive(Default)]
struct Bounds {
    least: Option<Point>,
    most: Point,
}

impl Bounds {
    fn add(&mut self, point: Point) {
        let Some(least) = &mut self.least else {
            self.least = Some(point);
            self.most = point;
            return;
        };
        *least = Point { x: least.x.min(point.x), y: least.y.min(point.y) };
        self.most = Point { x: self.most.x.max(point.x), y: self.most.y.max(point.y) };
    }

    fn rect(&self) -> Option<Rect> {
        let least = self.least?;
        let (width, height) = (self.most.x - least.x, self.most.y - least.y);
        Some(Rect { x: least.x, y: least.y, width, height })
    }
}

fn bezier(points: [f64; 4], part: f64) -> f64 {
    let rest = 1.0 - part;
    let [from, one, two, to] = points;
    let middle = 3.0 * rest * part * (rest * one + part * two);
    rest * rest * rest * from + middle + part * part * part * to
}

/// Where inside a curve a coordinate turns: the zeros of its derivative.
fn turns(from: f64, one: f64, two: f64, to: f64) -> impl Iterator<Item = f64> {
    let square = to - from + 3.0 * (one - two);
    let (linear, constant) = (2.0 * (from - 2.0 * one + two), one - from);
    let found = if square.abs() < 1e-12 {
        [-constant / linear, f64::NAN]
    } else {
        let root = (linear * linear - 4.0 * square * constant).sqrt();
        [(-linear + root) / (2.0 * square), (-linear - root) / (2.0 * square)]
    };
    found.into_iter().filter(|t| *t > 0.0 && *t < 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(data: &str, bounds: (f64, f64, f64, f64), back: &str) {
        let path = Path::from_svg(data).unwrap();
        let found = path.bounds().unwrap();
        for (is, should) in [found.x, found.y, found.width, found.height]
            .into_iter()
            .zip([bounds.0, bounds.1, bounds.2, bounds.3])
        {
            assert!((is - should).abs() < 1e-3, "{data}: {found:?}");
        }
        assert_eq!(path.to_svg(), back, "{data}");
    }

    #[test]
    fn relative_commands_and_short_forms_become_absolute() {
        check("m1 2h3v4l-3 0z", (1.0, 2.0, 3.0, 4.0), "M1 2L4 2L4 6L1 6Z");
        check("M0 0zl2 2", (0.0, 0.0, 2.0, 2.0), "M0 0ZM0 0L2 2");
    }

    #[test]
    fn curves_are_bounded_by_themselves_and_not_by_their_control_points() {
        check("M0 0C0 4 4 4 4 0", (0.0, 0.0, 4.0, 3.0), "M0 0C0 4 4 4 4 0");
        check("M0 0Q2 4 4 0", (0.0, 0.0, 4.0, 2.0), "M0 0C1.333 2.667 2.667 2.667 4 0");
    }

    #[test]
    fn arcs_become_curves() {
        let circle = Path::from_svg("M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20z").unwrap();
        let bounds = circle.bounds().unwrap();
        assert!((bounds.x - 2.0).abs() < 0.01 && (bounds.width - 20.0).abs() < 0.02, "{bounds:?}");
    }

    #[test]
    fn numbers_are_short() {
        for (number, text) in [
            (0.5, ".5"),
            (-0.25, "-.25"),
            (3.0, "3"),
            (-0.0001, "0"),
            (1.23456, "1.235"),
            (-1.0, "-1"),
            (10.0, "10"),
            (90.25, "90.25"),
            (-1234.5, "-1234.5"),
        ] {
            let mut written = String::new();
            write_number(&mut written, number);
            assert_eq!(written, text);
        }
    }
}
