//! What tells that a host does what it is for, from end to end: said by roles as data, tried by a rehearsal.

use super::Command;
use crate::cloud::{HostId, Outside, Person};
use crate::{Name, Ports, Text};
use fmc_config::{Cause, Document, Secret, SecretKind};
use std::net::IpAddr;

/// Something that is tried from this host, and tells whether it works from end to end.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// What works if it succeeds.
    pub what: Text,
    /// What is tried.
    pub attempt: Attempt,
    /// Why it is tried.
    pub cause: Cause,
}

/// What a probe tries.
#[derive(Clone, Debug, PartialEq)]
pub enum Attempt {
    /// A connection to these ports of this address.
    Connect(IpAddr, Ports),
    /// An echo request to this address.
    Ping(IpAddr),
    /// A command that must succeed.
    Command(Command),
    /// What is done one after the other, each where it says; every one must come to what is expected.
    Steps(Vec<Step>),
    /// What people in the Internet ask for by HTTPS, one after the other.
    Requests(Vec<Request>),
}

/// A command of several, and what it must come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Where it is run.
    pub on: On,
    /// Files that are there while it runs, for root alone, by their paths. Secrets in them are good for
    /// nothing but the rehearsal.
    pub files: Vec<(String, Document)>,
    /// What is run.
    pub command: Command,
    /// What it reads as its standard input.
    pub input: Option<Document>,
    /// What it must come to.
    pub expects: Expect,
}

/// Where a step is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum On {
    /// On the host whose probe it is.
    Own,
    /// On another host.
    Host(HostId),
    /// By somebody who is known by name: among whom, and who. They have come in by their tunnel, if they do.
    Person(Name, Name),
}

/// What a step must come to.
#[derive(Clone, Debug, PartialEq)]
pub enum Expect {
    /// It succeeds.
    Success,
    /// It succeeds, and says this and nothing else.
    Says(String),
    /// It succeeds or not, and the number after these words is at most so much, whatever its sign.
    AtMost(&'static str, f64),
    /// It fails, and says one of these: any other failure tells nothing of who is let in.
    Refusal(Vec<&'static str>),
}

/// What somebody in the Internet asks for by HTTPS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub visitor: Visitor,
    /// The name that is asked for.
    pub name: String,
    /// Where the one lives who is asked; the host whose probe it is, where nothing is said.
    pub at: Option<IpAddr>,
    /// The path, which begins with `/`.
    pub path: String,
    /// How often it is asked at the most, one after the other: until what is expected has come.
    pub times: u32,
    /// Whether it goes on when that has come, as often as it may, while the next ones are asked.
    pub goes_on: bool,
    /// What must come.
    pub expects: Answer,
}

/// Which of the people in the Internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visitor {
    /// Anybody.
    Usual,
    /// Somebody else, at another address.
    Other,
}

/// What must come of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A status.
    Status(u16),
    /// A header with a value, whatever the status.
    Header(&'static str, &'static str),
    /// Nothing: there is no connection.
    Nothing,
}

impl Step {
    /// A command that must succeed, without files or input.
    pub fn new(on: On, command: Command) -> Self {
        Self { on, files: Vec::new(), command, input: None, expects: Expect::Success }
    }

    /// With a file.
    pub fn file(mut self, path: impl Into<String>, document: impl Into<Document>) -> Self {
        self.files.push((path.into(), document.into()));
        self
    }

    /// With something to read.
    pub fn input(mut self, document: impl Into<Document>) -> Self {
        self.input = Some(document.into());
        self
    }

    /// That must come to something else than success.
    pub fn expects(mut self, expects: Expect) -> Self {
        self.expects = expects;
        self
    }
}

impl Attempt {
    /// Every file and input that it needs.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        let steps = match self {
            Self::Steps(steps) => steps.as_slice(),
            _ => &[],
        };
        steps.iter().flat_map(|it| it.files.iter().map(|it| &it.1).chain(&it.input))
    }
}

/// The key of somebody who logs in by SSH, in a rehearsal: their own is theirs alone, and nobody else's.
pub fn throwaway_key(of: &Outside, person: &Person) -> Secret {
    Secret::private(SecretKind::SigningKey, format!("rehearsal/{}/{}/ssh", of.name, person.name))
}
