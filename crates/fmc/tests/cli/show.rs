//! `fmc show`: every topic, for people and for machines, the same everywhere.

use crate::{CLOUDS, FOUNDING, Folder, ROOT, command, fmc, fmc_in, run};
use serde_json::Value;
use std::path::Path;

const TOPICS: [&str; 14] = [
    "hosts",
    "networks",
    "vips",
    "apps",
    "flows",
    "names",
    "certificates",
    "programs",
    "order",
    "failures",
    "losses",
    "settings",
    "overrides",
    "additions",
];

#[test]
fn every_topic_is_printed_for_people_and_for_machines() {
    let help = fmc(&["show", "--help"]).out;
    for topic in TOPICS {
        let text = fmc(&["show", FOUNDING, topic]);
        assert_eq!((text.code, text.err.as_str()), (Some(0), ""), "{topic}");
        assert!(text.out.lines().count() > 2, "{topic}: {}", text.out);
        assert!(text.out.lines().all(|it| it.trim_end() == it), "{topic}: blanks at line ends");
        let json = fmc(&["show", FOUNDING, topic, "--json"]).json();
        let length = json.as_object().map(serde_json::Map::len);
        let length = length.or(json.as_array().map(Vec::len)).unwrap_or_default();
        assert!(length > 0, "{topic}: {json}");
        assert!(help.contains(topic), "{topic} in the help");
    }
}

#[test]
fn losses_tell_how_long_a_balancer_takes_to_notice_a_silent_master() {
    for (language, told) in [("en", "haproxy passes by"), ("es", "haproxy evita")] {
        let text = fmc(&["show", FOUNDING, "losses", "--lang", language]).out;
        assert!(text.contains(told), "{text}");
    }
    let rows = fmc(&["show", FOUNDING, "losses", "--json"]).json();
    let of = |lost: &str| {
        let mut rows = rows.as_array().expect("rows").iter();
        let row = rows.find(|it| it["lost"] == serde_json::json!([lost])).expect("its row");
        let mut takeovers = row["takeovers"].as_array().expect("a list").iter();
        takeovers.find(|it| it["what"] == "haproxy passes by who is gone").cloned()
    };
    let outage = serde_json::json!({
        "least_ms": 3000, "most_ms": 4000,
        "sum": "2 × 1s between checks + 2 × 1s timeout",
    });
    let timer = serde_json::json!({ "role": "haproxy", "setting": "interval" });
    let noticed = of("master1").expect("it is noticed");
    assert_eq!((&noticed["outage"], &noticed["timer"]), (&outage, &timer));
    // Who is there says at once that nothing listens.
    assert_eq!(of("master1 (control-plane)"), None);
}

#[test]
fn the_whole_holds_every_topic() {
    let whole = fmc(&["show", FOUNDING]).out;
    assert!(whole == fmc(&["show", FOUNDING, "all"]).out, "`all` is what is shown without it");
    let json = fmc(&["show", FOUNDING, "--json"]).json();
    for (topic, key) in [
        ("hosts", "hosts"),
        ("networks", "networks"),
        ("vips", "vips"),
        ("apps", "apps"),
        ("flows", "flows"),
        ("names", "zones"),
        ("certificates", "certificates"),
        ("order", "order"),
        ("overrides", "overrides"),
        ("additions", "additions"),
    ] {
        let one = fmc(&["show", FOUNDING, topic]).out;
        assert!(whole.contains(&one), "{topic}");
        assert_eq!(fmc(&["show", FOUNDING, topic, "--json"]).json(), json[key], "{topic}");
    }
}

#[test]
fn one_host_and_one_flow() {
    let json = fmc(&["show", FOUNDING, "--json"]).json();
    for (name, host) in json["hosts"].as_object().expect("hosts") {
        let text = fmc(&["show", FOUNDING, "host", name]);
        assert_eq!(text.code, Some(0), "{name}");
        assert!(text.out.starts_with(&format!("{name}.cefaslocalserver.com  ")), "{}", text.out);
        let one = fmc(&["show", FOUNDING, "host", name, "--json"]).json();
        assert_eq!(one["nics"], host["nics"], "{name}");
    }
    let routes =
        |host: &str| fmc(&["show", FOUNDING, "host", host, "--json"]).json()["routes"].clone();
    // The default route, and one to the pods of each other node of its network.
    assert_eq!(routes("worker1").as_array().map(Vec::len), Some(6));
    for flow in json["flows"].as_array().expect("flows") {
        let id = flow["id"].as_str().expect("a name");
        let text = fmc(&["show", FOUNDING, "flow", id]);
        assert!(text.code == Some(0) && text.out.starts_with(id), "{text:?}");
        assert_eq!(fmc(&["show", FOUNDING, "flow", id, "--json"]).json(), *flow);
    }
    let near = fmc(&["show", FOUNDING, "flow", "etcd.etcd-peers"]);
    let expected =
        "error: there is no flow `etcd.etcd-peers`\nhint: did you mean `etcd.etcd-peer`?\n";
    assert_eq!(near.err, expected);
    let near = fmc(&["show", FOUNDING, "host", "worker9"]);
    assert!(near.err.starts_with("error: there is no host `worker9`\nhint: did you mean `worker"));
}

