//! What becomes of SVG files.

use super::*;

fn svg(inside: &str) -> String {
    format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{inside}</svg>"#)
}

/// Reads an icon and tells its shapes as `fill d`, or `stroke width d`.
fn check(inside: &str, expected: &[&str]) {
    let icon = from_svg(svg(inside).as_bytes(), "mine").unwrap();
    let shapes: Vec<_> = icon
        .shapes
        .iter()
        .map(|it| match (it.fill, it.stroke) {
            (Some(fill), None) => format!("{fill:?} {}", it.path.to_svg()),
            (None, Some(line)) => format!("{:?} {} {}", line.paint, line.width, it.path.to_svg()),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(shapes, expected, "{inside}");
}

fn check_error(inside: &str, expected: &IconError) {
    let found = from_svg(svg(inside).as_bytes(), "mine");
    assert_eq!(found.as_ref().err(), Some(expected), "{inside}");
}

#[test]
fn transformations_and_short_forms_are_worked_out() {
    check(
        r##"<g transform="translate(2 3) scale(2)"><path fill="#f00" d="m0 0h1v1z"/></g>"##,
        &["Rgb(255, 0, 0) M2 3L4 3L4 5Z"],
    );
    check(
        r##"<g transform="scale(3)"><path fill="none" stroke="#00f" stroke-width="2" d="M1 1h1"/></g>"##,
        &["Rgb(0, 0, 255) 6 M3 3L6 3"],
    );
    check(
        r##"<defs><path id="a" fill="#0f0" d="M0 0h2v2z"/></defs><use href="#a" x="1"/>"##,
        &["Rgb(0, 255, 0) M1 0L3 0L3 2Z"],
    );
    check(
        "<style>.a{fill:#123456}</style><path class=\"a\" d=\"M0 0h2v2z\"/>",
        &["Rgb(18, 52, 86) M0 0L2 0L2 2Z"],
    );
}

#[test]
fn black_alone_is_ink_and_beside_colours_it_is_black() {
    check(r#"<path d="M0 0h2v2z"/>"#, &["Ink M0 0L2 0L2 2Z"]);
    check(r#"<path fill="currentColor" d="M0 0h2v2z"/>"#, &["Ink M0 0L2 0L2 2Z"]);
    check(
        r##"<path d="M0 0h2v2z"/><path fill="#ff0" d="M0 0h2v2z"/>"##,
        &["Rgb(0, 0, 0) M0 0L2 0L2 2Z", "Rgb(255, 255, 0) M0 0L2 0L2 2Z"],
    );
}

#[test]
fn gradients_and_what_shines_through_become_one_colour() {
    let stops = r##"<stop stop-color="#f00"/><stop offset="1" stop-color="#00f"/>"##;
    check(
        &format!(
            r#"<linearGradient id="a">{stops}</linearGradient><path fill="url(#a)" d="M0 0h2v2z"/>"#
        ),
        &["Rgb(128, 0, 128) M0 0L2 0L2 2Z"],
    );
    check(
        r##"<g opacity=".5"><path fill="#f00" d="M0 0h2v2z"/></g>"##,
        &["Rgb(255, 128, 128) M0 0L2 0L2 2Z"],
    );
    check(
        r##"<path fill="#f00" opacity="0" d="M0 0h2v2z"/><path fill="#0f0" d="M0 0h2v2z"/>"##,
        &["Rgb(0, 255, 0) M0 0L2 0L2 2Z"],
    );
}

#[test]
fn a_clip_as_large_as_the_sheet_cuts_nothing() {
    let drawing = r##"<g clip-path="url(#a)"><path fill="#f00" d="M0 0h2v2z"/></g>"##;
    check(
        &format!(r#"<clipPath id="a"><rect width="24" height="24"/></clipPath>{drawing}"#),
        &["Rgb(255, 0, 0) M0 0L2 0L2 2Z"],
    );
    check_error(
        &format!(r#"<clipPath id="a"><rect width="1" height="24"/></clipPath>{drawing}"#),
        &IconError::Cut,
    );
    check_error(
        &format!(r#"<clipPath id="a"><circle r="40"/></clipPath>{drawing}"#),
        &IconError::Cut,
    );
}

#[test]
fn what_an_icon_cannot_show_is_said() {
    check_error("<text>hello</text>", &IconError::Text);
    check_error(r#"<image href="/etc/passwd"/>"#, &IconError::Picture);
    check_error(r#"<filter id="a"/><path d="M0 0h2v2z"/>"#, &IconError::Filter);
    check_error("", &IconError::Blank);
    check_error(r#"<path fill="none" d="M0 0h2v2z"/>"#, &IconError::Blank);
    check_error(r#"<path d="M90 90h2v2z"/>"#, &IconError::Blank);
    let pattern = r#"<pattern id="a" width="2" height="2" patternUnits="userSpaceOnUse"><path d="M0 0h1v1z"/></pattern>"#;
    check_error(&format!(r#"{pattern}<path fill="url(#a)" d="M0 0h9v9z"/>"#), &IconError::Pattern);
}

#[test]
fn files_that_are_no_svg_are_refused_in_words() {
    for bytes in [
        &b""[..],
        b"<html/>",
        b"\xff\xfe<svg/>",
        b"<svg",
        b"PNG",
        b"<svg></g></svg>",
        b"\x1f\x8b\x08",
    ] {
        let error = from_svg(bytes, "mine").unwrap_err();
        for advice in [error.english(), error.spanish()] {
            assert!(advice.message.len() > 10 && advice.hint.len() > 10, "{advice:?}");
        }
    }
}

#[test]
fn hostile_files_do_no_harm() {
    let deep = |count: usize| svg(&("<g>".repeat(count) + &"</g>".repeat(count)));
    assert_eq!(from_svg(deep(90_000).as_bytes(), "mine"), Err(IconError::Deep));
    let copies: Vec<_> = (1..16)
        .map(|it| format!(r##"<g id="a{it}"><use href="#a{0}"/><use href="#a{0}"/></g>"##, it - 1))
        .collect();
    let copies = copies.concat();
    let bomb = svg(&format!(r#"<path id="a0" d="M0 0h1v1z"/>{copies}"#));
    assert!(from_svg(bomb.as_bytes(), "mine").is_err());
    let nested = |it: usize| {
        let (open, close) = ("<g>".repeat(55), "</g>".repeat(55));
        format!(r##"<g id="a{it}">{open}<use href="#a{}"/>{close}</g>"##, it - 1)
    };
    let tower: String = (1..33).map(nested).collect();
    let _ = from_svg(svg(&format!(r#"<path id="a0" d="M0 0h1v1z"/>{tower}"#)).as_bytes(), "mine");
    let entities: Vec<_> = (1..9)
        .map(|it| format!("<!ENTITY a{it} '{}'>", format!("&a{};", it - 1).repeat(10)))
        .collect();
    let entities = entities.concat();
    let laughs = format!("<!DOCTYPE svg [<!ENTITY a0 '<g/>'>{entities}]>{}", svg("&a8;"));
    assert!(from_svg(laughs.as_bytes(), "mine").is_err());
    for path in [
        "M1e999 0L0 0",
        "M0 0L1e38 1e38L-1e38 0z",
        "MNaN 0",
        "M0 0A0 0 0 0 0 0 0",
        "M0 0h1e-300v1e-300z",
    ] {
        let _ = from_svg(svg(&format!(r#"<path stroke="red" d="{path}"/>"#)).as_bytes(), "mine");
    }
    for size in [
        "viewBox=\"0 0 0 0\"",
        "viewBox=\"0 0 1e-40 1\"",
        "width=\"1e30\" height=\"1\"",
        "viewBox=\"a\"",
    ] {
        let text = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" {size}><path d="M0 0h1v1z"/></svg>"#
        );
        let _ = from_svg(text.as_bytes(), "mine");
    }
}

#[test]
fn any_change_of_a_byte_is_an_icon_or_an_error() {
    let whole = svg(
        r##"<style>.a{fill:#123456}</style><g transform="rotate(9 2 3)" clip-path="url(#c)"><path class="a" d="M0 0h2v2l3-4a1 2 3 0 1 5 6z"/></g><use href="#b"/><rect id="b" width="5" height="6" rx="1" stroke="red"/>"##,
    );
    for place in 0..whole.len() {
        for new in [0, b'<', b'"', b'9', b'e', 0xff] {
            let mut changed = whole.clone().into_bytes();
            changed[place] = new;
            if let Ok(icon) = from_svg(&changed, "mine") {
                assert!(!icon.is_blank());
            }
        }
    }
}

#[test]
fn what_lies_far_outside_is_refused() {
    check(r#"<path d="M-20 0h40v2z"/>"#, &["Ink M-20 0L20 0L20 2Z"]);
    check_error(r#"<path d="M0 0h9v9c0 8888888888888888888888 1 1 2 2z"/>"#, &IconError::Far);
    check_error(
        r#"<path d="M0 0a1 1 0 0 1 44444444444444444444444444444444444 4z"/>"#,
        &IconError::Far,
    );
    check_error(r#"<circle r="1e30"/>"#, &IconError::Far);
    check_error(
        r#"<path d="M0 0h9v9z" stroke="red" stroke-width="99999999999"/>"#,
        &IconError::Far,
    );
}
