//! Shapes, texts and icons on a page.

use super::{Options, address};
use crate::font::{self, REGULAR, SEMIBOLD};
use crate::formats::letters::{FontIndex, Letters, Line, Placed};
use crate::formats::paint::{Canvas, Group, Look, Shape};
use crate::formats::path::{Step, rounded_rect};
use crate::icons::{self, Command, Icon};
use crate::scene::{PlacedIcon, Point, Rect, Text};
use crate::theme::{Color, Rgb};
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point as PdfPoint, Size, Transform};
use krilla::image::Image;
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{ArtifactType, ContentTag, SpanTag, Tag, TagGroup};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use std::collections::BTreeMap;

/// What is clicked on: the number of its group of tags, its place and where it leads.
pub(super) type Linked = (usize, Rect, String);

/// A page while it is drawn.
pub(super) struct PdfCanvas<'a> {
    surface: Surface<'a>,
    options: Options<'a>,
    letters: Letters<'a>,
    fonts: BTreeMap<FontIndex, Option<Font>>,
    icons: BTreeMap<String, Option<Icon>>,
    groups: Vec<TagGroup>,
    links: Vec<Linked>,
}

impl<'a> PdfCanvas<'a> {
    pub(super) fn new(surface: Surface<'a>, options: Options<'a>) -> Self {
        let letters = Letters::new(options.fonts);
        let (fonts, icons) = (BTreeMap::new(), BTreeMap::new());
        Self { surface, options, letters, fonts, icons, groups: Vec::new(), links: Vec::new() }
    }

    /// The sheet under everything.
    pub(super) fn sheet(&mut self, area: Rect) {
        let look = Look { fill: Some(Color::Paper), line: None };
        self.shape(Shape::Rect(area, 0.0), look);
    }

    /// Ends the page: what is read aloud, and what can be clicked.
    pub(super) fn finish(mut self) -> (Vec<TagGroup>, Vec<Linked>) {
        self.surface.pop();
        self.surface.finish();
        (self.groups, self.links)
    }

    /// Draws something that is not read aloud.
    fn silently(&mut self, draw: impl FnOnce(&mut Self)) {
        self.surface.start_tagged(ContentTag::Artifact(ArtifactType::Other));
        draw(self);
        self.surface.end_tagged();
    }

    fn paint(&mut self, path: &Path, fill: Option<Fill>, stroke: Option<Stroke>) {
        self.surface.set_fill(fill);
        self.surface.set_stroke(stroke);
        self.surface.draw_path(path);
    }

    fn color(&self, color: Color) -> rgb::Color {
        let Rgb(red, green, blue) = color.rgb(self.options.scheme);
        rgb::Color::new(red, green, blue)
    }

    fn fill(&self, color: Color, rule: FillRule) -> Fill {
        Fill { paint: self.color(color).into(), opacity: NormalizedF32::ONE, rule }
    }

    fn font(&mut self, index: FontIndex) -> Option<Font> {
        if let Some(known) = self.fonts.get(&index) {
            return known.clone();
        }
        let font = match (index, self.letters.file(index)) {
            (_, Some(file)) => Font::new(file.data.clone().into(), file.index),
            (0, None) => Font::new(REGULAR.into(), 0),
            (_, None) => Font::new(SEMIBOLD.into(), 0),
        };
        self.fonts.insert(index, font.clone());
        font
    }

    /// Draws the characters of a line that one font has, beside each other.
    fn run(&mut self, line: &Line, run: &[Placed], baseline: f64, size: f64) {
        let Some(first) = run.first() else { return };
        let Some(font) = first.letter.and_then(|it| self.font(it.font)) else { return };
        let glyphs: Vec<KrillaGlyph> = run
            .iter()
            .filter_map(|one| {
                let letter = one.letter?;
                let glyph = GlyphId::new(u32::from(letter.glyph));
                let (advance, bytes) = (letter.advance as f32, one.bytes.clone());
                Some(KrillaGlyph::new(glyph, advance, 0.0, 0.0, 0.0, bytes, None))
            })
            .collect();
        let wide = line.stretch as f32;
        let place = Transform::from_row(wide, 0.0, 0.0, 1.0, first.x as f32, baseline as f32);
        self.surface.push_transform(&place);
        let origin = PdfPoint::from_xy(0.0, 0.0);
        self.surface.draw_glyphs(origin, &glyphs, font, &line.content, size as f32, false);
        self.surface.pop();
    }
}

