//! What these tests share: clouds, built.

#![allow(dead_code, reason = "each test uses some of it")]

use fmc_build::{Node, build};
use fmc_model::{Cloud, Date, Loaded};
use std::collections::BTreeMap;

pub(crate) const FOUNDING: &str = include_str!("../../../../examples/flatcarmicrocloud.yaml");

/// Every cloud that is part of the project, with its name.
pub(crate) const EXAMPLES: [(&str, &str); 5] = [
    ("flatcarmicrocloud", FOUNDING),
    ("as-drawn", include_str!("../../../../examples/as-drawn.yaml")),
    ("as-deployed", include_str!("../../../../examples/as-deployed.yaml")),
    ("minimal", include_str!("../../../../examples/minimal.yaml")),
    ("two-sites", include_str!("../../../../examples/two-sites.yaml")),
];

/// A cloud and what it was read from. One of the examples has an error on purpose; what it would be
/// built to is looked at all the same.
pub(crate) fn built(text: &str) -> (Cloud, Loaded) {
    let loaded = fmc_model::load("cloud.yaml", text.as_bytes(), fmc_roles::ROLES, &mut |_| {
        Err("this cloud is one file".to_owned())
    });
    let today = Date { year: 2026, month: 7, day: 1 };
    let (cloud, _) = fmc_model::resolve(&loaded, fmc_roles::ROLES, today);
    (cloud.expect("a cloud"), loaded)
}

/// All files of a cloud by host and path; a link is `-> target`.
pub(crate) fn nodes(cloud: &Cloud) -> BTreeMap<String, String> {
    let tree = build(cloud, "(test)", |_| true);
    let mut all = BTreeMap::new();
    for (_, path, node) in tree.written() {
        let text = match node {
            Node::File(file) => file.printed.text().to_owned(),
            Node::Link(to) => format!("-> {to}\n"),
        };
        all.insert(path, text);
    }
    all
}
