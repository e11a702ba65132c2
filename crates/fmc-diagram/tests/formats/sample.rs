//! A scene made by hand, with one of everything that a format has to draw.

use fmc_diagram::font;
use fmc_diagram::graph::{Change, Heads, LegendEntry, Sample, Stroke, TextRole, Tone};
use fmc_diagram::scene::{
    PlacedCluster, PlacedEdge, PlacedIcon, PlacedLegend, PlacedNode, Point, Rect, Scene, Text,
};

fn at(x: f64, y: f64) -> Point {
    Point { x, y }
}

fn area(x: f64, y: f64, width: f64, height: f64) -> Rect {
    Rect { x, y, width, height }
}

pub(crate) fn text(x: f64, y: f64, role: TextRole, content: &str) -> Text {
    Text { at: at(x, y), width: font::width(content, role), role, content: content.to_owned() }
}

pub(crate) fn cluster(id: &str, label: &str, depth: usize, tone: u8, box_: Rect) -> PlacedCluster {
    let title = text(box_.x + 36.0, box_.y + 22.0, TextRole::Cluster, label);
    PlacedCluster {
        id: id.to_owned(),
        depth,
        area: box_,
        icon: Some(PlacedIcon {
            name: "kubernetes".to_owned(),
            area: area(box_.x + 12.0, box_.y + 9.0, 18.0, 18.0),
        }),
        texts: vec![title],
        tone: Tone(tone),
        ..PlacedCluster::default()
    }
}

pub(crate) fn node(id: &str, icon: &str, x: f64, y: f64, lines: &[(TextRole, &str)]) -> PlacedNode {
    let mut baseline = y + 12.0;
    let mut texts = Vec::new();
    for (role, content) in lines {
        baseline += font::style(*role).leading;
        texts.push(text(x + 52.0, baseline - 3.0, *role, content));
    }
    let widest = texts.iter().map(|it| it.width).fold(60.0, f64::max);
    let height = (baseline - y + 12.0).max(56.0);
    PlacedNode {
        id: id.to_owned(),
        area: area(x, y, (widest + 66.0).ceil(), height),
        icons: vec![PlacedIcon {
            name: icon.to_owned(),
            area: area(x + 12.0, y + height / 2.0 - 15.0, 30.0, 30.0),
        }],
        texts,
        ..PlacedNode::default()
    }
}

pub(crate) fn edge(from: &str, to: &str, route: &[(f64, f64)]) -> PlacedEdge {
    PlacedEdge {
        id: format!("{from}-{to}"),
        from: from.to_owned(),
        to: to.to_owned(),
        route: route.iter().map(|&(x, y)| at(x, y)).collect(),
        radius: 8.0,
        count: 1,
        ..PlacedEdge::default()
    }
}

/// Where the card of a node ends.
fn right_of(scene: &Scene, id: &str) -> f64 {
    scene.nodes.iter().find(|it| it.id == id).map_or(0.0, |it| it.area.right())
}

