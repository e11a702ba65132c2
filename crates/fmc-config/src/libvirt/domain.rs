//! Domains: virtual machines (<https://libvirt.org/formatdomain.html>).

use super::DiskFormat;
use crate::Cause;
use crate::xml::Element;

/// A virtual machine under KVM, with devices of virtio.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    /// Its name.
    pub name: String,
    /// Its identifier (see [`uuid`](super::uuid)).
    pub uuid: String,
    /// Its memory, in kibibytes.
    pub memory: u64,
    /// Its processors.
    pub cpus: u16,
    /// The file of its first configuration that the firmware hands over: its name there, and its path
    /// on the host. `None` where it comes on a disk.
    pub firmware_file: Option<(&'static str, String)>,
    /// Its disks; it starts from the first.
    pub disks: Vec<Disk>,
    /// Its interfaces, in the order in which it sees them.
    pub interfaces: Vec<DomainInterface>,
    /// Why it has so much of everything.
    pub size_cause: Cause,
}

/// A disk of a domain.
#[derive(Clone, Debug, PartialEq)]
pub struct Disk {
    /// What it looks like.
    pub device: Device,
    /// The pool.
    pub pool: String,
    /// The volume in it.
    pub volume: String,
    /// How it is written.
    pub format: DiskFormat,
}

/// What a disk looks like to a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// A disk.
    Disk,
    /// A CD, which is not written.
    Cdrom,
}

/// An interface of a domain.
#[derive(Clone, Debug, PartialEq)]
pub struct DomainInterface {
    /// The network, by its name in libvirt.
    pub network: String,
    /// Its hardware address.
    pub mac: String,
    /// Why it is there.
    pub cause: Cause,
}

impl Domain {
    pub(super) fn element(&self, cause: &Cause) -> Element {
        let new = |name| Element::new(name, cause);
        let sized = |name| Element::new(name, &self.size_cause);
        // The alias and not one version of it: those that a distribution knows differ.
        let kind = new("type").with("machine", "q35").text("hvm");
        let firmware = self.firmware_file.as_ref().map(|(name, path)| {
            let entry = new("entry").with("name", name).with("file", path);
            new("sysinfo").with("type", "fwcfg").child(entry)
        });
        let mut letters = ('a'..='z').map(|it| format!("vd{it}"));
        let mut trays = ('a'..='z').map(|it| format!("sd{it}"));
        let disks = self.disks.iter().map(|it| {
            let target = match it.device {
                Device::Disk => letters.next(),
                Device::Cdrom => trays.next(),
            };
            disk(it, target.unwrap_or_default(), cause)
        });
        let disks: Vec<Element> = disks.collect();
        let devices = new("devices")
            .children(disks)
            .children(self.interfaces.iter().map(interface))
            .child(new("serial").with("type", "pty"))
            .child(new("console").with("type", "pty"))
            .child(
                new("rng")
                    .with("model", "virtio")
                    .child(new("backend").with("model", "random").text("/dev/urandom")),
            )
            .child(new("memballoon").with("model", "virtio"));
        new("domain")
            .with("type", "kvm")
            .leaf("name", &self.name)
            .leaf("uuid", &self.uuid)
            .child(sized("memory").with("unit", "KiB").text(self.memory))
            .child(sized("vcpu").text(self.cpus))
            .children(firmware)
            .child(new("os").child(kind).child(new("boot").with("dev", "hd")))
            .child(new("features").child(new("acpi")).child(new("apic")))
            .child(new("cpu").with("mode", "host-model"))
            .child(new("clock").with("offset", "utc"))
            .leaf("on_poweroff", "destroy")
            .leaf("on_reboot", "restart")
            .leaf("on_crash", "restart")
            .child(devices)
    }
}

fn disk(it: &Disk, target: String, cause: &Cause) -> Element {
    let new = |name| Element::new(name, cause);
    let (device, bus) = match it.device {
        Device::Disk => ("disk", "virtio"),
        Device::Cdrom => ("cdrom", "sata"),
    };
    let element = new("disk")
        .with("type", "volume")
        .with("device", device)
        .child(new("driver").with("name", "qemu").with("type", it.format.word()))
        .child(new("source").with("pool", &it.pool).with("volume", &it.volume))
        .child(new("target").with("dev", target).with("bus", bus));
    match it.device {
        Device::Disk => element,
        Device::Cdrom => element.child(new("readonly")),
    }
}

fn interface(it: &DomainInterface) -> Element {
    let new = |name| Element::new(name, &it.cause);
    new("interface")
        .with("type", "network")
        .child(new("mac").with("address", &it.mac))
        .child(new("source").with("network", &it.network))
        .child(new("model").with("type", "virtio"))
}
