//! Why a rehearsal cannot be on this machine, with the mend: what it lacks is asked for where something failed.

use crate::CouldNot;
use crate::output::Output;
use fmc_rehearse::requirements::{self, Check, Demand, State};
use fmc_sys::Failure;
use std::io::ErrorKind;
use std::path::Path;

/// What is known to be too little.
pub(super) fn room(cache: &Path, demand: &Demand, output: &Output) -> Result<(), CouldNot> {
    let checks = [requirements::disk(cache, 0), requirements::open_files(demand)];
    // Hosts alone were seen to start with fewer than are counted.
    let instances = requirements::instances(demand).filter(|_| demand.nodes > 0);
    let checks: Vec<Check> = checks.into_iter().chain(instances).collect();
    checks.iter().find(|it| it.is_missing()).map_or(Ok(()), |it| Err(told(it, output)))
}

/// What a failure comes from, as far as this machine lacks something; else the failure itself.
pub(super) fn of(
    failure: &Failure,
    (root, cache): (&Path, &Path),
    demand: &Demand,
    output: &Output,
) -> CouldNot {
    let room = match failure {
        Failure::System { source, .. } => of_room(source, cache, demand),
        _ => None,
    };
    let lacks = || requirements::kernel(Some(root), demand, true).into_iter();
    match room.or_else(|| lacks().find(Check::is_missing)) {
        Some(check) => told(&check, output),
        None => of_root(failure, root, output),
    }
}

/// Where a program of the root cannot be started, the root is not what was fetched.
fn of_root(failure: &Failure, root: &Path, output: &Output) -> CouldNot {
    let why = CouldNot::new(failure.to_string());
    let is_gone = |it: &std::io::Error| {
        matches!(it.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied)
    };
    match (failure, root.parent()) {
        (Failure::System { source, .. }, Some(folder)) if is_gone(source) => {
            let words = output.say(
                "if somebody changed the components: remove this folder, and `fmc components fetch`:",
                "si alguien cambió los componentes: quite esta carpeta, y `fmc components fetch`:",
            );
            why.hint(format!("{words} {}", folder.display()))
        }
        _ => why,
    }
}

/// Where the system said that there is no room for more.
fn of_room(source: &std::io::Error, cache: &Path, demand: &Demand) -> Option<Check> {
    // EMFILE and ENFILE, which the library has no names for (errno(3)).
    let files = matches!(source.raw_os_error(), Some(23 | 24));
    let check = match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => requirements::disk(cache, 0),
        _ if files => requirements::open_files(demand),
        _ => return None,
    };
    Some(check).filter(Check::is_missing)
}

fn told(check: &Check, output: &Output) -> CouldNot {
    let language = output.language();
    let (what, seen) = (check.what.get(language), check.seen.get(language));
    let State::Missing { cannot, mend } = &check.state else {
        return CouldNot::new(format!("{what}: {seen}"));
    };
    let cannot = cannot.get(language);
    let all = output.say("`fmc doctor` tells all", "`fmc doctor` lo dice todo");
    CouldNot::new(format!("{what}: {seen}: {cannot}"))
        .hint(format!("{}; {all}", mend.get(language)))
}
