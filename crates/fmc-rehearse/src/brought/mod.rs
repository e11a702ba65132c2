//! Programs of Kubernetes that somebody brings, in the place of those that are built for a rehearsal.
//!
//! None of them is trusted: each is asked for its version where hosts will run it, in a sandbox over their root with
//! no network, before anything else is made. What is missing, does not run, or does not go together is refused, with
//! the mend.

mod skew;

use fmc_model::cloud::Releases;
use fmc_model::{Text, text};
use fmc_sys::{Command, Failure, Host as _, Setup};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What must be there.
const NEEDED: [&str; 6] = [
    "kube-apiserver",
    "kube-controller-manager",
    "kube-proxy",
    "kube-scheduler",
    "kubectl",
    "kubelet",
];

/// What may be there.
const BESIDES: [&str; 2] = ["etcd", "etcdctl"];

/// Where a program is shown to the sandbox in which it is asked.
const SHOWN: &str = "/run/brought";

/// The longest version that is taken for one.
const LONGEST: usize = 64;

/// How much of what a program says instead is told.
const SAID: usize = 200;

/// Programs that somebody brings.
#[derive(Clone, Debug)]
pub struct Brought {
    /// Where they come from.
    pub folder: PathBuf,
    /// Each by its name.
    pub programs: BTreeMap<&'static str, Program>,
    /// For which releases files are written to them.
    pub releases: Releases,
}

/// A program that was asked.
#[derive(Clone, Debug)]
pub struct Program {
    /// Where it lies.
    pub path: PathBuf,
    /// Its version, in its own words.
    pub version: String,
}

/// Why programs cannot be taken, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong.
    pub what: Text,
    /// The mend.
    pub mend: Text,
}

/// Why programs were not asked, or not taken.
#[derive(Debug)]
pub enum Trouble {
    /// Something is wrong with them.
    Refused(Refused),
    /// They cannot be asked on this machine.
    Failed(Failure),
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// The programs in a folder, wherever links lead.
///
/// # Errors
/// One that is needed is not there.
pub fn find(folder: &Path) -> Result<BTreeMap<&'static str, PathBuf>, Refused> {
    let shown = folder.display();
    if !folder.is_dir() {
        return Err(Refused {
            what: text!("{shown} is no folder", "{shown} no es una carpeta"),
            mend: mend_missing(),
        });
    }
    let at = |name: &&'static str| {
        let path = std::fs::canonicalize(folder.join(name)).ok().filter(|it| it.is_file());
        path.map(|it| (*name, it))
    };
    let found: BTreeMap<_, _> = NEEDED.iter().chain(&BESIDES).filter_map(at).collect();
    let missing: Vec<&str> = NEEDED.iter().copied().filter(|it| !found.contains_key(it)).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    let missing = missing.join(", ");
    Err(Refused {
        what: text!("{shown} has no {missing}", "{shown} no tiene {missing}"),
        mend: mend_missing(),
    })
}

fn mend_missing() -> Text {
    let all = NEEDED.join(", ");
    text!(
        "name a folder with {all}, as upstream publishes them (https://kubernetes.io/releases/download/)",
        "indique una carpeta con {all}, como los publica upstream (https://kubernetes.io/releases/download/)"
    )
}

/// Asks programs that were [found](find) for their versions, each in a sandbox over the root of hosts.
///
/// # Errors
/// One does not run there or tells no version, they do not go together, or there can be no sandbox.
pub fn ask(
    root: &Path,
    folder: &Path,
    found: BTreeMap<&'static str, PathBuf>,
) -> Result<Brought, Trouble> {
    let (mut programs, mut minors) = (BTreeMap::new(), BTreeMap::new());
    for (name, path) in found {
        let version = version(root, name, &path)?;
        if !BESIDES.contains(&name) {
            minors.insert(name, minor(&version).ok_or_else(|| untold(&path, &version))?);
        }
        programs.insert(name, Program { path, version });
    }
    let releases = skew::releases(&minors)?;
    Ok(Brought { folder: folder.to_owned(), programs, releases })
}

/// What a program says of its version.
fn version(root: &Path, name: &str, path: &Path) -> Result<String, Trouble> {
    let inside = format!("{SHOWN}/{name}");
    let sandbox = Setup::over(root).hostname("asked").bind(path, &inside).start();
    let sandbox = sandbox.map_err(Trouble::Failed)?;
    let words: &[&str] = match name {
        "kubectl" => &["version", "--client", "--output", "json"],
        "etcdctl" => &["version"],
        _ => &["--version"],
    };
    let shown = path.display();
    let fails = |why: &str| {
        let why = plain(why);
        Refused {
            what: text!("{shown} does not run: {why}", "{shown} no funciona: {why}"),
            mend: text!(
                "bring programs for Linux on {processor} that need no library, or those of Debian 12 alone",
                "traiga programas para Linux en {processor} que no necesiten bibliotecas, o solo las de Debian 12",
                processor = std::env::consts::ARCH
            ),
        }
    };
    let outcome = sandbox.run(&Command::new(&inside).args(words));
    let outcome = outcome.map_err(|it| fails(&it.to_string()))?;
    if !outcome.success() {
        let talk = outcome.talk();
        let said = talk.lines().rfind(|it| !it.trim().is_empty()).unwrap_or_default();
        return Err(fails(&format!("{}; {said}", outcome.status)).into());
    }
    let text = outcome.text();
    told(name, &text).ok_or_else(|| untold(path, text.lines().next().unwrap_or_default()).into())
}

