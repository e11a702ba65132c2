//! One supervisor for each host: it starts processes in the order that they ask for, knows when they are
//! there, starts again what ended although it should not, and does what it is told meanwhile.

use super::kept::{COMING, Kept, MOMENT};
use super::{Board, Firsts, Init, Part, Service, State};
use fmc_model::setup::Process;
use fmc_model::{Text, text};
use fmc_sys::{Failure, Sandbox};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

/// Between two looks while something starts.
const SOON: Duration = Duration::from_millis(10);

/// What a supervisor is told.
pub(crate) enum Order {
    /// A process of this part is there from now on; one of its name that runs ends before.
    Begin(String, Arc<Part>, Answer),
    /// A process is no more.
    End(String, Answer),
    /// A process of this part reads its files again. What is said of it from now on stands there.
    Reload(String, Arc<Part>, Answer),
}

/// Tells whoever gave an order that it was heard, or why it could not be done.
pub(crate) type Answer = Sender<Result<(), Text>>;

/// By whom a supervisor is told something. When it is dropped, all of it ends.
pub(crate) struct Chief {
    orders: Sender<Order>,
    wake: UnixStream,
}

/// What a supervisor hears.
pub(crate) struct Ear {
    orders: Receiver<Order>,
    pub(super) wake: UnixStream,
}

/// Makes both ends.
///
/// # Errors
/// This machine has no more sockets.
pub(crate) fn chief() -> Result<(Chief, Ear), Failure> {
    let failed = |it: std::io::Error| Failure::Wrong(format!("a pair of sockets: {it}"));
    let (wake, woken) = UnixStream::pair().map_err(failed)?;
    woken.set_nonblocking(true).map_err(failed)?;
    let (orders, heard) = channel();
    Ok((Chief { orders, wake }, Ear { orders: heard, wake: woken }))
}

impl Ear {
    /// Has every order obeyed that was given since; whether nobody gives any more.
    pub(super) fn hears_no_more(&self, mut obey: impl FnMut(&Order)) -> bool {
        loop {
            match self.orders.try_recv() {
                Ok(order) => obey(&order),
                Err(end) => return end == TryRecvError::Disconnected,
            }
        }
    }

    /// Forgets what woke whoever waits.
    pub(super) fn clear(&self) {
        let _ = (&self.wake).read(&mut [0; 64]);
    }
}

impl Chief {
    /// Tells it something. Who has ended hears nothing.
    pub(crate) fn tell(&self, order: Order) {
        let _ = self.orders.send(order);
        let _ = (&self.wake).write(&[0]);
    }
}

/// A host whose processes are supervised.
pub(crate) struct Watched<'w> {
    /// What it is called.
    pub(crate) host: &'w str,
    /// What it does.
    pub(crate) part: &'w Part,
    /// Where what is made once is kept; `None` where nothing is.
    pub(crate) firsts: Option<&'w Firsts<'w>>,
    /// Where its processes run.
    pub(crate) sandbox: &'w Sandbox,
    /// Where their words are kept.
    pub(crate) logs: &'w Path,
    /// Where is told how they are.
    pub(crate) board: &'w Board,
}

impl<'w> Watched<'w> {
    /// Runs the processes of a host until nobody gives it orders any more. What they make once is put back
    /// from where it was kept, or kept there.
    ///
    /// # Errors
    /// There is no place for their words.
    pub(crate) fn supervise(&self, ear: &Ear) -> Result<(), Failure> {
        let began = Instant::now();
        std::fs::create_dir_all(self.logs.join(self.host))
            .map_err(|it| Failure::Wrong(format!("making a folder for logs: {it}")))?;
        if self.part.init == Init::Systemd {
            return self.boot(ear);
        }
        let mut all: Vec<Kept<'w>> =
            self.part.processes.iter().map(|it| self.keep(it, self.part)).collect();
        loop {
            if ear.hears_no_more(|order| self.obey(order, &mut all)) {
                return Ok(());
            }
            let mut moved = false;
            for at in 0..all.len() {
                let before = all[at].state.clone();
                step(at, &mut all, self.sandbox, self.board);
                if all[at].state != before {
                    moved = true;
                    self.tell(&all[at], began);
                }
            }
            if !moved {
                rest(&all, ear);
            }
        }
    }

