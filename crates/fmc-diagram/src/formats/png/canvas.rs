//! Shapes and icons in pixels.

use super::Options;
use super::glyphs::Glyphs;
use crate::formats::letters::Letters;
use crate::formats::paint::{Canvas, Group, Look, Shape};
use crate::formats::path::{Step, rounded_rect};
use crate::icons::{self, Command, Icon};
use crate::scene::{PlacedIcon, Point, Rect, Text};
use crate::theme::{Color, Rgb};
use std::collections::BTreeMap;
use std::rc::Rc;
use tiny_skia::{
    FillRule, FilterQuality, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, PixmapPaint,
    Stroke, StrokeDash, Transform,
};

/// A picture while it is drawn.
pub(super) struct PngCanvas<'a> {
    pub(super) pixmap: Pixmap,
    pub(super) options: Options<'a>,
    pub(super) letters: Letters<'a>,
    pub(super) glyphs: Glyphs,
    icons: BTreeMap<String, Option<Rc<Icon>>>,
}

impl<'a> PngCanvas<'a> {
    pub(super) fn new(pixmap: Pixmap, options: Options<'a>) -> Self {
        let (letters, glyphs) = (Letters::new(options.fonts), Glyphs::default());
        Self { pixmap, options, letters, glyphs, icons: BTreeMap::new() }
    }

    pub(super) fn into_pixmap(self) -> Pixmap {
        self.pixmap
    }

    /// The colour of this scheme, ready for filling.
    pub(super) fn color(&self, color: Color) -> Rgb {
        color.rgb(self.options.scheme)
    }

    pub(super) fn fill(&mut self, path: &Path, rgb: Rgb, rule: FillRule) {
        self.pixmap.fill_path(path, &ink(rgb), rule, Transform::identity(), None);
    }

    fn stroke(&mut self, path: &Path, rgb: Rgb, stroke: &Stroke) {
        self.pixmap.stroke_path(path, &ink(rgb), stroke, Transform::identity(), None);
    }

    /// Fills a rounded rectangle: its ends as a shape, all between them in whole rows.
    fn fill_rect(&mut self, area: Rect, radius: f64, rgb: Rgb) {
        let scale = self.options.scale;
        let (top, bottom) = ((area.y + radius) * scale, (area.bottom() - radius) * scale);
        let (left, right) = ((area.x * scale).ceil(), (area.right() * scale).floor());
        let (top, bottom) = (top.ceil(), bottom.floor());
        let view = Frame::scaled(scale);
        let Some(path) = view.path(&rounded_rect(area, radius)) else { return };
        let inside =
            tiny_skia::Rect::from_ltrb(left as f32, top as f32, right as f32, bottom as f32);
        let Some(inside) = inside.filter(|it| it.height() > 32.0 && it.width() > 32.0) else {
            self.fill(&path, rgb, FillRule::Winding);
            return;
        };
        let mut plain = ink(rgb);
        plain.anti_alias = false;
        self.pixmap.fill_rect(inside, &plain, Transform::identity(), None);
        // What is left: two strips with the corners, and the fractions of pixels at the sides.
        let (y, low) = (f64::from(inside.top()), f64::from(inside.bottom()));
        let strip =
            |from: f64, to: f64| Rect { y: from / scale, height: (to - from) / scale, ..area };
        let upper = strip(area.y * scale, y);
        let lower = strip(low, area.bottom() * scale);
        for (part, above) in [(upper, true), (lower, false)] {
            if let Some(path) = view.path(&half(part, radius, above)) {
                self.fill(&path, rgb, FillRule::Winding);
            }
        }
        for (from, to) in [(area.x * scale, left), (right, area.right() * scale)] {
            let side = tiny_skia::Rect::from_ltrb(from as f32, y as f32, to as f32, low as f32);
            if let Some(side) = side.filter(|_| to - from > 0.01) {
                let path = PathBuilder::from_rect(side);
                self.fill(&path, rgb, FillRule::Winding);
            }
        }
    }
}

