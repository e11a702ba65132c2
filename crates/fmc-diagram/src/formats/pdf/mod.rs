//! PDF: one page of the sheet's size, with text that can be selected and searched, vectors and links.
//!
//! It is tagged: a reader is told the texts, node by node, and none of the lines. It carries no date
//! and no random number, so that the same picture is the same file.

mod canvas;

use super::fonts::{Fonts, NoFonts};
use super::link;
use super::paint;
use crate::icons::Library;
use crate::plain::steers;
use crate::scene::{Rect, Scene};
use crate::theme::Scheme;
use canvas::PdfCanvas;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::geom::{Rect as PdfRect, Transform};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::tagging::{Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};
use std::fmt;

/// How many points of paper a CSS pixel has.
const POINTS: f64 = 0.75;
/// How long a side of a page may be, in points: five metres, the most that readers show.
const LONGEST: f64 = 14_400.0;

/// How a picture becomes a page.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Where fonts come from that draw what the embedded one cannot.
    pub fonts: &'a dyn Fonts,
    /// The icons that can be named; those that come with the program where nothing is said.
    pub icons: Option<&'a Library>,
    /// Whether the sheet is light or dark.
    pub scheme: Scheme,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { fonts: &NoFonts, icons: None, scheme: Scheme::Light }
    }
}

/// Why a picture cannot become a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PdfError(String);

impl fmt::Display for PdfError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the page cannot be written: {}", self.0)
    }
}

impl std::error::Error for PdfError {}

/// The picture as a PDF file, with the embedded font alone.
pub fn write(scene: &Scene) -> Result<Vec<u8>, PdfError> {
    write_with(scene, &Options::default())
}

/// The picture as a PDF file.
pub fn write_with(scene: &Scene, options: &Options<'_>) -> Result<Vec<u8>, PdfError> {
    let (width, height) = (scene.width.max(1.0), scene.height.max(1.0));
    let scale = POINTS.min(LONGEST / width.max(height));
    let mut document = Document::new_with(SerializeSettings {
        enable_tagging: true,
        ..SerializeSettings::default()
    });
    document.set_metadata(metadata(scene));
    let size = ((width * scale) as f32, (height * scale) as f32);
    let settings = PageSettings::from_wh(size.0, size.1)
        .ok_or_else(|| PdfError(format!("a sheet of {width} × {height} has no page")))?;

    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    surface.push_transform(&Transform::from_scale(scale as f32, scale as f32));
    let mut canvas = PdfCanvas::new(surface, *options);
    canvas.sheet(Rect { width, height, ..Rect::default() });
    paint::paint(scene, &mut canvas);
    let (groups, links) = canvas.finish();

    let mut tags = TagTree::new();
    let mut groups: Vec<Option<TagGroup>> = groups.into_iter().map(Some).collect();
    for (group, area, address) in links {
        let corner = ((area.x * scale) as f32, (area.y * scale) as f32);
        let size = ((area.width * scale) as f32, (area.height * scale) as f32);
        let Some(place) = PdfRect::from_xywh(corner.0, corner.1, size.0, size.1) else { continue };
        let action = Action::Link(LinkAction::new(address.clone()));
        let annotation = LinkAnnotation::new(place, Target::Action(action));
        let annotation = Annotation::new_link(annotation, Some(address));
        let identifier = page.add_tagged_annotation(annotation);
        // What is linked stands inside of its link.
        let inner = groups.get_mut(group).and_then(Option::take);
        let mut link = TagGroup::new(Tag::Link);
        if let Some(inner) = inner {
            link.push(inner);
        }
        link.push(identifier);
        if let Some(slot) = groups.get_mut(group) {
            *slot = Some(link);
        }
    }
    page.finish();
    for group in groups.into_iter().flatten() {
        tags.push(group);
    }
    document.set_tag_tree(tags);
    document.finish().map_err(|it| PdfError(format!("{it:?}")))
}

fn metadata(scene: &Scene) -> Metadata {
    let mut metadata = Metadata::new().creator("fmc".to_owned());
    if !scene.title.is_empty() {
        metadata = metadata.title(scene.title.replace(steers, " "));
    }
    if !scene.language.is_empty() {
        metadata = metadata.language(scene.language.clone());
    }
    metadata
}

/// The address of a link, where it leads to the same place wherever the page lies.
fn address(link: Option<&str>) -> Option<String> {
    let link = link.and_then(link::safe)?;
    let head = link.split(['/', '?', '#']).next().unwrap_or_default();
    head.contains(':').then(|| link.to_owned())
}
