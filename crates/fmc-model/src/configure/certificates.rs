//! The files of certificates: each lies on its host with its key and the certificate of its authority,
//! whether a role says so or not.

use super::HostPart;
use crate::Credential;
use crate::cloud::{Certificate, Cloud, Host, authority_file};
use crate::role::Configuration;
use crate::setup::{Entry, File, Setup};
use fmc_config::{Cause, Keys, Secret, SecretKind};

/// The certificates of a host. Those of a cloud come in the order of its hosts.
fn of_host<'c>(cloud: &'c Cloud, host: &Host) -> &'c [Certificate] {
    let id_of = |it: &Certificate| cloud.hosts.get(&it.host).map(|it| it.id);
    let all = &cloud.certificates;
    let start = all.partition_point(|it| id_of(it) < Some(host.id));
    let count = all[start..].iter().take_while(|it| it.host == host.name).count();
    &all[start..start + count]
}

/// The certificate of an authority, for whoever trusts it.
pub(crate) fn authority(name: &'static str, cause: &Cause) -> (String, Entry) {
    let keys = Keys::pem([Secret::public(SecretKind::Authority, name)]);
    (authority_file(name), Entry::File(File::new(keys, cause)))
}

/// The files of the certificates of a host. The key is for whom a role named as its reader, else for
/// `root`; two readers are a conflict, as two of anything are.
pub(super) fn files(part: &HostPart<'_>, said: &Setup) -> Configuration {
    let mut out = part.says(part.cause("certificates"));
    let mut authorities: Vec<&'static str> = Vec::new();
    for certificate in of_host(part.cloud, part.host) {
        let cause = Cause::new(certificate.origin.place, "certificates");
        let is_meant = |it: &&Credential| {
            (it.authority, it.name) == (certificate.authority, certificate.local_name())
        };
        let mut owners: Vec<&str> =
            said.credentials.iter().filter(is_meant).map(|it| it.owner.as_str()).collect();
        if owners.is_empty() {
            owners.push("root");
        }
        for owner in owners {
            let (files, name) = (certificate.files(), || certificate.name.clone());
            out.entry_by(files.certificate, || {
                File::new(Keys::pem([Secret::public(SecretKind::Certificate, name())]), &cause)
            });
            out.entry_by(files.key, || {
                let key = Keys::pem([Secret::private(SecretKind::Certificate, name())]);
                File::new(key, &cause).mode(0o600).owner(owner)
            });
        }
        if !authorities.contains(&certificate.authority) {
            authorities.push(certificate.authority);
            let (path, entry) = authority(certificate.authority, &cause);
            out.entry(path, entry);
        }
    }
    out
}
