//! Certificates that are good for nothing but these tests.

use super::parts;
use fmc_model::Cloud;
use fmc_sys::{Command, Host as _, Setup};
use std::collections::BTreeSet;

/// A certificate with its key, each as PEM.
#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

/// One certificate for everything in a cloud: it is good for every name and address that some
/// certificate of the cloud has, and is its own authority.
pub(crate) fn pair(cloud: &Cloud) -> Pair {
    let mut names: BTreeSet<String> = BTreeSet::new();
    for it in &cloud.certificates {
        names.extend(it.names.iter().map(|it| format!("DNS:{it}")));
        names.extend(it.addresses.iter().map(|it| format!("IP:{it}")));
    }
    names.insert("DNS:localhost".to_owned());
    let names: Vec<String> = names.into_iter().collect();
    let on = Setup::over(parts::root()).start().expect("a sandbox");
    let make = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-days", "36500", "-subj", "/CN=test", "-keyout", "/tmp/key", "-out", "/tmp/crt"])
        .arg("-addext")
        .arg(format!("subjectAltName={}", names.join(",")))
        .args(["-addext", "extendedKeyUsage=serverAuth,clientAuth"]);
    on.run(&make).and_then(fmc_sys::Outcome::ok).expect("a certificate");
    let read = |path: &str| on.run(&Command::new("cat").arg(path)).expect("read").text();
    Pair { certificate: read("/tmp/crt"), key: read("/tmp/key") }
}
