//! The whole cloud on one sheet, from its public users to its database, drawn into
//! `FlatcarMicroCloud - Infraestructura Global.png` in the current folder.
//!
//! ```sh
//! cargo run -p fmc-diagram --example arquitectura_FlatcarMicroCloud
//! ```

use fmc_diagram::formats::png;
use fmc_diagram::graph::Graph;
use fmc_diagram::layout::{Medium, place};
use fmc_diagram::{Diagram, Ends};

const TITLE: &str = "FlatcarMicroCloud - Infraestructura Global";
/// Pixels for each CSS pixel: sharp on screens of today, and in print.
const SCALE: f64 = 2.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scene = place(&graph(), Medium::Paper);
    std::fs::write(format!("{TITLE}.png"), png::write(&scene, SCALE)?)?;
    Ok(())
}

/// What is drawn.
pub(crate) fn graph() -> Graph {
    let d = Diagram::new(TITLE).language("es");

    // Public access.
    let users = d.node("Usuarios Públicos").icon("users");
    let cloudflare = d.node("Cloudflare\nCDN + WAF").icon("vpn");
    let vpn = d.node("WireGuard\n10.17.0.1").icon("vpn");
    let firewall = d.node("Firewall + NAT\n192.168.0.19").icon("pfsense");

    // What spreads the load.
    let ingress = d.cluster("Ingress");
    let balancers = ["LB1\n10.17.3.12", "LB2\n10.17.3.13"];
    let balancers = balancers.map(|it| ingress.node(it).icon("traefik"));
    let haproxy = d.node("HAProxy\nVIP: 10.17.5.10\nHA: 10.17.5.20").icon("haproxy");

    // Kubernetes.
    let masters = d.cluster("Masters").holding(|c| {
        let hosts = ["master1\n10.17.4.21", "master2\n10.17.4.22", "master3\n10.17.4.23"];
        hosts.map(|it| c.node(it).icon("k3s"))
    });
    let (workers, storage) = d.cluster("Workers + Storage").holding(|c| {
        let hosts = ["worker1\n10.17.4.24", "worker2\n10.17.4.25", "worker3\n10.17.4.26"];
        let workers = hosts.map(|it| c.node(it).icon("linux"));
        (workers, c.node("storage1\n10.17.3.27").icon("ceph"))
    });

    // What everything else needs, behind a point in which all lines meet.
    let infra = d.node("");
    let dns = d.node("CoreDNS\n10.17.3.11").icon("coredns");
    let database = d.node("PostgreSQL\n10.17.3.14").icon("postgresql");

    let secured = users.to(cloudflare).label("HTTPS + Seguridad + Caché");
    secured.to(vpn).to(firewall).to(balancers).to(haproxy).to((masters, (workers, storage)));
    masters.to(infra);
    workers.to(infra);
    infra.to([dns, database]);
    d.into()
}
