//! What people read who speak Spanish.

use crate::alone::living::{Running, is_measured, status};
use crate::{beside, fmc};
use std::process::Stdio;

/// A cloud whose ingress never comes up, for a file that somebody wrote by hand: processes, probes and pairs fail.
fn broken() -> String {
    let roles = "roles: { traefik:";
    let text = include_str!("../small.yaml");
    assert!(text.contains(roles));
    let file = "files: { /etc/traefik/traefik.yml: { text: \"entryPoints: 7\\n\" } }";
    text.replace(roles, &format!("{file}, {roles}"))
}

/// Our own words in English. Daemons have theirs.
const ENGLISH: [&str; 12] = [
    "the Internet",
    "a device in",
    "exit status",
    "killed by",
    "started again",
    "does not answer",
    "it answers",
    "nothing answers",
    "held by",
    "did not come up",
    "it is not so",
    "nobody",
];

#[test]
fn nothing_of_ours_is_told_in_english() {
    const NAME: &str = "test-spanish";
    let _beside = beside();
    let folder = std::env::temp_dir().join(format!("fmc-{NAME}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let (file, told) = (folder.join("cloud.yaml"), folder.join("told"));
    std::fs::write(&file, broken()).expect("written");
    let own = |verb: &str| {
        let mut command = fmc(&[verb, "--lang", "es", "--name", NAME]);
        command.stderr(Stdio::piped());
        command
    };
    let mut command = own("rehearse");
    let command = command.arg("--no-ports").arg(&file);
    let to = std::fs::File::create(&told).expect("a file");
    let to = (to.try_clone().expect("the same file"), to);
    let command = command.stdout(to.0).stderr(to.1);
    let running = Running(command.spawn().expect("it can be run"));
    status(NAME, is_measured);
    let seen = own("status").output().expect("it can be run");
    // Whoever is met under another name in Spanish is met by commands under both.
    for name in ["Internet", "the Internet", "un dispositivo de inner", "a device in inner", "data"]
    {
        let outcome = own("exec").args([name, "true"]).output().expect("it can be run");
        assert!(outcome.status.success(), "{name}: {outcome:?}");
    }
    let nobody = own("exec").args(["nadie", "true"]).output().expect("it can be run");
    assert_eq!(nobody.status.code(), Some(2), "{nobody:?}");
    drop(running);
    let told = std::fs::read_to_string(&told).expect("told");
    let seen = String::from_utf8(seen.stdout).expect("text");
    let _ = std::fs::remove_dir_all(&folder);
    for word in [
        "traefik no arrancó: código de salida 1",
        "\nInternet: no se cumple que el mundo abre https://www.small.example: ",
        "\nInternet → ",
        "chronyd por todos los relojes (-x) (Internet)",
        "discrepan",
    ] {
        assert!(told.contains(word), "no `{word}` in\n{told}");
    }
    for word in ["  Internet ", " en marcha", " falló"] {
        assert!(seen.contains(word), "no `{word}` in\n{seen}");
    }
    for (text, word) in [&told, &seen].into_iter().flat_map(|it| ENGLISH.map(|word| (it, word))) {
        assert!(!text.contains(word), "`{word}` in\n{text}");
    }
}
