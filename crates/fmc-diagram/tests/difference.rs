//! The image of a difference shows both pictures, and marks what differs and nothing else.

#[path = "../examples/difference.rs"]
#[expect(dead_code, reason = "no file is read or written here")]
mod difference;

use difference::panels;
use resvg::tiny_skia::{Color, Pixmap, PixmapMut, Rect, Transform};

const PAPER: (u8, u8, u8) = (255, 255, 255);
const INK: (u8, u8, u8) = (0, 0, 0);

fn picture(width: u32, height: u32) -> Pixmap {
    let mut pixmap = Pixmap::new(width, height).expect("a size");
    pixmap.fill(Color::WHITE);
    pixmap
}

fn blot(pixmap: &mut PixmapMut<'_>, x: f32, y: f32) {
    let area = Rect::from_xywh(x, y, 10.0, 10.0).expect("an area");
    pixmap.fill_rect(area, &resvg::tiny_skia::Paint::default(), Transform::identity(), None);
}

fn at(pixmap: &Pixmap, x: u32, y: u32) -> (u8, u8, u8) {
    let pixel = pixmap.pixel(x, y).expect("it lies inside");
    (pixel.red(), pixel.green(), pixel.blue())
}

#[test]
fn what_moved_is_marked_where_it_was_and_where_it_is() {
    let (mut old, mut new) = (picture(100, 60), picture(100, 60));
    blot(&mut old.as_mut(), 10.0, 10.0);
    blot(&mut new.as_mut(), 70.0, 40.0);
    let image = panels(&old, &new).unwrap();
    assert_eq!((image.width(), image.height()), (3 * 100 + 2 * 16, 60));
    let panel = |index: u32, x: u32, y: u32| at(&image, index * 116 + x, y);
    assert_eq!((panel(0, 15, 15), panel(0, 75, 45)), (INK, PAPER));
    assert_eq!((panel(1, 15, 15), panel(1, 75, 45)), (PAPER, INK));
    let mark = panel(2, 15, 15);
    assert!(mark.0 > 200 && mark.1 < 60, "{mark:?}");
    assert_eq!(panel(2, 75, 45), mark);
    let marked = (0..60).flat_map(|y| (0..100).map(move |x| (x, y)));
    assert_eq!(marked.filter(|it| panel(2, it.0, it.1) == mark).count(), 200);
}

#[test]
fn what_grew_is_marked_beside_the_old_picture() {
    let image = panels(&picture(50, 50), &picture(80, 50)).unwrap();
    assert_ne!(at(&image, 60, 25), PAPER, "beside the old picture is ground");
    assert_eq!(at(&image, 96 + 60, 25), PAPER);
    let (same, grown) = (at(&image, 2 * 96 + 20, 25), at(&image, 2 * 96 + 60, 25));
    assert!(same.1 > 200 && grown.1 < 60, "{same:?} {grown:?}");
}

#[test]
fn large_pictures_are_made_smaller() {
    let image = panels(&picture(4_000, 2_000), &picture(4_000, 2_000)).unwrap();
    assert_eq!((image.width(), image.height()), (3 * 1_600 + 32, 800));
}
