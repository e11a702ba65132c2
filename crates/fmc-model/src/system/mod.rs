//! What the host systems call things: where a program lies, who runs it, which package brings it.
//!
//! A role names a program and never a path. Each system has its table, and a habit for programs that
//! its table does not name. To add a program, add its row to each system that can have it.

mod almalinux;
mod debian;
mod flatcar;
mod releases;
mod rocky;

pub use releases::{Build, RELEASES, Release};
pub(crate) use releases::{is_archive, packed_otherwise, release};

use crate::cloud::System;
use crate::role::Minimum;
use crate::setup::PackageSource;
use std::borrow::Cow;

/// A program as a system has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packaged {
    /// Where it lies.
    pub path: Cow<'static, str>,
    /// The user that its service runs as.
    pub user: Cow<'static, str>,
    /// The package that brings it; `None` where the image of the system has it, or nothing of the
    /// system does.
    pub package: Option<Cow<'static, str>>,
    /// Whether neither the image of the system nor a package brings it: it has to be fetched.
    pub fetched: bool,
}

/// A row of a system's table.
pub(crate) struct Row {
    name: &'static str,
    path: &'static str,
    user: &'static str,
    package: Option<&'static str>,
    fetched: bool,
}

/// A program that a package brings, or the image of the system.
const fn row(
    name: &'static str,
    path: &'static str,
    user: &'static str,
    package: Option<&'static str>,
) -> Row {
    Row { name, path, user, package, fetched: false }
}

/// A program that neither does: upstream's release is fetched, or the file of whoever has a better one.
const fn fetched(name: &'static str, path: &'static str, user: &'static str) -> Row {
    Row { name, path, user, package: None, fetched: true }
}

/// What a system has and how it is set up.
pub(crate) struct Table {
    /// Programs by name.
    rows: &'static [Row],
    /// Where a program lies that has no row.
    folder: &'static str,
    /// Whether such a program comes as a package of its own name.
    packages: bool,
    /// What sets up its interfaces.
    pub(crate) network: Interfaces,
    /// What keeps its clock.
    pub(crate) clock: Clock,
    /// What else it calls by another name than others do: files and units, sorted.
    terms: &'static [(&'static str, &'static str)],
    /// Whether its images have `SELinux` on.
    pub(crate) selinux: bool,
    /// Packages that its repositories do not have, or have in a version that is not meant, and where
    /// they come from.
    sources: &'static [(&'static str, PackageSource)],
    /// What it needs of a machine itself.
    minimum: Minimum,
    /// Units of the system that must not run: they would undo what ours do.
    pub(crate) masked: &'static [&'static str],
}

/// What keeps the clock of a system, where nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    /// systemd-timesyncd.
    Timesyncd,
    /// chronyd.
    Chronyd,
}

/// What sets up the interfaces of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interfaces {
    /// systemd-networkd.
    Networkd,
    /// NetworkManager.
    NetworkManager,
}

/// Users that every system has
/// (<https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/usernames.html>).
const USERS: [&str; 17] = [
    "adm",
    "bin",
    "daemon",
    "ftp",
    "games",
    "halt",
    "lp",
    "mail",
    "nobody",
    "operator",
    "root",
    "shutdown",
    "sshd",
    "sync",
    "systemd-network",
    "wheel",
    "www-data",
];

/// All of them.
const SYSTEMS: [System; 4] = [System::Flatcar, System::Almalinux, System::Rocky, System::Debian];

/// Whether some system knows a program, or upstream's release of it is known.
pub(crate) fn is_known(name: &str) -> bool {
    release(name).is_some() || SYSTEMS.iter().any(|it| it.knows(name))
}