#[test]
fn flows_of_one_host_and_pair_by_pair() {
    let all = fmc(&["show", FOUNDING, "flows", "--json"]).json();
    let some = fmc(&["show", FOUNDING, "flows", "--host", "freeipa1", "--json"]).json();
    let (all, some) = (all.as_array().expect("flows"), some.as_array().expect("flows"));
    assert!(some.len() < all.len() && some.iter().all(|it| all.contains(it)));
    let text = |flow: &Value| flow.to_string();
    assert!(some.iter().all(|it| text(it).contains("freeipa1")));
    let named = all.iter().filter(|it| text(it).contains("\"freeipa1\"")).count();
    assert_eq!(some.len(), named);
    let pairs = fmc(&["show", FOUNDING, "flows", "--expand", "--json"]).json();
    let of = |id: &str| {
        let all = pairs.as_array().expect("pairs");
        all.iter().filter(|it| it["flow"] == id).count()
    };
    // Three members, each to the two others; three nodes behind two balancers.
    assert_eq!((of("etcd.etcd-peer"), of("access.loadbalancer-worker.app-web")), (6, 6));
    // What goes to pods is told apart from what goes to the hosts below them.
    let to_pods = pairs.as_array().expect("pairs").iter().filter(|it| it["flow"] == "worker.pods");
    let mut to_pods = to_pods.map(|it| format!("{} {}", it["from"], it["to"]));
    assert!(to_pods.all(|it| it.matches("\"pods:").count() == 2));
    // An end that is no host is one all the same.
    assert_eq!(of("access.operators-bastion1.ssh"), 1);
    assert_eq!(of("worker.https"), 4);
    let of_one = fmc(&["show", FOUNDING, "flows", "--expand", "--host", "storage1", "--json"]);
    for pair in of_one.json().as_array().expect("pairs") {
        let ends = [&pair["from"], &pair["to"]].map(|it| it.as_str().unwrap_or_default());
        assert!(ends.iter().any(|it| it.trim_start_matches("pods:") == "storage1"), "{pair}");
    }
    let lines = fmc(&["show", FOUNDING, "flows", "--expand"]).out.lines().count();
    assert!(lines > all.len() * 2, "{lines}");
}

