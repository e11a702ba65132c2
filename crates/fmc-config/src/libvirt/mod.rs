//! What libvirt is told (<https://libvirt.org/format.html>): networks, storage pools, volumes and domains.
//!
//! Only what is used here can be said, and nothing misspelt: libvirt ignores elements that it does not
//! know.

mod domain;
mod network;
mod storage;

pub use domain::{Device, Disk, Domain, DomainInterface};
pub use network::{Forward, Network, NetworkAddress, NetworkRoute};
pub use storage::{DiskFormat, Pool, Volume};

use crate::{Cause, Printed};

/// A document of libvirt.
#[derive(Clone, Debug, PartialEq)]
pub enum Libvirt {
    /// A network that domains are plugged into.
    Network(Network),
    /// Where volumes lie.
    Pool(Pool),
    /// A disk.
    Volume(Volume),
    /// A virtual machine.
    Domain(Domain),
}

impl Libvirt {
    pub(crate) fn print(&self, header: &[String], cause: &Cause, out: &mut Printed) {
        let element = match self {
            Self::Network(it) => it.element(cause),
            Self::Pool(it) => it.element(cause),
            Self::Volume(it) => it.element(cause),
            Self::Domain(it) => it.element(cause),
        };
        element.document(header, out);
    }
}

/// An identifier for the thing of this name, always the same for the same name, so that a thing that
/// is defined again is the same thing. It is of version 8 of
/// [RFC 9562](https://www.rfc-editor.org/rfc/rfc9562#section-5.8): FNV-1a, 128 bits, of the name.
pub fn uuid(name: &str) -> String {
    let hash = name.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    let version = (hash & !(0xf_u128 << 76)) | (0x8 << 76);
    let variant = (version & !(0x3_u128 << 62)) | (0x2 << 62);
    let digits = format!("{variant:032x}");
    let (a, b, c) = (&digits[..8], &digits[8..12], &digits[12..16]);
    format!("{a}-{b}-{c}-{}-{}", &digits[16..20], &digits[20..])
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn identifiers_are_of_version_8_and_differ() {
        assert_eq!(uuid("a"), uuid("a"));
        assert_ne!(uuid("a"), uuid("b"));
        let id = uuid("example.net/worker1");
        assert_eq!((id.len(), &id[14..15]), (36, "8"));
        assert!(["8", "9", "a", "b"].contains(&&id[19..20]));
    }
}
