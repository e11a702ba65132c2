//! Every question can be asked of any cloud that resolves: no question panics, all that is found lies in
//! the text, every edit of a hint is one that can be made, and asking again finds the same.
#![no_main]

use fmc_model::{Date, Diagnostics};

/// More hosts or flows than people try by hand make an input slow, and find nothing else.
const MOST: usize = 60;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fmc_fuzz::keep(data);
    // No file but this one: an include is refused, since a fuzzer has no folder to read from.
    let mut no_includes = |_path: &str| Err("no includes".into());
    let loaded = fmc_model::load("cloud.yaml", data, fmc_roles::ROLES, &mut no_includes);
    let today = Date { year: 2026, month: 1, day: 1 };
    let (cloud, found) = fmc_model::resolve(&loaded, fmc_roles::ROLES, today);
    let Some(cloud) = cloud.filter(|_| !found.has_errors()) else { return };
    if cloud.hosts.len() > MOST || cloud.flows.len() > 4 * MOST || cloud.networks.len() > MOST {
        return;
    }
    let found = fmc_check::question::check(&cloud, today);
    for diagnostic in found.iter() {
        let labels = diagnostic.labels.iter().map(|it| it.place);
        let edits = diagnostic.hints.iter().filter_map(|it| it.edit.as_ref()).map(|it| it.place);
        for place in labels.chain(edits).chain([diagnostic.place]) {
            let range = place.start as usize..place.end as usize;
            assert!(loaded.sources.get(place.file).text().get(range).is_some(), "{diagnostic:?}");
        }
        assert!(!diagnostic.message.en.is_empty() && !diagnostic.message.es.is_empty());
    }
    let words = |it: &Diagnostics| it.iter().map(|it| format!("{it:?}")).collect::<Vec<_>>();
    assert_eq!(words(&found), words(&fmc_check::question::check(&cloud, today)));
});
