//! Programs that are fetched, as they were written.

use crate::read::{At, OneOrMany, Read, Reader, Schemas};
use crate::{FilePath, Json, Member, Place, Sha256, Url, Version, json, record};
use fmc_config::yaml::{Node, Value};

record! {
    /// A program that is fetched: upstream's in a version of one's own choice, or one's own. It comes to every host that runs it and whose system has no package for it.
    pub struct ProgramSpec ("a program", "un programa") {
        /// Its version.
        version: At<Version>,
        /// Where it lies, with `{version}`, `{processor}` (`x86_64`, `aarch64`) and `{arch}` (`amd64`, `arm64`) for what differs. Where upstream has it, if left out and the program is one of `fmc show programs`.
        url: Option<At<Url>>,
        /// The SHA-256 of the file there: one, or one for each architecture (`{ x86_64: …, aarch64: … }`). Nothing is put into its place that has another.
        sha256: DigestSpec,
        /// What is taken out of it if it is an archive (`.tar.gz`, `.tgz`), in the notation of `url`; upstream's members if left out, or the one that is called like the program.
        members: OneOrMany<At<Member>>,
        /// Where it is put, if no role but `service` runs it; `/opt/bin` on Flatcar and `/usr/local/bin` elsewhere if left out.
        path: Option<At<FilePath>>,
        /// Why it was added to the design that this file describes.
        added: Option<At<String>>,
    }
}

record! {
    /// A digest for each architecture.
    pub struct DigestsSpec ("digests", "resúmenes") {
        /// For x86-64.
        x86_64: Option<At<Sha256>>,
        /// For 64-bit ARM.
        aarch64: Option<At<Sha256>>,
    }
}

/// The digest of a file: one, or one for each architecture.
#[derive(Clone, Debug)]
pub enum DigestSpec {
    /// The same on any processor.
    One(Box<At<Sha256>>),
    /// Another on each.
    Each(Box<DigestsSpec>),
}

impl DigestSpec {
    /// Where it was written.
    pub fn place(&self) -> Place {
        match self {
            Self::One(one) => one.place,
            Self::Each(each) => each.place,
        }
    }
}

impl Read for DigestSpec {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::Map(_) = node.value {
            return DigestsSpec::read(node, reader).map(|it| Self::Each(Box::new(it)));
        }
        At::<Sha256>::read(node, reader).map(|it| Self::One(Box::new(it)))
    }

    fn schema(schemas: &mut Schemas) -> Json {
        let one = At::<Sha256>::schema(schemas);
        let each = DigestsSpec::schema(schemas);
        json!({ "anyOf": [one, each] })
    }
}
