//! Storage pools and volumes (<https://libvirt.org/formatstorage.html>).

use crate::Cause;
use crate::xml::Element;

/// A folder of a host in which volumes lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// Its identifier (see [`uuid`](super::uuid)).
    pub uuid: String,
    /// The folder.
    pub path: String,
}

/// A disk in a pool.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    /// Its name: that of its file.
    pub name: String,
    /// How large it is for who uses it, in bytes.
    pub capacity: u64,
    /// The image that it begins as, by its path; `None` where it begins empty.
    pub backing: Option<String>,
}

/// How a disk is written in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskFormat {
    /// QEMU's own, which takes only the room that is used.
    Qcow2,
    /// Byte by byte.
    Raw,
}

impl DiskFormat {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Qcow2 => "qcow2",
            Self::Raw => "raw",
        }
    }
}

impl Pool {
    pub(super) fn element(&self, cause: &Cause) -> Element {
        // Guests reach their disks by libvirt; nobody else lists the folder.
        let permissions = Element::new("permissions", cause)
            .leaf("mode", "0711")
            .leaf("owner", 0)
            .leaf("group", 0);
        Element::new("pool", cause)
            .with("type", "dir")
            .leaf("name", &self.name)
            .leaf("uuid", &self.uuid)
            .child(Element::new("target", cause).leaf("path", &self.path).child(permissions))
    }
}

impl Volume {
    pub(super) fn element(&self, cause: &Cause) -> Element {
        let format = || Element::new("format", cause).with("type", DiskFormat::Qcow2.word());
        let capacity = Element::new("capacity", cause).with("unit", "bytes").text(self.capacity);
        let backing = self
            .backing
            .as_ref()
            .map(|it| Element::new("backingStore", cause).leaf("path", it).child(format()));
        Element::new("volume", cause)
            .with("type", "file")
            .leaf("name", &self.name)
            .child(capacity)
            .child(Element::new("target", cause).child(format()))
            .children(backing)
    }
}
