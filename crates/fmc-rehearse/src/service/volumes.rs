//! What mounts folders of other hosts for pods. The kubelet has that done by `mount.nfs`, as mount(8) does, for which
//! this machine's kernel may have no client: what is called so here asks the server whether it shares the folder
//! with this host, by the protocol itself, and shows the folder that stands in for it.

use super::Part;
use crate::shares::{MOUNTED, Shown};
use fmc_model::{Text, text};
use fmc_sys::Placed;
use std::collections::BTreeSet;

/// What mount(8) calls for file systems of the kinds `nfs` and `nfs4`; the second is a link to it.
const PROGRAM: &str = "/usr/sbin/mount.nfs";

/// The kubelet tries again whatever failed, so no server is waited for long.
const PATIENCE: u32 = 10;

/// Has a node mount these folders for its pods.
pub(crate) fn add(part: &mut Part, shown: &[Shown]) {
    if shown.is_empty() {
        return;
    }
    part.files.push(Placed::new(PROGRAM, script()).mode(0o755));
    let folders: BTreeSet<&str> = shown.iter().filter_map(|it| it.shared.as_deref()).collect();
    part.stand_ins.extend(folders.iter().map(|it| {
        text!(
            "{it}: a folder of this machine, for a volume of pods by NFS",
            "{it}: una carpeta de esta máquina, por un volumen de pods por NFS"
        )
    }));
    part.stand_ins.push(Text::of(
        "root of a pod is root on its volumes here, and `nobody` by NFS",
        "root de un pod es aquí root en sus volúmenes, y por NFS es `nobody`",
    ));
}

/// Its words are those of mount.nfs(8): what, where, options. What it says where it fails is in the events of a pod.
fn script() -> String {
    format!(
        "#!/bin/sh
server=${{1%%:/*}} path=/${{1#*:/}}
if ! said=$(timeout {PATIENCE} nfs-ls \"nfs://$server$path?version=4\" 2>&1); then
    echo \"mount.nfs: $1: $said\" >&2
    exit 32
fi
server=${{server#[}}
exec mount --bind \"{MOUNTED}/${{server%]}}$path\" \"$2\"
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::{Path, PathBuf};

    #[test]
    fn a_node_without_volumes_is_as_it_was() {
        let mut part = Part::default();
        add(&mut part, &[]);
        assert!(part.files.is_empty() && part.stand_ins.is_empty());
    }

    /// What it shows is where the host has it, of servers of both versions.
    #[test]
    fn what_is_mounted_is_what_stands_in_for_it() {
        let mut part = Part::default();
        let shown = ["10.0.0.1", "fd00::1"].map(|it| Shown {
            outside: PathBuf::from("/x"),
            inside: format!("{MOUNTED}/{it}/srv/a"),
            mounted: true,
            shared: Some("storage1:/srv/a".to_owned()),
        });
        add(&mut part, &shown);
        assert_eq!(part.files[0].path(), Path::new(PROGRAM));
        assert!(
            part.stand_ins[0].en.starts_with("storage1:/srv/a: a folder"),
            "{:?}",
            part.stand_ins
        );
        assert_eq!(part.stand_ins.len(), 2);
        let text = script().replace("nfs-ls", "true").replace("exec mount", "echo");
        for (what, expected) in [
            ("10.0.0.1:/srv/a", "--bind /run/rehearsed-volumes/10.0.0.1/srv/a /there"),
            ("[fd00::1]:/srv/a", "--bind /run/rehearsed-volumes/fd00::1/srv/a /there"),
        ] {
            let mut command = std::process::Command::new("sh");
            let said = command.args(["-c", &text, "sh", what, "/there", "-o", "rw"]).output();
            assert_eq!(String::from_utf8(said.unwrap().stdout).unwrap().trim(), expected);
        }
        let text = script().replace("nfs-ls", "false");
        let mut command = std::process::Command::new("sh");
        let ended = command.args(["-c", &text, "sh", "a:/b", "/there"]).output().unwrap();
        assert_eq!(ended.status.code(), Some(32));
    }
}
