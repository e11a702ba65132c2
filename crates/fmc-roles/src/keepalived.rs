//! Holds virtual addresses: one host of a group has the address, the others wait for it.
//!
//! Priorities and weights are derived so that a failed check really moves the address; both may be
//! written by hand, and then the arithmetic is checked.

use fmc_config::blocks::{BlockStyle, Blocks};
use fmc_model::cloud::{Vip, VipMemberUse};
use fmc_model::codes::ROLE_SETTING;
use fmc_model::read::{At, Map, Read, Reader, Schemas};
use fmc_model::role::{
    About, Alive, Configuration, Declaration, Kind, Linked, Member, Minimum, Redundancy, Role,
    VipMember,
};
use fmc_model::setup::{Command, Entry, File, Process, Ready, Reload, Selinux};
use fmc_model::yaml::{Node, Value};
use fmc_model::{Duration, Json, Name, Words, json, record, text, words};
use std::net::IpAddr;

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
        for (at, (vip, numbers)) in self.vips.0.iter().enumerate() {
            if self.vips.0[..at].iter().any(|it| it.0.value == vip.value) {
                let name = &vip.value;
                out.report(
                    ROLE_SETTING
                        .at(
                            vip.place,
                            text!("`{name}` is named twice", "`{name}` se nombra dos veces"),
                        )
                        .hint(text!(
                            "a host is in the group of an address once",
                            "un host está una vez en el grupo de una dirección"
                        )),
                );
                continue;
            }
            let written = numbers.as_ref();
            out.hold(VipMember {
                vip: vip.clone(),
                priority: written.and_then(|it| it.priority),
                weight: written.and_then(|it| it.weight).or(self.weight),
            });
        }
    }

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        let program = out.program("keepalived");
        let curl = out.program("curl");
        let mut file = Blocks::new(BlockStyle::Braced);
        let global = file.block(["global_defs"], &on.cause());
        global.with(["router_id", on.host.name.as_str()]);
        // Sub-second adverts are version 3's (RFC 9568 §5.2.7), which has no passwords any more.
        global.with(["vrrp_version", "3"]);
        global.with(["enable_script_security"]).with(["script_user", "root"]);
        let own = on.cloud.vips.values().filter(|it| it.hosts.contains(on.host.id));
        for vip in own {
            let Some(member) = vip.members.iter().find(|it| it.host == on.host.name) else {
                continue;
            };
            let checked = check(on, vip, member, &curl.path, &mut file, out);
            whole_seconds(vip, out);
            for v4 in [true, false] {
                let address = vip.addresses.iter().find(|it| it.is_ipv4() == v4);
                if let Some(address) = address {
                    let instance = Instance { on, vip, member, address: *address, checked };
                    instance.write(&mut file);
                }
            }
        }
        out.file(FILE, file);
        let path = program.path.into_owned();
        let command =
            Command::new(path.clone(), ["--dont-fork", "--log-console", "--use-file", FILE]);
        let mut process = Process::daemon("keepalived", command, Ready::Started, on.cause())
            .described("virtual addresses", ROLE.about.manual);
        process.check = Some(Command::new(path, ["--config-test", "--use-file", FILE]));
        process.reload = Some(Reload::Signal("HUP"));
        process.files = vec![FILE.to_owned()];
        out.process(process);
    }
}

const FILE: &str = "/etc/keepalived/keepalived.conf";

/// Where checks lie that `SELinux` has to know.
const CHECKS: &str = "/etc/fmc/keepalived";

/// The check of whatever answers at the virtual address on this host: the service itself where it
/// runs here, else the balancer. Returns whether there is one.
fn check(
    on: &Linked<'_>,
    vip: &Vip,
    member: &VipMemberUse,
    curl: &str,
    file: &mut Blocks,
    out: &mut Configuration,
) -> bool {
    let Some(alive) = on.host.answering(vip).and_then(|it| it.alive.as_ref()) else { return false };
    let cause = on.cause_at(&member.origin);
    let timeout = (vip.timers.timeout.0 as f64 / 1000.0).to_string();
    let mut words =
        vec![curl, "--silent", "--fail", "--output", "/dev/null", "--max-time", &timeout];
    let url = match alive {
        Alive::Socket(socket, path) => {
            words.extend(["--unix-socket", socket]);
            format!("http://localhost{path}")
        }
        Alive::Port(port, path) => format!("http://127.0.0.1:{port}{path}"),
    };
    words.push(&url);
    let script = file.block(["vrrp_script", &format!("check-{}", vip.name)], &cause);
    if on.system.has_selinux() {
        // Keepalived may send adverts and little else. What is of this type it runs outside of its
        // own confines.
        let path = format!("{CHECKS}/check-{}", vip.name);
        script.with(["script", &path]);
        let mut own = Blocks::new(BlockStyle::Script);
        own.add(std::iter::once("exec").chain(words), &cause);
        out.entry(&path, Entry::File(File::new(own, &cause).mode(0o755)));
        out.selinux(Selinux::Folder("keepalived_unconfined_script_exec_t", CHECKS.to_owned()));
    } else {
        script.with(["script", &words.join(" ")]);
    }
    script.with(["interval", &seconds(vip.timers.interval)]);
    script.with(["timeout", &seconds(vip.timers.timeout)]);
    script.with(["fall", &vip.timers.fall.to_string()]);
    script.with(["rise", &vip.timers.rise.to_string()]);
    script.with(["weight", &member.weight.to_string()]);
    true
}

