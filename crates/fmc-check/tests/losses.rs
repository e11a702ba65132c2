//! What is lost with what, of whole clouds.

#[path = "common/cloud.rs"]
mod cloud;

use cloud::{example, line, resolved};
use fmc_check::loss::{Element, Losses, Lost, Whom};
use fmc_check::machine::Machines;
use fmc_check::question::check;
use fmc_model::{Cloud, Date, Diagnostic, load};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

fn lost(cloud: &Cloud, hosts: &[&str]) -> String {
    let elements: Vec<Element> =
        hosts.iter().map(|it| Element::Host(cloud.hosts[*it].id)).collect();
    let losses = Losses::of(&Machines::of(cloud));
    line(&losses.tell(&losses.lose(&elements)))
}

/// Every host of ours by itself, with what is lost with it, where anything is.
fn singles(cloud: &Cloud) -> String {
    let losses = Losses::of(&Machines::of(cloud));
    let mut told = String::new();
    for element in losses.elements() {
        if matches!(element, Element::Host(_) | Element::Gateway(_)) {
            let lost = line(&losses.tell(&losses.lose(&[*element])));
            if !lost.is_empty() {
                writeln!(told, "{} - {lost}", losses.name(*element)).expect("written");
            }
        }
    }
    told
}

#[test]
fn the_founding_cloud_has_the_single_points_that_remain() {
    // Not among them, for others do their work: k8s-api-lb, one balancer, one master, one worker.
    let all = "physical1, bastion1, infra-cluster, loadbalancer[1-2], k8s-api-lb, master[1-3], \
               worker[1-3], storage1, postgresql1, freeipa1";
    let expected = format!(
        "vps - public: web; operators: all\n\
         physical1 - public: web; operators: all; lan: cockpit@physical1\n\
         bastion1 - operators: ssh@bastion1\n\
         infra-cluster - anybody: dns, time\n\
         storage1 - public: web; anybody: nfs, postgresql\n\
         postgresql1 - public: web; anybody: postgresql\n\
         freeipa1 - anybody: identity\n\
         192.168.0.1 - public: web; operators: all; {all}: Internet\n"
    );
    assert_eq!(singles(&example("flatcarmicrocloud.yaml")), expected);
}

#[test]
fn as_it_was_drawn_its_api_has_one_door_and_half_of_the_web_may_fail() {
    let cloud = example("as-drawn.yaml");
    assert_eq!(lost(&cloud, &["k8s-api-lb"]), "anybody: kubernetes-api");
    assert_eq!(lost(&cloud, &["loadbalancer1"]), "");
    let losses = Losses::of(&Machines::of(&cloud));
    let after = losses.lose(&[Element::Host(cloud.hosts["loadbalancer1"].id)]);
    let partly = losses.tell(&after).partly;
    let [Lost { whom: Whom::People(who), what }] = &partly[..] else { panic!("{partly:?}") };
    assert_eq!((who.as_str(), what[0].what.as_str()), ("public", "web"));
}

#[test]
fn two_masters_are_one_too_many_and_what_runs_goes_on() {
    let cloud = example("flatcarmicrocloud.yaml");
    assert_eq!(lost(&cloud, &["master1"]), "");
    assert_eq!(lost(&cloud, &["master1", "master3"]), "anybody: kubernetes-api");
    assert_eq!(lost(&cloud, &["worker1", "worker2"]), "");
    let both = lost(&cloud, &["loadbalancer1", "loadbalancer2"]);
    assert_eq!(both, "public: web; operators: https@ingress");
    let api = ["loadbalancer1", "loadbalancer2", "k8s-api-lb"];
    assert!(lost(&cloud, &api).contains("kubernetes-api"), "{}", lost(&cloud, &api));
    let losses = Losses::of(&Machines::of(&cloud));
    let of = |hosts: &[&str]| {
        let all: Vec<Element> = hosts.iter().map(|it| Element::Host(cloud.hosts[*it].id)).collect();
        losses.lose(&all)
    };
    let (one, other) = (of(&["master1"]), of(&["master3"]));
    assert!(losses.is_only_of_both(&one, &other, &of(&["master1", "master3"])));
    let (one, other) = (of(&["master1"]), of(&["vps"]));
    assert!(!losses.is_only_of_both(&one, &other, &of(&["master1", "vps"])));
}

