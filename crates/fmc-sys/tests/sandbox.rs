//! Sandboxes for real: these tests make namespaces, and fail where they may not.
//!
//! The root is this machine's own tree, below an overlay, so that they need nothing but a shell.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "a process that is to be killed tells where it is")]

use fmc_sys::{Command, Host, Link, Placed, Sandbox, Setup, Status, Switch};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::UdpSocket;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(20);

fn setup() -> Setup {
    Setup::over("/")
}

fn start(setup: Setup) -> Sandbox {
    setup.start().unwrap_or_else(|failure| panic!("namespaces cannot be made here: {failure}"))
}

fn sh(script: &str) -> Command {
    Command::new("sh").args(["-c", script])
}

fn says(sandbox: &Sandbox, script: &str) -> String {
    let outcome = sandbox.run(&sh(script)).unwrap().ok().unwrap_or_else(|it| panic!("{it}"));
    outcome.text().trim_end().to_owned()
}

/// The namespace of this kind that a process of the sandbox is in, as the kernel names it.
fn namespace(sandbox: &Sandbox, kind: &str) -> String {
    says(sandbox, &format!("readlink /proc/self/ns/{kind}"))
}

/// How many threads of this machine are in a namespace.
fn members(namespace: &str) -> usize {
    let kind = namespace.split(':').next().unwrap();
    let mut count = 0;
    for process in fs::read_dir("/proc").unwrap().flatten() {
        for task in fs::read_dir(process.path().join("task")).into_iter().flatten().flatten() {
            let link = fs::read_link(task.path().join("ns").join(kind));
            // What is dead and not yet waited for is there by name only.
            let stat = fs::read_to_string(task.path().join("stat")).unwrap_or_default();
            let dead = stat.rsplit(") ").next().is_some_and(|it| it.starts_with('Z'));
            count += usize::from(!dead && link.is_ok_and(|it| it == Path::new(namespace)));
        }
    }
    count
}

/// Waits until no thread is in a namespace; what is left after a while is told.
fn empties(namespace: &str) {
    let until = Instant::now() + SOON;
    while members(namespace) > 0 {
        assert!(Instant::now() < until, "{} still in {namespace}", members(namespace));
        std::thread::yield_now();
    }
}

#[test]
fn files_are_at_their_paths_and_nothing_stays() {
    let path = "/etc/fmc-sys-test/deep/a file";
    let file = Placed::new(path, "x = 1\n").mode(0o640).owner("nobody:daemon");
    let sandbox = start(setup().hostname("loadbalancer1").file(file));
    assert_eq!(says(&sandbox, &format!("cat '{path}'")), "x = 1");
    assert_eq!(says(&sandbox, &format!("stat -c '%a %U %G' '{path}'")), "640 nobody daemon");
    assert_eq!(says(&sandbox, "uname -n"), "loadbalancer1");
    assert_eq!(says(&sandbox, "echo y > /usr/bin/fmc-sys-test; cat /usr/bin/fmc-sys-test"), "y");
    drop(sandbox);
    assert!(!Path::new("/etc/fmc-sys-test").exists());
    assert!(!Path::new("/usr/bin/fmc-sys-test").exists());
}

#[test]
fn a_sandbox_sees_its_own_processes_and_folders_alone() {
    let sandbox = start(setup());
    assert_eq!(says(&sandbox, "ls -A /run /tmp"), "/run:\nlock\n\n/tmp:");
    // The first process, and the shell that becomes `ls`.
    let processes = says(&sandbox, "exec ls /proc");
    assert_eq!(processes.lines().filter(|it| it.parse::<u32>().is_ok()).count(), 2, "{processes}");
    assert_eq!(
        says(&sandbox, "echo x > /dev/null; head -c 4 /dev/zero | wc -c; ls /dev/pts"),
        "4\nptmx"
    );
    assert_eq!(
        says(&sandbox, "env | sort | cut -d= -f1 | grep -v -e '^_$' -e PWD -e OLDPWD -e SHLVL"),
        "HOME\nLC_ALL\nPATH"
    );
    let failed = sandbox.run(&sh("echo 1 > /sys/kernel/mm/ksm/run")).unwrap();
    assert!(!failed.success(), "the machine's /sys can be written");
}

