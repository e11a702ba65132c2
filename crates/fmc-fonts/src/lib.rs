//! The fonts of this machine, for characters that the embedded font of pictures lacks.
//!
//! Nothing is read until such a character turns up: listing a machine's fonts costs more than drawing
//! a picture.

use fmc_diagram::formats::fonts::{FontFile, Fonts};
use fontdb::{Database, FaceInfo, ID, Source, Style};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;
use ttf_parser::Face;

/// The fonts of this machine.
#[derive(Default)]
pub struct SystemFonts {
    /// All fonts, those first that fit a picture best.
    list: OnceCell<(Database, Vec<ID>)>,
    /// The files read so far.
    read: RefCell<BTreeMap<ID, Option<FontFile>>>,
}

impl SystemFonts {
    /// The fonts of this machine, none of them read yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn list(&self) -> &(Database, Vec<ID>) {
        self.list.get_or_init(|| {
            let mut fonts = Database::new();
            fonts.load_system_fonts();
            let mut faces: Vec<&FaceInfo> = fonts.faces().collect();
            faces.sort_by_cached_key(|it| (unlike(it), family(it).to_owned(), it.index));
            let ids = faces.into_iter().map(|it| it.id).collect();
            (fonts, ids)
        })
    }

    /// The file of a font, read once.
    fn file(&self, fonts: &Database, id: ID) -> Option<FontFile> {
        let mut read = self.read.borrow_mut();
        let file = read.entry(id).or_insert_with(|| {
            fonts
                .with_face_data(id, |data, index| FontFile { data: Arc::new(data.to_vec()), index })
        });
        file.clone()
    }
}

impl Fonts for SystemFonts {
    fn find(&self, character: char, bold: bool) -> Option<FontFile> {
        let (fonts, ids) = self.list();
        let has = |id: &ID| {
            fonts.with_face_data(*id, |data, index| draws(data, index, character)) == Some(true)
        };
        let first = ids.iter().copied().find(has)?;
        // The heavier cut of the same family, where it has one that draws the character too.
        let name = fonts.face(first).map(family);
        let same = |id: &ID| fonts.face(*id).is_some_and(|it| Some(family(it)) == name);
        let heavy = |id: &ID| fonts.face(*id).is_some_and(|it| it.weight.0 >= 600);
        let found =
            ids.iter().copied().filter(|it| bold && same(it) && heavy(it)).find(|it| has(it));
        self.file(fonts, found.unwrap_or(first))
    }
}

/// Whether a font has more for a character than an empty box.
fn draws(data: &[u8], index: u32, character: char) -> bool {
    let Ok(face) = Face::parse(data, index) else { return false };
    let Some(glyph) = face.glyph_index(character) else { return false };
    face.glyph_bounding_box(glyph).is_some()
        || face.glyph_raster_image(glyph, u16::MAX).is_some()
        || character.is_whitespace()
}

fn family(face: &FaceInfo) -> &str {
    face.families.first().map_or("", |it| it.0.as_str())
}

/// How unlike the embedded font a font is: upright, even, plain ones of a usual weight come first,
/// and those first of all that are made to cover every script.
fn unlike(face: &FaceInfo) -> u32 {
    let name = family(face);
    let odd = ["Serif", "Mono", "Rashi", "Kufi", "Nastaliq", "UI", "Condensed", "Math", "Symbol"];
    let mut unlike = u32::from(face.weight.0.abs_diff(400)) / 100;
    unlike += 20 * u32::from(face.style != Style::Normal);
    unlike += 20 * u32::from(face.stretch != fontdb::Stretch::Normal);
    unlike += 40 * u32::from(face.monospaced || odd.iter().any(|it| name.contains(it)));
    unlike += 5 * u32::from(!["Noto Sans", "DejaVu Sans"].iter().any(|it| name.starts_with(it)));
    // A font in memory is none of the machine's.
    unlike + 1000 * u32::from(matches!(face.source, Source::Binary(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fmc_diagram::font::REGULAR;
    use fontdb::{Language, Stretch, Weight};
    use std::path::PathBuf;

    fn face(family: &str, weight: u16, style: Style) -> FaceInfo {
        FaceInfo {
            id: ID::dummy(),
            source: Source::File(PathBuf::new()),
            index: 0,
            families: vec![(family.to_owned(), Language::English_UnitedStates)],
            post_script_name: String::new(),
            style,
            weight: Weight(weight),
            stretch: Stretch::Normal,
            monospaced: false,
        }
    }

    #[test]
    fn a_font_draws_what_it_has_and_a_broken_one_nothing() {
        assert!(draws(REGULAR, 0, 'á') && draws(REGULAR, 0, ' '));
        assert!(!draws(REGULAR, 0, '漢'));
        assert!(!draws(b"no font", 0, 'a') && !draws(REGULAR, 9, 'a'));
    }

    #[test]
    fn plain_upright_fonts_come_first() {
        let order = [
            face("Noto Sans Hebrew", 400, Style::Normal),
            face("Noto Sans Hebrew", 700, Style::Normal),
            face("Unheard Of", 400, Style::Normal),
            face("Noto Sans Hebrew", 400, Style::Italic),
            face("Noto Serif Hebrew", 400, Style::Normal),
        ];
        assert!(order.is_sorted_by_key(unlike));
    }
}