#[test]
fn an_address_moves_past_a_member_whose_service_is_gone() {
    let cloud = example("flatcarmicrocloud.yaml");
    let losses = Losses::of(&Machines::of(&cloud));
    let vip = cloud.vips.get_index_of("ingress").expect("it is there");
    let holder = |elements: &[Element]| {
        let at = losses.holder(vip, &losses.lose(elements))?;
        Some(cloud.vips[vip].members[at].host.to_string())
    };
    let best = cloud.vips[vip].members[0].host.clone();
    let host = &cloud.hosts[&best];
    let traefik = host.roles.iter().position(|it| it.name == "traefik").expect("it is there");
    let haproxy = host.roles.iter().position(|it| it.name == "haproxy").expect("it is there");
    assert_eq!(holder(&[]).as_deref(), Some(best.as_str()));
    let moved = holder(&[Element::Service(host.id, traefik)]);
    assert!(moved.is_some() && moved.as_deref() != Some(best.as_str()), "{moved:?}");
    // What answers there is Traefik; the balancer is of another address.
    assert_eq!(holder(&[Element::Service(host.id, haproxy)]).as_deref(), Some(best.as_str()));
    let network = cloud.networks.get_index_of("infra").expect("it is there");
    assert_eq!(holder(&[Element::Network(network)]), None);
}

#[test]
fn a_room_with_most_of_a_majority_takes_it_along() {
    let cloud = example("two-sites.yaml");
    let east = lost(&cloud, &["metal-east"]);
    assert!(east.contains("public: shop") && east.contains("kubernetes-api"), "{east}");
    let west = lost(&cloud, &["metal-west"]);
    assert_eq!(west, "operators: ssh@bastion");
}

