//! Suppressions of what no question finds, or of what is an error.

use fmc_model::{Cloud, Code, Diagnostic, codes};

/// What is wrong with suppressions in the families of questions. The others were judged with the file.
pub(super) fn unknown(cloud: &Cloud, known: &[&'static Code]) -> Vec<Diagnostic> {
    let written = cloud.suppressions.iter().filter(|it| codes::is_of_question(&it.code));
    written.filter_map(|it| codes::misuse(&it.code, it.origin.place, known)).collect()
}
