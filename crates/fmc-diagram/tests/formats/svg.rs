use crate::sample;
use fmc_diagram::formats::svg;
use roxmltree::{Document, Node};

fn groups<'a>(document: &'a Document<'_>, class: &str) -> Vec<Node<'a, 'a>> {
    let all = document.descendants();
    all.filter(|it| it.has_tag_name("g") && it.attribute("class") == Some(class)).collect()
}

#[test]
fn the_document_is_well_formed_and_holds_everything() {
    let scene = sample::everything();
    let text = svg::write(&scene);
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/everything.svg"), &text).unwrap();
    let document = Document::parse(&text).unwrap();
    let count = |class| groups(&document, class).len();
    assert_eq!(count("node"), scene.nodes.len());
    assert_eq!(count("edge"), scene.edges.len());
    assert_eq!(count("cluster"), scene.clusters.len());
    assert_eq!(count("legend"), scene.legend.len());
    let root = document.root_element();
    assert_eq!(root.attribute("lang"), Some("es"));
    assert_eq!(root.first_element_child().unwrap().text(), Some(scene.title.as_str()));
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    let text = svg::write(&sample::everything());
    let document = Document::parse(&text).unwrap();
    assert_eq!(text.matches("url(").count(), text.matches("url(data:font/ttf;base64,").count());
    assert!(!text.contains("@import"));
    for node in document.descendants().filter(|it| !it.has_tag_name("a")) {
        let link = node.attribute("href").unwrap_or("#");
        assert!(link.starts_with('#') || link.starts_with("data:"), "{link}");
    }
}

#[test]
fn the_first_path_of_an_edge_ends_where_its_route_ends() {
    let scene = sample::everything();
    let text = svg::write(&scene);
    let document = Document::parse(&text).unwrap();
    for (edge, group) in scene.edges.iter().zip(groups(&document, "edge")) {
        assert_eq!(group.attribute("data-from"), Some(edge.from.as_str()));
        assert_eq!(group.attribute("data-to"), Some(edge.to.as_str()));
        let path = group.descendants().find(|it| it.has_tag_name("path")).unwrap();
        let data = path.attribute("d").unwrap();
        let (first, last) = (edge.route[0], edge.route[edge.route.len() - 1]);
        assert!(data.starts_with(&format!("M{} {}", first.x, first.y)), "{data}");
        let end = [format!("H{}", last.x), format!("V{}", last.y)];
        assert!(end.iter().any(|it| data.ends_with(it.as_str())), "{data}");
    }
}

#[test]
fn a_hostile_label_is_text_and_a_hostile_link_is_none() {
    let text = svg::write(&sample::everything());
    let document = Document::parse(&text).unwrap();
    assert!(!document.descendants().any(|it| it.has_tag_name("script")));
    let texts: Vec<&str> = document.descendants().filter_map(|it| it.text()).collect();
    assert!(texts.contains(&"<script>alert('x')</script> ]]>"));
    assert!(texts.contains(&"\"q\" &  bell"));
    assert!(!text.contains("javascript"));
    assert!(text.contains("href=\"https://kubernetes.io/docs/?a=1&amp;b=2\""));
}

#[test]
fn what_the_font_lacks_is_fitted() {
    let text = svg::write(&sample::everything());
    let document = Document::parse(&text).unwrap();
    for node in document.descendants().filter(|it| it.has_tag_name("text")) {
        let lacking = node.text().unwrap_or_default().chars().any(|it| "🐂漢字שלום".contains(it));
        assert_eq!(node.attribute("textLength").is_some(), lacking, "{:?}", node.text());
    }
}

#[test]
fn the_same_scene_gives_the_same_bytes() {
    assert_eq!(svg::write(&sample::everything()), svg::write(&sample::everything()));
}

#[test]
fn an_empty_scene_is_an_empty_sheet() {
    let text = svg::write(&fmc_diagram::scene::Scene::default());
    Document::parse(&text).unwrap();
    assert!(!text.contains("@font-face"));
}

#[test]
fn paper_is_light_and_only_screens_turn_dark() {
    let text = svg::write(&sample::everything());
    let (plain, screen) = text.split_once("@media screen{").unwrap();
    assert!(plain.contains(".f-ink{fill:#161e2c}"));
    assert!(screen.contains(".f-ink{fill:var(--ink)}"));
    assert!(screen.contains("(prefers-color-scheme:dark)"));
}
