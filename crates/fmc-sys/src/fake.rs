//! A host that only pretends, for tests of who uses one.

use crate::{Command, Failure, Host, Outcome, Status};
use std::cell::RefCell;
use std::fmt;

/// What a fake does when a command begins with certain words.
type Answer = Box<dyn Fn(&Command) -> Outcome>;

/// A host that answers commands from a script and remembers what it was asked.
///
/// A command that the script does not know is a [`Failure`], as is a program that is not there.
#[derive(Default)]
pub struct Fake {
    answers: Vec<(String, Answer)>,
    asked: RefCell<Vec<Command>>,
}

impl Fake {
    /// A host that knows no command yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers every command line that begins with `start` with this code and standard output. The
    /// first answer that fits is taken.
    pub fn answer(self, start: &str, code: i32, stdout: &str) -> Self {
        let stdout = stdout.as_bytes().to_vec();
        self.act(start, move |_| Outcome {
            status: Status::Exited(code),
            stdout: stdout.clone(),
            ..Outcome::default()
        })
    }

    /// Answers every command line that begins with `start` by calling a function, which may do what
    /// the command would have done: write a file, say.
    pub fn act(mut self, start: &str, answer: impl Fn(&Command) -> Outcome + 'static) -> Self {
        self.answers.push((start.to_owned(), Box::new(answer)));
        self
    }

    /// The command lines that were asked for, in their order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.borrow().iter().map(ToString::to_string).collect()
    }
}

impl Host for Fake {
    fn watch(
        &self,
        command: &Command,
        go_on: &mut dyn FnMut(&Outcome) -> bool,
    ) -> Result<Outcome, Failure> {
        self.asked.borrow_mut().push(command.clone());
        let shown = command.to_string();
        let answer = self.answers.iter().find(|it| shown.starts_with(&it.0));
        let (_, answer) = answer.ok_or_else(|| Failure::System {
            what: format!("starting `{shown}`"),
            source: std::io::ErrorKind::NotFound.into(),
        })?;
        let outcome = Outcome { command: shown, ..answer(command) };
        let status = if go_on(&outcome) { outcome.status } else { Status::Stopped };
        Ok(Outcome { status, ..outcome })
    }
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fake").field("asked", &self.asked()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fake_answers_by_its_script_and_remembers() {
        let fake = Fake::new().answer("go version", 0, "go1.26").answer("go", 2, "");
        assert_eq!(fake.run(&Command::new("go").arg("version")).unwrap().text(), "go1.26");
        assert!(fake.run(&Command::new("go").arg("build")).unwrap().ok().is_err());
        assert!(fake.run(&Command::new("nft")).unwrap_err().to_string().contains("`nft`"));
        assert_eq!(fake.asked(), ["go version", "go build", "nft"]);
    }
}
