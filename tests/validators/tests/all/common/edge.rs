//! What Cloudflare is told, held to what its API and its free plan take; and nginx, which stands in for
//! it, started with its files and visited.

use super::tools::{PATIENCE, Verdict, one, run};
use super::{Given, Stage, root, told};
use fmc_config::FileId;
use fmc_config::yaml::{Node, Value, read};
use fmc_model::Cloud;
use fmc_model::cloud::{Host, ZoneKind};
use fmc_model::role::RecordData;
use fmc_model::setup::{Entry, Run, Setup};
use fmc_secrets::Secrets;
use fmc_sys::{Command, Link, Placed, Sandbox};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// How many rules of a phase the free plan takes
/// (<https://developers.cloudflare.com/waf/custom-rules/>,
/// <https://developers.cloudflare.com/waf/rate-limiting-rules/>,
/// <https://developers.cloudflare.com/cache/how-to/cache-rules/>).
const MOST: [(&str, usize); 4] = [
    ("http_request_firewall_custom", 5),
    ("http_request_firewall_managed", 1),
    ("http_ratelimit", 1),
    ("http_request_cache_settings", 10),
];

/// Words of the language of rules that may stand outside of quotes
/// (<https://developers.cloudflare.com/ruleset-engine/rules-language/>).
const WORDS: [&str; 11] = [
    "http.host",
    "http.request.uri.path",
    "http.request.uri.path.extension",
    "http.request.method",
    "starts_with",
    "and",
    "or",
    "not",
    "in",
    "contains",
    "true",
];

pub(crate) fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let Value::Map(pairs) = &node.value else { return None };
    pairs.iter().find(|it| it.0.text() == key).map(|it| &it.1)
}

fn text<'n>(node: &'n Node, key: &str) -> &'n str {
    get(node, key).map_or("", Node::text)
}

fn list<'n>(node: &'n Node, key: &str) -> Result<&'n [Node], String> {
    match get(node, key).map(|it| &it.value) {
        Some(Value::Seq(all)) => Ok(all),
        _ => Err(format!("no list `{key}`")),
    }
}

/// It is the very authority that Cloudflare publishes, and still holds.
pub(crate) fn authority(path: &str, on: &Sandbox) -> Verdict {
    let digest = "9A:1A:C2:B4:BE:15:F9:F2:7E:EE:20:A7:34:CB:A4:E9:89:8F:61:00:1B:3B:D7:C8:4B:69:B5:6A:3E:25:A2:B9";
    let words = ["x509", "-in", path, "-noout", "-fingerprint", "-sha256", "-checkend", "0"];
    let command = Command::new("openssl").args(words);
    let outcome = run(&command, on)?;
    if outcome.success() && outcome.text().contains(digest) {
        Ok(())
    } else {
        Err(told(&command, &outcome))
    }
}

/// It is JSON, and says what Cloudflare takes; that it has no other keys was seen before.
pub(crate) fn accepted(file: &Given, stage: &Stage<'_>) -> Verdict {
    one(&Command::new("python3").args(["-m", "json.tool", &file.path]), &stage.on)?;
    let (node, faults) = read(FileId::default(), &file.text);
    let node = node.filter(|_| faults.is_empty()).ok_or_else(|| format!("{faults:?}"))?;
    match file.path.as_str() {
        "/dns_records/batch.json" => records(&node, stage.cloud),
        "/settings.json" => list(&node, "items")?.iter().try_for_each(|it| {
            let known = match text(it, "id") {
                "ssl" => &["strict", "full"][..],
                "min_tls_version" => &["1.2", "1.3"],
                "always_use_https" | "tls_1_3" | "tls_client_auth" => &["on", "off"],
                _ => &[],
            };
            let (id, value) = (text(it, "id"), text(it, "value"));
            if known.contains(&value) { Ok(()) } else { Err(format!("{id} is `{value}`")) }
        }),
        path => rules(path, &node),
    }
}

