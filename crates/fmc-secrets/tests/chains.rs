//! Every certificate of every example, verified by OpenSSL for what it is good for, under each of its
//! names; and refused for everything else.

mod common;

use common::{EXAMPLES, FOUNDING, Folder, TODAY, cloud, completed};
use fmc_config::{Secret, SecretKind};
use fmc_model::Date;
use fmc_model::cloud::Certificate;
use fmc_model::role::Usage;
use fmc_secrets::{Id, Secrets};
use std::path::{Path, PathBuf};
use std::process::Command;
use x509_parser::prelude::{GeneralName, ParsedExtension, X509Certificate};

/// Certificates in files, as a host has them.
struct Files {
    folder: Folder,
}

impl Files {
    fn of(secrets: &Secrets, name: &str) -> Self {
        let folder = Folder::new(name);
        for id in secrets.ids() {
            if matches!(id.kind, SecretKind::Certificate | SecretKind::Authority) {
                let value = |it: Secret| secrets.value(&it).expect("a value");
                let path = path(&folder.0, &id.to_string());
                let public = value(Secret::public(id.kind, &*id.name));
                std::fs::write(path.with_extension("crt"), public).expect("written");
                let private = value(Secret::private(id.kind, &*id.name));
                std::fs::write(path.with_extension("key"), private).expect("written");
            }
        }
        Self { folder }
    }

    fn path(&self, kind: SecretKind, name: &str, part: &str) -> PathBuf {
        let id = Id::of(&Secret::public(kind, name));
        path(&self.folder.0, &id.to_string()).with_extension(part)
    }

    /// Whether OpenSSL takes a certificate from an authority with these further words.
    fn verify(&self, certificate: &str, authority: &str, on: Date, words: &[&str]) -> bool {
        let noon = u64::from(on.unix_days()) * 86_400 + 43_200;
        let ran = Command::new("openssl")
            .args(["verify", "-x509_strict", "-attime", &noon.to_string(), "-CAfile"])
            .arg(self.path(SecretKind::Authority, authority, "crt"))
            .args(words)
            .arg(self.path(SecretKind::Certificate, certificate, "crt"))
            .output()
            .expect("openssl, which `./setup --test` installs");
        let said = String::from_utf8_lossy(&ran.stdout);
        assert_eq!(ran.status.success(), said.trim_end().ends_with(": OK"), "{ran:?}");
        ran.status.success()
    }
}

/// A name of a file without what separates folders; the part behind the last dot is left to others.
fn path(folder: &Path, id: &str) -> PathBuf {
    folder.join(id.replace(['/', ':', '.'], "_") + ".x")
}

fn pem(secrets: &Secrets, kind: SecretKind, name: &str) -> x509_parser::pem::Pem {
    let text = secrets.value(&Secret::public(kind, name)).expect("made");
    x509_parser::pem::parse_x509_pem(text.as_bytes()).expect("PEM").1
}

#[test]
fn openssl_takes_every_certificate_for_its_purposes_and_names_and_for_no_other() {
    let mut verified = 0;
    for (name, text) in EXAMPLES {
        let cloud = cloud(text);
        let secrets = completed(&cloud);
        let files = Files::of(&secrets, name);
        for it in &cloud.certificates {
            let purposes = match it.usage {
                Usage::Server => [true, false],
                Usage::Client => [false, true],
                Usage::Both => [true, true],
            };
            let takes = |words: &[&str]| files.verify(&it.name, it.authority, TODAY, words);
            assert_eq!(takes(&["-purpose", "sslserver"]), purposes[0], "{name} {it:?}");
            assert_eq!(takes(&["-purpose", "sslclient"]), purposes[1], "{name} {it:?}");
            for dns in &it.names {
                assert!(takes(&["-verify_hostname", dns]), "{name} {} {dns}", it.name);
            }
            for address in &it.addresses {
                assert!(
                    takes(&["-verify_ip", &address.to_string()]),
                    "{name} {} {address}",
                    it.name
                );
            }
            verified += 1;
        }
    }
    assert!(verified > 60, "{verified}");
}

