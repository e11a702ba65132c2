//! Packages of Debian, unpacked into a root of their own.
//!
//! mmdebstrap does it with apt: from the archive that this machine fetches its own packages from,
//! where it is a Debian of the same release; else from the one that mmdebstrap knows. apt checks the
//! signature of the archive's index and, by it, every package.
//!
//! Nothing is installed or started on this machine. In the root, too, nothing is started:
//! mmdebstrap forbids it there (`policy-rc.d`).

use crate::fetch::{Fetched, Job};
use crate::store::content;
use crate::{Package, Trouble, digest};
use fmc_sys::{Command, Host};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// What no rehearsal reads: a tenth of the root.
const LEFT_OUT: &[&str] = &[
    "path-exclude=/usr/share/man/*",
    "path-exclude=/usr/share/locale/*",
    "path-exclude=/usr/share/doc/*",
    // Licences go where programs go.
    "path-include=/usr/share/doc/*/copyright",
];

/// Notes every package with its version and digest while apt still has the archive's index.
const RECORD: &str = r#"dpkg-query --admindir="$1/var/lib/dpkg" -W -f '${Package}\n' |
 APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" xargs apt-cache show --no-all-versions |
 grep -E '^(Package|Version|SHA256): ' > "$FMC_RECORD""#;

/// What of the root tells of this machine, or of where packages come from.
const MACHINE: &[&str] =
    &["etc/apt/sources.list", "etc/apt/apt.conf.d/99mmdebstrap", "etc/hostname", "etc/resolv.conf"];

/// Whether there is what it takes: mmdebstrap, and root.
pub(crate) fn ready(host: &dyn Host) -> Result<(), Trouble> {
    if host.run(&Command::new("mmdebstrap").arg("--version")).is_err() {
        return Err(Trouble::Tool { tool: "mmdebstrap".into(), package: "mmdebstrap".into() });
    }
    let user = host.run(&Command::new("id").arg("-u"))?.ok()?;
    if user.text().trim() == "0" { Ok(()) } else { Err(Trouble::Root) }
}

pub(crate) fn fetch(
    mut job: Job<'_>,
    suite: &str,
    tested: &BTreeMap<String, String>,
) -> Result<Fetched, Trouble> {
    ready(job.host)?;
    let names: Vec<_> = tested.keys().map(String::as_str).collect();
    let record = job.folder.join("record");
    let settings = job.folder.join("apt.conf");
    let trouble = |error| Trouble::of_cache(job.folder, error);
    write_for_us(&settings, &settings_of(job.host)).map_err(trouble)?;
    let mut command = Command::new("mmdebstrap")
        .args(["--mode=root", "--variant=minbase", "--components=main"])
        .arg(format!("--aptopt={}", settings.display()))
        .arg("--dpkgopt=force-unsafe-io")
        .args(LEFT_OUT.iter().map(|it| format!("--dpkgopt={it}")))
        .arg(format!("--include={}", names.join(",")))
        .arg(format!("--customize-hook={RECORD}"))
        .env("FMC_RECORD", &record)
        .arg(suite)
        .arg(content(job.folder));
    let sources = sources(Path::new("/etc/apt"), suite);
    if !sources.is_empty() {
        let file = job.folder.join("sources");
        write_for_us(&file, &sources).map_err(trouble)?;
        command = command.arg(file);
    }
    job.run("mmdebstrap", command)?;
    let root = content(job.folder);
    for path in MACHINE {
        match fs::remove_file(root.join(path)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(trouble(error));
            }
            _ => {}
        }
    }
    let record = fs::read_to_string(record).map_err(trouble)?;
    let packages = packages(&record, tested);
    for name in names {
        if !packages.iter().any(|it| it.name == name) {
            let what = format!("there is no package `{name}` in it");
            return Err(Trouble::Form { name: job.component.name.clone(), what });
        }
    }
    let line = |it: &Package| format!("{} {} {}\n", it.name, it.version, it.sha256);
    let lines: Vec<_> = packages.iter().map(line).collect();
    Ok(Fetched { sha256: digest::of(lines.concat().as_bytes()), made_with: None, packages })
}

