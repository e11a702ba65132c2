//! How long what is lost is gone, of whole clouds.

#[path = "common/cloud.rs"]
mod cloud;

use cloud::{example, line, resolved};
use fmc_check::change::renamed;
use fmc_check::loss::{Element, Late, Losses};
use fmc_check::machine::Machines;
use fmc_check::outage::{Outage, seconds};
use fmc_model::cloud::TTL;
use fmc_model::role::Timer;
use fmc_model::{Cloud, Duration};

/// Two hosts that hold an address by turns for a service of theirs, with more of the address's line.
fn turns(vip: &str, members: &str) -> Cloud {
    resolved(
        "turns.yaml",
        &format!(
            "version: 1
name: turns
networks: {{ lan: {{ cidr: 192.168.0.0/24, gateway: 192.168.0.1 }} }}
outside: {{ family: {{ nics: lan }} }}
vips: {{ ingress: {{ address: 192.168.0.10, serves: traefik{vip} }} }}
apps: {{ shop: {{ hosts: \"web*\", port: 8080, for: family }} }}
hosts:
  lb[1-2]: {{ os: debian, nics: {{ lan: 11+ }}, roles: {{ traefik: , keepalived: {{ vips: [ingress]{members} }} }} }}
  web[1-2]: {{ os: debian, nics: {{ lan: 21+ }} }}
access:
  - {{ from: family, to: shop, for: https, slo: 1s }}
"
        ),
    )
}

/// How long the address is gone without the host, its service, what holds it.
fn gone(cloud: &Cloud) -> [Option<String>; 3] {
    let losses = Losses::of(&Machines::of(cloud));
    let host = &cloud.hosts[&cloud.vips[0].members[0].host];
    let service = |role: &str| {
        let at = host.roles.iter().position(|it| it.name == role).expect("it is there");
        Element::Service(host.id, at)
    };
    [Element::Host(host.id), service("traefik"), service("keepalived")].map(|it| {
        let moved = losses.moved(&losses.lose(&[it]));
        let outage = &moved.first()?.outage;
        Some(format!("{} to {}", seconds(outage.least), seconds(outage.most)))
    })
}

#[test]
fn timers_that_were_written_decide_how_long_an_address_is_gone() {
    let some = |all: [&str; 3]| all.map(|it| Some(it.to_owned()));
    let usual = gone(&turns("", ""));
    assert_eq!(usual, some(["2.61s to 3.61s", "4.61s to 8.61s", "0s to 3.61s"]));
    let fast = gone(&turns(", slo: 2s", ""));
    assert_eq!(fast, some(["0.32s to 0.44s", "0.32s to 1.69s", "0s to 0.44s"]));
    // A weight of zero takes a member out, which says so.
    let out = gone(&turns("", ", weight: 0"));
    assert_eq!(out, some(["2.61s to 3.61s", "2s to 5.61s", "0s to 3.61s"]));
}

#[test]
fn where_nobody_preempts_a_dead_service_keeps_the_address() {
    let cloud = turns(", preempt: false", "");
    let [host, service, holder] = gone(&cloud);
    assert!(host.is_some() && holder.is_some());
    assert_eq!(service, None);
    let losses = Losses::of(&Machines::of(&cloud));
    let best = &cloud.hosts[&cloud.vips[0].members[0].host];
    let traefik = best.roles.iter().position(|it| it.name == "traefik").expect("it is there");
    let (host, service) = (Element::Host(best.id), Element::Service(best.id, traefik));
    let of = |it: Element| losses.lose(&[it]);
    assert_eq!(line(&losses.tell(&of(host))), "");
    assert_eq!(line(&losses.tell(&of(service))), "family: shop");
    // The loss of a part does more than that of the whole.
    assert!(losses.exceeds(&of(service), &of(host)) && !losses.exceeds(&of(host), &of(service)));
    let out = turns(", preempt: false", ", weight: 0");
    assert!(gone(&out).iter().all(Option::is_some));
}

#[test]
fn a_flow_is_as_late_as_the_slowest_of_all_that_it_rests_on() {
    let cloud = turns(", slo: 2s", "");
    let losses = Losses::of(&Machines::of(&cloud));
    let flow = cloud.flows.iter().position(|it| it.slo.is_some()).expect("it is there");
    let late = |host: &str| {
        let after = losses.lose(&[Element::Host(cloud.hosts[host].id)]);
        losses.late(flow, &after).map(|it| (it.what.en.into_owned(), it.outage.most))
    };
    assert_eq!(late("lb1"), Some(("ingress moves".to_owned(), Duration::millis(434))));
    // Traefik tries nothing again: its check every 3s, and 2s for it.
    let passes = "connections pass by who is gone".to_owned();
    assert_eq!(late("web2"), Some((passes, Duration::seconds(5))));
    assert_eq!(late("lb2"), None);
}

#[test]
fn the_founding_cloud_keeps_what_it_promises_within_its_predictions() {
    let cloud = example("flatcarmicrocloud.yaml");
    let losses = Losses::of(&Machines::of(&cloud));
    let mut asked = 0;
    for element in losses.elements() {
        let after = losses.lose(&[*element]);
        for moved in losses.moved(&after) {
            let slo = cloud.vips[moved.vip].slo.expect("it has one");
            assert!(moved.outage.most <= slo, "{}: {moved:?}", losses.name(*element));
            asked += 1;
        }
        for (at, flow) in cloud.flows.iter().enumerate() {
            let Some((slo, late)) = flow.slo.zip(losses.late(at, &after)) else { continue };
            assert!(late.outage.most <= slo, "{}: {late:?}", losses.name(*element));
            asked += 1;
        }
    }
    assert!(asked > 8, "{asked}");
}

/// What was measured with etcd 3.5 and three members whose leader was killed, in milliseconds: a client
/// that writes noticed the end of it up to its own half second late.
#[test]
fn an_election_takes_as_long_as_was_measured() {
    let cloud = example("flatcarmicrocloud.yaml");
    let losses = Losses::of(&Machines::of(&cloud));
    let after = losses.lose(&[Element::Host(cloud.hosts["master1"].id)]);
    let all = losses.takeovers(&after);
    let late = all.iter().find(|it| it.what.en == "etcd").expect("one group elects");
    for measured in [2040, 1536, 1015, 1523] {
        let fits = late.outage.least.0 <= measured && measured <= late.outage.most.0 + 500;
        assert!(fits, "{measured}: {late:?}");
    }
}

/// What is told of a loss: what takes how long, with the sum of the most.
fn told(all: &[Late]) -> Vec<String> {
    let one = |it: &Late| {
        let Outage { least, most, sum } = &it.outage;
        format!("{}: {} to {}: {}", it.what.en, seconds(*least), seconds(*most), sum.en)
    };
    all.iter().map(one).collect()
}

#[test]
fn pods_of_a_lost_node_come_back_after_its_grace_and_their_eviction() {
    let cloud = example("flatcarmicrocloud.yaml");
    let losses = Losses::of(&Machines::of(&cloud));
    let takeovers =
        |host: &str| told(&losses.takeovers(&losses.lose(&[Element::Host(cloud.hosts[host].id)])));
    let node = [
        "traefik passes by who is gone: 2s to 5s: 1 × 3s between checks + 1 × 2s timeout",
        "a lost node counts as lost: 6s to 10s: 8s grace + 2 × 1s between looks",
        "its pods begin elsewhere: 11s to 15s: 8s grace + 2 × 1s between looks + 5s eviction",
    ];
    assert_eq!(takeovers("worker2"), node);
    let controllers =
        "controllers and scheduler: 4s to 9.40s: 5s lease + 2 × 2200ms between attempts";
    assert!(takeovers("master2").contains(&controllers.to_owned()), "{:?}", takeovers("master2"));
    // Whoever asks for the site is answered by the pod of the host that he is sent to.
    let site = |of: &Cloud| of.flows.iter().position(|it| it.from.to_string().contains("public"));
    let after = losses.lose(&[Element::Host(cloud.hosts["worker2"].id)]);
    let late = losses.late(site(&cloud).expect("it is there"), &after).expect("it survives");
    assert_eq!((late.outage.least.0, late.outage.most.0), (0, 5000), "{late:?}");
    assert_eq!(late.timer, Some(Timer { role: "traefik", setting: "interval" }));
    // Where others than we have made the pods, he may be sent on to one that is not there.
    let text =
        std::fs::read_to_string("../../examples/flatcarmicrocloud.yaml").expect("it is there");
    let line = text.lines().find(|it| it.trim_start().starts_with("pods: ")).expect("its pods");
    let others = resolved("others.yaml", &text.replace(&format!("{line}\n"), ""));
    let of_others = Losses::of(&Machines::of(&others));
    let after_others = of_others.lose(&[Element::Host(others.hosts["worker2"].id)]);
    let late_others = of_others.late(site(&others).expect("it is there"), &after_others);
    let late_others = late_others.expect("it survives");
    let outage = &late_others.outage;
    assert_eq!((outage.least.0, outage.most.0), (6000, 10_000), "{late_others:?}");
    assert_eq!(late_others.timer, Some(Timer { role: "control-plane", setting: "grace" }));
    // Nor is a node there whose cable was pulled.
    let cable = Element::Link(cloud.hosts["worker2"].id, 0);
    let after = losses.lose(&[cable]);
    assert_eq!(told(&losses.takeovers(&after)), node);
    assert_eq!(losses.late(site(&cloud).expect("it is there"), &after), Some(late));
}

#[test]
fn a_balancer_passes_by_a_master_when_it_has_noticed_that_it_is_silent() {
    let takeovers = |cloud: &Cloud, lost: Element| {
        let losses = Losses::of(&Machines::of(cloud));
        told(&losses.takeovers(&losses.lose(&[lost])))
    };
    let notices = "haproxy passes by who is gone";
    let cloud = example("flatcarmicrocloud.yaml");
    let master = &cloud.hosts["master2"];
    let silent = format!("{notices}: 3s to 4s: 2 × 1s between checks + 2 × 1s timeout");
    for lost in [Element::Host(master.id), Element::Link(master.id, 0)] {
        assert!(takeovers(&cloud, lost).contains(&silent), "{:?}", takeovers(&cloud, lost));
    }
    // A host that is there says at once that nothing listens, and another one is tried.
    for at in 0..master.roles.len() {
        let all = takeovers(&cloud, Element::Service(master.id, at));
        assert!(all.iter().all(|it| !it.starts_with(notices)), "{all:?}");
    }
    // It follows what is written, and who tries nothing again fails until it is noticed.
    let with = |settings: &str| {
        let cloud = resolved(
            "balanced.yaml",
            &format!(
                "version: 1
name: balanced
networks: {{ lan: {{ cidr: 192.168.0.0/24, gateway: 192.168.0.1 }} }}
outside: {{ family: {{ nics: lan }} }}
vips: {{ site: {{ address: 192.168.0.10, serves: service }} }}
hosts:
  lb[1-2]: {{ os: debian, nics: {{ lan: 11+ }}, roles: {{ haproxy: {settings}, keepalived: {{ vips: [site] }} }} }}
  server[1-2]: {{ os: debian, nics: {{ lan: 21+ }}, roles: {{ service: {{ ports: {{ site: tcp/8080 }} }} }} }}
access:
  - {{ from: family, to: site, for: site }}
"
            ),
        );
        let lost = Element::Host(cloud.hosts["server2"].id);
        let all = takeovers(&cloud, lost);
        all.into_iter().find(|it| it.starts_with(notices)).expect("it is noticed")
    };
    assert_eq!(
        with("{ interval: 2s, fall: 3, connect: 500ms }"),
        format!("{notices}: 5.50s to 7.50s: 3 × 2s between checks + 3 × 500ms timeout")
    );
    // No check connects for longer than there is between two of them.
    assert_eq!(
        with("{ interval: 500ms, fall: 3, connect: 2s }"),
        format!("{notices}: 2.50s to 3s: 3 × 500ms between checks + 3 × 500ms timeout")
    );
    assert_eq!(
        with("{ retries: 0 }"),
        format!("{notices}: 3s to 4s: 2 × 1s between checks + 2 × 1s timeout")
    );
}

/// Nobody has to be right about defaults: what is predicted follows what is written into the files.
#[test]
fn what_a_file_sets_is_what_is_predicted() {
    let cloud = |settings: &str, ports: u16| {
        resolved(
            "nodes.yaml",
            &format!(
                "version: 1
name: nodes
networks: {{ lan: {{ cidr: 192.168.0.0/24, gateway: 192.168.0.1 }} }}
outside: {{ family: {{ nics: lan }} }}
apps: {{ shop: {{ hosts: \"worker*\", port: {ports}, for: family }} }}
hosts:
  lb: {{ os: debian, nics: {{ lan: 11 }}, roles: {{ traefik: }} }}
  master: {{ os: flatcar, nics: {{ lan: 12 }}, roles: {{ etcd: , control-plane: {settings} }} }}
  worker[1-2]: {{ os: flatcar, nics: {{ lan: 21+ }}, roles: {{ worker: }} }}
"
            ),
        )
    };
    // With the grace and the tolerations of upstream, and at a port that is no service's.
    for (settings, port, site, pods) in [
        ("{ grace: 40s, eviction: 300s }", 30080, 50_000, [330_000, 350_000]),
        ("{ grace: 50s, eviction: 300s }", 30080, 62_500, [337_500, 362_500]),
        ("", 30080, 10_000, [11_000, 15_000]),
        ("", 8080, 5000, [11_000, 15_000]),
    ] {
        let cloud = cloud(settings, port);
        let losses = Losses::of(&Machines::of(&cloud));
        let after = losses.lose(&[Element::Host(cloud.hosts["worker1"].id)]);
        let takeovers = losses.takeovers(&after);
        let last = &takeovers.last().expect("its pods").outage;
        assert_eq!([last.least.0, last.most.0], pods, "{settings}");
        let flow = cloud.flows.iter().position(|it| it.from.to_string().contains("family"));
        let late = losses.late(flow.expect("it is there"), &after).expect("it survives");
        assert_eq!(late.outage.most.0, site, "{settings} {port}: {late:?}");
        // Without a second node there is nobody who could go on.
        let hosts = ["worker1", "worker2"].map(|it| Element::Host(cloud.hosts[it].id));
        assert!(losses.takeovers(&losses.lose(&hosts)).is_empty());
    }
}

#[test]
fn a_tunnel_needs_time_after_one_of_its_ends_is_back() {
    let cloud = example("flatcarmicrocloud.yaml");
    let losses = Losses::of(&Machines::of(&cloud));
    let returns = |host: &str| told(&losses.returns(cloud.hosts[host].id));
    let session = "tunnel: 0s to 145s: 120s until a session is made anew + 25s keepalive";
    assert_eq!(returns("vps"), [session.replace("120s", "2m")]);
    let handshake = "tunnel: 0s to 5.34s: 5s until a handshake is tried again + 334ms";
    assert_eq!(returns("physical1"), [handshake]);
    // Who runs on an end is none.
    assert_eq!(returns("worker1"), [""; 0]);
}

#[test]
fn who_asks_a_resolver_that_is_gone_waits_before_asking_the_next_one() {
    let cloud = |vip: &str, member: &str| {
        resolved(
            "names.yaml",
            &format!(
                "version: 1
name: names
networks: {{ lan: {{ cidr: 192.168.0.0/24, gateway: 192.168.0.1 }} }}
{vip}
hosts:
  names[1-2]: {{ os: debian, nics: {{ lan: 11+ }}, roles: {{ coredns: {member} }} }}
  server: {{ os: debian, nics: {{ lan: 21 }} }}
"
            ),
        )
    };
    let takeovers = |cloud: &Cloud| {
        let losses = Losses::of(&Machines::of(cloud));
        told(&losses.takeovers(&losses.lose(&[Element::Host(cloud.hosts["names1"].id)])))
    };
    let waits = "names of another resolver: 0s to 5s: 5s of waiting for who is gone".to_owned();
    assert_eq!(takeovers(&cloud("", "")), [waits]);
    // At an address that moves nobody turns to another one.
    let vip = "vips: { names: { address: 192.168.0.5, serves: coredns } }";
    assert_eq!(takeovers(&cloud(vip, ", keepalived: { vips: [names] }")), [""; 0]);
}

#[test]
fn a_name_that_got_another_address_is_asked_for_at_the_old_one() {
    let cloud = |server: &str, more: &str| {
        resolved(
            "names.yaml",
            &format!(
                "version: 1
name: names
domain: example.org
networks: {{ lan: {{ cidr: 192.168.0.0/24, gateway: 192.168.0.1 }} }}
hosts:
  names: {{ os: debian, nics: {{ lan: 11 }}, roles: {{ coredns: }} }}
  server: {{ os: debian, nics: {{ lan: {server} }} }}
{more}"
            ),
        )
    };
    let (old, new) =
        (cloud("21", ""), cloud("22", "  another: { os: debian, nics: { lan: 23 } }\n"));
    let [moved] = &renamed(&old, &new)[..] else { panic!("one name moved") };
    assert_eq!(moved.name, "server.example.org");
    assert_eq!(
        (moved.outage.least.0, moved.outage.most, &*moved.outage.sum.en),
        (0, TTL, "5m in caches")
    );
    assert_eq!(format!("{:?} {:?}", moved.from, moved.to), "[192.168.0.21] [192.168.0.22]");
    assert_eq!(renamed(&new, &new), []);
}
