//! What a rehearsal came to.

use super::programs::Programs;
use super::why;
use crate::output::Output;
use fmc_model::{Cloud, Text, text};
use fmc_rehearse::door::Door;
use fmc_rehearse::measure::{Agreement, Disagreement, Measured};
use fmc_rehearse::probe::Probed;
use fmc_rehearse::rehearsal::Live;
use fmc_rehearse::service::{Service, State};
use fmc_rehearse::stage::{Player, told};
use fmc_rehearse::world;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// How many disagreements are told with their ways.
const SHOWN: usize = 10;

/// How many lines of a log are shown of what failed.
const LINES: usize = 8;

/// How long it took from the start.
#[derive(Clone, Copy)]
pub(super) struct Times {
    /// Until every process was there, or failed.
    pub(super) ready: Duration,
    /// Until every probe succeeded, or failed.
    pub(super) probed: Duration,
}

/// What it came to.
pub(super) struct Report {
    file: String,
    wired: f64,
    times: Times,
    services: Vec<Service>,
    /// What stands in for something, with the hosts on which it does.
    stand_ins: BTreeMap<Text, Vec<String>>,
    /// What does not run, with why and the hosts.
    left_out: BTreeMap<(String, Text), Vec<String>>,
    /// The files that each process reads, by its host and its name.
    files: BTreeMap<(String, String), Vec<String>>,
    probes: Vec<Probed>,
    pub(super) agreement: Agreement,
    /// The programs of Kubernetes, where it is the real one.
    programs: Option<Programs>,
}

impl Report {
    pub(super) fn of(
        (file, programs): (&str, Option<&Programs>),
        live: &Live<'_>,
        cloud: &Cloud,
        (probes, times): (Vec<Probed>, Times),
        agreement: Agreement,
        before: &[u32],
    ) -> Self {
        let (mut stand_ins, mut left_out) = (BTreeMap::new(), BTreeMap::new());
        let mut files = BTreeMap::new();
        for host in cloud.hosts.values() {
            let part = &live.parts[&host.id];
            let name = || host.name.to_string();
            for it in &part.stand_ins {
                stand_ins.entry(it.clone()).or_insert_with(Vec::new).push(name());
            }
            for it in &part.processes {
                files.insert((name(), it.name.clone()), it.files.clone());
            }
            for it in &part.left_out {
                left_out.entry(it.clone()).or_insert_with(Vec::new).push(name());
            }
        }
        let (wired, mut services) = (live.wired.as_secs_f64(), live.board.services());
        // Who falls and rises again and again is there at most moments, and not well.
        for (it, before) in services.iter_mut().zip(before) {
            if it.restarts > *before && it.state.is_good() {
                let again = it.restarts;
                let why = text!("started again {again}×", "arrancado de nuevo {again}×");
                it.state = State::Failed(why);
            }
        }
        for it in live.everywhere() {
            let ours = cloud.hosts.values().filter(|it| !it.managed);
            stand_ins.insert(it.into(), ours.map(|it| it.name.to_string()).collect());
        }
        if live.stage.players.contains_key(&Player::Internet) {
            stand_ins.insert(world::STANDS_IN.into(), vec![Player::Internet.name(cloud)]);
        }
        let (file, programs) = (file.to_owned(), programs.cloned());
        Self {
            file,
            wired,
            times,
            services,
            stand_ins,
            left_out,
            files,
            probes,
            agreement,
            programs,
        }
    }

    fn failed(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().filter(|it| !it.state.is_good())
    }

    /// Whether everything came up, and all agree.
    pub(super) fn is_good(&self) -> bool {
        let works = self.probes.iter().all(|it| it.failed.is_none());
        self.agreement.is_whole() && works && self.failed().next().is_none()
    }

    pub(super) fn json(&self) -> Value {
        let hosts = |names: &Vec<String>| json!(names);
        let stand_ins: Vec<Value> = self
            .stand_ins
            .iter()
            .map(|(what, names)| json!({ "what": what.en, "hosts": hosts(names) }))
            .collect();
        let left_out: Vec<Value> = self
            .left_out
            .iter()
            .map(|((what, why), names)| json!({ "what": what, "why": why.en, "hosts": hosts(names) }))
            .collect();
        let probe = |it: &Probed| json!({ "from": it.from, "what": it.what.en, "failed": it.failed.as_ref().map(|it| &it.en), "after": it.after });
        let probes: Vec<Value> = self.probes.iter().map(probe).collect();
        let opened = self.probes.iter().filter(|it| it.opens && it.failed.is_none());
        let answer = opened.map(|it| it.after).reduce(f64::min);
        json!({
            "file": self.file,
            "seconds": {
                "wired": self.wired,
                "answer": answer,
                "ready": self.times.ready.as_secs_f64(),
                "probed": self.times.probed.as_secs_f64(),
            },
            "kubernetes": self.programs.as_ref().map(Programs::json),
            "services": self.services,
            "stand_ins": stand_ins,
            "not_run": left_out,
            "probes": probes,
            "agreement": self.agreement,
            "good": self.is_good(),
        })
    }

