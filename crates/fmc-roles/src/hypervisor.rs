//! Runs other hosts as virtual machines, with libvirt and KVM.
//!
//! Everything that libvirt has to know lies as XML below `/etc/fmc/libvirt`, and one unit defines it at
//! every start, which changes nothing that is there. Networks are never in libvirt's NAT mode: its rules
//! reject what comes from another network, whatever another table accepts, and hide who sent it. A
//! network of guests alone is `open`: this host routes it, and its own firewall is the only one. In any
//! other network guests are plugged into a bridge that the host itself makes. Addresses are never
//! handed out: each guest has its own from its first configuration.

use fmc_config::Cause;
use fmc_config::libvirt::{
    Device, Disk, DiskFormat, Domain, DomainInterface, Forward, Libvirt, Network, NetworkAddress,
    NetworkRoute, Pool, Volume, uuid,
};
use fmc_model::cloud::{Bridge, Host, NetworkKind, Nic, System, Via};
use fmc_model::codes::ROLE_SETTING;
use fmc_model::read::At;
use fmc_model::role::{
    About, Configuration, Declaration, Kind, Linked, Member, Minimum, Redundancy, Role,
};
use fmc_model::setup::{Command, Entry, File, Process};
use fmc_model::{Bytes, Ports, Words, record, text};

pub(crate) const ROLE: Kind = Kind::of::<Hypervisor>(&About {
    name: "hypervisor",
    label: "libvirt",
    icon: "libvirt",
    summary: Words(
        "runs other hosts as virtual machines",
        "ejecuta otros hosts como máquinas virtuales",
    ),
    manual: "https://libvirt.org/docs.html",
    systems: &[System::Almalinux, System::Rocky, System::Debian],
    minimum: Minimum::of(2, 2048, 20),
    example: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  physical1: { os: rocky, nics: { lan: 19 }, roles: { hypervisor: } }
  server: { os: debian, nics: { lan: 20 }, size: { cpus: 1, memory: 1GiB, disk: 20GB } }
",
});

record! {
    /// Runs other hosts as virtual machines.
    pub struct Hypervisor ("role `hypervisor`", "rol `hypervisor`") {
        /// Whether Cockpit, its web page, is served; `true` if left out.
        cockpit: Option<At<bool>>,
        /// How large the pool is in which the disks of its guests lie, such as `500GB`; its own disk if left out.
        pool: Option<At<Bytes>>,
    }
}

