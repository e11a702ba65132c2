//! Everything that the page on which the founding cloud was first drawn says is in the files that
//! `fmc draw` writes: in the texts of the SVG, and in the text for a terminal.

use crate::{FOUNDING, Folder, ROOT, fmc_in};
use std::collections::BTreeSet;

/// What the page says, box by box. What it puts into brackets behind the physical server are roles,
/// and are looked for one by one.
const PAGE: &[&str] = &[
    "FlatcarMicroCloud",
    "Infraestructura Global",
    "Usuarios Públicos",
    "HTTPS + Seguridad + Caché vía Cloudflare",
    "Cloudflare CDN",
    "Proxy + WAF + Anti-DDoS",
    "VPS (IP Pública)",
    "WireGuard Gateway",
    "Túnel VPN: 10.17.0.1",
    "Servidor Físico",
    "WireGuard",
    "NAT",
    "nftables",
    "Red LAN: 192.168.0.0/24",
    "IP: 192.168.0.19",
    "VPN, NAT, enrutamiento interno seguro",
    "Redirección a infraestructura interna",
    "Kubernetes Ingress",
    "Load Balancer 1 (Traefik)",
    "10.17.3.12",
    "loadbalancer1.cefaslocalserver.com",
    "Load Balancer 2 (Traefik)",
    "10.17.3.13",
    "loadbalancer2.cefaslocalserver.com",
    "HAProxy + Keepalived",
    "k8s-api-lb.cefaslocalserver.com",
    "VIP",
    "10.17.5.10",
    "10.17.5.20",
    "Kubernetes Control Plane (Master Nodes)",
    "master1.cefaslocalserver.com",
    "10.17.4.21",
    "Flatcar / etcd + API",
    "master2.cefaslocalserver.com",
    "10.17.4.22",
    "Flatcar / etcd",
    "master3.cefaslocalserver.com",
    "10.17.4.23",
    "Kubernetes Worker Nodes + Nodo de Almacenamiento",
    "worker1.cefaslocalserver.com",
    "10.17.4.24",
    "Flatcar / Longhorn",
    "worker2.cefaslocalserver.com",
    "10.17.4.25",
    "worker3.cefaslocalserver.com",
    "10.17.4.26",
    "storage1.cefaslocalserver.com",
    "10.17.3.27",
    "AlmaLinux / Longhorn + NFS",
    "Servicios Complementarios (Roles Extra)",
    "CoreDNS",
    "infra-cluster.cefaslocalserver.com",
    "10.17.3.11",
    "DNS interno y sincronización horaria",
    "PostgreSQL",
    "postgresql1.cefaslocalserver.com",
    "10.17.3.14",
    "Base de datos centralizada para microservicios",
];

/// Draws the founding cloud into a file of this name, and reads it.
fn drawn(name: &str, more: &[&str]) -> String {
    let folder = Folder::new();
    let founding = format!("{ROOT}/{FOUNDING}");
    let words = [&["draw", &founding, "-o", name], more].concat();
    let ran = fmc_in(&folder, &words);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    folder.read(name)
}

#[test]
fn everything_on_the_page_is_in_the_texts_of_the_picture() {
    let svg = drawn("cloud.svg", &[]);
    let ends = svg.split("</text>").filter_map(|it| it.rsplit_once('>'));
    // A text of several lines is one element for each line, one behind the other.
    let text = ends.map(|it| it.1).collect::<Vec<_>>().join(" ");
    let missing: Vec<_> = PAGE.iter().filter(|it| !text.contains(**it)).collect();
    assert!(missing.is_empty(), "{missing:?} in\n{text}");
}

#[test]
fn everything_on_the_page_is_in_the_text_for_a_terminal() {
    let text = drawn("cloud.txt", &["--width", "100"]);
    let widest = text.lines().map(|it| it.chars().count()).max();
    assert!(widest <= Some(100), "{widest:?}\n{text}");
    let page = Page::of(&text);
    let missing: Vec<_> = PAGE.iter().filter(|it| !page.says(it)).collect();
    assert!(missing.is_empty(), "{missing:?} in\n{text}");
}

/// A page of characters, all of them one cell wide.
pub(crate) struct Page(Vec<Vec<char>>);

impl Page {
    pub(crate) fn of(text: &str) -> Self {
        Self(text.lines().map(|it| it.chars().collect()).collect())
    }

    /// Whether the words stand one behind the other, with line breaks between some of them: then
    /// they go on in the next line, in the column where they began.
    pub(crate) fn says(&self, phrase: &str) -> bool {
        let words: Vec<&str> = phrase.split(' ').collect();
        let mut begins = (0..self.0.len()).flat_map(|row| {
            let columns = 0..self.0[row].len();
            columns.map(move |column| (row, column))
        });
        begins.any(|(row, column)| self.goes_on(row, column, column, &words))
    }

    /// Whether the words stand here, where the paragraph begins in column `left`.
    fn goes_on(&self, row: usize, left: usize, column: usize, words: &[&str]) -> bool {
        let Some((word, rest)) = words.split_first() else { return true };
        let end = column + word.chars().count();
        let here = self.0.get(row).and_then(|it| it.get(column..end));
        here.is_some_and(|it| it.iter().copied().eq(word.chars()))
            && (self.goes_on(row, left, end + 1, rest) || self.goes_on(row + 1, left, left, rest))
    }
}

#[test]
fn phrases_are_found_over_line_breaks_and_nowhere_else() {
    let text = "│ Load Balancer │ other\n│ 1 (Traefik)   │ words";
    let page = Page::of(text);
    for (phrase, expected) in [
        ("Load Balancer 1 (Traefik)", true),
        ("other words", true),
        ("Load Balancer other", false),
        ("Load 1", true),
        ("Balancer 1", false),
        ("Traefik) words", false),
    ] {
        assert_eq!(page.says(phrase), expected, "{phrase}");
    }
}

#[test]
fn no_phrase_of_the_page_is_looked_for_twice() {
    assert_eq!(PAGE.iter().collect::<BTreeSet<_>>().len(), PAGE.len());
}
