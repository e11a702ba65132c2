//! One run at a time changes what lies in a folder: the store of secrets, or what was built.

use crate::CouldNot;
use crate::output::Output;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

/// How often it is tried: ten seconds in all, and a change rarely takes one.
const PATIENCE: u32 = 100;
const STEP: Duration = Duration::from_millis(100);

/// Takes the lock of a folder; it is free again when what is returned is dropped, or its process ends,
/// however it ends. The folder itself is locked, so that nothing lies about.
pub(crate) fn take(folder: &Path, output: &Output) -> Result<File, CouldNot> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let failed = |it: io::Error| CouldNot::new(format!("{}: {it}", folder.display()));
    let file = lockable(folder).map_err(failed)?;
    for _ in 0..PATIENCE {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(STEP),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
    let what =
        output.say("another run of fmc is writing in", "otra ejecución de fmc está escribiendo en");
    let hint = output
        .say("wait until it has ended, and run again", "espere a que termine y vuelva a ejecutar");
    Err(CouldNot::new(format!("{what} {}", folder.display())).hint(hint))
}

#[cfg(unix)]
fn lockable(folder: &Path) -> io::Result<File> {
    fs::File::open(folder)
}

/// Where folders cannot be opened, a file in it is locked.
#[cfg(not(unix))]
fn lockable(folder: &Path) -> io::Result<File> {
    fs::OpenOptions::new().write(true).create(true).truncate(false).open(folder.join(".fmc-lock"))
}
