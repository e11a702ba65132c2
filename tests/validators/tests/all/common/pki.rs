//! Keys and certificates as OpenSSL reads them, header and all.

use super::tools::{Verdict, one, run};
use fmc_sys::{Command, Sandbox};

/// A certificate is taken from the authority beside it, and a key belongs to its certificate.
pub(crate) fn accepted(path: &str, on: &Sandbox) -> Verdict {
    let authority = format!("{}/ca.crt", path.rsplit_once('/').map_or("", |it| it.0));
    let openssl = |words: &[&str]| Command::new("openssl").args(words);
    let Some(stem) = path.strip_suffix(".key") else {
        let words = ["verify", "-x509_strict", "-CAfile", &authority, path];
        return one(&openssl(&words), on);
    };
    let certificate = format!("{stem}.crt");
    let of_key = openssl(&["pkey", "-in", path, "-pubout"]);
    one(&of_key, on)?;
    let of_certificate = openssl(&["x509", "-in", &certificate, "-noout", "-pubkey"]);
    if run(&of_key, on)?.text() == run(&of_certificate, on)?.text() {
        Ok(())
    } else {
        Err(format!("{path} is not the key of {certificate}"))
    }
}
