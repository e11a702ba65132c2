//! Certificates of one's own that end.

use crate::question::files::by_hand::{Written, written};
use crate::question::{Question, Subject};
use fmc_model::{Code, Date, Diagnostic, Severity, Words, text};
use x509_cert::Certificate;
use x509_cert::der::DecodePem as _;

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A certificate that ends soon, or has ended.
const CODE: Code = Code {
    id: "FMC1409",
    severity: Severity::Warning,
    title: Words("certificate that ends", "certificado que termina"),
    reason: Words(
        "Certificates that `fmc` issues are renewed before they end. One that was put into a file by hand \
         is not: on the day after its last, whoever asks is told not to go on, and everything behind it is \
         gone at once. It is told when 30 days or less are left.",
        "Los certificados que emite `fmc` se renuevan antes de terminar. Uno puesto a mano en un fichero no: al \
         día siguiente del último, a quien pregunte se le dice que no siga, y todo lo de detrás desaparece de \
         golpe. Se avisa cuando quedan 30 días o menos.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: debian
    nics: { lan: 11 }
    files:
      /etc/own/www.crt:
        text: |
          -----BEGIN CERTIFICATE-----
          MIIBHDCBwwICEAAwCgYIKoZIzj0EAwIwGjEYMBYGA1UEAwwPd3d3LmV4YW1wbGUu
          Y29tMB4XDTI2MDMwMTAwMDAwMFoXDTI2MDYxMDAwMDAwMFowGjEYMBYGA1UEAwwP
          d3d3LmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEQ6vX0/yO
          /UjkhfENw/Nv+shVJtRdsJNsId3/bKCmOc02Vh/bdSwWSwHKvn0VOhp1FySF8l13
          y2zSATSzf74HezAKBggqhkjOPQQDAgNIADBFAiEAkq9DZEewmhbzBHcaPLVV3RkD
          PqHGO/+jgyVgc8xiGqkCIGDWB0U1eieU9iDyDldsR6wKl7k6AL1K0fCd5mFoxOxY
          -----END CERTIFICATE-----
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: debian
    nics: { lan: 11 }
    files:
      /etc/own/www.crt:
        text: |
          -----BEGIN CERTIFICATE-----
          MIIBHTCBwwICEAEwCgYIKoZIzj0EAwIwGjEYMBYGA1UEAwwPd3d3LmV4YW1wbGUu
          Y29tMB4XDTI2MDMwMTAwMDAwMFoXDTM2MDYxMDAwMDAwMFowGjEYMBYGA1UEAwwP
          d3d3LmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEQ6vX0/yO
          /UjkhfENw/Nv+shVJtRdsJNsId3/bKCmOc02Vh/bdSwWSwHKvn0VOhp1FySF8l13
          y2zSATSzf74HezAKBggqhkjOPQQDAgNJADBGAiEA3LTFQddR3LoUQyLnmEujK0+v
          mp1l5lqCdiZi636V4vgCIQDRTi9ANBtFxDmm9XLg+zjuLWgAgEF4mBHd5NORejBu
          /g==
          -----END CERTIFICATE-----
",
};

/// How many days before its end it is told.
const SOON: i64 = 30;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let files = written(subject);
    files.iter().flat_map(|it| ending(subject, it)).collect()
}

fn ending(subject: &Subject<'_>, it: &Written<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut rest = it.text;
    let mut number = 0;
    while let Some(start) = rest.find(BEGIN) {
        let Some(end) = rest[start..].find(END) else { break };
        let pem = &rest[start..start + end + END.len()];
        rest = &rest[start + end + END.len()..];
        number += 1;
        let Some((name, last)) = name_and_end(pem) else { continue };
        let left = subject.today.days_until(last);
        if left > SOON {
            continue;
        }
        let (path, who) = (&it.what, subject.called(it.hosts.iter().copied()));
        let message = if left < 0 {
            text!(
                "the certificate of {name} in {path} of {who} (number {number}) ended on {last}",
                "el certificado de {name} en {path} de {who} (número {number}) terminó el {last}"
            )
        } else {
            text!(
                "the certificate of {name} in {path} of {who} (number {number}) ends on {last}, in {left} days",
                "el certificado de {name} en {path} de {who} (número {number}) termina el {last}, en {left} días"
            )
        };
        found.push(CODE.at(it.place, message).hint(text!(
            "renew it, or let a role have one that is renewed by itself",
            "renuévelo, o haga que un rol tenga uno que se renueve solo"
        )));
    }
    found
}

/// Whose a certificate is, and its last day.
fn name_and_end(pem: &str) -> Option<(String, Date)> {
    // Within YAML each line may be set off.
    let lines: Vec<&str> = pem.lines().map(str::trim).collect();
    let certificate = Certificate::from_pem(lines.join("\n").as_bytes()).ok()?.tbs_certificate;
    let seconds = certificate.validity.not_after.to_unix_duration().as_secs();
    let days = u32::try_from(seconds / 86_400).ok()?;
    Some((certificate.subject.to_string(), Date::from_unix_days(days)))
}
