//! Family 10: how long what is lost is gone, and whether it comes back at all.

mod check;
mod hears;
mod itself;
mod kept;
mod slo;

use super::Question;

pub(super) const QUESTIONS: &[&Question] =
    &[&slo::QUESTION, &check::QUESTION, &hears::QUESTION, &kept::QUESTION, &itself::QUESTION];
