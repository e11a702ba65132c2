//! The JSON Schema and the reader mean the same language, and the files of that language mean the
//! same to readers of YAML 1.1 and 1.2.
//!
//! Values come from a reader that is not ours (saphyr, YAML 1.2 core schema) and, for YAML 1.1, from
//! PyYAML; neither knows anything of clouds.

use fmc_model::Date;
use fmc_roles::ROLES;
use jsonschema::Validator;
use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

/// The folder of the whole project.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn schema() -> Value {
    fmc_model::json_schema(ROLES)
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).expect("a schema that can be compiled")
}

/// Every text that shall be in the language: where it is from, and what it says.
fn good() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let folder = std::fs::read_dir(format!("{ROOT}/examples")).expect("the examples");
    let mut paths: Vec<_> = folder.map(|it| it.expect("an entry").path()).collect();
    paths.retain(|it| it.extension().is_some_and(|it| it == "yaml"));
    assert!(paths.len() >= 5, "{paths:?}");
    paths.push(format!("{ROOT}/crates/fmc/starter.yaml").into());
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a text");
        texts.push((path.file_name().expect("a name").to_string_lossy().into_owned(), text));
    }
    for kind in ROLES {
        texts.push((format!("example of {}", kind.about.name), kind.about.example.to_owned()));
    }
    for code in fmc_model::codes::all() {
        // `---` begins an included file, which is in the language as well.
        for (number, part) in files(code.mended).into_iter().enumerate() {
            texts.push((format!("{} mended, file {number}", code.id), part));
        }
    }
    texts
}

/// The files that an example of a code is made of.
fn files(text: &str) -> Vec<String> {
    let mut files = vec![String::new()];
    for line in text.lines() {
        if line.starts_with("--- ") {
            files.push(String::new());
        } else if let Some(file) = files.last_mut() {
            file.push_str(line);
            file.push('\n');
        }
    }
    files
}

/// What a reader of YAML 1.2 makes of a text.
fn value(text: &str) -> Value {
    let documents = Yaml::load_from_str(text).expect("YAML");
    assert!(documents.len() <= 1, "one document");
    documents.first().map_or(Value::Null, of_yaml)
}

fn of_yaml(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(it)) => json!(it),
        Yaml::Value(Scalar::Integer(it)) => json!(it),
        Yaml::Value(Scalar::FloatingPoint(it)) => json!(it.into_inner()),
        Yaml::Value(Scalar::String(it)) => json!(it),
        Yaml::Sequence(items) => items.iter().map(of_yaml).collect(),
        Yaml::Mapping(pairs) => pairs
            .iter()
            .map(|(key, value)| {
                let key = match of_yaml(key) {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                (key, of_yaml(value))
            })
            .collect(),
        other => panic!("no value of the core schema: {other:?}"),
    }
}

#[test]
fn it_is_a_schema_of_draft_2020_12() {
    let schema = schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let wrong = jsonschema::draft202012::meta::validate(&schema).err();
    assert!(wrong.is_none(), "{wrong:?}");
}

#[test]
fn every_reference_leads_to_a_definition_and_every_definition_is_used() {
    let schema = schema();
    let mut references = Vec::new();
    visit(&schema, &mut |value| {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            references.push(reference.trim_start_matches("#/$defs/").to_owned());
        }
    });
    let definitions = schema["$defs"].as_object().expect("definitions");
    for reference in &references {
        assert!(definitions.get(reference).is_some_and(Value::is_object), "{reference}");
    }
    for name in definitions.keys() {
        assert!(references.contains(name), "{name} is used by nobody");
    }
}

#[test]
fn every_key_says_what_it_is_for() {
    let schema = schema();
    let mut keys = 0;
    let mut silent = Vec::new();
    visit(&schema, &mut |value| {
        let Some(properties) = value.get("properties").and_then(Value::as_object) else { return };
        for (key, property) in properties {
            keys += 1;
            let text = property["description"].as_str().unwrap_or_default().trim();
            if text.len() < 4 || text != property["description"] {
                silent.push(format!("{key}: {}", property["description"]));
            }
        }
    });
    assert!(silent.is_empty(), "{silent:#?}");
    assert!(keys > 100, "{keys}");
    for (name, definition) in schema["$defs"].as_object().expect("definitions") {
        assert!(definition["description"].as_str().is_some_and(|it| it.len() > 8), "{name}");
    }
}

fn visit(value: &Value, see: &mut dyn FnMut(&Value)) {
    see(value);
    match value {
        Value::Object(map) => map.values().for_each(|it| visit(it, see)),
        Value::Array(items) => items.iter().for_each(|it| visit(it, see)),
        _ => {}
    }
}

