//! A host whose processes systemd starts, from the units that were built: told to begin, asked how they are, told
//! what changes.

use super::first::First;
use super::kept::note_in;
use super::supervisor::{Ear, Order, Watched};
use super::units::{ITSELF, is_kept, kept as kept_at};
use super::{Part, State};
use crate::why::told as said_by;
use fmc_model::setup::{Process, Run};
use fmc_model::{Text, text};
use fmc_sys::{Command, Failure, Outcome, Placed, Sandbox, Status};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long systemd may take until it answers, on a busy machine.
const CAP: Duration = Duration::from_secs(90);

/// Between two looks while something starts, and when nothing does.
const SOON: Duration = Duration::from_millis(150);
const LATER: Duration = Duration::from_secs(2);

/// What is there when everything has been started that starts with the host.
const GOAL: &str = "multi-user.target";

/// How long a process may take to end, begin or read its files when it is told to.
const TOLD: Duration = Duration::from_secs(50);

/// What is asked of each unit (org.freedesktop.systemd1(5)).
const ASKED: &str = "--property=Id,LoadState,ActiveState,SubState,Result,NRestarts,ExecMainStatus,Job,ConditionResult,\
ConditionTimestampMonotonic,ActiveEnterTimestampMonotonic,ExecMainExitTimestampMonotonic";

/// A unit that is watched.
struct Unit {
    process: Process,
    /// Its number on the board.
    at: usize,
    state: State,
    /// What it makes once.
    first: Option<First>,
    /// Whether what it made this time has been kept: it goes on then, and so do others.
    is_kept: bool,
    log: PathBuf,
}

/// What systemd says of a unit, by the names of what was asked.
type Said = BTreeMap<String, String>;

