//! Any bytes become a cloud or diagnostics, by the whole reader, every role and the resolver; every
//! place that a diagnostic names lies in the text, and routes and files can be asked for.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fmc_fuzz::keep(data);
    // No file but this one: an include is refused, since a fuzzer has no folder to read from.
    let mut no_includes = |_path: &str| Err("no includes".into());
    let loaded = fmc_model::load("cloud.yaml", data, fmc_roles::ROLES, &mut no_includes);
    let today = fmc_model::Date { year: 2026, month: 1, day: 1 };
    let (cloud, found) = fmc_model::resolve(&loaded, fmc_roles::ROLES, today);
    for diagnostic in found.iter() {
        let places = diagnostic.labels.iter().map(|it| it.place).chain([diagnostic.place]);
        for place in places {
            let text = loaded.sources.get(place.file).text();
            assert!(place.start <= place.end && place.end as usize <= text.len(), "{diagnostic:?}");
            loaded.sources.line_column(place);
        }
        for edit in diagnostic.hints.iter().filter_map(|it| it.edit.as_ref()) {
            let range = edit.place.start as usize..edit.place.end as usize;
            let text = loaded.sources.get(edit.place.file).text();
            assert!(text.get(range).is_some(), "{diagnostic:?}");
        }
    }
    if let Some(cloud) = cloud {
        for host in cloud.hosts.values().take(50) {
            cloud.routes(host);
            // Whatever came out, its hosts can be configured and printed.
            for entry in cloud.setup(host.id).entries.values() {
                if let fmc_model::setup::Entry::File(file) = entry {
                    file.document.print(&[], &file.cause);
                }
            }
        }
    }
});
