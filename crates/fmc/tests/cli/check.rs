//! `fmc check`: findings for people, for machines and for code forges.

use crate::{CLOUDS, Folder, ROOT, fmc, fmc_in};
use serde_json::Value;

const DEPLOYED: &str = "examples/as-deployed.yaml";

/// Nothing in it is a single point of failure.
const CLEAN: &str = "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
outside: { family: { nics: lan } }
hosts:
  server[1-2]: { os: debian, nics: { lan: 11+ }, roles: { service: { ports: { wiki: tcp/8080 }, redundancy: any-of } } }
access:
  - family -> role:service: wiki
";

/// Several findings of several kinds in two files, with labels, hints and edits.
fn faulty(folder: &Folder) -> &'static str {
    let text = "version: 1\nname: faulty\ninclude: más.yaml\nnetworks: { lan: { cidr: 10.0.0.0/24, gatway: 10.0.0.1 } }\nhosts:\n  a: { os: debian, nics: { lan: 2 }, roles: { keepalived: { vips: [api] } } }\n  b: { os: debian, nics: { lan: 2 } }\n";
    folder.write("mi nube.yaml", text);
    folder.write("más.yaml", "vips: { api: { address: 10.1.0.1, serves: trafik } }\n");
    "mi nube.yaml"
}

#[test]
fn people_see_the_line_the_fault_and_the_mend() {
    let ran = fmc(&["check", DEPLOYED]);
    assert_eq!(ran.code, Some(1));
    let text = std::fs::read_to_string(format!("{ROOT}/{DEPLOYED}")).expect("a text");
    let line = text.lines().position(|it| it.contains("priority: 110")).expect("the line") + 1;
    let place = format!("{DEPLOYED}:{line}:");
    for part in [
        place.as_str(),
        "error[FMC0406]: `api` does not move when the check on k8s-api-lb2 fails: 110 -10 = 100 is not below the 100 of k8s-api-lb",
        "keepalived: { vips: { api: { priority: 110, weight: -10 } }, mode: multicast }",
        "the next one is here",
        "hint: write a weight of -11 or less, such as -20",
    ] {
        assert!(ran.out.contains(part), "{part}\n{}", ran.out);
    }
    assert_eq!(ran.err, "examples/as-deployed.yaml: errors: 1, warnings: 0\n");
    let spanish = fmc(&["check", DEPLOYED, "--lang", "es"]);
    assert!(spanish.out.contains("no se mueve cuando falla"), "{}", spanish.out);
    assert_eq!(spanish.err, "examples/as-deployed.yaml: errores: 1, avisos: 0\n");
    let warned = fmc(&["check", "examples/as-drawn.yaml"]);
    assert_eq!(warned.code, Some(1));
    for part in [
        "warning[FMC0403]: `api` has one member, k8s-api-lb: it cannot move",
        "warning[FMC0901]: without k8s-api-lb there is no kubernetes-api for anybody",
        "hint: give `haproxy` and `keepalived` to a second host too",
        "warning[FMC0903]: vps spreads connections over loadbalancer[1-2] without a check: while one is gone, 1 of 2 to web fails",
    ] {
        assert!(warned.out.contains(part), "{part}\n{}", warned.out);
    }
    assert!(warned.err.starts_with("examples/as-drawn.yaml: errors: 0, "), "{}", warned.err);
}

/// What is too small in the founding cloud, and nothing that is not.
#[test]
fn the_founding_cloud_is_told_its_sizes() {
    let ran = fmc(&["check", "examples/flatcarmicrocloud.yaml", "--json"]);
    let all = ran.json();
    let all = all.as_array().expect("a list");
    let told: Vec<String> = all
        .iter()
        .filter(|it| it["code"].as_str().is_some_and(|it| it >= "FMC11"))
        .map(|it| {
            let word = |key: &str| it[key].as_str().expect("a text");
            format!("{} {}", word("code"), word("message"))
        })
        .collect();
    let expected = [
        "FMC1104 AlmaLinux needs 1.5GiB of memory, and there is 512MiB in loadbalancer[1-2], k8s-api-lb",
        "FMC1101 physical1 has 35902MiB (35.06GiB) of memory, and its 14 guests with all that they cost need 44.23GiB: 126 %",
        "FMC1103 the pool of physical1 has 500 GB, and the disks of its 14 guests may grow to 642 GB: 128 %",
        "FMC1104 AlmaLinux needs 1.5GiB of memory, and there is 1GiB in bastion1",
        "FMC1104 AlmaLinux needs 1.5GiB of memory, and there is 1GiB in infra-cluster",
        "FMC1105 `worker` needs a disk of 20GB, and there is one of 10GiB in storage1",
        "FMC1104 AlmaLinux needs 1.5GiB of memory, and there is 1GiB in postgresql1",
    ];
    assert_eq!(told, expected);
}

