//! What is known of all processes.

use crate::why;
use fmc_model::Text;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A process of a host, as far as it is known.
#[derive(Clone, Debug, Serialize)]
pub struct Service {
    /// Its host.
    pub host: String,
    /// Its name: that of its unit.
    pub name: String,
    /// How it is.
    pub state: State,
    /// Whether nobody waits for it any more: it is there, was done, or failed and is not started again.
    #[serde(skip)]
    pub is_over: bool,
    /// How it failed the last time, if it ever did: it may begin again just now.
    #[serde(skip)]
    pub failed: Option<Text>,
    /// How often it was started again.
    pub restarts: u32,
    /// Seconds from the start of its host until it was there.
    pub after: Option<f64>,
    /// Where its words are kept.
    pub log: PathBuf,
}

/// How a process is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It waits for others.
    Waits,
    /// It was started and is not there yet.
    Starts,
    /// It is there.
    Runs,
    /// It was to be done once, and is.
    Done,
    /// It failed, and this is how.
    Failed(#[serde(serialize_with = "why::for_machines")] Text),
}

impl State {
    /// Whether it is still waited for.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Waits | Self::Starts)
    }

    /// Whether nothing more is waited for.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Runs | Self::Done)
    }
}

/// What is known of all processes, by whoever wants to know.
#[derive(Debug, Default)]
pub struct Board(Mutex<Vec<Option<Service>>>);

impl Board {
    /// Every process, in the order in which they came.
    pub fn services(&self) -> Vec<Service> {
        self.lock().iter().flatten().cloned().collect()
    }

    /// Whether nobody waits any more for a process of a host.
    pub(super) fn is_over(&self, host: &str, name: &str) -> bool {
        self.lock().iter().flatten().any(|it| it.host == host && it.name == name && it.is_over)
    }

    /// Whether a process of a host is on its way, and has never failed.
    pub(super) fn is_coming(&self, host: &str, name: &str) -> bool {
        let coming = |it: &Service| it.state.is_open() && it.failed.is_none();
        let all = self.lock();
        all.iter().flatten().any(|it| it.host == host && it.name == name && coming(it))
    }

    /// Whether nothing is waited for at a host just now: everything of it is there, or failed.
    pub(crate) fn is_settled(&self, host: &str) -> bool {
        let all = self.lock();
        let mut own = all.iter().flatten().filter(|it| it.host == host).peekable();
        own.peek().is_some() && own.all(|it| !it.state.is_open())
    }

    /// Whether that is so of everything.
    pub(crate) fn is_all_settled(&self) -> bool {
        self.lock().iter().flatten().all(|it| !it.state.is_open())
    }

    /// Whether something failed, be it that it was started again.
    pub(crate) fn has_failed(&self) -> bool {
        let failed = |it: &Service| it.failed.is_some() || matches!(it.state, State::Failed(_));
        self.lock().iter().flatten().any(failed)
    }

    /// Notes that a host could not even begin.
    pub(crate) fn lost(&self, host: &str, why: Text) {
        self.lock().push(Some(Service {
            host: host.to_owned(),
            name: String::new(),
            state: State::Failed(why),
            is_over: true,
            failed: None,
            restarts: 0,
            after: None,
            log: PathBuf::new(),
        }));
    }

    /// Adds a process, which waits; its number is returned.
    pub(super) fn add(&self, service: Service) -> usize {
        let mut all = self.lock();
        all.push(Some(service));
        all.len() - 1
    }

    pub(super) fn change(&self, at: usize, change: impl FnOnce(&mut Service)) {
        if let Some(Some(it)) = self.lock().get_mut(at) {
            change(it);
            if let State::Failed(why) = &it.state {
                it.failed = Some(why.clone());
            }
        }
    }

    /// Forgets one that is no more.
    pub(super) fn forget(&self, at: usize) {
        if let Some(it) = self.lock().get_mut(at) {
            *it = None;
        }
    }

    /// Forgets a host that is no more.
    pub(crate) fn forget_host(&self, host: &str) {
        for it in self.lock().iter_mut().filter(|it| it.as_ref().is_some_and(|it| it.host == host))
        {
            *it = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Option<Service>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
