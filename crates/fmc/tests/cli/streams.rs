//! The two streams: colours only where they are seen, readers that go away, disks that are full.

use crate::{CLOUDS, FOUNDING, Folder, ROOT, command, fmc, run};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

/// Commands that print much, little, and talk.
const RUNS: [&[&str]; 9] = [
    &["show", FOUNDING],
    &["show", FOUNDING, "host", "worker1"],
    &["show", FOUNDING, "--json"],
    &["check", "examples/as-deployed.yaml"],
    &["check", "examples/as-deployed.yaml", "--format", "sarif"],
    &["check", "missing.yaml"],
    &["explain", "FMC0406"],
    &["explain", "keepalived"],
    &["--help"],
];

#[test]
fn no_colours_in_a_pipe_but_where_they_are_asked_for() {
    for arguments in RUNS {
        let plain = fmc(arguments);
        assert!(!plain.out.contains('\x1b') && !plain.err.contains('\x1b'), "{arguments:?}");
        let mut forced = command(Path::new(ROOT), arguments);
        forced.env("CLICOLOR_FORCE", "1");
        let forced = run(forced);
        let is_json = arguments.iter().any(|it| ["--json", "sarif"].contains(it));
        let coloured = forced.out.contains('\x1b') || forced.err.contains('\x1b');
        assert!(coloured != is_json, "{arguments:?}: people see colours, machines do not");
        assert_eq!(without_colours(&forced.out), plain.out, "{arguments:?}");
        assert_eq!(without_colours(&forced.err), plain.err, "{arguments:?}");
    }
}

/// A text without the sequences that set colours; any other would stay.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let sequence = part.find(|it: char| !it.is_ascii_digit() && it != ';');
        match sequence {
            Some(at) if part[at..].starts_with('m') => plain.push_str(&part[at + 1..]),
            _ => {
                plain.push_str("\x1b[");
                plain.push_str(part);
            }
        }
    }
    plain
}

#[test]
fn what_a_file_says_cannot_steer_a_terminal() {
    let folder = Folder::new();
    let steer = "\\e[2J\\e]0;title\\a\\x9b31m\\u202e";
    let text = format!(
        "version: 1\nname: \"n{steer}\"\ntitle: \"t{steer}\"\nnetworks: {{ lan: {{ label: \"l{steer}\", cidr: 10.0.0.0/24, gateway: 10.0.0.1 }} }}\nhosts:\n  a: {{ os: debian, label: \"h{steer}\", note: \"o{steer}\", nics: {{ lan: 2 }} }}\ngroups: {{ g: {{ label: \"g{steer}\", hosts: a }} }}\n"
    );
    folder.write("cloud.yaml", text);
    folder.write("fault.yaml", format!("version: 1\n\"key{steer}\": 1\n"));
    for arguments in [
        vec!["show", "cloud.yaml"],
        vec!["show", "cloud.yaml", "host", "a"],
        vec!["show", "cloud.yaml", "hosts"],
        vec!["check", "fault.yaml"],
        vec!["check", "fault.yaml", "--lang", "es"],
    ] {
        let mut forced = command(folder.path(), &arguments);
        forced.env("CLICOLOR_FORCE", "1");
        let ran = run(forced);
        let seen = without_colours(&format!("{}{}", ran.out, ran.err));
        let steering = |it: char| (it.is_control() && it != '\n') || it == '\u{202e}';
        assert!(!seen.contains(steering), "{arguments:?}: {seen:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    for arguments in [
        vec!["show", FOUNDING],
        vec!["show", FOUNDING, "--json"],
        vec!["show", "examples/two-sites.yaml", "flows", "--expand"],
        vec!["explain", "--all", "--markdown"],
        vec!["schema"],
        vec!["completions", "bash"],
        vec!["man"],
        vec!["new", "--from", "founding"],
    ] {
        let mut child = command(Path::new(ROOT), &arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut first = [0];
        let mut out = child.stdout.take().expect("its output");
        out.read_exact(&mut first).expect("it prints something");
        drop(out);
        let ended = child.wait_with_output().expect("it ends");
        assert_eq!(ended.status.code(), Some(0), "{arguments:?}");
        assert!(
            ended.stderr.is_empty(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }
}

#[test]
fn nobody_to_talk_to_is_no_failure() {
    let mut command = Command::new("sh");
    let script = "\"$0\" check examples/as-deployed.yaml >&- 2>&-";
    command.args(["-c", script, env!("CARGO_BIN_EXE_fmc")]).current_dir(ROOT);
    assert_eq!(run(command).code, Some(1), "the exit code is still told");
}

#[test]
fn a_full_disk_is_a_failure() {
    for arguments in
        [vec!["show", FOUNDING, "--json"], vec!["check", CLOUDS[2]], vec!["schema"], vec!["man"]]
    {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("/dev/full");
        let mut command = command(Path::new(ROOT), &arguments);
        command.stdout(full).stderr(Stdio::piped());
        let ended = command.spawn().expect("it runs").wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains("error: the output is not whole: "), "{arguments:?}: {said}");
    }
}
