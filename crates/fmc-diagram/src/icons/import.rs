//! Icons of the user's: any SVG or PNG file, as far as it can be drawn as an icon.

use super::paint::Paint;
use super::shape::{Cap, Command, FillRule, Join, Path, Shape, Stroke, quadratic};
use super::{Icon, Image, Source};
use crate::scene::{Point, Rect};
use std::sync::Arc;
use usvg::tiny_skia_path::{PathSegment, Point as SkiaPoint};
use usvg::{ImageHrefResolver, Node, Options, Tree, roxmltree};

/// How large a file may be. Icons are a few kilobytes; each is copied into every picture.
const MOST_BYTES: usize = 1024 * 1024;
/// How wide and high an image may be. On paper at 600 dpi, this is 17 cm.
const MOST_PIXELS: u32 = 4096;
/// How many pieces an icon's outlines may have together.
const MOST_COMMANDS: usize = 100_000;
/// Paint that lets nearly everything through is left out.
const LEAST_OPACITY: f32 = 0.02;

/// Why a file cannot be an icon: a sentence that says what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IconError {
    /// What is wrong with the file, in the words of whoever drew it.
    pub message: String,
    /// What to do.
    pub hint: &'static str,
}

impl std::fmt::Display for IconError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}; {}", self.message, self.hint)
    }
}

impl std::error::Error for IconError {}

fn error<T>(message: impl Into<String>, hint: &'static str) -> Result<T, IconError> {
    Err(IconError { message: message.into(), hint })
}

/// An icon from an SVG file. Nothing outside the file is read. A drawing in black alone, as are those
/// that use `currentColor` or name no colour, is drawn in ink. Gradients become their mean colour, and what shines through is mixed with white.
pub fn from_svg(svg: &[u8], name: &str) -> Result<Icon, IconError> {
    check_size(svg)?;
    let Ok(text) = std::str::from_utf8(svg) else {
        return error("the file is not UTF-8 text", "save it as plain SVG in UTF-8");
    };
    let allowed =
        roxmltree::ParsingOptions { nodes_limit: 100_000, allow_dtd: true, ..Default::default() };
    let document = match roxmltree::Document::parse_with_options(text, allowed) {
        Ok(document) => document,
        Err(cause) => {
            return error(format!("this is no SVG: {cause}"), "export the icon anew as plain SVG");
        }
    };
    check_elements(&document)?;
    let nothing = || ImageHrefResolver {
        resolve_data: Box::new(|_, _, _| None),
        resolve_string: Box::new(|_, _| None),
    };
    let options = Options { image_href_resolver: nothing(), ..Options::default() };
    let tree = match Tree::from_xmltree(&document, &options) {
        Ok(tree) => tree,
        Err(cause) => {
            return error(
                format!("this SVG cannot be read: {cause}"),
                "give it a `viewBox`, or export it anew",
            );
        }
    };
    let mut shapes = Vec::new();
    collect(tree.root(), 1.0, &mut shapes)?;
    if shapes.iter().map(|it| it.path.commands.len()).sum::<usize>() > MOST_COMMANDS {
        return error(
            "the drawing has more than 100,000 lines and curves",
            "simplify it, or give a PNG",
        );
    }
    black_to_ink(&mut shapes);
    let size = tree.size();
    let view_box =
        Rect { x: 0.0, y: 0.0, width: size.width().into(), height: size.height().into() };
    let icon = Icon::of_shapes(name, name, Source::User, view_box, shapes);
    if icon.is_blank() {
        return error(
            "the drawing is blank: nothing in it has a colour and lies inside its `viewBox`",
            "look at it in a browser, and export it anew",
        );
    }
    Ok(icon)
}

/// An icon from a PNG file, which is decoded once to see that it can be.
pub fn from_png(bytes: &[u8], name: &str) -> Result<Icon, IconError> {
    check_size(bytes)?;
    let hint = "save it anew as PNG";
    let broken =
        |cause: png::DecodingError| IconError { message: format!("this is no PNG: {cause}"), hint };
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(broken)?;
    let (width, height) = reader.info().size();
    if width > MOST_PIXELS || height > MOST_PIXELS {
        return error(
            format!("the image is {width} by {height} pixels, more than {MOST_PIXELS}"),
            "make it smaller: 256 by 256 is plenty",
        );
    }
    let Some(size) = reader.output_buffer_size() else {
        return error("the image is too large to decode", "make it smaller: 256 by 256 is plenty");
    };
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(broken)?;
    let channels = frame.color_type.samples();
    let alpha = matches!(frame.color_type, png::ColorType::GrayscaleAlpha | png::ColorType::Rgba);
    if alpha && pixels[..frame.buffer_size()].chunks_exact(channels).all(|it| it[channels - 1] == 0)
    {
        return error(
            "the image is blank: every pixel is transparent",
            "look at it, and save it anew",
        );
    }
    let image = Image { png: Arc::from(bytes), width, height };
    let area = Rect { x: 0.0, y: 0.0, width: f64::from(width), height: f64::from(height) };
    let icon = Icon::of_shapes(name, name, Source::User, area, Vec::new());
    Ok(Icon { image: Some(image), ..icon })
}

