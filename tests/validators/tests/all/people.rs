//! Files of people outside: each brings its owner into the tunnel, and faults in it are seen.

use crate::common::shell::ssh;
use crate::common::tools::Verdict;
use crate::common::tunnel::{Whose, wg_quick};
use crate::common::{EXAMPLES, Given, cloud, clouds, hosts, root, secrets, spread, stage};
use fmc_build::{Node, build};
use fmc_model::Cloud;
use fmc_secrets::Secrets;
use fmc_sys::{Command, Host as _, Setup};

/// The cloud with the most kinds of people.
const TUNNELS: &str = include_str!("../../clouds/tunnels.yaml");

/// The public key of somebody who keeps the private one.
const OWN_KEY: &str = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";

/// The files of people, with keys in them.
fn files(cloud: &Cloud, secrets: &Secrets) -> Vec<Given> {
    let tree = build(cloud, "(test)", |_| true);
    let mut all = Vec::new();
    for (path, node) in &tree.people {
        let Node::File(file) = node else { panic!("{path} is a link") };
        let text = file.printed.fill(|it| secrets.value(it)).expect("every secret is known");
        all.push(Given { path: path.clone(), text, mode: file.mode.into() });
    }
    all
}

/// What is said of a file: of one for SSH, by `ssh` itself, on the bastion whose hosts it tells.
fn said(file: &Given, cloud: &Cloud, secrets: &Secrets) -> Verdict {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let Some(bastion) = name.strip_suffix(".ssh_config") else {
        return wg_quick(file, &Whose::at(&file.path, cloud), cloud, secrets);
    };
    let all = hosts(cloud);
    let (host, _) = all.iter().find(|it| it.0.name.as_str() == bastion).ok_or("no bastion")?;
    let path = format!("/run/person/{name}");
    let files = [Given { path: path.clone(), ..file.clone() }];
    ssh(&path, &file.text, true, &stage(cloud, host, &files, secrets))
}

#[test]
fn every_person_comes_in() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (name, text) in clouds().into_iter().filter(|it| it.1 != TUNNELS) {
        let cloud = cloud(text);
        let secrets = secrets(&cloud);
        for file in files(&cloud, &secrets) {
            let said = said(&file, &cloud, &secrets);
            wrong.extend(said.err().map(|it| format!("{name} {}\n{it}", file.path)));
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(count >= 4, "{count}");
}

/// Whoever keeps a private key puts it where the file says so.
#[test]
fn people_of_all_kinds_come_in() {
    let on = Setup::over(root()).start().expect("a sandbox");
    let wg = |command: Command| {
        let outcome = on.run(&command).and_then(fmc_sys::Outcome::ok).expect("wg");
        outcome.text().trim().to_owned()
    };
    let private = wg(Command::new("wg").arg("genkey"));
    let public = wg(Command::new("wg").arg("pubkey").input(private.clone()));
    assert!(TUNNELS.contains(OWN_KEY));
    let cloud = cloud(&TUNNELS.replace(OWN_KEY, &public));
    let secrets = secrets(&cloud);
    let all = files(&cloud, &secrets);
    let paths: Vec<&str> = all.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["admins/eva/wg0.conf", "admins/home/wg0.conf", "auditors/eva/wg1.conf"]);
    for mut file in all {
        if file.path == "admins/eva/wg0.conf" {
            assert!(!file.text.contains("\nPrivateKey"), "{}", file.text);
            let own = format!("[Interface]\nPrivateKey = {private}\n");
            file.text = file.text.replace("[Interface]\n", &own);
        }
        let whose = Whose::at(&file.path, &cloud);
        wg_quick(&file, &whose, &cloud, &secrets).unwrap_or_else(|it| panic!("{it}\n{file:?}"));
    }
}

/// What is replaced in a file, and by what.
const FAULTS: [(&str, &str, &str); 11] = [
    ("wg0.conf", "Address = 10.17.0.10/32", "Address = 10.17.0.310/32"),
    ("wg0.conf", "AllowedIPs = ", "AllowedIP = "),
    ("wg0.conf", "10.17.5.10/32", "10.17.5.10/33"),
    ("wg0.conf", "192.168.0.20/32", "192.168.0.21/32"),
    ("wg0.conf", "192.168.0.20/32", "192.168.0.0/24"),
    ("wg0.conf", "PublicKey = ", "PublicKey = A"),
    ("wg0.conf", ":51820", ":51821"),
    ("wg0.conf", "DNS = 10.17.3.11", "DNS = 10.17.3.12"),
    ("bastion1.ssh_config", "10.17.4.22", "10.17.4.220"),
    ("bastion1.ssh_config", "ProxyJump", "ProxyJmp"),
    ("bastion1.ssh_config", "Host master2", "Host master3"),
];

#[test]
fn every_planted_fault_is_seen() {
    let cloud = cloud(EXAMPLES[0].1);
    let secrets = secrets(&cloud);
    let all = files(&cloud, &secrets);
    let unseen = spread(&FAULTS, |(name, from, to)| {
        let file = all.iter().find(|it| it.path.ends_with(name)).expect("a file of Ana");
        assert!(file.text.contains(from), "no `{from}` in\n{}", file.text);
        let text = file.text.replace(from, to);
        let seen = said(&Given { text, ..file.clone() }, &cloud, &secrets).is_err();
        (!seen).then(|| format!("{from} -> {to}"))
    });
    let unseen: Vec<String> = unseen.into_iter().flatten().collect();
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}
