//! `fmc secrets`: the store of secrets, of which no value is ever shown.

use crate::output::{Output, plain};
use crate::secrets::{Identity, Place, completed, wanted};
use crate::{CouldNot, Ended, FINDINGS, FINE, input, report};
use clap::Args;
use fmc_model::read::closest;
use fmc_model::{Cloud, Date};
use fmc_secrets::{Id, Recipient, Store, Wanted};
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;
use std::str::FromStr as _;

/// `fmc secrets`.
#[derive(Args)]
#[command(after_help = "Actions:
  list                what there is, and how many days certificates still hold; if left out
  rotate NAME…        make these anew; a new authority issues all its certificates anew
  forget              take away what is no longer asked for
  share RECIPIENT…    let others open the store: what their `fmc secrets identity` prints
  unshare RECIPIENT…  no longer let them; what they have seen they know, so rotate it
  identity            your own public part; the identity is made if there is none

Examples:
  fmc secrets                                           those of the only cloud of this folder
  fmc secrets cloud.yaml rotate wireguard/tunnel/vps    a new pair of keys
  fmc secrets cloud.yaml rotate authority:etcd          a new authority, and all that it issues
  fmc secrets cloud.yaml share age1qyqszqgpqyqszqgp…    a second operator
  fmc secrets identity                                  what to give to the first one

Then `fmc build` writes the files anew.

Exit codes: 0 fine, 1 the cloud has errors, 2 could not.")]
pub(crate) struct Arguments {
    /// The cloud file (the only one of this folder if left out), an action, and what it is about
    #[arg(value_name = "FILE|ACTION|NAME")]
    words: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    identity: Identity,
    /// The day on which certificates are judged, such as 2026-11-23; today if left out
    #[arg(long, value_name = "DAY", value_parser = input::day)]
    today: Option<Date>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    List,
    Rotate,
    Forget,
    Share,
    Unshare,
    Identity,
}

impl Action {
    const WORDS: [(&'static str, Self); 6] = [
        ("list", Self::List),
        ("rotate", Self::Rotate),
        ("forget", Self::Forget),
        ("share", Self::Share),
        ("unshare", Self::Unshare),
        ("identity", Self::Identity),
    ];

    fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|it| it.0 == word).map(|it| it.1)
    }

    /// Whether names follow it.
    fn takes_names(self) -> bool {
        matches!(self, Self::Rotate | Self::Share | Self::Unshare)
    }
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let (file, action, names) = parse(&arguments.words, output)?;
    if action == Action::Identity {
        let keys = arguments.identity.read_or_make(output)?;
        let lines: Vec<String> = keys.iter().map(|it| format!("{}\n", Recipient::of(it))).collect();
        output.data(&lines.concat());
        return Ok(FINE);
    }
    let file = input::choose(file, output)?;
    let place = Place::beside(&file, &arguments.identity);
    if matches!(action, Action::Share | Action::Unshare) {
        return share(&place, names, action == Action::Share, output);
    }
    let today = arguments.today.unwrap_or_else(input::today);
    let read = input::read(&file, today, output)?;
    let (Some(cloud), false) = (&read.cloud, read.diagnostics.has_errors()) else {
        output.data(&report::text(&read.diagnostics, &read.loaded.sources, output.language()));
        return Ok(FINDINGS);
    };
    let tree = fmc_build::files(cloud, env!("CARGO_PKG_VERSION"), |_| true);
    let wanted = wanted(cloud, &tree, output)?;
    match action {
        Action::Rotate => rotate(&place, names, &wanted, today, output),
        Action::Forget => forget(&place, &wanted, output),
        _ => {
            let store = there(&place, output)?;
            list(&store, cloud, &wanted, today, arguments.json, output);
            Ok(FINE)
        }
    }
}

/// Which file, which action, about what: a word is an action if it is one, else the file.
fn parse<'a>(
    words: &'a [String],
    output: &Output,
) -> Result<(Option<&'a str>, Action, &'a [String]), CouldNot> {
    let (file, rest) = match words {
        [first, rest @ ..] if Action::of(first).is_none() => (Some(first.as_str()), rest),
        _ => (None, words),
    };
    let [word, names @ ..] = rest else { return Ok((file, Action::List, &[])) };
    // The other order is as good: no secret is called like a file that is there.
    let (file, names) = match names {
        [first, rest @ ..] if file.is_none() && Path::new(first).is_file() => {
            (Some(&**first), rest)
        }
        _ => (file, names),
    };
    let Some(action) = Action::of(word) else {
        let what = output.say("there is no action", "no hay ninguna acción");
        let known: Vec<&str> = Action::WORDS.iter().map(|it| it.0).collect();
        return Err(CouldNot::new(format!("{what} `{word}`")).hint(
            match closest(word, known.iter().copied()) {
                Some(near) => format!("{} `{near}`?", output.say("did you mean", "¿quiso decir")),
                None => known.join(", "),
            },
        ));
    };
    match names.first() {
        None if action.takes_names() => {
            Err(CouldNot::new(output.say("a name is missing", "falta un nombre"))
                .hint(format!("fmc secrets {word} NAME")))
        }
        Some(extra) if !action.takes_names() => {
            let what = output.say("too many words:", "sobran palabras:");
            Err(CouldNot::new(format!("{what} `{extra}`")))
        }
        _ => Ok((file, action, names)),
    }
}

