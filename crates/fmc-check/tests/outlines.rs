//! What questions are asked of is what is built: hosts that are outlined say the same as those whose files
//! are all made, in every example, in every case, and in clouds of any kind.

use fmc_model::Cloud;
use fmc_model::setup::{Entry, Setup};
use std::fs;
use std::path::{Path, PathBuf};

/// Everything of a setup that is in an outline too.
fn said(setup: &Setup) -> String {
    let by_hand = setup.entries.iter().filter(|it| matches!(it.1, Entry::File(it) if it.by_hand));
    let by_hand: Vec<_> = by_hand.collect();
    let Setup { sysctls, modules, mounts, processes, sources, selinux, programs, .. } = setup;
    let Setup { downloads, missing, firewall, relays, essentials, shares, silent, .. } = setup;
    let rules = (firewall, relays, shares);
    let runs = (processes, programs, downloads, missing, selinux, sources, silent);
    format!(
        "{by_hand:#?}{rules:#?}{runs:#?}{sysctls:#?}{modules:#?}{mounts:#?}{essentials:#?}{:#?}",
        setup.diagnostics
    )
}

/// Compares all hosts of a cloud; tells how many of them had files that people wrote.
fn compare(name: &str, cloud: &Cloud) -> usize {
    // One whose files were made tells those: an outline comes from a copy, which has made none.
    let copy = cloud.clone();
    let mut by_hand = 0;
    for host in cloud.hosts.values() {
        let (whole, outline) = (cloud.setup(host.id), copy.outline(host.id));
        by_hand += usize::from(!host.files.is_empty());
        if said(whole) != said(outline) {
            assert_eq!(said(outline), said(whole), "{name}: {}", host.name);
        }
        if !host.managed && host.system.is_some() {
            assert!(outline.entries.len() == host.files.len(), "{name}: {}", host.name);
        }
    }
    let (all, outlined) = (cloud.configured(), copy.configured());
    assert!(all.iter().eq(outlined.iter()), "{name}");
    by_hand
}

/// The cloud of a text, where it has no error; what it includes lies in a folder.
fn cloud_of(text: &str, beside: &Path) -> Option<Cloud> {
    let open = &mut |name: &str| fs::read(beside.join(name)).map_err(|it| it.to_string());
    let loaded = fmc_model::load("cloud.yaml", text.as_bytes(), fmc_roles::ROLES, open);
    let today = fmc_model::Date::from_unix_days(20_600);
    let (cloud, found) = fmc_model::resolve(&loaded, fmc_roles::ROLES, today);
    cloud.filter(|_| !found.has_errors())
}

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let list = |folder: &str| {
        fs::read_dir(root.join(folder)).expect("a folder").map(|it| it.expect("an entry").path())
    };
    let cases = || list("cases");
    let cases =
        cases().map(|it| it.join("cloud.yaml")).chain(cases().map(|it| it.join("mended.yaml")));
    let is_cloud = |it: &PathBuf| it.is_file() && it.extension().is_some_and(|it| it == "yaml");
    let mut all: Vec<PathBuf> = list("examples").chain(cases).filter(is_cloud).collect();
    all.sort();
    all
}

#[test]
fn outlines_say_what_setups_do() {
    let (mut compared, mut by_hand) = (0, 0);
    for path in files() {
        let text = fs::read_to_string(&path).expect("a file");
        if let Some(cloud) = cloud_of(&text, path.parent().unwrap_or(&path)) {
            by_hand += compare(&path.display().to_string(), &cloud);
            compared += 1;
        }
    }
    assert!(
        compared > 150 && by_hand > 10,
        "{compared} clouds, {by_hand} hosts with files by hand"
    );
    for seed in 0..100 {
        let cloud = cloud_of(&clouds::sound::sound(seed, 40), Path::new("")).expect("a cloud");
        compare(&format!("seed {seed}"), &cloud);
    }
}