/// The names of the public zone and no others, each before its address.
fn records(node: &Node, cloud: &Cloud) -> Verdict {
    let mut wanted = BTreeSet::new();
    for zone in cloud.zones.iter().filter(|it| it.kind == ZoneKind::Public) {
        for record in &zone.records {
            let name = match record.name.as_str() {
                "@" => zone.name.clone(),
                name => format!("{name}.{}", zone.name),
            };
            let (kind, address) = match &record.data {
                RecordData::A(it) => ("A", it.to_string()),
                RecordData::Aaaa(it) => ("AAAA", it.to_string()),
                _ => continue,
            };
            wanted.insert(format!("{name} {kind} {address} true 1"));
        }
    }
    let keys = ["name", "type", "content", "proxied", "ttl"];
    let line = |it: &Node| keys.map(|key| text(it, key)).join(" ");
    let is: BTreeSet<String> = list(node, "posts")?.iter().map(line).collect();
    if is == wanted { Ok(()) } else { Err(format!("{is:?} and not {wanted:?}")) }
}

fn rules(path: &str, node: &Node) -> Verdict {
    let phase = path.split('/').nth_back(1).unwrap_or_default();
    let most = MOST.iter().find(|it| it.0 == phase).ok_or("no such phase")?.1;
    let rules = list(node, "rules")?;
    let references: BTreeSet<&str> = rules.iter().map(|it| text(it, "ref")).collect();
    if rules.len() > most || references.len() != rules.len() || references.contains("") {
        return Err(format!("{} rules of {most}: {references:?}", rules.len()));
    }
    for rule in rules {
        expression(text(rule, "expression"))?;
        let action = text(rule, "action");
        let right = match phase {
            "http_request_firewall_custom" => ["block", "skip"].contains(&action),
            "http_request_firewall_managed" => {
                action == "execute"
                    && text(get(rule, "action_parameters").ok_or("none")?, "id").len() == 32
            }
            "http_ratelimit" => {
                let rate = get(rule, "ratelimit").ok_or("no rate")?;
                let kinds: Vec<&str> =
                    list(rate, "characteristics")?.iter().map(Node::text).collect();
                let number = |key| text(rate, key).parse::<u32>().unwrap_or_default();
                let free = (number("period"), number("mitigation_timeout")) == (10, 10);
                action == "block"
                    && free
                    && number("requests_per_period") > 0
                    && kinds == ["cf.colo.id", "ip.src"]
            }
            _ => action == "set_cache_settings",
        };
        if !right || text(rule, "enabled") != "true" || text(rule, "description").is_empty() {
            return Err(format!("{phase}: {}", text(rule, "ref")));
        }
    }
    Ok(())
}

/// Every word is one of the language, quotes and brackets are closed.
fn expression(text: &str) -> Verdict {
    let mut depth = 0_i32;
    for (at, part) in text.split('"').enumerate() {
        if at % 2 == 1 {
            continue;
        }
        for it in part.chars() {
            depth += match it {
                '{' | '(' => 1,
                '}' | ')' => -1,
                _ => 0,
            };
        }
        let words = part.split(|it: char| it.is_whitespace() || "{}(),".contains(it));
        if let Some(word) = words.filter(|it| !it.is_empty()).find(|it| !WORDS.contains(it)) {
            return Err(format!("`{word}` in {text}"));
        }
    }
    let closed = depth == 0 && text.matches('"').count().is_multiple_of(2) && !text.contains("{}");
    if closed && !text.is_empty() { Ok(()) } else { Err(text.to_owned()) }
}

/// The files of what stands in for a host, with keys in them.
pub(crate) fn stand_in(setup: &Setup, secrets: &Secrets) -> Vec<Given> {
    let mut all = Vec::new();
    for (path, entry) in &setup.entries {
        if let Entry::File(file) = entry {
            let printed = file.document.print(&["a stand-in".to_owned()], &file.cause);
            let text = printed.fill(|it| secrets.value(it)).expect("every secret is known");
            all.push(Given { path: path.clone(), text, mode: file.mode.into() });
        }
    }
    all
}