/// The programs that some system fetches, each once.
pub(crate) fn fetched_programs() -> Vec<&'static str> {
    let rows = SYSTEMS.iter().flat_map(|it| it.table().rows).filter(|it| it.fetched);
    let mut names: Vec<&str> = rows.map(|it| it.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

impl System {
    pub(crate) fn table(self) -> &'static Table {
        match self {
            Self::Flatcar => &flatcar::TABLE,
            Self::Almalinux => &almalinux::TABLE,
            Self::Rocky => &rocky::TABLE,
            Self::Debian => &debian::TABLE,
        }
    }

    /// Who may do everything on a machine of it, as its images have it
    /// (<https://www.flatcar.org/docs/latest/setup/security/adding-users/>,
    /// <https://wiki.almalinux.org/cloud/>, <https://docs.rockylinux.org/>,
    /// <https://cloud.debian.org/images/cloud/>).
    pub fn administrator(self) -> &'static str {
        match self {
            Self::Flatcar => "core",
            Self::Almalinux => "almalinux",
            Self::Rocky => "rocky",
            Self::Debian => "debian",
        }
    }

    /// Whether its image, or a package that a role names, brings a user of this name.
    pub fn has_user(self, name: &str) -> bool {
        USERS.contains(&name)
            || name == self.administrator()
            || self.table().rows.iter().any(|it| it.user == name)
    }

    /// A program as this system has it: by its table, else by its habit.
    pub fn program(self, name: &'static str) -> Packaged {
        let table = self.table();
        match table.rows.iter().find(|it| it.name == name) {
            Some(row) => Packaged {
                path: row.path.into(),
                user: row.user.into(),
                package: row.package.map(Into::into),
                fetched: row.fetched,
            },
            None => Packaged {
                path: format!("{}/{name}", table.folder).into(),
                user: name.into(),
                package: table.packages.then(|| name.into()),
                fetched: !table.packages,
            },
        }
    }

    /// What installs packages there; `None` where nothing does.
    pub fn package_manager(self) -> Option<&'static str> {
        match self {
            Self::Flatcar => None,
            Self::Almalinux | Self::Rocky => Some("dnf"),
            Self::Debian => Some("apt"),
        }
    }

    /// What it needs of a machine itself, at the least, to be installed and kept up to date.
    pub fn minimum(self) -> Minimum {
        self.table().minimum
    }

    /// Whether its images have `SELinux` on.
    pub fn has_selinux(self) -> bool {
        self.table().selinux
    }

    /// What has to be there before these packages can be had: repositories first.
    pub(crate) fn sources(self, packages: &[Cow<'static, str>]) -> Vec<PackageSource> {
        let all = self.table().sources.iter();
        let mut sources: Vec<PackageSource> =
            all.filter(|it| packages.iter().any(|name| name == it.0)).map(|it| it.1).collect();
        sources.sort();
        sources.dedup();
        sources
    }

    /// Where a program is put that neither the image of this system nor a package brings, and of which
    /// no table says where.
    pub(crate) fn own_folder(self) -> &'static str {
        if self.table().packages { "/usr/local/bin" } else { self.table().folder }
    }

    /// What this system calls a file or unit that others call `usual`.
    pub fn term(self, usual: &'static str) -> &'static str {
        let terms = self.table().terms;
        terms.iter().find(|it| it.0 == usual).map_or(usual, |it| it.1)
    }

    /// Whether the table of this system has a row for a program.
    pub fn knows(self, name: &str) -> bool {
        self.table().rows.iter().any(|it| it.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_and_paths_absolute() {
        for system in SYSTEMS {
            let rows = system.table().rows;
            assert!(rows.is_sorted_by(|a, b| a.name < b.name), "{system:?}");
            assert!(rows.iter().all(|it| it.path.starts_with('/')), "{system:?}");
        }
    }

    #[test]
    fn what_has_no_row_follows_the_habit() {
        assert_eq!(System::Debian.program("mosquitto").path, "/usr/sbin/mosquitto");
        assert_eq!(System::Flatcar.program("mosquitto").path, "/opt/bin/mosquitto");
        assert_eq!(System::Flatcar.program("mosquitto").package, None);
    }

    /// What is fetched lies where nothing of the system does, and the rest lies where something does.
    #[test]
    fn what_is_fetched_has_folders_of_its_own() {
        let own = |path: &str| path.starts_with("/opt/") || path.starts_with("/usr/local/");
        for system in SYSTEMS {
            for row in system.table().rows {
                assert_eq!(row.fetched, own(row.path), "{} on {system:?}", row.name);
                assert!(!row.fetched || row.package.is_none(), "{} on {system:?}", row.name);
            }
        }
    }

    /// Every release is of a program that some system fetches, and only programs without any release
    /// are left to whoever runs them.
    #[test]
    fn every_release_brings_what_some_system_fetches() {
        for it in RELEASES {
            assert!(SYSTEMS.iter().any(|on| on.program(it.program).fetched), "{}", it.program);
        }
        let mut open = fetched_programs();
        open.retain(|it| release(it).is_none());
        assert_eq!(open, ["haproxy", "keepalived"]);
    }
}
