//! The questions that `fmc check` asks of a whole cloud, one file each.
//!
//! A file has the code of what it finds, with its reason and its two examples, and a function from the
//! [`Subject`] to findings. Adding a question is writing such a file and naming it in the list of its
//! family below; explanations, documents, suppressions and tests follow the list.
//!
//! The first two digits of a code are its family. Families up to [`codes::OTHERS`] are found while a
//! file is resolved; those behind it are here.

mod administration;
mod capacity;
mod files;
mod loss;
mod names;
mod networks;
mod reach;
mod suppressions;
mod time;

use crate::classes::Classes;
use crate::loss::Losses;
use crate::machine::Machines;
use crate::matrix::Matrix;
use fmc_config::maps::{HashMap, HashSet};
use fmc_model::cloud::{Host, HostId};
use fmc_model::{Cloud, Code, Date, Diagnostic, Diagnostics, Place, codes};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::OnceLock;

/// A question, with the code of what it finds.
#[derive(Debug)]
pub struct Question {
    /// What a finding of it is called.
    pub code: Code,
    /// Asks it.
    pub ask: fn(&Subject<'_>) -> Vec<Diagnostic>,
}

/// What questions are asked of.
pub struct Subject<'c> {
    /// The cloud. Nothing in it is an error.
    pub cloud: &'c Cloud,
    /// Its hosts, with what was generated for each.
    pub machines: Machines<'c>,
    /// The day on which it is asked.
    pub today: Date,
    /// The hosts that run on each machine.
    guests: HashMap<HostId, Vec<HostId>>,
    classes: OnceLock<Classes>,
    matrix: OnceLock<Matrix<'c>>,
    losses: OnceLock<Losses<'c>>,
    /// What people wrote by hand, once somebody asked for it.
    written: OnceLock<Vec<files::by_hand::Written<'c>>>,
}

impl<'c> Subject<'c> {
    /// Makes everything that all questions look at.
    pub fn of(cloud: &'c Cloud, today: Date) -> Self {
        let (matrix, losses, written) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        let mut guests: HashMap<HostId, Vec<HostId>> = HashMap::default();
        for host in cloud.hosts.values() {
            let machine = host.runs_on.as_ref().and_then(|it| cloud.hosts.get(it));
            if let Some(machine) = machine {
                guests.entry(machine.id).or_default().push(host.id);
            }
        }
        let (machines, classes) = (Machines::of(cloud), OnceLock::new());
        Self { cloud, machines, today, guests, classes, matrix, losses, written }
    }

    /// Asks all questions on all processors, each in its place. What many of them look at is made before:
    /// made by one question, it would keep the others waiting. What is lost with what is found on one
    /// processor, while another one asks what has nothing to do with that.
    fn answers(&self, questions: &[&Question]) -> Vec<Vec<Diagnostic>> {
        self.classes();
        let ask = |of_losses: bool| {
            let own = questions.par_iter().enumerate();
            let own = own.filter(|it| is_of_losses(it.1) == of_losses);
            own.map(|it| (it.0, (it.1.ask)(self))).collect::<Vec<_>>()
        };
        let (_, mut all) = rayon::join(
            || self.losses(),
            || {
                self.matrix();
                files::by_hand::written(self);
                ask(false)
            },
        );
        all.extend(ask(true));
        all.sort_by_key(|it| it.0);
        all.into_iter().map(|it| it.1).collect()
    }

    /// Who is alike to whom.
    fn classes(&self) -> &Classes {
        self.classes.get_or_init(|| Classes::of(&self.machines))
    }

    /// Who reaches whom, at which ports: walked when it is first asked for.
    pub fn matrix(&self) -> &Matrix<'c> {
        self.matrix.get_or_init(|| Matrix::among(&self.machines, self.classes().clone()))
    }

    /// What is lost with what.
    pub fn losses(&self) -> &Losses<'c> {
        self.losses.get_or_init(|| Losses::among(&self.machines, self.classes()))
    }

    /// Hosts as a sentence names them: `master[1-3], storage1`.
    pub fn called<'h>(&self, hosts: impl IntoIterator<Item = &'h Host>) -> String {
        self.cloud.set_of(hosts.into_iter().map(|it| it.id)).to_string()
    }

    /// The hosts that are ours: nothing is known of how others are run.
    pub fn ours(&self) -> impl Iterator<Item = &'c Host> {
        self.cloud.hosts.values().filter(|it| !it.managed)
    }
}

/// Every question, in the order of its code.
pub fn questions() -> impl Iterator<Item = &'static Question> {
    [
        reach::QUESTIONS,
        loss::QUESTIONS,
        time::QUESTIONS,
        capacity::QUESTIONS,
        names::QUESTIONS,
        networks::QUESTIONS,
        administration::QUESTIONS,
        files::QUESTIONS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Whether a question asks what is lost with what, or for how long.
fn is_of_losses(question: &Question) -> bool {
    let mut all = loss::QUESTIONS.iter().chain(time::QUESTIONS);
    all.any(|it| std::ptr::eq(*it, question))
}

/// Every code there is, in order: those of a file and its meaning, and those of all questions.
pub fn codes() -> Vec<&'static Code> {
    codes::all().into_iter().chain(questions().map(|it| &it.code)).collect()
}

/// Findings without those of general questions where another one says something of the same place.
fn particular(found: Diagnostics) -> Diagnostics {
    let is_general = |it: &Diagnostic| reach::GENERAL.contains(&it.code.id);
    let told: HashSet<Place> =
        found.iter().filter(|it| !is_general(it)).map(|it| it.place).collect();
    let mut left = found;
    left.retain(|it| !is_general(it) || !told.contains(&it.place));
    left
}

/// Where in a line secrets stand in clear, in bytes: nobody is shown these.
pub fn secrets_in(line: &str) -> Vec<Range<usize>> {
    administration::secrets_in(line)
}

/// Asks every question of a cloud in which nothing is an error. What the file suppresses on the day
/// `today` is left out.
pub fn check(cloud: &Cloud, today: Date) -> Diagnostics {
    // All of it on the threads that share the work: each step that were begun elsewhere would have to wake
    // them anew.
    rayon::scope(|_| found(cloud, today))
}

fn found(cloud: &Cloud, today: Date) -> Diagnostics {
    let subject = Subject::of(cloud, today);
    let all: Vec<&Question> = questions().collect();
    let mut found = Diagnostics::new();
    for diagnostic in subject.answers(&all).into_iter().flatten() {
        found.push(diagnostic);
    }
    found = cloud.unsuppressed(particular(found), today);
    for diagnostic in suppressions::unknown(cloud, &codes()) {
        found.push(diagnostic);
    }
    found.sorted()
}
