use crate::{raster, sample};
use fmc_diagram::font;
use fmc_diagram::formats::{pdf, png, svg};
use fmc_diagram::icons::{self, Library};
use fmc_diagram::scene::Scene;
use fmc_diagram::theme::{Color, Rgb, Scheme};
use resvg::tiny_skia::Pixmap;

fn decode(data: &[u8]) -> Pixmap {
    Pixmap::decode_png(data).expect("what was written can be read")
}

/// The colour of the pixel at this place.
#[expect(clippy::cast_sign_loss, reason = "places in the sample are not negative")]
fn at(pixmap: &Pixmap, x: f64, y: f64) -> Rgb {
    let pixel = pixmap.pixel(x as u32, y as u32).expect("the place is in the picture");
    assert_eq!(pixel.alpha(), 255);
    Rgb(pixel.red(), pixel.green(), pixel.blue())
}

#[test]
fn a_picture_has_the_size_and_the_colours_that_it_should() {
    let scene = sample::everything();
    let data = png::write(&scene, 2.0).unwrap();
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/everything.png"), &data).unwrap();
    let pixmap = decode(&data);
    assert_eq!((pixmap.width(), pixmap.height()), (2080, 1520));
    let color = |color: Color| color.rgb(Scheme::Light);
    assert_eq!(at(&pixmap, 4.0, 4.0), color(Color::Paper));
    for cluster in &scene.clusters {
        let (x, y) = ((cluster.area.x + 4.0) * 2.0, (cluster.area.y + 60.0) * 2.0);
        assert_eq!(at(&pixmap, x, y), color(Color::Tint(cluster.tone, cluster.depth)));
    }
    for node in &scene.nodes {
        let (x, y) = ((node.area.x + 6.0) * 2.0, (node.area.bottom() - 12.0) * 2.0);
        assert_eq!(at(&pixmap, x, y), color(Color::Card), "{}", node.id);
    }
    let tunnel = &scene.edges[0];
    assert_eq!(at(&pixmap, 600.0, 328.0), color(Color::Line(tunnel.tone)));
}

#[test]
fn a_dark_sheet_is_dark() {
    let options = png::Options { scheme: Scheme::Dark, ..png::Options::default() };
    let data = png::write_with(&sample::everything(), &options).unwrap();
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/dark.png"), &data).unwrap();
    assert_eq!(at(&decode(&data), 1.0, 1.0), Color::Paper.rgb(Scheme::Dark));
}

#[test]
fn the_same_scene_gives_the_same_bytes() {
    let scene = sample::everything();
    assert_eq!(png::write(&scene, 1.5), png::write(&scene, 1.5));
}

#[test]
fn a_picture_that_is_too_large_says_what_works() {
    let scene = Scene { width: 10_000.0, height: 1_000.0, ..Scene::default() };
    let Err(png::PngError::TooLarge { greatest, .. }) = png::write(&scene, 100.0) else {
        panic!("a hundred billion pixels were drawn");
    };
    assert!(greatest > 2.5 && greatest < 2.54, "{greatest}");
    assert!(png::write(&scene, greatest).is_ok());
    for scale in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(png::write(&scene, scale), Err(png::PngError::NoScale));
    }
    let endless = Scene { width: 1e12, height: 1e12, ..Scene::default() };
    assert!(matches!(png::write(&endless, 1.0), Err(png::PngError::TooLarge { .. })));
    let nothing = png::write(&Scene::default(), 1.0).unwrap();
    assert_eq!(decode(&nothing).width(), 1);
}

/// Draws an SVG document by another program's hand.
fn resvg(document: &str, scale: f32) -> Pixmap {
    raster::svg(document, scale).expect("the document is SVG")
}

/// A red square as a PNG file.
fn red() -> Vec<u8> {
    let mut pixmap = Pixmap::new(4, 4).expect("four by four is a size");
    pixmap.fill(resvg::tiny_skia::Color::from_rgba8(220, 0, 0, 255));
    pixmap.encode_png().expect("a square can be written")
}

#[test]
fn an_icon_of_the_user_is_drawn_by_every_format() {
    let scene = sample::everything();
    let mut library = Library::default();
    library.add(icons::from_png(&red(), "unknown-icon").unwrap());
    let icon =
        scene.nodes.iter().find_map(|it| it.icons.iter().find(|it| it.name == "unknown-icon"));
    let area = icon.unwrap().area;
    let (x, y) = (area.x + area.width / 2.0, area.y + area.height / 2.0);

    let options = png::Options { icons: Some(&library), ..png::Options::default() };
    let ours = decode(&png::write_with(&scene, &options).unwrap());
    assert_eq!(at(&ours, x, y), Rgb(220, 0, 0));
    let theirs = resvg(&svg::write_with(&scene, &library), 1.0);
    assert_eq!(at(&theirs, x, y), Rgb(220, 0, 0));
    let options = pdf::Options { icons: Some(&library), ..pdf::Options::default() };
    let (with, without) = (pdf::write_with(&scene, &options), pdf::write(&scene));
    let images = |data: &[u8]| {
        let document = lopdf::Document::load_mem(data).unwrap();
        let streams = document.objects.values().filter_map(|it| it.as_stream().ok());
        let kinds = streams.filter_map(|it| it.dict.get(b"Subtype").ok()?.as_name().ok());
        kinds.filter(|it| *it == b"Image").count()
    };
    assert_eq!(images(&without.unwrap()), 0);
    assert!(images(&with.unwrap()) > 0);
}

#[test]
fn both_writers_draw_the_same_picture() {
    let mut scene = sample::everything();
    // What the embedded font lacks is drawn by the fonts of a machine, and so differently on each.
    scene
        .nodes
        .retain(|it| it.texts.iter().all(|it| it.content.chars().all(|it| font::covers(it, true))));
    for scale in [1.0_f32, 2.0] {
        let ours = decode(&png::write(&scene, f64::from(scale)).unwrap());
        let theirs = resvg(&svg::write(&scene), scale);
        theirs.save_png(concat!(env!("CARGO_TARGET_TMPDIR"), "/resvg.png")).unwrap();
        assert_eq!((ours.width(), ours.height()), (theirs.width(), theirs.height()));
        let differences =
            ours.data().iter().zip(theirs.data()).map(|(one, two)| one.abs_diff(*two));
        let (mut sum, mut strong) = (0_u64, 0_usize);
        for difference in differences {
            sum += u64::from(difference);
            strong += usize::from(difference > 96);
        }
        let mean = sum as f64 / ours.data().len() as f64;
        let share = strong as f64 / ours.data().len() as f64;
        assert!(mean < 0.5, "at scale {scale}: {mean}");
        assert!(share < 0.001, "at scale {scale}: {share}");
    }
}