impl Role for Hypervisor {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::Single);
        let pool = out.setting("pool", on.host.size.disk, self.pool.as_ref());
        out.run_hosts(pool);
        // The machine is there before anything is built, and what is on its disks is its owner's.
        out.data_disk(Bytes(0));
        if out.setting("cockpit", true, self.cockpit.as_ref()) {
            out.offer("cockpit", [Ports::tcp(9090)]);
        }
    }

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        let guests: Vec<&Host> = on
            .cloud
            .hosts
            .values()
            .filter(|it| it.runs_on.as_ref() == Some(&on.host.name))
            .collect();
        out.program("libvirt");
        out.program("qemu");
        daemons(on, out);
        if on.setting("cockpit") == Some(true) {
            out.program("cockpit");
            socket("cockpit", on, out);
        }
        let virsh = out.program("virsh").path.into_owned();
        let run = |words: &[&str]| Command::new(virsh.clone(), words.iter().copied());
        let id = |kind: &str, name: &str| uuid(&format!("{}/{kind}/{name}", on.cloud.domain));

        out.directory(POOL_FOLDER, 0o711, "root");
        let path = format!("{FOLDER}/pool.xml");
        let mut commands = vec![run(&["pool-define", &path]), run(&["pool-autostart", POOL])];
        commands.push(run(&["pool-start", POOL]).may_fail());
        out.file_by(path, || {
            let uuid = id("pool", on.host.name.as_str());
            Libvirt::Pool(Pool { name: POOL.into(), uuid, path: POOL_FOLDER.into() })
        });

        for nic in on.host.nics.iter().filter(|it| it.bridge.is_some()) {
            let name = nic.network.as_str();
            let path = format!("{FOLDER}/networks/{name}.xml");
            commands.push(run(&["net-define", &path]));
            commands.push(run(&["net-autostart", name]));
            commands.push(run(&["net-start", name]).may_fail());
            out.entry_by(path, || {
                let network = network(nic, id("network", name), on);
                File::new(Libvirt::Network(network), &on.cause_at(&nic.origin))
            });
        }
        for guest in guests {
            let cause = on.cause_at(&guest.origin);
            let name = &guest.name;
            for volume in volumes(guest) {
                let path =
                    format!("{FOLDER}/volumes/{}.xml", volume.name.trim_end_matches(".qcow2"));
                // What is there is never made anew: it has somebody's data.
                commands.push(run(&["vol-create", POOL, &path]).may_fail());
                out.entry_by(path, || File::new(Libvirt::Volume(volume), &cause));
            }
            let path = format!("{FOLDER}/domains/{name}.xml");
            commands.push(run(&["define", &path]));
            commands.push(run(&["autostart", name.as_str()]));
            let interfaces = interfaces(guest, on, out);
            out.entry_by(path, || {
                let domain = domain(guest, id("domain", name.as_str()), interfaces, &cause);
                File::new(Libvirt::Domain(domain), &cause)
            });
        }
        let process = Process::once("fmc-libvirt", commands, on.cause()).described(
            "networks, disks and guests of libvirt",
            "https://libvirt.org/manpages/virsh.html",
        );
        out.process(process);
    }
}

/// Where libvirt's documents lie.
const FOLDER: &str = "/etc/fmc/libvirt";

/// The pool of all disks, and its folder: below the one that the policies of `SELinux` and `AppArmor` give
/// to guests.
const POOL: &str = "fmc";
const POOL_FOLDER: &str = "/var/lib/libvirt/images/fmc";

/// What a guest has of which nobody said how large it is: enough for every system here to start.
const UNSAID: (u16, Bytes, Bytes) = (1, Bytes::gib(2), Bytes::gib(20));

/// Under which name Flatcar looks for its configuration in the firmware
/// (<https://www.flatcar.org/docs/latest/provisioning/ignition/>).
const FLATCAR_FIRMWARE: &str = "opt/org.flatcar-linux/config";

/// Exactly one family of daemons: either one for each thing, or one for everything. Half of each is a
/// socket that nobody answers.
fn daemons(on: &Linked<'_>, out: &mut Configuration) {
    match on.system {
        System::Almalinux | System::Rocky => {
            for name in ["virtqemud", "virtnetworkd", "virtstoraged"] {
                socket(name, on, out);
            }
            for unit in [
                "libvirtd.service",
                "libvirtd.socket",
                "libvirtd-ro.socket",
                "libvirtd-admin.socket",
            ] {
                let link = Entry::Link("/dev/null".to_owned(), on.cause());
                out.entry(format!("/etc/systemd/system/{unit}"), link);
            }
        }
        System::Debian | System::Flatcar => socket("libvirtd", on, out),
    }
}

/// A daemon that its package brings, and that starts when somebody calls.
fn socket(name: &str, on: &Linked<'_>, out: &mut Configuration) {
    let link = Entry::Link(format!("/usr/lib/systemd/system/{name}.socket"), on.cause());
    out.entry(format!("/etc/systemd/system/sockets.target.wants/{name}.socket"), link);
}