impl Canvas for PngCanvas<'_> {
    fn open(&mut self, _: Group<'_>) {}

    fn close(&mut self) {}

    fn shape(&mut self, shape: Shape<'_>, look: Look) {
        let scale = self.options.scale;
        if let (Shape::Rect(area, radius), Some(fill)) = (shape, look.fill) {
            let rgb = self.color(fill);
            self.fill_rect(area, radius, rgb);
        }
        let disk: Vec<Step>;
        let steps = match shape {
            Shape::Path(steps) => steps,
            Shape::Rect(area, radius) => {
                disk = rounded_rect(area, radius);
                &disk
            }
            Shape::Disk(centre, radius) => {
                let side = radius * 2.0;
                let (x, y) = (centre.x - radius, centre.y - radius);
                disk = rounded_rect(Rect { x, y, width: side, height: side }, radius);
                &disk
            }
        };
        let is_rect = matches!(shape, Shape::Rect(..));
        if is_rect && look.line.is_none() {
            return;
        }
        let Some(path) = Frame::scaled(scale).path(steps) else { return };
        if let Some(fill) = look.fill.filter(|_| !is_rect) {
            let rgb = self.color(fill);
            self.fill(&path, rgb, FillRule::Winding);
        }
        if let Some(line) = look.line {
            let dash = line.dashes.and_then(|[dash, gap]| {
                StrokeDash::new(vec![(dash * scale) as f32, (gap * scale) as f32], 0.0)
            });
            let stroke = Stroke { width: (line.width * scale) as f32, dash, ..Stroke::default() };
            let rgb = self.color(line.color);
            self.stroke(&path, rgb, &stroke);
        }
    }

    fn text(&mut self, text: &Text, color: Color) {
        self.write_text(text, color);
    }

    fn icon(&mut self, placed: &PlacedIcon, color: Color) {
        let library = self.options.icons;
        let find = |name: &str| library.map_or_else(|| icons::find(name), |it| it.find(name));
        let known = self.icons.entry(placed.name.clone());
        let Some(icon) = known.or_insert_with(|| find(&placed.name).map(Rc::new)).clone() else {
            return;
        };
        let frame = Frame::fitted(icon.view_box, placed.area, self.options.scale);
        let color = self.color(color);
        let own = |paint: icons::Paint, canvas: &Self| match paint {
            icons::Paint::Ink => color,
            icons::Paint::Rgb(red, green, blue) => {
                canvas.color(Color::Brand(Rgb(red, green, blue)))
            }
        };
        for shape in &icon.shapes {
            let steps: Vec<Step> = shape.path.commands.iter().map(step).collect();
            let Some(path) = frame.path(&steps) else { continue };
            if let Some(fill) = shape.fill {
                let rule = match shape.rule {
                    icons::FillRule::NonZero => FillRule::Winding,
                    icons::FillRule::EvenOdd => FillRule::EvenOdd,
                };
                let rgb = own(fill, self);
                self.fill(&path, rgb, rule);
            }
            if let Some(line) = &shape.stroke {
                let stroke = Stroke {
                    width: (line.width * frame.scale) as f32,
                    line_cap: match line.cap {
                        icons::Cap::Butt => LineCap::Butt,
                        icons::Cap::Round => LineCap::Round,
                        icons::Cap::Square => LineCap::Square,
                    },
                    line_join: match line.join {
                        icons::Join::Miter => LineJoin::Miter,
                        icons::Join::Round => LineJoin::Round,
                        icons::Join::Bevel => LineJoin::Bevel,
                    },
                    ..Stroke::default()
                };
                let rgb = own(line.paint, self);
                self.stroke(&path, rgb, &stroke);
            }
        }
        if let Some(image) = icon.image.as_ref().and_then(|it| Pixmap::decode_png(&it.png).ok()) {
            let view = icon.view_box;
            let corner = frame.point(Point { x: view.x, y: view.y });
            let wide = view.width * frame.scale / f64::from(image.width());
            let high = view.height * frame.scale / f64::from(image.height());
            self.image(&image, corner, wide, high);
        }
    }
}

