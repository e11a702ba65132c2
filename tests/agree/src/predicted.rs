//! What should become of a packet at the router: every hook that it comes to, in the kernel's order, each
//! asked of `fmc-check`.

use crate::router::{LISTENS, WIRES, Wire};
use crate::wire::Kind;
use fmc_check::packet::{Packet, Payload};
use fmc_check::ruleset::{Known, Meeting, Outcome, decide};
use fmc_config::nft::{ChainKind, Hook, Ruleset, Version};

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing comes out.
    Silence,
    /// It comes out of a wire.
    Out(&'static str, Packet),
    /// The router takes it in, and the answer comes out of a wire.
    Answer(&'static str, Packet, Kind),
}

/// One of the things that may become of a packet, where targets are taken in turn.
#[derive(Clone, Copy, Debug)]
pub struct Prediction {
    /// What becomes of it.
    pub end: End,
    /// The connection that it begins.
    pub connection: Connection,
}

/// What the router remembers of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Connection {
    /// The first packet as it came.
    pub first: Packet,
    /// The first packet with its destination as it became.
    pub to: Packet,
    /// The answer that is expected.
    pub answer: Packet,
}

impl Connection {
    fn rewritten(&self) -> bool {
        (self.first.destination, self.first.port()) != (self.to.destination, self.to.port())
    }
}

/// A packet with all that a hook is told of it.
struct At<'r> {
    rules: &'r Ruleset,
    packet: Packet,
    known: Known,
    connection: Connection,
}

impl At<'_> {
    fn meeting<'m>(&self, into: Option<&'m str>, out: Option<&'m str>) -> Meeting<'m> {
        let (packet, known) = (self.packet, self.known);
        let originally = self.connection.first;
        let rewritten = self.connection.rewritten();
        Meeting { packet, into, out, known, originally, rewritten, alike: None }
    }

    fn passes(&self, hook: Hook, into: Option<&str>, out: Option<&str>) -> bool {
        let decision = decide(self.rules, ChainKind::Filter, hook, &self.meeting(into, out));
        decision.is_none_or(|it| it.outcome == Outcome::Accepted)
    }

    fn rewritten(&self, hook: Hook, into: Option<&str>, out: Option<&str>) -> Outcome {
        let decision = decide(self.rules, ChainKind::Nat, hook, &self.meeting(into, out));
        decision.map_or(Outcome::Accepted, |it| it.outcome)
    }
}

/// What may become of a packet that begins something, or belongs to nothing. It comes by a wire, or is the
/// router's own.
pub fn first(
    rules: &Ruleset,
    into: Option<&'static str>,
    packet: Packet,
    known: Known,
) -> Vec<Prediction> {
    let connection = Connection { first: packet, to: packet, answer: packet.answer() };
    let at = At { rules, packet, known, connection };
    let silence = Prediction { end: End::Silence, connection };
    let begins = known == Known::New;
    let mut tos = vec![packet];
    if begins && into.is_some() {
        match at.rewritten(Hook::Prerouting, into, None) {
            Outcome::To(targets, port) => {
                let to = |destination| {
                    let to = Packet { destination, ..packet };
                    port.map_or(to, |it| to.to_port(it))
                };
                tos = targets.into_iter().map(to).collect();
            }
            Outcome::Dropped => return vec![silence],
            Outcome::Accepted | Outcome::Masqueraded => {}
        }
    }
    let after = |to: Packet| {
        let connection = Connection { to, answer: to.answer(), ..connection };
        onward(At { rules, packet: to, known, connection }, into)
    };
    tos.into_iter().map(|to| after(to).unwrap_or(silence)).collect()
}

/// After the destination was rewritten; `None` where it is dropped.
#[expect(clippy::needless_pass_by_value, reason = "it is made for this")]
fn onward(at: At<'_>, into: Option<&'static str>) -> Option<Prediction> {
    let At { rules, packet, known, mut connection } = at;
    if into.is_some() && !at.passes(Hook::Prerouting, into, None) {
        return None;
    }
    let own =
        WIRES.iter().any(|it| it.router(Version::of(packet.destination)) == packet.destination);
    if own {
        if !at.passes(Hook::Input, into, None) {
            return None;
        }
        let end = answered(rules, packet, known, connection)?;
        return Some(Prediction { end, connection });
    }
    let out = Wire::of(packet.destination)?.name;
    if into.is_some() && !at.passes(Hook::Forward, into, Some(out)) {
        return None;
    }
    if !at.passes(Hook::Postrouting, into, Some(out)) {
        return None;
    }
    let mut left = packet;
    if known == Known::New {
        match at.rewritten(Hook::Postrouting, into, Some(out)) {
            Outcome::Masqueraded => {
                left.source = Wire::of(packet.destination)?.router(Version::of(packet.source));
            }
            Outcome::Dropped => return None,
            Outcome::Accepted | Outcome::To(..) => {}
        }
    }
    connection.answer = left.answer();
    Some(Prediction { end: End::Out(out, left), connection })
}

/// What the router itself says to a packet that it took in.
fn answered(rules: &Ruleset, to: Packet, known: Known, connection: Connection) -> Option<End> {
    let kind = match to.payload {
        Payload::Tcp(ports) if known == Known::New && LISTENS.contains(&ports.destination) => {
            Kind::Answers
        }
        Payload::Tcp(_) | Payload::Udp(_) => Kind::Refuses,
        // An echo is as good as a question to whoever looks at it.
        Payload::EchoRequest => Kind::Asks,
        // An echo that nobody asked for, and a protocol that nobody speaks, is told of by an error or not
        // at all; neither is sent to the router.
        Payload::EchoReply | Payload::Other(_) => return None,
    };
    let out = Wire::of(to.source)?.name;
    // A datagram is refused by an error, which belongs to the connection and is none of its packets.
    let (packet, known) = match (to.payload, known) {
        (Payload::Udp(_), _) => {
            let number = if to.source.is_ipv4() { 1 } else { 58 };
            (Packet { payload: Payload::Other(number), ..to.answer() }, Known::Related)
        }
        (_, Known::Invalid) => (to.answer(), Known::Invalid),
        _ => (to.answer(), Known::Established),
    };
    let at = At { rules, packet, known, connection };
    // What is rewritten back is so after the last filter.
    at.passes(Hook::Postrouting, None, Some(out))
        .then(|| End::Answer(out, connection.first.answer(), kind))
}

/// What becomes of the answer to a packet that came out of a wire, or of an error about it.
pub fn answer(rules: &Ruleset, into: &'static str, connection: Connection, error: bool) -> End {
    let Connection { first, to, .. } = connection;
    // The destination is put back before any filter, the source after all of them.
    let mut packet = Packet { destination: first.source, ..to.answer() };
    let last = first.answer();
    let mut known = Known::Established;
    if error {
        let number = if first.source.is_ipv4() { 1 } else { 58 };
        packet.payload = Payload::Other(number);
        known = Known::Related;
    }
    let at = At { rules, packet, known, connection };
    let into = Some(into);
    if !at.passes(Hook::Prerouting, into, None) {
        return End::Silence;
    }
    let own = WIRES.iter().any(|it| it.router(Version::of(first.source)) == first.source);
    if own {
        let is_in = at.passes(Hook::Input, into, None);
        return if is_in { End::Out("lo", last) } else { End::Silence };
    }
    let Some(out) = Wire::of(first.source).map(|it| it.name) else { return End::Silence };
    let is_through =
        at.passes(Hook::Forward, into, Some(out)) && at.passes(Hook::Postrouting, into, Some(out));
    if is_through { End::Out(out, last) } else { End::Silence }
}