/// Writes a file that only we may read: a proxy's address may have a password in it.
fn write_for_us(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path)?;
    std::io::Write::write_all(&mut file, text.as_bytes())
}

/// How this machine's apt reaches its archive: proxies, certificates, retries.
fn settings_of(host: &dyn Host) -> String {
    let asked = host.run(&Command::new("apt-config").arg("dump"));
    let text = asked.map(|it| it.text()).unwrap_or_default();
    let kept = ["http", "https", "Retries", "Check-", "Force", "By-Hash"];
    let wanted = |line: &&str| {
        let rest = line.strip_prefix("Acquire::").unwrap_or_default();
        kept.iter().any(|it| rest.starts_with(it)) && !line.trim_end().ends_with(" \"\";")
    };
    text.split_inclusive('\n').filter(wanted).collect()
}

/// The entries of this machine's apt that are Debian's own of this release, as deb822 stanzas.
fn sources(apt: &Path, suite: &str) -> String {
    let mut files = vec![apt.join("sources.list")];
    let folder = fs::read_dir(apt.join("sources.list.d")).into_iter().flatten().flatten();
    files.extend(folder.map(|it| it.path()));
    files.sort();
    let mut entries = Vec::new();
    for file in files {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        match file.extension().and_then(|it| it.to_str()) {
            Some("sources") => entries.extend(stanzas(&text)),
            Some("list") => entries.extend(text.lines().filter_map(one_line)),
            _ => {}
        }
    }
    entries.iter().filter_map(|it| entry(it, suite)).collect::<Vec<_>>().join("\n")
}

/// An entry by its fields, in lower case.
type Fields = BTreeMap<String, String>;

/// The stanzas of a deb822 file (sources.list(5)).
fn stanzas(text: &str) -> Vec<Fields> {
    let mut all = vec![Fields::new()];
    let mut last = String::new();
    for line in text.lines().filter(|it| !it.starts_with('#')) {
        let fields = all.len() - 1;
        if line.trim().is_empty() {
            all.push(Fields::new());
        } else if line.starts_with([' ', '\t']) {
            if let Some(value) = all[fields].get_mut(&last) {
                value.push_str(&format!("\n{line}"));
            }
        } else if let Some((name, value)) = line.split_once(':') {
            last = name.trim().to_lowercase();
            all[fields].insert(last.clone(), value.trim().to_owned());
        }
    }
    all
}

/// A line such as `deb [signed-by=…] URI suite component…`.
fn one_line(line: &str) -> Option<Fields> {
    let rest = line.split('#').next()?.trim().strip_prefix("deb ")?.trim();
    let (options, rest) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => ("", rest),
    };
    let mut fields = Fields::from([("types".to_owned(), "deb".to_owned())]);
    for option in options.split_whitespace() {
        let (name, value) = option.split_once('=')?;
        fields.insert(name.to_lowercase(), value.replace(',', " "));
    }
    let mut words = rest.split_whitespace();
    fields.insert("uris".into(), words.next()?.into());
    fields.insert("suites".into(), words.next()?.into());
    fields.insert("components".into(), words.collect::<Vec<_>>().join(" "));
    Some(fields)
}

/// An entry as a stanza of what we want of it, if that is Debian's.
fn entry(fields: &Fields, suite: &str) -> Option<String> {
    let words = |name: &str| fields.get(name).map_or("", String::as_str).split_whitespace();
    let wanted = [suite.to_owned(), format!("{suite}-updates"), format!("{suite}-security")];
    let suites: Vec<_> =
        words("suites").filter(|it| wanted.iter().any(|word| word == it)).collect();
    let debian = words("types").any(|it| it == "deb")
        && words("components").any(|it| it == "main")
        && words("enabled").all(|it| it != "no")
        // Others, too, call what they publish for this release by its name.
        && fields.get("signed-by").is_none_or(|it| it.contains("debian-archive-"));
    if suites.is_empty() || !debian {
        return None;
    }
    let mut text = format!(
        "Types: deb\nURIs: {}\nSuites: {}\nComponents: main\n",
        fields.get("uris")?,
        suites.join(" ")
    );
    for (name, field) in [("signed-by", "Signed-By"), ("trusted", "Trusted")] {
        if let Some(value) = fields.get(name) {
            text += &format!("{field}: {value}\n");
        }
    }
    Some(text)
}

