//! A private key that was pasted where a public one belongs is told, and repeated nowhere.

use crate::{Folder, fmc_in};

const BEGIN: &str = "-----BEGIN OPENSSH PRIVATE KEY-----";
const END: &str = "-----END OPENSSH PRIVATE KEY-----";
/// Not a key of anybody, only of the shape of one.
const BODY: [&str; 3] = [
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW",
    "QyNTUxOQAAACDa0Hq2Fq0m1Wl9m7kQy6oX0JkT5u3cV4bN8eZsRrPp1wAAAJg7uYt3O7mL",
    "dwAAAAtzc2gtZWQyNTUxOQAAACDa0Hq2Fq0m1Wl9m7kQy6oX0JkT5u3cV4bN8eZsRrPp1w==",
];

/// A cloud with `people` in it, at the left margin.
fn cloud(people: &str) -> String {
    let people: Vec<String> = people.lines().map(|it| format!("      {it}\n")).collect();
    let people = people.concat();
    format!(
        "version: 1\nname: home\nnetworks: {{ lan: {{ cidr: 10.0.0.0/24, gateway: 10.0.0.1 }} }}\noutside:\n  family:\n    nics: lan\n    people:\n{people}hosts: {{ a: {{ os: debian, nics: {{ lan: 2 }} }} }}\n"
    )
}

#[test]
fn a_private_key_appears_in_no_output() {
    let folder = Folder::new();
    let lines = BODY.join("\n    ");
    let escaped = BODY.join("\\n");
    let cases = [
        ("block", format!("- name: ana\n  ssh_key: |\n    {BEGIN}\n    {lines}\n    {END}")),
        ("folded", format!("- name: ana\n  ssh_key: >\n    {BEGIN}\n    {lines}\n    {END}")),
        ("quoted", format!("- name: ana\n  ssh_key: \"{BEGIN}\\n{escaped}\\n{END}\"")),
        ("one line", format!("- name: ana\n  ssh_key: {BEGIN} {} {END}", BODY.join(" "))),
        ("in a map", format!("- {{ name: ana, ssh_key: '{BEGIN} {}' }}", BODY[0])),
        ("in a list", format!("- name: ana\n  ssh_key:\n    - {BEGIN} {}", BODY.join(" "))),
        ("wrong key", format!("- name: ana\n  ssh_kye: {BEGIN} {}", BODY.join(" "))),
        ("wrong key, block", format!("- name: ana\n  private_key: |\n    {BEGIN}\n    {lines}")),
        ("not indented", format!("- name: ana\n  ssh_key: {BEGIN}\n{}\n{END}", BODY.join("\n"))),
        ("said twice", format!("- name: ana\n  ssh_key: {BEGIN} {}\n  ssh_key: x", BODY[0])),
        ("rsa", format!("- name: ana\n  ssh_key: -----BEGIN RSA PRIVATE KEY----- {}", BODY[1])),
        ("pkcs8", format!("- name: ana\n  ssh_key: -----BEGIN PRIVATE KEY----- {}", BODY[2])),
    ];
    for (case, people) in cases {
        folder.write("cloud.yaml", cloud(&people));
        for arguments in [
            vec!["check"],
            vec!["check", "--lang", "es"],
            vec!["check", "--format", "json"],
            vec!["check", "--format", "sarif"],
            vec!["show"],
            vec!["show", "--json"],
            vec!["show", "hosts", "--lang", "es"],
            vec!["fmt", "--check"],
        ] {
            let ran = fmc_in(&folder, &arguments);
            let said = format!("{}{}", ran.out, ran.err);
            for line in BODY {
                // Not even a part of it that would narrow a search.
                for at in (0..line.len() - 16).step_by(8) {
                    assert!(!said.contains(&line[at..at + 16]), "{case}: {arguments:?}:\n{said}");
                }
            }
            assert!(!said.contains("panicked"), "{case}: {arguments:?}: {said}");
        }
        let ran = fmc_in(&folder, &["check"]);
        assert_eq!(ran.code, Some(1), "{case}: {ran:?}");
        assert!(ran.out.contains("cloud.yaml:"), "{case}: the line is told: {}", ran.out);
    }
}

#[test]
fn it_is_told_what_to_do() {
    let folder = Folder::new();
    let quoted = format!("- name: ana\n  ssh_key: \"{BEGIN}\\n{}\\n{END}\"", BODY[0]);
    folder.write("cloud.yaml", cloud(&quoted));
    let ran = fmc_in(&folder, &["check"]);
    for part in ["this is a private key", "make a new pair", BEGIN, "***"] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
}

#[test]
fn a_public_key_is_shown() {
    let folder = Folder::new();
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFkx1zRPE3yDNOoFXgPGLKzGsAYy6yxZaJYxOjYvZ7mC ana@example.com";
    folder.write("cloud.yaml", cloud(&format!("- name: ana\n  ssh_key: {key}\n  shoe: 42")));
    let ran = fmc_in(&folder, &["show", "--json"]);
    assert!(ran.out.contains(key), "{}", ran.out);
}
