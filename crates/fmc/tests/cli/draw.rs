//! `fmc draw`: which files it writes, what it says, and when it refuses.

use crate::page::Page;
use crate::{FOUNDING, Folder, ROOT, Ran, fmc, fmc_in};
use serde_json::Value;

const SMALL: &str = "version: 1\nname: home\nnetworks: { lan: { cidr: 10.0.0.0/24, gateway: 10.0.0.1 } }\nhosts: { a: { os: debian, nics: { lan: 2 } } }\n";

fn founding() -> String {
    format!("{ROOT}/{FOUNDING}")
}

fn draw(folder: &Folder, arguments: &[&str]) -> Ran {
    let words: Vec<&str> = ["draw"].into_iter().chain(arguments.iter().copied()).collect();
    fmc_in(folder, &words)
}

/// The texts of an SVG, in their order.
fn texts(svg: &str) -> Vec<String> {
    let ends = svg.split("</text>").filter_map(|it| it.rsplit_once('>'));
    ends.map(|it| it.1.to_owned()).collect()
}

#[test]
fn without_a_name_it_is_the_title_in_this_folder() {
    let folder = Folder::new();
    let ran = draw(&folder, &[&founding()]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{ran:?}");
    assert_eq!(folder.names(), ["FlatcarMicroCloud - Infraestructura Global.png"]);
    assert!(ran.err.starts_with("wrote FlatcarMicroCloud - Infraestructura Global.png (nodes: "));
    let bytes = std::fs::read(folder.path().join(&folder.names()[0])).expect("an image");
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"), "{:?}", &bytes[..8]);
    // The only cloud of the folder, in Spanish.
    let home = Folder::new();
    home.write("cloud.yaml", SMALL);
    let ran = draw(&home, &["--lang", "es"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.err.starts_with("escrito home.png (nodos: 1, líneas: 0, "), "{}", ran.err);
}

#[test]
fn a_title_never_makes_a_folder() {
    let folder = Folder::new();
    let odd = SMALL.replace("name: home", "name: home\ntitle: \"API (HAProxy/Keepalived): ../x\"");
    folder.write("cloud.yaml", odd);
    let ran = draw(&folder, &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(folder.names(), ["API (HAProxy-Keepalived)- ..-x.png", "cloud.yaml"]);
}

#[test]
fn formats_follow_the_endings() {
    let folder = Folder::new();
    folder.write("cloud.yaml", SMALL);
    folder.write("a.svg", "old");
    let ran = draw(&folder, &["-o", "a.svg", "-o", "b.PNG", "--output", "c.svg", "-o", "d.pdf"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(folder.names(), ["a.svg", "b.PNG", "c.svg", "cloud.yaml", "d.pdf"]);
    let pdf = std::fs::read(folder.path().join("d.pdf")).expect("a file");
    assert!(pdf.starts_with(b"%PDF-"));
    assert_eq!(folder.read("a.svg"), folder.read("c.svg"));
    assert!(texts(&folder.read("a.svg")).contains(&"10.0.0.2".to_owned()));
    let streamed = draw(&folder, &["-o", "-", "--format", "svg"]);
    assert_eq!((streamed.code, streamed.out), (Some(0), folder.read("a.svg")));
    let forced = draw(&folder, &["-o", "picture", "--format", "svg"]);
    assert_eq!((forced.code, folder.read("picture")), (Some(0), folder.read("a.svg")));
}

#[test]
fn what_cannot_be_written_is_refused_before_anything_is() {
    let folder = Folder::new();
    folder.write("cloud.yaml", SMALL);
    for (arguments, expected) in [
        (vec!["-o", "a.svg", "-o", "b.docx"], "error: b.docx: its ending names no format"),
        (vec!["-o", "-"], "error: `-o -`: in which format?"),
        (vec!["-o", "-", "--json", "--format", "svg"], "error: both the picture and `--json`"),
        (vec!["-o", "cloud.yaml", "--format", "svg"], "error: cloud.yaml: this is what is drawn"),
        (vec!["-o", "none/a.svg"], "error: none/a.svg: No such file"),
        (
            vec!["--focus", "aa", "-o", "a.svg"],
            "error: there is no host `aa`\nhint: did you mean `a`?",
        ),
        (vec!["--view", "nothing"], "error: invalid value 'nothing' for '--view"),
        (vec!["--scale", "0"], "error: invalid value '0' for '--scale"),
        (vec!["missing.yaml", "-o", "a.svg"], "error: missing.yaml: there is no such file"),
    ] {
        let ran = draw(&folder, &arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}: {ran:?}");
        assert!(ran.err.starts_with(expected), "{arguments:?}: {}", ran.err);
        assert_eq!(folder.names(), ["cloud.yaml"], "{arguments:?}");
    }
}

#[test]
fn a_cloud_with_errors_is_drawn_and_said_to_have_them() {
    let folder = Folder::new();
    let deployed = format!("{ROOT}/examples/as-deployed.yaml");
    let ran = draw(&folder, &[&deployed, "-o", "a.svg"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("error[FMC") && ran.err.contains("drawn as far as"), "{}", ran.err);
    assert!(texts(&folder.read("a.svg")).contains(&"10.17.5.21".to_owned()));
    folder.write("broken.yaml", "a: [\n");
    let ran = draw(&folder, &["broken.yaml", "-o", "b.svg"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(folder.names(), ["a.svg", "broken.yaml"]);
}

#[test]
fn every_view_of_every_example_is_drawn() {
    let folder = Folder::new();
    let views = ["global", "network", "balancing", "security", "cluster", "flows", "placement"];
    for name in ["flatcarmicrocloud", "as-drawn", "as-deployed", "minimal", "two-sites"] {
        let file = format!("{ROOT}/examples/{name}.yaml");
        for view in views {
            let arguments = [&file, "--view", view, "--legend", "--json", "-o", "a.svg"];
            let ran = draw(&folder, &arguments);
            let expected = i32::from(name == "as-deployed");
            assert_eq!(ran.code, Some(expected), "{name} {view}: {}", ran.err);
            let written = &ran.json()[0];
            assert_eq!((&written["path"], &written["view"]), (&"a.svg".into(), &view.into()));
            let svg = folder.read("a.svg");
            assert_eq!(written["bytes"], svg.len());
            let count = |key: &str| written[key].as_f64().expect("a number");
            // At home there is neither an address that moves nor anything else to balance.
            assert!(
                count("nodes") > 0.0 || (name, view) == ("minimal", "balancing"),
                "{name} {view}"
            );
            assert!(count("width") > 0.0 && count("height") > 0.0, "{name} {view}");
            assert_eq!(written["nodes"], svg.matches("class=\"node").count(), "{name} {view}");
        }
    }
}

#[test]
fn the_focus_leaves_only_what_touches_a_host() {
    let folder = Folder::new();
    let ran = draw(&folder, &[&founding(), "--focus", "postgresql1", "-o", "a.svg"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let texts = texts(&folder.read("a.svg"));
    let has = |it: &str| texts.iter().any(|text| text == it);
    assert!(has("10.17.3.14") && has("10.17.3.27") && has("PostgreSQL 5432"), "{texts:?}");
    assert!(!has("Cloudflare CDN") && !has("VIP de entrada"), "{texts:?}");
}

#[test]
fn folding_makes_cards_of_boxes() {
    let folder = Folder::new();
    let nodes = |depth: &str| -> Value {
        let ran = draw(&folder, &[&founding(), "--depth", depth, "--json", "-o", "a.svg"]);
        ran.json()[0].clone()
    };
    let (folded, whole) = (nodes("0"), nodes("1"));
    assert_eq!(folded["clusters"], 0);
    assert!(folded["nodes"].as_u64() < whole["nodes"].as_u64(), "{folded} {whole}");
}

#[test]
fn graphs_in_dot_are_drawn_too() {
    let folder = Folder::new();
    let text = "digraph { subgraph cluster_a { label=Inside; x } x -> y [label=calls]; }";
    folder.write("graph.dot", text);
    let ran = draw(&folder, &["graph.dot", "-o", "a.svg"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let texts = texts(&folder.read("a.svg"));
    // Without a title in it, as Graphviz draws it; only the picture is called as the file.
    assert!(!texts.iter().any(|it| it == "graph"), "{texts:?}");
    assert!(folder.read("a.svg").contains("<title id=\"fmc-title\">graph</title>"));
    assert!(["Inside", "x", "y", "calls"].iter().all(|it| texts.iter().any(|text| text == it)));
    assert_eq!(draw(&folder, &["graph.dot"]).code, Some(0));
    assert_eq!(folder.names(), ["a.svg", "graph.dot", "graph.png"]);
    // Nor is it lost to what would be called as it is.
    let itself = draw(&folder, &["graph.dot", "--format", "dot"]);
    assert_eq!((itself.code, folder.read("graph.dot").as_str()), (Some(2), text), "{itself:?}");
    folder.write("new.gv", text.replace('y', "z"));
    let compared = draw(&folder, &["new.gv", "--against", "graph.dot", "-o", "b.svg"]);
    assert_eq!(compared.code, Some(0), "{compared:?}");
    assert!(folder.read("b.svg").contains("data-change=\"removed\""));
    folder.write("broken.dot", "digraph {");
    let broken = draw(&folder, &["broken.dot"]);
    assert_eq!((broken.code, broken.out.as_str()), (Some(2), ""));
    assert!(broken.err.starts_with("error: broken.dot:1:"), "{}", broken.err);
    assert!(broken.err.contains("\n1 │ digraph {\n  │         ━\nhint: "), "{}", broken.err);
    let focused = draw(&folder, &["graph.dot", "--focus", "x"]);
    assert_eq!(focused.code, Some(2), "{focused:?}");
}

#[test]
fn the_same_cloud_is_the_same_bytes() {
    let folder = Folder::new();
    for name in ["a.svg", "b.svg", "a.png", "b.png"] {
        assert_eq!(draw(&folder, &[&founding(), "-o", name]).code, Some(0));
    }
    let bytes = |name: &str| std::fs::read(folder.path().join(name)).expect("a file");
    assert!(bytes("a.svg") == bytes("b.svg") && bytes("a.png") == bytes("b.png"));
}

#[test]
fn icons_are_listed_and_drawn() {
    let listed = fmc(&["icons", "kubernetes"]);
    assert_eq!(listed.code, Some(0), "{listed:?}");
    assert!(listed.out.lines().any(|it| it.starts_with("si:kubernetes ")), "{}", listed.out);
    let json = fmc(&["icons", "kubernetes", "--json"]).json();
    assert!(json.as_array().is_some_and(|it| it.iter().any(|it| it["name"] == "si:kubernetes")));
    let none = fmc(&["icons", "no-such-icon"]);
    assert_eq!((none.code, none.out.as_str()), (Some(1), ""));
    assert_eq!(none.err, "there is no icon with `no-such-icon`\n");
    let folder = Folder::new();
    let all = fmc(&["icons"]).out.lines().count();
    let sheet = fmc_in(&folder, &["icons", "--sheet", "all.svg"]);
    assert_eq!((sheet.code, sheet.out), (Some(0), format!("{all} of {all} loaded\n")));
    assert!(all > 4_000 && folder.read("all.svg").starts_with("<svg"), "{all}");
    let refused = fmc_in(&folder, &["icons", "--sheet", "all.docx"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
}

#[test]
fn the_terminal_gets_a_picture_that_fits_it() {
    let folder = Folder::new();
    let ran = draw(&folder, &[&founding(), "-o", "cloud.txt", "--width", "100"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let text = folder.read("cloud.txt");
    let widest = text.lines().map(|it| it.chars().count()).max();
    assert!(widest <= Some(100), "{widest:?} columns\n{text}");
    // Long lines are broken: what is looked for may stand in two of them.
    for wanted in [
        "cloudflare",
        "vps",
        "loadbalancer1",
        "loadbalancer2",
        "master1",
        "master2",
        "master3",
        "worker1",
        "worker2",
        "worker3",
        "storage1",
        "infra-cluster",
        "postgresql1",
        "10.17.3.11",
        "10.17.3.12",
        "10.17.3.13",
        "10.17.3.14",
        "10.17.3.27",
        "10.17.4.21",
        "10.17.4.22",
        "10.17.4.23",
        "10.17.4.24",
        "10.17.4.25",
        "10.17.4.26",
        "10.17.5.10",
        "10.17.5.20",
        "192.168.0.0/24",
        "192.168.0.19",
        "10.17.0.1",
        "Kubernetes Ingress",
        "Kubernetes Control Plane",
        "Kubernetes Worker Nodes",
        "Servicios",
        "Longhorn",
    ] {
        let text = text.to_lowercase();
        let says = Page::of(&text).says(&wanted.to_lowercase());
        assert!(says, "{wanted} is not in\n{text}");
    }
    let ran = draw(&folder, &[&founding(), "-o", "-", "--format", "txt", "--ascii"]);
    assert!(!ran.out.contains(['│', '─', '╭', '▼']), "{}", ran.out);
    let ran = draw(&folder, &[&founding(), "-o", "x.txt", "--width", "3"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
}

#[test]
fn a_page_holds_the_picture_and_its_script() {
    let folder = Folder::new();
    let ran = draw(&folder, &[&founding(), "-o", "cloud.html"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let page = folder.read("cloud.html");
    for wanted in ["<html lang=\"es\">", "Content-Security-Policy", "<svg ", "worker2", "Buscar"] {
        assert!(page.contains(wanted), "{wanted}");
    }
}

/// What is found is painted: codes on hosts, a mark on the line of a flow, and the legend.
#[test]
fn findings_are_painted_where_they_are() {
    let folder = Folder::new();
    let lines = "version: 1\nname: home\nnetworks: { lan: { cidr: 10.0.0.0/24, gateway: 10.0.0.1 } }\noutside: { family: { nics: lan } }\nhosts:\n  web:\n    os: debian\n    nics: { lan: 2 }\n    firewall: [{ verdict: drop, from: family, for: 8080 }, { verdict: accept, from: family, for: 9000 }]\n  quiet: { os: debian, nics: { lan: 3 } }\naccess: [family -> web: tcp/8080]\n";
    folder.write("cloud.yaml", lines);
    let plain = draw(&folder, &["-o", "plain.svg"]);
    assert_eq!(plain.code, Some(0), "{plain:?}");
    let painted = draw(&folder, &["--check", "-o", "painted.svg"]);
    assert_eq!(painted.code, Some(1), "a flow does not arrive: {painted:?}");
    assert!(!folder.read("plain.svg").contains("FMC"), "nobody asked");
    let svg = folder.read("painted.svg");
    let all = texts(&svg);
    for text in ["FMC0801: does not arrive", "FMC0802: reached, and nobody declared it", "FMC0802"]
    {
        assert!(all.iter().any(|it| it == text), "{text} in {all:?}");
    }
    let marked = |class: &str, mark: &str| {
        let groups = svg.split("<g ").filter(|it| it.starts_with(&format!("class=\"{class}")));
        groups.filter(|it| it.split('>').next().is_some_and(|it| it.contains(mark))).count()
    };
    assert_eq!(marked("edge", "data-change=\"faulty\""), 1, "the flow");
    assert_eq!(marked("node", "data-change=\"warned\""), 1, "web, and not the quiet one");
    let both = draw(&folder, &["--check", "--against", "cloud.yaml", "-o", "x.svg"]);
    assert_eq!(both.code, Some(2), "{both:?}");
}
