//! The first configuration of AlmaLinux, Rocky Linux and Debian: cloud-init, by its data source
//! `NoCloud` (<https://cloudinit.readthedocs.io/en/latest/reference/datasources/nocloud.html>).
//!
//! Order matters, and is this: units that must not run are masked before a package could start them;
//! disks that are empty get their file systems; repositories that bring packages are made known, and the packages come; then all files, so that their owners are there and no package puts its own in their
//! place; then links; then the machine starts anew, so that what runs is what will run after every
//! later start. Nothing is set by a command that would be forgotten by then.

use super::yaml::{self, Step};
use super::{Source, SourceFile};
use fmc_config::Printed;
use fmc_model::setup::PackageSource;
use serde::Serialize;

/// `user-data`: see <https://cloudinit.readthedocs.io/en/latest/reference/modules.html>.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "these are cloud-init's own keys")]
struct UserData<'a> {
    hostname: &'a str,
    fqdn: &'a str,
    prefer_fqdn_over_hostname: bool,
    manage_etc_hosts: bool,
    ssh_pwauth: bool,
    disable_root: bool,
    users: Vec<User<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ssh_authorized_keys: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bootcmd: Vec<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fs_setup: Vec<Filesystem<'a>>,
    #[serde(flatten)]
    packages: Packages<'a>,
    write_files: Vec<File<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    runcmd: Vec<Vec<&'a str>>,
    power_state: PowerState,
}

/// Packages, of which lists are asked for only if any are wanted.
#[derive(Serialize)]
struct Packages<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    package_update: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    packages: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum User<'a> {
    /// The system's own, as whom people log in; it may become root.
    Own(OwnUser),
    /// One for a program.
    System(SystemUser<'a>),
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum OwnUser {
    Default,
}

/// Where names are resolved.
const RESOLV: &str = "/etc/resolv.conf";

#[derive(Serialize)]
struct SystemUser<'a> {
    name: &'a str,
    homedir: &'a str,
    shell: &'a str,
    system: bool,
    no_create_home: bool,
    lock_passwd: bool,
}

/// A file system, made where there is none.
#[derive(Serialize)]
struct Filesystem<'a> {
    device: &'a str,
    #[serde(rename = "filesystem")]
    kind: &'a str,
    /// `any`, for which a disk that has this file system keeps it, and one that has another is left
    /// alone. `none` sounds right for a disk without partitions, and would format it each time.
    partition: &'static str,
    overwrite: bool,
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    owner: String,
    /// Text, or YAML 1.1 and 1.2 would read different numbers.
    permissions: String,
    defer: bool,
    content: &'a str,
}

#[derive(Serialize)]
struct PowerState {
    mode: Mode,
    message: &'static str,
    condition: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Reboot,
}

/// `meta-data`.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct MetaData<'a> {
    /// What makes cloud-init run from the start if it changes, with new host keys: so it never does.
    instance_id: &'a str,
    local_hostname: &'a str,
}

pub(super) fn meta_data(source: &Source<'_>) -> Printed {
    let host = source.host;
    let data = MetaData { instance_id: &host.fqdn, local_hostname: host.name.as_str() };
    let mut out = Printed::default();
    head(source, &mut out);
    yaml::print(&data, &mut out, &|_, _| source.cause.clone());
    out
}

/// The lines that say what a file is.
pub(super) fn head(source: &Source<'_>, out: &mut Printed) {
    for line in source.header() {
        out.push(&format!("# {line}"), &source.cause);
    }
}

