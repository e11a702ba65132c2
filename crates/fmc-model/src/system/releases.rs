//! What upstream releases and distributions do not package, pinned: each file with its version, where
//! it lies, and its SHA-256.
//!
//! A digest is upstream's own, as a public file quotes it; the comment names the file. Versions are
//! those that a rehearsal runs, or the nearest whose digest could be found. An architecture that has
//! none is left open, and whoever needs it is told so: nothing is fetched without a digest.

use crate::cloud::Processor;

/// A file that upstream releases.
#[derive(Debug)]
pub struct Release {
    /// The program that it brings, as roles call it.
    pub program: &'static str,
    /// Where it lies; `{version}`, `{processor}` (`x86_64`) and `{arch}` (`amd64`) are filled in.
    pub url: &'static str,
    /// What is taken out of it where it is an archive (`.tar.gz` or `.tgz`), in the same notation.
    /// None of an archive that is one: the file is the program.
    pub members: &'static [&'static str],
    /// For x86-64.
    pub x86_64: Option<Build>,
    /// For 64-bit ARM.
    pub aarch64: Option<Build>,
}

/// A release as it was built for one architecture.
#[derive(Clone, Copy, Debug)]
pub struct Build {
    /// Its version.
    pub version: &'static str,
    /// The SHA-256 of the file.
    pub sha256: &'static str,
}

impl Release {
    /// As it was built for a processor.
    pub fn build(&self, processor: Processor) -> Option<Build> {
        match processor {
            Processor::X86_64 => self.x86_64,
            Processor::Aarch64 => self.aarch64,
        }
    }

    /// Whether the program is a folder of its members, and none of them is the program itself.
    pub(crate) fn is_folder(&self) -> bool {
        let last = |it: &str| it.rsplit('/').next() == Some(self.program);
        self.members.len() > 1 && !self.members.iter().any(|it| last(it))
    }
}

/// Whether what lies there is an archive that is unpacked.
pub(crate) fn is_archive(url: &str) -> bool {
    [".tar.gz", ".tgz"].iter().any(|it| url.ends_with(it))
}

/// By which ending what lies there is packed in a way that is not unpacked: it would become the program
/// as it is.
pub(crate) fn packed_otherwise(url: &str) -> Option<&'static str> {
    const OTHERS: [&str; 16] = [
        ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.zst", ".tzst", ".tar", ".zip", ".7z", ".gz",
        ".xz", ".bz2", ".zst", ".deb", ".rpm", ".apk",
    ];
    let lower = url.to_ascii_lowercase();
    OTHERS.into_iter().find(|it| lower.ends_with(it)).filter(|_| !is_archive(url))
}

const fn build(version: &'static str, sha256: &'static str) -> Option<Build> {
    Some(Build { version, sha256 })
}

/// A program of Kubernetes, which is released as one file each.
const fn kubernetes(
    program: &'static str,
    url: &'static str,
    x86_64: &'static str,
    aarch64: &'static str,
) -> Release {
    const VERSION: &str = "1.36.2";
    let (x86_64, aarch64) = (build(VERSION, x86_64), build(VERSION, aarch64));
    Release { program, url, members: &[], x86_64, aarch64 }
}