    fn keep(&self, process: &Process, part: &Part) -> Kept<'w> {
        let service = self.service(&process.name);
        let log = service.log.clone();
        let at = self.board.add(service);
        Kept {
            at,
            state: State::Waits,
            running: None,
            to_do: VecDeque::new(),
            input: Vec::new(),
            notify: None,
            since: Instant::now(),
            in_order: false,
            elsewhere: part.elsewhere.get(&process.name).cloned().unwrap_or_default(),
            first: self.firsts.and_then(|it| it.of(self.host, process, part)),
            log,
            process: process.clone(),
        }
    }

    /// What is known of a process before it begins.
    pub(super) fn service(&self, name: &str) -> Service {
        Service {
            host: self.host.to_owned(),
            name: name.to_owned(),
            state: State::Waits,
            is_over: false,
            failed: None,
            restarts: 0,
            after: None,
            log: self.logs.join(self.host).join(format!("{name}.log")),
        }
    }

    fn tell(&self, kept: &Kept<'w>, began: Instant) {
        let took = began.elapsed().as_secs_f64();
        self.board.change(kept.at, |it| {
            if kept.state.is_good() && it.after.is_none() {
                it.after = Some(took);
            }
            (it.state, it.is_over) = (kept.state.clone(), kept.is_over());
        });
    }

    fn obey(&self, order: &Order, all: &mut Vec<Kept<'w>>) {
        let (Order::Begin(name, ..) | Order::End(name, _) | Order::Reload(name, ..)) = order;
        let at = all.iter().position(|it| it.process.name == *name);
        let unknown = || Err(text!("there is no {name}", "no hay {name}"));
        let (done, answer) = match order {
            Order::Begin(_, part, answer) => (self.begin(name, part, at, all), answer),
            Order::End(_, answer) => {
                if let Some(at) = at {
                    all[at].end(self.sandbox);
                    self.board.forget(all.remove(at).at);
                }
                (Ok(()), answer)
            }
            Order::Reload(_, part, answer) => {
                let done = match (at, part.process(name)) {
                    (Some(at), Some(process)) => {
                        all[at].process = process.clone();
                        all[at].reload(self.sandbox)
                    }
                    _ => unknown(),
                };
                (done, answer)
            }
        };
        // Who asked may have had enough.
        let _ = answer.send(done);
    }

    fn begin(
        &self,
        name: &str,
        part: &Part,
        at: Option<usize>,
        all: &mut Vec<Kept<'w>>,
    ) -> Result<(), Text> {
        let process =
            part.process(name).ok_or_else(|| text!("there is no {name}", "no hay {name}"))?;
        match at {
            None => all.push(self.keep(process, part)),
            Some(at) => {
                let kept = &mut all[at];
                kept.end(self.sandbox);
                kept.process = process.clone();
                kept.elsewhere = part.elsewhere.get(name).cloned().unwrap_or_default();
                kept.since = Instant::now();
                kept.first = self.firsts.and_then(|it| it.of(self.host, process, part));
                self.board.change(kept.at, |it| (it.state, it.is_over) = (State::Waits, false));
            }
        }
        Ok(())
    }
}

/// Waits until something ended or spoke, there is an order, or it is time to look again.
fn rest(all: &[Kept<'_>], ear: &Ear) {
    let is_settled =
        |it: &Kept<'_>| it.state.is_good() || it.is_over() && matches!(it.state, State::Failed(_));
    let settled = all.iter().all(is_settled);
    let mut watched = vec![PollFd::new(&ear.wake, PollFlags::IN)];
    for it in all {
        watched.extend(it.running.iter().map(|it| PollFd::new(it, PollFlags::IN)));
        watched.extend(it.notify.iter().map(|it| PollFd::new(it, PollFlags::IN)));
    }
    let soon = Timespec { tv_sec: 0, tv_nsec: SOON.subsec_nanos().into() };
    // Whatever woke us is looked at.
    let _ = poll(&mut watched, (!settled).then_some(&soon));
    ear.clear();
}

/// One look at a process.
fn step<'s>(at: usize, all: &mut [Kept<'s>], sandbox: &'s Sandbox, board: &Board) {
    match all[at].state {
        State::Waits => {
            let mine = &all[at].process;
            let is_before = |other: &Kept<'_>| {
                let name = &other.process.name;
                mine.after.contains(name)
                    || mine.wants.contains(name)
                    || other.process.before.contains(&mine.name)
                    || other.process.before_network && !mine.before_network
            };
            let waits = all.iter().any(|it| is_before(it) && !it.is_over());
            let waited = all[at].since.elapsed();
            let waits_for = |(host, name): &(String, String)| {
                waited < MOMENT && !board.is_over(host, name)
                    || waited < COMING && board.is_coming(host, name)
            };
            let waits_elsewhere = all[at].elsewhere.iter().any(waits_for);
            if !waits && !waits_elsewhere {
                all[at].start(sandbox);
            }
        }
        State::Starts => all[at].look(sandbox),
        State::Runs => all[at].watch(sandbox),
        State::Failed(_) => all[at].again(sandbox, board),
        State::Done => {}
    }
}
