//! Our layout against ELK's, on the graphs of `tests/graphs`: fewer bends on a smaller sheet, and
//! not one crossing more.

mod common;

use std::path::Path;

#[test]
fn our_layout_beats_elk() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("against-elk");
    let found = common::rivals::compare(&folder, &common::files::every_file());
    assert!(found.failures.is_empty(), "{}\n{:#?}", found.table, found.failures);
}
