//! The page in a real browser: it loads without a complaint, finds, lights, pins, folds, and runs
//! nothing that a label says.

mod browser;
mod paper;

use browser::Browser;
use fmc_diagram::formats::html;
use fmc_diagram::graph::{Cluster, Edge, End, Graph, Line, Node, Stroke};
use fmc_diagram::layout::{Medium, place};
use serde_json::json;

const HOSTILE: &str = "</script><script>document.title='bad'</script><img src=x onerror=\"document.title='bad'\"><!--\u{2028}";

fn node(id: &str, label: &str, cluster: Option<usize>) -> Node {
    Node {
        id: id.into(),
        lines: Line::all(label),
        cluster,
        icon: "worker".into(),
        ..Node::default()
    }
}

/// People, a way through a balancer to the workers, and a line beside it.
fn cloud() -> Graph {
    let mut graph = Graph {
        title: "Nube de prueba".into(),
        language: "es".into(),
        nodes: vec![
            node("people", "Usuarios Públicos", None),
            node("cdn", "Cloudflare\nCDN + WAF", None),
            node("lb1", "loadbalancer1\n10.17.3.12", Some(0)),
            node("master1", "master1\n10.17.4.21", Some(1)),
            node("worker1", "worker1\n10.17.4.24", Some(2)),
            node("worker2", "worker2\n10.17.4.25", Some(2)),
            node("db", "PostgreSQL\n10.17.3.14", None),
        ],
        ..Graph::default()
    };
    for (id, label, parent) in
        [("edge", "Ingress", None), ("kube", "Kubernetes", None), ("workers", "Workers", Some(1))]
    {
        let label = label.into();
        graph.clusters.push(Cluster { id: id.into(), label, parent, ..Cluster::default() });
    }
    graph.nodes[5].details = vec![("Sistema".into(), "Flatcar".into())];
    graph.nodes[5].link = Some("https://example.com/worker2".into());
    let ways =
        [(0, 1, "HTTPS", true), (1, 2, "443", true), (2, 5, "80", true), (5, 6, "5432", false)];
    for (from, to, label, main) in ways {
        let mut edge = Edge::new(End::Node(from), End::Node(to));
        edge.id = format!("{from}-{to}");
        edge.label = label.into();
        edge.style = if main { Stroke::Bold } else { Stroke::Solid };
        graph.edges.push(edge);
    }
    graph
}

fn open(name: &str, graph: &Graph) -> Browser {
    let browser = Browser::start();
    browser.open(name, &html::write(&place(graph, Medium::Paper)));
    browser.wait("document.documentElement.classList.contains('alive')");
    assert_eq!(browser.complaints(), [""; 0], "the page complains");
    browser
}

/// Where the middle of a part of the picture is, as an expression of the page.
fn middle(selector: &str) -> String {
    format!(
        "(() => {{ const it = document.querySelector(`{selector}`).getBoundingClientRect(); \
         return [it.x + it.width / 2, it.y + it.height / 2] }})()"
    )
}

/// The ids of the parts of this kind that are lit.
fn lit(browser: &Browser, kind: &str) -> serde_json::Value {
    browser.run(&format!(
        "return [...document.querySelectorAll('g.{kind}.lit')].map((it) => it.dataset.id).sort()"
    ))
}

#[test]
fn search_finds_a_node_and_brings_it_into_the_middle() {
    let browser = open("page-search", &cloud());
    browser.press("\u{e009}", "f");
    browser.wait("document.activeElement.id === 'search'");
    browser.press("", "WÓRKER2");
    browser.wait("document.getElementById('hits').textContent === '1 de 1'");
    assert_eq!(browser.run("return document.querySelectorAll('.ring').length"), json!(1));
    let off = "(() => { const a = document.querySelector('.ring.current').getBoundingClientRect(); \
        const b = document.getElementById('stage').getBoundingClientRect(); \
        return Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2) })()";
    browser.wait(&format!("{off} < 3"));
    browser.picture("page-search");

    browser.press("", "\u{e00c}");
    browser.wait("document.querySelectorAll('.ring').length === 0");
    browser.press("", "/10.17.4.2");
    browser.wait("document.getElementById('hits').textContent === '1 de 3'");
    browser.press("", "\u{e007}");
    browser.wait("document.getElementById('hits').textContent === '2 de 3'");
    browser.press("", "nowhere");
    browser.wait("document.getElementById('hits').textContent === 'Sin resultados'");
}

