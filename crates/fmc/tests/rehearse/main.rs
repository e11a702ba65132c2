//! Whole clouds on this machine: what is measured agrees, what is planted is found, nothing is left.
//!
//! It needs root and the components, and fails without them.

mod alone;
mod beside;
#[path = "../../benches/common/losses.rs"]
mod losses;
mod whole;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The folder of the project.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The program that is tried, in the folder of the project.
fn fmc(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fmc"));
    command.args(words).current_dir(ROOT).stdin(Stdio::null());
    command.env("LC_ALL", "C.UTF-8");
    command
}

/// Who rehearses on this machine: anybody beside others, or somebody alone.
static MACHINE: RwLock<()> = RwLock::new(());

/// Whoever looks at the whole machine, or at what must not wait for others, is alone.
fn alone() -> RwLockWriteGuard<'static, ()> {
    MACHINE.write().unwrap_or_else(PoisonError::into_inner)
}

/// Whoever looks only at clouds of their own is beside others: most of a rehearsal is waiting.
fn beside() -> RwLockReadGuard<'static, ()> {
    MACHINE.read().unwrap_or_else(PoisonError::into_inner)
}

/// The cache of whoever tests.
fn cache() -> PathBuf {
    let [own, cache, home] = ["FMC_CACHE", "XDG_CACHE_HOME", "HOME"].map(std::env::var_os);
    let folder = fmc_components::cache_folder(own, cache, home).expect("FMC_CACHE or HOME");
    folder.parent().expect("a folder").to_owned()
}

/// The folder of a rehearsal of this name.
fn home(name: &str) -> PathBuf {
    cache().join("rehearsals").join(name)
}

fn example(name: &str) -> String {
    Path::new("examples").join(name).display().to_string()
}
