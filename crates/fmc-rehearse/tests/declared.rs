//! What the built files of a host declare of its network is what the model wants of it, and what is not known is
//! refused.

use clouds::sound::sound;
use fmc_build::{Node, TreeFile};
use fmc_config::{Cause, Place, Printed};
use fmc_model::cloud::{Bridge, Host, HostId, NetworkKind, Nic, Via};
use fmc_model::{Cloud, Date};
use fmc_rehearse::stage::{Declared, Interface, Way, declared};
use fmc_sys::Placed;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Random clouds that are built, and how many hosts each has at the most.
const CLOUDS: u64 = 500;
const HOSTS: usize = 10;

/// When the kernel looks into the main table (ip-rule(8)).
const MAIN: u32 = 32_766;

/// The cloud of a file, if nothing in it is an error: else it is not built.
fn sane(text: &str) -> Option<Cloud> {
    let none = &mut |path: &str| Err(format!("{path} is not there"));
    let loaded = fmc_model::load("cloud.yaml", text.as_bytes(), fmc_roles::ROLES, none);
    let today = Date::from_unix_days(20_600);
    let (cloud, found) = fmc_model::resolve(&loaded, fmc_roles::ROLES, today);
    cloud.filter(|_| !found.has_errors())
}

fn cloud(text: &str) -> Cloud {
    sane(text).unwrap_or_else(|| panic!("it has errors:\n{text}"))
}

fn examples() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let all = std::fs::read_dir(folder).expect("examples").flatten().map(|it| it.path());
    let all = all.filter(|it| it.extension().is_some_and(|it| it == "yaml"));
    let all: Vec<String> = all.map(|it| std::fs::read_to_string(it).expect("an example")).collect();
    let all: Vec<String> = all.into_iter().filter(|it| sane(it).is_some()).collect();
    assert!(all.len() > 2, "{}", all.len());
    all
}

fn built(cloud: &Cloud) -> BTreeMap<HostId, Declared> {
    let tree = fmc_build::files(cloud, "(test)", |_| true);
    declared(cloud, &tree).unwrap_or_else(|it| panic!("{}: {it}", cloud.name))
}

/// Routes as words: from where, to where, by whom, out of what.
type Words = BTreeSet<String>;

fn is_tunnel(cloud: &Cloud, nic: &Nic) -> bool {
    cloud.networks[&nic.network].kind == NetworkKind::Wireguard
}

/// What the model wants of a host, but what its provider says and what comes with a tunnel.
fn wanted(cloud: &Cloud, host: &Host) -> Words {
    let words = cloud.routes(host).into_iter().filter_map(|it| {
        let mut nics = host.nics.iter();
        let nic = nics.find(|nic| nic.interface == it.interface).expect("it is there");
        let via = match it.via {
            Via::Gateway(it) => Some(it),
            Via::Link => None,
            Via::Provider => return None,
        };
        let words = format!("{:?} {} {via:?} {}", it.from, it.to, it.interface);
        (!is_tunnel(cloud, nic)).then_some(words)
    });
    words.collect()
}

/// What is declared: a table is for what its rule leads there.
fn said(declared: &Declared) -> Words {
    let all = || declared.interfaces();
    let rules: Vec<_> = all().flat_map(|it| &it.1.rules).collect();
    assert!(rules.iter().all(|it| it.priority.is_some_and(|it| it < MAIN)), "{rules:?}");
    let words = |interface: &str, way: &Way| {
        assert!(way.metric.is_none() && !way.on_link, "{way:?}");
        let from = way.table.map(|table| {
            let is_six = way.to.addr().is_ipv6();
            let own = rules.iter().filter(|it| it.table == table);
            let own: Vec<_> = own.filter(|it| it.from.addr().is_ipv6() == is_six).collect();
            assert_eq!(own.len(), 1, "{way:?} in {declared:?}");
            own[0].from
        });
        format!("{from:?} {} {:?} {interface}", way.to, way.via)
    };
    let ways = all().flat_map(|(name, it)| it.ways.iter().map(move |way| (name, way)));
    ways.map(|(name, way)| words(name, way)).collect()
}

/// What clouds have of what files can say.
#[derive(Debug, Default)]
struct Seen {
    routes: usize,
    by_source: usize,
    provided: usize,
    ports: usize,
    guests: usize,
    six: usize,
}