/// Keepalived runs checks at whole seconds (2.2.7 refuses `interval 0.2`).
fn seconds(time: Duration) -> String {
    time.0.div_ceil(1000).max(1).to_string()
}

fn whole_seconds(vip: &Vip, out: &mut Configuration) {
    let interval = vip.timers.interval;
    if interval.0.is_multiple_of(1000) && interval.0 > 0 {
        return;
    }
    let name = &vip.name;
    let whole = seconds(interval);
    out.report(
        ROLE_SETTING
            .at(
                vip.origin.place,
                text!(
                    "Keepalived checks at whole seconds, and not every {interval} as `{name}` wants",
                    "Keepalived comprueba a segundos enteros, y no cada {interval} como quiere `{name}`"
                ),
            )
            .hint(text!("write `interval: {whole}s`", "escriba `interval: {whole}s`")),
    );
}

/// A virtual address of one version of the Internet protocol, on one of its members.
struct Instance<'a> {
    on: &'a Linked<'a>,
    vip: &'a Vip,
    member: &'a VipMemberUse,
    address: IpAddr,
    checked: bool,
}

impl Instance<'_> {
    fn write(&self, file: &mut Blocks) {
        let (on, vip, member) = (self.on, self.vip, self.member);
        let suffix = if self.address.is_ipv6() { "-v6" } else { "" };
        let cause = on.cause_at(&member.origin);
        let instance = file.block(["vrrp_instance", &format!("{}{suffix}", vip.name)], &cause);
        // Each begins as a backup: two that are sure to be masters fight at every start.
        instance.with(["state", "BACKUP"]);
        instance.with(["interface", &member.interface]);
        instance.with(["virtual_router_id", &vip.vrid.to_string()]);
        instance.with(["priority", &member.priority.to_string()]);
        instance.with(["advert_int", &(vip.timers.advert.0 as f64 / 1000.0).to_string()]);
        if !vip.preempt {
            instance.with(["nopreempt"]);
        }
        let others = vip.members.iter().filter(|it| it.host != member.host);
        let others: Vec<(&VipMemberUse, IpAddr)> =
            others.filter_map(|it| Some((it, self.address_in(it.host.as_str())?))).collect();
        // Alone it has nobody to send to, and Keepalived refuses an empty list.
        if on.setting::<String>("mode").as_deref() == Some("unicast") && !others.is_empty() {
            if let Some(own) = self.address_in(on.host.name.as_str()) {
                instance.with(["unicast_src_ip", &own.to_string()]);
            }
            let peers = instance.inner(["unicast_peer"], &cause);
            for (other, address) in others {
                peers.with_because([address], &on.cause_at(&other.origin));
            }
        }
        let length = self.prefix_length();
        let addresses = instance.inner(["virtual_ipaddress"], &on.cause_at(&vip.origin));
        let words = [format!("{}/{length}", self.address), "dev".into(), member.interface.clone()];
        // A host would begin connections from an address of version 6 that came last, and from one of
        // version 4 that came first (RFC 6724 §5): what moves is for those who come, not for who holds it.
        // Keepalived does this by itself only where the address is written with the length 128
        // (keepalived.conf(5)).
        let unsought = ["preferred_lft", "0"].map(str::to_owned);
        let unsought = unsought.into_iter().filter(|_| self.address.is_ipv6());
        addresses.with(words.into_iter().chain(unsought));
        if self.checked {
            let name = format!("check-{}", vip.name);
            instance.inner(["track_script"], &cause).with([name]);
        }
    }

    /// The address of a member in the network of the virtual address, of the same version.
    fn address_in(&self, host: &str) -> Option<IpAddr> {
        let nic = self.on.cloud.hosts.get(host)?.nic(self.vip.network.as_ref()?)?;
        let mut own = nic.addresses.iter().map(ipnet::IpNet::addr);
        own.find(|it| it.is_ipv4() == self.address.is_ipv4())
    }

    fn prefix_length(&self) -> u8 {
        let network = self.vip.network.as_ref().and_then(|it| self.on.cloud.networks.get(it));
        let mut prefixes = network.into_iter().flat_map(|it| &it.prefixes);
        let own = prefixes.find(|it| it.contains(&self.address));
        own.map_or(if self.address.is_ipv4() { 32 } else { 128 }, ipnet::IpNet::prefix_len)
    }
}
