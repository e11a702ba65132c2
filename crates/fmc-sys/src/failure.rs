//! What could not be done, with everything that is known about it.

use crate::Outcome;
use std::error::Error;
use std::{fmt, io};

/// Why something could not be done on a [`Host`](crate::Host).
#[derive(Debug)]
pub enum Failure {
    /// A command ran and did not succeed.
    Command(Box<Outcome>),
    /// The operating system refused something.
    System {
        /// What was being done, as in "mounting a tmpfs at /run".
        what: String,
        /// What the system said.
        source: io::Error,
    },
    /// What was asked for makes no sense, in a sentence.
    Wrong(String),
}

/// Puts what was being done to an answer of the operating system.
pub(crate) trait Doing<T> {
    /// Says what was being done, as in "mounting a tmpfs at /run".
    fn doing(self, what: impl AsRef<str>) -> Result<T, Failure>;
}

impl<T, E: Into<io::Error>> Doing<T> for Result<T, E> {
    fn doing(self, what: impl AsRef<str>) -> Result<T, Failure> {
        self.map_err(|source| Failure::System {
            what: what.as_ref().to_owned(),
            source: source.into(),
        })
    }
}

/// How many lines of each stream are shown: the last ones, where the reason usually stands.
const LINES: usize = 40;

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(outcome) => {
                write!(f, "`{}`: {}", outcome.command, outcome.status)?;
                for (name, bytes) in [("stdout", &outcome.stdout), ("stderr", &outcome.stderr)] {
                    let text = String::from_utf8_lossy(bytes);
                    let lines: Vec<_> = text.trim_end().lines().collect();
                    let rest = lines.len().saturating_sub(LINES);
                    if rest > 0 {
                        write!(f, "\n{name}: ({rest} lines before)")?;
                    }
                    for line in &lines[rest..] {
                        write!(f, "\n{name}: {line}")?;
                    }
                }
                Ok(())
            }
            // The cause is shown by who walks the chain; one line is all that most callers print,
            // so it is here too, and `source` gives none.
            Self::System { what, source } => {
                write!(f, "{what}: {source}")?;
                match source.raw_os_error() {
                    Some(libc::EPERM | libc::EACCES) if !rustix::process::geteuid().is_root() => {
                        write!(f, " (this needs root, or `fmc_sys::become_root` beforehand)")
                    }
                    _ => Ok(()),
                }
            }
            Self::Wrong(sentence) => f.write_str(sentence),
        }
    }
}

impl Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    #[test]
    fn a_failed_command_tells_everything() {
        let outcome = Outcome {
            command: "nft -c".into(),
            status: Status::Exited(1),
            stdout: Vec::new(),
            stderr: (1..=42).flat_map(|it| format!("line {it}\n").into_bytes()).collect(),
        };
        let text = outcome.ok().unwrap_err().to_string();
        assert!(text.starts_with("`nft -c`: exit status 1\nstderr: (2 lines before)\n"), "{text}");
        assert!(text.ends_with("\nstderr: line 42"), "{text}");
    }
}
