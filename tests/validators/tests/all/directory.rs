//! What stands in for FreeIPA: the real directory server and the real KDC take its files and answer;
//! faults in them are seen.

use crate::common::directory::{DIRECTORY, KERBEROS, asked};
use crate::common::edge::stand_in;
use crate::common::{EXAMPLES, Given, cloud, clouds, secrets, shapes, spread, stage, tools};
use fmc_model::Cloud;
use fmc_model::cloud::Host;

const KRB5: &str = "/etc/krb5.conf";
const KDC: &str = "/etc/krb5kdc/kdc.conf";
const INSTANCE: &str = "/etc/fmc/directory/instance.inf";

/// Hosts for which a directory stands in.
fn directories(cloud: &Cloud) -> impl Iterator<Item = &Host> {
    cloud.hosts.values().filter(|it| it.has_role("freeipa"))
}

/// The files of what stands in, those of its certificate among them.
fn files(cloud: &Cloud, host: &Host) -> Vec<Given> {
    let secrets = secrets(cloud);
    let setup = cloud.setup(host.id).stand_in.as_deref().expect("a stand-in");
    let mut files = stand_in(setup, &secrets);
    let own =
        crate::common::hosts(cloud).into_iter().find(|it| it.0.name == host.name).expect("it");
    let own = crate::common::files(&own.1, &secrets);
    files.extend(own.into_iter().filter(|it| it.path.starts_with("/etc/fmc/pki/")));
    files
}

fn ask(cloud: &Cloud, host: &Host, files: &[Given], part: &str) -> Result<(), String> {
    for file in files {
        if let Some(shape) = fmc_roles::shape_of(&file.path) {
            shapes::check(&file.path, &file.text, &shape)?;
        }
    }
    let setup = cloud.setup(host.id).stand_in.as_deref().expect("a stand-in");
    asked(host, setup, files, cloud.domain.as_str(), part)
}

#[test]
fn every_directory_answers() {
    let counts = spread(&clouds(), |(name, text)| {
        let cloud = cloud(text);
        let mut count = 0;
        for host in directories(&cloud) {
            let files = files(&cloud, host);
            let secrets = secrets(&cloud);
            let on = stage(&cloud, host, &files, &secrets);
            for file in files.iter().filter(|it| it.path.ends_with(".service")) {
                let told = tools::ask(file, &on).expect("a unit");
                told.unwrap_or_else(|it| panic!("{name} {}: {it}", file.path));
            }
            ask(&cloud, host, &files, "").unwrap_or_else(|it| panic!("{name} {}: {it}", host.name));
            count += 1;
        }
        count
    });
    let count: u32 = counts.iter().sum();
    assert!(count >= 2, "{count}");
}

const FAULTS: [(&str, &str, &str); 10] = [
    (KRB5, "default_realm", "default_relm"),
    (KRB5, "kdc = 10.17.3.15:88", "kdc = 10.17.3.16:88"),
    (KRB5, "[realms]", "[relms]"),
    (KDC, "master_key_type = aes256-cts-hmac-sha384-192", "master_key_type = aes257"),
    (KDC, "supported_enctypes", "supported_enctype"),
    (KDC, "10.17.3.15:88", "10.17.3.16:88"),
    (KDC, "+preauth", "-preauth"),
    (INSTANCE, "[backend-userroot]", "[backend]"),
    (INSTANCE, "secure_port = 636", "secure_port = 63600"),
    (INSTANCE, "dc=cefaslocalserver,dc=com", "dc=cefaslocalserver,dc=org"),
];

#[test]
fn every_planted_fault_is_seen() {
    let cloud = cloud(EXAMPLES[0].1);
    let host = directories(&cloud).next().expect("a directory");
    let good = files(&cloud, host);
    let unseen = spread(&FAULTS, |(path, from, to)| {
        let mut files = good.clone();
        let file = files.iter_mut().find(|it| it.path == *path).expect(path);
        assert!(file.text.contains(from), "{path} does not say {from}:\n{}", file.text);
        file.text = file.text.replace(from, to);
        let part = if *path == INSTANCE { DIRECTORY } else { KERBEROS };
        let seen = ask(&cloud, host, &files, part).is_err();
        (!seen).then(|| format!("{path}: {from} -> {to}"))
    });
    let unseen: Vec<String> = unseen.into_iter().flatten().collect();
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}
