//! Volumes that are kept on several nodes at once.
//!
//! All of its parts run as pods, so what they say to each other travels between pods and needs no
//! opening of a host's firewall.

mod settings;

pub(crate) use settings::{objects, of_node};

use fmc_config::blocks::{BlockStyle, Blocks, Statement};
use fmc_config::ini::{Ini, IniStyle};
use fmc_model::codes::ROLE_SETTING;
use fmc_model::read::At;
use fmc_model::role::{
    About, After, Configuration, Declaration, Kind, Linked, Member, Minimum, Need, Redundancy,
    Role, Target,
};
use fmc_model::setup::{Attempt, Command, Mount, Process, Ready};
use fmc_model::{Bytes, Text, Words, record, text};

pub(crate) const ROLE: Kind = Kind::of::<Longhorn>(&About {
    name: "longhorn",
    label: "Longhorn",
    icon: "longhorn",
    summary: Words(
        "keeps volumes on several nodes at once",
        "guarda volúmenes en varios nodos a la vez",
    ),
    manual: "https://longhorn.io/docs/",
    systems: &[],
    minimum: Minimum::of(2, 2048, 20),
    example: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master1: { os: flatcar, nics: { nodes: 21 }, roles: { etcd: , control-plane: } }
  worker[1-3]: { os: flatcar, nics: { nodes: 24+ }, roles: { worker: , longhorn: { disk: 40GiB } } }
",
});

record! {
    /// A node that keeps volumes.
    pub struct Longhorn ("role `longhorn`", "rol `longhorn`") {
        /// How much of the data disk is for volumes; all of it if left out.
        disk: Option<At<Bytes>>,
        /// On how many nodes each volume lies; 3 if left out, or on all where they are fewer.
        replicas: Option<At<u8>>,
        /// The device of the data disk; `/dev/vdb` if left out.
        device: Option<At<String>>,
    }
}

impl Role for Longhorn {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        let nodes = on.site.with(ROLE.about.name).map_or(1, fmc_model::cloud::HostSet::len);
        let usual = u8::try_from(nodes.min(3)).unwrap_or(3);
        let replicas = out.setting("replicas", usual, self.replicas.as_ref());
        let device = out.setting("device", "/dev/vdb".to_owned(), self.device.as_ref());
        if let Some(written) = self.device.as_ref().filter(|_| !is_device(&device)) {
            out.report(
                ROLE_SETTING
                    .at(
                        written.place,
                        text!("`{device}` is not a device", "`{device}` no es un dispositivo"),
                    )
                    .hint(text!("write `/dev/NAME`", "escriba `/dev/NOMBRE`")),
            );
        }
        out.redundancy(Redundancy::Replicas(replicas));
        let disk = out.setting("disk", on.host.size.data, self.disk.as_ref());
        out.data_disk(disk);
        out.need(
            Need::of(
                "pods",
                Text::of(
                    "replicas of volumes follow each other",
                    "las réplicas de los volúmenes se siguen",
                ),
            )
            .to(Target::Pods)
            .from_pods(),
        );
        out.after(After {
            role: "worker",
            here: true,
            why: Text::of("it runs as pods of the node", "se ejecuta como pods del nodo"),
        });
    }

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        let cause = on.cause();
        if on.host.size.data.0 > 0
            && let Some(what) = on.setting("device")
        {
            // The disk is for all that the host serves, and Longhorn has a folder of it. Nothing is
            // written to the system's own disk while it is away.
            let (kind, options) =
                ("ext4".to_owned(), vec!["nodev".to_owned(), "nosuid".to_owned()]);
            out.mount(
                DISK,
                Mount { what, kind, options, selinux: None, alone: false, cause: cause.clone() },
            );
            let (what, kind, options) =
                (FOLDER.to_owned(), "none".to_owned(), vec!["bind".to_owned()]);
            out.mount(
                DATA,
                Mount { what, kind, options, selinux: None, alone: false, cause: cause.clone() },
            );
        }
        // Volumes come to their node by iSCSI, and those of several pods by NFS.
        out.program("mount.nfs");
        out.module("iscsi_tcp");
        out.file_by(INITIATOR, || {
            let mut initiator = Ini::new(IniStyle::Tight);
            initiator.loose(&cause).set("InitiatorName", initiator_name(&on.host.fqdn));
            initiator
        });
        let command = Command::new(out.program("iscsid").path, ["-f"]);
        let mut process = Process::daemon("iscsid", command, Ready::Started, cause.clone())
            .described("volumes of Longhorn on this node", "https://www.open-iscsi.com/");
        process.files = vec![INITIATOR.to_owned()];
        // Sessions live in the kernel: who ends them with the daemon takes the volumes from the pods.
        process.spares_children = true;
        out.process(process);
        out.file_by(MULTIPATH, || left_alone(&cause));
        let what = text!("the disk of Longhorn is there", "el disco de Longhorn está ahí");
        let there = Command::new("/usr/bin/test", ["-d", DATA]);
        out.probe(what, Attempt::Command(there));
    }
}

/// The namespace of its pods.
pub(crate) const NAMESPACE: &str = "longhorn-system";

/// Where volumes lie: Longhorn's own place, and the folder of the data disk that is there.
const DATA: &str = "/var/lib/longhorn";
const DISK: &str = "/srv";
const FOLDER: &str = "/srv/longhorn";
const INITIATOR: &str = "/etc/iscsi/initiatorname.iscsi";
const MULTIPATH: &str = "/etc/multipath/conf.d/fmc-longhorn.conf";

/// Whether a path names a device, and leads to nowhere else.
fn is_device(path: &str) -> bool {
    let is_name = |it: &str| !matches!(it, "" | "." | "..");
    path.strip_prefix("/dev/").is_some_and(|it| it.split('/').all(is_name))
}

/// The name of a host among initiators: that of its domain, backwards, and its own
/// ([RFC 7143 §4.2.7.4](https://www.rfc-editor.org/rfc/rfc7143#section-4.2.7.4)). The date is one
/// at which the domain was somebody's; any is, as long as it stays.
fn initiator_name(fqdn: &str) -> String {
    let (host, domain) = fqdn.split_once('.').unwrap_or((fqdn, "invalid"));
    let backwards: Vec<&str> = domain.rsplit('.').collect();
    format!("iqn.2020-01.{}:{host}", backwards.join("."))
}

/// multipathd, where it runs, would take the devices of volumes for its own
/// (<https://longhorn.io/kb/troubleshooting-volume-with-multipath/>). Others are left to it.
fn left_alone(cause: &fmc_config::Cause) -> Blocks {
    let mut file = Blocks::new(BlockStyle::Braced);
    let block = file.block(["blacklist"], cause);
    let device: &mut Statement = block.inner(["device"], cause);
    device.with(["vendor", "IET"]).with(["product", "VIRTUAL-DISK"]);
    file
}

#[cfg(test)]
mod tests {
    #[test]
    fn devices_lie_below_dev() {
        assert!(super::is_device("/dev/vdb") && super::is_device("/dev/disk/by-id/x"));
        for path in ["/dev", "/dev/", "/dev/../etc", "/dev/a//b", "vdb", "/srv"] {
            assert!(!super::is_device(path), "{path}");
        }
    }
}
