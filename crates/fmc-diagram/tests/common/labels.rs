//! The words of generated graphs: short ones as people write them, and some that nobody expects.

use super::random::Random;

const KINDS: &[(&str, &str)] = &[
    ("api", "k3s"),
    ("web", "nginx"),
    ("db", "postgresql"),
    ("mq", "rabbitmq"),
    ("lb", "haproxy"),
    ("cache", "redis"),
    ("dns", "coredns"),
    ("vpn", "wireguard"),
    ("store", "ceph"),
    ("node", "linux"),
    ("edge", "traefik"),
    ("users", "users"),
];

const NOTES: &[&str] = &[
    "principal",
    "Flatcar / etcd + API",
    "Proxy + WAF + Anti-DDoS",
    "réplica síncrona",
    "Grüße aus Köln",
    "主数据库",
    "резервный узел",
    "🚀 canary",
    "بوابة",
];

const PROTOCOLS: &[&str] = &[
    "HTTPS",
    "TCP 5432",
    "gRPC",
    "DNS :53",
    "metrics",
    "VRRP",
    "etcd 2379-2380",
    "NFS v4",
    "HTTPS + Seguridad + Caché",
    "Rutas internas (10.17.0.0/16)",
    "同步复制",
    "🔒 TLS 1.3",
];

const WORDS: &[&str] = &[
    "every", "request", "that", "passes", "here", "is", "written", "down", "and", "kept", "for",
    "thirty", "days", "in", "a", "store", "which", "nobody", "may", "change",
];

/// The name of an icon and a label for a node.
pub(crate) fn node(random: &mut Random, number: usize) -> (&'static str, String) {
    let (kind, icon) = *random.pick(KINDS);
    if random.percent(1) {
        return (icon, sentence(random, 200));
    }
    let mut label = format!("{kind}{number}");
    if random.percent(60) {
        label += &format!("\n10.{}.{}.{}", number / 250, random.below(8), number % 250);
    }
    if random.percent(20) {
        label += &format!("\n{kind}{number}.cefaslocalserver.com");
    }
    if random.percent(30) {
        label += &format!("\n{}", random.pick(NOTES));
    }
    (icon, label)
}

/// A label for an edge.
pub(crate) fn edge(random: &mut Random) -> String {
    match random.below(100) {
        0..=1 => sentence(random, 200),
        2..=9 => sentence(random, 40),
        _ => (*random.pick(PROTOCOLS)).to_owned(),
    }
}

/// A title for a cluster of this level.
pub(crate) fn cluster(random: &mut Random, level: usize, number: usize) -> String {
    match random.below(100) {
        0..=2 => sentence(random, 90),
        3..=8 => format!("数据中心 {number}"),
        9..=12 => String::new(),
        _ => format!("{} {number}", ["site", "network", "rack", "group"][level.min(3)]),
    }
}

/// Words with spaces between them, of about this many characters and never more.
fn sentence(random: &mut Random, length: usize) -> String {
    let mut text = String::new();
    loop {
        let word = random.pick(WORDS);
        if text.len() + word.len() + 1 > length {
            return text;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text += word;
    }
}