impl Watched<'_> {
    /// Has systemd run the processes of a host until nobody gives it orders any more.
    ///
    /// # Errors
    /// systemd does not come up.
    pub(super) fn boot(&self, ear: &Ear) -> Result<(), Failure> {
        let began = Instant::now();
        let itself = self.board.add(self.service(ITSELF));
        let mut all: Vec<Unit> =
            self.part.processes.iter().map(|it| self.unit(it, self.part)).collect();
        for it in &all {
            self.restore(it);
        }
        self.sandbox.boot()?;
        let (mut is_up, mut heard_at) = (false, began);
        loop {
            if ear.hears_no_more(|order| self.obey_booted(order, &mut all)) {
                return Ok(());
            }
            match asked(self.sandbox, &all) {
                Ok(Some(said)) => {
                    (is_up, heard_at) = (true, Instant::now());
                    let after = began.elapsed().as_secs_f64();
                    self.board.change(itself, |it| {
                        (it.state, it.is_over) = (State::Runs, true);
                        it.after.get_or_insert(after);
                    });
                    for unit in &mut all {
                        self.look_at(unit, &said, began);
                    }
                }
                // A busy one may not answer for a while.
                Ok(None) if heard_at.elapsed() < CAP => {
                    self.board.change(itself, |it| it.state = State::Starts);
                }
                Ok(None) => {
                    let seconds = CAP.as_secs();
                    let why =
                        text!("it is silent for {seconds} s", "lleva {seconds} s sin responder");
                    return self.fallen(itself, &all, &why);
                }
                // With its first process all others end, and nothing begins any more.
                Err(why) => {
                    let why = text!(
                        "the first process has ended ({why})",
                        "el primer proceso ha terminado ({why})"
                    );
                    return self.fallen(itself, &all, &why);
                }
            }
            let is_settled = is_up && all.iter().all(|it| !it.state.is_open());
            rest(ear, if is_settled { LATER } else { SOON });
        }
    }

    /// Tells that nothing on a host runs any more, or ever will. Where its first process said something, that is
    /// in its log.
    fn fallen(&self, itself: usize, all: &[Unit], why: &Text) -> Result<(), Failure> {
        let down = Text::of("systemd does not run", "systemd no está en marcha");
        let units = all.iter().map(|it| (it.at, &down));
        for (at, why) in units.chain([(itself, why)]) {
            let state = State::Failed(why.clone());
            self.board.change(at, |it| (it.state, it.is_over) = (state, true));
        }
        Ok(())
    }

    fn unit(&self, process: &Process, part: &Part) -> Unit {
        let service = self.service(&process.name);
        let log = service.log.clone();
        let first = self.firsts.and_then(|it| it.of(self.host, process, part));
        Unit {
            process: process.clone(),
            at: self.board.add(service),
            state: State::Waits,
            first,
            is_kept: false,
            log,
        }
    }

    /// Puts back what a process makes once, if that was kept: its unit then sees that it is there. What is there
    /// already is in use, and newer than what was kept.
    fn restore(&self, unit: &Unit) {
        let (Some(first), Some(done)) = (&unit.first, unit.process.done.clone()) else { return };
        let is_there = self.sandbox.inside(move || Path::new(&done).exists());
        let put = match is_there {
            Ok(true) => Ok(()),
            Ok(false) => first.restore(self.sandbox),
            Err(why) => Err(why),
        };
        if let Err(why) = put {
            note(unit, &why);
        }
    }

    /// Keeps what a process made, which goes on then.
    fn keep_what_it_made(&self, unit: &Unit) {
        // It is there: that it will be made again is no failure, and stands in its log.
        let kept = unit.first.as_ref().map_or(Ok(()), |it| it.keep(self.sandbox));
        let told = Placed::new(kept_at(&unit.process.name), "");
        if let Err(why) = kept.and(self.sandbox.place(vec![told])) {
            note(unit, &why);
        }
    }

    /// Takes note of how a unit is by now.
    fn look_at(&self, unit: &mut Unit, said: &[Said], began: Instant) {
        let id = format!("{}.service", unit.process.name);
        let of = |id: &str| said.iter().find(|it| word(it, "Id") == id);
        let is_booted = of(GOAL).is_some_and(|it| word(it, "ActiveState") == "active");
        let Some(said) = of(&id) else { return };
        let (state, is_over) = state(&unit.process, said, is_booted);
        let is_made = is_kept(&unit.process) && word(said, "SubState") == "start-post";
        if is_made && !std::mem::replace(&mut unit.is_kept, true) {
            self.keep_what_it_made(unit);
        }
        let after = began.elapsed().as_secs_f64();
        self.board.change(unit.at, |it| {
            if state.is_good() && it.after.is_none() {
                it.after = Some(after);
            }
            it.restarts = word(said, "NRestarts").parse().unwrap_or_default();
            (it.state, it.is_over) = (state.clone(), is_over);
        });
        unit.state = state;
    }

    /// Has a process begin, be it one that runs or one that is new.
    fn begin_booted(
        &self,
        name: &str,
        part: &Part,
        at: Option<usize>,
        all: &mut Vec<Unit>,
    ) -> Result<(), Text> {
        let process = part.process(name);
        let process = process.ok_or_else(|| text!("there is no {name}", "no hay {name}"))?;
        let at = at.unwrap_or_else(|| {
            all.push(self.unit(process, part));
            all.len() - 1
        });
        let unit = &mut all[at];
        unit.process = process.clone();
        unit.first = self.firsts.and_then(|it| it.of(self.host, process, part));
        (unit.state, unit.is_kept) = (State::Waits, false);
        self.board.change(unit.at, |it| (it.state, it.is_over) = (State::Waits, false));
        self.restore(unit);
        let told_before = kept_at(name);
        let forgotten = self.sandbox.inside(move || _ = std::fs::remove_file(told_before));
        forgotten.map_err(said_by)?;
        // Whether it comes up is seen by whoever asks.
        reload(self.sandbox)?;
        told(self.sandbox, &["--no-block", "restart"], name)
    }

    fn obey_booted(&self, order: &Order, all: &mut Vec<Unit>) {
        let sandbox = self.sandbox;
        let (Order::Begin(name, ..) | Order::End(name, _) | Order::Reload(name, ..)) = order;
        let at = all.iter().position(|it| it.process.name == *name);
        let unknown = || Err(text!("there is no {name}", "no hay {name}"));
        let (done, answer) = match order {
            Order::Begin(_, part, answer) => (self.begin_booted(name, part, at, all), answer),
            Order::End(_, answer) => {
                // Its unit may be gone already; what it runs is not, and systemd knows how it is stopped until
                // it reads all units again.
                let done = stopped(sandbox, name);
                if let Some(at) = at {
                    self.board.forget(all.remove(at).at);
                }
                (done, answer)
            }
            Order::Reload(_, part, answer) => {
                let done = match (at, part.process(name)) {
                    (Some(at), Some(process)) => {
                        all[at].process = process.clone();
                        reload(sandbox).and_then(|()| told(sandbox, &["reload"], name))
                    }
                    _ => unknown(),
                };
                (done, answer)
            }
        };
        // Who asked may have had enough.
        let _ = answer.send(done);
    }
}

