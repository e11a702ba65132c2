//! What the tools come in: the components, fetched where they are missing into the cache that
//! `fmc components` shows. The first time that takes minutes.

use fmc_components::{Component, Progress, Store, cache_folder, list};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Where they lie inside of a sandbox, on whatever system.
pub(crate) const COREDNS_INSIDE: &str = "/opt/validators/coredns";
pub(crate) const TRAEFIK_INSIDE: &str = "/opt/validators/traefik";

/// The list, and the store of whoever tests.
pub(crate) fn components() -> (Vec<Component>, Store) {
    let [own, cache, home] = ["FMC_CACHE", "XDG_CACHE_HOME", "HOME"].map(std::env::var_os);
    let store = Store::new(cache_folder(own, cache, home).expect("FMC_CACHE or HOME"));
    (list().expect("the list"), store)
}

/// A component. That it cannot be had fails who asks, with the mend.
fn part(name: &str) -> PathBuf {
    let (list, store) = components();
    let entry = store.need(&list, name, &mut |_: Progress<'_>| {});
    // Inside a sandbox, relative paths would mean something else.
    std::path::absolute(entry.unwrap_or_else(|it| panic!("{it}")).path()).expect("a path")
}

/// A root with the tools in it; nothing of it is installed or started on this machine.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| part("debian"))
}

/// CoreDNS, to be bound at [`COREDNS_INSIDE`].
pub(crate) fn coredns() -> &'static Path {
    static COREDNS: OnceLock<PathBuf> = OnceLock::new();
    COREDNS.get_or_init(|| part("coredns"))
}

/// Traefik, to be bound at [`TRAEFIK_INSIDE`].
pub(crate) fn traefik() -> &'static Path {
    static TRAEFIK: OnceLock<PathBuf> = OnceLock::new();
    TRAEFIK.get_or_init(|| part("traefik"))
}