fn check_size(bytes: &[u8]) -> Result<(), IconError> {
    if bytes.len() > MOST_BYTES {
        return error(
            format!("the file has {} bytes, more than 1 MiB", bytes.len()),
            "simplify it, or make it smaller",
        );
    }
    Ok(())
}

/// How deep elements may stand in each other; drawing programs need a dozen levels.
const MOST_DEPTH: usize = 64;
/// How many times a drawing may repeat a part of itself, since repeated repetitions multiply.
const MOST_USES: usize = 32;

/// Refuses what an icon cannot show, before anything is drawn.
fn check_elements(document: &roxmltree::Document<'_>) -> Result<(), IconError> {
    if !document.root_element().has_tag_name("svg")
        && document.root_element().tag_name().name() != "svg"
    {
        let name = document.root_element().tag_name().name();
        return error(
            format!("this is no SVG: it begins with `{name}`"),
            "export the icon anew as plain SVG",
        );
    }
    let mut uses = 0;
    for element in document.descendants().filter(roxmltree::Node::is_element) {
        if element.ancestors().take(MOST_DEPTH + 1).count() > MOST_DEPTH {
            return error("its groups stand too deep in each other", "ungroup it in the editor");
        }
        match element.tag_name().name() {
            "text" | "tspan" | "textPath" => {
                return error(
                    "it holds text, which would look different on every machine",
                    "turn the text into paths in the editor",
                );
            }
            "image" | "foreignObject" => {
                return error(
                    "it holds an image or a page, which an icon of shapes cannot",
                    "give the image itself as PNG",
                );
            }
            "filter" => {
                return error(
                    "it uses a filter, such as a shadow or a blur",
                    "remove the filter, or give a PNG",
                );
            }
            "use" => uses += 1,
            _ => {}
        }
    }
    if uses > MOST_USES {
        return error(
            format!("it repeats parts of itself {uses} times"),
            "expand the symbols in the editor",
        );
    }
    Ok(())
}

/// Gathers the shapes of a group with its transformations applied.
fn collect(group: &usvg::Group, opacity: f32, shapes: &mut Vec<Shape>) -> Result<(), IconError> {
    let opacity = opacity * group.opacity().get();
    if opacity < LEAST_OPACITY {
        return Ok(());
    }
    let clip = group.clip_path().map(usvg::ClipPath::root);
    for cut in clip.into_iter().chain(group.mask().map(usvg::Mask::root)) {
        // Drawing programs wrap all they write into a clip as large as the sheet, which cuts nothing.
        if !is_frame_around(cut, group) {
            return error(
                "parts of it are cut away by a clip path or a mask",
                "apply the clip in the editor, or give a PNG",
            );
        }
    }
    for node in group.children() {
        match node {
            Node::Group(group) => collect(group, opacity, shapes)?,
            Node::Path(path) if path.is_visible() => collect_path(path, opacity, shapes)?,
            Node::Path(_) | Node::Image(_) | Node::Text(_) => {}
        }
    }
    Ok(())
}

/// Whether a clip or a mask lets all of a group through: it is one outline, as large as the group.
fn is_frame_around(cut: &usvg::Group, group: &usvg::Group) -> bool {
    let plain = |node: &Node| match node {
        Node::Path(path) => {
            path.data().len() <= 6
                && path
                    .data()
                    .segments()
                    .all(|it| !matches!(it, PathSegment::CubicTo(..) | PathSegment::QuadTo(..)))
        }
        _ => false,
    };
    let (frame, inner) = (cut.abs_bounding_box(), group.abs_bounding_box());
    let slack = 0.01 * inner.width().max(inner.height());
    matches!(cut.children(), [only] if plain(only))
        && frame.left() <= inner.left() + slack
        && frame.top() <= inner.top() + slack
        && frame.right() >= inner.right() - slack
        && frame.bottom() >= inner.bottom() - slack
}

