//! What stands in for the edge: its files are accepted and do what the edge is told to do; faults in
//! them are seen.

use crate::common::edge::{Decided, stand_in, visited};
use crate::common::{Given, cloud, clouds, secrets, stage, tools};
use fmc_model::Cloud;
use fmc_model::cloud::Host;

const FOUNDING: &str = crate::common::EXAMPLES[0].1;

const NGINX: &str = "/etc/nginx/nginx.conf";
const MODSECURITY: &str = "/etc/nginx/fmc-modsecurity.conf";
const AUTHORITY: &str = "/etc/nginx/fmc-origin-pulls.crt";
const AUTHORITY_KEY: &str = "/etc/nginx/fmc-origin-pulls.key";

/// Hosts for which something stands in.
fn edges(cloud: &Cloud) -> impl Iterator<Item = &Host> {
    cloud.hosts.values().filter(|it| it.has_role("cdn") && cloud.setup(it.id).stand_in.is_some())
}

fn decided(host: &Host) -> Decided {
    let role = host.roles.iter().find(|it| it.name == "cdn").expect("an edge");
    let is = |name: &str, value: &str| role.settings.get(name).is_some_and(|it| it == value);
    let strict = is("rate_limit", "1/m");
    let shows = is("origin_pulls", "true");
    Decided { waf: is("waf", "managed"), cache: is("cache", "static"), shows, strict }
}

/// The files that a visit tries: no other is unread by a validator, and each of them is there.
fn tried(decided: &Decided) -> Vec<&'static str> {
    let mut all = vec![NGINX];
    if decided.waf {
        all.push(MODSECURITY);
    }
    if decided.shows {
        all.extend([AUTHORITY, AUTHORITY_KEY]);
    }
    all
}

/// Tries what stands in for the first edge of a cloud, after a change to one of its files.
fn try_with(text: &str, change: impl Fn(&mut Given)) -> Result<(), String> {
    let cloud = cloud(text);
    let secrets = secrets(&cloud);
    let host = edges(&cloud).next().expect("an edge");
    let setup = cloud.setup(host.id).stand_in.as_deref().expect("a stand-in");
    let mut files = stand_in(setup, &secrets);
    files.iter_mut().for_each(change);
    visited(&cloud, host, setup, &files, &secrets, &decided(host))
}

#[test]
fn every_edge_is_visited() {
    let mut count = 0;
    for (name, text) in clouds() {
        let cloud = cloud(text);
        for host in edges(&cloud) {
            let setup = cloud.setup(host.id).stand_in.as_deref().expect("a stand-in");
            let secrets = secrets(&cloud);
            let files = stand_in(setup, &secrets);
            let on = stage(&cloud, host, &files, &secrets);
            let decided = decided(host);
            let tried = tried(&decided);
            for file in &files {
                if let Some(told) = tools::ask(file, &on) {
                    told.unwrap_or_else(|it| panic!("{name} {}: {it}", file.path));
                } else {
                    assert!(tried.contains(&&*file.path), "{name}: {}", file.path);
                }
            }
            let there = |it: &&str| files.iter().any(|file| file.path == **it);
            assert!(tried.iter().all(there), "{name}: {tried:?}");
            let told = visited(&cloud, host, setup, &files, &secrets, &decided);
            told.unwrap_or_else(|it| panic!("{name} {}: {it}", host.name));
            count += 1;
        }
    }
    assert!(count >= 2, "{count}");
}

#[test]
fn what_is_switched_off_is_off_and_what_is_too_much_is_turned_away() {
    let role = "cdn: { waf: managed, cache: static, rate_limit: 100/s }";
    assert!(FOUNDING.contains(role));
    let others = ["waf: none, cache: none", "rate_limit: 1/m", "origin_pulls: false"];
    for other in others.map(|it| format!("cdn: {{ {it} }}")) {
        try_with(&FOUNDING.replace(role, &other), |_| ())
            .unwrap_or_else(|it| panic!("{other}: {it}"));
    }
}

const FAULTS: [(&str, &str, &str); 12] = [
    (NGINX, "proxy_ssl_certificate /var/lib/fmc-edge/edge.crt;", ""),
    (NGINX, "proxy_pass https://origin-443;", "proxy_pass https://origin-444;"),
    (NGINX, "198.51.100.10:443", "198.51.100.11:443"),
    (NGINX, "proxy_ssl_verify", "proxy_ssl_verifi"),
    (NGINX, "proxy_ssl_name $host;", "proxy_ssl_name www.example.com;"),
    (NGINX, "X-Forwarded-For $remote_addr", "X-Forwarded-For $http_x_forwarded_for"),
    (NGINX, "modsecurity on;", "modsecurity off;"),
    (NGINX, "server_name cefaslocalserver.com", "server_name cefaslocalserver.org"),
    (NGINX, "events {\n  worker_connections 1024;\n}", ""),
    (MODSECURITY, "SecRuleEngine On", "SecRuleEngine Onn"),
    (MODSECURITY, "rules/*.conf", "rulez/*.conf"),
    (MODSECURITY, "Include /etc/modsecurity/crs/crs-setup.conf\n", ""),
];

#[test]
fn every_planted_fault_is_seen() {
    let mut unseen = Vec::new();
    for (path, from, to) in FAULTS {
        let told = try_with(FOUNDING, |file| {
            if file.path == path {
                assert!(file.text.contains(from), "{path} does not say {from}:\n{}", file.text);
                file.text = file.text.replace(from, to);
            }
        });
        if told.is_ok() {
            unseen.push(format!("{path}: {from} -> {to}"));
        }
    }
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}