#[test]
fn openssl_refuses_what_is_planted() {
    let cloud = cloud(FOUNDING);
    let secrets = completed(&cloud);
    let files = Files::of(&secrets, "planted");
    let server = "master1/kube-apiserver";
    let good = ["-purpose", "sslserver", "-verify_ip", "10.17.5.10"];
    let takes =
        |authority: &str, on: Date, words: &[&str]| files.verify(server, authority, on, words);
    assert!(takes("kubernetes", TODAY, &good));
    // Another authority, another name, another address, another purpose, another day.
    assert!(!takes("etcd", TODAY, &good));
    assert!(!takes("kubernetes", TODAY, &["-verify_hostname", "master2"]));
    assert!(!takes("kubernetes", TODAY, &["-verify_ip", "10.17.4.22"]));
    assert!(!takes("kubernetes", TODAY, &["-purpose", "sslclient"]));
    assert!(!takes("kubernetes", TODAY.plus(400), &good));
    assert!(!takes("kubernetes", Date { year: 2026, month: 6, day: 1 }, &good));
    // A host may not issue: its certificate is no authority.
    let id = Id::of(&Secret::public(SecretKind::Certificate, server));
    let until = secrets.validity(&id).expect("issued").until;
    assert!(takes("kubernetes", until, &good) && !takes("kubernetes", until.plus(1), &good));
    let as_authority = Command::new("openssl")
        .args(["verify", "-x509_strict", "-purpose", "any", "-CAfile"])
        .arg(files.path(SecretKind::Certificate, server, "crt"))
        .arg(files.path(SecretKind::Certificate, "master1/front-proxy-client", "crt"))
        .output()
        .expect("openssl");
    assert!(!as_authority.status.success());
}

#[test]
fn keys_belong_to_their_certificates() {
    let cloud = cloud(FOUNDING);
    let files = Files::of(&completed(&cloud), "keys");
    let openssl = |words: &[&str], path: PathBuf| {
        let ran = Command::new("openssl").args(words).arg(path).output().expect("openssl");
        assert!(ran.status.success(), "{ran:?}");
        ran.stdout
    };
    for Certificate { name, .. } in &cloud.certificates {
        let kind = SecretKind::Certificate;
        let of_key = openssl(&["pkey", "-pubout", "-in"], files.path(kind, name, "key"));
        let words = ["x509", "-pubkey", "-noout", "-in"];
        assert_eq!(of_key, openssl(&words, files.path(kind, name, "crt")), "{name}");
    }
}

#[test]
fn certificates_say_what_was_asked_for_and_nothing_else() {
    let cloud = cloud(FOUNDING);
    let secrets = completed(&cloud);
    for asked in &cloud.certificates {
        let pem = pem(&secrets, SecretKind::Certificate, &asked.name);
        let is: X509Certificate<'_> = pem.parse_x509().expect("a certificate");
        let name = |it: &x509_parser::x509::AttributeTypeAndValue<'_>| {
            it.as_str().expect("text").to_owned()
        };
        let subject = is.subject();
        let common: Vec<String> = subject.iter_common_name().map(name).collect();
        assert_eq!(common, [&*asked.common_name], "{}", asked.name);
        let organization: Vec<String> = subject.iter_organization().map(name).collect();
        let wanted: Vec<String> = asked.organization.iter().map(ToString::to_string).collect();
        assert_eq!(organization, wanted, "{}", asked.name);
        let mut names: Vec<String> = Vec::new();
        for extension in is.extensions() {
            if let ParsedExtension::SubjectAlternativeName(all) = extension.parsed_extension() {
                names.extend(all.general_names.iter().map(|it| match it {
                    GeneralName::DNSName(name) => (*name).to_owned(),
                    GeneralName::IPAddress(bytes) => {
                        if let Ok(four) = <[u8; 4]>::try_from(*bytes) {
                            std::net::Ipv4Addr::from(four).to_string()
                        } else {
                            let bytes: [u8; 16] = (*bytes).try_into().expect("sixteen");
                            std::net::Ipv6Addr::from(bytes).to_string()
                        }
                    }
                    other => panic!("{}: {other:?}", asked.name),
                }));
            }
        }
        let addresses = asked.addresses.iter().map(ToString::to_string);
        let wanted: Vec<String> = asked.names.iter().cloned().chain(addresses).collect();
        assert_eq!(names, wanted, "{}", asked.name);
        let usage = is.key_usage().expect("readable").expect("there").value;
        assert!(usage.digital_signature() && !usage.key_cert_sign() && !usage.crl_sign());
        assert!(!is.is_ca());
    }
    for authority in ["etcd", "kubernetes", "front-proxy", "ingress"] {
        let pem = pem(&secrets, SecretKind::Authority, authority);
        let is = pem.parse_x509().expect("a certificate");
        let limits = is.basic_constraints().expect("readable").expect("there");
        assert!(limits.critical && limits.value.ca, "{authority}");
        assert_eq!(limits.value.path_len_constraint, Some(0), "{authority}");
        let usage = is.key_usage().expect("readable").expect("there");
        assert!(usage.critical && usage.value.key_cert_sign() && !usage.value.digital_signature());
    }
}
