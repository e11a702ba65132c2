//! The scene as data for the page's script: JSON that can stand in a page.

use super::words::Words;
use crate::font;
use crate::formats::{link, tip};
use crate::graph::Stroke;
use crate::plain::turns;
use crate::scene::{PlacedCluster, PlacedEdge, PlacedNode, Rect, Scene, Text};

/// The scene and the words of the page as one JSON object.
pub(super) fn json(scene: &Scene, words: &Words) -> String {
    let words = words.script.iter().map(|(name, text)| (*name, string(text)));
    object([
        ("words", object(words)),
        ("clusters", list(scene.clusters.iter().map(cluster))),
        ("nodes", list(scene.nodes.iter().map(node))),
        ("edges", list(scene.edges.iter().map(edge))),
    ])
}

fn node(it: &PlacedNode) -> String {
    object([
        ("id", string(&it.id)),
        ("cluster", optional(it.cluster.as_deref())),
        ("name", string(&tip::name(&it.texts).0)),
        ("texts", named(&it.texts)),
        ("area", area(it.area)),
        ("details", details(&it.details)),
        ("link", optional(it.link.as_deref().and_then(link::safe))),
    ])
}

fn cluster(it: &PlacedCluster) -> String {
    object([
        ("id", string(&it.id)),
        ("cluster", optional(it.parent.as_deref())),
        ("name", string(&tip::name(&it.texts).0)),
        ("texts", named(&it.texts)),
        ("area", area(it.area)),
        ("head", list(it.texts.first().map(head).into_iter().flatten())),
        ("details", details(&it.details)),
        ("link", optional(it.link.as_deref().and_then(link::safe))),
    ])
}

/// Where a title ends, and where its middle is: what the script cannot measure before the font of
/// the picture is there.
fn head(title: &Text) -> [String; 2] {
    let size = font::style(title.role).size;
    [number(title.at.x + title.width), number(title.at.y - size * 0.36)]
}

fn edge(it: &PlacedEdge) -> String {
    let heads = match (it.heads.at_start(), it.heads.at_end()) {
        (true, true) => "<>",
        (true, false) => "<",
        (false, true) => ">",
        (false, false) => "",
    };
    let route = it.route.iter().map(|it| list([number(it.x), number(it.y)]));
    object([
        ("id", string(&it.id)),
        ("from", string(&it.from)),
        ("to", string(&it.to)),
        ("label", texts(&it.label)),
        ("heads", string(heads)),
        ("bold", (it.style == Stroke::Bold).to_string()),
        ("tone", it.tone.0.to_string()),
        ("route", list(route)),
        ("details", details(&it.details)),
        ("link", optional(it.link.as_deref().and_then(link::safe))),
    ])
}

/// The texts of a thing with its name as the first of them, however many lines it has.
fn named(texts: &[Text]) -> String {
    let (name, lines) = tip::name(texts);
    let rest = texts[lines..].iter().map(|it| string(&it.content));
    list((lines > 0).then(|| string(&name)).into_iter().chain(rest))
}

fn texts(texts: &[Text]) -> String {
    list(texts.iter().map(|it| string(&it.content)))
}

fn details(details: &[(String, String)]) -> String {
    list(details.iter().map(|(name, value)| list([string(name), string(value)])))
}

fn area(it: Rect) -> String {
    list([it.x, it.y, it.width, it.height].map(number))
}

fn optional(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), string)
}

fn list(values: impl IntoIterator<Item = String>) -> String {
    let values: Vec<String> = values.into_iter().collect();
    format!("[{}]", values.join(","))
}

fn object<'a>(fields: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let fields: Vec<String> =
        fields.into_iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", fields.join(","))
}

/// A number with at most two decimals.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let rounded = (value * 100.0).round() / 100.0;
    rounded.to_string()
}

/// A JSON string that cannot end the script that it stands in, nor begin another one.
fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for it in text.chars() {
        match it {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", it as u32));
            }
            it if turns(it) => {}
            it if it.is_control() => out.push_str(&format!("\\u{:04x}", it as u32)),
            it => out.push(it),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::{number, string};

    #[test]
    fn a_string_cannot_leave_its_script() {
        assert_eq!(
            string("</script><!-- & \"\\\" \u{2028}\u{7}\u{202e}é漢🙂"),
            "\"\\u003c/script\\u003e\\u003c!-- \\u0026 \\\"\\\\\\\" \\u2028\\u0007é漢🙂\""
        );
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([1.0, -0.5, 1.0 / 3.0, f64::NAN].map(number), ["1", "-0.5", "0.33", "0"]);
    }
}
