//! Any bytes become a cloud or diagnostics, by the whole reader, every role and the resolver.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fmc_fuzz::keep(data);
    // No file but this one: an include is refused, since a fuzzer has no folder to read from.
    let mut no_includes = |_path: &str| Err("no includes".into());
    drop(fmc_model::load("cloud.yaml", data, fmc_roles::ROLES, &mut no_includes));
});