/// The store, which has to be there.
fn there(place: &Place<'_>, output: &Output) -> Result<Store, CouldNot> {
    place.open(output)?.ok_or_else(|| {
        let what = output.say("is not there yet", "aún no existe");
        let hint = output.say(
            "`fmc build` makes it, with all that the cloud asks for",
            "`fmc build` lo hace, con todo lo que la nube pide",
        );
        CouldNot::new(format!("{} {what}", place.path().display())).hint(hint)
    })
}

fn list(
    store: &Store,
    cloud: &Cloud,
    wanted: &Wanted<'_>,
    today: Date,
    as_json: bool,
    output: &Output,
) {
    let recipients: Vec<String> = store.recipients.iter().map(ToString::to_string).collect();
    let left = |id: &Id| store.secrets.validity(id).map(|it| today.days_until(it.until));
    if as_json {
        let secrets: Vec<_> = store
            .secrets
            .ids()
            .map(|id| {
                json!({
                    "kind": id.kind.label(), "name": id.name,
                    "asked_for": wanted.contains(id), "days_left": left(id),
                })
            })
            .collect();
        let all = json!({ "cloud": cloud.name, "recipients": recipients, "secrets": secrets });
        output.data(&format!("{all:#}\n"));
        return;
    }
    let mut text = String::new();
    let longest = store.secrets.ids().map(|it| it.to_string().len()).max().unwrap_or_default();
    for id in store.secrets.ids() {
        let mut notes = Vec::new();
        if let Some(days) = left(id) {
            notes.push(format!("{days} {}", output.say("days left", "días")));
        }
        if !wanted.contains(id) {
            notes.push(output.say("no longer asked for", "ya no se pide").to_owned());
        }
        let line = format!("{:<longest$}  {}", plain(&id.to_string()), notes.join(", "));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let who = output.say("can be opened by", "lo pueden abrir");
    let _ = writeln!(text, "\n{who}\n  {}", recipients.join("\n  "));
    output.data(&text);
}

fn rotate(
    place: &Place<'_>,
    names: &[String],
    wanted: &Wanted<'_>,
    today: Date,
    output: &Output,
) -> Ended {
    there(place, output)?;
    let changed = place.change(true, output, |store| {
        for name in names {
            let id = named(name, store, output)?;
            if !wanted.contains(&id) {
                let what = output.say("is no longer asked for", "ya no se pide");
                return Err(CouldNot::new(format!("{id} {what}")).hint("fmc secrets forget"));
            }
            store.secrets.remove(&id);
        }
        completed(store, wanted, today, output)
    })?;
    output.talk(&place.told(&changed, true, output));
    Ok(FINE)
}

/// The secret that is meant by `name` or `kind:name`.
fn named(name: &str, store: &Store, output: &Output) -> Result<Id, CouldNot> {
    let is = |it: &&Id| it.name == name || it.to_string() == name;
    let found: Vec<&Id> = store.secrets.ids().filter(is).collect();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => {
            let what = output.say("there is no secret", "no hay ningún secreto");
            let known: Vec<String> = store.secrets.ids().map(ToString::to_string).collect();
            let whole = known.iter().map(String::as_str);
            let short = store.secrets.ids().map(|it| it.name.as_str());
            let could_not = CouldNot::new(format!("{what} `{name}`"));
            Err(match closest(name, whole.chain(short)) {
                Some(near) => could_not
                    .hint(format!("{} `{near}`?", output.say("did you mean", "¿quiso decir"))),
                None => could_not.hint("fmc secrets list"),
            })
        }
        many => {
            let what = output.say("there are several called", "hay varios llamados");
            let all: Vec<String> = many.iter().map(ToString::to_string).collect();
            Err(CouldNot::new(format!("{what} `{name}`")).hint(all.join(", ")))
        }
    }
}

fn forget(place: &Place<'_>, wanted: &Wanted<'_>, output: &Output) -> Ended {
    there(place, output)?;
    let changed = place.change(true, output, |store| {
        let gone: Vec<Id> =
            store.secrets.ids().filter(|it| !wanted.contains(it)).cloned().collect();
        for id in &gone {
            store.secrets.remove(id);
        }
        let any = !gone.is_empty();
        Ok((gone, any))
    })?;
    let lines: Vec<String> = changed.told.iter().map(|it| format!("- {it}\n")).collect();
    output.data(&lines.concat());
    Ok(FINE)
}

fn share(place: &Place<'_>, names: &[String], with: bool, output: &Output) -> Ended {
    let mut recipients = Vec::new();
    for name in names {
        // A key that was pasted here by mistake is not repeated.
        recipients.push(Recipient::from_str(name).map_err(|()| {
            let what = output.say(
                "one of these is no recipient of age",
                "uno de estos no es un destinatario de age",
            );
            CouldNot::new(what).hint(output.say(
                "write what `fmc secrets identity` prints for whom you mean: age1…",
                "escriba lo que `fmc secrets identity` muestra a quien quiere: age1…",
            ))
        })?);
    }
    there(place, output)?;
    place.change(true, output, |store| {
        let before = store.recipients.clone();
        for recipient in &recipients {
            if with {
                store.recipients.insert(recipient.clone());
            } else {
                store.recipients.remove(recipient);
            }
        }
        if store.recipients.is_empty() {
            let what = output.say("nobody could open it any more", "ya nadie podría abrirlo");
            return Err(CouldNot::new(format!("{}: {what}", place.path().display())));
        }
        Ok(((), store.recipients != before))
    })?;
    if !with {
        output.talk(output.say(
            "what they have seen they know: `fmc secrets rotate` makes it anew\n",
            "lo que han visto lo saben: `fmc secrets rotate` lo hace de nuevo\n",
        ));
    }
    Ok(FINE)
}