fn compare(text: &str, seen: &mut Seen) {
    let cloud = cloud(text);
    let all = built(&cloud);
    let own = cloud.hosts.values().filter(|it| !it.managed);
    assert_eq!(all.len(), own.clone().count());
    for host in own {
        let (name, declared) = (&host.name, &all[&host.id]);
        let (wanted, said) = (wanted(&cloud, host), said(declared));
        assert_eq!(said, wanted, "{name}\n{text}");
        seen.routes += wanted.len();
        seen.by_source += wanted.iter().filter(|it| it.starts_with("Some")).count();
        let routes = cloud.routes(host);
        let mut names = BTreeSet::new();
        for nic in host.nics.iter().filter(|it| !is_tunnel(&cloud, it)) {
            let interface = declared.interface(&nic.interface);
            let interface = interface.unwrap_or_else(|| panic!("{name}: {}", nic.interface));
            let sorted = |it: &[IpNet]| it.iter().copied().collect::<BTreeSet<_>>();
            assert_eq!(sorted(&interface.addresses), sorted(&nic.addresses), "{name}");
            let mtu = cloud.networks[&nic.network].mtu;
            assert_eq!(interface.mtu, Some(mtu.into()), "{name}");
            assert_eq!(interface.is_bridge, nic.bridge.is_some(), "{name}");
            let mut provided = routes.iter().filter(|it| it.via == Via::Provider);
            let asks = provided.any(|it| it.interface == nic.interface);
            assert_eq!(interface.asks_provider, [asks; 2], "{name}");
            names.insert(nic.interface.as_str());
            if let Some(Bridge::Port(port)) = &nic.bridge {
                let of = declared.interface(port).and_then(|it| it.port_of.as_deref());
                assert_eq!(of, Some(nic.interface.as_str()), "{name}");
                names.insert(port);
                seen.ports += 1;
            }
            seen.provided += usize::from(asks);
            seen.six += interface.addresses.iter().filter(|it| it.addr().is_ipv6()).count();
            seen.guests += usize::from(nic.bridge == Some(Bridge::Guests));
        }
        let said: BTreeSet<&str> = declared.interfaces().map(|it| it.0).collect();
        assert_eq!(said, names, "{name}");
    }
}

#[test]
fn what_is_built_declares_what_is_wanted() {
    let mut seen = Seen::default();
    let random = (0..CLOUDS).map(|seed| sound(seed, HOSTS));
    examples().into_iter().chain(random).for_each(|text| compare(&text, &mut seen));
    let Seen { routes, by_source, provided, ports, guests, six } = seen;
    assert!(routes > 500 && by_source > 20 && provided > 20, "{seen:?}");
    assert!(ports > 0 && guests > 3 && six > 50, "{seen:?}");
}

/// Hosts of both kinds.
const TWO: &str = "version: 1
name: two
domain: two.example
networks: { lan: { cidr: 192.168.7.0/24, gateway: 192.168.7.254 } }
hosts:
  deb: { os: debian, nics: { lan: 1 } }
  alma: { os: almalinux, nics: { lan: 2 } }
";

const NETWORK: &str = "/etc/systemd/network/10-fmc-eth0.network";
const NETDEV: &str = "/etc/systemd/network/10-br0.netdev";
const LINK: &str = "/etc/systemd/network/10-eth0.link";
const MORE: &str = "/etc/systemd/network/10-fmc-eth0.network.d/more.conf";
const KEYFILE: &str = "/etc/NetworkManager/system-connections/fmc-eth0.nmconnection";
const LIBVIRT: &str = "/etc/fmc/libvirt/networks/lan.xml";

/// What a file of a host declares.
fn read(path: &str, text: &str) -> Result<Declared, String> {
    let cloud = cloud(TWO);
    let (host, mode) = if path == KEYFILE { ("alma", 0o600) } else { ("deb", 0o644) };
    let file = Placed::new(path, text).mode(mode);
    Declared::of(&cloud.hosts[host], &[file]).map_err(|it| it.to_string())
}

fn way(to: &str, via: &str) -> Way {
    let (to, via) = (to.parse().expect("a prefix"), via.parse().expect("an address"));
    Way { to, via: Some(via), on_link: false, table: None, metric: None }
}

fn net(text: &str) -> IpNet {
    text.parse().expect("a prefix")
}

#[track_caller]
fn declares(path: &str, text: &str, name: &str, expected: &Interface) {
    let declared = read(path, text).unwrap_or_else(|it| panic!("{it}"));
    assert_eq!(declared.interface(name), Some(expected));
}

/// A bridge is there because a file says so: one that the cloud file does not know would be passed over.
#[test]
fn a_bridge_of_nobody_is_told() {
    let cloud = cloud(include_str!("../../../examples/flatcarmicrocloud.yaml"));
    let mut tree = fmc_build::files(&cloud, "(test)", |_| true);
    let mut printed = Printed::default();
    printed.push("[NetDev]\nName=br9\nKind=bridge\n", &Cause::new(Place::default(), "test"));
    let (mode, owner, by_hand, secret) = (0o644, "root".to_owned(), true, false);
    let file = Node::File(TreeFile { printed, mode, owner, by_hand, secret });
    let host = tree.hosts.get_mut("master1").expect("it is built");
    host.nodes.insert("/etc/systemd/network/br9.netdev".to_owned(), file);
    let told = declared(&cloud, &tree).expect_err("nobody has it").to_string();
    assert!(told.contains("master1") && told.contains("br9"), "{told}");
}

