//! Any text is a graph or an error; every place that is told lies inside the text, and every number
//! in the graph belongs to something.
#![no_main]

use fmc_diagram::dot::{Place, read};
use fmc_diagram::graph::End;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some(text) = fmc_fuzz::text(data) else { return };
    let (graph, notices) = match read(text) {
        Ok(it) => it,
        Err(error) => return check_place(text, error.place),
    };
    for notice in &notices {
        check_place(text, notice.place);
    }
    for node in 0..graph.nodes.len() {
        graph.around(End::Node(node));
    }
    for edge in &graph.edges {
        assert!(!graph.id(edge.from).is_empty() && !graph.id(edge.to).is_empty());
    }
});

/// A place that cuts a character, or reaches past the end, could not be shown to a person.
fn check_place(text: &str, place: Place) {
    assert!(text.get(place.start..place.end).is_some(), "{place:?} is not a range of the text");
}
