//! The whole way of a question: to the host that answers, back again, and on from every host that ends
//! the connection and begins another one.

use crate::ends::Question;
use crate::machine::Machines;
use crate::packet::Packet;
use crate::walk::{self, Connection};
use crate::way::{Fate, Sender, Way};
use fmc_config::Cause;
use fmc_model::cloud::HostId;
use fmc_model::setup::Relay;

/// Balancers behind balancers: more in a row are a circle.
const MOST_RELAYS: usize = 8;

/// A connection, both ways.
pub struct Leg<'c> {
    /// Who asks.
    pub sender: Sender<'c>,
    /// What is asked.
    pub packet: Packet,
    /// The way there; `None` where the Internet carries it to a host that somebody else runs.
    pub there: Option<Way<'c>>,
    /// The way back, if it came there.
    pub back: Option<Way<'c>>,
    /// Where it came to, if to a host.
    pub at: Option<HostId>,
    /// What follows, where the connection ends and another one begins.
    pub onward: Vec<Onward<'c>>,
}

/// A connection that begins where another one ends.
pub struct Onward<'c> {
    /// Why.
    pub cause: &'c Cause,
    /// One connection to each of those that it may go to.
    pub legs: Vec<Leg<'c>>,
}

impl Leg<'_> {
    /// What became of the connection itself, of both of its directions.
    pub fn own_fate(&self) -> Fate {
        // Of a host that somebody else runs it is known alone what it passes on.
        let at_door = || if self.onward.is_empty() { Fate::NoListener } else { Fate::Delivered };
        let there = self.there.as_ref().map_or_else(at_door, |it| it.fate);
        match &self.back {
            Some(back) if there.is_good() => back.fate,
            _ => there,
        }
    }

    /// The first thing that went wrong on it, or on anything that follows.
    pub fn fate(&self) -> Fate {
        let own = self.own_fate();
        if !own.is_good() {
            return own;
        }
        let onward = self.onward.iter().flat_map(|it| &it.legs).map(Leg::fate);
        onward.into_iter().find(|it| !it.is_good()).unwrap_or(own)
    }
}

/// The whole way of a question.
pub struct Trace<'c> {
    /// The first connection, with all that follow from it.
    pub leg: Leg<'c>,
    meant: Vec<HostId>,
}

impl Trace<'_> {
    /// What became of the question: the first thing that went wrong, if anything did.
    pub fn fate(&self) -> Fate {
        match self.leg.fate() {
            fate if fate.is_good() && !self.meant.is_empty() && !meets(&self.leg, &self.meant) => {
                Fate::Elsewhere
            }
            fate => fate,
        }
    }
}

/// Whether a connection, or one that follows from it, passes one of these hosts.
fn meets(leg: &Leg<'_>, hosts: &[HostId]) -> bool {
    let is_one = |it: Option<HostId>| it.is_some_and(|it| hosts.contains(&it));
    let passed = leg.there.iter().flat_map(|it| &it.steps).any(|it| is_one(it.host));
    let mut onward = leg.onward.iter().flat_map(|it| &it.legs);
    passed || is_one(leg.at) || onward.any(|it| meets(it, hosts))
}

/// Follows a question all the way.
pub fn trace<'c>(machines: &Machines<'c>, question: &Question<'c>) -> Trace<'c> {
    let Question { sender, packet, door, ref meant } = *question;
    let leg = match door {
        // How somebody else's machines are reached is not ours to know.
        Some(door) => Leg {
            sender,
            packet,
            there: None,
            back: None,
            at: Some(door),
            onward: onward(machines, door, packet, MOST_RELAYS),
        },
        None => leg(machines, sender, packet, MOST_RELAYS),
    };
    Trace { leg, meant: meant.clone() }
}

/// Walks a connection: the way of its first packet and, if that came to a process, the way of the answer.
pub fn connection<'c>(
    machines: &Machines<'c>,
    sender: Sender<'c>,
    packet: Packet,
    connection: &mut Connection<'_>,
) -> (Way<'c>, Option<Way<'c>>) {
    let there = walk::send(machines, sender, packet, connection);
    let back = there.at.filter(|_| there.fate == Fate::Delivered).map(|host| {
        let pod = machines.get(host).has_pod(there.packet.destination);
        let from = if pod { Sender::Pod(host) } else { Sender::Host(host) };
        walk::answer(machines, from, sender, there.packet.answer(), connection)
    });
    (there, back)
}

fn leg<'c>(machines: &Machines<'c>, sender: Sender<'c>, packet: Packet, deep: usize) -> Leg<'c> {
    let (there, back) = connection(machines, sender, packet, &mut Connection::default());
    let came = there.at.filter(|_| there.fate == Fate::Delivered);
    let pod = came.is_some_and(|it| machines.get(it).has_pod(there.packet.destination));
    let onward = match came {
        Some(host) if !pod => onward(machines, host, there.packet, deep),
        _ => Vec::new(),
    };
    Leg { sender, packet, at: there.at, there: Some(there), back, onward }
}

fn onward<'c>(
    machines: &Machines<'c>,
    host: HostId,
    packet: Packet,
    deep: usize,
) -> Vec<Onward<'c>> {
    if deep == 0 {
        return Vec::new();
    }
    let machine = machines.get(host);
    let relays = machine.relays(&packet);
    let legs = |relay: &Relay| {
        let to = relay.to.iter().filter_map(|to| {
            let (destination, source) = (to.ip(), machines.source(host, to.ip())?);
            let next = Packet { source, destination, ..packet }.to_port(to.port());
            Some(leg(machines, Sender::Host(host), next, deep - 1))
        });
        to.collect()
    };
    relays.map(|it| Onward { cause: &it.cause, legs: legs(it) }).collect()
}