#[test]
fn more_than_is_built_is_known() {
    let by = Way { on_link: true, metric: Some(7), ..way("10.1.0.0/16", "10.0.0.9") };
    let ways = vec![way("0.0.0.0/0", "10.0.0.254"), way("::/0", "fd00::9"), by];
    let addresses = vec![net("10.0.0.1/24"), net("fd00::1/64")];
    let eth0 = Interface { mtu: Some(1400), addresses, ways, ..Interface::default() };
    declares(
        NETWORK,
        "# a comment\n[Match]\nName=eth0\n[Link]\nMTUBytes=1400\n[Network]\nAddress = 10.0.0.1/24\n\
         DNS=10.0.0.2\nGateway=10.0.0.254\n[Address]\nAddress=fd00::1/64\n[Route]\nGateway=fd00::9\n\
         [Route]\nDestination=10.1.0.0/16\nGateway=10.0.0.9\nGatewayOnLink=yes\nMetric=7\nTable=main\n",
        "eth0",
        &eth0,
    );
    declares(
        KEYFILE,
        "[connection]\nid=x\ntype=ethernet\ninterface-name=eth0\n[ethernet]\nmtu=1400\n\
         [ipv4]\nmethod=manual\naddress1=10.0.0.1/24,10.0.0.254\n\
         [ipv6]\nmethod=manual\naddress1=fd00::1/64\ngateway=fd00::9\nmay-fail=true\n\
         [ipv4]\nmethod=manual\nroute1_options=onlink=true\nroute1=10.1.0.0/16,10.0.0.9,7\n",
        "eth0",
        &eth0,
    );
    // One version is asked for, and what is not said of a connection is asked for too.
    let asks = |asks_provider| Interface { asks_provider, ..Interface::default() };
    declares(NETWORK, "[Match]\nName=eth0\n[Network]\nDHCP=ipv6\n", "eth0", &asks([false, true]));
    let text = "[connection]\ninterface-name=eth0\n[ipv6]\nmethod=link-local\n";
    declares(KEYFILE, text, "eth0", &asks([true, false]));
    let mut bridge = Interface { is_bridge: true, mtu: Some(9000), ..Interface::default() };
    declares(NETDEV, "[NetDev]\nName=br0\nKind=bridge\nMTUBytes=9000\n", "br0", &bridge);
    bridge.addresses = vec![net("10.0.0.1/24")];
    bridge.ways = vec![way("10.1.0.0/16", "10.0.0.9")];
    declares(
        LIBVIRT,
        "<network><name>lan</name><forward mode='open'/><bridge name='br0'/><mtu size='9000'/>\
         <ip address='10.0.0.1' prefix='24'/>\
         <route address='10.1.0.0' prefix='16' gateway='10.0.0.9'/></network>",
        "br0",
        &bridge,
    );
}