fn network(nic: &Nic, uuid: String, on: &Linked<'_>) -> Network {
    let forward = match &nic.bridge {
        Some(Bridge::Port(_)) | None => Forward::Bridge,
        Some(Bridge::Guests) => {
            let routes = on.cloud.routes(on.host);
            let own = routes.iter().filter(|it| it.interface == nic.interface && it.from.is_none());
            let routes = own.filter_map(|it| match it.via {
                Via::Gateway(gateway) => Some(NetworkRoute {
                    address: it.to.network(),
                    prefix: it.to.prefix_len(),
                    gateway,
                    cause: on.cause_at(&nic.origin),
                }),
                Via::Provider | Via::Link => None,
            });
            let address = |it: &ipnet::IpNet| NetworkAddress {
                address: it.addr(),
                prefix: it.prefix_len(),
                cause: on.cause_at(&nic.origin),
            };
            Forward::Open {
                mtu: on.cloud.networks[&nic.network].mtu,
                addresses: nic.addresses.iter().map(address).collect(),
                routes: routes.collect(),
            }
        }
    };
    Network { name: nic.network.to_string(), uuid, bridge: nic.interface.clone(), forward }
}

/// The disks of a guest: that of its system, which begins as the image of it, and one for data.
fn volumes(guest: &Host) -> Vec<Volume> {
    let or = |is: Bytes, unsaid: Bytes| if is.0 == 0 { unsaid.0 } else { is.0 };
    let name = &guest.name;
    let image = guest.system.map(|it| format!("{POOL_FOLDER}/base-{}.qcow2", it.word()));
    let mut all = vec![Volume {
        name: format!("{name}.qcow2"),
        capacity: or(guest.size.disk, UNSAID.2),
        backing: image,
    }];
    if guest.size.data.0 > 0 {
        let capacity = guest.size.data.0;
        all.push(Volume { name: format!("{name}-data.qcow2"), capacity, backing: None });
    }
    all
}

/// The interfaces of a guest, each in a network that its machine is in too.
fn interfaces(guest: &Host, on: &Linked<'_>, out: &mut Configuration) -> Vec<DomainInterface> {
    let name = &guest.name;
    let mut interfaces = Vec::new();
    for nic in &guest.nics {
        let network = &nic.network;
        if on.cloud.networks[network].kind == NetworkKind::Wireguard {
            continue;
        }
        let (Some(_), Some(mac)) = (on.host.nic(network), nic.mac) else {
            let machine = &on.host.name;
            out.report(
                ROLE_SETTING
                    .at(
                        nic.origin.place,
                        text!(
                            "`{machine}` runs `{name}`, and has no interface in `{network}`",
                            "`{machine}` ejecuta `{name}`, y no tiene interfaz en `{network}`"
                        ),
                    )
                    .hint(text!(
                        "give `{machine}` an address in `{network}`",
                        "dé a `{machine}` una dirección en `{network}`"
                    )),
            );
            continue;
        };
        let (network, mac) = (network.to_string(), mac.to_string());
        interfaces.push(DomainInterface { network, mac, cause: on.cause_at(&nic.origin) });
    }
    interfaces
}

fn domain(guest: &Host, uuid: String, interfaces: Vec<DomainInterface>, cause: &Cause) -> Domain {
    let name = &guest.name;
    let disk = |device, volume: String, format| Disk { device, pool: POOL.into(), volume, format };
    let mut disks: Vec<Disk> = volumes(guest)
        .into_iter()
        .map(|it| disk(Device::Disk, it.name, DiskFormat::Qcow2))
        .collect();
    // Flatcar reads its first configuration from the firmware, the others from a disk of that label.
    let by_firmware = guest.system == Some(System::Flatcar);
    if !by_firmware {
        disks.push(disk(Device::Cdrom, format!("{name}-seed.iso"), DiskFormat::Raw));
    }
    let (cpus, memory) = (guest.size.cpus, guest.size.memory.0);
    Domain {
        name: name.to_string(),
        uuid,
        memory: if memory == 0 { UNSAID.1.0 } else { memory } / 1024,
        cpus: if cpus == 0 { UNSAID.0 } else { cpus },
        firmware_file: by_firmware.then(|| (FLATCAR_FIRMWARE, format!("{POOL_FOLDER}/{name}.ign"))),
        disks,
        interfaces,
        size_cause: cause.clone(),
    }
}
