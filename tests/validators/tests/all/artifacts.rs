//! What every machine is started from, given to the tool that will read it; and faults that are planted
//! into it, which the tools or these tests must see.

use crate::common::{EXAMPLES, cloud, first, hosts, spread};
use std::collections::BTreeMap;

/// Every artifact of every example is taken by its validator, and makes the very tree of the model.
#[test]
fn every_artifact_of_every_example_makes_the_tree_of_the_model() {
    let wrong = spread(&EXAMPLES, |(name, text)| {
        let cloud = cloud(text);
        let mut wrong = Vec::new();
        for (host, tree) in hosts(&cloud) {
            let texts = first::texts(&tree);
            assert!(!texts.is_empty() || host.managed, "{name} {}", host.name);
            if let Err(why) = first::ask(&texts, &cloud, host, &tree, true) {
                wrong.push(format!("{name} {}: {why}", host.name));
            }
        }
        wrong
    });
    let wrong = wrong.concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_artifact_of_every_role_is_accepted() {
    let mut wrong = Vec::new();
    for role in fmc_roles::ROLES {
        let cloud = cloud(role.about.example);
        for (host, tree) in hosts(&cloud) {
            if let Err(why) = first::ask(&first::texts(&tree), &cloud, host, &tree, false) {
                wrong.push(format!("{} {}: {why}", role.about.name, host.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A host, an artifact of it, what is replaced in it, and by what: wrong keys, wrong values, missing
/// sections.
const FAULTS: [(&str, &str, &str, &str); 37] = [
    // Ignition: keys, a version that is to come, values, sections, and what only the tree shows.
    ("worker1", "worker1.ign", "\"overwrite\"", "\"overwrit\""),
    ("worker1", "worker1.ign", "\"links\"", "\"linkz\""),
    ("worker1", "worker1.ign", "\"3.3.0\"", "\"3.9.0\""),
    ("worker1", "worker1.ign", "\"/etc/hosts\"", "\"etc/hosts\""),
    ("worker1", "worker1.ign", "\"/etc/hosts\"", "\"/etc/hostname\""),
    ("worker1", "worker1.ign", "10.17.4.24/24", "10.17.4.25/24"),
    ("worker1", "worker1.ign", "\"mode\": 384", "\"mode\": 600"),
    ("worker1", "worker1.ign", "[Service]", "[Service"),
    ("worker1", "worker1.ign", "\"systemd\"", "\"sistemd\""),
    ("worker1", "worker1.ign", "\"ignition\"", "\"ignitions\""),
    ("worker1", "worker1.ign", "\"filesystems\"", "\"filesistems\""),
    ("worker1", "worker1.ign", "\"wipeFilesystem\"", "\"wipeFileSystems\""),
    // cloud-init.
    ("storage1", "storage1.nocloud/user-data", "fs_setup:", "fs_setups:"),
    ("storage1", "storage1.nocloud/user-data", "    partition: any", "    partition: some"),
    ("bastion1", "bastion1.nocloud/user-data", "#cloud-config\n", ""),
    ("bastion1", "bastion1.nocloud/user-data", "write_files:", "writefiles:"),
    ("bastion1", "bastion1.nocloud/user-data", "runcmd:", "runcmds:"),
    (
        "bastion1",
        "bastion1.nocloud/user-data",
        "    permissions: \"0600\"",
        "    permissions: 0600",
    ),
    ("bastion1", "bastion1.nocloud/user-data", "    defer:", "    differ:"),
    ("bastion1", "bastion1.nocloud/user-data", "192.168.0.20/24", "192.168.0.21/24"),
    ("bastion1", "bastion1.nocloud/user-data", "fqdn: bastion1", "fqdn: bastion2"),
    ("bastion1", "bastion1.nocloud/user-data", "mode: reboot", "mode: rebot"),
    ("bastion1", "bastion1.nocloud/network-config", "addresses:", "adresses:"),
    ("bastion1", "bastion1.nocloud/network-config", "192.168.0.20/24", "192.168.0.200/24"),
    ("bastion1", "bastion1.nocloud/network-config", "ethernets:", "ethernet:"),
    ("bastion1", "bastion1.nocloud/network-config", "via:", "by:"),
    // libvirt.
    ("physical1", "/etc/fmc/libvirt/domains/worker1.xml", "<vcpu>3", "<vcpu>three"),
    ("physical1", "/etc/fmc/libvirt/domains/worker1.xml", "memory", "memry"),
    ("physical1", "/etc/fmc/libvirt/domains/worker1.xml", "bus=\"virtio\"", "bus=\"virtual\""),
    (
        "physical1",
        "/etc/fmc/libvirt/domains/worker1.xml",
        "mac address=\"52:54",
        "mac address=\"53:5g",
    ),
    ("physical1", "/etc/fmc/libvirt/domains/worker1.xml", "<type machine=\"q35\">hvm</type>", ""),
    ("physical1", "/etc/fmc/libvirt/networks/nodes.xml", "10.17.4.1\"", "10.17.4.1000\""),
    ("physical1", "/etc/fmc/libvirt/networks/nodes.xml", "mode=\"open\"", "mode=\"opened\""),
    ("physical1", "/etc/fmc/libvirt/networks/nodes.xml", "<name>nodes</name>", ""),
    ("physical1", "/etc/fmc/libvirt/pool.xml", "type=\"dir\"", "type=\"folder\""),
    ("physical1", "/etc/fmc/libvirt/volumes/worker1.xml", "21474836480", "much"),
    ("physical1", "/etc/fmc/libvirt/volumes/worker1.xml", "<name>worker1.qcow2</name>", ""),
];

#[test]
fn every_planted_fault_of_an_artifact_is_seen() {
    let cloud = cloud(EXAMPLES[0].1);
    let hosts = hosts(&cloud);
    let mut unseen = Vec::new();
    for (name, path, from, to) in FAULTS {
        let (host, tree) = hosts.iter().find(|it| it.0.name.as_str() == name).expect(name);
        let mut texts = first::texts(tree);
        let text = texts.get_mut(path).expect(path);
        assert!(text.contains(from), "{path} does not say {from}");
        *text = text.replace(from, to);
        // Only what has to do with it is asked for: the rest would be accepted anyway.
        let end = path.rsplit('/').next().unwrap_or_default();
        let asked = |it: &str| match end {
            "network-config" => it == path,
            "user-data" => it == path || it.ends_with("/meta-data"),
            _ => it.starts_with('/') == path.starts_with('/') && !it.contains(".nocloud"),
        };
        let texts: BTreeMap<String, String> = texts.into_iter().filter(|it| asked(&it.0)).collect();
        if first::ask(&texts, &cloud, host, tree, true).is_ok() {
            unseen.push(format!("{path}: {from} -> {to}"));
        }
    }
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}

/// Misspelt keys that the validators alone would take. What writes them is a type whose keys are its
/// fields, so none can be misspelt in one place; and were a field itself misspelt, the faults above show
/// that these tests see it.
#[test]
fn validators_alone_let_misspelt_keys_pass() {
    let cloud = cloud(EXAMPLES[0].1);
    let hosts = hosts(&cloud);
    for (name, path, from, to, validator) in [
        ("worker1", "worker1.ign", "\"links\"", "\"linkz\"", &["ignition-validate"][..]),
        (
            "bastion1",
            "bastion1.nocloud/user-data",
            "write_files:",
            "writefiles:",
            &["cloud-init", "schema", "-c"],
        ),
    ] {
        let (host, tree) = hosts.iter().find(|it| it.0.name.as_str() == name).expect(name);
        let mut texts = first::texts(tree);
        let text = texts.get_mut(path).expect(path);
        assert!(first::passes(validator, text), "{path}");
        *text = text.replace(from, to);
        assert!(first::passes(validator, text), "{path} with {to}");
        assert!(first::ask(&texts, &cloud, host, tree, false).is_err(), "{path} with {to}");
    }
}

/// A value of a secret that is known comes into an artifact that nobody else may read; one that is not
/// known leaves its file out.
#[test]
fn secrets_are_in_no_artifact_unless_they_were_handed_over() {
    let cloud = cloud(EXAMPLES[0].1);
    let value = |_: &fmc_config::Secret| Some("THE-VALUE".to_owned());
    let without = || fmc_build::build(&cloud, "(test)", |it| it.name.as_str() == "vps");
    let with = without().knowing(&cloud, "(test)", &value);
    let without = without();
    for (tree, is_there, mode) in [(&with, true, 0o600), (&without, false, 0o644)] {
        let Some(fmc_build::Node::File(file)) = tree.hosts["vps"].node("vps.nocloud/user-data")
        else {
            panic!("no user-data")
        };
        let text = file.printed.text();
        assert_eq!(text.contains("PrivateKey = THE-VALUE"), is_there, "{text}");
        assert_eq!(text.contains("#   /etc/wireguard/wg0.conf"), !is_there, "{text}");
        assert!(!text.contains("x25519"), "{text}");
        assert_eq!(file.mode, mode);
    }
}