#[test]
fn a_line_under_the_mouse_lights_its_whole_way() {
    let browser = open("page-light", &cloud());
    let on_line = "(() => { const it = document.querySelector('g.edge[data-id=\"0-1\"] .route'); \
        const at = it.getPointAtLength(it.getTotalLength() / 2).matrixTransform(it.getScreenCTM()); \
        return [at.x, at.y] })()";
    browser.point(on_line);
    browser.wait("document.querySelector('svg.fmc').classList.contains('dim')");
    assert_eq!(lit(&browser, "edge"), json!(["0-1", "1-2", "2-5"]));
    assert_eq!(lit(&browser, "node"), json!(["cdn", "lb1", "people", "worker2"]));
    browser.picture("page-light");

    // A node lights what it is joined to, and a click pins it.
    browser.click(&middle("g.node[data-id=worker2]"));
    browser.wait("!document.getElementById('panel').hidden");
    assert_eq!(lit(&browser, "edge"), json!(["2-5", "5-6"]));
    let told = browser.run("return document.getElementById('told').innerText");
    let told = told.as_str().unwrap();
    for word in ["worker2", "10.17.4.25", "Kubernetes › Workers", "Flatcar", "PostgreSQL", "5432"]
    {
        assert!(told.contains(word), "{word} in {told}");
    }
    let link = browser.run("return document.querySelector('#told a').href");
    assert_eq!(link, json!("https://example.com/worker2"));
    browser.point("[10, 500]");
    assert_eq!(lit(&browser, "edge"), json!(["2-5", "5-6"]), "a pin stays");
    browser.picture("page-pinned");
    browser.press("", "\u{e00c}");
    browser.wait("document.getElementById('panel').hidden");
    assert_eq!(lit(&browser, "edge"), json!([]));
}

#[test]
fn a_folded_group_hides_what_is_in_it_and_keeps_its_lines() {
    let browser = open("page-fold", &cloud());
    browser.click(&middle("g.cluster[data-id=kube] .fold path"));
    browser.wait("document.querySelector('g.cover .count')");
    let count = browser.run("return document.querySelector('g.cover .count').textContent");
    assert_eq!(count, json!("3 nodos · 1 grupo"));
    let shown = browser.run(
        "return [...document.querySelectorAll('g.node')].filter((it) => getComputedStyle(it).display !== 'none').map((it) => it.dataset.id).sort()",
    );
    assert_eq!(shown, json!(["cdn", "db", "lb1", "people"]));
    let lines = "[...document.querySelectorAll('g.edge')].filter((it) => getComputedStyle(it).display !== 'none').length";
    assert_eq!(browser.run(&format!("return {lines}")), json!(4));
    assert_eq!(browser.run("return document.querySelectorAll('svg > path.head').length"), json!(1));
    browser.picture("page-folded");

    // What is found in a folded group unfolds it.
    browser.press("", "/worker2");
    browser.wait("!document.querySelector('g.cover')");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn the_keyboard_reaches_everything() {
    let browser = open("page-keys", &cloud());
    let focused = "document.activeElement.dataset.id ?? document.activeElement.id";
    browser.run("document.getElementById('theme').focus()");
    let mut order = Vec::new();
    for _ in 0..14 {
        browser.press("", "\u{e004}");
        let id = browser.run(&format!("return {focused}"));
        order.extend(
            id.as_str()
                .filter(|it| cloud().nodes.iter().any(|node| node.id == *it))
                .map(str::to_owned),
        );
    }
    let first: Vec<&str> = order.iter().take(3).map(String::as_str).collect();
    assert_eq!(first, ["people", "cdn", "lb1"], "{order:?}");
    assert_eq!(order.len(), 7, "{order:?}");
    browser.run("document.querySelector('g.node[data-id=worker2]').focus()");
    browser.press("", "\u{e007}");
    browser.wait("!document.getElementById('panel').hidden");

    browser.press("", "\u{e00c}0");
    let scale = "document.getElementById('scale').textContent";
    let before = browser.run(&format!("return {scale}"));
    browser.press("", "+");
    assert_ne!(browser.run(&format!("return {scale}")), before);
    browser.press("", "0");
    assert_eq!(browser.run(&format!("return {scale}")), before);
}

#[test]
fn light_and_dark_are_a_choice() {
    let browser = open("page-dark", &cloud());
    let ground = "getComputedStyle(document.querySelector('svg.fmc rect')).fill + getComputedStyle(document.body).backgroundColor";
    let light = browser.run(&format!("return {ground}"));
    browser.click(&middle("#theme"));
    assert_ne!(browser.run(&format!("return {ground}")), light);
    browser.point("[10, 500]");
    browser.picture("page-dark");
    browser.click(&middle("#theme"));
    assert_eq!(browser.run(&format!("return {ground}")), light);
}

#[test]
fn no_label_runs() {
    let mut graph = cloud();
    graph.title = HOSTILE.into();
    for node in &mut graph.nodes {
        node.lines.push(Line::all(HOSTILE).remove(0));
        node.details.push((HOSTILE.into(), HOSTILE.into()));
        node.link = Some("javascript:document.title='bad'".into());
    }
    for cluster in &mut graph.clusters {
        cluster.label = HOSTILE.into();
    }
    for edge in &mut graph.edges {
        edge.label = HOSTILE.into();
    }
    graph.nodes[0].id = HOSTILE.into();
    let browser = open("page-hostile", &graph);
    browser.click(&middle("g.node[data-id=worker2]"));
    browser.wait("!document.getElementById('panel').hidden");
    browser.press("", "/script");
    browser.wait("document.querySelectorAll('.ring').length > 0");
    assert_ne!(browser.run("return document.title"), json!("bad"));
    let strangers =
        "document.querySelectorAll('img, script:not(#fmc-data), a[href^=\"javascript\"]').length";
    assert_eq!(browser.run(&format!("return {strangers}")), json!(1), "only the page's own script");
    assert_eq!(browser.complaints(), [""; 0]);
    browser.picture("page-hostile");
}
