//! What should come of a question, by the way of its packet through what was generated.

use super::asked::Came;
use fmc_check::ends::Question;
use fmc_check::machine::Machines;
use fmc_check::trace::{Leg, trace};
use fmc_check::walk::{self, Connection};
use fmc_check::way::{Event, Fate, Sender};
use std::fmt;

/// What is predicted of a question.
#[derive(Clone, Debug)]
pub struct Predicted {
    /// What comes back to who asks. It ends where the connection ends: what is begun anew there is another
    /// one.
    pub came: Came,
    /// Whether the packet comes in at its host, whatever comes back.
    pub arrives: bool,
    /// What becomes of the connection.
    pub fate: Fate,
}

/// Predicts it.
pub fn predicted(machines: &Machines<'_>, question: &Question<'_>) -> Predicted {
    let fate = trace(machines, question).leg.own_fate();
    let came = match fate {
        Fate::Delivered => Came::Answered(question.packet.source),
        Fate::NoListener if is_refused(machines, question) => Came::Refused,
        _ => Came::Nothing,
    };
    let mut connection = Connection::default();
    let there = walk::send(machines, question.sender, question.packet, &mut connection);
    let arrives = matches!(there.fate, Fate::Delivered | Fate::NoListener);
    Predicted { came, arrives, fate }
}

/// Whether the word that nobody listens comes back: it goes the way of an answer.
fn is_refused(machines: &Machines<'_>, question: &Question<'_>) -> bool {
    let mut connection = Connection::default();
    let there = walk::send(machines, question.sender, question.packet, &mut connection);
    let Some(at) = there.at else { return false };
    let answer = there.packet.answer();
    let back = walk::answer(machines, Sender::Host(at), question.sender, answer, &mut connection);
    back.fate.is_good()
}

/// The predicted way of a question, step by step, for people.
pub fn way(machines: &Machines<'_>, question: &Question<'_>) -> String {
    let leg = trace(machines, question).leg;
    let mut text = format!("{:?}", leg.own_fate());
    for step in steps(&leg) {
        let host = step.host.map_or("outside", |id| machines.cloud.host(id).name.as_str());
        text += &format!("\n    {host}: {:?} {}", Told(&step.event), step.packet);
    }
    text
}

fn steps<'l, 'c>(leg: &'l Leg<'c>) -> impl Iterator<Item = &'l fmc_check::way::Step<'c>> {
    leg.there.iter().chain(&leg.back).flat_map(|it| &it.steps)
}

/// An event in short.
struct Told<'e, 'c>(&'e Event<'c>);

impl fmt::Debug for Told<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Event::Routed(next) => write!(f, "Routed({} by {:?})", next.interface, next.neighbour),
            other => write!(f, "{other:?}"),
        }
    }
}
