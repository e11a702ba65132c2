//! What a check found, painted on a picture: each thing bears its codes, and the legend says what they are.

use fmc_diagram::graph::{Change, Graph, LegendEntry, Line, Sample, TextRole};
use fmc_model::cloud::{Asker, Reason};
use fmc_model::{Cloud, Diagnostic, Diagnostics, Language, Place, Severity, Sources, Words};
use std::collections::BTreeMap;

/// Marks what findings are about: hosts, virtual addresses and people, and the lines of flows. What is not
/// on the picture is told by the legend alone.
pub fn mark(graph: &mut Graph, cloud: &Cloud, found: &Diagnostics, sources: &Sources) {
    let language = if cloud.language == "es" { Language::Spanish } else { Language::English };
    let mut legend: BTreeMap<&str, (Change, String)> = BTreeMap::new();
    for it in found.iter() {
        let change = match it.code.severity {
            Severity::Error => Change::Faulty,
            Severity::Warning => Change::Warned,
        };
        let ids = about(cloud, it, sources);
        let mut seen = false;
        for node in graph.nodes.iter_mut().filter(|node| ids.contains(&node.id)) {
            seen = true;
            node.change = node.change.max(change);
            node.details.push((it.code.id.to_owned(), it.message(language).to_owned()));
            bear(&mut node.lines, it.code.id);
        }
        // A card of several hosts is called by the first and the last of them, and a machine may be a box.
        let clusters = graph.clusters.iter_mut();
        for cluster in clusters.filter(|it| ids.contains(&it.id)) {
            seen = true;
            cluster.change = cluster.change.max(change);
            let note = std::mem::take(&mut cluster.note);
            let parts = [note.as_str(), it.code.id].into_iter().filter(|it| !it.is_empty());
            cluster.note = parts.collect::<Vec<_>>().join(" · ");
        }
        // What every host asks for has the place of the first of them, which says nothing of the finding.
        let is_cause =
            |reason: &Reason| reason.asked_by != Asker::Host && reason.origin.place == it.place;
        let flows = cloud.flows.iter().filter(|flow| flow.reasons.iter().any(is_cause));
        let flows: Vec<&str> = flows.map(|it| it.id.as_str()).collect();
        for edge in &mut graph.edges {
            if edge.details.iter().any(|(name, _)| flows.contains(&name.as_str())) {
                seen = true;
                edge.change = edge.change.max(change);
                edge.details.push((it.code.id.to_owned(), it.message(language).to_owned()));
            }
        }
        let title = it.code.title.get(language);
        let elsewhere = Words(" (not on this picture)", " (fuera de este dibujo)");
        let elsewhere = if seen { "" } else { elsewhere.get(language) };
        let entry = legend.entry(it.code.id).or_insert_with(|| (change, String::new()));
        // Once one of them is on the picture, its mark is what is explained.
        if entry.1.is_empty() || seen {
            entry.1 = format!("{}: {title}{elsewhere}", it.code.id);
        }
    }
    let entries = legend.into_values();
    graph
        .legend
        .extend(entries.map(|(change, text)| LegendEntry { sample: Sample::Change(change), text }));
}

/// Adds a code to the line of codes under the texts of a node.
fn bear(lines: &mut Vec<Line>, code: &str) {
    match lines.last_mut().filter(|it| it.text.starts_with("FMC")) {
        Some(line) if line.text.split(' ').any(|it| it == code) => {}
        Some(line) => line.text = format!("{} {code}", line.text),
        None => lines.push(Line::new(TextRole::Code, code)),
    }
}

/// The ids of what a finding is about: whatever was written last before its place, in the same section of
/// the file.
fn about(cloud: &Cloud, found: &Diagnostic, sources: &Sources) -> Vec<String> {
    let of_hosts = cloud.hosts.values().map(|it| (it.origin.place, format!("host:{}", it.name)));
    let of_vips = cloud.vips.values().map(|it| (it.origin.place, format!("vip:{}", it.name)));
    let outside = cloud.outside.values();
    let outside = outside.map(|it| (it.origin.place, format!("outside:{}", it.name)));
    let of_apps = cloud.apps.values().map(|it| (it.origin.place, format!("app:{}", it.name)));
    let networks = cloud.networks.values();
    let networks = networks.map(|it| (it.origin.place, format!("network:{}", it.name)));
    let all = of_hosts.chain(of_vips).chain(outside).chain(of_apps).chain(networks);
    let before: Vec<(Place, String)> = all
        .filter(|(at, _)| at.file == found.place.file && at.start <= found.place.start)
        .collect();
    let Some(last) = before.iter().map(|it| it.0.start).max() else { return Vec::new() };
    let text = sources.get(found.place.file).text();
    let between = text.get(last as usize..found.place.start as usize).unwrap_or_default();
    let is_head = |it: &str| it.starts_with(|it: char| !it.is_whitespace() && it != '#');
    if between.lines().skip(1).any(is_head) {
        return Vec::new();
    }
    before.into_iter().filter(|it| it.0.start == last).map(|it| it.1).collect()
}
