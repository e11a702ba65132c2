//! A rehearsal through all versions of its file: each is built, run, measured and told.

use super::Staying;
use super::desk::Desk;
use super::parts;
use super::programs::Programs;
use super::progress::Progress;
use super::report::{self, Report, called};
use crate::output::Output;
use crate::{CouldNot, input};
use fmc_build::Tree;
use fmc_check::machine::Machines;
use fmc_model::cloud::HostId;
use fmc_model::{Cloud, Date};
use fmc_plan::Cost;
use fmc_rehearse::crew::{Crew, Done};
use fmc_rehearse::measure::Matrix;
use fmc_rehearse::probe::{self, Probed};
use fmc_rehearse::rehearsal::{self, Live, Place, Plan};
use fmc_rehearse::service::{Components, Script};
use fmc_rehearse::stage::{Player, Stage, declared};
use fmc_secrets::Secrets;
use fmc_sys::Failure;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

/// Between two looks whether somebody wants something.
const LOOK: Duration = Duration::from_millis(50);

/// A version of a cloud file, and what was made of it.
pub(super) struct Version {
    pub(super) read: input::Read,
    pub(super) tree: Tree,
    pub(super) secrets: Secrets,
    /// What is run that the root has not.
    pub(super) components: Components,
}

/// What stays the same through all versions.
pub(super) struct With<'w> {
    pub(super) file: &'w str,
    pub(super) name: &'w str,
    pub(super) today: Date,
    pub(super) root: &'w Path,
    /// The programs of Kubernetes, where it is the real one.
    pub(super) programs: Option<&'w Programs>,
    pub(super) wireguard: bool,
    pub(super) staying: &'w Staying,
    pub(super) json: bool,
    pub(super) place: &'w Place<'w>,
    pub(super) desk: &'w Desk,
    pub(super) enough: &'w AtomicBool,
    pub(super) output: &'w Output,
}

/// How a version ended.
enum Next {
    /// All of it is over.
    Over,
    /// Another version takes over what runs, and somebody waits for it.
    Version(Box<Version>, Sender<Value>, Stage),
}