/// An origin that tells who came, as it is told, and by which name.
const ORIGIN: &str = "\
pid /run/origin.pid;
error_log stderr;
events {}
http {
  access_log off;
  server {
    listen 127.0.0.1:8080;
    listen [::1]:8080;
    listen 127.0.0.1:8443 ssl;
    listen [::1]:8443 ssl;
    ssl_certificate /etc/origin/origin.crt;
    ssl_certificate_key /etc/origin/origin.key;
    location / {
      add_header Seen \"$http_x_forwarded_for $http_cf_connecting_ip $host $http_x_forwarded_proto\";
      add_header Cache-Control max-age=60;
      return 200 served;
    }
  }
}
";

/// What was decided of an edge.
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub(crate) struct Decided {
    pub(crate) waf: bool,
    pub(crate) cache: bool,
    /// Whether it shows a certificate to the origin.
    pub(crate) shows: bool,
    /// Whether it takes so few requests that the fourth one at once is too many.
    pub(crate) strict: bool,
}

/// It comes up and passes its visitors on, with their addresses, by their names and over a TLS that it
/// checks; it keeps what is static, and turns away what it is to turn away.
pub(crate) fn visited(
    cloud: &Cloud,
    host: &Host,
    setup: &Setup,
    files: &[Given],
    secrets: &Secrets,
    decided: &Decided,
) -> Verdict {
    let on = origin(cloud, files, secrets)?;
    for process in &setup.processes {
        if let Run::Once { start, .. } = &process.run {
            for command in start {
                one(&Command::new(&command.program).args(&command.arguments), &on)?;
            }
        }
    }
    if decided.shows {
        // What the origin has of Cloudflare's is here that of what stands in for it.
        let checks =
            "ssl_verify_client on; ssl_client_certificate /etc/nginx/fmc-origin-pulls.crt;";
        let edit = format!("s,ssl_certificate_key,{checks} &,");
        one(&Command::new("sed").args(["-i", &edit, "/etc/origin/nginx.conf"]), &on)?;
    }
    // It stays when its first process ends, and goes with the sandbox.
    one(&Command::new("nginx").args(["-c", "/etc/origin/nginx.conf"]), &on)?;
    let curl = Command::new("curl").args(["-sk", "-o", "/dev/null", "-w", "%{http_code}"]);
    let directly = run(&curl.arg("https://127.0.0.1:8443/"), &on)?.text();
    if directly != if decided.shows { "400" } else { "200" } {
        return Err(format!("the origin tells whoever comes to it directly {directly}"));
    }
    let nginx = setup.processes.iter().find(|it| it.name == "nginx").ok_or("no nginx")?;
    let check = nginx.check.as_ref().ok_or("no check")?;
    one(&Command::new(&check.program).args(&check.arguments), &on)?;
    let Run::Daemon(command, _) = &nginx.run else { return Err("no daemon".to_owned()) };
    let command = Command::new(&command.program).args(&command.arguments);
    let mut daemon = on.spawn(&command).map_err(|it| format!("{command}: {it}"))?;
    let visit = |name: &str, path: &str| {
        let at = format!("{name}:443:127.0.0.1");
        let url = format!("https://{name}{path}");
        let curl = Command::new("curl").args(["-sk", "--path-as-is", "-D", "-", "-o", "/dev/null"]);
        let curl = curl.args(["-H", "X-Forwarded-For: 6.6.6.6", "--max-time", "8"]);
        run(&curl.args(["--resolve", &at, &url]), &on).map(|it| it.text())
    };
    let start = std::time::Instant::now();
    while !visit("nobody.invalid", "/")?.contains(" 421") {
        daemon.wait_until(PATIENCE / 100, |_| false).map_err(|it| it.to_string())?;
        if start.elapsed() > PATIENCE || daemon.so_far().status != fmc_sys::Status::Running {
            return Err(told(&command, daemon.so_far()));
        }
    }
    let names = cloud.apps.values().filter(|it| it.public).flat_map(|it| &it.names);
    let names: Vec<&String> = names.collect();
    let Some(name) = names.first() else { return Err(format!("{} serves nothing", host.name)) };
    if decided.strict {
        let codes: Vec<String> = (0..4).map(|_| visit(name, "/")).collect::<Result<_, _>>()?;
        let right = codes[0].contains(" 200") && codes[3].contains(" 429");
        return if right { Ok(()) } else { Err(codes.concat()) };
    }
    for name in &names {
        let answer = visit(name, "/")?;
        let seen = format!("127.0.0.1 127.0.0.1 {name} https");
        if !answer.contains(" 200") || !answer.contains(&seen) {
            return Err(format!("{name}: {answer}{}", daemon.so_far().talk()));
        }
    }
    let turned_away = if decided.waf { " 403" } else { " 200" };
    let kept = if decided.cache { "CF-Cache-Status: HIT" } else { " 200" };
    visit(name, "/a.css")?;
    for (path, wanted) in [
        ("/?id=1%27%20OR%20%271%27%3D%271", turned_away),
        ("/?file=../../../../etc/passwd", turned_away),
        ("/.git/config", turned_away),
        ("/.well-known/acme-challenge/token", " 200"),
        ("/a.css", kept),
    ] {
        let answer = visit(name, path)?;
        if !answer.contains(wanted) {
            return Err(format!("{path}: {answer}"));
        }
    }
    let plain = Command::new("curl").args(["-s", "-D", "-", "-H", &format!("Host: {name}")]);
    let answer = run(&plain.arg("http://127.0.0.1/"), &on)?.text();
    let seen = format!("127.0.0.1 127.0.0.1 {name} http\r");
    if answer.contains(&seen) { Ok(()) } else { Err(format!("plainly: {answer}")) }
}