/// Files that say what is not known, with the line and words of what is told. Those of interfaces begin with the
/// two lines that say which one.
const STRANGE: &[(&str, &str, usize, &str)] = &[
    (NETWORK, "[Network]\nIPVLAN=x", 4, "`IPVLAN` in [Network]"),
    (NETWORK, "\n[CAN]\nBitRate=1", 4, "[CAN]"),
    (NETWORK, "[Route]\nType=blackhole", 4, "`Type` in [Route]"),
    (NETWORK, "[Route]\nTable=101", 3, "nowhere"),
    (NETWORK, "[RoutingPolicyRule]\nTo=10.0.0.0/8", 4, "`To`"),
    (NETWORK, "[RoutingPolicyRule]\nTable=7", 3, "From="),
    (NETWORK, "[Match]\nName=eth*", 4, "whole names"),
    (NETWORK, "[Network]\nAddress=10.0.0.x/24", 4, "10.0.0.x/24"),
    (NETWORK, "[Network]\nDHCP=maybe", 4, "maybe"),
    (NETWORK, "[Network]\nLinkLocalAddressing=no", 4, "`LinkLocalAddressing`"),
    (NETWORK, "[Network]\nDNS=10.0.0.1 \\\n10.0.0.2", 4, "no key"),
    (NETDEV, "[NetDev]\nName=br0\nKind=bond", 3, "`Kind`"),
    (NETDEV, "[NetDev]\nName=br0\nKind=bridge\n[VLAN]\nId=1", 5, "`Id` in [VLAN]"),
    (NETDEV, "[NetDev]\nKind=bridge", 1, "no bridge"),
    (LINK, "[Match]", 1, "this kind"),
    (MORE, "[Network]", 1, "this kind"),
    (KEYFILE, "[ipv4]\nmethod=shared", 4, "`shared`"),
    (KEYFILE, "[ipv4]\ndns=10.0.0.1;", 3, "method"),
    (KEYFILE, "[ipv4]\nroutes=1", 4, "`routes`"),
    (KEYFILE, "[ipv4]\nnever-default=true", 4, "`never-default`"),
    (KEYFILE, "[ipv4]\nroute1_options=table=1", 4, "not there"),
    (KEYFILE, "[ipv4]\nroute1=10.0.0.0/8\nroute1_options=mtu=1400", 5, "`mtu=1400`"),
    (KEYFILE, "[ipv4]\nroute1=10.0.0.0/8,10.0.0.1,1,2", 4, "three parts"),
    (KEYFILE, "[ipv4]\nrouting-rule1=priority 5 to 10.0.0.0/8 table 1", 4, "`to 10.0.0.0/8`"),
    (KEYFILE, "[ipv4]\nrouting-rule1=priority 5 table 1", 4, "`from`"),
    (KEYFILE, "[ipv4]\nmethod=disabled\naddress1=10.0.0.1/24", 4, "`disabled`"),
    (KEYFILE, "type=vlan", 3, "`type`"),
    (KEYFILE, "autoconnect=false", 3, "`autoconnect`"),
    (KEYFILE, "[vlan]\nid=4", 3, "[vlan]"),
    (LIBVIRT, "<network>\n<forward mode='nat'/>\n<bridge name='x'/></network>", 2, "mode nat"),
    (LIBVIRT, "<network>\n<bridge name='x'/></network>", 1, "without a mode"),
    (LIBVIRT, "<network><forward mode='open'/>\n<vlan/></network>", 2, "<vlan>"),
    (
        LIBVIRT,
        "<network>\n<ip address='10.0.0.1' prefix='24'>\n<dhcp/></ip></network>",
        3,
        "<dhcp>",
    ),
    (LIBVIRT, "<network>\n<ip address='10.0.0.1' netmask='255.0.0.0'/></network>", 2, "`netmask`"),
    (LIBVIRT, "<network>\n<ip address='10.0.0.1'/></network>", 2, "needs `prefix`"),
    (LIBVIRT, "<network>\n</other>", 2, "other"),
];

#[test]
fn what_is_not_known_is_told_with_its_line() {
    for (path, text, line, words) in STRANGE {
        let head = match *path {
            NETWORK => "[Match]\nName=eth0\n",
            KEYFILE => "[connection]\ninterface-name=eth0\n",
            _ => "",
        };
        let why = read(path, &format!("{head}{text}\n")).expect_err(text);
        assert!(why.contains(&format!("{path}:{line}: ")) && why.contains(words), "{why}\n{text}");
    }
    // Nor is what is meant for no interface, a file that nobody would read, or one of two that are as much meant.
    for (path, text) in [(NETWORK, "[Network]\nDNS=10.0.0.1\n"), (KEYFILE, "[connection]\nid=x\n")]
    {
        let why = read(path, text).expect_err(text);
        assert!(why.contains(&format!("{path}:1: ")) && why.contains("no interface"), "{why}");
    }
    let cloud = cloud(TWO);
    let open = Placed::new(KEYFILE, "[connection]\ninterface-name=eth0\n");
    let own = open.clone().mode(0o600);
    let again = Placed::new(KEYFILE.replace("fmc", "zzz"), own.contents()).mode(0o600);
    for (files, words) in [(vec![open], "others may read"), (vec![own, again], "as much for eth0")]
    {
        let why = Declared::of(&cloud.hosts["alma"], &files).expect_err(words).to_string();
        assert!(why.contains(words), "{why}");
    }
}

#[test]
fn one_file_of_several_is_the_one() {
    let cloud = cloud(TWO);
    let is = |host: &str, files: [Placed; 2], address: &str| {
        let declared = Declared::of(&cloud.hosts[host], &files).expect("all is known");
        let interface = declared.interface("eth0").expect("it is declared");
        assert_eq!(interface.addresses, [net(address)]);
    };
    let text = |address: &str| format!("[Match]\nName=eth0\n[Network]\nAddress={address}\n");
    let own = Placed::new(NETWORK, text("10.0.0.1/24"));
    let before = Placed::new(NETWORK.replace("10-", "05-"), text("10.0.0.2/24"));
    is("deb", [own, before], "10.0.0.2/24");
    let text = |address: &str, priority: u8| {
        format!(
            "[connection]\ninterface-name=eth0\nautoconnect-priority={priority}\n\
             [ipv4]\nmethod=manual\naddress1={address}\n"
        )
    };
    let own = Placed::new(KEYFILE, text("10.0.0.1/24", 100)).mode(0o600);
    let other = Placed::new(KEYFILE.replace("fmc", "aaa"), text("10.0.0.2/24", 99)).mode(0o600);
    is("alma", [other, own], "10.0.0.1/24");
}
