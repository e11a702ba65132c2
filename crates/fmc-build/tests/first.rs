//! What machines are started from says nothing that would be forgotten, and opens nothing.

mod common;

use common::{EXAMPLES, built, nodes};

/// L13, L14, L58: `user-data` sets nothing by a command that a second start would not know, holds no
/// network that nobody reads, and lets nobody in by a password or as root.
#[test]
fn a_first_start_leaves_nothing_for_commands_to_remember() {
    let mut seen = 0;
    for (name, text) in EXAMPLES {
        let all = nodes(&built(text).0);
        for (path, text) in all.iter().filter(|it| it.0.ends_with(".nocloud/user-data")) {
            let at = format!("{name} {path}");
            let commands = text.lines().skip_while(|it| *it != "runcmd:").skip(1);
            for command in commands.take_while(|it| it.starts_with("  - [")) {
                let links = command.starts_with("  - [ln, \"-sfn\", ");
                assert!(links || command.starts_with("  - [mkdir, \"-p\", "), "{at}: {command}");
            }
            assert!(text.contains("\nssh_pwauth: false\ndisable_root: true\n"), "{at}");
            assert!(!text.contains("\nnetwork:") && !text.contains("\nchpasswd:"), "{at}");
            let beside = path.replace("user-data", "network-config");
            assert!(all[&beside].contains("\nversion: 2\n"), "{at}");
            seen += 1;
        }
        for (path, text) in all.iter().filter(|it| it.1.contains("\"ignition\": {")) {
            assert!(!text.contains("passwordHash"), "{name} {path}");
            seen += 1;
        }
    }
    assert!(seen > 0);
}

/// Every host that is ours and has a system has exactly what its system is started from.
#[test]
fn every_host_has_what_its_system_reads() {
    for (name, text) in EXAMPLES {
        let (cloud, _) = built(text);
        let all = nodes(&cloud);
        for host in cloud.hosts.values() {
            let flatcar = host.system == Some(fmc_model::cloud::System::Flatcar);
            let ours = !host.managed && host.system.is_some();
            let at = format!("{name} {}", host.name);
            assert_eq!(all.contains_key(&format!("{}.ign", host.name)), ours && flatcar, "{at}");
            for file in ["meta-data", "network-config", "user-data"] {
                let path = format!("{}.nocloud/{file}", host.name);
                assert_eq!(all.contains_key(&path), ours && !flatcar, "{at}");
            }
        }
    }
}