/// The version in what a program printed.
fn told(name: &str, text: &str) -> Option<String> {
    let version = if name == "kubectl" {
        let all: serde_json::Value = serde_json::from_str(text).ok()?;
        all["clientVersion"]["gitVersion"].as_str()?.to_owned()
    } else {
        let start = match name {
            "etcd" => "etcd Version: ",
            "etcdctl" => "etcdctl version: ",
            _ => "Kubernetes ",
        };
        text.lines().next()?.strip_prefix(start)?.trim().to_owned()
    };
    let is_plain = |it: char| it.is_ascii_alphanumeric() || ".+-_".contains(it);
    let fits = !version.is_empty() && version.len() <= LONGEST;
    (fits && version.chars().all(is_plain)).then_some(version)
}

/// The minor version of Kubernetes 1 in a version such as `v1.36.3` or `v1.34.1+k3s1`.
fn minor(version: &str) -> Option<u16> {
    let mut numbers = version.strip_prefix("v1.")?.split('.');
    let minor = numbers.next()?.parse().ok()?;
    numbers.next().map(|_| minor)
}

fn untold(path: &Path, said: &str) -> Refused {
    let (shown, said) = (path.display(), plain(said));
    Refused {
        what: text!(
            "{shown} tells no version that is known here: `{said}`",
            "{shown} no dice ninguna versión que aquí se conozca: `{said}`"
        ),
        mend: mend_missing(),
    }
}

/// The beginning of what a program says, with nothing in it that a terminal would obey.
fn plain(said: &str) -> String {
    said.chars().filter(|it| !it.is_control()).take(SAID).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_programs_tell_them() {
        for (name, text, expected) in [
            ("kubelet", "Kubernetes v1.36.3\n", Some("v1.36.3")),
            ("kube-proxy", "Kubernetes v1.34.1+k3s1\n", Some("v1.34.1+k3s1")),
            ("etcd", "etcd Version: 3.6.16\nGit SHA: x\n", Some("3.6.16")),
            ("etcdctl", "etcdctl version: 3.6.16\nAPI version: 3.6\n", Some("3.6.16")),
            (
                "kubectl",
                r#"{"clientVersion":{"major":"1","gitVersion":"v1.36.3"},"kustomizeVersion":"v5.8.1"}"#,
                Some("v1.36.3"),
            ),
            ("kubectl", "Client Version: v1.36.3", None),
            ("kubelet", "kubelet 1.36", None),
            ("kubelet", "Kubernetes \u{1b}[31mv1.36.3", None),
            ("kubelet", "", None),
        ] {
            assert_eq!(told(name, text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn minor_versions_are_those_of_kubernetes_1() {
        let of =
            ["v1.36.3", "v1.34.1+k3s1", "v1.33.0-eks-1", "v2.1.0", "v1.x.1", "v1.36", "1.36.3"];
        let expected = [Some(36), Some(34), Some(33), None, None, None, None];
        assert_eq!(of.map(minor), expected);
    }

    #[test]
    fn what_is_missing_in_a_folder_is_told_by_name() {
        let folder = std::env::temp_dir().join(format!("fmc-brought-{}", std::process::id()));
        assert!(find(&folder).is_err_and(|it| it.what.en.contains("is no folder")));
        std::fs::create_dir(&folder).expect("a folder");
        for name in NEEDED.iter().filter(|it| **it != "kubelet") {
            std::fs::write(folder.join(name), "").expect("a file");
        }
        // A folder is no program.
        std::fs::create_dir(folder.join("kubelet")).expect("a folder");
        let refused = find(&folder).expect_err("one is missing");
        assert!(refused.what.en.ends_with(" has no kubelet"), "{refused:?}");
        assert!(refused.what.es.ends_with(" no tiene kubelet"), "{refused:?}");
        std::fs::remove_dir(folder.join("kubelet")).expect("it is empty");
        std::fs::write(folder.join("kubelet"), "").expect("a file");
        assert_eq!(find(&folder).map(|it| it.len()), Ok(NEEDED.len()));
        std::fs::remove_dir_all(&folder).expect("it was made");
    }
}