#[test]
fn every_file_of_the_language_fits_the_schema() {
    let validator = validator();
    let texts = good();
    assert!(texts.len() > 80, "{}", texts.len());
    let mut wrong = Vec::new();
    for (name, text) in &texts {
        let value = value(text);
        let errors = validator.iter_errors(&value);
        wrong.extend(errors.map(|it| format!("{name}: {}: {it}", it.instance_path())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A cloud in which faults are planted: the first of each pair is written as the second.
const SOUND: &str = "\
version: 1
name: home
networks:
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1, mtu: 1500 }
outside:
  family: { nics: lan, people: [{ name: ana, address: 30 }] }
vips:
  api: { address: 192.168.0.10, serves: traefik, slo: 2s, preempt: true }
apps:
  wiki: { hosts: server, port: 8080, for: family, needs: [postgresql] }
hosts:
  lb[1-2]:
    os: debian
    nics: { lan: 12+ }
    size: { cpus: 2, memory: 2GiB, disk: 20GiB }
    roles: { traefik: , keepalived: { vips: [api] } }
  server:
    os: debian
    nics: { lan: { address: 21, mac: '52:54:00:12:34:56' } }
    roles: { service: { ports: { wiki: tcp/8080 }, command: /usr/bin/wiki } }
    firewall: [{ verdict: drop, from: family, for: ssh, reason: none of theirs }]
    files: { /etc/motd: { text: hello, mode: '0644' } }
  database: { os: debian, nics: { lan: 22 }, roles: { postgres: { port: 5432 } } }
access:
  - family -> lb1: ssh
suppress:
  - { code: FMC0403, reason: it is only a house, until: '2030-01-01' }
";

const FAULTS: [(&str, &str); 36] = [
    // Keys that nobody knows.
    ("name: home", "nam: home"),
    ("gateway:", "gatway:"),
    ("slo:", "slos:"),
    ("port: 8080", "port: 8080, path: /"),
    ("size:", "sizes:"),
    ("memory:", "ram:"),
    ("roles: { traefik:", "roles: { trafik:"),
    ("keepalived: {", "keepalived: { group: x, "),
    ("verdict: drop", "verdict: drop, to: x"),
    ("text: hello", "text: hello, group: root"),
    ("reason: it", "why: y, reason: it"),
    ("mac:", "hwaddr:"),
    // Keys that must be there.
    ("port: 8080, ", ""),
    ("verdict: drop, ", ""),
    ("text: hello, ", ""),
    ("name: ana, ", ""),
    ("code: FMC0403, ", ""),
    // The wrong kind.
    ("version: 1", "version: one"),
    ("version: 1", "version: [1]"),
    ("name: home", "name: [home]"),
    ("mtu: 1500", "mtu: large"),
    ("mtu: 1500", "mtu: 15.5"),
    ("preempt: true", "preempt: maybe"),
    ("port: 8080", "port: http"),
    ("port: 8080", "port: 80800"),
    ("cpus: 2", "cpus: -2"),
    ("size: { cpus: 2, memory: 2GiB, disk: 20GiB }", "size: [2, 2GiB, 20GiB]"),
    ("roles: { postgres: { port: 5432 } }", "roles: { postgres: 5432 }"),
    ("text: hello", "text: [hello]"),
    // Words that are none.
    ("verdict: drop", "verdict: deny"),
    ("os: debian\n    nics: { lan: 12+ }", "os: windows\n    nics: { lan: 12+ }"),
    ("memory: 2GiB", "memory: much"),
    ("slo: 2s", "slo: soon"),
    ("192.168.0.0/24", "192.168.0"),
    ("ports: { wiki: tcp/8080 }", "ports: { wiki: sctp/8080 }"),
    ("until: '2030-01-01'", "until: [2030]"),
];

/// What is wrong with a text, by codes, as the reader of fmc says.
fn codes(text: &str) -> Vec<&'static str> {
    let mut none = |path: &str| Err(path.to_owned());
    let loaded = fmc_model::load("cloud.yaml", text.as_bytes(), ROLES, &mut none);
    let (_, found) = fmc_model::resolve(&loaded, ROLES, Date::from_unix_days(0));
    found.iter().map(|it| it.code.id).collect()
}

#[test]
fn planted_faults_are_refused_by_the_schema_and_by_the_reader() {
    let validator = validator();
    let errors: Vec<String> =
        validator.iter_errors(&value(SOUND)).map(|it| it.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(codes(SOUND), [] as [&str; 0]);
    let mut missed = Vec::new();
    for (from, to) in FAULTS {
        assert_eq!(SOUND.matches(from).count(), 1, "`{from}` is planted at one place");
        let text = SOUND.replace(from, to);
        if validator.is_valid(&value(&text)) {
            missed.push(format!("the schema takes `{to}`"));
        }
        if codes(&text).is_empty() {
            missed.push(format!("the reader takes `{to}`"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// Other ways to say the same, each in the place of what `SOUND` says.
const FORMS: [(&str, &str); 26] = [
    ("name: home", "name: 7"),
    ("name: home", "name: home\nnote: true"),
    ("cidr: 192.168.0.0/24", "cidr: [192.168.0.0/24]"),
    ("nics: lan, people", "nics: [lan], people"),
    ("address: 30", "address: [192.168.0.30]"),
    ("address: 192.168.0.10", "address: [192.168.0.10]"),
    ("hosts: server", "hosts: [server]"),
    ("for: family, needs", "for: [family], needs"),
    ("needs: [postgresql]", "needs: []"),
    ("slo: 2s", "slo: 1500ms"),
    ("memory: 2GiB", "memory: 2048MiB"),
    ("nics: { lan: 22 }", "nics: { lan: [22] }"),
    ("nics: { lan: 22 }", "nics: { lan: 192.168.0.22 }"),
    ("roles: { postgres: { port: 5432 } }", "roles: postgres"),
    ("roles: { postgres: { port: 5432 } }", "roles: [postgres]"),
    ("roles: { postgres: { port: 5432 } }", "roles: { postgres: }"),
    ("roles: { postgres: { port: 5432 } }", "roles: { postgres: { added: because } }"),
    ("vips: [api]", "vips: { api: }"),
    ("vips: [api]", "vips: { api: { weight: -30 } }"),
    ("wiki: tcp/8080", "wiki: [tcp/8080, udp/8000-8010]"),
    ("- family -> lb1: ssh", "- family -> lb1: [ssh, tcp/22]"),
    ("- family -> lb1: ssh", "- { from: family, to: lb1, for: [ssh] }"),
    ("- family -> lb1: ssh", "- { from: [family], to: [lb1], for: ssh, note: x, slo: 2s }"),
    ("mode: '0644'", "owner: root"),
    ("verdict: drop, from: family, for: ssh", "verdict: accept, from: [family], for: [tcp/22]"),
    ("outside:", "templates: { plain: { os: debian } }\ngroups:\noutside:"),
];

#[test]
fn other_ways_to_say_the_same_are_taken_by_both() {
    let validator = validator();
    let mut missed = Vec::new();
    for (from, to) in FORMS {
        assert_eq!(SOUND.matches(from).count(), 1, "`{from}` is said at one place");
        let text = SOUND.replace(from, to);
        if !validator.is_valid(&value(&text)) {
            missed.push(format!("the schema refuses `{to}`"));
        }
        let found = codes(&text);
        if !found.is_empty() {
            missed.push(format!("the reader refuses `{to}`: {found:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// Where a Python with a reader of YAML 1.1 may be found. The second is the system's own, where a
/// version manager stands before it in the path.
const PYTHONS: [&str; 2] = ["python3", "/usr/bin/python3"];

/// Reads a JSON list of texts, and prints the list of what YAML 1.1 makes of them. Dates and other
/// types that JSON does not have become marked text, so that they differ from what YAML 1.2 reads.
const READ_11: &str = r#"
import json, sys, yaml
def plain(it):
    if isinstance(it, dict):
        return {k if isinstance(k, str) else json.dumps(k): plain(v) for k, v in it.items()}
    if isinstance(it, list):
        return [plain(v) for v in it]
    return it
read = [plain(yaml.safe_load(text)) for text in json.load(sys.stdin)]
json.dump(read, sys.stdout, default=lambda it: "YAML 1.1: " + repr(it))
"#;

fn python() -> &'static str {
    let can = |python: &&str| {
        Command::new(python)
            .args(["-c", "import yaml"])
            .output()
            .is_ok_and(|it| it.status.success())
    };
    PYTHONS.into_iter().find(can).unwrap_or_else(|| {
        panic!("no Python here can `import yaml` ({PYTHONS:?}): apt-get install python3-yaml")
    })
}

#[test]
fn yaml11() {
    let mut texts = good();
    texts.push(("the sound cloud".to_owned(), SOUND.to_owned()));
    // What the two versions read differently must be told apart here too.
    let two_readings = ["a: no", "a: 010", "a: 1:20", "a: 2030-01-01", "a: 1_000"];
    texts.extend(two_readings.map(|it| (it.to_owned(), it.to_owned())));
    let list: Vec<&str> = texts.iter().map(|it| it.1.as_str()).collect();
    let mut child = Command::new(python())
        .args(["-c", READ_11])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let mut stdin = child.stdin.take().expect("its input");
    stdin.write_all(json!(list).to_string().as_bytes()).expect("it listens");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "it reads every file");
    let read: Vec<Value> = serde_json::from_slice(&output.stdout).expect("a list");
    assert_eq!(read.len(), texts.len());
    for ((name, text), one) in texts.iter().zip(&read) {
        let two = value(text);
        if two_readings.contains(&name.as_str()) {
            assert_ne!(*one, two, "{name}");
            assert_ne!(codes(text), [] as [&str; 0], "{name}");
        } else {
            assert_eq!(*one, two, "{name} means one thing in YAML 1.1, another in 1.2");
        }
    }
}