#[test]
fn machines_get_a_list() {
    let folder = Folder::new();
    folder.write("clean.yaml", CLEAN);
    let clean = fmc_in(&folder, &["check", "clean.yaml", "--json"]);
    assert_eq!((clean.code, clean.out.as_str(), clean.err.as_str()), (Some(0), "[]\n", ""));
    let told = fmc_in(&folder, &["check", "clean.yaml"]);
    assert!(
        told.err.starts_with("clean.yaml: nothing to find fault with (2 hosts, "),
        "{}",
        told.err
    );
    let file = faulty(&folder);
    let ran = fmc_in(&folder, &["check", file, "--json"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    assert_eq!(ran.out, fmc_in(&folder, &["check", file, "--format", "json"]).out);
    let found = ran.json();
    let codes: Vec<&str> =
        found.as_array().expect("a list").iter().filter_map(|it| it["code"].as_str()).collect();
    for code in ["FMC0103", "FMC0205", "FMC0301", "FMC0401", "FMC0403"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    for one in found.as_array().expect("a list") {
        for key in ["code", "title", "message"] {
            assert!(one[key].as_str().is_some_and(|it| !it.is_empty()), "{key} of {one}");
        }
        assert!(one["severity"] == "error" || one["severity"] == "warning");
        let labels = one["labels"].as_array().expect("labels").iter().map(|it| &it["place"]);
        let edits = one["hints"].as_array().expect("hints").iter().map(|it| &it["edit"]["place"]);
        let edits = edits.filter(|it| !it.is_null());
        for place in std::iter::once(&one["place"]).chain(labels).chain(edits) {
            let number = |key: &str| place[key].as_u64().expect("a number");
            assert!(number("line") >= 1 && number("column") >= 1, "{place}");
            let start = (number("line"), number("column"));
            assert!(start <= (number("end_line"), number("end_column")), "{place}");
            let name = place["file"].as_str().expect("a name");
            assert!(folder.path().join(name).is_file(), "{name}");
        }
    }
    let spanish = fmc(&["check", DEPLOYED, "--json", "--lang", "es"]).json();
    assert!(spanish[0]["message"].as_str().is_some_and(|it| it.contains("no se mueve")));
}

#[test]
fn every_edit_of_a_hint_can_be_made() {
    let folder = Folder::new();
    let file = faulty(&folder);
    let found = fmc_in(&folder, &["check", file, "--json"]).json();
    let mut made = 0;
    for one in found.as_array().expect("a list") {
        for hint in
            one["hints"].as_array().expect("hints").iter().filter(|it| !it["edit"].is_null())
        {
            let edit = &hint["edit"];
            let name = edit["place"]["file"].as_str().expect("a name");
            let text = folder.read(name);
            let after = with_edit(&text, edit);
            folder.write(name, after);
            let left = fmc_in(&folder, &["check", file, "--json"]).json();
            let left = left.as_array().expect("a list");
            assert!(!left.iter().any(|it| it["message"] == one["message"]), "{hint}");
            folder.write(name, text);
            made += 1;
        }
    }
    assert!(made >= 1, "{found:#}");
}

/// The text in which an edit of a hint was made.
pub(crate) fn with_edit(text: &str, edit: &Value) -> String {
    let byte = |line: &str, column: &str| {
        let number = |key: &str| edit["place"][key].as_u64().expect("a number") as usize;
        let before: usize = text.split_inclusive('\n').take(number(line) - 1).map(str::len).sum();
        let inside = text[before..].chars().take(number(column) - 1).map(char::len_utf8);
        before + inside.sum::<usize>()
    };
    let (start, end) = (byte("line", "column"), byte("end_line", "end_column"));
    format!("{}{}{}", &text[..start], edit["text"].as_str().expect("text"), &text[end..])
}

#[test]
fn forges_get_sarif() {
    let folder = Folder::new();
    let file = faulty(&folder);
    let clouds: Vec<_> = CLOUDS.iter().map(|it| fmc(&["check", it, "--format", "sarif"])).collect();
    let faulty = fmc_in(&folder, &["check", file, "--format", "sarif"]);
    let mut results = 0;
    for ran in clouds.iter().chain([&faulty]) {
        assert_eq!(ran.err, "", "machines read no talk");
        results += sarif(&ran.json());
    }
    assert!(results >= 7, "{results}");
    let text = faulty.out;
    assert!(text.contains("\"mi%20nube.yaml\"") && text.contains("\"m%C3%A1s.yaml\""), "{text}");
}

/// What SARIF 2.1.0 requires of a log (OASIS standard, sections 3.13 to 3.30); tells how many results
/// there are.
fn sarif(log: &Value) -> usize {
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().is_some_and(|it| it.starts_with("https://")));
    let runs = log["runs"].as_array().expect("runs");
    assert_eq!(runs.len(), 1);
    let driver = &runs[0]["tool"]["driver"];
    assert_eq!(driver["name"], "fmc");
    assert!(driver["informationUri"].as_str().is_some_and(|it| it.starts_with("https://")));
    assert_eq!(runs[0]["columnKind"], "unicodeCodePoints");
    let rules = driver["rules"].as_array().expect("rules");
    for rule in rules {
        assert!(rule["id"].as_str().is_some_and(|it| it.starts_with("FMC")), "{rule}");
        assert!(rule["shortDescription"]["text"].is_string(), "{rule}");
        assert!(rule["fullDescription"]["text"].is_string(), "{rule}");
    }
    let mut ids: Vec<&str> = rules.iter().filter_map(|it| it["id"].as_str()).collect();
    ids.dedup();
    assert_eq!(ids.len(), rules.len(), "each rule once");
    let results = runs[0]["results"].as_array().expect("results, even if there are none");
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"], "{result}");
        assert!(["error", "warning"].contains(&result["level"].as_str().unwrap_or_default()));
        assert!(result["message"]["text"].as_str().is_some_and(|it| !it.is_empty()), "{result}");
        let locations = result["locations"].as_array().expect("locations");
        assert_eq!(locations.len(), 1, "{result}");
        let related = result["relatedLocations"].as_array().expect("related locations");
        for location in locations.iter().chain(related) {
            artifact(&location["physicalLocation"]["artifactLocation"]);
            region(&location["physicalLocation"]["region"]);
        }
        assert!(related.iter().all(|it| it["message"]["text"].is_string()), "{result}");
        for fix in result["fixes"].as_array().expect("fixes") {
            assert!(fix["description"]["text"].is_string(), "{fix}");
            for change in fix["artifactChanges"].as_array().expect("changes") {
                artifact(&change["artifactLocation"]);
                let replacements = change["replacements"].as_array().expect("replacements");
                assert!(!replacements.is_empty(), "{change}");
                for replacement in replacements {
                    region(&replacement["deletedRegion"]);
                    assert!(replacement["insertedContent"]["text"].is_string(), "{replacement}");
                }
            }
        }
    }
    results.len()
}

/// A reference by RFC 3986: nothing in it that has to be escaped.
fn artifact(location: &Value) {
    let uri = location["uri"].as_str().expect("a reference");
    let plain = |it: char| it.is_ascii_alphanumeric() || "-._~/%".contains(it);
    assert!(!uri.is_empty() && uri.chars().all(plain), "{uri}");
}

fn region(region: &Value) {
    let number = |key: &str| region[key].as_u64().unwrap_or_else(|| panic!("{key} in {region}"));
    let start = (number("startLine"), number("startColumn"));
    let end = (number("endLine"), number("endColumn"));
    assert!(start.0 >= 1 && start.1 >= 1 && start <= end, "{region}");
}

#[test]
fn a_suppression_holds_until_its_day_and_is_told_after() {
    let folder = Folder::new();
    let drawn = std::fs::read_to_string(format!("{ROOT}/examples/as-drawn.yaml"));
    let suppress = "suppress:\n  - { code: FMC0403, reason: a second machine is on its way, until: \"2026-11-30\" }\n";
    folder.write("cloud.yaml", format!("{}{suppress}", drawn.expect("a text")));
    let on = |day: &str| fmc_in(&folder, &["check", "--json", "--today", day]);
    let codes = |day: &str| -> Vec<String> {
        let found = on(day).json();
        let all = found.as_array().expect("a list").iter();
        all.filter_map(|it| it["code"].as_str().map(str::to_owned)).collect()
    };
    let is_about = |it: &&String| ["FMC0403", "FMC0703"].contains(&it.as_str());
    let before = codes("2026-11-30");
    assert_eq!(before.iter().find(is_about), None, "the last day: {before:?}");
    let after = codes("2026-12-01");
    assert_eq!(after.iter().filter(is_about).count(), 2, "{after:?}");
    for day in ["2026-13-01", "2026-02-29", "30.11.2026", ""] {
        let ran = fmc_in(&folder, &["check", "--today", day]);
        assert_eq!(ran.code, Some(2), "{day}");
        assert!(ran.err.contains("write a day such as 2026-11-23"), "{}", ran.err);
    }
}
