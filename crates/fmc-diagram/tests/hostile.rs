//! No label can do harm in any format: it is text wherever it is written, and it is all there.

use fmc_diagram::dot;
use fmc_diagram::formats::{dot as written, html, pdf, png, svg, text};
use fmc_diagram::graph::{
    Cluster, Edge, End, Graph, LegendEntry, Line, Node, Sample, Stroke, Tone,
};
use fmc_diagram::layout::{Medium, place};
use fmc_diagram::scene::Scene;
use roxmltree::Document;

/// What ends a text, starts an element, or gives an order, in one format or another.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "]]><![CDATA[",
    "</text></svg><script>x",
    "</title></style></script><!--",
    "\" onload=\"alert(1)\" x='",
    "&lt;&amp;&#0;&nosuch;",
    "(x) Tj ET endstream endobj \\",
    "\"]; evil -> node; \\",
    "${HOME} $(id) `id` %s {{x}}",
    "a\u{0}b\u{7}c\u{1b}[31md\u{7f}e\u{9b}f",
    "line\nbreak\r\nand\ttab\u{2028}and\u{2029}more\u{85}",
    "\u{202a}a\u{202b}b\u{202c}c\u{202d}d\u{202e}evil\u{202c}\u{2066}x\u{2067}y\u{2068}z\u{2069}",
    "\u{fffe}\u{ffff}\u{feff}",
    "javascript:alert(1)",
];

/// A graph in which every text is hostile.
fn graph(evil: &str) -> Graph {
    let details = vec![(evil.to_owned(), evil.to_owned())];
    let node = |id: String, cluster| Node {
        id,
        lines: vec![Line::all("name").remove(0), Line { text: evil.to_owned(), ..Line::default() }],
        icon: evil.to_owned(),
        badges: vec![evil.to_owned()],
        cluster,
        link: Some(evil.to_owned()),
        details: details.clone(),
        ..Node::default()
    };
    let mut edge = Edge::new(End::Node(0), End::Node(1));
    evil.clone_into(&mut edge.label);
    edge.link = Some(evil.to_owned());
    edge.details.clone_from(&details);
    Graph {
        title: evil.to_owned(),
        subtitle: evil.to_owned(),
        language: evil.to_owned(),
        nodes: vec![node(evil.to_owned(), None), node(format!("{evil}2"), Some(0))],
        clusters: vec![Cluster {
            id: format!("{evil}3"),
            label: evil.to_owned(),
            note: evil.to_owned(),
            icon: evil.to_owned(),
            link: Some(evil.to_owned()),
            details,
            ..Cluster::default()
        }],
        edges: vec![edge],
        legend: vec![
            LegendEntry { sample: Sample::Line(Stroke::Solid, Tone(1)), text: evil.to_owned() },
            LegendEntry { sample: Sample::Icon(evil.to_owned()), text: evil.to_owned() },
        ],
        ..Graph::default()
    }
}

/// Characters that turn the direction of what stands around them.
const TURNS: [char; 9] = [
    '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}',
    '\u{2069}',
];

/// Every hostile text with its picture on paper.
fn scenes() -> impl Iterator<Item = (&'static str, Scene)> {
    HOSTILE.iter().map(|it| (*it, place(&graph(it), Medium::Paper)))
}

/// What a reader sees of a text: its visible characters in a row, since layouts break lines.
fn seen(text: &str) -> String {
    let hidden = |it: &char| {
        it.is_control()
            || it.is_whitespace()
            || matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
            || matches!(it, '\u{fffe}' | '\u{ffff}' | '\u{fffd}')
    };
    text.chars().filter(|it| !hidden(it)).collect()
}

#[test]
fn in_svg_it_is_text() {
    for (evil, scene) in scenes() {
        let written = svg::write(&scene);
        assert!(!written.contains(TURNS), "{evil:?}");
        let document = Document::parse(&written).unwrap_or_else(|it| panic!("{evil:?}: {it}"));
        let known =
            ["svg", "title", "desc", "style", "symbol", "use", "g", "rect", "path", "text", "a"];
        for element in document.descendants().filter(roxmltree::Node::is_element) {
            let name = element.tag_name().name();
            assert!(known.contains(&name), "{evil:?} made a `{name}`");
            let orders = element.attributes().find(|it| it.name().starts_with("on"));
            assert!(orders.is_none(), "{evil:?}: {orders:?}");
            let href = element.attribute("href").unwrap_or_default();
            assert!(!href.contains("script:"), "{evil:?}: {href}");
        }
        let texts = document.descendants().filter(|it| it.has_tag_name("text"));
        let texts = texts.filter_map(|it| it.text()).map(seen).collect::<String>();
        assert!(texts.contains(&seen(evil)), "{evil:?} is not in {texts:?}");
    }
}