impl With<'_> {
    /// Rehearses one version after the other until somebody had enough. Whether the last one was good is
    /// returned; `None` if it never was there.
    pub(super) fn all(
        &self,
        crew: &mut Crew<'_, '_>,
        first: Version,
        is_unheard: &dyn Fn() -> bool,
    ) -> Result<Option<bool>, Failure> {
        let (mut version, mut before, mut last) = (first, None, None);
        loop {
            let (next, good) = self.one(crew, &version, before, is_unheard)?;
            last = good.or(last);
            match next {
                Next::Over => return Ok(last),
                Next::Version(next, asks, stage) => {
                    version = *next;
                    before = Some((asks, stage));
                }
            }
        }
    }

    pub(super) fn has_enough(&self) -> bool {
        self.enough.load(Ordering::Acquire) || self.desk.stop.load(Ordering::Acquire)
    }

    fn one(
        &self,
        crew: &mut Crew<'_, '_>,
        version: &Version,
        before: Option<(Sender<Value>, Stage)>,
        is_unheard: &dyn Fn() -> bool,
    ) -> Result<(Next, Option<bool>), Failure> {
        let Version { read, tree, secrets, components } = version;
        let Some(cloud) = &read.cloud else { return Ok((Next::Over, None)) };
        let machines = Machines::of(cloud);
        let matrix = Matrix::of(&machines);
        let mut others = matrix.sources();
        // Who only asks is asked too: for names, and for the time.
        others.entry(Player::Internet).or_default();
        let (root, wireguard) = (self.root, self.wireguard);
        let script = Script { cloud, root, components, secrets, wireguard };
        let plan =
            Plan { machines: &machines, tree, script: &script, others: &others, place: self.place };
        let parts = rehearsal::parts(&plan)?;
        let (live, changes, asks) = match before {
            None => (crew.begin(&plan, parts)?, Vec::new(), None),
            Some((asks, stage)) => {
                let (live, changes) = crew.change(stage, &plan, parts)?;
                (live, changes, Some(asks))
            }
        };
        self.desk.hosts(&live, cloud);
        let report = self.report(&live, cloud, &machines, &matrix)?;
        let good =
            report.as_ref().map(|it| it.is_good() && changes.iter().all(|it| it.1.is_none()));
        if let Some(report) = &report {
            self.desk.agreement(&report.agreement);
            let (text, changes) = (report.text(self.output), self.changes(&changes, &live));
            if let Some(asks) = asks {
                let (json, good) = (report.json(), good.unwrap_or_default());
                let told = json!({
                    "changes": changes, "text": text, "report": json, "good": good,
                });
                // Who asked may have had enough.
                let _ = asks.send(told);
                self.output.talk(&changes);
            }
            if self.json {
                self.output.data(&format!("{:#}\n", report.json()));
            } else {
                self.output.data(&text);
            }
            if !self.staying.once {
                let door = self.place.door.and_then(|it| Some((it.url(), it.name(&machines)?)));
                self.output.talk(&report::stay(self.name, door, self.output));
                return Ok((self.stay(live, is_unheard), good));
            }
        }
        Ok((Next::Over, good))
    }

    /// Waits for everything to be there, and measures it; `None` if somebody had enough before.
    fn report(
        &self,
        live: &Live<'_>,
        cloud: &Cloud,
        machines: &Machines<'_>,
        matrix: &Matrix<'_>,
    ) -> Result<Option<Report>, Failure> {
        let progress = Progress::new(self.output, self.json, self.desk);
        let has_enough = || self.has_enough();
        let (is_settled, ready, mut probes) = std::thread::scope(|scope| {
            // What works is known as soon as it does, whatever else is still coming up.
            let tried = scope.spawn(|| probe::all(live, machines, probe::CAP, &has_enough));
            let is_settled = progress.until_settled(live, cloud, &has_enough);
            let ready = live.began.elapsed();
            let probes = tried.join().unwrap_or_else(|it| std::panic::resume_unwind(it));
            (is_settled, ready, probes)
        });
        if !is_settled || self.has_enough() {
            return Ok(None);
        }
        let language = self.output.language();
        live.stands().map_err(|it| Failure::Wrong(it.get(language).to_owned()))?;
        if let Err(why) = live.bring_people() {
            probes.push(Probed::people(&why, live));
        }
        let times = report::Times { ready, probed: live.began.elapsed() };
        progress.probed(&probes, live);
        let partly = |host: HostId, role: &str| live.parts[&host].partly.contains(role);
        // How often each process was started again.
        let before: Vec<u32> = live.board.services().iter().map(|it| it.restarts).collect();
        let agreement = matrix.measure(machines, &live.stage, &partly)?;
        let of = (self.file, self.programs);
        let report = Report::of(of, live, cloud, (probes, times), agreement, &before);
        if !report.is_good() {
            let folder = self.place.home.evidence();
            // That something disagrees is told whatever can be kept of it.
            if let Err(why) =
                matrix.keep_evidence(machines, &live.stage, &report.agreement, &folder)
            {
                self.output.warning(&CouldNot::new(why.to_string()));
            }
            let _ = std::fs::write(folder.join("report.json"), format!("{:#}\n", report.json()));
        }
        Ok(Some(report))
    }

    /// Stays until somebody had enough, or wants the file to be read again and it can be.
    fn stay(&self, live: Live<'_>, is_unheard: &dyn Fn() -> bool) -> Next {
        while !self.has_enough() && !is_unheard() {
            self.desk.services(live.board.services());
            if let Some(asks) = self.desk.wanted() {
                match self.again() {
                    Ok(version) => {
                        return Next::Version(Box::new(version), asks, live.into_stage());
                    }
                    Err(why) => {
                        // Who asked may have had enough.
                        let _ = asks.send(json!({ "error": why.what }));
                    }
                }
            }
            std::thread::sleep(LOOK);
        }
        Next::Over
    }

    /// Reads the file again, and builds it.
    fn again(&self) -> Result<Version, CouldNot> {
        let read = input::read(self.file, self.today, self.output)?;
        let found = read.with_configured();
        let read = read.written_for(self.programs);
        let cloud = read.cloud.as_ref().filter(|_| !found.has_errors());
        let what = self.output.say("has errors", "tiene errores");
        let cloud = cloud.ok_or_else(|| CouldNot::new(format!("{} {what}", self.file)))?;
        let components = parts::components(cloud, self.programs, self.output)?;
        let (tree, secrets) = parts::built(cloud, self.today, self.place.firsts, self.output)?;
        // What cannot be had must not end what runs.
        declared(cloud, &tree)?;
        Ok(Version { read, tree, secrets, components })
    }

    /// What was changed, for people.
    fn changes(&self, changes: &[Done], live: &Live<'_>) -> String {
        let language = self.output.language();
        let mut text = String::new();
        let mut costs: BTreeMap<Cost, usize> = BTreeMap::new();
        for (step, failed) in changes {
            *costs.entry(step.act.cost()).or_default() += 1;
            let (host, what) = (called(&step.host, self.output), step.told());
            let _ = write!(text, "{host}: {}", what.get(language));
            let _ = writeln!(text, " ({})", step.why.get(language));
            if let Some(why) = failed {
                let not = self.output.say("could not be done", "no se pudo hacer");
                let _ = writeln!(text, "  {not}: {}", why.get(language));
            }
        }
        let words = [
            (Cost::Live, self.output.say("live", "en vivo")),
            (Cost::Reload, self.output.say("reloads", "recargas")),
            (Cost::Restart, self.output.say("restarts", "reinicios")),
            (Cost::Recreate, self.output.say("hosts made anew", "hosts creados de nuevo")),
        ];
        let told = words
            .iter()
            .filter_map(|(cost, words)| costs.get(cost).map(|count| format!("{words}: {count}")));
        let told: Vec<String> = told.collect();
        let told = if told.is_empty() {
            self.output.say("nothing had to be changed", "no hubo nada que cambiar").to_owned()
        } else {
            told.join(", ")
        };
        let seconds = live.began.elapsed().as_secs_f64();
        let _ = writeln!(text, "{told} ({seconds:.1} s)");
        text
    }
}
