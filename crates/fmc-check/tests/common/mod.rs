//! What tests of questions have in common.

use fmc_check::question::check;
use fmc_model::{Date, Diagnostics};

/// Everything that is found in a cloud, as `fmc check` tells it.
pub(crate) fn found(yaml: &str) -> Diagnostics {
    let today = Date::from_unix_days(20_600);
    let none = &mut |path: &str| Err(format!("{path} is not there"));
    let loaded = fmc_model::load("cloud.yaml", yaml.as_bytes(), fmc_roles::ROLES, none);
    let (cloud, mut found) = fmc_model::resolve(&loaded, fmc_roles::ROLES, today);
    let cloud = cloud.expect("a cloud");
    for diagnostic in cloud.configured() {
        found.push(diagnostic);
    }
    if !found.has_errors() {
        for diagnostic in check(&cloud, today) {
            found.push(diagnostic);
        }
    }
    found.sorted()
}
