//! `fmc icons`: which icons there are.

use super::draw::{Sheet, write_scene};
use crate::output::Output;
use crate::{CouldNot, Ended, FINDINGS, FINE};
use clap::Args;
use fmc_diagram::icons::{Library, Listed, all, load_report, sheet};
use serde_json::json;

/// `fmc icons`.
#[derive(Args)]
#[command(after_help = "Examples:
  fmc icons                        the name, the title and the source of every icon
  fmc icons kube                   those with a word in their name or title
  fmc icons --sheet icons.svg      all of them on one sheet
  fmc icons dns --sheet dns.png    some of them

Exit codes: 0 fine, 1 there is none, or one did not load, 2 could not.")]
pub(crate) struct Arguments {
    /// Only icons with all of these words in their name or title
    words: Vec<String>,
    /// Draw them on one sheet, in the format of this file's ending
    #[arg(long, value_name = "FILE")]
    sheet: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let words: Vec<String> = arguments.words.iter().map(|it| it.to_lowercase()).collect();
    let fits = |it: &Listed| {
        let text = format!("{} {}", it.name, it.title).to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    };
    let icons: Vec<Listed> = all().into_iter().filter(fits).collect();
    if icons.is_empty() {
        let what = output.say("there is no icon with", "no hay ningún icono con");
        output.talk(&format!("{what} `{}`\n", arguments.words.join(" ")));
        return Ok(FINDINGS);
    }
    if let Some(path) = &arguments.sheet {
        return draw(path, &icons, output);
    }
    if arguments.json {
        let list: Vec<_> = icons
            .iter()
            .map(|it| {
                let (source, licence) = (it.source.title(), it.source.licence());
                json!({ "name": it.name, "title": it.title, "source": source, "licence": licence })
            })
            .collect();
        output.data(&format!("{:#}\n", serde_json::Value::from(list)));
        return Ok(FINE);
    }
    let width = |text: fn(&Listed) -> &str| {
        icons.iter().map(|it| text(it).chars().count()).max().unwrap_or_default()
    };
    let (names, titles) = (width(|it| &it.name), width(|it| it.title));
    let mut text = String::new();
    for it in &icons {
        let (name, title, source) = (&it.name, it.title, it.source.title());
        text.push_str(&format!("{name:<names$}  {title:<titles$}  {source}\n"));
    }
    output.data(&text);
    Ok(FINE)
}

/// Draws the sheet, and says of every icon whether it loaded.
fn draw(path: &str, icons: &[Listed], output: &Output) -> Ended {
    let names = || icons.iter().map(|it| it.name.as_str());
    let title = output.say("Test - All icons", "Test - Carga Completa de Íconos");
    write_scene(
        path,
        &sheet(title, names()),
        &Sheet { scale: 1.0, width: 100, ascii: false },
        output,
    )?;
    let report = load_report(names(), &Library::default());
    for (name, why) in &report.failures {
        output.error(&CouldNot::new(format!("{name}: {why}")));
    }
    let (loaded, total) = (report.loaded, report.total);
    output.data(&match output.say("en", "es") {
        "es" => format!("{loaded} de {total} cargados\n"),
        _ => format!("{loaded} of {total} loaded\n"),
    });
    Ok(if report.failures.is_empty() { FINE } else { FINDINGS })
}
