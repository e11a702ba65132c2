//! Connections that do not look who is at the other end.

use crate::question::files::by_hand::{Written, line_with, written};
use crate::question::{Question, Subject};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Verification that is switched off.
const CODE: Code = Code {
    id: "FMC1408",
    severity: Severity::Warning,
    title: Words("does not look whom it asks", "no mira a quién pregunta"),
    reason: Words(
        "A connection that is encrypted and not verified is a secret told to whoever happens to answer: a \
         password or a token goes to them first. It is switched off when a name is not in a certificate, or \
         an authority is not known. Here every way to a service is in its certificate, and each authority's \
         certificate lies below `/etc/fmc/pki` on whoever needs it.",
        "Una conexión cifrada y no verificada es un secreto contado a quien responda: la contraseña o el token \
         va primero a él. Se desactiva cuando un nombre no está en un certificado, o no se conoce una autoridad. \
         Aquí todo camino a un servicio está en su certificado, y el certificado de cada autoridad está bajo \
         `/etc/fmc/pki` en quien lo necesita.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: debian
    nics: { lan: 11 }
    files: { /etc/own/kubeconfig: { mode: \"0600\", text: \"insecure-skip-tls-verify: true\\n\" } }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  server:
    os: debian
    nics: { lan: 11 }
    files: { /etc/own/kubeconfig: { mode: \"0600\", text: \"certificate-authority: /etc/fmc/pki/kubernetes/ca.crt\\n\" } }
",
};

const BLIND: [&str; 12] = [
    "insecure-skip-tls-verify: true",
    "insecure-skip-tls-verify=true",
    "insecureSkipVerify: true",
    "insecureSkipVerify = true",
    "StrictHostKeyChecking no",
    "StrictHostKeyChecking=no",
    "host_key_checking = False",
    "verify none",
    "curl -k ",
    "curl --insecure",
    "--no-check-certificate",
    "sslmode=disable",
];

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let told = |it: &Written<'_>| {
        let (line, what) = BLIND.iter().find_map(|word| Some((line_with(it.text, word)?, word)))?;
        let (path, who, what) = (&it.what, subject.called(it.hosts.iter().copied()), what.trim());
        let told = CODE.at(
            it.place,
            text!(
                "`{what}` in line {line} of {path}: {who} does not look who answers",
                "`{what}` en la línea {line} de {path}: {who} no mira quién responde"
            ),
        );
        Some(told.hint(text!(
            "name the authority that vouches for the other side",
            "nombre la autoridad que responde del otro lado"
        )))
    };
    written(subject).iter().filter_map(told).collect()
}
