//! From the groups and paths of an SVG file to shapes.

use super::IconError;
use crate::icons::paint::Paint;
use crate::icons::shape::{Cap, Command, FillRule, Join, Path, Shape, Stroke, quadratic};
use crate::scene::Point;
use usvg::Node;
use usvg::tiny_skia_path::{PathSegment, Point as SkiaPoint};

/// Paint that lets nearly everything through is left out.
const LEAST_OPACITY: f32 = 0.02;

/// Gathers the shapes of a group with its transformations applied.
pub(super) fn collect(
    group: &usvg::Group,
    opacity: f32,
    shapes: &mut Vec<Shape>,
) -> Result<(), IconError> {
    let opacity = opacity * group.opacity().get();
    if opacity < LEAST_OPACITY {
        return Ok(());
    }
    let clip = group.clip_path().map(usvg::ClipPath::root);
    for cut in clip.into_iter().chain(group.mask().map(usvg::Mask::root)) {
        // Drawing programs wrap all they write into a clip as large as the sheet, which cuts nothing.
        if !is_frame_around(cut, group) {
            return Err(IconError::Cut);
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
            return Err(IconError::Pattern);
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
