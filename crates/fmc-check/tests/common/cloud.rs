//! Clouds in which nothing is an error, and what is told of their losses.

use fmc_check::loss::{Lost, Thing, Told, Whom};
use fmc_model::{Cloud, Date, load};
use std::fs;
use std::path::Path;

pub(crate) fn resolved(name: &str, text: &str) -> Cloud {
    let none = &mut |path: &str| Err(format!("{path} is not there"));
    let loaded = load(name, text.as_bytes(), fmc_roles::ROLES, none);
    let (cloud, found) =
        fmc_model::resolve(&loaded, fmc_roles::ROLES, Date::from_unix_days(20_600));
    let told: Vec<&str> = found.iter().map(|it| &*it.message.en).collect();
    assert!(!found.has_errors(), "{told:?}");
    cloud.expect("a cloud")
}

pub(crate) fn example(name: &str) -> Cloud {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
    resolved(name, &fs::read_to_string(path).expect("an example"))
}

/// What is lost, in a line: `public: web; anybody: dns, time`.
pub(crate) fn line(told: &Told) -> String {
    let thing = |it: &Thing| match &it.at {
        Some(at) => format!("{}@{at}", it.what),
        None => it.what.clone(),
    };
    let one = |it: &Lost| {
        let whom = match &it.whom {
            Whom::People(name) => name.to_string(),
            Whom::Anybody => "anybody".to_owned(),
            Whom::Hosts(set) => set.to_string(),
        };
        let what: Vec<String> = it.what.iter().map(thing).collect();
        format!("{whom}: {}", if what.is_empty() { "all".to_owned() } else { what.join(", ") })
    };
    told.lost.iter().map(one).collect::<Vec<_>>().join("; ")
}
