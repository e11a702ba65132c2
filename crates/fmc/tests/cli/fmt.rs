//! `fmc fmt` and `fmc new`: files that people keep.

use crate::{CLOUDS, Folder, ROOT, command, fmc, fmc_in};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

const UNTIDY: &str =
    "version:   1\nname: home   # where we live\nnetworks: {lan: {cidr: 10.0.0.0/24}}\n";
const TIDY: &str =
    "version: 1\nname: home  # where we live\nnetworks: { lan: { cidr: 10.0.0.0/24 } }\n";

#[test]
fn in_place_and_once_for_all() {
    let folder = Folder::new();
    let path = folder.write("cloud.yaml", UNTIDY);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("its mode");
    let ran = fmc_in(&folder, &["fmt", "cloud.yaml"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    assert_eq!(ran.err, "laid out cloud.yaml\n");
    assert_eq!(folder.read("cloud.yaml"), TIDY);
    let mode = std::fs::metadata(&path).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o640, "its mode stays");
    assert_eq!(folder.names(), ["cloud.yaml"], "nothing is left beside it");
    let again = fmc_in(&folder, &["fmt", "cloud.yaml"]);
    assert_eq!((again.code, again.err.as_str()), (Some(0), ""), "nothing is left to do");
}

#[test]
fn check_changes_nothing_and_names_what_would() {
    let folder = Folder::new();
    folder.write("a.yaml", UNTIDY);
    folder.write("b.yaml", TIDY);
    folder.write("c.yaml", UNTIDY);
    let ran = fmc_in(&folder, &["fmt", "--check", "a.yaml", "b.yaml", "c.yaml"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(1), "a.yaml\nc.yaml\n", ""));
    assert_eq!(folder.read("a.yaml"), UNTIDY);
    let ran = fmc_in(&folder, &["fmt", "--check", "b.yaml"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
}

#[test]
fn a_link_stays_a_link() {
    let folder = Folder::new();
    folder.write("real/cloud.yaml", UNTIDY);
    let link = folder.path().join("link.yaml");
    std::os::unix::fs::symlink("real/cloud.yaml", &link).expect("a link");
    assert_eq!(fmc_in(&folder, &["fmt", "link.yaml"]).code, Some(0));
    assert!(std::fs::symlink_metadata(&link).expect("it").file_type().is_symlink());
    assert_eq!(folder.read("real/cloud.yaml"), TIDY);
}

/// Gives a text to standard input and tells what comes out.
fn piped(arguments: &[&str], text: &[u8]) -> crate::Ran {
    let folder = Folder::new();
    let mut command = command(folder.path(), arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    child.stdin.take().expect("its input").write_all(text).expect("it listens");
    child.wait_with_output().expect("it ends").into()
}

#[test]
fn from_standard_input_to_standard_output() {
    let ran = piped(&["fmt", "-"], UNTIDY.as_bytes());
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(0), TIDY, ""));
    let ran = piped(&["fmt", "--check", "-"], UNTIDY.as_bytes());
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), "-\n"));
    assert_eq!(piped(&["fmt", "--check", "-"], TIDY.as_bytes()).code, Some(0));
    let ran = piped(&["fmt", "-"], b"a: [\n");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    let ran = piped(&["fmt", "-"], b"\xff");
    assert_eq!(ran.err, "error: -: this is not a text file in UTF-8\n");
}

#[test]
fn a_broken_file_is_left_as_it_is() {
    let folder = Folder::new();
    for (name, bytes) in [
        ("open.yaml", b"a: [1, 2\n".to_vec()),
        ("quote.yaml", b"a: \"x\n".to_vec()),
        ("two.yaml", b"a: 1\n---\nb: 2\n".to_vec()),
        ("tab.yaml", b"a:\n\tb: 1\n".to_vec()),
        ("binary.yaml", b"a: \xff\n".to_vec()),
    ] {
        let path = folder.write(name, &bytes);
        for arguments in [vec!["fmt", name], vec!["fmt", "--check", name]] {
            let ran = fmc_in(&folder, &arguments);
            assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{name}");
            assert!(ran.err.contains(&format!("error: {name}: ")), "{name}: {}", ran.err);
            assert_eq!(std::fs::read(&path).expect("a file"), bytes, "{name}");
        }
    }
    let ran = fmc_in(&folder, &["fmt", "open.yaml"]);
    assert!(ran.err.contains("open.yaml:"), "the place is told: {}", ran.err);
    assert!(ran.err.ends_with("error: open.yaml: it is left as it is\n"), "{}", ran.err);
    assert_eq!(folder.names().len(), 5, "nothing is left beside them");
}

#[test]
fn every_cloud_of_the_project_is_laid_out() {
    let mut arguments = vec!["fmt".to_owned(), "--check".to_owned()];
    let examples = std::fs::read_dir(format!("{ROOT}/examples")).expect("the examples");
    for entry in examples {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|it| it == "yaml") {
            arguments.push(path.to_str().expect("UTF-8").to_owned());
        }
    }
    arguments.push("crates/fmc/starter.yaml".to_owned());
    assert!(arguments.len() >= 2 + CLOUDS.len());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = fmc(&arguments);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(0), "", ""));
}

#[test]
fn a_new_file_is_sound_and_laid_out() {
    let folder = Folder::new();
    for from in ["starter", "founding", "minimal", "two-sites"] {
        let name = format!("{from}.yaml");
        let ran = fmc_in(&folder, &["new", "--from", from, "-o", &name]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{from}");
        assert_eq!(ran.err, format!("wrote {name}\n"));
        let printed = fmc(&["new", "--from", from]);
        assert_eq!((printed.code, printed.err.as_str()), (Some(0), ""), "{from}");
        assert_eq!(printed.out, folder.read(&name), "{from}: the same by either way");
        let checked = fmc_in(&folder, &["check", &name]);
        // What is true of the founding cloud is told of it; nothing of it is an error.
        assert!(matches!(checked.code, Some(0 | 1)), "{from}: {checked:?}");
        assert!(!checked.out.contains("error["), "{from}: {}", checked.out);
        assert_eq!(fmc_in(&folder, &["fmt", "--check", &name]).code, Some(0), "{from}");
    }
    assert_eq!(fmc(&["new"]).out, folder.read("starter.yaml"), "the starter, unless told");
}

#[test]
fn a_new_file_overwrites_nothing() {
    let folder = Folder::new();
    folder.write("mine.yaml", "precious: true\n");
    let ran = fmc_in(&folder, &["new", "-o", "mine.yaml"]);
    assert_eq!(ran.code, Some(2));
    assert_eq!(ran.err, "error: mine.yaml: it is there already\nhint: choose another name\n");
    assert_eq!(folder.read("mine.yaml"), "precious: true\n");
    std::os::unix::fs::symlink("nowhere", folder.path().join("link.yaml")).expect("a link");
    assert_eq!(fmc_in(&folder, &["new", "-o", "link.yaml"]).code, Some(2), "nor by a link");
    assert_eq!(folder.names(), ["link.yaml", "mine.yaml"]);
}
