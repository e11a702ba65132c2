//! What root makes in somebody's folder is that somebody's: who called us by sudo may look at it, add to it and
//! remove it.

use std::fs::{create_dir, symlink_metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt as _, lchown};
use std::path::Path;

/// Makes a folder, and those above it that are missing, each of which belongs to the owner of the folder that it
/// is in. One that is there stays whose it is.
///
/// # Errors
/// One of them cannot be made.
pub fn make_folders(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent().filter(|it| !it.as_os_str().is_empty()) {
        make_folders(above)?;
    }
    match create_dir(folder) {
        Ok(()) => {
            give(folder);
            Ok(())
        }
        // Somebody else was quicker.
        Err(why) if why.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(why) => Err(why),
    }
}

/// Gives what was just made to the owner of the folder that it is in. A link is not followed. Who is not root
/// gives nothing away, and has nothing to give.
pub fn give(path: &Path) {
    if let Some(owner) = path.parent().and_then(|it| symlink_metadata(it).ok()) {
        let _ = lchown(path, Some(owner.uid()), Some(owner.gid()));
    }
}