fn collect_path(path: &usvg::Path, opacity: f32, shapes: &mut Vec<Shape>) -> Result<(), IconError> {
    let transform = path.abs_transform();
    let at = |point: SkiaPoint| {
        let mut point = point;
        transform.map_point(&mut point);
        Point { x: f64::from(point.x), y: f64::from(point.y) }
    };
    let mut commands = Vec::with_capacity(path.data().len());
    let mut last = Point::default();
    for segment in path.data().segments() {
        let command = match segment {
            PathSegment::MoveTo(to) => Command::Move(at(to)),
            PathSegment::LineTo(to) => Command::Line(at(to)),
            PathSegment::QuadTo(control, to) => quadratic(last, at(control), at(to)),
            PathSegment::CubicTo(one, two, to) => Command::Cubic(at(one), at(two), at(to)),
            PathSegment::Close => Command::Close,
        };
        if let Command::Move(to) | Command::Line(to) | Command::Cubic(_, _, to) = command {
            last = to;
        }
        commands.push(command);
    }
    let fill = match path.fill() {
        Some(fill) => paint(fill.paint(), opacity * fill.opacity().get())?,
        None => None,
    };
    let stroke = match path.stroke() {
        Some(stroke) => {
            paint(stroke.paint(), opacity * stroke.opacity().get())?.map(|paint| Stroke {
                paint,
                // The mean of how much both directions are stretched.
                width: f64::from(stroke.width().get())
                    * f64::from((transform.sx * transform.sy - transform.kx * transform.ky).abs())
                        .sqrt(),
                cap: match stroke.linecap() {
                    usvg::LineCap::Butt => Cap::Butt,
                    usvg::LineCap::Round => Cap::Round,
                    usvg::LineCap::Square => Cap::Square,
                },
                join: match stroke.linejoin() {
                    usvg::LineJoin::Miter | usvg::LineJoin::MiterClip => Join::Miter,
                    usvg::LineJoin::Round => Join::Round,
                    usvg::LineJoin::Bevel => Join::Bevel,
                },
            })
        }
        None => None,
    };
    let rule = match path.fill().map(usvg::Fill::rule) {
        Some(usvg::FillRule::EvenOdd) => FillRule::EvenOdd,
        Some(usvg::FillRule::NonZero) | None => FillRule::NonZero,
    };
    if fill.is_some() || stroke.is_some() {
        shapes.push(Shape { path: Path { commands }, fill, rule, stroke });
    }
    Ok(())
}

/// The colour of a paint: that of a gradient is the mean of its stops, and what shines through is
/// mixed with the white of the card. Nothing where it lets nearly everything through.
fn paint(paint: &usvg::Paint, opacity: f32) -> Result<Option<Paint>, IconError> {
    let one = |color: usvg::Color| (color, 1.0);
    let stops =
        |stops: &[usvg::Stop]| stops.iter().map(|it| (it.color(), it.opacity().get())).collect();
    let colours: Vec<(usvg::Color, f32)> = match paint {
        usvg::Paint::Color(color) => vec![one(*color)],
        usvg::Paint::LinearGradient(gradient) => stops(gradient.stops()),
        usvg::Paint::RadialGradient(gradient) => stops(gradient.stops()),
        usvg::Paint::Pattern(_) => {
            return error("it is filled with a pattern", "fill it with a colour, or give a PNG");
        }
    };
    let weight: f32 = colours.iter().map(|it| it.1).sum();
    let opacity = opacity * weight / colours.len().max(1) as f32;
    if opacity < LEAST_OPACITY {
        return Ok(None);
    }
    #[expect(clippy::cast_sign_loss, reason = "a mixture of parts from 0 to 255 is one itself")]
    let mean = |part: fn(usvg::Color) -> u8| {
        let sum: f32 = colours.iter().map(|it| f32::from(part(it.0)) * it.1).sum();
        (sum / weight * opacity + 255.0 * (1.0 - opacity)).round() as u8
    };
    Ok(Some(Paint::Rgb(mean(|it| it.red), mean(|it| it.green), mean(|it| it.blue))))
}

/// Makes a drawing in black alone one in ink.
fn black_to_ink(shapes: &mut [Shape]) {
    let mut paints: Vec<&mut Paint> = shapes
        .iter_mut()
        .flat_map(|it| {
            it.fill.as_mut().into_iter().chain(it.stroke.as_mut().map(|it| &mut it.paint))
        })
        .collect();
    if paints.iter().all(|it| **it == Paint::Rgb(0, 0, 0)) {
        for paint in &mut paints {
            **paint = Paint::Ink;
        }
    }
}
