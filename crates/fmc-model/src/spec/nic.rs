//! An interface of a host, in its short and its long form.

use crate::read::{At, OneOrMany, Read, Reader, Schemas, Unread};
use crate::{AddressWord, InterfaceName, Mac, record};
use fmc_config::Place;
use fmc_config::yaml::{Node, Value};
use serde_json::{Value as Json, json};
use std::net::IpAddr;

/// An interface of a host.
#[derive(Clone, Debug)]
pub struct NicSpec {
    /// Where it was written.
    pub place: Place,
    /// What of it could not be read.
    pub unread: Unread,
    /// Its addresses; none where somebody else gives it one.
    pub address: OneOrMany<At<AddressWord>>,
    /// A gateway for this host alone.
    pub gateway: OneOrMany<At<IpAddr>>,
    /// Its name on the host.
    pub interface: Option<At<InterfaceName>>,
    /// Its hardware address.
    pub mac: Option<At<Mac>>,
    /// Why it was added.
    pub added: Option<At<String>>,
}

record! {
    /// An interface in its long form.
    struct LongNic ("an interface", "una interfaz") {
        /// Its address: a host number such as `11`, a whole address, or `12+` to count on over a range of hosts.
        address: OneOrMany<At<AddressWord>>,
        /// A gateway for this host alone, instead of that of the network.
        gateway: OneOrMany<At<IpAddr>>,
        /// Its name on the host, such as `enp3s0f0`.
        interface: Option<At<InterfaceName>>,
        /// Its hardware address.
        mac: Option<At<Mac>>,
        /// Why it was added to the design that this file describes.
        added: Option<At<String>>,
    }
}

impl Read for NicSpec {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::Map(_) = node.value {
            let LongNic { place, unread, address, gateway, interface, mac, added } =
                LongNic::read(node, reader)?;
            return Some(Self { place, unread, address, gateway, interface, mac, added });
        }
        let faults = reader.faults();
        let address = OneOrMany::read(node, reader).unwrap_or_default();
        let mut unread = Unread::default();
        if reader.faults() > faults {
            unread.add("address");
        }
        let place = node.place;
        let gateway = OneOrMany::default();
        Some(Self { place, unread, address, gateway, interface: None, mac: None, added: None })
    }

    fn schema(schemas: &mut Schemas) -> Json {
        let short = OneOrMany::<At<AddressWord>>::schema(schemas);
        let long = LongNic::schema(schemas);
        json!({ "anyOf": [short, long] })
    }
}