fn systemctl(sandbox: &Sandbox, words: &[&str]) -> Result<Outcome, Failure> {
    // One that takes too long ends alone, and its host goes on.
    let command = Command::new("systemctl").args(words).limit(TOLD);
    sandbox.spawn(&command).and_then(fmc_sys::Process::wait)
}

/// Tells systemd something about a unit, and waits until it is done.
fn told(sandbox: &Sandbox, words: &[&str], name: &str) -> Result<(), Text> {
    let unit = format!("{name}.service");
    let words: Vec<&str> = words.iter().copied().chain([unit.as_str()]).collect();
    heard(systemctl(sandbox, &words))
}

/// Has a unit stop, if there is any.
fn stopped(sandbox: &Sandbox, name: &str) -> Result<(), Text> {
    let outcome = systemctl(sandbox, &["stop", &format!("{name}.service")]).map_err(said_by)?;
    // "program or service is not installed", of the codes of LSB that systemctl(1) keeps to.
    if outcome.status == Status::Exited(5) { Ok(()) } else { heard(Ok(outcome)) }
}

/// Has systemd read units again.
fn reload(sandbox: &Sandbox) -> Result<(), Text> {
    heard(systemctl(sandbox, &["daemon-reload"]))
}

fn heard(outcome: Result<Outcome, Failure>) -> Result<(), Text> {
    outcome.and_then(Outcome::ok).map(|_| ()).map_err(said_by)
}

/// What systemd says of units; `None` while it does not answer.
fn asked(sandbox: &Sandbox, all: &[Unit]) -> Result<Option<Vec<Said>>, Failure> {
    let names: Vec<String> = all.iter().map(|it| format!("{}.service", it.process.name)).collect();
    let mut words = vec!["show", ASKED, "--", GOAL];
    words.extend(names.iter().map(String::as_str));
    let outcome = systemctl(sandbox, &words)?;
    if !outcome.success() {
        return Ok(None);
    }
    let text = outcome.text();
    let said = text.split("\n\n").map(|block| {
        let lines = block.lines().filter_map(|it| it.split_once('='));
        lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    });
    Ok(Some(said.collect()))
}

fn word<'s>(said: &'s Said, name: &str) -> &'s str {
    said.get(name).map_or("", String::as_str)
}

