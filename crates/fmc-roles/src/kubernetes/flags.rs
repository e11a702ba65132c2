//! Flags of programs, as data: each has one name and the releases that know it.

use fmc_model::cloud::{Cloud, Releases};

/// A flag of a program of Kubernetes, and which of its releases have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flag {
    name: &'static str,
    /// The first minor version that has it.
    since: u16,
    /// The first one that has it no more.
    until: u16,
}

impl Flag {
    /// A flag that every release has.
    pub(crate) const fn of(name: &'static str) -> Self {
        Self { name, since: 0, until: u16::MAX }
    }

    /// One that came with a minor version.
    pub(crate) const fn since(self, minor: u16) -> Self {
        Self { since: minor, ..self }
    }

    /// One that went with a minor version.
    pub(crate) const fn until(self, minor: u16) -> Self {
        Self { until: minor, ..self }
    }
}

/// The releases that are written for.
pub(crate) fn releases(cloud: &Cloud) -> Releases {
    cloud.kubernetes.as_ref().map_or_else(Releases::default, |it| it.releases)
}

/// The flags of one program, in the order in which they were said.
#[derive(Clone, Debug)]
pub(crate) struct Flags {
    release: u16,
    words: Vec<String>,
}

impl Flags {
    /// None yet, of a program that stands beside the API server.
    pub(crate) fn control(cloud: &Cloud) -> Self {
        Self::of_release(releases(cloud).control)
    }

    /// None yet, of a program of a node.
    pub(crate) fn node(cloud: &Cloud) -> Self {
        Self::of_release(releases(cloud).nodes)
    }

    fn of_release(release: u16) -> Self {
        Self { release, words: Vec::new() }
    }

    /// Adds a flag with its value, unless the release does not have it.
    pub(crate) fn set(&mut self, flag: Flag, value: impl std::fmt::Display) -> &mut Self {
        if (flag.since..flag.until).contains(&self.release) {
            self.words.push(format!("--{}={value}", flag.name));
        }
        self
    }

    /// The words of a command.
    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_release_gets_what_it_knows() {
        const OLD: Flag = Flag::of("anonymous-auth").until(32);
        const NEW: Flag = Flag::of("authentication-config").since(32);
        let words = |release| {
            let mut flags = Flags::of_release(release);
            flags.set(Flag::of("secure-port"), 6443).set(OLD, true).set(NEW, "/a b");
            flags.words().to_vec()
        };
        assert_eq!(words(31), ["--secure-port=6443", "--anonymous-auth=true"]);
        assert_eq!(words(32), ["--secure-port=6443", "--authentication-config=/a b"]);
    }
}