#[test]
fn machines_read_the_same_bytes_everywhere() {
    let name = "flatcarmicrocloud.yaml";
    let elsewhere = Folder::new();
    let text = std::fs::read(format!("{ROOT}/{FOUNDING}")).expect("a text");
    let copy = elsewhere.write(name, text);
    let examples = format!("{ROOT}/examples");
    let mut seen: Vec<String> = Vec::new();
    for (folder, file) in [
        (ROOT, FOUNDING),
        (ROOT, FOUNDING),
        (&examples, name),
        (&examples, "../examples/flatcarmicrocloud.yaml"),
        ("/", copy.as_str()),
    ] {
        for (variable, value) in [
            ("LC_ALL", "C"),
            ("LC_ALL", "es_ES.UTF-8"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("LANG", "de_DE.UTF-8"),
            ("TZ", "Pacific/Kiritimati"),
        ] {
            let mut command = command(Path::new(folder), &["show", file, "--json"]);
            command.env_remove("LC_ALL").env(variable, value);
            let ran = run(command);
            assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{folder} {file} {value}");
            seen.push(ran.out);
        }
    }
    assert!(seen[0].len() > 10_000);
    assert!(seen.iter().all(|it| *it == seen[0]), "{} runs differ", seen.len());
    // And so do people of one language.
    let plain = |folder: &str, file: &str| {
        let mut command = command(Path::new(folder), &["show", file, "--lang", "es"]);
        command.env("TZ", "Asia/Tokyo").env("COLUMNS", "40");
        run(command).out
    };
    assert!(plain(ROOT, FOUNDING) == plain(&examples, name), "{FOUNDING} for people");
}

#[test]
fn every_cloud_of_the_project_can_be_shown() {
    for cloud in CLOUDS {
        let ran = fmc(&["show", cloud]);
        let expected = i32::from(cloud.ends_with("as-deployed.yaml"));
        assert_eq!(ran.code, Some(expected), "{cloud}");
        assert!(ran.out.contains("Order of starting"), "{cloud}: what could be made out is shown");
        assert!(fmc(&["show", cloud, "--json"]).json()["hosts"].is_object(), "{cloud}");
    }
}

#[test]
fn spanish_by_option_and_by_locale() {
    let spanish = fmc(&["show", FOUNDING, "--lang", "es"]).out;
    for word in ["Redes", "Orden de arranque", "Lo que cae junto", "puerta de enlace"] {
        assert!(spanish.contains(word), "{word}");
    }
    let by_locale = |variable: &str, value: &str| {
        let mut command = command(Path::new(ROOT), &["show", FOUNDING]);
        command.env_remove("LC_ALL").env(variable, value);
        run(command).out
    };
    let english = fmc(&["show", FOUNDING]).out;
    assert!(english.contains("Order of starting"));
    for variable in ["LC_ALL", "LC_MESSAGES", "LANG"] {
        assert!(by_locale(variable, "es_ES.UTF-8") == spanish, "{variable}");
        assert!(by_locale(variable, "es") == spanish, "{variable}");
        assert!(by_locale(variable, "en_GB.UTF-8") == english, "{variable}");
        assert!(by_locale(variable, "") == english, "{variable}");
    }
    let mut both = command(Path::new(ROOT), &["show", FOUNDING]);
    both.env("LC_ALL", "C").env("LANG", "es_ES.UTF-8");
    assert!(run(both).out == english, "LC_ALL stands above LANG");
    let folder = Folder::new();
    let ran = fmc_in(&folder, &["--lang", "es", "show", "nada.yaml"]);
    let expected = "error: nada.yaml: no existe ese fichero\npista: nombre un fichero de nube, como `fmc show cloud.yaml`\n";
    assert_eq!(ran.err, expected);
}

/// A cloud in which one program comes from upstream, one from where a person said, and one from nowhere.
const PROGRAMS: &str = "\
version: 1
name: programs
mirror: https://files.example/fmc
programs:
  crm: { version: 2.1, url: \"https://files.example/crm-{version}-{arch}\", sha256: DIGEST }
networks: { lan: { cidr: 192.168.7.0/24, gateway: 192.168.7.1 } }
hosts:
  names: { os: rocky, nics: { lan: 3 }, roles: { coredns: } }
  site: { os: debian, nics: { lan: 4 }, roles: { service: { command: /usr/local/bin/crm } } }
  other: { os: debian, nics: { lan: 5 }, roles: { service: { command: /opt/own/other } } }
";

#[test]
fn programs_are_shown_with_what_brings_them_and_what_nothing_brings_is_told() {
    let folder = Folder::new();
    let digest = "1f217d397234a6d065da663c6e086fdb02c0f0de97a0758ff3e6f3956f4ef8ab";
    folder.write("cloud.yaml", PROGRAMS.replace("DIGEST", digest));
    let shown = fmc_in(&folder, &["show", "cloud.yaml", "programs", "--json"]).json();
    let of = |name: &str| {
        let all = shown.as_array().expect("a list").iter();
        all.filter(|it| it["program"] == name).cloned().collect::<Vec<_>>()
    };
    assert_eq!(
        of("crm"),
        [serde_json::json!({
            "program": "crm", "hosts": ["site"], "from": "written", "version": "2.1",
            "url": "https://files.example/crm-2.1-amd64", "sha256": digest,
        })]
    );
    let [coredns] = &of("coredns")[..] else { panic!("{shown}") };
    assert_eq!(coredns["from"], "release");
    let url = coredns["url"].as_str().expect("a text");
    assert!(url.starts_with("https://files.example/fmc/github.com/coredns/coredns/"), "{url}");
    assert_eq!(coredns["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(of("other")[0]["path"], "/opt/own/other");
    assert_eq!(of("nft")[0]["package"], "nftables");
    let one = fmc_in(&folder, &["show", "cloud.yaml", "programs", "--host", "other"]).out;
    assert!(one.contains("nothing brings it to /opt/own/other") && !one.contains("crm"), "{one}");
    let built = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out"]);
    assert!(built.err.contains("/opt/own/other (other): is brought by no package"), "{built:?}");
    assert!(!built.err.contains("crm"), "{built:?}");
    let json = fmc_in(&folder, &["build", "cloud.yaml", "-o", "out", "--json"]).json();
    assert_eq!(json["hosts"]["other"]["missing_programs"][0], "/opt/own/other");
    assert_eq!(json["hosts"]["site"]["programs"][0]["installs"][0], "/usr/local/bin/crm");
}
