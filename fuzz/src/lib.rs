//! What every fuzz target shares.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::LazyLock;

/// The variable in which `cargo xtask fuzz` names the file for [`keep`].
const LAST: &str = "FMC_FUZZ_LAST";

/// Keeps the input in the file that [`LAST`] names. Every target does this first.
///
/// libFuzzer writes a reproducer from inside the dying process, which a stack overflow leaves no
/// room for: the process would vanish and take the input with it. A file outlives it. It holds the
/// length (eight bytes, little endian) and the input; one write into the page cache costs less
/// than the shortest parse.
pub fn keep(data: &[u8]) {
    static FILE: LazyLock<Option<File>> = LazyLock::new(|| {
        let path = std::env::var_os(LAST)?;
        Some(File::create(path).expect("the file for the last input can be written"))
    });
    if let Some(file) = &*FILE {
        let mut record = (data.len() as u64).to_le_bytes().to_vec();
        record.extend_from_slice(data);
        file.write_all_at(&record, 0).expect("the last input can be kept");
    }
}

/// The input, kept, as text if it is text.
pub fn text(data: &[u8]) -> Option<&str> {
    keep(data);
    str::from_utf8(data).ok()
}
