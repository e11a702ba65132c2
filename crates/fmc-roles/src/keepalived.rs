//! Holds virtual addresses: one host of a group has the address, the others wait for it.
//!
//! Priorities and weights are derived so that a failed check really moves the address; both may be
//! written by hand, and then the arithmetic is checked.

use fmc_model::read::{At, Map, Read, Reader, Schemas};
use fmc_model::role::{About, Declaration, Kind, Member, Minimum, Redundancy, Role, VipMember};
use fmc_model::yaml::{Node, Value};
use fmc_model::{Json, Name, Words, json, record, words};

pub(crate) const ROLE: Kind = Kind::of::<Keepalived>(&About {
    name: "keepalived",
    label: "Keepalived",
    icon: "keepalived",
    summary: Words(
        "holds virtual addresses that move to another host when this one fails",
        "tiene direcciones virtuales que pasan a otro host cuando este falla",
    ),
    manual: "https://www.keepalived.org/manpage.html",
    systems: &[],
    minimum: Minimum::of(1, 64, 1),
    example: "\
version: 1
name: available
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { ingress: { address: 192.168.0.10, serves: traefik } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { traefik: , keepalived: { vips: [ingress] } } }
",
});

words! {
    /// How members hear each other.
    pub enum Mode {
        /// Each sends to each, as most switches and clouds allow.
        Unicast = "unicast",
        /// Each sends to the group 224.0.0.18.
        Multicast = "multicast",
    }
}

record! {
    /// A member of groups that hold virtual addresses.
    pub struct Keepalived ("role `keepalived`", "rol `keepalived`") {
        /// The virtual addresses that it may hold: a list of names, or a map from names to priority and weight.
        vips: Memberships,
        /// What a failed check adds to the priority, for all of them; derived if left out.
        weight: Option<At<i16>>,
        /// `unicast` (if left out) or `multicast`.
        mode: Option<At<Mode>>,
    }
}

record! {
    /// A membership with numbers of one's own.
    pub struct Membership ("a membership", "una pertenencia") {
        /// Priority, 1 to 254; the highest holds the address.
        priority: Option<At<u8>>,
        /// What a failed check adds to the priority, -253 to 253.
        weight: Option<At<i16>>,
    }
}

/// The virtual addresses of a member, with their numbers where they were written.
#[derive(Clone, Debug)]
pub(crate) struct Memberships(Vec<(At<Name>, Option<Membership>)>);

impl Read for Memberships {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::Map(_) = node.value {
            let map = Map::<Membership>::read(node, reader)?;
            return Some(Self(map.into_iter().map(|(name, it)| (name, Some(it))).collect()));
        }
        let names = fmc_model::read::OneOrMany::<At<Name>>::read(node, reader)?;
        Some(Self(names.0.into_iter().map(|it| (it, None)).collect()))
    }

    fn schema(schemas: &mut Schemas) -> Json {
        let list = fmc_model::read::OneOrMany::<At<Name>>::schema(schemas);
        let map = Map::<Membership>::schema(schemas);
        json!({ "anyOf": [list, map] })
    }
}

impl Role for Keepalived {
    fn declare(&self, _: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::Failover);
        out.setting("mode", "unicast", self.mode.map(|it| At::new(it.word(), it.place)).as_ref());
        for (vip, numbers) in &self.vips.0 {
            let written = numbers.as_ref();
            out.hold(VipMember {
                vip: vip.clone(),
                priority: written.and_then(|it| it.priority),
                weight: written.and_then(|it| it.weight).or(self.weight),
            });
        }
    }
}
