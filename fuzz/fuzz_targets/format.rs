//! What is laid out anew says the same as before, and laying it out again changes nothing.
#![no_main]

use fmc_config::yaml::{Node, Value, format, read};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some(text) = fmc_fuzz::text(data) else { return };
    let Ok(once) = format(text) else { return };
    let Ok(twice) = format(&once) else { panic!("its own layout is refused:\n{once}") };
    assert_eq!(once, twice, "a second time changes the layout");
    if let (Some(before), faults) = read(0, text)
        && faults.is_empty()
        // A document of nothing (`---`) may become a file of nothing.
        && !before.is_null()
    {
        let (after, faults) = read(0, &once);
        assert_eq!(faults, [], "the layout has faults that the text had not:\n{once}");
        let after = after.expect("a text without faults has a tree");
        assert!(same(&before, &after), "another meaning:\n{once}\n{before:?}\n{after:?}");
    }
});

/// Whether two trees mean the same, wherever and in whatever style they were written.
fn same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Scalar(a), Value::Scalar(b)) => a.text == b.text && a.resolve() == b.resolve(),
        (Value::Seq(a), Value::Seq(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(&a.0, &b.0) && same(&a.1, &b.1))
        }
        _ => false,
    }
}
