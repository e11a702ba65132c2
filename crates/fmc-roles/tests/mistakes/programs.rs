//! Slips in programs that are fetched.

use super::{Mistake, wrote};

/// A digest of nothing in particular.
macro_rules! with_digest {
    ($before:literal, $after:literal) => {
        concat!(
            "timezone: Europe/Madrid\n",
            $before,
            "1f217d397234a6d065da663c6e086fdb02c0f0de97a0758ff3e6f3956f4ef8ab",
            $after,
            "\n"
        )
    };
}

const WITHOUT: &str = "timezone: Europe/Madrid\n";

pub(super) const ALL: &[Mistake] = &[
    // A name that is nearly that of a program.
    wrote(WITHOUT, with_digest!("programs: { «kubelett»: { version: 1.36.3, sha256: ", " } }"))
        .is("FMC0104")
        .edit("kubelet"),
    // One's own, from nowhere.
    wrote(WITHOUT, with_digest!("programs: { «sensor»: { version: 1, sha256: ", " } }"))
        .is("FMC0104")
        .hand("add `url: https://…`", WITHOUT),
    // One's own, and nobody runs it.
    wrote(
        WITHOUT,
        with_digest!(
            "programs: { «sensor»: { version: 1, url: https://files.example/sensor, sha256: ",
            " } }"
        ),
    )
    .is("FMC0201")
    .hand("there are", WITHOUT),
    // Addresses and digests that are none.
    wrote(WITHOUT, "timezone: Europe/Madrid\nmirror: «192.0.2.7/fmc»\n")
        .is("FMC0106")
        .edit("https://192.0.2.7/fmc"),
    wrote(WITHOUT, "timezone: Europe/Madrid\nmirror: «ftp://192.0.2.7/fmc»\n")
        .is("FMC0106")
        .hand("an address such as", WITHOUT),
    wrote(
        WITHOUT,
        with_digest!(
            "programs: { kubelet: { version: 1.36.3, url: «\"https://files.example/{name}\"», sha256: ",
            " } }"
        ),
    )
    .is("FMC0106")
    .hand("an address such as", WITHOUT),
    wrote(WITHOUT, "timezone: Europe/Madrid\nprograms: { kubelet: { version: 1.36.3, sha256: «1f217d39» } }\n")
        .is("FMC0106")
        .hand("a SHA-256 of 64 hexadecimal digits", WITHOUT),
    wrote(WITHOUT, with_digest!("programs: { kubelet: { version: 1.36.3, sha256: «sha256:", "» } }"))
        .is("FMC0106")
        .edit("1f217d397234a6d065da663c6e086fdb02c0f0de97a0758ff3e6f3956f4ef8ab"),
    wrote(
        WITHOUT,
        with_digest!(
            "programs: { etcd: { version: 3.6.13, members: «../etcd», sha256: ",
            " } }"
        ),
    )
    .is("FMC0106")
    .hand("a path in the archive", WITHOUT),
    // Files that make no program.
    wrote(
        WITHOUT,
        with_digest!(
            "programs: { kubelet: { version: 1.36.3, members: «bin/kubelet», sha256: ",
            " } }"
        ),
    )
    .is("FMC0106")
    .hand("leave `members` out", WITHOUT),
    wrote(
        WITHOUT,
        with_digest!(
            "programs: { etcd: { version: 3.6.13, url: «https://files.example/etcd.tar.xz», sha256: ",
            " } }"
        ),
    )
    .is("FMC0106")
    .hand("a `.tar.gz`, a `.tgz` or the program itself", WITHOUT),
    wrote(
        WITHOUT,
        with_digest!(
            "programs: { kubelet: { version: 1.36.3, url: «https://files.example/kubelet.zip», members: kubelet, sha256: ",
            " } }"
        ),
    )
    .is("FMC0106")
    .hand("a `.tar.gz`, a `.tgz` or the program itself", WITHOUT),
    wrote(
        WITHOUT,
        with_digest!(
            "programs: { etcd: { version: 3.6.13, members: [a/etcd, a/etcdctl, «b/etcdctl»], sha256: ",
            " } }"
        ),
    )
    .is("FMC0106")
    .hand("leave one of them out", WITHOUT),
    wrote(
        WITHOUT,
        with_digest!("programs: { etcd: { version: 3.6.13, members: «x/etcdctl», sha256: ", " } }"),
    )
    .is("FMC0106")
    .hand("the member that is the program too: `…/etcd`", WITHOUT),
    // The digest of another architecture than that of the hosts.
    wrote(
        WITHOUT,
        with_digest!("programs: { kubelet: { version: 1.36.3, sha256: «{ aarch64: ", " }» } }"),
    )
    .is("FMC0104")
    .hand("add `x86_64: …`", WITHOUT),
    // A place that the unit which runs it knows nothing of.
    wrote(
        WITHOUT,
        with_digest!(
            "programs: { kubelet: { version: 1.36.3, path: «/opt/own/kubelet», sha256: ",
            " } }"
        ),
    )
    .is("FMC0106")
    .hand("leave `path` out", WITHOUT),
    wrote(
        WITHOUT,
        with_digest!(
            "programs: { sensor: { version: 1, url: https://files.example/a, path: «\"/opt/my sensor\"», sha256: ",
            " } }"
        ),
    )
    .is("FMC0106")
    .hand("write one such as `/opt/bin/sensor`", WITHOUT),
    wrote(WITHOUT, with_digest!("programs: { kubelet: { version: «1.36 3», sha256: ", " } }"))
        .is("FMC0106")
        .hand("a version such as", WITHOUT),
    wrote("node: { os: flatcar", "node: { os: flatcar, processor: «amd64»")
        .is("FMC0106")
        .hand("x86_64, aarch64", "node: { os: flatcar"),
];