/// Every release, by its program.
pub const RELEASES: &[Release] = &[
    Release {
        program: "cni-plugins",
        url: "https://github.com/containernetworking/plugins/releases/download/v{version}/cni-plugins-linux-{arch}-v{version}.tgz",
        // A pod's link, its address, and its loopback interface, for which containerd asks by itself.
        members: &["./host-local", "./loopback", "./ptp"],
        // kubernetes/kops, pkg/assets/assetdata/cni-1.9.yaml.
        x86_64: build("1.9.1", "b98f74a0f8522f0a83867178729c1aa70f2158f90c45a2ca8fa791db1c76b303"),
        aarch64: build("1.9.1", "56171987d3947707c3563db2f4001bccaf50fd63468611b9f3cbecb1375ee7ec"),
    },
    Release {
        program: "containerd",
        url: "https://github.com/containerd/containerd/releases/download/v{version}/containerd-{version}-linux-{arch}.tar.gz",
        members: &["bin/containerd", "bin/containerd-shim-runc-v2", "bin/ctr"],
        // kubernetes/kops, pkg/assets/assetdata/containerd-2.3.yaml.
        x86_64: build("2.3.4", "9d68969855fbf676cdb8ed758e420fb048d61f984f61de3e53eddfebe484d168"),
        aarch64: build("2.3.4", "a985fbb7e18fc0362d31a055338f5d7b0e087a3e27f14c70d1c5965399a29f95"),
    },
    Release {
        program: "coredns",
        url: "https://github.com/coredns/coredns/releases/download/v{version}/coredns_{version}_linux_{arch}.tgz",
        members: &["coredns"],
        // Upstream's coredns_1.14.7_linux_amd64.tgz.sha256, as a public record of evidence for the
        // image registry.k8s.io/coredns/coredns:v1.14.7 quotes it (with coredns-1.14.7-provenance.json).
        x86_64: build("1.14.7", "9a09356438c6d9591cb80011a2a7a52f87fc3a113f6690e41f243f98b98faac9"),
        // No public file quotes that of 1.14.7; two that pin release assets have that of 1.14.4.
        aarch64: build(
            "1.14.4",
            "b3491ed0fbe530a549640a4073d90037ffafa483f007936e1943c1ae0def7325",
        ),
    },
    Release {
        program: "etcd",
        url: "https://github.com/etcd-io/etcd/releases/download/v{version}/etcd-v{version}-linux-{arch}.tar.gz",
        members: &["etcd-v{version}-linux-{arch}/etcd", "etcd-v{version}-linux-{arch}/etcdctl"],
        // Upstream's SHA256SUMS of v3.6.14, as public scripts that install it quote it: nine the first,
        // and one of them, install-etcd.sh, both.
        x86_64: build("3.6.14", "ffe840ff9295808e88cce2794a18a5ac87f12a5203c8314d0bf6aa119b41bac5"),
        aarch64: build(
            "3.6.14",
            "fa1b80565ee6fc2df1ae6f57a508b221f3ecc7d591c317c581cd8281b0842b3e",
        ),
    },
    // All of Kubernetes: kubernetes/kops, pkg/assets/assetdata/k8s-1.36.yaml, as of commit 347983e454d2.
    kubernetes(
        "kube-apiserver",
        "https://dl.k8s.io/release/v{version}/bin/linux/{arch}/kube-apiserver",
        "6770be17296ef36b656ad84e52b043007fb9a47ba0445c224097323291b1b33b",
        "265e3918c0659ce714fba07b6cc0634edafa4db6dd5891cc8dc3352b028af0f5",
    ),
    kubernetes(
        "kube-controller-manager",
        "https://dl.k8s.io/release/v{version}/bin/linux/{arch}/kube-controller-manager",
        "6332e45474baf6362f50394d8f7c6002274db04d68fe51dbe2229ef5c0b21e3c",
        "976242c5e71e4c0d2cc925ca34e715112cd3379ef7c4292c661546073790ce56",
    ),
    kubernetes(
        "kube-proxy",
        "https://dl.k8s.io/release/v{version}/bin/linux/{arch}/kube-proxy",
        "6588b915ab48baab68440ac1490358b434dcb7bdce076a468b805ee26fd4e048",
        "a19ffea01ef619a8aabadbef48b5a57a71a26815e1d5d21673002f243f0a2d74",
    ),
    kubernetes(
        "kube-scheduler",
        "https://dl.k8s.io/release/v{version}/bin/linux/{arch}/kube-scheduler",
        "0cc42da3170baf459a534a3802640d7374381ca679e5cfb647e64f36ad318d3d",
        "ec4166220b3825ea28679fb2604d9fa04c817226b4205db10985444608bfdcea",
    ),
    kubernetes(
        "kubectl",
        "https://dl.k8s.io/release/v{version}/bin/linux/{arch}/kubectl",
        "1e9045ec32bea85da43de85f0065358529ea7c7a152eca78154fba5b58c27d82",
        "c957eb8c4bea27a3bb35b269edd9082e27f027f7b76b20b5bf4afebc726c6d3e",
    ),
    kubernetes(
        "kubelet",
        "https://dl.k8s.io/release/v{version}/bin/linux/{arch}/kubelet",
        "3ba68cb4f0906053c08ab843131d5cec559cf8c718dbd679950a078b306abbb4",
        "b0b45db96f0e6bf996780b8a2b8d868bf538dc7c3a60cf604cf0ea2d65c24b06",
    ),
    Release {
        program: "traefik",
        url: "https://github.com/traefik/traefik/releases/download/v{version}/traefik_v{version}_linux_{arch}.tar.gz",
        members: &["traefik"],
        // A rehearsal runs 3.7.15, which comes as a wheel; the nearest release that public files quote
        // for both architectures is 3.7.12 (traefik_v3.7.12_checksums.txt): the first in a manual of an
        // installation, the second in four files of one project that verifies what it downloaded.
        x86_64: build("3.7.12", "c3b2634fc5421626641e2f4256108c08078a9b2662f649d770af78e5e5d729a2"),
        aarch64: build(
            "3.7.12",
            "c8d942f80be27c76a55ff483927b36e3be5b0b88299a177ec0882a1fa1c24374",
        ),
    },
];

/// The release that brings a program.
pub(crate) fn release(program: &str) -> Option<&'static Release> {
    RELEASES.iter().find(|it| it.program == program)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Word;
    use crate::{Member, Sha256, Url};
    use std::collections::BTreeSet;

    #[test]
    fn every_release_says_what_can_be_fetched() {
        assert!(RELEASES.is_sorted_by(|a, b| a.program < b.program));
        let mut digests = BTreeSet::new();
        for it in RELEASES {
            assert!(Url::parse(it.url).is_ok() && it.url.starts_with("https://"), "{}", it.url);
            assert!(it.url.contains("{version}") && it.url.contains("{arch}"), "{}", it.url);
            assert_eq!(is_archive(it.url), !it.members.is_empty(), "{}", it.program);
            assert_eq!(packed_otherwise(it.url), None, "{}", it.program);
            // No other is a folder, and only this one has a place of another name.
            assert_eq!(it.is_folder(), it.program == "cni-plugins", "{}", it.program);
            assert!(it.members.iter().all(|it| Member::parse(it).is_ok()), "{}", it.program);
            for build in [it.x86_64, it.aarch64].into_iter().flatten() {
                assert!(Sha256::parse(build.sha256).is_ok(), "{}", it.program);
                assert!(digests.insert(build.sha256), "{} has another's digest", it.program);
            }
            assert!(it.x86_64.is_some() || it.aarch64.is_some(), "{}", it.program);
        }
    }
}