/// How a process is by what systemd says of its unit, and whether nobody waits for it any more.
fn state(process: &Process, said: &Said, is_booted: bool) -> (State, bool) {
    let was = |name: &str| !matches!(word(said, name), "" | "0");
    let is_once = matches!(process.run, Run::Once { .. });
    let good = if is_once { State::Done } else { State::Runs };
    let failed = || {
        let (result, status) = (word(said, "Result"), word(said, "ExecMainStatus"));
        State::Failed(if result == "exit-code" {
            text!("exit status {status}", "código de salida {status}")
        } else {
            Text::same(&format!("{result} ({status})"))
        })
    };
    let failed_by = |en: &'static str, es: &'static str| (State::Failed(Text::of(en, es)), true);
    let loaded = word(said, "LoadState");
    if loaded != "loaded" {
        let why =
            text!("its unit is not loaded ({loaded})", "su unidad no está cargada ({loaded})");
        return (State::Failed(why), true);
    }
    match (word(said, "ActiveState"), word(said, "SubState")) {
        ("active" | "reloading", _) if !was("Job") => (good, true),
        ("activating", "auto-restart") => (failed(), false),
        ("active" | "reloading" | "activating" | "deactivating", _) => (State::Starts, false),
        ("failed", _) if !was("Job") => (failed(), true),
        _ if was("Job") => (State::Waits, false),
        _ if was("ConditionTimestampMonotonic") && word(said, "ConditionResult") == "no" => {
            // What it would have made is there.
            match process.done {
                Some(_) => (State::Done, true),
                None => failed_by(
                    "a condition of its unit does not hold",
                    "no se cumple una condición de su unidad",
                ),
            }
        }
        _ if was("ExecMainExitTimestampMonotonic") && is_once => (State::Done, true),
        _ if was("ActiveEnterTimestampMonotonic") => failed_by("it has ended", "ha terminado"),
        _ if is_booted => failed_by(
            "nothing starts its unit, or what it requires failed",
            "nada arranca su unidad, o falló lo que requiere",
        ),
        _ => (State::Waits, false),
    }
}

/// Waits until there is an order, or it is time to look again.
fn rest(ear: &Ear, time: Duration) {
    let mut watched = [PollFd::new(&ear.wake, PollFlags::IN)];
    let (tv_sec, tv_nsec) = (time.as_secs() as i64, time.subsec_nanos().into());
    let _ = poll(&mut watched, Some(&Timespec { tv_sec, tv_nsec }));
    ear.clear();
}

fn note(unit: &Unit, what: &Failure) {
    note_in(&unit.log, what);
}

#[cfg(test)]
mod tests {
    use super::{Said, State, state};
    use fmc_config::Cause;
    use fmc_model::Text;
    use fmc_model::setup::{Command, Process, Ready};

    fn said(words: &str) -> Said {
        let all = words.split(' ').filter_map(|it| it.split_once('='));
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn what_systemd_says_is_understood() {
        let cause = || Cause::new(fmc_config::Place::default(), "test");
        let command = || Command::new("/bin/it", [""]);
        let daemon = Process::daemon("it", command(), Ready::Started, cause());
        let once = Process::once("it", vec![command()], cause());
        let of = |process: &Process, words: &str| {
            state(process, &said(&format!("LoadState=loaded {words}")), false)
        };
        let runs = "ActiveState=active SubState=running Job=0";
        assert_eq!(of(&daemon, runs), (State::Runs, true));
        assert_eq!(of(&daemon, "ActiveState=active SubState=running Job=17").0, State::Starts);
        assert_eq!(of(&once, "ActiveState=active SubState=exited Job=").0, State::Done);
        let broken = "ActiveState=failed SubState=failed Result=exit-code ExecMainStatus=203";
        assert_eq!(
            of(&daemon, broken),
            (State::Failed(Text::of("exit status 203", "código de salida 203")), true)
        );
        let again = "ActiveState=activating SubState=auto-restart Result=signal ExecMainStatus=9";
        assert_eq!(of(&daemon, again), (State::Failed(Text::same("signal (9)")), false));
        let waits = "ActiveState=inactive SubState=dead Job=5 ConditionTimestampMonotonic=0";
        assert_eq!(of(&once, waits), (State::Waits, false));
        let kept = "ActiveState=inactive Job= ConditionTimestampMonotonic=81 ConditionResult=no";
        assert!(matches!(of(&once, kept), (State::Failed(_), true)));
        let made = Process { done: Some("/var/lib/it".to_owned()), ..once.clone() };
        assert_eq!(of(&made, kept), (State::Done, true));
        // What does not even come up by the end is told.
        let idle = said("LoadState=loaded ActiveState=inactive Job=");
        assert_eq!(state(&daemon, &idle, false), (State::Waits, false));
        assert!(matches!(state(&daemon, &idle, true), (State::Failed(_), true)));
        assert!(matches!(
            state(&daemon, &said("LoadState=bad-setting"), false).0,
            State::Failed(_)
        ));
    }
}
