//! What files refer to: other files, names, resolvers, clocks.

use crate::{CLOUDS, after, lines};
use fmc_model::cloud::ZoneKind;
use ipnet::IpNet;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// E14, L40: whatever a file refers to below the folders of our programs is there too, and so is
/// whatever a site of Traefik names.
#[test]
fn what_a_file_refers_to_is_there() {
    const OURS: [&str; 12] = [
        "/etc/fmc/",
        "/etc/traefik/",
        "/etc/kubernetes/",
        "/etc/coredns/",
        "/etc/etcd/",
        "/etc/ganesha/",
        "/etc/haproxy/",
        "/etc/keepalived/",
        "/etc/containerd/",
        "/etc/cni/",
        "/etc/wireguard/",
        "/etc/nginx/",
    ];
    let (mut seen, mut sites) = (0, 0);
    for it in CLOUDS.iter() {
        for (at, host) in it.hosts() {
            let setup = it.cloud.setup(host.id);
            let is_there = |path: &str| {
                it.file(host, path).is_some()
                    || it.files_of(host).any(|it| it.0.starts_with(&format!("{path}/")))
                    || setup.directories.contains_key(path)
                    || setup.mounts.contains_key(path)
            };
            for (file, text) in it.files_of(host) {
                let part = |it: char| it.is_ascii_alphanumeric() || "/._-@".contains(it);
                let words = lines(text).flat_map(|it| it.split(|it| !part(it)));
                for path in words.map(|it| it.trim_end_matches(['.', '/'])) {
                    if OURS.iter().any(|it| path.starts_with(it)) {
                        assert!(is_there(path), "{at}: {file} refers to {path}");
                        seen += 1;
                    }
                }
            }
            let Some(told) = it.file(host, "/etc/traefik/sites/fmc.yml") else { continue };
            let main = it.file(host, "/etc/traefik/traefik.yml").expect(&at);
            let defines = |text: &str, section: &str, name: &str| {
                let rest = text.split_once(&format!("{section}:\n")).unwrap_or_default().1;
                lines(rest).any(|it| it == format!("{name}:"))
            };
            for resolver in after(told, "certResolver: ") {
                assert!(defines(main, "\ncertificatesResolvers", resolver), "{at}: {resolver}");
            }
            for service in after(told, "service: ") {
                assert!(defines(told, "\n  services", service), "{at}: {service}");
                sites += 1;
            }
            let mut list = "";
            for line in lines(told) {
                match line.strip_prefix("- ") {
                    Some(name) if list == "middlewares:" => {
                        assert!(defines(told, "\n  middlewares", name), "{at}: {name}");
                        sites += 1;
                    }
                    Some(name) if list == "entryPoints:" => {
                        assert!(defines(main, "\nentryPoints", name), "{at}: {name}");
                    }
                    Some(_) => {}
                    None => list = line,
                }
            }
        }
    }
    assert!(seen > 500 && sites > 5, "{seen} {sites}");
}

/// E19, L27: everybody's resolver is one of ours that passes on what it does not know, or one of
/// the world; never oneself alone, and never the directory.
#[test]
fn resolvers_answer_for_every_name() {
    let mut seen = 0;
    for it in CLOUDS.iter() {
        for (at, host) in it.hosts() {
            for resolver in &host.resolvers {
                let Some(server) = it.host_at(*resolver) else { continue };
                let told = it.file(server, "/etc/coredns/Corefile").expect(&at);
                let rest = told.split_once("\n. {\n").expect("a block for all other names").1;
                let asked: Vec<IpAddr> = after(rest, "forward . ")
                    .flat_map(|it| it.split_whitespace().filter_map(|it| it.parse().ok()))
                    .collect();
                assert!(!asked.is_empty(), "{at}: {resolver}");
                assert!(asked.iter().all(|at| it.host_at(*at).is_none()), "{at}: {asked:?}");
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

/// L29: every name of the cloud that any file says is in its zone.
#[test]
fn every_name_in_a_file_is_in_the_zone() {
    let mut seen = 0;
    for it in CLOUDS.iter().filter(|it| it.cloud.hosts.values().any(|it| it.has_role("coredns"))) {
        let domain = &it.cloud.domain;
        let zone = it.cloud.zones.iter().find(|it| it.kind == ZoneKind::Forward).expect(it.name);
        let known: BTreeSet<String> = zone
            .records
            .iter()
            .map(|it| match it.name.as_str() {
                "@" => zone.name.clone(),
                name => format!("{name}.{}", zone.name),
            })
            // What is searched in, and answered for, without being a host.
            .chain([zone.name.clone()])
            .collect();
        let of_hosts = it.hosts().flat_map(|(_, host)| it.files_of(host));
        // A zone itself names whom to write to, as if that were a host.
        for (file, text) in of_hosts.filter(|it| !it.0.starts_with("/etc/coredns/zones/")) {
            let part = |it: char| it.is_ascii_alphanumeric() || "._-".contains(it);
            for word in lines(text).flat_map(|it| it.split(|it| !part(it))) {
                let name = word.trim_end_matches('.');
                let inside = name.strip_suffix(domain.as_str());
                if inside.is_some_and(|it| it.is_empty() || it.ends_with('.')) {
                    assert!(known.contains(name), "{} {file}: {name}", it.name);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 100, "{seen}");
}

/// L31: who asks one of our hosts for the time is let in by its file and by its firewall, and no
/// clock asks itself.
#[test]
fn clocks_answer_everybody_who_asks_them() {
    let mut seen = 0;
    for it in CLOUDS.iter() {
        for (at, host) in it.hosts() {
            let chrony = it
                .files_of(host)
                .filter(|it| it.0.ends_with("/chrony.conf"))
                .flat_map(|it| after(it.1, "server "));
            let timesyncd = it
                .files_of(host)
                .filter(|it| it.0.contains("/timesyncd.conf.d/"))
                .flat_map(|it| after(it.1, "NTP="));
            for word in chrony.chain(timesyncd).flat_map(str::split_whitespace) {
                let Ok(address) = word.parse::<IpAddr>() else { continue };
                let Some(server) = it.host_at(address) else { continue };
                assert_ne!(server.name, host.name, "{at}");
                let own: Vec<&str> = it
                    .files_of(server)
                    .filter(|it| it.0.ends_with("/chrony.conf"))
                    .flat_map(|it| after(it.1, "allow "))
                    .collect();
                let prefixes: Vec<IpNet> = own.iter().filter_map(|it| it.parse().ok()).collect();
                assert_eq!(own.len(), prefixes.len(), "{at}: {own:?}");
                let may = host.addresses().any(|own| prefixes.iter().any(|it| it.contains(&own)));
                assert!(may, "{at}: {prefixes:?}");
                let rules = it.file(server, "/etc/fmc/firewall.nft").expect(&at);
                let udp = format!("daddr {address} udp dport 123 accept");
                assert!(lines(rules).any(|it| it.contains(&udp)), "{at}: {udp}");
                assert!(!rules.contains("tcp dport 123 "), "{at}");
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

/// L39: where there is an edge, every public name is behind it.
#[test]
fn public_names_are_behind_the_edge() {
    let mut seen = 0;
    for it in CLOUDS.iter() {
        for (path, text) in it.files.iter().filter(|it| it.0.ends_with("/dns_records/batch.json")) {
            let records = text.matches("\"content\":").count();
            let proxied = text.matches("\"proxied\": true").count();
            assert_eq!(records, proxied, "{} {path}", it.name);
            seen += records;
        }
    }
    assert!(seen > 3, "{seen}");
}
