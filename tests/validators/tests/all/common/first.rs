//! What machines are started from, given to the tools that will read it: Ignition, cloud-init, libvirt.

use super::tools::Verdict;
use super::{root, told};
use fmc_build::{Content, HostTree, Node, unpack};
use fmc_model::Cloud;
use fmc_model::cloud::{Bridge, Host, NetworkKind, System, Via};
use fmc_model::setup::{PackageSource, Run};
use fmc_sys::{Command, Host as _, Outcome, Placed, Sandbox, Setup};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// cloud-init is written in Python, and machines that test are busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// The texts of a host's artifacts by their paths, and those of what libvirt is told.
pub(crate) fn texts(tree: &HostTree) -> BTreeMap<String, String> {
    let libvirt = tree.nodes.iter().filter(|it| it.0.starts_with("/etc/fmc/libvirt/"));
    let all = tree.artifacts.iter().chain(libvirt);
    all.filter_map(|(path, node)| match node {
        Node::File(file) => Some((path.clone(), file.printed.text().to_owned())),
        Node::Link(_) => None,
    })
    .collect()
}

/// Everything that is asked of the artifacts of a host. `whole` asks for more than the validators: what
/// is written is applied to a root, and what comes of it is compared with the model.
pub(crate) fn ask(
    texts: &BTreeMap<String, String>,
    cloud: &Cloud,
    host: &Host,
    tree: &HostTree,
    whole: bool,
) -> Verdict {
    let name = &host.name;
    if let Some(text) = texts.get(&format!("{name}.ign")) {
        ignition(text, host, tree, whole)?;
    }
    if let Some(text) = texts.get(&format!("{name}.nocloud/network-config")) {
        network_config(text, cloud, host)?;
    }
    if let Some(user) = texts.get(&format!("{name}.nocloud/user-data")) {
        let meta = texts.get(&format!("{name}.nocloud/meta-data")).ok_or("no meta-data")?;
        cloud_init(user, meta, cloud, host, tree, whole)?;
    }
    libvirt(texts, cloud, host)
}

/// Whether a validator alone takes a text, whatever it says of it.
pub(crate) fn passes(validator: &[&str], text: &str) -> bool {
    let setup = Setup::over(root()).file(Placed::new("/in/text", text));
    let on = setup.start().expect("a sandbox");
    let command = Command::new(validator[0]).args(&validator[1..]).arg("/in/text");
    run(&command, &on).expect("an outcome").success()
}

fn run(command: &Command, on: &Sandbox) -> Result<Outcome, String> {
    on.run(&command.clone().limit(PATIENCE)).map_err(|it| format!("{command}: {it}"))
}

fn one(command: &Command, on: &Sandbox) -> Result<Outcome, String> {
    let outcome = run(command, on)?;
    if outcome.success() { Ok(outcome) } else { Err(told(command, &outcome)) }
}

fn script(text: &str, on: &Sandbox) -> Result<Outcome, String> {
    one(&Command::new("sh").args(["-e", "-c", text]), on)
}

/// A root in which every owner of a file is known who is not made by the artifact itself.
pub(crate) fn start(
    host: &Host,
    tree: &HostTree,
    own: &BTreeSet<String>,
    files: Vec<Placed>,
) -> Result<Sandbox, String> {
    let setup = Setup::over(root()).hostname(host.name.as_str()).files(files);
    let on = setup.start().map_err(|it| it.to_string())?;
    let owners: BTreeSet<&str> = tree
        .nodes
        .values()
        .filter_map(|it| match it {
            Node::File(file) => file.owner.split(':').next(),
            Node::Link(_) => None,
        })
        .filter(|it| !own.contains(*it))
        .collect();
    // What packages of Debian call by a second name has one name elsewhere.
    if host.system != Some(System::Debian) {
        script("find /etc/systemd/system -maxdepth 1 -type l -delete", &on)?;
    }
    for owner in owners {
        script(
            &format!("id -u {owner} >/dev/null 2>&1 || useradd --system --user-group {owner}"),
            &on,
        )?;
    }
    Ok(on)
}

