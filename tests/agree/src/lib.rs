//! What is predicted is what the kernel does.
//!
//! `fmc-check` says what becomes of a packet, from the same values that files are generated from. Here the
//! kernel is asked: rules are loaded by the real `nft`, packets are sent through real hooks, and both
//! answers are compared, packet by packet. Each thing that is tried comes from a number, which a
//! disagreement names.
//!
//! * [`wire`]: packets as bytes, both ways;
//! * [`rulesets`]: random rules, of everything that their type can say;
//! * [`router`]: a host in a sandbox with packets going in and out of it;
//! * [`predicted`]: what should become of them;
//! * [`stage`]: a whole cloud in sandboxes, as it was generated; [`tunnels`]: what is hidden in it;
//! * [`matrix`]: everybody in it asks everybody, and what should come of it;
//! * [`listeners`]: who answers them.

pub mod listeners;
pub mod matrix;
pub mod predicted;
pub mod router;
pub mod rulesets;
pub mod stage;
pub mod tunnels;
pub mod wire;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A root with `nft` and `ip` in it, fetched into the cache of whoever tests where it is missing.
///
/// # Panics
/// It cannot be had: a test that cannot run fails.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let [own, cache, home] = ["FMC_CACHE", "XDG_CACHE_HOME", "HOME"].map(std::env::var_os);
        let folder = fmc_components::cache_folder(own, cache, home).expect("FMC_CACHE or HOME");
        let list = fmc_components::list().expect("the list");
        let entry = fmc_components::Store::new(folder).need(
            &list,
            "debian",
            &mut |_: fmc_components::Progress<'_>| {},
        );
        let entry = entry.unwrap_or_else(|it| panic!("{it}"));
        std::path::absolute(entry.path()).expect("a path")
    })
}
