//! Whether every icon loads: draws each into `Test - Carga Completa de Íconos.png` in the current
//! folder, says how many were loaded, and fails where one was not.
//!
//! ```sh
//! cargo run -p fmc-diagram --example carga_completa_iconos
//! ```

#![expect(clippy::print_stdout, reason = "it is a program for a terminal")]

use fmc_diagram::Diagram;
use fmc_diagram::formats::png;
use fmc_diagram::graph::Graph;
use fmc_diagram::icons::{Library, load_report};
use fmc_diagram::layout::{Medium, place};
use std::process::ExitCode;

const TITLE: &str = "Test - Carga Completa de Íconos";
/// Pixels for each CSS pixel: sharp on screens of today, and in print.
const SCALE: f64 = 2.0;

/// Labels with the names of their icons.
const ICONS: &[(&str, &str)] = &[
    ("Usuarios", "users"),
    ("VPN", "vpn"),
    ("Firewall", "pfsense"),
    ("LAN", "datacenter"),
    ("Traefik LB", "traefik"),
    ("HAProxy", "haproxy"),
    ("Master Node", "k3s"),
    ("Worker Node", "linux"),
    ("Storage Node", "ceph"),
    ("CoreDNS", "coredns"),
    ("PostgreSQL", "postgresql"),
    ("Prometheus", "prometheus"),
    ("Grafana", "grafana"),
    ("Jenkins CI", "jenkins"),
    ("RabbitMQ", "rabbitmq"),
    ("GitLab", "gitlab"),
];

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let report = load_report(ICONS.iter().map(|it| it.1), &Library::default());
    for (name, reason) in &report.failures {
        println!("{name}: {reason}");
    }
    let scene = place(&graph(), Medium::Paper);
    std::fs::write(format!("{TITLE}.png"), png::write(&scene, SCALE)?)?;
    println!("{} of {} loaded", report.loaded, report.total);
    Ok(if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is drawn.
pub(crate) fn graph() -> Graph {
    let d = Diagram::new(TITLE).language("es");
    for (label, icon) in ICONS {
        d.node(label).icon(*icon);
    }
    d.into()
}
