//! The founding cloud, fact by fact: what its drawing names, who may reach whom and which line asked
//! for it, the way of every packet there and back, failover, names, certificates and order.
//!
//! What is asserted here is written out by hand from the drawing and from the system behind it, not
//! copied from what `fmc` says; where both differ, one of them is wrong.

mod access;
mod certificates;
mod drawing;
mod failures;
mod firewall;
mod flows;
mod names;
mod order;
mod origins;
mod routes;
mod stability;
mod systems;
mod vips;
mod walk;

use fmc_model::{Cloud, Date, Diagnostics, Sources};
use fmc_roles::ROLES;

/// A cloud with the text that it was read from.
struct Read {
    sources: Sources,
    cloud: Cloud,
    diagnostics: Diagnostics,
}

/// The founding cloud, complete and repaired.
const FOUNDING: &str = "flatcarmicrocloud.yaml";

/// Every example with its text.
const EXAMPLES: [(&str, &str); 5] = [
    (FOUNDING, include_str!("../../../../examples/flatcarmicrocloud.yaml")),
    ("as-drawn.yaml", include_str!("../../../../examples/as-drawn.yaml")),
    ("as-deployed.yaml", include_str!("../../../../examples/as-deployed.yaml")),
    ("minimal.yaml", include_str!("../../../../examples/minimal.yaml")),
    ("two-sites.yaml", include_str!("../../../../examples/two-sites.yaml")),
];

/// The text of an example.
fn text_of(name: &str) -> &'static str {
    EXAMPLES.iter().find(|it| it.0 == name).map(|it| it.1).expect("an example of this name")
}

/// Reads a text as the file `name`.
fn read(name: &str, text: &str) -> Read {
    let mut none = |path: &str| Err(format!("nothing is included, not even {path}"));
    let loaded = fmc_model::load(name, text.as_bytes(), ROLES, &mut none);
    let (cloud, diagnostics) = fmc_model::resolve(&loaded, ROLES, Date::from_unix_days(0));
    let cloud = cloud.expect("an example can be read");
    Read { sources: loaded.sources, cloud, diagnostics }
}

fn example(name: &str) -> Read {
    read(name, text_of(name))
}

fn founding() -> Read {
    example(FOUNDING)
}

/// Sorted, for comparing what has no order.
fn sorted<T: ToString>(items: impl IntoIterator<Item = T>) -> Vec<String> {
    let mut items: Vec<String> = items.into_iter().map(|it| it.to_string()).collect();
    items.sort();
    items
}

/// What differs between two lists that have no order: `-` is missing, `+` was not expected.
fn differences(expected: &[String], found: &[String]) -> Vec<String> {
    let missing = expected.iter().filter(|it| !found.contains(it)).map(|it| format!("- {it}"));
    let extra = found.iter().filter(|it| !expected.contains(it)).map(|it| format!("+ {it}"));
    missing.chain(extra).collect()
}

#[test]
fn each_example_has_the_findings_that_its_head_promises() {
    let expected = [
        (FOUNDING, vec![]),
        // One machine behind the virtual address of the API: nothing to move to.
        ("as-drawn.yaml", vec!["FMC0403 warning `10.17.5.10`"]),
        // 110 - 10 ties with 100.
        ("as-deployed.yaml", vec!["FMC0406 error `-10`"]),
        ("minimal.yaml", vec![]),
        ("two-sites.yaml", vec![]),
    ];
    for (name, expected) in expected {
        let read = example(name);
        let found: Vec<String> = read
            .diagnostics
            .iter()
            .map(|it| {
                let severity = if it.is_error() { "error" } else { "warning" };
                format!("{} {severity} `{}`", it.code.id, read.sources.slice(it.place))
            })
            .collect();
        assert_eq!(found, expected, "{name}");
    }
    let deployed = example("as-deployed.yaml");
    let weight = deployed.diagnostics.iter().next().expect("the finding");
    let line = deployed.sources.line_column(weight.place).line;
    let written = text_of("as-deployed.yaml").lines().nth(line - 1).unwrap_or_default();
    assert!(written.contains("priority: 110, weight: -10"), "the better member's line: {written}");
}
