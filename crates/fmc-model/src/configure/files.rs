//! Files that a person wrote where a folder must be, or inside of what is no folder.

use crate::Diagnostic;
use crate::cloud::Host;
use crate::resolve::codes::CONFLICT;
use crate::setup::Setup;
use crate::text;
use fmc_config::maps::HashSet;

/// Folders of every system
/// (<https://refspecs.linuxfoundation.org/FHS_3.0/fhs/index.html>, §3 to §5).
const FOLDERS: [&str; 33] = [
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/etc/opt",
    "/etc/ssh",
    "/etc/systemd",
    "/home",
    "/lib",
    "/lib64",
    "/media",
    "/mnt",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/srv",
    "/sys",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/sbin",
    "/usr/share",
    "/var",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/run",
    "/var/spool",
    "/var/tmp",
];

/// What cannot be written as it stands: a path is a file or a folder, and never both. Besides the files of
/// the setup there are some at `bare`, of which nothing else is known.
pub(super) fn in_the_way(host: &Host, setup: &Setup, bare: &HashSet<String>) -> Vec<Diagnostic> {
    if host.files.is_empty() {
        return Vec::new();
    }
    let homes = setup.users.values().map(|it| &it.home);
    let folders = setup.directories.keys().chain(setup.mounts.keys()).chain(homes);
    let folders: Vec<&String> = folders.collect();
    let mut found = Vec::new();
    for (path, written) in &host.files {
        let below = |it: &str| it.strip_prefix(path.as_str()).is_some_and(|it| it.starts_with('/'));
        let inside = || {
            // The first of all, in order.
            let files = setup.entries.keys().chain(bare).filter(|it| below(it)).min();
            files.or_else(|| folders.iter().find(|it| below(it)).copied())
        };
        let said = if FOLDERS.contains(&path.as_str()) || folders.contains(&path) {
            text!(
                "{path} is a folder on {host}",
                "{path} es una carpeta en {host}",
                host = host.name
            )
        } else if let Some(other) = inside() {
            text!(
                "{path} is a folder on {host}: {other} is in it",
                "{path} es una carpeta en {host}: {other} está dentro",
                host = host.name
            )
        } else if let Some(other) = above(path).find(|it| {
            (setup.entries.contains_key(*it) || bare.contains(*it)) && !host.files.contains_key(*it)
        }) {
            text!(
                "{other} is a file on {host}, and nothing can be in it",
                "{other} es un fichero en {host}, y no puede haber nada dentro",
                host = host.name
            )
        } else {
            continue;
        };
        found.push(CONFLICT.at(written.origin.place, said).hint(text!(
            "write the whole path of a file that is in a folder",
            "escriba la ruta completa de un fichero que esté en una carpeta"
        )));
    }
    found
}

/// The paths that would have to be folders for a path to be there.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.char_indices().filter(|it| it.1 == '/' && it.0 > 0).map(|it| &path[..it.0])
}