#[test]
fn in_pdf_it_is_text() {
    for (evil, scene) in scenes() {
        let written = pdf::write(&scene).expect("a page");
        let document =
            lopdf::Document::load_mem(&written).unwrap_or_else(|it| panic!("{evil:?}: {it}"));
        assert_eq!(document.get_pages().len(), 1, "{evil:?}");
        for object in document.objects.values().filter_map(|it| it.as_dict().ok()) {
            for order in [&b"JS"[..], b"JavaScript", b"OpenAction", b"AA", b"Launch"] {
                assert!(!object.has(order), "{evil:?}: {object:?}");
            }
        }
        let told = document.extract_text(&[1]).expect("the text of the page");
        assert!(!told.contains(TURNS), "{evil:?}");
        if evil.is_ascii() && !evil.contains(char::is_control) {
            assert!(seen(&told).contains(&seen(evil)), "{evil:?} is not in {told:?}");
        }
    }
}

#[test]
fn in_html_only_the_script_of_the_page_is_one() {
    let scripts = |it: &str| (it.matches("<script").count(), it.matches("</script").count());
    let harmless = html::write(&place(&graph("harmless"), Medium::Paper));
    for (evil, scene) in scenes() {
        let written = html::write(&scene);
        assert_eq!(scripts(&written), scripts(&harmless), "{evil:?}");
        assert!(!written.contains("<!--") && !written.contains("href=\"javascript"), "{evil:?}");
        let data =
            written.split("id=\"fmc-data\">").nth(1).and_then(|it| it.split("</script").next());
        let data: serde_json::Value =
            serde_json::from_str(data.expect("data")).unwrap_or_else(|it| panic!("{evil:?}: {it}"));
        assert!(data.is_object(), "{evil:?}");
        let steers = |it: char| it.is_control() && it != '\n' || TURNS.contains(&it);
        assert_eq!(written.chars().find(|it| steers(*it)), None, "{evil:?}");
        let told = data.to_string();
        assert!(!told.contains(TURNS) && !told.contains("\\u202e"), "{evil:?}: {told}");
    }
}

#[test]
fn in_a_terminal_it_gives_no_orders() {
    for evil in HOSTILE {
        let scene = place(&graph(evil), Medium::Terminal { width: 100 });
        for style in [text::Style::Boxes, text::Style::Ascii] {
            let written = text::write_with(&scene, style);
            let order = |it: char| {
                (it.is_control() && it != '\n')
                    || matches!(it, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            assert_eq!(written.chars().find(|it| order(*it)), None, "{evil:?}\n{written}");
        }
    }
}

#[test]
fn in_dot_it_comes_back_as_it_was() {
    for (evil, scene) in scenes() {
        let text = written::write(&scene);
        assert!(!text.contains(TURNS), "{evil:?}");
        let (again, _) = dot::read(&text).unwrap_or_else(|it| panic!("{evil:?}: {it}\n{text}"));
        assert_eq!(
            (again.nodes.len(), again.edges.len(), again.clusters.len()),
            (2, 1, 1),
            "{text}"
        );
        let label: String = again.nodes[0].lines.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(seen(&label), format!("name{}", seen(evil)), "{text}");
        assert_eq!(seen(&again.edges[0].label), seen(evil), "{text}");
    }
}

#[test]
fn in_png_it_is_drawn() {
    for (evil, scene) in scenes() {
        let written = png::write(&scene, 1.0).unwrap_or_else(|it| panic!("{evil:?}: {it}"));
        let pixmap = resvg::tiny_skia::Pixmap::decode_png(&written).expect("an image");
        assert_eq!(pixmap.width(), scene.width.ceil() as u32, "{evil:?}");
    }
}
