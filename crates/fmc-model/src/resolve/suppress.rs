//! Findings that shall not be shown, each with a reason and, if wanted, an end.

use super::codes::{BAD_SUPPRESSION, SUPPRESSION_ENDED, is_of_question};
use super::context::Context;
use crate::cloud::Suppression;
use crate::read::did_you_mean;
use crate::spec::CloudSpec;
use crate::{Cloud, Code, Date, Diagnostic, Diagnostics, Severity, text};
use fmc_config::Place;

/// What was written, checked. Codes of questions that are asked of a whole cloud are taken as they are:
/// whoever asks these questions knows them.
pub(crate) fn suppressions(spec: &CloudSpec, context: &mut Context<'_>) -> Vec<Suppression> {
    let mut all = Vec::new();
    let known = super::codes::all();
    for written in &spec.suppress {
        let code = &written.code;
        let wrong = misuse(&code.value, code.place, &known);
        if let Some(diagnostic) = wrong.filter(|_| !is_of_question(&code.value)) {
            context.report(diagnostic);
            continue;
        }
        all.push(Suppression {
            code: code.value.clone(),
            about: written.about.as_ref().map(|it| it.value.clone()),
            reason: written.reason.value.clone(),
            until: written.until.as_ref().map(|it| it.value),
            origin: context.origin(code.place),
        });
    }
    all
}

/// Why a code cannot be suppressed: it is none of those that are known, or an error.
pub fn misuse(code: &str, place: Place, known: &[&'static Code]) -> Option<Diagnostic> {
    let Some(found) = known.iter().find(|it| it.id == code) else {
        let ids: Vec<&str> = known.iter().map(|it| it.id).collect();
        let what = text!("there is no code `{code}`", "no hay ningún código `{code}`");
        return Some(did_you_mean(BAD_SUPPRESSION.at(place, what), code, place, &ids));
    };
    (found.severity == Severity::Error).then(|| {
        let what = text!(
            "`{code}` is an error, and errors are not suppressed",
            "`{code}` es un error, y los errores no se suprimen"
        );
        BAD_SUPPRESSION.at(place, what).hint(text!(
            "mend what it says: `fmc explain {code}`",
            "arregle lo que dice: `fmc explain {code}`"
        ))
    })
}

/// Tells of suppressions that have ended on the day `today`, and takes out what the others suppress.
pub(crate) fn apply(
    suppressions: &[Suppression],
    diagnostics: Diagnostics,
    today: Date,
) -> Diagnostics {
    let mut left = unsuppressed(suppressions, diagnostics, today);
    for it in suppressions {
        let Some(until) = it.until.filter(|until| *until < today) else { continue };
        let code = &it.code;
        let what = text!(
            "the suppression of {code} ended on {until}",
            "la supresión de {code} terminó el {until}"
        );
        left.push(SUPPRESSION_ENDED.at(it.origin.place, what).hint(text!(
            "mend the finding, or give the suppression another day",
            "arregle el hallazgo, o dé otra fecha a la supresión"
        )));
    }
    left
}

fn unsuppressed(
    suppressions: &[Suppression],
    diagnostics: Diagnostics,
    today: Date,
) -> Diagnostics {
    let mut left = diagnostics;
    for it in suppressions.iter().filter(|it| it.until.is_none_or(|until| until >= today)) {
        left.retain(|diagnostic| {
            let about = it.about.as_deref().unwrap_or_default();
            let meant = diagnostic.code.id == it.code
                && (diagnostic.message.en.contains(about) || diagnostic.message.es.contains(about));
            diagnostic.is_error() || !meant
        });
    }
    left
}

impl Cloud {
    /// Findings without those that its file suppresses on the day `today`.
    pub fn unsuppressed(&self, diagnostics: Diagnostics, today: Date) -> Diagnostics {
        unsuppressed(&self.suppressions, diagnostics, today)
    }
}