    pub(super) fn text(&self, output: &Output) -> String {
        let mut text = String::new();
        let language = output.language();
        for it in self.failed() {
            let name = &it.name;
            let what = output.say("did not come up", "no arrancó");
            let waits = output.say("it still waits", "aún espera");
            let why = why(&it.state).or(it.failed.as_ref()).map_or(waits, |it| it.get(language));
            let _ = writeln!(text, "\n{}: {name} {what}: {why}", called(&it.host, output));
            let log = std::fs::read_to_string(&it.log).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            for line in &lines[lines.len().saturating_sub(LINES)..] {
                let _ = writeln!(text, "    {}", crate::output::plain(line));
            }
            if let Some(files) = self.files.get(&(it.host.clone(), name.clone())) {
                let reads = output.say("it reads", "lee");
                let _ = writeln!(text, "  {reads} {}", files.join(", "));
            }
            let missed = self.agreement.disagree.iter().filter(|way| {
                way.from == it.host && way.predicted && way.measured == Measured::Nothing
            });
            for way in missed {
                let not = output.say("its host does not reach", "su host no llega a");
                let way_there = there(way, output);
                let _ = writeln!(text, "  {not} {} ({}): {way_there}", way.to, way.of);
            }
        }
        for it in &self.probes {
            let Some(why) = &it.failed else { continue };
            let (who, what) = (called(&it.from, output), it.what.get(language));
            let why = crate::output::plain(why.get(language));
            let not = output.say("it is not so that", "no se cumple que");
            let _ = writeln!(text, "\n{who}: {not} {what}: {why}");
        }
        for it in &self.agreement.unable {
            let (who, why) = (called(&it.from, output), crate::output::plain(it.why.get(language)));
            let not =
                output.say("nothing can be asked from there", "no se puede preguntar desde ahí");
            let _ = writeln!(text, "\n{who}: {not}: {why}");
        }
        self.differences(output, &mut text);
        text.extend(self.programs.iter().map(|it| it.text(output)));
        let heading = output.say("what stands in for something", "lo que sustituye a otra cosa");
        let stand_ins = self.stand_ins.iter();
        let stand_ins = stand_ins.map(|(what, hosts)| (what.get(language).to_owned(), hosts));
        list(heading, stand_ins, output, &mut text);
        let heading = output.say("what does not run here", "lo que aquí no se ejecuta");
        let left_out = self.left_out.iter();
        let left_out = left_out.map(|((what, why), hosts)| {
            let why = why.get(language);
            (format!("{what}: {why}"), hosts)
        });
        list(heading, left_out, output, &mut text);
        let mut by_service: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (host, service) in &self.agreement.unanswered {
            by_service.entry(service.clone()).or_default().push(host.clone());
        }
        let heading = output.say(
            "what is reached and nobody answers here, for what would does not run",
            "a lo que se llega y nadie responde aquí, porque lo que respondería no se ejecuta",
        );
        let unanswered = by_service.iter().map(|(what, hosts)| (what.clone(), hosts));
        list(heading, unanswered, output, &mut text);
        let Agreement { tried, allowed, denied, disagree, seconds, .. } = &self.agreement;
        let words = output
            .say("pairs intended, predicted, measured", "pares pretendidos, predichos, medidos");
        let (yes, no) = (output.say("allowed", "permitidos"), output.say("denied", "denegados"));
        let apart = output.say("disagree", "discrepan");
        let _ = writeln!(
            text,
            "\n{tried} {words} ({allowed} {yes}, {denied} {no}; {seconds:.2} s); {} {apart}",
            disagree.len()
        );
        text
    }

    fn differences(&self, output: &Output, text: &mut String) {
        let all = &self.agreement.disagree;
        for it in all.iter().take(SHOWN) {
            let language = output.language();
            let (intended, measured) = (it.intended.words(), it.measured.words());
            let predicted = if it.predicted {
                output.say("it comes in", "entra")
            } else {
                output.say("it does not come in", "no entra")
            };
            let words = [
                output.say("intended", "pretendido"),
                output.say("predicted", "predicho"),
                output.say("measured", "medido"),
            ];
            let _ = writeln!(
                text,
                "\n{} → {} ({}) {}\n  {}: {}\n  {}: {predicted}\n  {}: {}\n    {}",
                called(&it.from, output),
                it.to,
                it.of,
                it.protocol,
                words[0],
                intended.get(language),
                words[1],
                words[2],
                measured.get(language),
                there(it, output)
            );
        }
        if all.len() > SHOWN {
            let more = output.say("more disagree", "más discrepan");
            let _ = writeln!(text, "\n… {} {more}", all.len() - SHOWN);
        }
    }
}

fn list<'a>(
    heading: &str,
    all: impl Iterator<Item = (String, &'a Vec<String>)>,
    output: &Output,
    text: &mut String,
) {
    let mut first = true;
    for (what, hosts) in all {
        if std::mem::take(&mut first) {
            let _ = writeln!(text, "\n{heading}:");
        }
        let hosts: Vec<String> = hosts.iter().map(|it| called(it, output)).collect();
        let _ = writeln!(text, "  {what} ({})", hosts.join(", "));
    }
}

/// The predicted way of a pair, of which the first line says what becomes of it.
fn there(it: &Disagreement, output: &Output) -> String {
    let fate = it.fate.get(output.language());
    let steps = it.way.split_once('\n').map(|it| format!("\n{}", it.1));
    format!("{fate}{}", steps.unwrap_or_default())
}

/// What somebody is called by people.
pub(super) fn called(name: &str, output: &Output) -> String {
    told(name).get(output.language()).to_owned()
}

/// What can be done now.
pub(super) fn stay(name: &str, door: Option<(String, String)>, output: &Output) -> String {
    let words = output.say("stays until Ctrl-C; elsewhere:", "sigue hasta Ctrl-C; en otro sitio:");
    let mut text = String::new();
    if let Some((url, app)) = door {
        let opens = output.say("opens", "abre");
        let _ = writeln!(text, "{url} {opens} {app}");
        let _ = writeln!(text, "  ({})", Door::stands_in(&app).get(output.language()));
    }
    let more = "fmc status, fmc exec HOST CMD, fmc logs HOST SERVICE -f, fmc stop";
    let _ = writeln!(text, "{name} {words} {more}");
    text
}
