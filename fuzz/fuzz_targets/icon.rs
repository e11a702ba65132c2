//! Any bytes are an icon or a reason why not; an icon can be seen, its numbers are numbers, and every
//! format draws it.
#![no_main]

use fmc_diagram::formats::{pdf, png, svg};
use fmc_diagram::icons::{Command, Library, from_bytes, sheet};

/// Pixels for each unit of the sheet.
const SCALE: f64 = 0.5;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fmc_fuzz::keep(data);
    let icon = match from_bytes(data, "own") {
        Ok(icon) => icon,
        Err(error) => {
            let (english, spanish) = (error.english(), error.spanish());
            assert!(!english.message.is_empty() && !spanish.message.is_empty());
            return;
        }
    };
    assert!(!icon.is_blank());
    assert!(icon.view_box.width > 0.0 && icon.view_box.height > 0.0, "{:?}", icon.view_box);
    for command in icon.shapes.iter().flat_map(|it| &it.path.commands) {
        let points = match *command {
            Command::Move(to) | Command::Line(to) => vec![to],
            Command::Cubic(one, two, to) => vec![one, two, to],
            Command::Close => Vec::new(),
        };
        assert!(points.iter().all(|it| it.x.is_finite() && it.y.is_finite()), "{command:?}");
    }
    let mut library = Library::default();
    library.add(icon);
    let scene = sheet("Icons", ["own"]);
    assert!(svg::write_with(&scene, &library).ends_with("</svg>\n"));
    let options = png::Options { scale: SCALE, icons: Some(&library), ..png::Options::default() };
    png::write_with(&scene, &options).expect("a small sheet can be drawn");
    let options = pdf::Options { icons: Some(&library), ..pdf::Options::default() };
    pdf::write_with(&scene, &options).expect("a small sheet is a page");
});
