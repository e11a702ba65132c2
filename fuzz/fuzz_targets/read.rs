//! Any text is read or refused, and every place that is told lies inside it.
#![no_main]

use fmc_config::Place;
use fmc_config::yaml::{Node, Value, read};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some(text) = fmc_fuzz::text(data) else { return };
    let (root, faults) = read(0, text);
    assert!(root.is_some() || !faults.is_empty(), "nothing was read and nothing was wrong");
    for fault in &faults {
        check_place(text, fault.place);
    }
    if let Some(root) = &root {
        check_node(text, root);
    }
});

fn check_node(text: &str, node: &Node) {
    check_place(text, node.place);
    match &node.value {
        Value::Scalar(_) => {}
        Value::Seq(items) => items.iter().for_each(|it| check_node(text, it)),
        Value::Map(pairs) => pairs.iter().for_each(|(key, value)| {
            assert!(key.as_scalar().is_some(), "a key that is no scalar: {key:?}");
            check_node(text, key);
            check_node(text, value);
        }),
    }
}

/// A place that cuts a character, or reaches past the end, could not be shown to a person.
fn check_place(text: &str, place: Place) {
    let range = place.start as usize..place.end as usize;
    assert!(text.get(range).is_some(), "{place:?} is not a range of the text");
}
