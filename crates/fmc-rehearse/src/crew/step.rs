//! One step of a plan, done on a host that stays.

use super::{CAP, Crew, LOOK};
use crate::service::{Answer, Order, Part, Service, State as Shown};
use crate::service::{folders, link, parameters, users};
use crate::stage::ip;
use crate::why;
use fmc_model::Text;
use fmc_plan::{Act, State, Step};
use fmc_sys::{Failure, Placed, Sandbox};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Instant;

impl Crew<'_, '_> {
    /// Gives an order, and waits until it was heard.
    fn tell(&self, host: &str, order: impl FnOnce(Answer) -> Order) -> Result<(), Text> {
        let Some(watch) = self.watches.get(host) else { return Ok(()) };
        let (answer, answered) = channel();
        watch.chief.tell(order(answer));
        let until = Instant::now() + CAP;
        loop {
            match answered.recv_timeout(LOOK) {
                Err(RecvTimeoutError::Timeout)
                    if Instant::now() < until && !(self.has_enough)() => {}
                done => {
                    return done
                        .unwrap_or_else(|_| Err(Text::of("it does not answer", "no responde")));
                }
            }
        }
    }

    /// Has a process begin, and waits until it is there.
    fn begins(&self, host: &str, name: &str, part: &Arc<Part>) -> Result<(), Text> {
        self.tell(host, |it| Order::Begin(name.to_owned(), Arc::clone(part), it))?;
        let own = |it: &&Service| it.host == host && it.name == name;
        self.patiently(|all| all.iter().find(own).is_none_or(|it| !it.state.is_open()));
        match self.board.services().iter().find(own).map(|it| &it.state) {
            Some(Shown::Failed(why)) => Err(why.clone()),
            Some(it) if it.is_open() => Err(Text::of("it is not there yet", "aún no está")),
            _ => Ok(()),
        }
    }

    /// Does one step on a host that stays.
    pub(super) fn step(&self, step: &Step, part: &Arc<Part>, after: &State) -> Result<(), Text> {
        let Some(watch) = self.watches.get(&step.host) else { return Ok(()) };
        let sandbox = &*watch.sandbox;
        let told = |it: Failure| why::told(it);
        let host = &step.host;
        match &step.act {
            // They were made with the stage. What does not run on them is told.
            Act::Create | Act::Recreate => {
                let all = self.board.services();
                let failed =
                    all.iter().filter(|it| it.host == *host).find_map(|it| match &it.state {
                        Shown::Failed(why) => Some(why::of(&it.name, why)),
                        _ => None,
                    });
                failed.map_or(Ok(()), Err)
            }
            Act::Remove => Ok(()),
            Act::Users => users(part, sandbox).map_err(told),
            Act::Files { write, remove } => files(part, write, remove, sandbox).map_err(told),
            Act::Network { remove, add } => {
                let old: Vec<String> =
                    remove.iter().map(|it| it.replacen(" add ", " del ", 1)).collect();
                ip(sandbox, &old.join("\n"))
                    .and_then(|()| ip(sandbox, &add.join("\n")))
                    .map_err(told)
            }
            Act::Parameters(names) => {
                let all = after.get(&step.host).map(|it| &it.parameters);
                let set = all.into_iter().flatten().filter(|it| names.contains(it.0));
                parameters(sandbox, set.map(|(name, it)| (name.as_str(), it.as_str())))
                    .map_err(told)
            }
            Act::Stop(name) => self.tell(host, |it| Order::End(name.clone(), it)),
            Act::Start(name) | Act::Restart(name) => self.begins(host, name, part),
            Act::Reload(name) => {
                self.tell(host, |it| Order::Reload(name.clone(), Arc::clone(part), it))
            }
        }
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
