//! Programs that are built from a Go module of ours.
//!
//! The module names one version of everything it is made of, and its `go.sum` has the digest of
//! each; Go fetches them from wherever it is set up to, and refuses what has another digest.

use crate::fetch::{Fetched, Job};
use crate::list::{Module, files_of};
use crate::store::{Entry, content};
use crate::{Trouble, digest};
use fmc_sys::{Command, Host};
use std::fs;

pub(crate) fn fetch(
    mut job: Job<'_>,
    of: &Module,
    other: Option<&Entry>,
) -> Result<Fetched, Trouble> {
    let Module { module, programs, stamps, replaces, .. } = of;
    let source = job.folder.join("source");
    let trouble = |error| Trouble::of_cache(job.folder, error);
    fs::create_dir(&source).map_err(trouble)?;
    let files = files_of(module).ok_or_else(|| Trouble::Form {
        name: job.component.name.clone(),
        what: format!("there is no module `{module}` in this program"),
    })?;
    for (name, contents) in files {
        fs::write(source.join(name), contents).map_err(trouble)?;
    }
    let go = other.map(|it| it.path().join("bin/go"));
    // Neither a table of symbols nor an identity that changes with the machine.
    let mut flags = String::from("-s -w -buildid=");
    for (name, value) in stamps {
        flags += &format!(" -X {name}={value}");
    }
    let content = content(job.folder);
    let run = |words: &[&str]| {
        Command::new(go.as_deref().unwrap_or("go".as_ref()))
            .args(words)
            .folder(&source)
            // Pure Go: no C compiler, and a program that runs on any root.
            .env("CGO_ENABLED", "0")
            // This Go, and none that it would fetch by itself.
            .env("GOTOOLCHAIN", "local")
            .env("GOWORK", "off")
            // What is built was written for the `encoding/json` of before Go 1.27: with the other one the API of
            // Kubernetes tells nobody its kinds (kube-openapi of before June 2026).
            .env("GOEXPERIMENT", "nojsonv2")
            // All that is fetched on the way goes again with the rest of the folder.
            .env("GOMODCACHE", job.folder.join("modules"))
            .env("GOCACHE", job.folder.join("built"))
    };
    let modules = if replaces.is_empty() { "-mod=readonly" } else { "-mod=vendor" };
    if !replaces.is_empty() {
        // Modules as they were published are nobody's to change; copies of them are.
        job.run("go mod vendor", run(&["mod", "vendor", "-modcacherw"]))?;
    }
    for (theirs, ours) in replaces {
        let theirs = source.join("vendor").join(theirs);
        // A file of ours that replaces none would be built beside it.
        if !theirs.exists() {
            let what = format!("there is no `{}` in it any more", theirs.display());
            return Err(Trouble::Form { name: job.component.name.clone(), what });
        }
        fs::copy(source.join(ours), &theirs).map_err(trouble)?;
    }
    let mut build = run(&["build", modules, "-modcacherw", "-trimpath", "-buildvcs=false"])
        .args(["-ldflags", &flags, "-o"])
        .arg(&content);
    build = if programs.is_empty() {
        build.arg(".")
    } else {
        // Several go to a folder, each named after its package.
        fs::create_dir(&content).map_err(trouble)?;
        build.args(programs.values())
    };
    job.run("go build", build)?;
    let mut digests = String::new();
    for (name, package) in programs {
        let (made, wanted) = (content.join(called(package)), content.join(name));
        if made != wanted {
            fs::rename(made, &wanted).map_err(trouble)?;
        }
        digests += &format!("{} {name}\n", digest::of_file(&wanted).map_err(trouble)?);
    }
    let sha256 = if programs.is_empty() {
        digest::of_file(&content).map_err(trouble)?
    } else {
        digest::of(digests.as_bytes())
    };
    let made_with = match other {
        Some(entry) => Some(entry.stamp.version.clone()),
        None => version(job.host),
    };
    let made_with = made_with.map(|it| format!("go{it}"));
    Ok(Fetched { sha256, made_with, packages: Vec::new() })
}

/// What Go calls the program of a package: its last word, or the one before it where that is a major version
/// (`go help build`).
fn called(package: &str) -> &str {
    let mut words = package.rsplit('/');
    let is_version = |it: &str| it.strip_prefix('v').is_some_and(|it| it.parse::<u32>().is_ok());
    words.find(|it| !is_version(it)).unwrap_or(package)
}

/// The version of the Go that is installed, such as `1.26.8`.
pub(crate) fn version(host: &dyn Host) -> Option<String> {
    let asked = Command::new("go").args(["env", "GOVERSION"]).env("GOTOOLCHAIN", "local");
    let outcome = host.run(&asked).ok()?.ok().ok()?;
    let text = outcome.text();
    // `go1.26.8`, or `go1.26.8 X:experiment`.
    Some(text.split_whitespace().next()?.strip_prefix("go")?.to_owned())
}

/// Whether a version is older than another. What is no number (`rc1`) counts as zero.
pub(crate) fn older(version: &str, than: &str) -> bool {
    let numbers = |it: &str| it.split('.').map(|it| it.parse().unwrap_or(0)).collect::<Vec<u32>>();
    numbers(version) < numbers(than)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fmc_sys::Fake;

    #[test]
    fn programs_are_called_by_their_packages() {
        let names = ["example.com/etcd/server/v3", "example.com/cmd/kubelet", "tool"].map(called);
        assert_eq!(names, ["server", "kubelet", "tool"]);
    }

    #[test]
    fn versions_of_go_are_found_and_compared() {
        let found = |code, text| version(&Fake::new().answer("go env GOVERSION", code, text));
        assert_eq!(found(0, "go1.26.8\n").as_deref(), Some("1.26.8"));
        assert_eq!(found(0, "go1.27rc1 X:nocoverageredesign\n").as_deref(), Some("1.27rc1"));
        assert_eq!((found(1, ""), found(0, "devel"), version(&Fake::new())), (None, None, None));
        assert!(older("1.19.8", "1.25.0") && older("1.25", "1.25.0") && older("1.9", "1.10"));
        assert!(!older("1.25.0", "1.25.0") && !older("1.26.8", "1.25.0") && !older("2.0", "1.25"));
    }
}
