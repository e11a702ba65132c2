//! Files that are none, files that are odd, and which file is meant when none is named.

use crate::{Folder, ROOT, command, fmc, fmc_in, run};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;

const SMALL: &str = "version: 1\nname: home\nnetworks: { lan: { cidr: 10.0.0.0/24, gateway: 10.0.0.1 } }\nhosts: { a: { os: debian, nics: { lan: 2 } } }\n";

#[test]
fn what_cannot_be_read_is_named_with_the_reason_and_advice() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("folder")).expect("a folder");
    let cases = [
        ("missing.yaml", "error: missing.yaml: there is no such file\n"),
        ("folder", "error: folder: it is a folder, not a file\n"),
        // Nobody may read the memory of a process from its beginning, not even root.
        ("/proc/self/mem", "error: /proc/self/mem: it cannot be read (Input/output error"),
    ];
    for (name, expected) in cases {
        for verb in ["check", "show", "fmt"] {
            let ran = fmc_in(&folder, &[verb, name]);
            assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{verb} {name}");
            assert!(ran.err.starts_with(expected), "{verb} {name}: {}", ran.err);
            let advice = "hint: name a cloud file, such as `fmc show cloud.yaml`\n";
            assert!(ran.err.ends_with(advice), "{verb} {name}: {}", ran.err);
        }
    }
}

#[test]
fn a_file_that_one_may_not_read() {
    let folder = Folder::new();
    let path = folder.write("closed.yaml", SMALL);
    let closed = std::fs::Permissions::from_mode(0o000);
    std::fs::set_permissions(&path, closed).expect("its mode");
    let root = std::fs::metadata(&path).expect("the file").uid() == 0;
    // Root may read everything, so it becomes nobody, who needs a program within reach.
    let program = folder.path().join("fmc");
    // Copied by another process: a test beside this one that forks while this one writes would keep
    // the copy open, and the kernel does not run what is being written.
    let copied = std::process::Command::new("cp")
        .arg(env!("CARGO_BIN_EXE_fmc"))
        .arg(&program)
        .status()
        .expect("cp runs");
    assert!(copied.success());
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).expect("its mode");
    let mut command = std::process::Command::new(program);
    command.args(["check", "closed.yaml"]).current_dir(folder.path()).env("LC_ALL", "C");
    if root {
        command.uid(65_534).gid(65_534);
    }
    let ran = run(command);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.starts_with("error: closed.yaml: you may not read it\n"), "{}", ran.err);
}

/// Ten megabytes that look like nothing, in one line, the same on every machine.
fn noise(alphabet: &[u8]) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize
    };
    (0..10_000_000).map(|_| alphabet[next() % alphabet.len()]).collect()
}

