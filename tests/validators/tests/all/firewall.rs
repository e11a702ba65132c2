//! What the rules of a firewall do to packets, and what holds where they cannot be loaded.

use crate::common::{Given, cloud, clouds, files, hosts, root, secrets};
use fmc_model::Cloud;
use fmc_model::cloud::Host;
use fmc_sys::{Command, Host as _, Placed, Sandbox, Setup};
use std::time::Duration;

const RULES: &str = "/etc/fmc/firewall.nft";
const FALLBACK: &str = "/etc/fmc/firewall-fallback.nft";

const PATIENCE: Duration = Duration::from_secs(20);

/// Takes one connection, and tells how long the segments are that are sent by it (`TCP_MAXSEG`).
const SERVER: &str = "
import socket, sys
server = socket.create_server((sys.argv[1], 22), family=socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET)
print('ready', flush=True)
print(server.accept()[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG), flush=True)
";

const CLIENT: &str = "
import socket, sys
client = socket.create_connection((sys.argv[1], 22), 10)
print(client.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG))
";

/// What every segment has beside its data: the time (RFC 7323 §3.2).
const TIME: u32 = 12;

/// A router with these rules between somebody in a tunnel and a host behind: its end of the tunnel is a
/// pair of devices here, with the tunnel's own MTU.
fn router(rules: &str, tunnel: &str, inner: &str) -> Sandbox {
    let forward = ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"];
    let setup = forward.iter().fold(Setup::over(root()), |it, name| it.sysctl(*name, "1"));
    let on = setup.file(Placed::new(RULES, rules)).start().expect("a sandbox");
    let make = format!(
        "set -e
        ip netns add outside; ip netns add inside
        ip link add {tunnel} mtu 1380 type veth peer name eth0 netns outside
        ip link add {inner} type veth peer name eth0 netns inside
        add() {{ ip -n $1 address add $2 dev eth0 nodad; ip -n $1 link set eth0 up; }}
        ip address add 10.9.0.3/24 dev {tunnel}; ip address add fd09::3/64 dev {tunnel} nodad
        ip address add 10.1.0.1/24 dev {inner}; ip address add fd01::1/64 dev {inner} nodad
        ip link set {tunnel} up; ip link set {inner} up
        add outside 10.9.0.100/24; add outside fd09::100/64
        add inside 10.1.0.11/24; add inside fd01::b/64
        for it in 10.9.0.3 fd09::3; do ip -n outside route add default via $it; done
        for it in 10.1.0.1 fd01::1; do ip -n inside route add default via $it; done
        nft -f {RULES}"
    );
    let outcome = on.run(&Command::new("sh").args(["-c", &make])).expect("a shell");
    assert!(outcome.success(), "{outcome:?}");
    on
}

/// How long the segments are that the two ends of a connection send.
fn segments(on: &Sandbox, to: &str) -> [u32; 2] {
    let python = |space: &str, program: &str| {
        Command::new("ip").args(["netns", "exec", space, "python3", "-c", program, to])
    };
    let mut server = on.spawn(&python("inside", SERVER)).expect("python");
    let ready = server.wait_until(PATIENCE, |it| it.text().contains("ready"));
    assert!(ready.expect("it runs"), "{:?}", server.so_far());
    let client = on.run(&python("outside", CLIENT)).expect("python");
    assert!(client.success(), "{client:?}");
    let server = server.wait().expect("it ends").text();
    let told = |text: &str| text.lines().last().and_then(|it| it.parse().ok()).expect("a number");
    [told(&server), told(&client.text())]
}

/// The cloud of two tunnels.
fn tunnels() -> &'static str {
    clouds().iter().find(|it| it.0 == "tunnels").expect("it is among them").1
}

/// A host of it, with its files.
fn host_of<'c>(cloud: &'c Cloud, name: &str) -> (&'c Host, Vec<Given>) {
    let all = hosts(cloud);
    let (host, tree) = all.into_iter().find(|it| it.0.name.as_str() == name).expect("a host");
    (host, files(&tree, &secrets(cloud)))
}

fn text<'f>(files: &'f [Given], path: &str) -> &'f str {
    &files.iter().find(|it| it.path == path).expect("a file").text
}

#[test]
fn a_host_whose_rules_cannot_be_loaded_lets_nobody_in_but_administration() {
    let cloud = cloud(tunnels());
    let (host, files) = host_of(&cloud, "app2");
    let process = &cloud.setup(host.id).processes;
    let process = process.iter().find(|it| it.name == "fmc-firewall").expect("a unit");
    let at_end = process.at_end.as_ref().expect("what it does at its end");
    let good = text(&files, RULES);
    let broken = good.replacen("policy drop", "policy dorp", 1);
    let placed = [(RULES, broken.as_str()), (FALLBACK, text(&files, FALLBACK))];
    let placed = placed.map(|(path, text)| Placed::new(path, text));
    let on = Setup::over(root()).files(placed).start().expect("a sandbox");
    let run =
        |words: &[&str]| on.run(&Command::new(words[0]).args(&words[1..])).expect("it can be run");
    let end = || {
        let outcome = on.run(&Command::new(&at_end.program).args(&at_end.arguments));
        let outcome = outcome.expect("it can be run");
        assert!(outcome.success(), "{outcome:?}");
        let list = run(&["nft", "--stateless", "list", "table", "inet", "fmc"]);
        assert!(list.success(), "{list:?}");
        list.text()
    };
    assert!(!run(&["nft", "-f", RULES]).success());
    let left = end();
    assert!(left.contains("hook input priority filter; policy drop;"), "{left}");
    assert!(left.contains("dport 22 accept"), "{left}");
    assert!(good.contains("8080 accept") && !left.contains("8080"), "{left}");
    // What was loaded stays when its successor is broken.
    let load = Command::new("nft").args(["-f", "-"]).input(good);
    assert!(on.run(&load).expect("nft").success());
    assert!(!run(&["nft", "-f", RULES]).success());
    assert!(end().contains("8080"));
}

#[test]
fn both_ends_send_segments_that_fit_into_the_tunnel() {
    let cloud = cloud(tunnels());
    let (host, files) = host_of(&cloud, "home");
    let nic = |network: &str| {
        let name = cloud.networks.keys().find(|it| it.as_str() == network).expect("a network");
        host.nic(name).expect("an interface").interface.clone()
    };
    let (tunnel, inner) = (nic("administration-of-everything"), nic("inner"));
    let rules = text(&files, RULES);
    let (without, clamps): (Vec<&str>, Vec<&str>) =
        rules.lines().partition(|it| !it.contains("maxseg"));
    assert_eq!(clamps.len(), 2, "{clamps:?}");

    for (to, headers) in [("10.1.0.11", 40), ("fd01::b", 60)] {
        let long = 1500 - headers - TIME;
        let fits = 1380 - headers - TIME;
        let on = router(&without.join("\n"), &tunnel, &inner);
        assert_eq!(segments(&on, to), [long, long], "without the rules, {to}");
        let on = router(rules, &tunnel, &inner);
        assert_eq!(segments(&on, to), [fits, fits], "{to}");
    }
}