/// A piece of an icon's outline.
fn step(command: &Command) -> Step {
    match *command {
        Command::Move(to) => Step::Move(to),
        Command::Line(to) => Step::Line(to),
        Command::Cubic(one, two, to) => Step::Cubic(one, two, to),
        Command::Close => Step::Close,
    }
}

impl PngCanvas<'_> {
    /// Draws pixels, stretched, with their upper left corner here.
    pub(super) fn image(&mut self, image: &Pixmap, corner: (f32, f32), wide: f64, high: f64) {
        let place = Transform::from_row(wide as f32, 0.0, 0.0, high as f32, corner.0, corner.1);
        let paint = PixmapPaint { quality: FilterQuality::Bicubic, ..PixmapPaint::default() };
        self.pixmap.draw_pixmap(0, 0, image.as_ref(), &paint, place, None);
    }
}

/// A paint of one colour.
fn ink(rgb: Rgb) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(rgb.0, rgb.1, rgb.2, 255);
    paint
}

/// How units become pixels.
pub(super) struct Frame {
    scale: f64,
    x: f64,
    y: f64,
}

impl Frame {
    pub(super) fn scaled(scale: f64) -> Self {
        Self { scale, x: 0.0, y: 0.0 }
    }

    /// A view in the middle of an area, as large as fits, as SVG shows a symbol.
    fn fitted(view: Rect, area: Rect, scale: f64) -> Self {
        let fit = (area.width / view.width).min(area.height / view.height) * scale;
        let fit = if fit.is_finite() { fit } else { 0.0 };
        let middle = |from: f64, length: f64| from + length / 2.0;
        Self {
            scale: fit,
            x: middle(area.x, area.width) * scale - middle(view.x, view.width) * fit,
            y: middle(area.y, area.height) * scale - middle(view.y, view.height) * fit,
        }
    }

    fn point(&self, point: Point) -> (f32, f32) {
        ((point.x * self.scale + self.x) as f32, (point.y * self.scale + self.y) as f32)
    }

    /// The path in pixels; nothing where there is nothing to draw.
    pub(super) fn path(&self, steps: &[Step]) -> Option<Path> {
        let mut path = PathBuilder::with_capacity(steps.len(), steps.len() * 2);
        for step in steps {
            match *step {
                Step::Move(to) => {
                    let (x, y) = self.point(to);
                    path.move_to(x, y);
                }
                Step::Line(to) => {
                    let (x, y) = self.point(to);
                    path.line_to(x, y);
                }
                Step::Quad(handle, to) => {
                    let ((x1, y1), (x, y)) = (self.point(handle), self.point(to));
                    path.quad_to(x1, y1, x, y);
                }
                Step::Cubic(one, two, to) => {
                    let ((x1, y1), (x2, y2)) = (self.point(one), self.point(two));
                    let (x, y) = self.point(to);
                    path.cubic_to(x1, y1, x2, y2, x, y);
                }
                Step::Close => path.close(),
            }
        }
        path.finish()
    }
}

/// A rectangle whose two upper or two lower corners are round.
fn half(area: Rect, radius: f64, above: bool) -> Vec<Step> {
    let handle = radius * (1.0 - 0.552_284_75);
    let (left, right) = (area.x, area.right());
    let (edge, back, sign) =
        if above { (area.y, area.bottom(), 1.0) } else { (area.bottom(), area.y, -1.0) };
    let at = |x: f64, y: f64| Point { x, y };
    vec![
        Step::Move(at(left, back)),
        Step::Line(at(left, edge + sign * radius)),
        Step::Cubic(
            at(left, edge + sign * handle),
            at(left + handle, edge),
            at(left + radius, edge),
        ),
        Step::Line(at(right - radius, edge)),
        Step::Cubic(
            at(right - handle, edge),
            at(right, edge + sign * handle),
            at(right, edge + sign * radius),
        ),
        Step::Line(at(right, back)),
        Step::Close,
    ]
}
