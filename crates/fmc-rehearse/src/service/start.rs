//! A host before its first process: users, folders, files, programs.

use super::{Init, Part};
use fmc_sys::{Command, Failure, Host as _, Placed, Sandbox};
use std::fmt::Write as _;
use std::path::Path;

/// Users that no package brought (sysusers.d(5)).
const SYSUSERS: &str = "/etc/sysusers.d";
const USERS: &str = "/etc/sysusers.d/fmc-rehearsal.conf";

/// Puts everything to its place that a host has before anything runs on it.
///
/// # Errors
/// A tool refuses what was generated.
pub fn enter(part: &Part, sandbox: &Sandbox) -> Result<(), Failure> {
    if part.init == Init::Systemd {
        sandbox.inside(forget_packages)??;
    }
    if let Some(ignition) = &part.ignition {
        ignition.fill(part, sandbox)?;
    }
    users(part, sandbox)?;
    let is_made = |it: &Placed| part.ignition.as_ref().is_some_and(|by| by.makes(it));
    let rest = part.files.iter().filter(|it| !it.path().starts_with(SYSUSERS) && !is_made(it));
    sandbox.place(rest.cloned().collect())?;
    let set = part.parameters();
    parameters(sandbox, set.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    link(part.links.clone(), sandbox)?;
    folders(part, sandbox)
}

/// Takes away what starts units of packages of the root, and their other names: on a machine of its own, each is
/// there only where it is wanted.
fn forget_packages() -> Result<(), Failure> {
    let failed = |it| Failure::Wrong(format!("looking at the units of packages: {it}"));
    for entry in std::fs::read_dir("/etc/systemd/system").map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_symlink() {
            std::fs::remove_file(path).map_err(failed)?;
        } else if path.extension().is_some_and(|it| it == "wants" || it == "requires") {
            std::fs::remove_dir_all(path).map_err(failed)?;
        }
    }
    Ok(())
}

/// Makes the users that own its files or run its processes.
///
/// # Errors
/// systemd-sysusers refuses what was generated.
pub(crate) fn users(part: &Part, sandbox: &Sandbox) -> Result<(), Failure> {
    let declared = part.files.iter().filter(|it| it.path().starts_with(SYSUSERS));
    let mut missing = String::new();
    for user in part.users.iter().filter(|it| *it != "root") {
        let _ = writeln!(missing, "u {user} - \"of a rehearsal\"");
    }
    let all = declared.cloned().chain([Placed::new(USERS, missing)]);
    sandbox.place(all.map(|it| it.owner("root")).collect())?;
    sandbox.run(&Command::new("systemd-sysusers"))?.ok()?;
    Ok(())
}

/// Makes links, each in the place of whatever is there.
pub(crate) fn link(links: Vec<(String, String)>, sandbox: &Sandbox) -> Result<(), Failure> {
    sandbox.inside(move || {
        for (path, to) in links {
            if let Some(folder) = Path::new(&path).parent() {
                let _ = std::fs::create_dir_all(folder);
            }
            let _ = std::fs::remove_file(&path);
            std::os::unix::fs::symlink(&to, &path)
                .map_err(|it| Failure::Wrong(format!("linking {path} to {to}: {it}")))?;
        }
        Ok::<(), Failure>(())
    })?
}

/// Makes the folders that its files ask for, and those that a package would have made.
pub(crate) fn folders(part: &Part, sandbox: &Sandbox) -> Result<(), Failure> {
    let folders = "/etc/tmpfiles.d/fmc.conf";
    if part.files.iter().any(|it| it.path() == Path::new(folders)) {
        sandbox.run(&Command::new("systemd-tmpfiles").args(["--create", folders]))?.ok()?;
    }
    for (path, folder) in &part.directories {
        let mode = format!("{:o}", folder.mode);
        let (user, group) = folder.owner.split_once(':').unwrap_or((&folder.owner, ""));
        let mut make = Command::new("install").args(["-d", "-m", &mode, "-o", user]);
        if !group.is_empty() {
            make = make.args(["-g", group]);
        }
        sandbox.run(&make.arg(path))?.ok()?;
    }
    Ok(())
}

/// Sets kernel parameters of the network of a host, by their names (sysctl.d(5)).
///
/// # Errors
/// Its kernel has no such parameter, or refuses the value.
pub fn parameters<'p>(
    sandbox: &Sandbox,
    all: impl Iterator<Item = (&'p str, &'p str)>,
) -> Result<(), Failure> {
    let all: Vec<(String, String)> =
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    sandbox.inside(move || {
        for (name, value) in all {
            let path = format!("/proc/sys/{}", name.replace('.', "/"));
            std::fs::write(path, value)
                .map_err(|why| Failure::Wrong(format!("setting {name}: {why}")))?;
        }
        Ok(())
    })?
}
