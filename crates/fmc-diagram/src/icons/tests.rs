//! What holds for all icons.

use super::*;

/// Every name that a role, a host or a host system is drawn with.
const NEEDED: &[&str] = &[
    "almalinux",
    "bastion",
    "chrony",
    "cloudflare",
    "coredns",
    "debian",
    "etcd",
    "flatcar",
    "freeipa",
    "haproxy",
    "keepalived",
    "kubernetes",
    "kubernetes-node",
    "libvirt",
    "longhorn",
    "nfs",
    "nftables",
    "postgresql",
    "rocky",
    "router",
    "server",
    "service",
    "traefik",
    "users",
    "user",
    "vip",
    "vps",
    "wireguard",
    "internet",
    "firewall",
    "vpn",
    "tunnel",
    "hypervisor",
    "load-balancer",
    "database",
    "dns",
    "clock",
    "storage",
    "container",
    "pod",
    "cloud",
    "cdn",
    "datacenter",
    "network",
    "identity",
    "blank",
    "k3s",
    "kafka",
    "docker",
    "ceph",
    "linux",
    "rabbitmq",
    "redis",
    "mongodb",
    "nginx",
    "pfsense",
    "prometheus",
    "grafana",
    "vault",
    "gitlab",
    "jenkins",
    "qemu",
];

#[test]
fn what_clouds_are_drawn_with_is_there() {
    let missing: Vec<_> = NEEDED.iter().filter(|it| find(it).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_icon_loads_and_can_be_seen() {
    let all = all();
    let report = load_report(all.iter().map(|it| it.name.as_str()), &Library::default());
    assert_eq!((report.loaded, report.failures), (all.len(), Vec::new()));
    assert!(all.len() > 4_890, "{}", all.len());
}

#[test]
fn our_own_drawings_stay_within_their_grid() {
    for listed in all().iter().filter(|it| it.source == Source::Own) {
        let bounds = find(&listed.name).and_then(|it| it.bounds()).unwrap();
        let inside =
            bounds.x >= 0.0 && bounds.y >= 0.0 && bounds.right() <= 24.0 && bounds.bottom() <= 24.0;
        assert!(inside, "{}: {bounds:?}", listed.name);
    }
}

#[test]
fn brands_fill_their_grid_and_hardly_leave_it() {
    for listed in all().iter().filter(|it| it.source == Source::SimpleIcons) {
        let bounds = find(&listed.name).and_then(|it| it.bounds()).unwrap();
        let inside =
            bounds.x > -0.5 && bounds.y > -0.5 && bounds.right() < 24.5 && bounds.bottom() < 24.5;
        assert!(inside && bounds.width.max(bounds.height) > 12.0, "{}: {bounds:?}", listed.name);
    }
}

#[test]
fn a_list_of_all_is_in_order_and_says_where_each_comes_from() {
    let all = all();
    assert!(all.is_sorted_by_key(|it| (it.source, it.name.clone())));
    for (source, least) in
        [(Source::Own, 70), (Source::SimpleIcons, 3_291), (Source::Lucide, 1_599)]
    {
        assert!(all.iter().filter(|it| it.source == source).count() >= least, "{source:?}");
        assert!(!source.licence().is_empty() && !source.title().is_empty());
    }
    assert!(all.iter().all(|it| !it.title.is_empty()));
}

#[test]
fn a_library_puts_the_icons_of_the_user_first() {
    let svg = br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#f00" d="M0 0h9v9z"/></svg>"##;
    let mut library = Library::default();
    library.add(from_svg(svg, "server").unwrap());
    assert_eq!(library.find("server").map(|it| it.source), Some(Source::User));
    assert_eq!(library.find("users").map(|it| it.source), Some(Source::Own));
    assert_eq!(library.own().count(), 1);
    let report = load_report(["server", "users", "no such icon"], &library);
    assert_eq!((report.loaded, report.total, report.failures.len()), (2, 3, 1));
}

#[test]
fn a_sheet_has_every_icon_and_no_two_in_one_place() {
    let names: Vec<String> = all().into_iter().map(|it| it.name).take(100).collect();
    let scene = sheet("Icons", names.iter().map(String::as_str));
    assert_eq!(scene.nodes.len(), 100);
    let ratio = scene.width / scene.height;
    assert!((0.8..1.3).contains(&ratio), "{} by {}", scene.width, scene.height);
    for (index, node) in scene.nodes.iter().enumerate() {
        let (area, text) = (node.area, &node.texts[0]);
        assert!(text.at.x >= area.x && text.at.x + text.width <= area.right(), "{}", node.id);
        assert!(area.right() <= scene.width && area.bottom() <= scene.height);
        let apart = |other: &Rect| {
            other.x >= area.right()
                || other.y >= area.bottom()
                || other.right() <= area.x
                || other.bottom() <= area.y
        };
        assert!(scene.nodes[..index].iter().all(|it| apart(&it.area)), "{}", node.id);
    }
    assert!(sheet("", []).nodes.is_empty());
}
