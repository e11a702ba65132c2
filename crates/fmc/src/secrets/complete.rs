//! Making what a cloud asks for and telling so.

use super::{Changed, Place, random};
use crate::CouldNot;
use crate::output::Output;
use fmc_build::Tree;
use fmc_model::{Cloud, Date};
use fmc_secrets::{Changed as Became, Made, Store, Unmakeable, Wanted};
use std::fmt::Write as _;

impl Place<'_> {
    /// Makes what a cloud asks for and the store has not, and keeps it if `keep` says so. A cloud that
    /// asks for nothing needs no store.
    pub(crate) fn complete(
        &self,
        cloud: &Cloud,
        tree: &Tree,
        today: Date,
        keep: bool,
        output: &Output,
    ) -> Result<Changed<Made>, CouldNot> {
        let wanted = wanted(cloud, tree, output)?;
        if wanted.is_empty() && !self.path().exists() {
            let store = Store::new([], &mut random);
            return Ok(Changed { store, told: Made::default(), written: false });
        }
        self.change(keep, output, |store| completed(store, &wanted, today, output))
    }

    /// What became of the secrets, for people.
    pub(crate) fn told(&self, kept: &Changed<Made>, whole: bool, output: &Output) -> String {
        let mut text = String::new();
        let counts = [
            (Became::Made, output.say("secrets made", "secretos hechos")),
            (Became::Renewed, output.say("certificates renewed", "certificados renovados")),
            (
                Became::Reissued,
                output.say("certificates issued anew", "certificados emitidos de nuevo"),
            ),
        ];
        let said: Vec<String> = counts
            .iter()
            .map(|(became, words)| (kept.told.count(*became), words))
            .filter(|it| it.0 > 0)
            .map(|(count, words)| format!("{count} {words}"))
            .collect();
        if kept.written && !said.is_empty() {
            let _ = writeln!(text, "{}: {}", self.path().display(), said.join(", "));
        }
        // A part of a cloud asks for a part of its secrets.
        if whole && !kept.told.unneeded.is_empty() {
            let names: Vec<String> = kept.told.unneeded.iter().map(ToString::to_string).collect();
            let words = output.say(
                "no longer asked for, and kept until `fmc secrets forget`:",
                "ya no se piden, y se guardan hasta `fmc secrets forget`:",
            );
            let _ = writeln!(text, "{words} {}", names.join(", "));
        }
        text
    }
}

/// What a cloud asks for.
pub(crate) fn wanted<'c>(
    cloud: &'c Cloud,
    tree: &'c Tree,
    output: &Output,
) -> Result<Wanted<'c>, CouldNot> {
    Wanted::of(cloud, tree.secrets()).map_err(|it| unmakeable(&it, output))
}

/// Completes a store; what was done, and whether that is to be kept.
pub(crate) fn completed(
    store: &mut Store,
    wanted: &Wanted<'_>,
    today: Date,
    output: &Output,
) -> Result<(Made, bool), CouldNot> {
    let made = store.secrets.complete(wanted, today, &mut random);
    let made = made.map_err(|it| unmakeable(&it, output))?;
    let any = made.any();
    Ok((made, any))
}

fn unmakeable(it: &Unmakeable, output: &Output) -> CouldNot {
    let what = output.say("cannot be made", "no se puede hacer");
    CouldNot::new(format!("{} {what}: {}", it.id, it.why.get(output.language())))
}