/// Many workers behind two balancers, in a network with a database and names.
/// Two apps behind one door, for the same people.
#[test]
fn apps_behind_one_door_are_lost_one_by_one() {
    let cloud = resolved(
        "cloud.yaml",
        "\
version: 1
name: home
domain: example.com
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
outside: { family: { nics: lan } }
apps:
  wiki: { names: [wiki], hosts: a, port: 8080, for: family }
  photos: { names: [photos], hosts: \"b*\", port: 8081, for: family }
hosts:
  front[1-2]: { os: debian, nics: { lan: 5+ }, roles: { traefik: , keepalived: { vips: [web] } } }
  a: { os: debian, nics: { lan: 11 } }
  b[1-2]: { os: debian, nics: { lan: 12+ } }
vips: { web: { address: 192.168.0.9, serves: traefik } }
",
    );
    assert_eq!(lost(&cloud, &["a"]), "family: wiki");
    assert_eq!(lost(&cloud, &["b1"]), "");
    assert_eq!(lost(&cloud, &["b1", "b2"]), "family: photos");
    assert_eq!(lost(&cloud, &["front1", "front2"]), "family: all");
}

fn large(workers: usize) -> Cloud {
    resolved(
        "large.yaml",
        &format!(
            "version: 1
name: large
networks: {{ lan: {{ cidr: 10.0.0.0/16, gateway: 10.0.0.1 }} }}
outside: {{ family: {{ nics: lan }} }}
vips: {{ ingress: {{ address: 10.0.1.10, serves: traefik }} }}
apps: {{ shop: {{ hosts: \"web*\", port: 8080, for: family, needs: [postgresql] }} }}
hosts:
  lb[1-2]: {{ os: debian, nics: {{ lan: 10.0.1.11+ }}, roles: {{ traefik: , keepalived: {{ vips: [ingress] }} }} }}
  names: {{ os: debian, nics: {{ lan: 10.0.1.21 }}, roles: {{ coredns: }} }}
  database: {{ os: debian, nics: {{ lan: 10.0.1.31 }}, roles: {{ postgres: {{ clients: [\"web*\"] }} }} }}
  web[1-{workers}]: {{ os: debian, nics: {{ lan: 10.0.2.1+ }} }}
"
        ),
    )
}

#[test]
fn a_thousand_equal_hosts_are_looked_at_as_three() {
    let cloud = large(1000);
    let losses = Losses::of(&Machines::of(&cloud));
    assert!(losses.elements().len() < 60, "{}", losses.elements().len());
    assert!(losses.size() < 500, "{}", losses.size());
    // For whom three stand is told all the same.
    let expected = "names - anybody: dns\n\
                    database - family: shop; anybody: postgresql\n\
                    10.0.0.1 - lb[1-2], names, database, web[1-1000]: Internet\n";
    assert_eq!(singles(&cloud), expected);
}

/// The examples, the clouds on which validators are tried, and the smallest cloud of every role.
fn clouds() -> Vec<(String, Cloud)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut texts: Vec<(String, String)> = Vec::new();
    for folder in ["examples", "tests/validators/clouds"] {
        for entry in fs::read_dir(root.join(folder)).expect("clouds") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|it| it == "yaml") {
                let text = fs::read_to_string(&path).expect("a text");
                texts.push((path.display().to_string(), text));
            }
        }
    }
    for role in fmc_roles::ROLES {
        texts.push((role.about.name.to_owned(), role.about.example.to_owned()));
    }
    let mut clouds = Vec::new();
    for (name, text) in texts {
        let none = &mut |path: &str| Err(format!("{path} is not there"));
        let loaded = load(&name, text.as_bytes(), fmc_roles::ROLES, none);
        let today = Date::from_unix_days(20_600);
        let (cloud, found) = fmc_model::resolve(&loaded, fmc_roles::ROLES, today);
        if let (Some(cloud), false) = (cloud, found.has_errors()) {
            clouds.push((name, cloud));
        }
    }
    assert!(clouds.len() > 20, "{}", clouds.len());
    clouds
}

#[test]
fn with_nothing_lost_every_flow_is_answered_and_with_more_lost_no_more_is() {
    let mut lost = 0;
    for (name, cloud) in clouds() {
        let losses = Losses::of(&Machines::of(&cloud));
        assert_eq!(losses.unanswered(), [""; 0], "{name}");
        let nothing = losses.tell(&losses.lose(&[]));
        assert!(nothing.lost.is_empty() && nothing.partly.is_empty(), "{name}: {nothing:?}");
        assert!(nothing.stopped.is_empty() && nothing.groups.is_empty(), "{name}: {nothing:?}");
        // A host falls with its machine, so nothing is lost with it that is not with both.
        for host in cloud.hosts.values() {
            let Some(machine) = host.runs_on.as_ref().map(|it| cloud.hosts[it].id) else {
                continue;
            };
            let one = losses.lose(&[Element::Host(machine)]);
            let both = losses.lose(&[Element::Host(machine), Element::Host(host.id)]);
            assert_eq!(losses.tell(&one), losses.tell(&both), "{name}: {}", host.name);
            lost += 1;
        }
    }
    assert!(lost > 30, "{lost}");
}

#[test]
fn a_finding_is_accepted_by_its_own_hint_and_no_other_is() {
    let today = Date::from_unix_days(20_600);
    for (name, others) in [("flatcarmicrocloud.yaml", 7), ("two-sites.yaml", 4)] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
        let text = fs::read_to_string(path).expect("an example");
        let messages = |text: &str| -> Vec<(String, Vec<String>)> {
            let found = check(&resolved(name, text), today);
            let points = found.iter().filter(|it| it.code.id == "FMC0901");
            let hints = |it: &Diagnostic| {
                let hints = it.hints.iter().flat_map(|it| [&it.text.en, &it.text.es]);
                hints.map(ToString::to_string).collect()
            };
            points.map(|it| (it.message.en.to_string(), hints(it))).collect()
        };
        let all = messages(&text);
        assert_eq!(all.len(), others + 1, "{all:?}");
        for (message, hints) in &all {
            let accepts: Vec<&str> = hints
                .iter()
                .filter_map(|it| it.split('`').find(|it| it.starts_with("suppress:")))
                .collect();
            assert_eq!(accepts.len(), 2, "in both languages: {hints:?}");
            for accept in accepts {
                let left = messages(&format!("{text}\n{}\n", accept.replace('…', "so it is")));
                assert!(left.iter().all(|it| it.0 != *message), "{accept}");
                assert_eq!(left.len(), others, "{accept}: {left:?}");
            }
        }
    }
}

/// What rests on a loss is all that changes with it: in every example and in clouds of any kind, of each
/// thing alone and of some of the pairs.
#[test]
fn a_loss_changes_what_a_pass_over_everything_finds() {
    let examples = ["two-sites.yaml", "as-drawn.yaml", "flatcarmicrocloud.yaml"];
    let random = (0..60).map(|seed| resolved("cloud.yaml", &clouds::sound::sound(seed, 40)));
    let mut changed = 0;
    for cloud in examples.into_iter().map(example).chain(random) {
        let losses = Losses::of(&Machines::of(&cloud));
        let all = losses.elements();
        let pairs = all.iter().zip(all.iter().skip(7)).map(|(a, b)| vec![*a, *b]);
        for lost in all.iter().map(|it| vec![*it]).chain(pairs) {
            let after = losses.lose(&lost);
            assert_eq!(after, losses.lose_anew(&lost), "{}: {lost:?}", cloud.name);
            let told = losses.tell(&after);
            assert_eq!(losses.lost(&after), told.lost);
            changed += usize::from(losses.kills(&after));
        }
    }
    assert!(changed > 1000, "only {changed} losses kill anything: this says little");
}