/// A host with the files of the edge, and an origin at the addresses of the cloud's own.
fn origin(cloud: &Cloud, files: &[Given], secrets: &Secrets) -> Result<Sandbox, String> {
    let pair = super::hosts(cloud).into_iter().find_map(|(_, tree)| {
        let all = super::files(&tree, secrets);
        let of = |name: &str| {
            let path = format!("/etc/fmc/pki/ingress/ingress.{name}");
            all.iter().find(|it| it.path == path).map(|it| it.text.clone())
        };
        Some((of("crt")?, of("key")?))
    });
    let (certificate, key) = pair.ok_or("nobody has a certificate of the ingress")?;
    let mut addresses: Vec<IpAddr> = Vec::new();
    for zone in cloud.zones.iter().filter(|it| it.kind == ZoneKind::Public) {
        addresses.extend(zone.records.iter().filter_map(|it| match it.data {
            RecordData::A(it) => Some(IpAddr::from(it)),
            RecordData::Aaaa(it) => Some(it.into()),
            _ => None,
        }));
    }
    addresses.sort();
    addresses.dedup();
    let mut rules = String::new();
    for address in &addresses {
        let (family, home) = if address.is_ipv4() { ("ip", "127.0.0.1") } else { ("ip6", "[::1]") };
        for (port, to) in [(80, 8080), (443, 8443)] {
            let rule =
                format!("{family} daddr {address} tcp dport {port} dnat {family} to {home}:{to}");
            rules.push_str(&format!("add rule inet origin out {rule}\n"));
        }
    }
    let table = "add table inet origin\nadd chain inet origin out { type nat hook output priority -100; }\n";
    let link = addresses.iter().fold(Link::new("eth0"), |it, address| {
        // Whoever is next to it stands for the Internet.
        it.address(ipnet::IpNet::from(*address))
    });
    let placed = files.iter().map(|it| Placed::new(&it.path, &*it.text).mode(it.mode));
    let setup = fmc_sys::Setup::over(root()).link(link).files(placed).files([
        Placed::new("/etc/origin/origin.crt", certificate),
        Placed::new("/etc/origin/origin.key", key),
        Placed::new("/etc/origin/nginx.conf", ORIGIN),
    ]);
    let on = setup.start().map_err(|it| it.to_string())?;
    one(&Command::new("ip").args(["link", "set", "lo", "up"]), &on)?;
    one(&Command::new("nft").args(["-f", "-"]).input(format!("{table}{rules}")), &on)?;
    one(&Command::new("systemd-tmpfiles").args(["--create", "/etc/tmpfiles.d/fmc.conf"]), &on)?;
    Ok(on)
}
