//! What is shown while a rehearsal comes up.

use super::desk::Desk;
use super::report::called;
use crate::output::Output;
use fmc_model::Cloud;
use fmc_rehearse::probe::Probed;
use fmc_rehearse::rehearsal::Live;
use fmc_rehearse::service::State;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(10);

/// How long all of it may take, on a busy machine.
const CAP: Duration = Duration::from_secs(240);

/// Between two lines where there is no terminal.
const LINE: Duration = Duration::from_secs(5);

/// Shows how far it is: on a terminal in one line that is written anew.
pub(super) struct Progress<'o> {
    output: &'o Output,
    desk: &'o Desk,
    terminal: bool,
}

impl<'o> Progress<'o> {
    pub(super) fn new(output: &'o Output, quiet: bool, desk: &'o Desk) -> Self {
        Self { output, desk, terminal: !quiet && std::io::stderr().is_terminal() }
    }

    /// Waits until everything is there or has failed; false if somebody had enough before.
    pub(super) fn until_settled(
        &self,
        live: &Live<'_>,
        cloud: &Cloud,
        has_enough: &dyn Fn() -> bool,
    ) -> bool {
        let hosts = cloud.hosts.len();
        let wired = live.wired.as_secs_f64();
        let words = self.output.say("hosts are wired", "hosts conectados");
        self.output.talk(&format!("{hosts} {words}: {wired:.2} s\n"));
        let mut shown = Instant::now();
        // What is not there by then is told to be missing.
        let until = Instant::now() + CAP;
        while !live.is_settled() && Instant::now() < until {
            self.desk.services(live.board.services());
            if has_enough() {
                self.clear();
                return false;
            }
            if self.terminal || shown.elapsed() >= LINE {
                self.show(live);
                shown = Instant::now();
            }
            std::thread::sleep(if self.terminal { 8 * LOOK } else { LOOK });
        }
        self.clear();
        let services = live.board.services();
        let good = services.iter().filter(|it| it.state.is_good()).count();
        let seconds = live.began.elapsed().as_secs_f64();
        let words = self.output.say("processes are there", "procesos en marcha");
        self.output.talk(&format!("{good} / {} {words}: {seconds:.2} s\n", services.len()));
        true
    }

    /// Tells how many things work.
    pub(super) fn probed(&self, probes: &[Probed], live: &Live<'_>) {
        let good = probes.iter().filter(|it| it.failed.is_none()).count();
        let seconds = live.began.elapsed().as_secs_f64();
        let words = self.output.say("probes succeed", "pruebas superadas");
        self.output.talk(&format!("{good} / {} {words}: {seconds:.2} s\n", probes.len()));
        for it in probes.iter().filter(|it| it.opens && it.failed.is_none()) {
            let (what, after) = (it.what.get(self.output.language()), it.after);
            self.output.talk(&format!("{what}: {after:.2} s\n"));
        }
    }

    fn show(&self, live: &Live<'_>) {
        let services = live.board.services();
        let good = services.iter().filter(|it| it.state.is_good()).count();
        let late: Vec<String> = services
            .iter()
            .filter(|it| matches!(it.state, State::Waits | State::Starts))
            .map(|it| format!("{}:{}", called(&it.host, self.output), it.name))
            .collect();
        let seconds = live.began.elapsed().as_secs_f64();
        let words = self.output.say("waiting for", "esperando a");
        let late: String = late.join(" ").chars().take(60).collect();
        let line = format!("{good}/{} {words} {late} ({seconds:.1} s)", services.len());
        if self.terminal {
            self.output.talk(&format!("\r\x1b[K{line}"));
        } else {
            self.output.talk(&format!("{line}\n"));
        }
    }

    fn clear(&self) {
        if self.terminal {
            self.output.talk("\r\x1b[K");
        }
    }
}
