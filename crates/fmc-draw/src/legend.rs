//! The legend: every tint, line and icon that the picture really uses, with what it means.

use crate::canvas::Canvas;
use fmc_diagram::graph::{LegendEntry, Sample, Tone};
use ipnet::IpNet;

/// Adds the legend.
pub(crate) fn add(canvas: &mut Canvas<'_>) {
    let mut legend = Vec::new();
    let (graph, scope) = (&canvas.graph, &canvas.scope);
    for (stroke, meaning) in &canvas.meanings {
        if graph.edges.iter().any(|it| it.style == *stroke) {
            let text = meaning.get(scope.language).to_owned();
            legend.push(LegendEntry { sample: Sample::Line(*stroke, Tone::default()), text });
        }
    }
    for network in scope.cloud.networks.values() {
        let tone = scope.tone(network);
        let tones = graph.nodes.iter().map(|it| it.tone);
        let mut tones = tones.chain(graph.clusters.iter().map(|it| it.tone));
        if tone != Tone::default() && tones.any(|it| it == tone) {
            let prefixes: Vec<String> = network.prefixes.iter().map(IpNet::to_string).collect();
            let text = format!("{} {}", network.label, prefixes.join(" · "));
            legend.push(LegendEntry { sample: Sample::Box(tone), text });
        }
    }
    let mut icons: Vec<(&str, &str)> = Vec::new();
    for role in scope.cloud.hosts.values().flat_map(|it| &it.roles) {
        let is_shown = graph
            .nodes
            .iter()
            .any(|it| it.icon == role.icon || it.badges.iter().any(|badge| badge == role.icon));
        if is_shown && !icons.contains(&(role.icon, role.label)) {
            icons.push((role.icon, role.label));
        }
    }
    for (icon, label) in icons {
        legend.push(LegendEntry { sample: Sample::Icon(icon.to_owned()), text: label.to_owned() });
    }
    canvas.graph.legend = legend;
}
