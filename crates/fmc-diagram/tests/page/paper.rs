//! The picture in a browser: as we draw it ourselves, and on paper.

use crate::browser::Browser;
use crate::{cloud, middle, open};
use fmc_diagram::formats::{png, svg};
use fmc_diagram::graph::Graph;
use fmc_diagram::layout::{Medium, place};
use resvg::tiny_skia::Pixmap;
use serde_json::json;

/// How far apart two pictures are: the mean over all channels, and how many parts of a thousand are
/// far apart. The second is moved right by so many pixels.
fn apart(one: &Pixmap, other: &Pixmap, moved: u32) -> (f64, f64) {
    let (width, height) =
        (one.width().min(other.width()) - moved, one.height().min(other.height()));
    let (mut sum, mut strong) = (0_u64, 0_u64);
    for y in 0..height {
        for x in 0..width {
            let (Some(a), Some(b)) = (one.pixel(x + moved, y), other.pixel(x, y)) else { continue };
            let parts = [(a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue())];
            for (a, b) in parts {
                sum += u64::from(a.abs_diff(b));
                strong += u64::from(a.abs_diff(b) > 96);
            }
        }
    }
    let all = f64::from(width) * f64::from(height) * 3.0;
    (sum as f64 / all, strong as f64 * 1000.0 / all)
}

#[test]
fn a_browser_draws_the_svg_as_we_draw_the_png() {
    let scene = place(&cloud(), Medium::Paper);
    assert!(scene.width < 1500.0 && scene.height < 800.0, "it fits the window");
    let browser = Browser::start();
    let picture = svg::write(&scene);
    let page = format!("<!DOCTYPE html><meta charset=utf-8><body style=margin:0>{picture}</body>");
    browser.open("page-svg", &page);
    browser.run("document.fonts.ready.then(() => { document.title = 'ready' })");
    browser.wait("document.title === 'ready'");
    let theirs = Pixmap::decode_png(&browser.picture("page-svg")).expect("what a browser shows");
    let ours =
        Pixmap::decode_png(&png::write(&scene, 1.0).expect("a small picture")).expect("ours");
    let (mean, strong) = apart(&ours, &theirs, 0);
    // Browsers set letters to whole pixels; everything else is the same.
    assert!(mean < 2.0 && strong < 6.0, "mean {mean}, strong {strong} of 1000");
    let (moved, torn) = apart(&ours, &theirs, 3);
    assert!(
        moved > 2.0 * mean && torn > 2.0 * strong,
        "a shift by 3 would be seen: {moved}, {torn}"
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn paper_is_light_and_holds_the_picture_alone() {
    let browser = open("page-paper", &cloud());
    let ground = "getComputedStyle(document.documentElement)";
    let seen = |what: &str| browser.run(&format!("return {what}"));
    if seen(&format!("{ground}.colorScheme")) != json!("dark") {
        browser.click(&middle("#theme"));
    }
    browser.click(&middle("g.node[data-id=worker2]"));
    assert_eq!(seen(&format!("{ground}.colorScheme")), json!("dark"));
    browser.print(true);
    assert_eq!(seen(&format!("{ground}.colorScheme")), json!("light"));
    assert_eq!(seen(&format!("{ground}.backgroundColor")), json!("rgb(255, 255, 255)"));
    for part in ["header", "#panel"] {
        let shown = format!("getComputedStyle(document.querySelector('{part}')).display");
        assert_eq!(seen(&shown), json!("none"), "{part}");
    }
    let faint =
        "[...document.querySelectorAll('g.node')].map((it) => getComputedStyle(it).opacity)";
    assert_eq!(seen(&format!("new Set({faint}).size")), json!(1), "nothing stands back on paper");
    let sheet = "getComputedStyle(document.querySelector('svg.fmc rect')).fill";
    assert_eq!(seen(sheet), json!("rgb(255, 255, 255)"));
    browser.picture("page-paper");
}

#[test]
fn a_title_of_several_lines_is_told_whole() {
    let mut graph: Graph = cloud();
    let title = "Kubernetes Worker Nodes + Nodo de Almacenamiento + Nodo de Copias";
    graph.clusters[2].label = title.to_owned();
    let scene = place(&graph, Medium::Paper);
    assert!(scene.clusters[2].texts.len() > 1, "the title is broken");
    let browser = open("page-title", &graph);
    browser.click(&middle("g.node[data-id=worker2]"));
    browser.wait("!document.getElementById('panel').hidden");
    let told = browser.run("return document.getElementById('told').innerText");
    assert!(told.as_str().is_some_and(|it| it.contains(title)), "{told}");
}
