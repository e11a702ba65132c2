//! Runs other hosts as virtual machines, with libvirt and KVM.

use fmc_model::cloud::System;
use fmc_model::read::At;
use fmc_model::role::{About, Declaration, Kind, Member, Minimum, Redundancy, Role};
use fmc_model::{Bytes, Ports, Words, record};

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
        out.run_hosts();
        out.setting("pool", on.host.size.disk, self.pool.as_ref());
        if out.setting("cockpit", true, self.cockpit.as_ref()) {
            out.offer("cockpit", [Ports::tcp(9090)]);
        }
    }
}
