//! What a host fetches: the programs that it runs and that neither its system nor a package brings.
//!
//! One unit fetches them when the network is there, by a script that is the same on every host and a
//! list of its own; whoever runs one of them starts after it. A unit and not only the first
//! configuration, because what initial file systems know of the network are addresses by DHCP, which
//! few hosts of a cloud have and no firewall here lets through; and because a program that was
//! removed, or pinned anew, is fetched again.

use super::HostPart;
use crate::cloud::{Processor, Program, Programs, System};
use crate::role::Configuration;
use crate::setup::{Command, Download, Install, MissingProgram, Process, Setup};
use crate::system::{Release, is_archive, release};
use crate::{Name, Url};
use fmc_config::blocks::{BlockStyle, Blocks};
use fmc_config::{Cause, Document};

/// The unit that fetches.
pub(super) const UNIT: &str = crate::setup::PROGRAMS_UNIT;
const LIST: &str = "/etc/fmc/programs";
const SCRIPT: &str = "/etc/fmc/fetch-programs.sh";
const TEXT: &str = include_str!("fetch-programs.sh");

/// What a host fetches, and what it would have to and cannot.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) downloads: Vec<Download>,
    pub(super) missing: Vec<MissingProgram>,
}

/// Everything that the setup of a host runs and that does not come by itself.
pub(super) fn wanted(part: &HostPart<'_>, setup: &Setup) -> Wanted {
    let HostPart { cloud, host, system, .. } = *part;
    let programs = &cloud.programs;
    let mut out = Wanted::default();
    for name in &setup.programs {
        let program = system.program(name);
        if !program.fetched {
            continue;
        }
        let users = setup.processes.iter().filter(|it| it.starts().contains(&&*program.path));
        let cause = users.map(|it| it.cause.clone()).next().unwrap_or_else(|| part.cause("host"));
        let written = programs.written.get(*name);
        match download(name, &program.path, written, programs, host.processor, &cause) {
            Some(it) => out.downloads.push(it),
            None => out.missing.push(MissingProgram {
                name: (*name).to_owned(),
                path: program.path.to_string(),
                own: false,
                cause,
            }),
        }
    }
    for process in &setup.processes {
        for path in process.starts() {
            let brought = |it: &Download| it.installs.iter().any(|it| it.path == path);
            let told = out.missing.iter().any(|it| it.path == path)
                || out.downloads.iter().any(brought)
                || host.files.contains_key(path);
            // What was written for this place is meant, wherever that is.
            let named = programs.written.iter().find(|(name, it)| place(name, it, system) == path);
            let there =
                !is_own(path) || setup.programs.iter().any(|it| system.program(it).path == path);
            if told || (named.is_none() && there) {
                continue;
            }
            let cause = &process.cause;
            let fetched = named.and_then(|(name, it)| {
                download(name.as_str(), path, Some(it), programs, host.processor, cause)
            });
            match fetched {
                Some(it) => out.downloads.push(it),
                None => out.missing.push(MissingProgram {
                    name: path.rsplit('/').next().unwrap_or_default().to_owned(),
                    path: path.to_owned(),
                    own: true,
                    cause: cause.clone(),
                }),
            }
        }
    }
    out.downloads.sort_by(|a, b| a.program.cmp(&b.program));
    out
}

/// Where a program that was written is put on a system.
pub(super) fn place(name: &Name, program: &Program, system: System) -> String {
    match &program.path {
        Some(path) => path.as_str().to_owned(),
        None => format!("{}/{name}", system.own_folder()),
    }
}

/// Whether a path is not one of those that the image of a system, or its packages, fill.
fn is_own(path: &str) -> bool {
    let system = ["/bin/", "/sbin/", "/lib/", "/usr/"];
    path.starts_with("/usr/local/") || !system.iter().any(|it| path.starts_with(it))
}

