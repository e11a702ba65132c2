//! Findings that shall not be shown, each with a reason and, if wanted, an end.

use super::codes::{BAD_SUPPRESSION, SUPPRESSION_ENDED};
use super::context::Context;
use crate::cloud::Suppression;
use crate::read::did_you_mean;
use crate::spec::CloudSpec;
use crate::{Date, Diagnostics, Severity, text};

/// What was written, checked.
pub(crate) fn suppressions(spec: &CloudSpec, context: &mut Context<'_>) -> Vec<Suppression> {
    let mut all = Vec::new();
    for written in &spec.suppress {
        let code = &written.code;
        let known = super::codes::all();
        let Some(found) = known.iter().find(|it| it.id == code.value) else {
            let ids: Vec<&str> = known.iter().map(|it| it.id).collect();
            let diagnostic = BAD_SUPPRESSION.at(
                code.place,
                text!(
                    "there is no code `{code}`",
                    "no hay ningún código `{code}`",
                    code = code.value
                ),
            );
            context.report(did_you_mean(diagnostic, &code.value, code.place, &ids));
            continue;
        };
        if found.severity == Severity::Error {
            context.report(
                BAD_SUPPRESSION
                    .at(
                        code.place,
                        text!(
                            "`{code}` is an error, and errors are not suppressed",
                            "`{code}` es un error, y los errores no se suprimen",
                            code = code.value
                        ),
                    )
                    .hint(text!(
                        "mend what it says: `fmc explain {code}`",
                        "arregle lo que dice: `fmc explain {code}`",
                        code = code.value
                    )),
            );
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

/// Takes out what is suppressed on the day `today`, and tells of suppressions that have ended.
pub(crate) fn apply(
    suppressions: &[Suppression],
    diagnostics: Diagnostics,
    today: Date,
) -> Diagnostics {
    let mut left = diagnostics;
    for it in suppressions {
        if let Some(until) = it.until.filter(|until| *until < today) {
            let code = &it.code;
            left.push(
                SUPPRESSION_ENDED
                    .at(
                        it.origin.place,
                        text!(
                            "the suppression of {code} ended on {until}",
                            "la supresión de {code} terminó el {until}"
                        ),
                    )
                    .hint(text!(
                        "mend the finding, or give the suppression another day",
                        "arregle el hallazgo, o dé otra fecha a la supresión"
                    )),
            );
            continue;
        }
        left.retain(|diagnostic| {
            let about = it.about.as_deref().unwrap_or_default();
            let meant = diagnostic.code.id == it.code
                && (diagnostic.message.en.contains(about) || diagnostic.message.es.contains(about));
            diagnostic.is_error() || !meant
        });
    }
    left
}