#[test]
fn links_are_up_with_their_addresses_and_routes() {
    let link = Link::new("eth0").address("10.17.3.12/24".parse().unwrap());
    let link = link.address("fd17::c/64".parse().unwrap()).hardware([2, 0, 0, 0, 0, 12]).mtu(1400);
    let other = Link::new("tunnel").address("10.17.0.1/32".parse().unwrap());
    let sandbox = start(
        setup()
            .link(link)
            .link(other)
            .route("0.0.0.0/0".parse().unwrap(), "10.17.3.1".parse().unwrap())
            .route("fd18::/32".parse().unwrap(), "fd17::1".parse().unwrap())
            .sysctl("net.ipv4.ip_forward", "1"),
    );
    assert_eq!(says(&sandbox, "ls /sys/class/net"), "eth0\nlo\ntunnel");
    assert_eq!(
        says(&sandbox, "cd /sys/class/net; cat eth0/address eth0/mtu eth0/carrier tunnel/carrier"),
        "02:00:00:00:00:0c\n1400\n1\n1"
    );
    assert_eq!(says(&sandbox, "cat /proc/sys/net/ipv4/ip_forward"), "1");
    let routes = says(&sandbox, "cat /proc/net/route /proc/net/ipv6_route");
    assert!(routes.contains("eth0\t00000000\t0103110A"), "{routes}");
    assert!(routes.contains("fd180000000000000000000000000000 20"), "{routes}");
    // All of them can be used at once, and the loopback answers.
    let bound = sandbox.inside(|| {
        ["10.17.3.12:53", "[fd17::c]:53", "10.17.0.1:53", "127.0.0.1:53"].map(|address| {
            let socket = UdpSocket::bind(address).unwrap();
            socket.send_to(b"x", address).unwrap();
            socket.recv(&mut [0; 4]).unwrap()
        })
    });
    assert_eq!(bound.unwrap(), [1; 4]);
    // And nothing of this machine's network can.
    assert!(sandbox.inside(|| UdpSocket::bind("10.17.3.13:53").is_err()).unwrap());
    // The links stay, although nobody is at their other ends.
    drop(start(setup().link(Link::new("eth0"))));
    assert_eq!(says(&sandbox, "cat /sys/class/net/eth0/carrier"), "1");
}

#[test]
fn sandboxes_meet_at_a_switch_and_threads_are_in_their_networks() {
    let (here, elsewhere) = (Switch::new().unwrap(), Switch::new().unwrap());
    let make = |switch: &Switch, number: u8| {
        let link = Link::new("eth0").plugged(switch);
        let link = link.address(format!("10.0.0.{number}/24").parse().unwrap());
        let link = link.address(format!("fd00::{number}/64").parse().unwrap());
        // A link's own address of version 6 can be used at once.
        start(setup().sysctl("net.ipv6.conf.default.accept_dad", "0").link(link))
    };
    let (one, two, three) = (make(&here, 1), make(&here, 2), make(&elsewhere, 3));
    let bind = |on: &Sandbox, address: &'static str| {
        on.inside(move || UdpSocket::bind(address).unwrap()).unwrap()
    };
    for (to, apart) in [("10.0.0.2:53", "10.0.0.3:53"), ("[fd00::2]:53", "[fd00::3]:53")] {
        let (met, unmet) = (bind(&two, to), bind(&three, apart));
        let thread = one.thread(move || {
            let socket = UdpSocket::bind(if to.starts_with('[') { "[::]:0" } else { "0.0.0.0:0" });
            let socket = socket.unwrap();
            let _ = socket.send_to(b"apart", apart);
            socket.send_to(b"met", to).unwrap()
        });
        assert_eq!(thread.unwrap().join().unwrap(), 3);
        met.set_read_timeout(Some(SOON)).unwrap();
        let mut bytes = [0; 8];
        assert_eq!(met.recv(&mut bytes).unwrap(), 3);
        unmet.set_nonblocking(true).unwrap();
        assert!(unmet.recv(&mut bytes).is_err(), "{apart} is on another switch");
    }
    let namespace = || fs::read_link("/proc/thread-self/ns/net").unwrap();
    assert_ne!(namespace(), one.thread(namespace).unwrap().join().unwrap());
    assert!(start(Setup::machine()).thread(namespace).unwrap().join().unwrap() == namespace());
    // And in one that has a name there, if any has.
    let named = Path::new("/run/netns/named");
    assert!(one.thread_of(named, namespace).is_err());
    one.run(&Command::new("ip").args(["netns", "add", "named"])).unwrap().ok().unwrap();
    let inside = one.thread_of(named, namespace).unwrap().join().unwrap();
    assert!(inside != namespace() && inside != one.thread(namespace).unwrap().join().unwrap());
}

