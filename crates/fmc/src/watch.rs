//! `--watch`: does something again whenever a file that was read is saved.
//!
//! Files are looked at a few times in a second. That sees every way in which editors save, on every
//! file system, and costs a look at a handful of files.

use crate::output::Output;
use crate::{CouldNot, Ended, FINE};
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, SystemTime};

/// Between two looks: short enough to feel at once, long enough to cost nothing.
const EVERY: Duration = Duration::from_millis(200);

/// What came of doing it once, and which files it depends on.
pub(crate) struct Once {
    pub(crate) ended: Ended,
    pub(crate) read: Vec<PathBuf>,
}

/// Does it, and again after each change, until interrupted.
pub(crate) fn run(output: &Output, mut act: impl FnMut() -> Once) -> Ended {
    let (interrupt, interrupted) = channel();
    let set = ctrlc::set_handler(move || {
        // Nobody waits any more: then it ends anyway.
        let _ = interrupt.send(());
    });
    set.map_err(|error| {
        let what =
            output.say("cannot wait for an interrupt", "no se puede esperar una interrupción");
        CouldNot::new(format!("{what}: {error}"))
    })?;
    loop {
        let begun = SystemTime::now();
        let once = act();
        if let Err(could_not) = &once.ended {
            output.error(could_not);
        }
        output.talk(
            output.say(
                "waiting for a change; Ctrl-C ends\n",
                "esperando un cambio; Ctrl-C termina\n",
            ),
        );
        let seen = stamps(&once.read);
        // A file that was saved meanwhile may have been read before.
        let now = SystemTime::now();
        let missed = seen.iter().flatten().any(|it| (begun..=now).contains(&it.0));
        loop {
            match interrupted.recv_timeout(EVERY) {
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(FINE),
                Err(RecvTimeoutError::Timeout) if missed || stamps(&once.read) != seen => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

/// What changes when a file is saved: its time and its size, or that it is not there.
fn stamps(files: &[PathBuf]) -> Vec<Option<(SystemTime, u64)>> {
    let stamp = |it: &PathBuf| {
        let data = std::fs::metadata(it).ok()?;
        Some((data.modified().ok()?, data.len()))
    };
    files.iter().map(stamp).collect()
}