/// The validator takes it without a word, and Ignition itself makes the tree of the model of it.
fn ignition(text: &str, host: &Host, tree: &HostTree, whole: bool) -> Verdict {
    let own = BTreeSet::new();
    let on = start(host, tree, &own, vec![Placed::new("/in/host.ign", text)])?;
    let validate = Command::new("ignition-validate").arg("/in/host.ign");
    let outcome = one(&validate, &on)?;
    // Of a key that it does not know, it only warns.
    if !outcome.talk().trim().is_empty() {
        return Err(told(&validate, &outcome));
    }
    if !whole {
        return Ok(());
    }
    apply_ignition(&on)?;
    // The upper layer is exactly what Ignition made.
    compare(&found(APPLIED, "", &on)?, tree, |path| {
        path == "/etc/.ignition-result.json"
            || path.contains("/core/.ssh/")
            || is_user_database(path)
    })
}

/// Where lies what Ignition made.
pub(crate) const APPLIED: &str = "/tmp/x/up";

/// Ignition itself, with the configuration at `/in/host.ign`.
pub(crate) fn apply_ignition(on: &Sandbox) -> Verdict {
    // What Flatcar has: its user, and labels of `SELinux`, which are set by a program that does nothing.
    script(
        "useradd --create-home core
        mkdir -p /tmp/x/up /tmp/x/work /tmp/x/root /tmp/x/bin /etc/selinux/targeted/contexts/files
        printf 'SELINUX=permissive\\nSELINUXTYPE=targeted\\n' > /etc/selinux/config
        : > /etc/selinux/targeted/contexts/files/file_contexts
        printf '#!/bin/sh\\nexit 0\\n' > /tmp/x/bin/setfiles
        chmod 755 /tmp/x/bin/setfiles
        mount -t overlay overlay -o lowerdir=/,upperdir=/tmp/x/up,workdir=/tmp/x/work /tmp/x/root",
        on,
    )?;
    for stage in ["fetch", "files"] {
        let apply = Command::new("/usr/lib/dracut/modules.d/30ignition/ignition")
            .args([
                "-platform",
                "file",
                "-root",
                "/tmp/x/root",
                "-config-cache",
                "/run/ignition.json",
            ])
            .args(["-state-file", "/run/state", "-stage", stage, "-log-to-stdout"])
            .env("IGNITION_CONFIG_FILE", "/in/host.ign")
            .env("PATH", "/tmp/x/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        one(&apply, on)?;
    }
    Ok(())
}

/// Its own schema takes it and knows all of its keys, and cloud-init itself makes the tree of the model
/// of it.
fn cloud_init(
    user: &str,
    meta: &str,
    cloud: &Cloud,
    host: &Host,
    tree: &HostTree,
    whole: bool,
) -> Verdict {
    const SEED: &str = "/var/lib/cloud/seed/nocloud";
    // Nothing is looked for elsewhere, the network of the sandbox stays as it is, and no package is
    // fetched. What is left runs at once, in the order in which cloud-init has it.
    let settings = "datasource_list: [ NoCloud, None ]\nnetwork: { config: disabled }\n\
                    cloud_init_modules: [bootcmd, set_hostname, users-groups, write-files-deferred, runcmd]\n";
    let files = vec![
        Placed::new(format!("{SEED}/user-data"), user),
        Placed::new(format!("{SEED}/meta-data"), meta),
        Placed::new("/etc/cloud/cloud.cfg.d/99-test.cfg", settings),
        // It keeps what it was asked for.
        Placed::new("/usr/bin/dnf", "#!/bin/sh\necho \"$@\" >> /run/dnf\n").mode(0o755),
    ];
    let made: BTreeSet<String> =
        user.lines().filter_map(|it| it.strip_prefix("  - name: ")).map(str::to_owned).collect();
    let on = start(host, tree, &made, files)?;
    one(&Command::new("cloud-init").args(["schema", "-c", &format!("{SEED}/user-data")]), &on)?;
    known_keys(user)?;
    if !whole {
        return Ok(());
    }
    script(": > /in && sleep 0.01", &on)?;
    for words in [&["init", "--local"][..], &["init"]] {
        one(&Command::new("cloud-init").args(words), &on)?;
    }
    let sources = cloud.setup(host.id).sources.iter().map(|it| match it {
        PackageSource::Repository(name) => format!("--assumeyes install {name}\n"),
        PackageSource::Module(name) => format!("--assumeyes module enable {name}\n"),
    });
    let asked = script("cat /run/dnf 2>/dev/null || true", &on)?.text();
    if asked != sources.collect::<String>() {
        return Err(format!("dnf was asked for {asked}"));
    }
    // Where there are commands, they are a script by now.
    script("f=/var/lib/cloud/instance/scripts/runcmd; test ! -e $f || sh -e $f", &on)?;
    let is = run(&Command::new("hostname"), &on)?.text();
    if is.trim() != host.fqdn {
        return Err(format!("the host calls itself {is}"));
    }
    compare(&found("/", "-newer /in", &on)?, tree, |path| {
        is_user_database(path)
            || ["/etc/sudoers", "/etc/cloud/"].iter().any(|it| path.starts_with(it))
    })
}

/// Every key at the top is one that some module of cloud-init reads: its schema lets others pass.
fn known_keys(user: &str) -> Verdict {
    let schema = root()
        .join("usr/lib/python3/dist-packages/cloudinit/config/schemas/schema-cloud-config-v1.json");
    let schema = std::fs::read_to_string(schema).map_err(|it| it.to_string())?;
    let schema: serde_json::Value = serde_json::from_str(&schema).map_err(|it| it.to_string())?;
    let modules = schema["$defs"].as_object().ok_or("the schema has no definitions")?;
    let known: BTreeSet<&str> = modules
        .values()
        .filter_map(|it| it["properties"].as_object())
        .flat_map(|it| it.keys().map(String::as_str))
        .collect();
    let keys = user.lines().filter(|it| !it.is_empty() && !it.starts_with([' ', '#']));
    let keys = keys.filter_map(|it| it.split(':').next());
    let unknown: Vec<&str> = keys.filter(|it| !known.contains(it)).collect();
    if unknown.is_empty() { Ok(()) } else { Err(format!("no module reads {unknown:?}")) }
}

/// cloud-init makes of it, as the host's system sets up interfaces, files that say every address and
/// gateway.
fn network_config(text: &str, cloud: &Cloud, host: &Host) -> Verdict {
    let setup = Setup::over(root()).file(Placed::new("/in/network-config", text));
    let on = setup.start().map_err(|it| it.to_string())?;
    let (system, kind) = match host.system {
        Some(System::Debian) => ("debian", "networkd"),
        Some(System::Rocky) => ("rocky", "network-manager"),
        _ => ("almalinux", "network-manager"),
    };
    let convert = Command::new("cloud-init")
        .args(["devel", "net-convert", "-p", "/in/network-config", "-k", "yaml"])
        .args(["-d", "/out", "-D", system, "-O", kind]);
    one(&convert, &on)?;
    let made = script("find /out -type f | sort | xargs cat", &on)?.text().to_lowercase();
    let routes = cloud.routes(host);
    for nic in &host.nics {
        let tunnel = cloud.networks[&nic.network].kind == NetworkKind::Wireguard;
        if tunnel || nic.bridge == Some(Bridge::Guests) {
            continue;
        }
        let port = match &nic.bridge {
            Some(Bridge::Port(port)) => port,
            _ => &nic.interface,
        };
        let device = nic.mac.map_or_else(|| port.clone(), |it| it.to_string());
        let gateways = routes
            .iter()
            .filter(|it| it.interface == nic.interface && it.from.is_none())
            .filter_map(|it| match it.via {
                Via::Gateway(via) => Some(via.to_string()),
                Via::Provider | Via::Link => None,
            });
        let wanted = nic.addresses.iter().map(ToString::to_string).chain(gateways).chain([device]);
        for it in wanted {
            if !made.contains(&it) {
                return Err(format!("{it} is not in what {kind} gets:\n{made}"));
            }
        }
    }
    Ok(())
}

/// The schema of each document takes it, and libvirt does everything that the unit asks of it, twice.
fn libvirt(texts: &BTreeMap<String, String>, cloud: &Cloud, host: &Host) -> Verdict {
    let documents: Vec<(&String, &String)> =
        texts.iter().filter(|it| it.0.starts_with("/etc/fmc/libvirt/")).collect();
    if documents.is_empty() {
        return Ok(());
    }
    let mut setup = Setup::over(root());
    for (path, text) in &documents {
        setup = setup.file(Placed::new(format!("/in{path}"), text.as_str()));
        // The driver that runs nothing knows only machines of its own kind, and all of its pools are
        // of 100 GiB, which it counts as if every disk were full.
        let line = |it: &str| match it.trim_start() {
            it if it.starts_with("<capacity ") => {
                "<capacity unit=\"GiB\">1</capacity>\n".to_owned()
            }
            it => it.replace("<domain type=\"kvm\">", "<domain type=\"test\">") + "\n",
        };
        setup = setup.file(Placed::new(path.as_str(), text.lines().map(line).collect::<String>()));
    }
    let on = setup.start().map_err(|it| it.to_string())?;
    for (path, _) in &documents {
        one(&Command::new("virt-xml-validate").arg(format!("/in{path}")), &on)?;
    }
    let process = cloud.setup(host.id).processes.iter().find(|it| it.name == "fmc-libvirt");
    let Some(Run::Once { start, .. }) = process.map(|it| &it.run) else {
        return Err("there is no unit that defines them".to_owned());
    };
    let line = |it: &fmc_model::setup::Command| it.arguments.join(" ");
    let again = start.iter().filter(|it| !it.may_fail);
    let mut all: Vec<String> = start.iter().chain(again).map(line).collect();
    all.extend(["list --all --name".to_owned(), "net-list --name".to_owned()]);
    let virsh = Command::new("virsh").args(["-c", "test:///default", &all.join("; ")]);
    let outcome = one(&virsh, &on)?;
    // It goes on after a command that failed.
    if outcome.talk().contains("error:") {
        return Err(outcome.talk());
    }
    let text = outcome.text();
    let listed: BTreeSet<&str> = text.lines().map(str::trim).collect();
    let guests = cloud.hosts.values().filter(|it| it.runs_on.as_ref() == Some(&host.name));
    let networks = host.nics.iter().filter(|it| it.bridge.is_some()).map(|it| &it.network);
    for name in guests.map(|it| &it.name).chain(networks) {
        if !listed.contains(name.as_str()) {
            return Err(format!("libvirt does not know {name}: {text}"));
        }
    }
    Ok(())
}

fn is_user_database(path: &str) -> bool {
    let name = path.strip_prefix("/etc/").unwrap_or_default().trim_end_matches('-');
    ["passwd", "shadow", "group", "gshadow", "subuid", "subgid", ".pwd.lock"].contains(&name)
}

/// Files and links below a folder, `/etc` of it alone where it is the root itself, with their owners.
fn found(
    top: &str,
    which: &str,
    on: &Sandbox,
) -> Result<BTreeMap<String, (Content, String)>, String> {
    let folder = if top == "/" { "etc" } else { "." };
    let list = format!("cd {top} && find {folder} \\( -type f -o -type l \\) {which}");
    let owners = script(&format!("{list} -printf '%p\\t%u:%g\\n'"), on)?.text();
    let owners: BTreeMap<&str, &str> =
        owners.lines().filter_map(|it| it.split_once('\t')).collect();
    let packed = script(&format!("{list} -print0 | tar --null --no-recursion -cf - -T -"), on)?;
    let members = unpack(&packed.stdout).map_err(|it| it.to_string())?;
    let member = |(path, content): (String, Content)| {
        let owner = owners.get(path.as_str()).copied().unwrap_or_default().to_owned();
        let path = path.strip_prefix("./").unwrap_or(&path);
        (format!("/{path}"), (content, owner))
    };
    Ok(members.into_iter().map(member).collect())
}

/// What was made is what the model says, nothing less and nothing more but what `other` allows. Files
/// with secrets are not there.
fn compare(
    found: &BTreeMap<String, (Content, String)>,
    tree: &HostTree,
    other: impl Fn(&str) -> bool,
) -> Verdict {
    let mut wanted = BTreeSet::new();
    for (path, node) in &tree.nodes {
        let (content, owner) = match node {
            Node::Link(target) => (Content::Link(target.clone()), "root:root".to_owned()),
            Node::File(file) => match file.printed.fill(|_| None) {
                Err(_) => continue,
                Ok(text) => {
                    let (user, group) =
                        file.owner.split_once(':').unwrap_or((&file.owner, &file.owner));
                    (Content::Text(text.into_bytes(), file.mode), format!("{user}:{group}"))
                }
            },
        };
        wanted.insert(path.as_str());
        match found.get(path) {
            Some(is) if *is == (content.clone(), owner.clone()) => {}
            Some(is) => return Err(format!("{path} is {is:?}, not {:?}", (content, owner))),
            None => return Err(format!("{path} is missing")),
        }
    }
    let more: Vec<&String> =
        found.keys().filter(|it| !wanted.contains(it.as_str()) && !other(it)).collect();
    if more.is_empty() { Ok(()) } else { Err(format!("nobody asked for {more:?}")) }
}