#[test]
fn packets_go_in_and_out_of_an_interface_that_is_ours() {
    let sandbox = start(setup().sysctl("net.ipv6.conf.all.disable_ipv6", "1"));
    let tun = sandbox.tun(Link::new("wan").address("192.0.2.1/24".parse().unwrap())).unwrap();
    let packet = |from: u8, to: u8, kind: u8, sum: u16| {
        let mut packet = vec![0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0, 0];
        packet.extend([192, 0, 2, from, 192, 0, 2, to]);
        let sum_of =
            |it: &[u8]| it.chunks(2).map(|it| u32::from(it[0]) << 8 | u32::from(it[1])).sum();
        let mut all: u32 = sum_of(&packet);
        all = (all & 0xffff) + (all >> 16);
        packet[10..12].copy_from_slice(&(!(all as u16)).to_be_bytes());
        packet.extend([kind, 0]);
        packet.extend(sum.to_be_bytes());
        packet.extend([0, 0, 0, 0]);
        packet
    };
    assert_eq!(tun.receive().unwrap(), None);
    // An echo request, and the echo (RFC 792).
    tun.send(&packet(7, 1, 8, !0x0800)).unwrap();
    let echo = tun.receive().unwrap().unwrap();
    assert_eq!((&echo[12..20], echo[20]), (&[192, 0, 2, 1, 192, 0, 2, 7][..], 0));
    tun.send(&packet(7, 9, 8, !0x0800)).unwrap();
    assert_eq!(tun.receive().unwrap(), None, "nobody has that address");
    assert!(sandbox.tun(Link::new("wan")).is_err(), "it is there already");
}

#[test]
fn two_sandboxes_share_nothing() {
    let make = || start(setup().link(Link::new("eth0").address("10.0.0.1/24".parse().unwrap())));
    let (one, two) = (make(), make());
    for kind in ["net", "mnt", "pid", "uts", "ipc", "cgroup"] {
        let here = fs::read_link(format!("/proc/self/ns/{kind}")).unwrap().display().to_string();
        let (one, two) = (namespace(&one, kind), namespace(&two, kind));
        assert!(one != two && one != here && two != here, "{kind}: {here} {one} {two}");
    }
    says(&one, "echo x > /run/x");
    assert_eq!(says(&two, "ls /run"), "lock");
}