/// The packages of a record of `Package:`, `Version:` and `SHA256:` lines.
fn packages(record: &str, tested: &BTreeMap<String, String>) -> Vec<Package> {
    let mut packages: Vec<Package> = Vec::new();
    for (name, value) in record.lines().filter_map(|it| it.split_once(": ")) {
        match (name, packages.last_mut()) {
            ("Package", _) => packages.push(Package {
                name: value.to_owned(),
                version: String::new(),
                sha256: String::new(),
                tested: None,
            }),
            ("Version", Some(last)) => value.clone_into(&mut last.version),
            ("SHA256", Some(last)) => value.clone_into(&mut last.sha256),
            _ => {}
        }
    }
    for package in &mut packages {
        package.tested = tested.get(&package.name).filter(|it| **it != package.version).cloned();
    }
    packages.sort();
    packages.dedup();
    packages
}

#[cfg(test)]
mod tests {
    use super::*;
    use fmc_sys::Fake;

    #[test]
    fn only_debians_own_entries_are_used() {
        let deb822 = "# A comment\nTypes: deb deb-src\nURIs: https://mirror.example/debian\n\
            Suites: bookworm bookworm-updates bookworm-backports\nComponents: main contrib\n\
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n\n\
            Types: deb\nURIs: https://other.example\nSuites: bookworm\nComponents: main\n\
            Signed-By: /etc/apt/keyrings/other.gpg\n\n\
            Types: deb\nURIs: https://off.example\nSuites: bookworm\nComponents: main\nEnabled: no\n";
        let lines = "deb [arch=amd64 trusted=yes] https://lines.example/debian bookworm main\n\
            # deb https://no.example bookworm main\n\
            deb https://pg.example bookworm-pgdg main\ndeb https://new.example trixie main\n";
        let folder = std::env::temp_dir().join(format!("fmc-apt-{}", std::process::id()));
        fs::create_dir_all(folder.join("sources.list.d")).unwrap();
        fs::write(folder.join("sources.list"), lines).unwrap();
        fs::write(folder.join("sources.list.d/debian.sources"), deb822).unwrap();
        fs::write(folder.join("sources.list.d/debian.sources.save"), deb822).unwrap();
        let found = sources(&folder, "bookworm");
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(
            found,
            "Types: deb\nURIs: https://lines.example/debian\nSuites: bookworm\nComponents: main\n\
             Trusted: yes\n\n\
             Types: deb\nURIs: https://mirror.example/debian\nSuites: bookworm bookworm-updates\n\
             Components: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
        );
    }

    #[test]
    fn the_ways_to_the_archive_are_taken_along_and_nothing_else() {
        let dump = "APT::Architecture \"amd64\";\nAcquire \"\";\nAcquire::http::Proxy \"http://p\";\n\
            Acquire::https::Proxy \"\";\nAcquire::Retries \"3\";\nAcquire::IndexTargets::x \"y\";\n";
        let host = Fake::new().answer("apt-config dump", 0, dump);
        assert_eq!(
            settings_of(&host),
            "Acquire::http::Proxy \"http://p\";\nAcquire::Retries \"3\";\n"
        );
        assert_eq!(settings_of(&Fake::new()), "");
    }

    #[test]
    fn packages_are_read_and_compared() {
        let record =
            "Package: nftables\nVersion: 1.0\nSHA256: aa\nPackage: base\nVersion: 2\nSHA256: bb\n";
        let tested = BTreeMap::from([("nftables".to_owned(), "0.9".to_owned())]);
        let found = packages(record, &tested);
        assert_eq!((found[0].name.as_str(), found[0].tested.as_deref()), ("base", None));
        assert_eq!((found[1].sha256.as_str(), found[1].tested.as_deref()), ("aa", Some("0.9")));
    }
}
