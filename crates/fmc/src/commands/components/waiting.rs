//! Who waits for a fetch at a terminal: shows what happens, and gives it up at Ctrl-C.

use crate::output::{Output, plain};
use crate::{CouldNot, interrupt};
use fmc_components::{Audience, Progress};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often the line of a terminal is written anew: often enough to be seen to live.
const AGAIN: Duration = Duration::from_millis(500);

/// How much of what a tool says is shown: a terminal's line is not to be broken.
const SAID: usize = 60;

/// Shows progress: on a terminal in one line that is written anew, elsewhere in a line for each
/// step.
pub(crate) struct Waiting<'o> {
    output: &'o Output,
    terminal: bool,
    enough: Arc<AtomicBool>,
    /// What happens now, and since when: nothing between two components.
    now: Option<(String, Instant)>,
    /// What the tool said last.
    said: String,
    shown: Instant,
}

impl<'o> Waiting<'o> {
    /// Begins to wait. From now on Ctrl-C does not end us: it is for us to end what we wait for.
    pub(crate) fn new(output: &'o Output) -> Result<Self, CouldNot> {
        let enough = interrupt::watched(output)?;
        let terminal = std::io::stderr().is_terminal();
        let (said, shown) = (String::new(), Instant::now());
        Ok(Self { output, terminal, enough, now: None, said, shown })
    }

    /// Takes the line of a terminal away, for something else to be said.
    pub(crate) fn clear(&mut self) {
        if self.terminal && self.now.is_some() {
            self.output.talk("\r\x1b[K");
        }
        self.now = None;
    }

    /// Something else happens now.
    fn step(&mut self, what: String) {
        self.said.clear();
        if !self.terminal {
            self.output.talk(&format!("{what}\n"));
        }
        let since = self.now.take().map_or_else(Instant::now, |it| it.1);
        self.now = Some((what, since));
        self.show();
    }

    fn show(&mut self) {
        self.shown = Instant::now();
        if let Some((what, since)) = self.now.as_ref().filter(|_| self.terminal) {
            let seconds = since.elapsed().as_secs();
            let said: String = self.said.chars().take(SAID).collect();
            self.output.talk(&format!("\r\x1b[K{what} ({seconds} s) {}", plain(&said)));
        }
    }
}

impl Audience for Waiting<'_> {
    fn hear(&mut self, progress: Progress<'_>) {
        match progress {
            Progress::Waiting => {
                let what = self.output.say(
                    "another fmc is fetching; waiting for it",
                    "otro fmc está descargando; se espera a que acabe",
                );
                self.step(what.to_owned());
            }
            Progress::Began(component) => {
                self.now = None;
                let what = self.output.say("fetching", "descargando");
                let (name, version) = (&component.name, &component.version);
                self.step(format!("{name} {version}: {what} ({})", component.from()));
            }
            Progress::Runs(component, tool) => {
                self.step(format!("{} {}: {tool}", component.name, component.version));
            }
            Progress::Said(_, line) if self.terminal => {
                line.clone_into(&mut self.said);
                self.show();
            }
            Progress::Said(component, line) => {
                self.output.talk(&format!("{}: {}\n", component.name, plain(line)));
            }
            Progress::Done(entry) => {
                let seconds = self.now.as_ref().map_or(0, |it| it.1.elapsed().as_secs());
                self.clear();
                let what = self.output.say("is there, after", "ya está, tras");
                let (name, version) = (&entry.stamp.name, &entry.stamp.version);
                self.output.talk(&format!("{name} {version}: {what} {seconds} s\n"));
            }
        }
    }

    fn has_enough(&mut self) -> bool {
        if self.shown.elapsed() >= AGAIN {
            self.show();
        }
        self.enough.load(Ordering::Acquire)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.clear();
    }
}
