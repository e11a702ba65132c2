//! One page of HTML with everything in it: the SVG picture, and a script that moves it, finds things
//! in it, lights what belongs together, folds groups and tells details. Nothing is fetched, and the
//! policy in the page's head lets nothing but its own script run.

mod data;
mod words;

use crate::formats::svg;
use crate::icons::Library;
use crate::plain::steers;
use crate::scene::Scene;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The script of the page: a part for each thing that it does, each using those before it.
const SCRIPT: &str = concat!(
    "(() => {\n'use strict';\n",
    include_str!("data.js"),
    include_str!("view.js"),
    include_str!("light.js"),
    include_str!("fold.js"),
    include_str!("panel.js"),
    include_str!("search.js"),
    include_str!("start.js"),
    "})();\n",
);

const STYLE: &str = include_str!("page.css");

/// The picture as a page, with the icons that come with the program.
pub fn write(scene: &Scene) -> String {
    write_with(scene, &Library::default())
}

/// The picture as a page, with these icons.
pub fn write_with(scene: &Scene, icons: &Library) -> String {
    let words = words::of(&scene.language);
    let known = scene.language.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    let language = if known && !scene.language.is_empty() { &*scene.language } else { "en" };
    let picture = svg::write_with(scene, icons);
    let hash = STANDARD.encode(Sha256::digest(SCRIPT));
    // Styles may stand in the page, since the picture brings its own; scripts may not, but for ours.
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{hash}'; style-src 'unsafe-inline'; \
         img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    );
    let mut out = String::with_capacity(picture.len() + SCRIPT.len() + STYLE.len() + 16_384);
    let title = escaped(&scene.title);
    out.push_str(&format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}{}</style>\n</head>\n<body>\n<h1>{title}</h1>\n",
        page_rule(scene)
    ));
    out.push_str(&header(words));
    out.push_str(&format!("<main id=\"stage\" aria-label=\"{}\">\n", words.picture));
    out.push_str(&picture);
    out.push_str("</main>\n");
    let close = button("close", words.close, CLOSE);
    out.push_str(&format!(
        "<aside id=\"panel\" aria-label=\"{}\" hidden>{close}<div id=\"told\"></div></aside>\n\
         <p id=\"live\" aria-live=\"polite\"></p>\n",
        words.about
    ));
    out.push_str("<script type=\"application/json\" id=\"fmc-data\">");
    out.push_str(&data::json(scene, words));
    out.push_str("</script>\n<script>");
    out.push_str(SCRIPT);
    out.push_str("</script>\n</body>\n</html>\n");
    out
}

/// Paper lies as the picture does.
fn page_rule(scene: &Scene) -> String {
    let side = if scene.width > scene.height { "landscape" } else { "portrait" };
    format!("@page {{\n  size: {side};\n  margin: 10mm;\n}}\n")
}

// The signs of the buttons, on a grid of 24 units.
const PREVIOUS: &str = "M7 14l5-5 5 5";
const NEXT: &str = "M7 10l5 5 5-5";
const FARTHER: &str = "M6 12h12";
const NEARER: &str = "M6 12h12M12 6v12";
const FIT: &str = "M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5";
const FOLD: &str = "M8 4l4 4 4-4M8 20l4-4 4 4M5 12h14";
const THEME: &str = "M19 14.5A7.5 7.5 0 0 1 9.5 5a7.5 7.5 0 1 0 9.5 9.5z";
const CLOSE: &str = "M7 7l10 10M17 7L7 17";

fn button(id: &str, label: &str, sign: &str) -> String {
    format!(
        "<button type=\"button\" id=\"{id}\" title=\"{label}\" aria-label=\"{label}\">\
         <svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"{sign}\"/></svg></button>"
    )
}

fn header(words: &words::Words) -> String {
    let search = words.search;
    let (previous, next) =
        (button("previous", words.previous, PREVIOUS), button("next", words.next, NEXT));
    let (farther, nearer) =
        (button("farther", words.farther, FARTHER), button("nearer", words.nearer, NEARER));
    let (fit, fold) = (button("fit", words.fit, FIT), button("fold", words.fold, FOLD));
    let theme = button("theme", words.theme, THEME);
    format!(
        "<header>\n<form role=\"search\"><input type=\"search\" id=\"search\" autocomplete=\"off\" \
         spellcheck=\"false\" placeholder=\"{search}\" aria-label=\"{search}\">{previous}{next}\
         <span id=\"hits\"></span></form>\n<nav>{farther}<span id=\"scale\"></span>{nearer}{fit}{fold}\
         {theme}</nav>\n</header>\n"
    )
}

/// A text as it may stand between tags.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            it if steers(it) => out.push(' '),
            it => out.push(it),
        }
    }
    out
}