impl Canvas for PdfCanvas<'_> {
    fn open(&mut self, group: Group<'_>) {
        let (link, area) = match group {
            Group::Cluster(it) => (&it.link, it.texts.first().map(text_area)),
            Group::Node(it) => (&it.link, Some(it.area)),
            Group::Edge(it, _) => (&it.link, it.label.first().map(text_area)),
            Group::Legend(_) | Group::Heading => (&None, None),
        };
        if let Some((address, area)) = address(link.as_deref()).zip(area) {
            self.links.push((self.groups.len(), area, address));
        }
        self.groups.push(TagGroup::new(Tag::P));
    }

    fn close(&mut self) {}

    fn shape(&mut self, shape: Shape<'_>, look: Look) {
        let round: Vec<Step>;
        let steps = match shape {
            Shape::Path(steps) => steps,
            Shape::Rect(area, radius) => {
                round = rounded_rect(area, radius);
                &round
            }
            Shape::Disk(centre, radius) => {
                let (x, y, side) = (centre.x - radius, centre.y - radius, radius * 2.0);
                round = rounded_rect(Rect { x, y, width: side, height: side }, radius);
                &round
            }
        };
        let Some(path) = path(steps.iter().copied()) else { return };
        let fill = look.fill.map(|it| self.fill(it, FillRule::NonZero));
        let stroke = look.line.map(|line| Stroke {
            paint: self.color(line.color).into(),
            width: line.width as f32,
            dash: line.dashes.map(|[dash, gap]| StrokeDash {
                array: vec![dash as f32, gap as f32],
                offset: 0.0,
            }),
            ..Stroke::default()
        });
        self.silently(|canvas| canvas.paint(&path, fill, stroke));
    }

    fn text(&mut self, text: &Text, color: Color) {
        let line = self.letters.line(text);
        if line.placed.is_empty() {
            return;
        }
        let size = font::style(text.role).size;
        let lacking = line.placed.iter().any(|it| it.letter.is_none());
        let mut span = SpanTag::empty();
        if lacking {
            // What is drawn as boxes is still read and found as what it is.
            span = span.with_actual_text(Some(&line.content));
        }
        let identifier = self.surface.start_tagged(ContentTag::Span(span));
        let fill = self.fill(color, FillRule::NonZero);
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(fill.clone()));
        let font = |it: &Placed| it.letter.map(|it| it.font);
        for run in line.placed.chunk_by(|one, two| font(one) == font(two)) {
            self.run(&line, run, text.at.y, size);
        }
        for one in line.placed.iter().filter(|it| it.letter.is_none() && it.width > 0.0) {
            let (width, height) = ((one.width - 2.0).max(1.0), 0.7 * size);
            let area = Rect { x: one.x + 1.0, y: text.at.y - height, width, height };
            let stroke = Stroke { paint: fill.paint.clone(), width: 0.75, ..Stroke::default() };
            if let Some(path) = path(rounded_rect(area, 1.0).into_iter()) {
                self.paint(&path, None, Some(stroke));
            }
        }
        self.surface.end_tagged();
        if let Some(group) = self.groups.last_mut() {
            group.push(identifier);
        }
    }

    fn icon(&mut self, placed: &PlacedIcon, color: Color) {
        let library = self.options.icons;
        let find = |name: &str| library.map_or_else(|| icons::find(name), |it| it.find(name));
        let known = self.icons.entry(placed.name.clone());
        let Some(icon) = known.or_insert_with(|| find(&placed.name)).clone() else { return };
        let view = icon.view_box;
        let fit = (placed.area.width / view.width).min(placed.area.height / view.height);
        if !(fit.is_finite() && fit > 0.0) {
            return;
        }
        let middle = |from: f64, length: f64| from + length / 2.0;
        let x = middle(placed.area.x, placed.area.width) - middle(view.x, view.width) * fit;
        let y = middle(placed.area.y, placed.area.height) - middle(view.y, view.height) * fit;
        let place = Transform::from_row(fit as f32, 0.0, 0.0, fit as f32, x as f32, y as f32);
        self.silently(|canvas| {
            canvas.surface.push_transform(&place);
            canvas.shapes(&icon, color);
            canvas.image(&icon);
            canvas.surface.pop();
        });
    }
}

impl PdfCanvas<'_> {
    fn shapes(&mut self, icon: &Icon, color: Color) {
        let own = |paint: icons::Paint| match paint {
            icons::Paint::Ink => color,
            icons::Paint::Rgb(red, green, blue) => Color::Brand(Rgb(red, green, blue)),
        };
        for shape in &icon.shapes {
            let Some(path) = path(shape.path.commands.iter().map(step)) else { continue };
            let rule = match shape.rule {
                icons::FillRule::NonZero => FillRule::NonZero,
                icons::FillRule::EvenOdd => FillRule::EvenOdd,
            };
            let fill = shape.fill.map(|it| self.fill(own(it), rule));
            let stroke = shape.stroke.as_ref().map(|line| Stroke {
                paint: self.color(own(line.paint)).into(),
                width: line.width as f32,
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
            });
            if fill.is_some() || stroke.is_some() {
                self.paint(&path, fill, stroke);
            }
        }
    }

    fn image(&mut self, icon: &Icon) {
        let Some(image) = &icon.image else { return };
        let view = icon.view_box;
        let size = Size::from_wh(view.width as f32, view.height as f32);
        let image = Image::from_png(image.png.to_vec().into(), true).ok();
        if let Some((image, size)) = image.zip(size) {
            let corner = Transform::from_translate(view.x as f32, view.y as f32);
            self.surface.push_transform(&corner);
            self.surface.draw_image(image, size);
            self.surface.pop();
        }
    }
}

/// The box of a text.
fn text_area(text: &Text) -> Rect {
    let size = font::style(text.role).size;
    Rect { x: text.at.x, y: text.at.y - size, width: text.width, height: size * 1.25 }
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

/// The path; nothing where there is nothing to draw.
fn path(steps: impl Iterator<Item = Step>) -> Option<Path> {
    let mut path = PathBuilder::new();
    let pair = |it: Point| (it.x as f32, it.y as f32);
    for step in steps {
        match step {
            Step::Move(to) => path.move_to(pair(to).0, pair(to).1),
            Step::Line(to) => path.line_to(pair(to).0, pair(to).1),
            Step::Quad(handle, to) => {
                let ((x1, y1), (x, y)) = (pair(handle), pair(to));
                path.quad_to(x1, y1, x, y);
            }
            Step::Cubic(one, two, to) => {
                let ((x1, y1), (x2, y2), (x, y)) = (pair(one), pair(two), pair(to));
                path.cubic_to(x1, y1, x2, y2, x, y);
            }
            Step::Close => path.close(),
        }
    }
    path.finish()
}