#[test]
fn what_is_bound_is_seen_and_protected() {
    let folder = std::env::temp_dir().join(format!("fmc-sys-bind-{}", std::process::id()));
    fs::create_dir_all(folder.join("in")).unwrap();
    fs::write(folder.join("tool"), "#!/bin/sh\necho ran\n").unwrap();
    let sandbox = start(
        setup()
            .bind(folder.join("tool"), "/opt/fmc/tool")
            .bind(&folder, "/opt/fmc/folder")
            .bind_writable(folder.join("in"), "/var/lib/data"),
    );
    assert_eq!(
        says(&sandbox, "sh /opt/fmc/tool; echo x > /var/lib/data/x; ls /opt/fmc/folder/in"),
        "ran\nx"
    );
    assert!(!sandbox.run(&sh("echo y > /opt/fmc/tool")).unwrap().success());
    assert!(!sandbox.run(&sh("echo y > /opt/fmc/folder/tool")).unwrap().success());
    drop(sandbox);
    assert_eq!(fs::read_to_string(folder.join("in/x")).unwrap(), "x\n");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn an_outcome_has_everything() {
    let sandbox = start(setup());
    let outcome = sandbox.run(&sh("cat; echo to stderr >&2; exit 3").input("to stdout\n")).unwrap();
    assert_eq!((outcome.text().as_str(), outcome.status), ("to stdout\n", Status::Exited(3)));
    assert_eq!(outcome.talk(), "to stdout\nto stderr\n");
    let failure = outcome.ok().unwrap_err().to_string();
    assert!(failure.contains("exit status 3\nstdout: to stdout\nstderr: to stderr"), "{failure}");
    assert_eq!(sandbox.run(&sh("kill -SEGV $$")).unwrap().status, Status::Signalled(11));
    // More than a pipe holds, both ways.
    let much = vec![b'x'; 3 << 20];
    assert_eq!(sandbox.run(&Command::new("cat").input(much.clone())).unwrap().stdout, much);
    let none = sandbox.run(&Command::new("no-such-program")).unwrap_err().to_string();
    assert!(none.contains("starting `no-such-program` in a sandbox: No such file"), "{none}");
    let user = Command::new("id").arg("-u").user("nobody");
    assert_eq!(sandbox.run(&user).unwrap().text(), "65534\n");
    let user = sandbox.run(&user.user("nobody-here")).unwrap_err().to_string();
    assert_eq!(user, "there is no `nobody-here` in /etc/passwd of the sandbox");
}

#[test]
fn what_a_command_leaves_behind_is_not_waited_for_and_ends_with_the_sandbox() {
    let sandbox = start(setup());
    let name = namespace(&sandbox, "pid");
    assert_eq!(says(&sandbox, "setsid sleep 1000 & echo done"), "done");
    // The first process, and the one left behind.
    assert_eq!(members(&name), 2);
    drop(sandbox);
    assert_eq!(members(&name), 0);
}

#[test]
fn a_limit_ends_the_whole_tree() {
    let sandbox = start(setup());
    let name = namespace(&sandbox, "pid");
    let limit = Duration::from_millis(300);
    let command = sh("echo begun; setsid sleep 1000 & trap '' TERM INT; sleep 1000").limit(limit);
    let outcome = sandbox.run(&command).unwrap();
    assert_eq!((outcome.text().as_str(), outcome.status), ("begun\n", Status::TimedOut(limit)));
    empties(&name);
    let after = sandbox.run(&sh("true")).unwrap_err().to_string();
    assert!(after.contains("the sandbox has ended"), "{after}");
}

#[test]
fn a_daemon_is_watched_and_ended() {
    let sandbox = start(setup());
    let daemon = sh("trap 'echo bye; exit 0' TERM; echo ready >&2; while :; do sleep 0.01; done");
    let mut process = sandbox.spawn(&daemon).unwrap();
    assert!(process.wait_until(SOON, |it| it.talk().contains("ready")).unwrap());
    assert!(!process.wait_until(Duration::from_millis(50), |it| it.talk().contains("no")).unwrap());
    assert_eq!(process.so_far().status, Status::Running);
    let outcome = process.terminate(SOON).unwrap();
    assert_eq!((outcome.text().as_str(), outcome.status), ("bye\n", Status::Exited(0)));
    // Dropping one kills it.
    let name = namespace(&sandbox, "pid");
    drop(sandbox.spawn(&Command::new("sleep").arg("1000")).unwrap());
    assert_eq!(members(&name), 1);
    // Who ends before what is waited for was said is noticed.
    let mut short = sandbox.spawn(&sh("echo failed; exit 1")).unwrap();
    assert!(!short.wait_until(SOON, |it| it.talk().contains("ready")).unwrap());
    assert_eq!(short.wait().unwrap().status, Status::Exited(1));
}

#[test]
fn what_cannot_be_made_leaves_nothing_and_says_why() {
    let twice = setup().link(Link::new("eth0")).link(Link::new("eth0"));
    let cases = [
        (twice, "making the link `eth0`: File exists"),
        (setup().route("10.0.0.0/8".parse().unwrap(), "10.1.1.1".parse().unwrap()), "routing"),
        (setup().link(Link::new("much-too-long-a-name")), "is no name of an interface"),
        (setup().sysctl("kernel.panic", "1"), "the whole machine's"),
        (setup().sysctl("net.no.such", "1"), "setting net.no.such = 1: No such file"),
        (setup().file(Placed::new("etc/x", "")), "must start at `/`"),
        (setup().file(Placed::new("/etc/x", "").owner("nobody-here")), "no `nobody-here`"),
        (setup().bind("/no/such", "/x"), "opening /no/such"),
        (Setup::over("/no/such/root"), "opening the root /no/such/root: No such file"),
        (Setup::machine().hostname("x"), "shares everything"),
    ];
    for (setup, expected) in cases {
        let failure = setup.start().unwrap_err().to_string();
        assert!(failure.contains(expected), "{failure}");
    }
}

#[test]
fn a_sandbox_of_the_machine_has_processes_of_its_own_alone() {
    let sandbox = start(Setup::machine());
    let here = fs::read_link("/proc/self/ns/net").unwrap().display().to_string();
    assert_eq!(namespace(&sandbox, "net"), here);
    let name = namespace(&sandbox, "pid");
    let path = std::env::temp_dir().join(format!("fmc-sys-stays-{}", std::process::id()));
    says(&sandbox, &format!("echo x > {}; setsid sleep 1000 &", path.display()));
    drop(sandbox);
    assert_eq!(members(&name), 0);
    fs::remove_file(path).unwrap();
}

/// Set in the process that is to be killed.
const VICTIM: &str = "FMC_SYS_VICTIM";

#[test]
fn nothing_is_left_of_us_when_we_are_killed() {
    if std::env::var_os(VICTIM).is_some() {
        let switch = Switch::new().unwrap();
        let sandbox = start(setup().link(Link::new("eth0").plugged(&switch)));
        let _tun = sandbox.tun(Link::new("wan")).unwrap();
        let mut left = sandbox.spawn(&sh("setsid sleep 1000 & sleep 1000")).unwrap();
        let names = ["net", "pid", "mnt"].map(|it| namespace(&sandbox, it));
        println!("\nvictim {}", names.join(" "));
        left.wait_until(Duration::from_secs(1000), |_| false).unwrap();
        return;
    }
    let mut victim = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "nothing_is_left_of_us_when_we_are_killed", "--nocapture"])
        .env(VICTIM, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    let line = lines.map(Result::unwrap).find(|it| it.starts_with("victim ")).unwrap();
    let names: Vec<_> = line.split(' ').skip(1).collect();
    // Two sleeps, their shell and the first process, at least.
    assert!(members(names[1]) >= 3, "{} in {}", members(names[1]), names[1]);
    victim.kill().unwrap();
    assert_eq!(victim.wait().unwrap().signal(), Some(9));
    names.into_iter().for_each(empties);
}
