//! What the steps of a plan come to on a host of a rehearsal that stays.

use super::{CAP, Crew, LOOK, Watch};
use crate::service::{Answer, Order, Part, Service, State as Shown};
use crate::service::{folders, link, parameters, users};
use crate::stage::ip;
use crate::why::{self, told};
use fmc_model::Text;
use fmc_plan::State;
use fmc_run::Target;
use fmc_sys::{Failure, Placed, Sandbox};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Instant;

/// A host that is watched, and what it is to be.
pub(super) struct OnStage<'c, 'scope, 'env> {
    pub(super) crew: &'c Crew<'scope, 'env>,
    pub(super) host: &'c str,
    pub(super) watch: &'c Watch<'scope>,
    pub(super) part: &'c Arc<Part>,
    pub(super) after: &'c State,
}

impl OnStage<'_, '_, '_> {
    /// Gives an order, and waits until it was heard.
    fn tell(&self, order: impl FnOnce(Answer) -> Order) -> Result<(), Text> {
        let (answer, answered) = channel();
        self.watch.chief.tell(order(answer));
        let until = Instant::now() + CAP;
        loop {
            match answered.recv_timeout(LOOK) {
                Err(RecvTimeoutError::Timeout)
                    if Instant::now() < until && !(self.crew.has_enough)() => {}
                done => {
                    return done
                        .unwrap_or_else(|_| Err(Text::of("it does not answer", "no responde")));
                }
            }
        }
    }
}

impl Target for OnStage<'_, '_, '_> {
    /// It was made with the stage. What does not run on it is told.
    fn made(&self) -> Result<(), Text> {
        let all = self.crew.board.services();
        let mut own = all.iter().filter(|it| it.host == self.host);
        let failed = own.find_map(|it| match &it.state {
            Shown::Failed(why) => Some(why::of(&it.name, why)),
            _ => None,
        });
        failed.map_or(Ok(()), Err)
    }

    fn users(&self) -> Result<(), Text> {
        users(self.part, &self.watch.sandbox).map_err(told)
    }

    fn files(&self, write: &[String], remove: &[String]) -> Result<(), Text> {
        files(self.part, write, remove, &self.watch.sandbox).map_err(told)
    }

    fn network(&self, remove: &[String], add: &[String]) -> Result<(), Text> {
        let old: Vec<String> = remove.iter().map(|it| it.replacen(" add ", " del ", 1)).collect();
        let sandbox = &self.watch.sandbox;
        let taken = ip(sandbox, &old.join("\n"));
        taken.and_then(|()| ip(sandbox, &add.join("\n"))).map_err(told)
    }

    fn parameters(&self, names: &[String]) -> Result<(), Text> {
        let all = self.after.get(self.host).map(|it| &it.parameters);
        let set = all.into_iter().flatten().filter(|it| names.contains(it.0));
        let set = set.map(|(name, it)| (name.as_str(), it.as_str()));
        parameters(&self.watch.sandbox, set).map_err(told)
    }

    fn stop(&self, process: &str) -> Result<(), Text> {
        self.tell(|it| Order::End(process.to_owned(), it))
    }

    fn start(&self, process: &str) -> Result<(), Text> {
        self.tell(|it| Order::Begin(process.to_owned(), Arc::clone(self.part), it))?;
        let own = |it: &&Service| it.host == self.host && it.name == process;
        self.crew.patiently(|all| all.iter().find(own).is_none_or(|it| !it.state.is_open()));
        match self.crew.board.services().iter().find(own).map(|it| &it.state) {
            Some(Shown::Failed(why)) => Err(why.clone()),
            Some(it) if it.is_open() => Err(Text::of("it is not there yet", "aún no está")),
            _ => Ok(()),
        }
    }

    fn reload(&self, process: &str) -> Result<(), Text> {
        self.tell(|it| Order::Reload(process.to_owned(), Arc::clone(self.part), it))
    }
}

/// Writes files and links, and takes others away.
fn files(
    part: &Part,
    write: &[String],
    remove: &[String],
    sandbox: &Sandbox,
) -> Result<(), Failure> {
    let is_new = |it: &&Placed| write.iter().any(|path| it.path() == std::path::Path::new(path));
    sandbox.place(part.files.iter().filter(is_new).cloned().collect())?;
    let links = part.links.iter().filter(|it| write.contains(&it.0)).cloned().collect();
    link(links, sandbox)?;
    let old = remove.to_vec();
    sandbox.inside(move || {
        for path in old {
            // What is gone already is as it should be.
            let _ = std::fs::remove_file(path);
        }
    })?;
    folders(part, sandbox)
}
