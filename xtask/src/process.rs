//! Running other programs.

use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The cargo that runs this chore, so that its children use the same toolchain.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root);
    command
}

/// A command line as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args()).map(|it| {
        let word = it.to_string_lossy();
        if word.is_empty() || word.contains(' ') { format!("'{word}'") } else { word.into_owned() }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The same command, in what others leave of the processors.
pub(crate) fn patient(command: &Command) -> Command {
    let mut patient = Command::new("nice");
    patient.args(["-n", "19"]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => patient.env(name, value),
            None => patient.env_remove(name),
        };
    }
    patient.stdin(Stdio::null());
    patient
}

/// Runs a command on this terminal and tells whether it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> Result<bool, String> {
    let status = command.status().map_err(|it| format!("{}: {it}", shown(command)))?;
    Ok(status.success())
}

/// Runs a command on this terminal, shows whoever looks each of its lines, trimmed, and tells whether it succeeded.
/// What it prints is passed on as it comes, both streams to standard output, so that their order is kept.
pub(crate) fn watched(command: &mut Command, look: &mut dyn FnMut(&str)) -> Result<bool, String> {
    let trouble = |it: std::io::Error| format!("{}: {it}", shown(command));
    let (reader, writer) = std::io::pipe().map_err(trouble)?;
    let other = writer.try_clone().map_err(trouble)?;
    let trouble = |it: std::io::Error| it.to_string();
    let mut child = command.stdout(writer).stderr(other).spawn().map_err(trouble)?;
    // The command holds the writing ends, and the reading would not end before they are closed.
    command.stdout(Stdio::inherit()).stderr(Stdio::inherit());
    let mut out = std::io::stdout();
    for line in BufReader::new(reader).split(b'\n') {
        let line = line.map_err(trouble)?;
        out.write_all(&[&line[..], b"\n"].concat()).map_err(trouble)?;
        look(String::from_utf8_lossy(&line).trim());
    }
    Ok(child.wait().map_err(trouble)?.success())
}

/// Runs a command and gives what it said on both streams, in its order, with whether it succeeded.
pub(crate) fn kept(command: &mut Command) -> Result<(bool, Vec<u8>), String> {
    let trouble = |it: std::io::Error| it.to_string();
    let (mut reader, writer) = std::io::pipe().map_err(trouble)?;
    let other = writer.try_clone().map_err(trouble)?;
    let mut child = command.stdout(writer).stderr(other).spawn();
    // The command holds the writing ends, and the reading would not end before they are closed.
    command.stdout(Stdio::inherit()).stderr(Stdio::inherit());
    let mut said = Vec::new();
    reader.read_to_end(&mut said).map_err(trouble)?;
    let status = child.as_mut().map_err(|it| format!("{}: {it}", shown(command)))?.wait();
    Ok((status.map_err(trouble)?.success(), said))
}

/// Runs a command without a word and tells whether it succeeded; one that cannot start did not.
pub(crate) fn succeeds_silently(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|it| it.success())
}

/// What a command printed on its standard output; its errors go to this terminal.
pub(crate) fn stdout(command: &mut Command) -> Result<String, String> {
    let Output { status, stdout, .. } = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|it| format!("{}: {it}", shown(command)))?;
    if !status.success() {
        return Err(format!("`{}` failed: {status}", shown(command)));
    }
    String::from_utf8(stdout).map_err(|_| format!("`{}` printed no UTF-8", shown(command)))
}

/// Builds `fmc` and these example programs, and tells where each lies.
///
/// With an example and the whole workspace in the command, cargo chooses the features that it chooses
/// for tests, and uses what they built; for `fmc` alone it would build everything once more.
pub(crate) fn programs(
    root: &Path,
    examples: &[&str],
) -> Result<BTreeMap<String, PathBuf>, String> {
    let mut words = vec!["build", "--quiet", "--message-format=json-render-diagnostics"];
    words.extend(["--workspace", "--bin", "fmc"]);
    words.extend(examples.iter().flat_map(|it| ["--example", *it]));
    let told = stdout(&mut cargo(root, &words))?;
    let messages = told.lines().filter_map(|it| serde_json::from_str::<Value>(it).ok());
    let program = |it: Value| {
        let name = it["target"]["name"].as_str()?.to_owned();
        Some((name, PathBuf::from(it["executable"].as_str()?)))
    };
    let programs: BTreeMap<String, PathBuf> = messages.filter_map(program).collect();
    match ["fmc"].iter().chain(examples).find(|it| !programs.contains_key(**it)) {
        None => Ok(programs),
        Some(missing) => Err(format!("cargo built no program called `{missing}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_are_shown_as_typed() {
        let mut command = Command::new("/usr/bin/cargo");
        command.args(["test", "--", "two words"]);
        assert_eq!(shown(&command), "cargo test -- 'two words'");
    }

    #[test]
    fn the_lines_of_both_streams_are_shown() {
        let script = "echo '  bad one'; echo good; echo bad two >&2; exit 1";
        let mut lines = Vec::new();
        let mut command = Command::new("sh");
        let is_good = watched(command.args(["-c", script]), &mut |it| lines.push(it.to_owned()));
        assert_eq!(is_good, Ok(false));
        assert_eq!(lines, ["bad one", "good", "bad two"]);
    }

    #[test]
    fn a_failing_command_is_an_error_with_its_name() {
        let error = stdout(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert!(error.contains("`sh -c 'exit 3'` failed"), "{error}");
        assert!(!succeeds_silently(&mut Command::new("/no/such/program")));
    }
}