#[test]
fn odd_files_have_a_short_finding() {
    let folder = Folder::new();
    let every_byte: Vec<u8> = (0..=255).filter(|it| *it != b'\n').collect();
    let letters: Vec<u8> = (b'a'..=b'z').chain(b'A'..=b'Z').chain(*b"+/").collect();
    let marks = b"[]{},:&*!|>'\"%@` #-?";
    let cases: [(&str, Vec<u8>, &str); 9] = [
        ("empty", Vec::new(), "FMC0110"),
        ("blank", b" \n\n".to_vec(), "FMC0110"),
        ("comment", b"# nothing here\n".to_vec(), "FMC0110"),
        ("binary", b"\x7fELF\x02\x01\x01\0\0\0\xff".to_vec(), "FMC0111"),
        ("utf16", b"\xff\xfev\0e\0r\0".to_vec(), "FMC0111"),
        ("noise", noise(&every_byte), "FMC0111"),
        ("letters", noise(&letters), "FMC0109"),
        ("marks", noise(marks)[..1_000_000].to_vec(), "FMC01"),
        ("word", noise(&letters)[..1_000_000].to_vec(), "FMC0105"),
    ];
    for (name, bytes, expected) in cases {
        folder.write(name, bytes);
        let checked = fmc_in(&folder, &["check", name]);
        assert_eq!(checked.code, Some(1), "{name}: {checked:?}");
        assert!(checked.out.contains(&format!("error[{expected}")), "{name}: {}", checked.out);
        assert!(checked.out.len() < 4_000, "{name}: {} bytes", checked.out.len());
        let longest = checked.out.lines().map(|it| it.chars().count()).max().unwrap_or_default();
        assert!(longest < 250, "{name}: {}", checked.out);
        let found = checked.out.matches("error[").count();
        // One fault is told once.
        assert_eq!(found, 1, "{name}: {}", checked.out);
        for format in ["json", "sarif"] {
            let machine = fmc_in(&folder, &["check", name, "--format", format]);
            assert_eq!(machine.code, Some(1), "{name}");
            assert!(machine.out.len() < 8_000, "{name}: {} bytes", machine.out.len());
            machine.json();
        }
        let shown = fmc_in(&folder, &["show", name]);
        assert_eq!(shown.code, Some(1), "{name}");
        assert!(shown.out.len() < 100, "{name}: {}", shown.out);
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let folder = Folder::new();
    let text = std::fs::read_to_string(format!("{ROOT}/examples/minimal.yaml")).expect("a text");
    let plain = fmc(&["show", "examples/minimal.yaml", "--json"]).json();
    let told = fmc(&["check", "examples/minimal.yaml"]);
    let marked = format!("\u{feff}{text}");
    for (kind, text) in [("crlf", text.replace('\n', "\r\n")), ("bom", marked.clone())] {
        folder.write(&format!("{kind}/minimal.yaml"), text);
        let name = format!("{kind}/minimal.yaml");
        let ran = fmc_in(&folder, &["check", &name]);
        let told = told.out.replace("examples/minimal.yaml", &name);
        assert_eq!((ran.code, ran.out), (Some(1), told), "{kind}");
        let shown = fmc_in(&folder, &["show", &name, "--json"]).json();
        assert_eq!(shown, plain, "{kind}: the same lines and columns too");
    }
    // A finding on the first line is at its first column, mark or not.
    folder.write("fault.yaml", marked.replace("version: 1", "version: 2").trim_start_matches("# "));
    let found = fmc_in(&folder, &["check", "fault.yaml", "--json"]).json();
    assert_eq!(found[0]["code"], "FMC0112");
}

#[test]
fn names_of_files_may_be_anything() {
    let folder = Folder::new();
    for name in ["mi nube ñ.yaml", "--.yaml", "#.yaml", "a:b.yaml"] {
        folder.write(name, SMALL);
        let ran = fmc_in(&folder, &["check", "--", name]);
        assert_eq!(ran.code, Some(0), "{name}: {ran:?}");
    }
    let not_text = std::ffi::OsStr::from_bytes(b"\xff.yaml");
    for arguments in [vec![not_text], vec![std::ffi::OsStr::new("check"), not_text]] {
        let ran = run(command(folder.path(), &arguments));
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.starts_with("error: ") && !ran.err.contains("panicked"), "{ran:?}");
    }
}

#[test]
fn without_a_name_the_only_cloud_of_the_folder_is_meant() {
    let folder = Folder::new();
    folder.write("compose.yaml", "services:\n  web: { image: nginx }\n");
    folder.write(".hidden.yaml", SMALL);
    folder.write("notes.txt", SMALL);
    folder.write("below/other.yaml", SMALL);
    std::fs::create_dir(folder.path().join("folder.yaml")).expect("a folder");
    for verb in ["check", "show", "fmt"] {
        let none = fmc_in(&folder, &[verb]);
        assert_eq!(none.code, Some(2), "{none:?}");
        let expected = "error: there is no cloud file in this folder\nhint: name one, or write one with `fmc new > cloud.yaml`\n";
        assert_eq!(none.err, expected, "{verb}");
    }
    folder.write("home.yml", SMALL);
    let one = fmc_in(&folder, &["check"]);
    assert_eq!((one.code, one.out.as_str()), (Some(0), ""));
    assert_eq!(one.err, "home.yml: nothing to find fault with (1 hosts, 3 flows)\n");
    assert_eq!(fmc_in(&folder, &["show", "hosts"]).code, Some(0));
    assert_eq!(fmc_in(&folder, &["fmt", "--check"]).code, Some(0));
    folder.write("cabin.yaml", SMALL);
    for verb in ["check", "show", "fmt"] {
        let several = fmc_in(&folder, &[verb]);
        assert_eq!(several.code, Some(2));
        let expected = "error: there are several cloud files here: cabin.yaml, home.yml\nhint: name the one that you mean\n";
        assert_eq!(several.err, expected, "{verb}");
    }
}
