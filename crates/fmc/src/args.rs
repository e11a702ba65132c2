//! The command line.

use crate::commands;
use clap::{Parser, Subcommand, ValueEnum};
use fmc_model::Language;
use std::ffi::OsString;

/// One file for a small cloud: drawn, checked, shown and explained.
#[derive(Parser)]
#[command(name = "fmc", version, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// Language of messages: `en` or `es`. That of the locale if left out
    #[arg(long = "lang", global = true, value_name = "LANGUAGE")]
    pub(crate) language: Option<LanguageWord>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// A language by its code.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum LanguageWord {
    /// English
    En,
    /// Spanish
    Es,
}

impl From<LanguageWord> for Language {
    fn from(word: LanguageWord) -> Self {
        match word {
            LanguageWord::En => Self::English,
            LanguageWord::Es => Self::Spanish,
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Draws a cloud: SVG, PNG, PDF and more, in several views
    Draw(commands::draw::Arguments),
    /// Says everything that is wrong with a cloud, each finding with its line and the mend
    Check(commands::check::Arguments),
    /// Follows one packet and its answer through the generated files, hop by hop
    Trace(commands::trace::Arguments),
    /// Writes the files of every host
    Build(commands::build::Arguments),
    /// Checks, draws and rehearses a cloud in one go, and stays
    Up(commands::up::Arguments),
    /// Runs the whole cloud on this machine, and measures who reaches whom
    Rehearse(commands::rehearse::Arguments),
    /// Runs a command on a host of a rehearsal
    Exec(commands::living::Exec),
    /// Opens a shell on a host of a rehearsal
    Shell(commands::living::Shell),
    /// Runs kubectl in a rehearsal that has a real Kubernetes
    Kubectl(commands::living::Kubectl),
    /// Lets tools of this machine reach the real Kubernetes of a rehearsal
    Kubeconfig(commands::kubeconfig::Arguments),
    /// Shows what a process of a rehearsal says
    Logs(commands::living::Logs),
    /// Writes the packets of an interface of a rehearsal, as pcap
    Capture(commands::living::Capture),
    /// Shows how a rehearsal is
    Status(commands::living::Status),
    /// Ends a rehearsal
    Stop(commands::living::Stop),
    /// Shows what follows from a file: hosts, networks, flows, names, order and more
    Show(commands::show::Arguments),
    /// Lists, rotates and shares the secrets of a cloud, and never shows one
    Secrets(commands::secrets::Arguments),
    /// Writes a commented file to start from
    New(commands::new::Arguments),
    /// Lays a cloud file out anew and keeps its comments
    Fmt(commands::fmt::Arguments),
    /// Explains a diagnostic or a role, with examples
    Explain(commands::explain::Arguments),
    /// Lists the icons of pictures, or draws them all on one sheet
    Icons(commands::icons::Arguments),
    /// Lists what validators and rehearsals run that is not part of fmc, and fetches it
    Components(commands::components::Arguments),
    /// Tells what this machine lacks for rehearsals, and how to mend it
    Doctor(commands::doctor::Arguments),
    /// Prints the JSON Schema of cloud files, for editors
    Schema(commands::schema::Arguments),
    /// Prints a completion script for a shell
    Completions(commands::completions::Arguments),
    /// Prints the manual pages
    Man(commands::man::Arguments),
}

/// What `fmc` is for, in the order in which a person meets it.
const VERBS: [&str; 7] = ["draw", "check", "build", "rehearse", "apply", "watch", "up"];

/// The verb that was asked for, if it is one of those that are still to come, and the language in
/// which to say so. Options may stand before it.
pub(crate) fn planned(words: &[OsString]) -> Option<(&'static str, Option<LanguageWord>)> {
    let command = <Arguments as clap::CommandFactory>::command();
    let mut language = None;
    let mut words = words.iter().filter_map(|it| it.to_str());
    while let Some(word) = words.next() {
        let value = if word == "--lang" { words.next() } else { word.strip_prefix("--lang=") };
        if let Some(value) = value {
            language = LanguageWord::from_str(value, false).ok();
        } else if !word.starts_with('-') {
            let verb = VERBS.into_iter().find(|it| *it == word)?;
            return command.find_subcommand(verb).is_none().then_some((verb, language));
        }
    }
    None
}

/// The same command with a help that tells the verbs first and the rest below.
pub(crate) fn grouped_help(command: clap::Command) -> clap::Command {
    let line = |name: &str, about: &str| format!("  {name:<12} {about}\n");
    let list = |verbs: bool| -> String {
        command
            .get_subcommands()
            .filter(|it| VERBS.contains(&it.get_name()) == verbs)
            .map(|it| {
                line(it.get_name(), &it.get_about().map(ToString::to_string).unwrap_or_default())
            })
            .collect()
    };
    let missing: Vec<&str> =
        VERBS.into_iter().filter(|it| command.find_subcommand(it).is_none()).collect();
    let template = format!(
        "{{about}}\n\n{{usage-heading}} {{usage}}\n\nVerbs:\n{}  {}\n\nAround them:\n{}\nOptions:\n{{options}}\n\n\
         Examples:\n  fmc new > cloud.yaml                 a file to start from\n  \
         fmc check                            what is wrong with the cloud in this folder\n  \
         fmc draw cloud.yaml -o cloud.svg     the cloud as a picture\n  \
         fmc build cloud.yaml -o out          the files of every host\n  \
         fmc trace cloud.yaml ana api:6443    the way of a packet, rule by rule\n  \
         fmc rehearse cloud.yaml              all of it on this machine, for real\n  \
         fmc doctor                           what this machine lacks for that\n  \
         fmc show cloud.yaml                  everything that follows from a file\n  \
         fmc show cloud.yaml flows            who may reach whom, and why\n  \
         fmc explain FMC0406                  what a finding means and how to mend it\n\n\
         Exit codes: 0 fine, 1 findings, 2 could not.",
        list(true),
        format_args!("({} are to come)", missing.join(", ")),
        list(false),
    );
    command.help_template(template)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        grouped_help(Arguments::command()).debug_assert();
    }

    #[test]
    fn help_tells_every_command_once() {
        let help = grouped_help(Arguments::command()).render_help().to_string();
        for command in Arguments::command().get_subcommands() {
            let start = format!("\n  {:<12} ", command.get_name());
            assert_eq!(help.matches(&start).count(), 1, "{help}");
        }
        assert!(help.find("Verbs:") < help.find("Around them:"));
    }
}
