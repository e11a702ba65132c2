//! `fmc icons`: which icons there are.

use super::draw::{Sheet, write_scene};
use super::own_icons;
use crate::output::Output;
use crate::{CouldNot, Ended, FINDINGS, FINE};
use clap::Args;
use fmc_diagram::icons::{Library, Source, all, load_report, sheet};
use serde_json::json;

/// `fmc icons`.
#[derive(Args)]
#[command(after_help = "Examples:
  fmc icons                        the name, the title and the source of every icon
  fmc icons kube                   those with a word in their name or title
  fmc icons --sheet icons.svg      all of them on one sheet
  fmc icons dns --sheet dns.png    some of them
  fmc icons --icons folder         those of your own too, as `fmc draw --icons folder` knows them

Exit codes: 0 fine, 1 there is none, or one did not load, 2 could not.")]
pub(crate) struct Arguments {
    /// Only icons with all of these words in their name or title
    words: Vec<String>,
    /// Draw them on one sheet, in the format of this file's ending
    #[arg(long, value_name = "FILE")]
    sheet: Option<String>,
    /// Icons of your own as well: an SVG or PNG file, or a folder of them. May be given again
    #[arg(long, value_name = "PATH")]
    icons: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// An icon of the list.
struct Known {
    name: String,
    title: String,
    source: Source,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let library = own_icons::named(&arguments.icons, &mut Vec::new(), output)?;
    let own = library.own().map(|it| (it.name.clone(), it.title.clone(), it.source));
    let ours = all().into_iter().map(|it| (it.name, it.title.to_owned(), it.source));
    let words: Vec<String> = arguments.words.iter().map(|it| it.to_lowercase()).collect();
    let fits = |it: &Known| {
        let text = format!("{} {}", it.name, it.title).to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    };
    let icons = own.chain(ours).map(|(name, title, source)| Known { name, title, source });
    let icons: Vec<Known> = icons.filter(fits).collect();
    if icons.is_empty() {
        let what = output.say("there is no icon with", "no hay ningún icono con");
        output.talk(&format!("{what} `{}`\n", arguments.words.join(" ")));
        return Ok(FINDINGS);
    }
    if let Some(path) = &arguments.sheet {
        return draw(path, &icons, library, output);
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
    let width = |text: fn(&Known) -> &str| {
        icons.iter().map(|it| text(it).chars().count()).max().unwrap_or_default()
    };
    let (names, titles) = (width(|it| &it.name), width(|it| &it.title));
    let mut text = String::new();
    for it in &icons {
        let (name, title, source) = (&it.name, &it.title, it.source.title());
        text.push_str(&format!("{name:<names$}  {title:<titles$}  {source}\n"));
    }
    output.data(&text);
    Ok(FINE)
}

/// Draws the sheet, and says of every icon whether it loaded.
fn draw(path: &str, icons: &[Known], library: Library, output: &Output) -> Ended {
    let names = || icons.iter().map(|it| it.name.as_str());
    let title = output.say("Test - All icons", "Test - Carga Completa de Íconos");
    let paper = Sheet { scale: 1.0, width: 100, ascii: false, icons: library };
    write_scene(path, &sheet(title, names()), &paper, output)?;
    let report = load_report(names(), &paper.icons);
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
