//! Family 09: what a loss takes with it.

mod majority;
mod point;
mod spread;

use super::Question;

pub(super) const QUESTIONS: &[&Question] =
    &[&point::QUESTION, &majority::QUESTION, &spread::QUESTION];