fn download(
    name: &str,
    target: &str,
    written: Option<&Program>,
    programs: &Programs,
    processor: Processor,
    cause: &Cause,
) -> Option<Download> {
    let upstream = release(name);
    let (version, sha256) = if let Some(it) = written {
        (it.version.to_string(), it.sha256.get(&processor)?.to_string())
    } else {
        let build = upstream?.build(processor)?;
        (build.version.to_owned(), build.sha256.to_owned())
    };
    let fill = |text: &str| filled(text, &version, processor);
    let own = written.and_then(|it| it.url.as_ref());
    // Whoever names a place means that place.
    let (url, place) = if let Some(own) = own {
        (fill(own.as_str()), Some(own))
    } else {
        let mirror = programs.mirror.as_ref();
        (mirrored(&fill(upstream?.url), mirror), mirror)
    };
    let is_archive = is_archive(&url);
    let mut members: Vec<String> =
        written.into_iter().flat_map(|it| &it.members).map(|it| fill(it.as_str())).collect();
    if is_archive && members.is_empty() {
        members = upstream.map_or(&[][..], |it| it.members).iter().map(|it| fill(it)).collect();
    }
    if is_archive && members.is_empty() {
        members.push(name.to_owned());
    }
    let installs = if is_archive {
        unpacked(&members, target, upstream)
    } else {
        vec![Install { member: None, path: target.to_owned() }]
    };
    Some(Download {
        program: name.to_owned(),
        version,
        url,
        inside: place.is_some_and(|it| programs.inside.contains(it)),
        sha256,
        installs,
        written: written.map(|it| it.origin.clone()),
        cause: cause.clone(),
    })
}

/// A text with the version and the processor where it leaves a place for them.
fn filled(text: &str, version: &str, processor: Processor) -> String {
    let words = [("version", version), ("processor", processor.word()), ("arch", processor.arch())];
    let mut parts = text.split('{');
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let word = part.split_once('}').and_then(|(name, rest)| {
            let word = words.iter().find(|it| it.0 == name)?;
            Some((word.1, rest))
        });
        let (word, rest) = word.unwrap_or(("{", part));
        all.push_str(word);
        all.push_str(rest);
    }
    all
}

/// Where the members of an archive are put: one alone at the place of the program, several beside each
/// other in its folder, or in the folder that the program is.
fn unpacked(members: &[String], target: &str, upstream: Option<&Release>) -> Vec<Install> {
    let last = |it: &str| it.rsplit('/').next().unwrap_or_default().to_owned();
    let is_folder = upstream.is_some_and(Release::is_folder);
    let folder = if is_folder { target } else { target.rsplit_once('/').map_or("", |it| it.0) };
    let install = |it: &String| Install {
        member: Some(it.clone()),
        path: match members {
            [_] if !is_folder => target.to_owned(),
            _ => format!("{folder}/{}", last(it)),
        },
    };
    members.iter().map(install).collect()
}

/// Where a file of upstream's lies: below the mirror, if there is one, under its own address.
fn mirrored(url: &str, mirror: Option<&Url>) -> String {
    let Some(mirror) = mirror else { return url.to_owned() };
    let bare = url.split_once("://").map_or(url, |it| it.1);
    format!("{}/{bare}", mirror.as_str().trim_end_matches('/'))
}

/// Whether a process runs something that is fetched.
pub(super) fn needs(process: &Process, downloads: &[Download]) -> bool {
    let places = downloads.iter().flat_map(|it| &it.installs);
    let mut places = places.map(|it| it.path.as_str());
    let starts = process.starts();
    places.any(|it| starts.contains(&it))
}

/// The list, the script and the unit by which a host fetches.
pub(super) fn fetching(part: &HostPart<'_>, downloads: &[Download]) -> Configuration {
    let cause = part.cause("programs");
    let mut out = part.says(cause.clone());
    if downloads.is_empty() {
        return out;
    }
    for program in ["ca-certificates", "curl", "tar"] {
        out.program(program);
    }
    out.file_by(LIST, || list(downloads));
    out.file_by(SCRIPT, || Document::Script(TEXT));
    let fetch = Command::new("/bin/sh", [SCRIPT]);
    let mut process = Process::once(UNIT, vec![fetch], cause)
        .described("programs that no package brings", "https://man.archlinux.org/man/curl.1");
    process.files = vec![LIST.to_owned(), SCRIPT.to_owned()];
    out.process(process);
    out
}

/// What a host fetches, a line for each.
fn list(downloads: &[Download]) -> Blocks {
    let mut list = Blocks::new(BlockStyle::Indented);
    for it in downloads {
        let takes = it.installs.iter().map(|it| match &it.member {
            Some(member) => format!("{member}={}", it.path),
            None => format!("-={}", it.path),
        });
        let words = [&it.program, &it.version, &it.sha256, &it.url].map(Clone::clone);
        list.add(words.into_iter().chain(takes), &it.cause);
    }
    list
}
