//! Programs that are fetched, decided.

use super::Origin;
use crate::{FilePath, Member, Name, Sha256, Url, Version, words};
use fmc_config::maps::IndexMap;
use serde::Serialize;

words! {
    /// The architecture of a processor.
    pub enum Processor {
        /// x86-64.
        X86_64 = "x86_64",
        /// 64-bit ARM.
        Aarch64 = "aarch64",
    }
}

impl Processor {
    /// What programs in Go call it, and so the names of most files that are released.
    pub fn arch(self) -> &'static str {
        match self {
            Self::X86_64 => "amd64",
            Self::Aarch64 => "arm64",
        }
    }
}

/// Where programs are fetched that nothing else brings.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Programs {
    /// Who has upstream's files in upstream's place: below this, each lies under its address without
    /// the scheme.
    pub mirror: Option<Url>,
    /// Which of these places, the mirror and those of programs, somebody in this cloud has.
    pub inside: Vec<Url>,
    /// Programs that were written, by name. The others are upstream's own releases.
    pub written: IndexMap<Name, Program>,
}

/// A program that was written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Program {
    /// Its version.
    pub version: Version,
    /// Where it lies, with places for what differs between hosts; `None` where upstream has it.
    pub url: Option<Url>,
    /// The SHA-256 of the file there, by architecture; an architecture that is not here has none.
    pub sha256: IndexMap<Processor, Sha256>,
    /// Where that was written.
    pub digests: Origin,
    /// What is taken out of it, if it is an archive; none where that is what upstream's release says.
    pub members: Vec<Member>,
    /// Where it is put; `None` for where its system has such programs.
    pub path: Option<FilePath>,
    /// Where that was written.
    pub placed: Option<Origin>,
    /// Where it was written.
    pub origin: Origin,
}
