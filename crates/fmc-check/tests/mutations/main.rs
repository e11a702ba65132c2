//! No false alarm and no miss: generated clouds in which nothing is wrong have no error, and one
//! mutation of such a cloud is named by its code.
//!
//! Everything follows from a seed, which is printed where something is amiss. `FMC_SEED=17` tries one
//! alone and prints its cloud.

#![expect(clippy::print_stdout, reason = "the rates and the seeds are for people to read")]

mod broken;
mod draft;
mod generate;
mod kinds;
mod shape;

use clouds::random::Random;
use draft::Draft;
use fmc_model::{Cloud, Date, Diagnostics, Language, Sources};
use kinds::{Kind, Mutant, kinds};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many clouds, and how many mutations.
const MANY: u64 = 1000;

/// How many clouds are tried for a mutation that does not fit every one.
const TRIES: u64 = 400;

/// Everything that `fmc check` finds in a text.
fn found(yaml: &str) -> (Diagnostics, Sources) {
    let today = Date { year: 2026, month: 11, day: 23 };
    let none = &mut |path: &str| Err(format!("{path} is not there"));
    let loaded = fmc_model::load("cloud.yaml", yaml.as_bytes(), fmc_roles::ROLES, none);
    let (cloud, mut all) = fmc_model::resolve(&loaded, fmc_roles::ROLES, today);
    let sound = |all: &Diagnostics, cloud: Option<Cloud>| cloud.filter(|_| !all.has_errors());
    if let Some(cloud) = sound(&all, cloud) {
        for diagnostic in cloud.configured() {
            all.push(diagnostic);
        }
        if !all.has_errors() {
            for diagnostic in fmc_check::question::check(&cloud, today) {
                all.push(diagnostic);
            }
        }
    }
    (all.sorted(), loaded.sources)
}

fn told(found: &Diagnostics, sources: &Sources) -> String {
    let mut text = String::new();
    for it in found.iter() {
        let line = sources.line_column(it.place).line;
        let _ = writeln!(text, "  {line}: {} {}", it.code.id, it.message(Language::English));
    }
    text
}

/// How often each code was found.
fn by_code(found: &Diagnostics) -> BTreeMap<&'static str, usize> {
    let mut all = BTreeMap::new();
    for it in found.iter() {
        *all.entry(it.code.id).or_default() += 1;
    }
    all
}

/// Does something for every number below `many`, on both processors.
fn for_each(many: u64, each: impl Fn(u64) + Sync) {
    if let Ok(seed) = std::env::var("FMC_SEED") {
        return each(seed.parse().expect("a number"));
    }
    let next = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= many {
                        return;
                    }
                    each(number);
                }
            });
        }
    });
}

fn show(seed: u64, text: &str, found: &Diagnostics, sources: &Sources) {
    if std::env::var_os("FMC_SEED").is_some() {
        println!("seed {seed}\n{text}\n{}", told(found, sources));
    }
}

#[test]
fn sound_clouds_have_no_error() {
    let wrong = Mutex::new(BTreeMap::new());
    let rates = Mutex::new((BTreeMap::<&str, u64>::new(), 0, Vec::new()));
    for_each(MANY, |seed| {
        let draft = generate::cloud(seed);
        let text = draft.text();
        let (found, sources) = found(&text);
        show(seed, &text, &found, &sources);
        if found.has_errors() {
            let told = format!("seed {seed}:\n{}", told(&found, &sources));
            wrong.lock().expect("a map").insert(seed, told);
        }
        let mut rates = rates.lock().expect("rates");
        for code in by_code(&found).into_keys() {
            *rates.0.entry(code).or_default() += 1;
        }
        rates.1 += u64::from(found.is_empty());
        rates.2.push(draft.size());
    });
    let (rates, clean, mut sizes) = rates.into_inner().expect("rates");
    sizes.sort_unstable();
    let middle = sizes.get(sizes.len() / 2).copied().unwrap_or_default();
    println!("{} clouds, {middle} hosts in the middle, {clean} without a finding", sizes.len());
    for (code, count) in rates {
        println!("{code}: {count}");
    }
    let wrong = wrong.into_inner().expect("a map");
    let all: String = wrong.values().take(20).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} false alarms\n{all}", wrong.len());
    let range = generate::LEAST..=generate::MOST;
    assert!(sizes.iter().all(|it| range.contains(it)), "{sizes:?}");
}

/// The first mutant of a kind in the clouds behind a seed.
fn mutant(kind: &Kind, seed: u64) -> Option<(u64, Draft, Mutant)> {
    for cloud in (seed..).step_by(7919).take(TRIES as usize) {
        let draft = generate::cloud(cloud);
        let mut random = Random::new(seed ^ cloud.rotate_left(32));
        if let Some(mutant) = (kind.mutate)(&draft, &mut random) {
            return Some((cloud, draft, mutant));
        }
    }
    None
}

#[test]
fn every_mutation_is_named() {
    let kinds = kinds();
    assert!(kinds.len() >= 40, "{}", kinds.len());
    let missed = Mutex::new(BTreeMap::new());
    let rates = Mutex::new(BTreeMap::<&str, (u64, u64)>::new());
    for_each(MANY, |seed| {
        let kind = kinds[seed as usize % kinds.len()];
        let Some((cloud, draft, mutant)) = mutant(kind, seed) else {
            let told = format!("seed {seed}: no cloud has what {} changes\n", kind.name);
            missed.lock().expect("a map").insert(seed, told);
            return;
        };
        let before = by_code(&found(&draft.text()).0);
        let (found, sources) = found(&mutant.text);
        show(seed, &mutant.text, &found, &sources);
        let after = by_code(&found);
        let more = |code: &str| after.get(code) > before.get(code);
        let named = kind.codes.iter().any(|it| more(it));
        if !named {
            let told = format!(
                "seed {seed} (cloud {cloud}), {}: {}, and no {}\n{}",
                kind.name,
                mutant.what,
                kind.codes.join(" or "),
                told(&found, &sources)
            );
            missed.lock().expect("a map").insert(seed, told);
        }
        let others = after.keys().any(|it| !kind.codes.contains(it) && more(it));
        let mut rates = rates.lock().expect("rates");
        let rate = rates.entry(kind.name).or_default();
        rate.0 += u64::from(named);
        rate.1 += u64::from(others);
    });
    let mut alone = 0;
    for (name, (named, others)) in rates.into_inner().expect("rates") {
        println!("{name}: {named} named, {others} with something else too");
        alone += others;
    }
    println!("{} kinds; {alone} of {MANY} with something else too", kinds.len());
    let missed = missed.into_inner().expect("a map");
    let all: String = missed.values().take(20).map(String::as_str).collect();
    assert!(missed.is_empty(), "{} missed\n{all}", missed.len());
}

#[test]
fn a_seed_is_a_cloud() {
    for seed in [0, 1, 17, u64::MAX] {
        assert_eq!(generate::cloud(seed).text(), generate::cloud(seed).text());
    }
    let texts: std::collections::BTreeSet<String> =
        (0..200).map(|it| generate::cloud(it).text().replace(&format!("cloud-{it}"), "")).collect();
    assert_eq!(texts.len(), 200, "every seed is another cloud");
    // What kinds name is there: a code that nobody gives would never be found.
    let known: Vec<&str> = fmc_check::question::codes().iter().map(|it| it.id).collect();
    for kind in kinds() {
        assert!(!kind.codes.is_empty(), "{}", kind.name);
        for code in kind.codes {
            assert!(known.contains(code), "{code} of {}", kind.name);
        }
    }
}
