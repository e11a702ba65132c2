//! Shares by hand for the whole world.

use super::by_hand::written;
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A share that is more open than it says.
const CODE: Code = Code {
    id: "FMC1509",
    severity: Severity::Warning,
    title: Words("share for everybody", "carpeta compartida con todos"),
    reason: Words(
        "NFS knows its clients by their addresses alone. A share for `*` is for whoever sends a packet, and \
         with `no_root_squash` root of any of them is root of these files: one machine that was broken into \
         has them all. A share names its clients one by one, and makes root nobody.",
        "NFS conoce a sus clientes solo por su dirección. Una carpeta para `*` es para quien envíe un paquete, y \
         con `no_root_squash` el root de cualquiera es root de estos ficheros: una máquina asaltada los tiene \
         todos. Una carpeta nombra a sus clientes uno a uno, y hace del root nadie.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  storage:
    os: debian
    nics: { lan: 11 }
    files: { /etc/exports: { text: \"/srv/shared *(rw,sync,no_subtree_check)\\n\" } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  storage:
    os: debian
    nics: { lan: 11 }
    files: { /etc/exports: { text: \"/srv/shared 192.168.0.31(rw,sync,no_subtree_check)\\n\" } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for it in written(subject) {
        for (line, number) in
            it.text.lines().zip(1..).filter(|it| !it.0.trim_start().starts_with('#'))
        {
            let exports = it.what.starts_with("/etc/exports");
            let world = exports && line.split_whitespace().skip(1).any(|it| it.starts_with("*("))
                || is_set(line, "Clients", &["*", "0.0.0.0/0"]);
            let root = exports && line.contains("no_root_squash")
                || is_set(line, "Squash", &["no_root_squash", "none", "no_squash"]);
            let (path, who) = (&it.what, subject.called(it.hosts.iter().copied()));
            let message = match (world, root) {
                (true, _) => text!(
                    "line {number} of {path} on {who} shares with everybody who sends a packet",
                    "la línea {number} de {path} en {who} comparte con quien envíe un paquete"
                ),
                (false, true) => text!(
                    "line {number} of {path} on {who} lets root of every client be root there",
                    "la línea {number} de {path} en {who} deja al root de cada cliente ser root allí"
                ),
                (false, false) => continue,
            };
            found.push(CODE.at(it.place, message).hint(text!(
                "name the clients, or let the role `nfs` write it",
                "nombre a los clientes, o deje que lo escriba el rol `nfs`"
            )));
        }
    }
    found
}

/// Whether a line of NFS-Ganesha gives a key one of these values.
fn is_set(line: &str, key: &str, values: &[&str]) -> bool {
    let Some((own, value)) = line.split_once('=') else { return false };
    let value = value.trim().trim_end_matches(';').trim();
    own.trim().eq_ignore_ascii_case(key) && values.iter().any(|it| it.eq_ignore_ascii_case(value))
}