pub(super) fn user_data(source: &Source<'_>) -> Printed {
    let host = source.host;
    let masks: Vec<_> = source.links.iter().filter(|it| it.1 == "/dev/null").collect();
    let links: Vec<_> = source.links.iter().filter(|it| it.1 != "/dev/null").collect();
    let marks: Vec<String> = masks.iter().map(|it| format!("fmc-mask-{}", unit(it.0))).collect();
    let mut bootcmd: Vec<_> = masks
        .iter()
        .zip(&marks)
        .map(|(it, mark)| vec!["cloud-init-per", "once", mark, "ln", "-sfn", it.1, it.0])
        .collect();
    if source.files.iter().any(|it| it.path == RESOLV) {
        // Images have a link there into `/run`, where nothing stays. This makes it a file.
        let make = "test ! -L /etc/resolv.conf || sed -i -e '' /etc/resolv.conf";
        bootcmd.push(vec!["cloud-init-per", "once", "fmc-resolv", "sh", "-c", make]);
    }
    let wanted: Vec<(String, Vec<&str>)> = source.setup.sources.iter().map(by_dnf).collect();
    for (mark, words) in &wanted {
        let call = ["cloud-init-per", "once", mark, "dnf", "--assumeyes"];
        bootcmd.push(call.into_iter().chain(words.iter().copied()).collect());
    }
    let mut users = vec![User::Own(OwnUser::Default)];
    users.extend(source.setup.users.iter().map(|(name, user)| {
        User::System(SystemUser {
            name,
            homedir: &user.home,
            shell: &user.shell,
            system: true,
            no_create_home: true,
            lock_passwd: true,
        })
    }));
    let packages: Vec<&str> = source.setup.packages.iter().map(AsRef::as_ref).collect();
    let disks = source.disks();
    let mut runcmd = Vec::new();
    let mut run_causes = Vec::new();
    for (path, target, cause) in &links {
        // Packages make the folders of units, but not those of what starts with what.
        let folder = path.rsplit_once('/').map_or("/", |it| it.0);
        runcmd.push(vec!["mkdir", "-p", folder]);
        runcmd.push(vec!["ln", "-sfn", target, path]);
        run_causes.extend([cause, cause]);
    }
    let data = UserData {
        hostname: host.name.as_str(),
        fqdn: &host.fqdn,
        prefer_fqdn_over_hostname: true,
        manage_etc_hosts: false,
        ssh_pwauth: false,
        disable_root: true,
        users,
        ssh_authorized_keys: source.keys(),
        bootcmd,
        fs_setup: disks
            .iter()
            .map(|it| Filesystem {
                device: &it.what,
                kind: &it.kind,
                partition: "any",
                overwrite: false,
            })
            .collect(),
        packages: Packages { package_update: (!packages.is_empty()).then_some(true), packages },
        write_files: source.files.iter().map(file).collect(),
        runcmd,
        power_state: PowerState {
            mode: Mode::Reboot,
            message: "fmc: the first configuration is in place",
            condition: true,
        },
    };
    let mut out = Printed::default();
    out.push("#cloud-config", &source.cause);
    head(source, &mut out);
    for line in source.missing().into_iter().chain(source.unbrought()) {
        out.push(&format!("# {line}"), &source.cause);
    }
    yaml::print(&data, &mut out, &|way, line| {
        let whole = &source.cause;
        let cause = match way {
            [Step::Key("write_files"), Step::Item(index), rest @ ..] => {
                let file = &source.files[*index];
                let content = matches!(rest, [Step::Key("content")]);
                content.then(|| file.causes.get(line)).flatten().unwrap_or(file.cause)
            }
            [Step::Key("fs_setup"), Step::Item(index), ..] => &disks[*index].cause,
            [Step::Key("runcmd"), Step::Item(index), ..] => run_causes[*index],
            [Step::Key("bootcmd"), Step::Item(index), ..] => {
                let resolv = source.files.iter().find(|it| it.path == RESOLV);
                let resolv = resolv.filter(|_| *index == masks.len()).map(|it| it.cause);
                masks.get(*index).map(|it| it.2).or(resolv).unwrap_or(whole)
            }
            [Step::Key("users"), Step::Item(index), ..] => {
                let user = index.checked_sub(1).and_then(|it| source.setup.users.values().nth(it));
                user.map_or(whole, |it| &it.cause)
            }
            _ => whole,
        };
        cause.clone()
    });
    out
}

/// What makes a source of packages known, and the mark of that it was.
fn by_dnf(source: &PackageSource) -> (String, Vec<&'static str>) {
    match *source {
        PackageSource::Repository(name) => {
            (format!("fmc-repository-{name}"), vec!["install", name])
        }
        PackageSource::Module(name) => {
            (format!("fmc-module-{}", name.replace(':', "-")), vec!["module", "enable", name])
        }
    }
}

fn unit(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

fn file<'a>(it: &'a SourceFile<'a>) -> File<'a> {
    File {
        path: it.path,
        owner: format!("{}:{}", it.user, it.group),
        permissions: format!("{:04o}", it.mode),
        defer: true,
        content: &it.text,
    }
}