/// The scene with one of everything.
pub(crate) fn everything() -> Scene {
    use TextRole::{Code, Edge, Name, Note};
    let mut scene = Scene {
        title: "FlatcarMicroCloud - Infraestructura Global".to_owned(),
        language: "es".to_owned(),
        width: 1040.0,
        height: 760.0,
        ..Scene::default()
    };
    scene.texts = vec![
        text(32.0, 48.0, TextRole::Title, "FlatcarMicroCloud - Infraestructura Global"),
        text(32.0, 68.0, TextRole::Subtitle, "Todo lo que aquí se ve sale de un archivo"),
    ];

    let mut edge_zone = cluster("edge", "Borde público", 0, 1, area(32.0, 96.0, 640.0, 128.0));
    edge_zone.texts.push(text(156.0, 118.0, Note, "Internet"));
    let mut kube = cluster("kube", "Kubernetes", 0, 0, area(32.0, 272.0, 720.0, 360.0));
    kube.link = Some("https://kubernetes.io/docs/?a=1&b=2".to_owned());
    let mut control = cluster("control", "Control Plane", 1, 4, area(56.0, 312.0, 672.0, 128.0));
    control.parent = Some("kube".to_owned());
    let mut workers = cluster("workers", "Worker Nodes", 1, 3, area(56.0, 480.0, 672.0, 128.0));
    workers.parent = Some("kube".to_owned());
    let mut inner = cluster("pool", "Pool A", 2, 3, area(440.0, 496.0, 272.0, 104.0));
    inner.parent = Some("workers".to_owned());
    inner.icon = None;
    let mut gone = cluster("old", "Old rack", 0, 0, area(800.0, 480.0, 208.0, 128.0));
    gone.change = Change::Removed;
    scene.clusters = vec![edge_zone, kube, control, workers, inner, gone];

    let mut cdn =
        node("cdn", "cloudflare", 56.0, 136.0, &[(Name, "Cloudflare CDN"), (Note, "Proxy + WAF")]);
    cdn.link = Some("javascript:alert(1)".to_owned());
    let mut vps = node(
        "vps",
        "wireguard",
        432.0,
        136.0,
        &[(Name, "VPS (IP Pública)"), (Code, "198.51.100.10"), (Code, "10.17.0.1")],
    );
    vps.tone = Tone(2);
    vps.details = vec![("os".to_owned(), "debian".to_owned()), ("cpus".to_owned(), "2".to_owned())];
    vps.icons
        .push(PlacedIcon { name: "nftables".to_owned(), area: area(552.0, 144.0, 14.0, 14.0) });
    let mut master1 = node(
        "master1",
        "etcd",
        80.0,
        352.0,
        &[(Name, "master1"), (Code, "10.17.4.21"), (Note, "Flatcar / etcd + API")],
    );
    master1.change = Change::Added;
    let mut master2 = node(
        "master2",
        "etcd",
        304.0,
        352.0,
        &[(Name, "master2"), (Code, "10.17.4.22"), (Note, "Flatcar / etcd")],
    );
    master2.change = Change::Changed;
    let master3 = node(
        "master3",
        "etcd",
        528.0,
        352.0,
        &[(Name, "master3"), (Code, "10.17.4.23"), (Note, "Flatcar / etcd")],
    );
    let worker1 =
        node("worker1", "worker", 80.0, 520.0, &[(Name, "worker1"), (Code, "10.17.4.24")]);
    let mut worker2 =
        node("worker2", "worker", 264.0, 520.0, &[(Name, "worker2"), (Code, "10.17.4.25")]);
    worker2.tone = Tone(3);
    let worker3 = node(
        "worker3",
        "longhorn",
        464.0,
        528.0,
        &[(Name, "worker3 🐂 漢字"), (Code, "10.17.4.26")],
    );
    let mut old = node("old1", "debian", 824.0, 520.0, &[(Name, "rack-old"), (Code, "10.17.9.9")]);
    old.change = Change::Removed;
    let hostile = node(
        "hostile",
        "unknown-icon",
        776.0,
        136.0,
        &[
            (Name, "<script>alert('x')</script> ]]>"),
            (Note, "\"q\" & \u{7}bell"),
            (Code, "שלום עולם"),
        ],
    );
    for node in [&mut master1, &mut master2] {
        node.cluster = Some("control".to_owned());
        node.tone = Tone(4);
    }
    scene.nodes =
        vec![cdn, vps, master1, master2, master3, worker1, worker2, worker3, old, hostile];

    let mut tunnel = edge("cdn", "vps", &[(right_of(&scene, "cdn"), 164.0), (432.0, 164.0)]);
    tunnel.style = Stroke::Bold;
    tunnel.tone = Tone(1);
    tunnel.label = vec![text(300.0, 156.0, Edge, "HTTPS 443")];
    let mut api =
        edge("vps", "master2", &[(500.0, 202.0), (500.0, 248.0), (380.0, 248.0), (380.0, 352.0)]);
    api.tone = Tone(2);
    api.label = vec![text(500.0 - 70.0, 244.0, Edge, "API 6443"), text(384.0, 300.0, Edge, "mTLS")];
    api.change = Change::Changed;
    let mut peers =
        edge("master1", "master2", &[(right_of(&scene, "master1"), 384.0), (304.0, 384.0)]);
    peers.heads = Heads::Both;
    peers.style = Stroke::Dashed;
    peers.tone = Tone(4);
    let mut kubelet = edge(
        "master2",
        "worker1",
        &[(360.0, 417.0), (360.0, 460.0), (190.0, 460.0), (190.0, 520.0)],
    );
    kubelet.style = Stroke::Dotted;
    let mut trunk = edge(
        "master2",
        "worker2",
        &[(360.0, 417.0), (360.0, 460.0), (320.0, 460.0), (320.0, 520.0)],
    );
    trunk.style = Stroke::Dotted;
    trunk.label = vec![text(370.0, 457.0, Edge, "kubelet ×2")];
    trunk.count = 2;
    trunk.change = Change::Added;
    let mut lone = edge("master3", "pool", &[(600.0, 417.0), (600.0, 496.0)]);
    lone.tone = Tone(5);
    lone.label = vec![text(570.0, 462.0, Edge, "on the line")];
    let mut drop = edge("workers", "old", &[(728.0, 544.0), (800.0, 544.0)]);
    drop.change = Change::Removed;
    drop.link = Some("#old".to_owned());
    let tight = edge(
        "hostile",
        "edge",
        &[(820.0, 202.0), (820.0, 212.0), (700.0, 212.0), (700.0, 208.0), (672.0, 208.0)],
    );
    scene.edges = vec![tunnel, api, peers, kubelet, trunk, lone, drop, tight];

    let samples = [
        (Sample::Line(Stroke::Bold, Tone(1)), "public path"),
        (Sample::Line(Stroke::Dashed, Tone(4)), "peers"),
        (Sample::Line(Stroke::Dotted, Tone(0)), "control"),
        (Sample::Box(Tone(3)), "workers"),
        (Sample::Icon("etcd".to_owned()), "etcd"),
        (Sample::Change(Change::Added), "added"),
        (Sample::Change(Change::Removed), "removed"),
        (Sample::Change(Change::Changed), "changed"),
    ];
    for (index, (sample, meaning)) in samples.into_iter().enumerate() {
        let x = 32.0 + 122.0 * index as f64;
        scene.legend.push(PlacedLegend {
            entry: LegendEntry { sample, text: meaning.to_owned() },
            sample: area(x, 680.0, 28.0, 16.0),
            text: text(x + 36.0, 692.0, Note, meaning),
        });
    }
    scene
}
