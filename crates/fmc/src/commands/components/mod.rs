//! `fmc components`: what fmc runs that is not its own.

mod show;
pub(crate) mod waiting;

use crate::output::{Output, plain};
use crate::{COULD_NOT, CouldNot, Ended, FINE};
use clap::{Args, Subcommand};
use fmc_components::{Component, Store, Trouble, When};
use waiting::Waiting;

/// `fmc components`.
#[derive(Args)]
#[command(
    disable_help_subcommand = true,
    args_conflicts_with_subcommands = true,
    after_help = "What validators and rehearsals run lies in a cache: $FMC_CACHE, or fmc in $XDG_CACHE_HOME, or
~/.cache/fmc. Nothing of it is installed or started on this machine.

Examples:
  fmc components                           what there is: version, source, digest, size
  fmc components --json | jq '.components[].path'
  fmc components fetch                     fetches what is missing
  fmc components fetch coredns traefik     some of it
  fmc components fetch cluster-dns demo etcd kubernetes longhorn-engine
                                           what `fmc rehearse --kubernetes` needs besides
  fmc components prune                     removes versions that are not used any more

Exit codes: 0 fine, 2 could not."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum Action {
    /// Fetches what is missing, and checks it against the list
    #[command(
        after_help = "Packages of Debian come by apt and mmdebstrap (which needs root), wheels by pip, modules by Go, each
from where it is set up to fetch from. Go itself is fetched where this machine has none, or an old
one. Ctrl-C leaves nothing behind.

Exit codes: 0 all are there, 2 one cannot be had (the others are fetched all the same)."
    )]
    Fetch {
        /// Only these
        names: Vec<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Removes what the list does not name any more
    Prune,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let list = fmc_components::list().map_err(CouldNot::new)?;
    let store = Store::new(folder(output)?);
    match &arguments.action {
        None => show(&store, &list, arguments.json, output),
        Some(Action::Fetch { names, json }) => fetch(&store, &list, names, *json, output),
        Some(Action::Prune) => prune(&store, &list, output),
    }
}

/// Where rehearsals live: beside the components.
pub(crate) fn cache(output: &Output) -> Result<std::path::PathBuf, CouldNot> {
    let components = folder(output)?;
    Ok(components.parent().unwrap_or(&components).to_owned())
}

/// Where the components lie.
pub(crate) fn folder(output: &Output) -> Result<std::path::PathBuf, CouldNot> {
    let [own, cache, home] = ["FMC_CACHE", "XDG_CACHE_HOME", "HOME"].map(std::env::var_os);
    fmc_components::cache_folder(own, cache, home).ok_or_else(|| {
        let what = output.say("there is no folder for a cache", "no hay carpeta para una caché");
        CouldNot::new(what).hint(output.say(
            "set FMC_CACHE, or HOME, to a folder",
            "indique una carpeta en FMC_CACHE, o en HOME",
        ))
    })
}

fn show(store: &Store, list: &[Component], json: bool, output: &Output) -> Ended {
    let old = store.old(list).map_err(|it| could_not(&it, output))?;
    if json {
        output.data(&format!("{:#}\n", show::json(store, list, &old, output)));
        return Ok(FINE);
    }
    output.data(&show::text(store, list, output));
    output.talk(&show::remarks(store, list, &old, output));
    Ok(FINE)
}

/// Fetches what is missing. One that cannot be had does not keep the others away.
fn fetch(
    store: &Store,
    list: &[Component],
    names: &[String],
    json: bool,
    output: &Output,
) -> Ended {
    for name in names {
        fmc_components::find(list, name).map_err(|it| could_not(&it, output))?;
    }
    let wanted = list.iter().filter(|it| match names {
        [] => it.fetched == When::Always,
        _ => names.contains(&it.name),
    });
    let wanted: Vec<&Component> = wanted.collect();
    let mut waiting = Waiting::new(output)?;
    let mut failed = false;
    for component in &wanted {
        match store.need(list, &component.name, &mut waiting) {
            Ok(_) => {}
            Err(Trouble::Stopped) => return Err(could_not(&Trouble::Stopped, output)),
            Err(trouble) => {
                waiting.clear();
                output.error(&could_not(&trouble, output));
                failed = true;
            }
        }
    }
    let old = store.old(list).map_err(|it| could_not(&it, output))?;
    if json {
        output.data(&format!("{:#}\n", show::json(store, list, &old, output)));
    } else {
        output.data(&show::paths(store, &wanted));
        output.talk(&show::newer(store, &wanted, output));
    }
    Ok(if failed { COULD_NOT } else { FINE })
}

fn prune(store: &Store, list: &[Component], output: &Output) -> Ended {
    let mut waiting = Waiting::new(output)?;
    let gone = store.prune(list, &mut waiting).map_err(|it| could_not(&it, output))?;
    for path in &gone {
        output.data(&format!("- {}\n", path.display()));
    }
    if gone.is_empty() {
        output.talk(output.say("nothing to remove\n", "nada que quitar\n"));
    }
    Ok(FINE)
}

pub(crate) fn could_not(trouble: &Trouble, output: &Output) -> CouldNot {
    let language = output.language();
    // What a tool said is in it, and that may hold anything.
    let could_not = CouldNot::new(plain(trouble.what().get(language)));
    match trouble.hint() {
        Some(hint) => could_not.hint(hint.get(language)),
        None => could_not,
    }
}
