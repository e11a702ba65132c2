//! What hosts of a cloud without faults hold.

use crate::common::outcome;
use fmc_model::Cloud;
use fmc_model::setup::{Entry, Setup};

/// The cloud of a file that has no errors.
pub(crate) fn cloud(text: &str) -> Cloud {
    let found = outcome(text.as_bytes(), &[]);
    assert!(!found.diagnostics.has_errors(), "{}", found.told());
    found.cloud.expect("a cloud")
}

/// What a host holds.
pub(crate) fn setup<'c>(cloud: &'c Cloud, host: &str) -> &'c Setup {
    cloud.setup(cloud.hosts[host].id)
}

/// A file of a host.
pub(crate) fn text(setup: &Setup, path: &str) -> String {
    match setup.entries.get(path) {
        Some(Entry::File(file)) => file.document.print(&[], &file.cause).text().to_owned(),
        other => panic!("{path}: {other:?}"),
    }
}

/// Each of these lines is in a file; indentation is left out.
#[track_caller]
pub(crate) fn says(setup: &Setup, path: &str, lines: &[&str]) {
    let text = text(setup, path);
    for line in lines {
        assert!(text.lines().any(|it| it.trim() == *line), "{path} does not say {line}:\n{text}");
    }
}
