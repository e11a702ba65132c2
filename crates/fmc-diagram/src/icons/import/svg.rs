//! Icons from SVG files, which may hold anything.

use super::shapes::collect;
use super::{IconError, check_size};
use crate::icons::paint::Paint;
use crate::icons::{Command, Icon, Shape, Source};
use crate::scene::{Point, Rect};
use usvg::{ImageHrefResolver, Options, Tree, roxmltree};

/// How many pieces an icon's outlines may have together.
const MOST_COMMANDS: usize = 100_000;
/// How deep elements may stand in each other; drawing programs need a dozen levels.
const MOST_DEPTH: usize = 64;
/// How many times a drawing may repeat a part of itself, since repeated repetitions multiply.
const MOST_USES: usize = 32;

/// How many times its size a drawing may reach out of itself. Nobody sees what is outside, and what
/// lies far enough away is more than a program that draws can count.
const MOST_OUTSIDE: f64 = 16.0;

/// The largest number that outlines may be written with. An arc is turned into curves, and the larger
/// it is, the more of them it takes: one of 10^35 units is not done after minutes.
const MOST_UNITS: f64 = 1e6;

/// An icon from an SVG file. Nothing outside the file is read. A drawing in black alone, as are those
/// that use `currentColor` or name no colour, is drawn in ink. Gradients become their mean colour,
/// and what shines through is mixed with white.
pub fn from_svg(svg: &[u8], name: &str) -> Result<Icon, IconError> {
    check_size(svg)?;
    let text = std::str::from_utf8(svg).map_err(|_| IconError::NotText)?;
    let allowed =
        roxmltree::ParsingOptions { nodes_limit: 100_000, allow_dtd: true, ..Default::default() };
    let document = roxmltree::Document::parse_with_options(text, allowed)
        .map_err(|it| IconError::NotSvg(it.to_string()))?;
    check_elements(&document)?;
    let nothing = ImageHrefResolver {
        resolve_data: Box::new(|_, _, _| None),
        resolve_string: Box::new(|_, _| None),
    };
    let options = Options { image_href_resolver: nothing, ..Options::default() };
    let tree = Tree::from_xmltree(&document, &options)
        .map_err(|it| IconError::Unreadable(it.to_string()))?;
    let mut shapes = Vec::new();
    collect(tree.root(), 1.0, &mut shapes)?;
    if shapes.iter().map(|it| it.path.commands.len()).sum::<usize>() > MOST_COMMANDS {
        return Err(IconError::Detailed);
    }
    let size = tree.size();
    let view_box =
        Rect { x: 0.0, y: 0.0, width: size.width().into(), height: size.height().into() };
    if reaches_far(&shapes, view_box) {
        return Err(IconError::Far);
    }
    black_to_ink(&mut shapes);
    let icon = Icon::of_shapes(name, name, Source::User, view_box, shapes);
    if icon.is_blank() { Err(IconError::Blank) } else { Ok(icon) }
}

/// Refuses what an icon cannot show, before anything is drawn.
fn check_elements(document: &roxmltree::Document<'_>) -> Result<(), IconError> {
    let root = document.root_element().tag_name().name();
    if root != "svg" {
        return Err(IconError::NotSvg(format!("it begins with `{root}`")));
    }
    let mut uses = 0;
    for element in document.descendants().filter(roxmltree::Node::is_element) {
        if element.ancestors().take(MOST_DEPTH + 2).count() > MOST_DEPTH + 1 {
            return Err(IconError::Deep);
        }
        if element.attributes().any(|it| is_huge(it.name(), it.value())) {
            return Err(IconError::Far);
        }
        match element.tag_name().name() {
            "text" => return Err(IconError::Text),
            "image" | "foreignObject" => return Err(IconError::Picture),
            "filter" => return Err(IconError::Filter),
            "use" => uses += 1,
            _ => {}
        }
    }
    if uses > MOST_USES { Err(IconError::Repeats(uses)) } else { Ok(()) }
}

/// Whether an attribute draws an arc or a curve larger than anything in an icon can be.
fn is_huge(name: &str, value: &str) -> bool {
    let huge = |it: &f64| it.abs() > MOST_UNITS;
    match name {
        // What is behind a mistake is not drawn.
        "d" => svgtypes::PathParser::from(value).map_while(Result::ok).any(|it| {
            use svgtypes::PathSegment::{
                ClosePath, CurveTo, EllipticalArc, HorizontalLineTo, LineTo, MoveTo, Quadratic,
                SmoothCurveTo, SmoothQuadratic, VerticalLineTo,
            };
            let numbers = match it {
                MoveTo { x, y, .. } | LineTo { x, y, .. } | SmoothQuadratic { x, y, .. } => {
                    vec![x, y]
                }
                HorizontalLineTo { x, .. } => vec![x],
                VerticalLineTo { y, .. } => vec![y],
                CurveTo { x1, y1, x2, y2, x, y, .. } => vec![x1, y1, x2, y2, x, y],
                SmoothCurveTo { x2, y2, x, y, .. } => vec![x2, y2, x, y],
                Quadratic { x1, y1, x, y, .. } => vec![x1, y1, x, y],
                EllipticalArc { rx, ry, x, y, .. } => vec![rx, ry, x, y],
                ClosePath { .. } => Vec::new(),
            };
            numbers.iter().any(huge)
        }),
        "r" | "rx" | "ry" => value.parse::<svgtypes::Length>().is_ok_and(|it| huge(&it.number)),
        _ => false,
    }
}

/// Whether a point, or the half of a line's width, is far outside.
fn reaches_far(shapes: &[Shape], sheet: Rect) -> bool {
    let most = sheet.width.max(sheet.height) * MOST_OUTSIDE;
    let is_near = |it: Point| it.x.abs() <= most && it.y.abs() <= most;
    let all_near = |it: &Command| match *it {
        Command::Move(to) | Command::Line(to) => is_near(to),
        Command::Cubic(one, two, to) => is_near(one) && is_near(two) && is_near(to),
        Command::Close => true,
    };
    shapes.iter().any(|it| {
        !it.path.commands.iter().all(all_near) || it.stroke.is_some_and(|it| it.width > most)
    })
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

#[cfg(test)]
mod tests;
