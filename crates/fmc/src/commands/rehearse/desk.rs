//! What others ask of a rehearsal that runs, and what they are told.

use super::{Staying, programs, why};
use crate::output::Output;
use crate::{COULD_NOT, CouldNot, FINDINGS, FINE};
use fmc_model::Text;
use fmc_rehearse::home;
use fmc_rehearse::measure::Agreement;
use fmc_rehearse::rehearsal::Live;
use fmc_rehearse::service::Service;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long somebody waits until another cloud was made of a rehearsal and measured, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(600);

/// Between two looks whether all of it ends.
const LOOK: Duration = Duration::from_millis(100);

/// What is known of a rehearsal by those who ask.
pub(super) struct Desk {
    file: String,
    /// Who starts what runs on hosts.
    init: &'static str,
    /// Whether Kubernetes is the real one.
    kubernetes: bool,
    /// Where its programs come from; `None` where they were built.
    folder: Option<PathBuf>,
    known: Mutex<Known>,
    /// Whether it is to end.
    pub(super) stop: AtomicBool,
    /// Whoever waits until the file is read again.
    wanted: Mutex<Option<Sender<Value>>>,
}

#[derive(Default)]
struct Known {
    hosts: Vec<(String, u32)>,
    began: Option<Instant>,
    agreement: Option<Agreement>,
    services: Vec<Service>,
}

impl Desk {
    pub(super) fn new(file: &str, staying: &Staying) -> Self {
        // Who asks from another folder must know which file is meant.
        let file = whole(file);
        let (known, stop) = (Mutex::default(), AtomicBool::new(false));
        let (init, kubernetes) = (staying.init.unwrap_or_default().word(), staying.kubernetes());
        let folder = staying.kubernetes_bin.as_deref().map(programs::whole);
        Self { file, init, kubernetes, folder, known, stop, wanted: Mutex::default() }
    }

    /// Who is there now.
    pub(super) fn hosts(&self, live: &Live<'_>, cloud: &fmc_model::Cloud) {
        let players = live.stage.players.iter();
        let mut known = lock(&self.known);
        known.hosts = players.map(|(player, it)| (player.name(cloud), it.id())).collect();
        known.began.get_or_insert(live.began);
        known.agreement = None;
    }

    /// How everything is that runs.
    pub(super) fn services(&self, services: Vec<Service>) {
        lock(&self.known).services = services;
    }

    /// What was measured.
    pub(super) fn agreement(&self, agreement: &Agreement) {
        lock(&self.known).agreement = Some(agreement.clone());
    }

    /// Whoever waits until the file is read again, if anybody does.
    pub(super) fn wanted(&self) -> Option<Sender<Value>> {
        lock(&self.wanted).take()
    }

    /// What others are told who ask.
    pub(super) fn answer(&self, what: &str, end: &AtomicBool) -> Value {
        match what {
            "status" => {
                let known = lock(&self.known);
                let host =
                    |(name, process): &(String, u32)| json!({ "name": name, "process": process });
                let hosts: Vec<Value> = known.hosts.iter().map(host).collect();
                // Who asks may speak another language than who began it.
                let service = |it: &Service| {
                    let mut told = json!(it);
                    if let Some(why) = why(&it.state) {
                        told["why"] = json!(why);
                    }
                    told
                };
                let services: Vec<Value> = known.services.iter().map(service).collect();
                json!({
                    "file": self.file,
                    "init": self.init,
                    "kubernetes": self.kubernetes,
                    "kubernetes_bin": self.folder,
                    "process": std::process::id(),
                    "seconds": known.began.map_or(0.0, |it| it.elapsed().as_secs_f64()),
                    "hosts": hosts,
                    "services": services,
                    "agreement": known.agreement,
                })
            }
            "stop" => {
                self.stop.store(true, Ordering::Release);
                json!({ "process": std::process::id() })
            }
            "change" => {
                let (answer, answered) = channel();
                {
                    let mut wanted = lock(&self.wanted);
                    if wanted.is_some() {
                        return not(&Text::of(
                            "it is asked for by somebody else already",
                            "otro lo ha pedido ya",
                        ));
                    }
                    *wanted = Some(answer);
                }
                loop {
                    match answered.recv_timeout(LOOK) {
                        Ok(it) => return it,
                        Err(RecvTimeoutError::Timeout) if !end.load(Ordering::Acquire) => {}
                        Err(_) => {
                            return not(&Text::of("it ended meanwhile", "terminó entretanto"));
                        }
                    }
                }
            }
            other => home::not_understood(other),
        }
    }
}

/// That something cannot be, for whoever asks.
fn not(why: &Text) -> Value {
    json!({ "error": why.en, "why": why })
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A path as it is from every folder.
fn whole(file: &str) -> String {
    std::fs::canonicalize(file).map_or_else(|_| file.to_owned(), |it| it.display().to_string())
}

/// What became of a rehearsal that was to be another one.
pub(super) struct Changed(Value);

/// Has the rehearsal of this name read its file again, if it runs and is of this file.
pub(super) fn change(
    cache: &Path,
    name: &str,
    (file, asked): (&str, &Staying),
    output: &Output,
) -> Result<Option<Changed>, CouldNot> {
    if !home::running(cache).iter().any(|it| it == name) {
        return Ok(None);
    }
    let status = home::ask(cache, name, "status")?;
    if status["file"].as_str() != Some(whole(file).as_str()) {
        return Ok(None);
    }
    let init = asked.init.filter(|it| status["init"].as_str() != Some(it.word()));
    let init = init.map(|it| format!("--init {}", it.word()));
    let folder = asked.kubernetes_bin.as_deref().map(programs::whole);
    let folder = folder.filter(|it| status["kubernetes_bin"] != json!(it));
    let folder = folder.map(|it| format!("--kubernetes-bin {}", it.display()));
    let kubernetes = asked.kubernetes && status["kubernetes"].as_bool() != Some(true);
    let kubernetes = kubernetes.then(|| "--kubernetes".to_owned());
    if let Some(words) = init.or(folder).or(kubernetes) {
        let what = output.say("runs already, and not by", "ya está en marcha, y no con");
        return Err(CouldNot::new(format!("{name} {what} {words}")).hint(output.say(
            "end it by `fmc stop`, or give this one another name by --name",
            "termínelo con `fmc stop`, o dé otro nombre a este con --name",
        )));
    }
    output.talk(&format!(
        "{name} {}\n",
        output.say("runs, and is changed in place", "está en marcha, y se cambia en su sitio")
    ));
    let told = home::ask_patiently(cache, name, "change", PATIENCE)?;
    let why = told["why"][output.say("en", "es")].as_str();
    match why.or(told["error"].as_str()) {
        Some(why) => Err(CouldNot::new(format!("{name}: {why}"))),
        None => Ok(Some(Changed(told))),
    }
}

impl Changed {
    /// Shows it, and gives back the exit code.
    pub(super) fn show(&self, as_json: bool, output: &Output) -> u8 {
        if as_json {
            output.data(&format!("{:#}\n", self.0["report"]));
        } else {
            for part in ["changes", "text"] {
                output.data(self.0[part].as_str().unwrap_or_default());
            }
        }
        match self.0["good"].as_bool() {
            Some(true) => FINE,
            Some(false) => FINDINGS,
            None => COULD_NOT,
        }
    }
}
