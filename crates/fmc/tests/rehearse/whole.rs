//! A whole rehearsal, from the text of a cloud file to what it says is wrong.

use fmc_build::Tree;
use fmc_check::machine::Machines;
use fmc_components::{Progress, Store, When};
use fmc_model::cloud::HostId;
use fmc_model::{Cloud, Date};
use fmc_rehearse::home::Home;
use fmc_rehearse::measure::Matrix;
use fmc_rehearse::probe;
use fmc_rehearse::rehearsal::{self, Place, Plan};
use fmc_rehearse::service::{Components, Firsts, Part, Script, State};
use fmc_rehearse::stage::{Player, has_wireguard};
use fmc_secrets::{Secrets, Wanted};
use fmc_sys::{Failure, Groups};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long something may take that works; what does not is known then.
const SETTLED: Duration = Duration::from_secs(60);
const PROBED: Duration = Duration::from_secs(12);

fn components() -> (PathBuf, Components) {
    let list = fmc_components::list().expect("the list");
    let store = Store::new(super::cache().join("components"));
    let (mut all, mut root) = (Components::new(), None);
    for component in list.iter().filter(|it| it.fetched == When::Always) {
        let entry = store.need(&list, &component.name, &mut |_: Progress<'_>| {});
        let path = entry.unwrap_or_else(|it| panic!("{it}")).path();
        let path = std::path::absolute(path).expect("a path");
        for program in component.programs() {
            all.insert(program.to_owned(), component.program(&path, program));
        }
        if component.name == "debian" {
            root = Some(path);
        }
    }
    (root.expect("a root"), all)
}

/// A cloud with its files and secrets.
pub(super) struct Built {
    pub(super) cloud: Cloud,
    pub(super) tree: Tree,
    secrets: Secrets,
    root: PathBuf,
    components: Components,
}

impl Built {
    pub(super) fn of(name: &str, text: &str) -> Self {
        let none = &mut |path: &str| Err(format!("{path} is not there"));
        let loaded = fmc_model::load(name, text.as_bytes(), fmc_roles::ROLES, none);
        let days = std::time::UNIX_EPOCH.elapsed().expect("a clock").as_secs() / 86_400;
        let today = Date::from_unix_days(u32::try_from(days).expect("a date"));
        let (cloud, found) = fmc_model::resolve(&loaded, fmc_roles::ROLES, today);
        assert!(!found.has_errors(), "{found:?}");
        let cloud = cloud.expect("a cloud");
        let tree = fmc_build::build(&cloud, "(test)", |_| true);
        let mut secrets = Secrets::default();
        {
            let besides = rehearsal::secrets(&cloud);
            let wanted =
                Wanted::of(&cloud, tree.secrets().chain(&besides)).expect("it is declared");
            let mut random = |bytes: &mut [u8]| getrandom::fill(bytes).expect("random numbers");
            secrets.complete(&wanted, today, &mut random).expect("all of it can be made");
        }
        let (root, components) = components();
        Self { cloud, tree, secrets, root, components }
    }
}

/// What a rehearsal came to.
pub(super) struct Told {
    /// Everything that is wrong.
    pub(super) wrong: Vec<String>,
    /// How many pairs were tried, and how many of these are denied.
    pub(super) tried: usize,
    pub(super) denied: usize,
}

/// Rehearses a cloud, after its parts were changed. The files of evidence are told too, if they are asked for.
pub(super) fn told(
    built: &Built,
    name: &str,
    with_evidence: bool,
    change: impl FnOnce(&mut BTreeMap<HostId, Part>),
) -> Told {
    told_by(None, built, name, with_evidence, change)
}

/// The same where systemd starts what runs on hosts, in these control groups.
pub(super) fn told_by(
    groups: Option<&Groups>,
    built: &Built,
    name: &str,
    with_evidence: bool,
    change: impl FnOnce(&mut BTreeMap<HostId, Part>),
) -> Told {
    let Built { cloud, tree, secrets, root, components } = built;
    let machines = Machines::of(cloud);
    let matrix = Matrix::of(&machines);
    let mut others = matrix.sources();
    others.entry(Player::Internet).or_default();
    let wireguard = has_wireguard(root);
    let script = Script { cloud, root, components, secrets, wireguard };
    let home = Home::take(&super::cache(), name);
    let home = home.unwrap_or_else(|it| panic!("{it:?}"));
    let firsts = Firsts::new(&super::cache(), "test-whole", root);
    let place =
        Place { home: &home, firsts: &firsts, door: None, groups, systemd: groups.is_some() };
    let plan = Plan { machines: &machines, tree, script: &script, others: &others, place: &place };
    let mut parts = rehearsal::parts(&plan).expect("parts");
    change(&mut parts);
    let all =
        rehearsal::run(&plan, parts, |live| {
            let until = Instant::now() + SETTLED;
            while !live.is_settled() && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(20));
            }
            live.stands().map_err(|it| Failure::Wrong(it.en.into_owned()))?;
            live.bring_people()?;
            let mut all = Vec::new();
            for probed in probe::all(live, &machines, PROBED, &|| false) {
                if let Some(why) = probed.failed {
                    all.push(format!("{}: {}: {}", probed.from, probed.what.en, why.en));
                }
            }
            for it in live.board.services() {
                if let State::Failed(why) = &it.state {
                    all.push(format!("{}: {}: {}", it.host, it.name, why.en));
                }
            }
            let partly = |host, role: &str| live.parts[&host].partly.contains(role);
            let agreement = matrix.measure(&machines, &live.stage, &partly)?;
            if with_evidence && !agreement.disagree.is_empty() {
                let folder = home.evidence();
                matrix.keep_evidence(&machines, &live.stage, &agreement, &folder)?;
                all.extend(contents(&folder));
            }
            all.extend(agreement.disagree.iter().map(|it| {
                format!("{} to {} of {}: {}", it.from, it.to, it.of, it.measured.words().0)
            }));
            all.extend(agreement.unable.iter().map(|it| format!("{}: {}", it.from, it.why.en)));
            let (tried, denied) = (agreement.tried, agreement.denied);
            Ok(Told { wrong: all, tried, denied })
        });
    all.unwrap_or_else(|it| Told { wrong: vec![it.to_string()], tried: 0, denied: 0 })
}

/// The files below a folder, each with its size.
fn contents(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(contents(&path));
        } else {
            let size = entry.metadata().expect("it is there").len();
            all.push(format!("{} {size}", path.display()));
        }
    }
    all
}
