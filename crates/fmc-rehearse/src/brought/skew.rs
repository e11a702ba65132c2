//! Which versions of the programs of Kubernetes may be together: those for which flags and files can be written, and
//! among them those that upstream's policy allows (<https://kubernetes.io/releases/version-skew-policy/>).

use super::Refused;
use fmc_model::cloud::Releases;
use fmc_model::{Text, text};
use std::collections::BTreeMap;

/// Whose version decides about those of all others.
const API: &str = "kube-apiserver";

/// Of a node, whose files are written for it.
const KUBELET: &str = "kubelet";

/// What comes with no file or flag of its own: `kubectl` is told everything by words that it always knew.
const TOLD_NOTHING: &str = "kubectl";

/// By how many minor versions each may be older than kube-apiserver, and by how many newer.
const POLICY: [(&str, u16, u16); 5] = [
    ("kube-controller-manager", 1, 0),
    ("kube-scheduler", 1, 0),
    (KUBELET, 3, 0),
    ("kube-proxy", 3, 0),
    (TOLD_NOTHING, 1, 1),
];

/// Where upstream says so.
const MANUAL: &str = "https://kubernetes.io/releases/version-skew-policy/";

/// For which releases files are written, by the minor version of each program.
pub(super) fn releases(minors: &BTreeMap<&'static str, u16>) -> Result<Releases, Refused> {
    let (first, last) = (*Releases::KNOWN.start(), *Releases::KNOWN.end());
    let api = minors.get(API).copied().unwrap_or_default();
    if !Releases::KNOWN.contains(&api) {
        return Err(unknown(API, api));
    }
    for (name, older, newer) in POLICY {
        let Some(own) = minors.get(name).copied() else { continue };
        if own.saturating_add(older) < api || own > api + newer {
            return Err(Refused {
                what: apart(name, own, api),
                mend: allowed(name, api, older, newer),
            });
        }
        if name != TOLD_NOTHING && !(first..=last).contains(&own) {
            return Err(unknown(name, own));
        }
    }
    let nodes = minors.get(KUBELET).copied().unwrap_or(api);
    Ok(Releases { control: api, nodes })
}

/// That nothing is known of a version.
fn unknown(name: &str, minor: u16) -> Refused {
    let (first, last) = (Releases::KNOWN.start(), Releases::KNOWN.end());
    Refused {
        what: text!(
            "{name} is of Kubernetes 1.{minor}, and flags and files are written for 1.{first} to 1.{last}",
            "{name} es de Kubernetes 1.{minor}, y se escriben opciones y ficheros para 1.{first} a 1.{last}"
        ),
        mend: text!(
            "bring programs of 1.{first} to 1.{last}",
            "traiga programas de 1.{first} a 1.{last}"
        ),
    }
}

fn apart(name: &str, own: u16, api: u16) -> Text {
    if own > api {
        text!(
            "{name} is of Kubernetes 1.{own}, newer than {API}, which is of 1.{api}",
            "{name} es de Kubernetes 1.{own}, más nuevo que {API}, que es de 1.{api}"
        )
    } else {
        text!(
            "{name} is of Kubernetes 1.{own}, too old for {API}, which is of 1.{api}",
            "{name} es de Kubernetes 1.{own}, demasiado viejo para {API}, que es de 1.{api}"
        )
    }
}

fn allowed(name: &str, api: u16, older: u16, newer: u16) -> Text {
    let (first, last) = (api.saturating_sub(older), api + newer);
    text!(
        "with {API} of 1.{api}, {name} may be of 1.{first} to 1.{last} ({MANUAL})",
        "con {API} de 1.{api}, {name} puede ser de 1.{first} a 1.{last} ({MANUAL})"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(changed: &[(&'static str, u16)]) -> Result<Releases, String> {
        let names = POLICY.iter().map(|it| it.0).chain([API]);
        let mut minors: BTreeMap<&str, u16> = names.map(|it| (it, 35)).collect();
        minors.extend(changed.iter().copied());
        releases(&minors).map_err(|it| it.what.en.into_owned())
    }

    #[test]
    fn what_upstream_allows_is_allowed() {
        assert_eq!(of(&[]), Ok(Releases { control: 35, nodes: 35 }));
        let allowed: [&[(&str, u16)]; 5] = [
            &[("kubelet", 32)],
            &[("kube-proxy", 32)],
            &[("kube-scheduler", 34), ("kube-controller-manager", 34)],
            &[("kubectl", 34)],
            &[("kubectl", 36)],
        ];
        for changed in allowed {
            let nodes = if changed[0].0 == KUBELET { 32 } else { 35 };
            assert_eq!(of(changed), Ok(Releases { control: 35, nodes }), "{changed:?}");
        }
        // Of kubectl alone nothing has to be known.
        let all = POLICY.map(|it| (it.0, if it.0 == TOLD_NOTHING { 37 } else { 36 }));
        assert!(of(&[&all[..], &[(API, 36)]].concat()).is_ok());
    }

    #[test]
    fn what_upstream_forbids_is_told_with_what_it_allows() {
        for (name, minor, expected) in [
            ("kubelet", 31, "kubelet is of Kubernetes 1.31, too old for kube-apiserver"),
            ("kubelet", 36, "kubelet is of Kubernetes 1.36, newer than kube-apiserver"),
            ("kube-proxy", 36, "kube-proxy is of Kubernetes 1.36, newer"),
            ("kube-scheduler", 33, "kube-scheduler is of Kubernetes 1.33, too old"),
            ("kube-controller-manager", 36, "kube-controller-manager is of Kubernetes 1.36, newer"),
            ("kubectl", 37, "kubectl is of Kubernetes 1.37, newer"),
            ("kubectl", 33, "kubectl is of Kubernetes 1.33, too old"),
        ] {
            let told = of(&[(name, minor)]).expect_err(name);
            assert!(told.contains(expected), "{told}");
        }
        let mend = allowed("kubelet", 35, 3, 0);
        assert!(mend.es.contains("puede ser de 1.32 a 1.35"), "{mend:?}");
    }

    #[test]
    fn what_nobody_knows_here_is_told() {
        for minor in [30, 37, 99] {
            let all = POLICY.map(|it| (it.0, minor));
            let told = of(&[&all[..], &[(API, minor)]].concat()).expect_err("unknown");
            assert!(
                told.contains("kube-apiserver is of") && told.contains("1.31 to 1.36"),
                "{told}"
            );
        }
        // Old enough for upstream, and too old for us.
        let old = [("kubelet", 30), ("kube-proxy", 32), ("kube-scheduler", 32)];
        let rest = [("kube-controller-manager", 32), ("kubectl", 32), (API, 32)];
        let told = of(&[old, rest].concat()).expect_err("unknown");
        assert!(told.contains("kubelet is of Kubernetes 1.30, and flags"), "{told}");
    }
}
