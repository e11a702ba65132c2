//! `fmc explain`: what a finding means, and what a role is.

use crate::output::Output;
use crate::{CouldNot, Ended, FINE};
use clap::Args;
use fmc_model::read::closest;
use fmc_model::role::Kind;
use fmc_model::{Code, Language};

/// `fmc explain`.
#[derive(Args)]
#[command(after_help = "Examples:
  fmc explain FMC0406      why a virtual address would not move, and the mend
  fmc explain keepalived   what a role is, with the smallest cloud that has it
  fmc explain --all        every code, a line each")]
pub(crate) struct Arguments {
    /// A code such as FMC0406, or the name of a role
    #[arg(required_unless_present_any = ["all", "roles"])]
    what: Option<String>,
    /// Every code
    #[arg(long, conflicts_with = "what")]
    all: bool,
    /// Every role
    #[arg(long, conflicts_with = "what")]
    roles: bool,
    /// Print Markdown with everything in it
    #[arg(long)]
    markdown: bool,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let language = output.language();
    let codes = fmc_check::question::codes();
    let text = match (&arguments.what, arguments.roles, arguments.markdown) {
        (Some(what), _, _) => {
            one(what, &codes, language).ok_or_else(|| unknown(what, &codes, output))?
        }
        (None, true, true) => roles_markdown(output.machine_language()),
        (None, true, false) => {
            let line =
                |it: &Kind| format!("{:<14} {}", it.about.name, it.about.summary.get(language));
            fmc_roles::ROLES.iter().map(line).collect::<Vec<_>>().join("\n") + "\n"
        }
        (None, false, true) => codes_markdown(&codes, output.machine_language()),
        (None, false, false) => {
            let lines = codes.iter().map(|it| format!("{}  {}", it.id, it.title.get(language)));
            lines.collect::<Vec<_>>().join("\n") + "\n"
        }
    };
    output.data(&text);
    Ok(FINE)
}

fn one(what: &str, codes: &[&Code], language: Language) -> Option<String> {
    if let Some(code) = codes.iter().find(|it| it.id.eq_ignore_ascii_case(what)) {
        return Some(code_text(code, language));
    }
    fmc_roles::ROLES.iter().find(|it| it.about.name == what).map(|it| role_text(it, language))
}

fn unknown(what: &str, codes: &[&Code], output: &Output) -> CouldNot {
    let say = output.say("there is no code and no role", "no hay ningún código ni rol");
    let could_not = CouldNot::new(format!("{say} `{what}`"));
    let names = codes.iter().map(|it| it.id).chain(fmc_roles::ROLES.iter().map(|it| it.about.name));
    let upper = what.to_uppercase();
    let names: Vec<&str> = names.collect();
    let near =
        closest(what, names.iter().copied()).or_else(|| closest(&upper, names.iter().copied()));
    could_not.hint(match near {
        Some(near) => format!("{} `{near}`?", output.say("did you mean", "¿quiso decir")),
        None => output
            .say("`fmc explain --all` lists every code", "`fmc explain --all` enumera los códigos")
            .to_owned(),
    })
}

fn indented(text: &str) -> String {
    text.lines().map(|it| format!("    {it}").trim_end().to_owned() + "\n").collect()
}

fn code_text(code: &Code, language: Language) -> String {
    let (fails, mended) = match language {
        Language::English => ("This fails", "This is mended"),
        Language::Spanish => ("Esto falla", "Esto está arreglado"),
    };
    format!(
        "\x1b[1m{}\x1b[0m {}\n\n{}\n\n\x1b[1m{fails}\x1b[0m\n{}\n\x1b[1m{mended}\x1b[0m\n{}",
        code.id,
        code.title.get(language),
        wrapped(code.reason.get(language)),
        indented(code.failing),
        indented(code.mended),
    )
}

fn role_text(kind: &Kind, language: Language) -> String {
    let about = kind.about;
    let (systems_word, minimum_word, example) = match language {
        Language::English => ("runs on", "needs at least", "The smallest cloud that has it"),
        Language::Spanish => {
            ("funciona en", "necesita al menos", "La nube más pequeña que lo tiene")
        }
    };
    let systems: Vec<&str> = about.systems.iter().map(|it| it.label()).collect();
    let systems = if systems.is_empty() { "*".to_owned() } else { systems.join(", ") };
    let minimum = about.minimum;
    format!(
        "\x1b[1m{}\x1b[0m ({}): {}\n\n  {systems_word}: {systems}\n  {minimum_word}: {} CPU, {}, {}\n  {}\n\n\x1b[1m{example}\x1b[0m\n{}",
        about.name,
        about.label,
        about.summary.get(language),
        minimum.cpus,
        minimum.memory,
        minimum.disk,
        about.manual,
        indented(about.example),
    )
}

/// Lines of 80 columns at the most.
fn wrapped(text: &str) -> String {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().filter(|it| it.chars().count() + word.chars().count() < 80);
        match line {
            Some(line) if !line.is_empty() => {
                line.push(' ');
                line.push_str(word);
            }
            Some(line) => line.push_str(word),
            None => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

fn codes_markdown(codes: &[&Code], language: Language) -> String {
    let mut text = "# Diagnostics\n\nMade by `cargo xtask docs` out of the codes themselves; every example is run by the tests.\n".to_owned();
    for code in codes {
        text.push_str(&format!(
            "\n## {} — {}\n\n{}\n\nThis fails:\n\n```yaml\n{}```\n\nThis is mended:\n\n```yaml\n{}```\n",
            code.id,
            code.title.get(language),
            code.reason.get(language),
            visible(code.failing),
            visible(code.mended),
        ));
    }
    text
}

/// Control characters as their escapes, so that the document stays a text file.
fn visible(text: &str) -> String {
    text.chars()
        .map(|it| {
            if it.is_control() && it != '\n' {
                it.escape_default().to_string()
            } else {
                it.to_string()
            }
        })
        .collect()
}

fn roles_markdown(language: Language) -> String {
    let mut text = "# Roles\n\nMade by `cargo xtask docs` out of the roles themselves; every example is run by the tests.\nWhat each role can be told stands in [the reference of the language](language.md).\n".to_owned();
    for kind in fmc_roles::ROLES {
        let about = kind.about;
        let systems: Vec<&str> = about.systems.iter().map(|it| it.label()).collect();
        let systems = if systems.is_empty() { "any".to_owned() } else { systems.join(", ") };
        text.push_str(&format!(
            "\n## `{}`: {}\n\n{}. [Manual]({}). Host systems: {systems}. At least {} CPU, {} of memory, {} of disk.\n\n```yaml\n{}```\n",
            about.name,
            about.label,
            about.summary.get(language),
            about.manual,
            about.minimum.cpus,
            about.minimum.memory,
            about.minimum.disk,
            about.example,
        ));
    }
    text
}
