//! Files that a host fetches, because neither its system nor a package brings what is in them.

use crate::cloud::Origin;
use fmc_config::Cause;

/// A file that is fetched, verified by its digest, and put into its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Download {
    /// The program for which it is fetched.
    pub program: String,
    /// Its version.
    pub version: String,
    /// Where it lies.
    pub url: String,
    /// Whether somebody in this cloud has it.
    pub inside: bool,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
    /// What of it is put where.
    pub installs: Vec<Install>,
    /// Where it was written; `None` for upstream's own release.
    pub written: Option<Origin>,
    /// Why it is there.
    pub cause: Cause,
}

/// A file that is put into its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Install {
    /// The member of the archive that it is; `None` where what is fetched is the file itself.
    pub member: Option<String>,
    /// Its place.
    pub path: String,
}

impl Download {
    /// Where it lies before it is unpacked, if somebody has put it there already.
    pub fn kept(&self) -> String {
        format!("{KEPT}/{}", self.sha256)
    }

    /// The place of the program where it is fetched as it is, and unpacked from nothing.
    pub fn plain(&self) -> Option<&str> {
        self.installs.iter().find(|it| it.member.is_none()).map(|it| it.path.as_str())
    }
}

/// Where files lie that were fetched and are not yet unpacked.
const KEPT: &str = "/var/lib/fmc/programs";

/// A program that a host runs and that nothing brings: whoever runs the cloud has to.
#[derive(Clone, Debug, PartialEq)]
pub struct MissingProgram {
    /// Its name.
    pub name: String,
    /// Where it is started from.
    pub path: String,
    /// Whether no role names it, but the command that a person wrote: they have it.
    pub own: bool,
    /// Who starts it.
    pub cause: Cause,
}
