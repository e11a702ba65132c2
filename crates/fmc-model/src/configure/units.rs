//! Units of systemd, made from processes and mounts.

use crate::setup::{Command, Entry, File, Mount, Process, Ready, Reload, Restart, Run};
use fmc_config::Document;
use fmc_config::ini::{Ini, IniStyle, Section};

/// Where units of our own lie: one of the same name that a package brings is not used then.
const FOLDER: &str = "/etc/systemd/system";

/// How long a process rests before it is started again: long enough that a broken one does not keep
/// a processor busy, short against any failover.
const RESTART_AFTER: &str = "1s";

/// A share waits for its server, which may come up later: systemd would end the attempt after 90
/// seconds, and `mount.nfs` by itself after two minutes; then the mount has failed for good, for systemd
/// does not start one again, and so has all that is on it. So it goes on for as long as `mount.nfs` does
/// in the background, about a week, and what needs it waits. Nothing else does (`nofail`): people log in
/// when remote file systems are there, and would have to wait too. This is what systemd itself makes of
/// `bg` (systemd.mount(5), nfs(5)); and a server that says no is told at once.
const PATIENT: [&str; 2] = ["nofail", "retry=10000"];

/// The path of the unit of a process.
pub(super) fn path_of(name: &str) -> String {
    [FOLDER, "/", name, ".service"].concat()
}

/// What starts the unit of a process: a link, when the host starts; or a timer, and the link that
/// starts that one.
pub(super) fn enabled(process: &Process) -> Vec<(String, Entry)> {
    let (name, cause) = (&process.name, &process.cause);
    let Some(calendar) = &process.calendar else {
        let link = Entry::Link(path_of(name), cause.clone());
        return vec![(wanted(process), link)];
    };
    let mut ini = Ini::new(IniStyle::Tight);
    ini.section("Unit", cause).set("Description", plain(&process.description));
    let timer = ini.section("Timer", cause);
    timer.set("OnCalendar", calendar).set("Persistent", "yes");
    ini.section("Install", cause).set("WantedBy", TIMERS);
    let path = format!("{FOLDER}/{name}.timer");
    let link = Entry::Link(path.clone(), cause.clone());
    let enabled = (format!("{FOLDER}/{TIMERS}.wants/{name}.timer"), link);
    vec![(path, Entry::File(File::new(ini, cause))), enabled]
}

/// The link that starts the unit of a process when the host does.
fn wanted(process: &Process) -> String {
    [FOLDER, "/", target(process), ".wants/", &process.name, ".service"].concat()
}

/// The paths of what starts the unit of a process.
pub(super) fn enabled_paths(process: &Process) -> Vec<String> {
    match process.calendar {
        Some(_) => enabled(process).into_iter().map(|it| it.0).collect(),
        None => vec![wanted(process)],
    }
}

/// What starts timers.
const TIMERS: &str = "timers.target";

fn target(process: &Process) -> &'static str {
    if process.before_network { "sysinit.target" } else { "multi-user.target" }
}

impl Process {
    /// The text of its unit, without a header (systemd.service(5)).
    pub fn unit(&self) -> String {
        Document::from(unit(self)).print(&[], &self.cause).text().to_owned()
    }
}

/// The unit of a process.
pub(super) fn unit(process: &Process) -> Ini {
    let cause = &process.cause;
    let mut ini = Ini::new(IniStyle::Tight);
    let unit = ini.section("Unit", cause);
    unit.set("Description", plain(&process.description));
    if !process.manual.is_empty() {
        unit.set("Documentation", process.manual);
    }
    if process.before_network {
        // As the distributions' own unit for nftables: the rules are there before any interface.
        unit.set("DefaultDependencies", "no");
        unit.set("Wants", "network-pre.target");
        unit.set("After", "local-fs.target");
        unit.set("Before", "network-pre.target shutdown.target");
        unit.set("Conflicts", "shutdown.target");
    } else {
        let network = || std::iter::once("network-online.target".to_owned());
        let services = |it: &[String]| it.iter().map(|it| format!("{it}.service")).collect();
        let (wants, after): (Vec<_>, Vec<_>) = (services(&process.wants), services(&process.after));
        // Not `Requires=`: what is wanted is done when it has ended, so who comes after it waits all
        // the same; and it may be started anew without everybody being stopped (systemd.unit(5)).
        unit.set("Wants", network().chain(wants.clone()).collect::<Vec<_>>().join(" "));
        unit.set("After", network().chain(wants).chain(after).collect::<Vec<_>>().join(" "));
        if !process.before.is_empty() {
            let before: Vec<String> =
                process.before.iter().map(|it| format!("{it}.service")).collect();
            unit.set("Before", before.join(" "));
        }
    }
    if !process.mounts.is_empty() {
        let mounts: Vec<String> = process.mounts.iter().map(|it| quoted(&plain(it))).collect();
        unit.set("RequiresMountsFor", mounts.join(" "));
    }
    if let Some(security) = process.security {
        unit.set("ConditionSecurity", security);
    }
    if let Some(done) = &process.done {
        unit.set("ConditionPathExists", plain(&format!("!{done}")));
    }
    if process.restart != Restart::Never {
        // After five attempts in ten seconds, systemd would give up for good.
        unit.set("StartLimitIntervalSec", "0");
    }
    service(process, ini.section("Service", cause));
    if process.calendar.is_none() {
        ini.section("Install", cause).set("WantedBy", target(process));
    }
    ini
}

fn service(process: &Process, section: &mut Section) {
    let kind = match &process.run {
        Run::Daemon(_, Ready::Started) => "exec",
        Run::Daemon(_, Ready::Notifies) => "notify",
        Run::Once { .. } => "oneshot",
    };
    section.set("Type", kind);
    if let Run::Daemon(_, Ready::Notifies) = process.run {
        // A database that recovers, or a member that waits for its peers, takes what it takes.
        section.set("TimeoutStartSec", "infinity");
    }
    if matches!(process.run, Run::Once { .. }) && process.calendar.is_none() {
        section.set("RemainAfterExit", "yes");
    }
    if process.user != "root" {
        section.set("User", &process.user);
    }
    if !process.capabilities.is_empty() {
        section.set("AmbientCapabilities", process.capabilities.join(" "));
        section.set("CapabilityBoundingSet", process.capabilities.join(" "));
    }
    if let Some(signal) = process.stop_signal {
        // What it started is left to it, and only killed if it does not end.
        section.set("KillSignal", format!("SIG{signal}")).set("KillMode", "mixed");
    }
    if process.spares_children {
        section.set("KillMode", "process");
    }
    if process.delegates {
        section.set("Delegate", "yes").set("TasksMax", "infinity");
    }
    for (name, value) in &process.environment {
        section.set("Environment", word(&format!("{name}={value}")));
    }
    if let Some(input) = &process.input {
        section.set("StandardInput", plain(&format!("file:{input}")));
    }
    if !process.run_folders.is_empty() {
        section.set("RuntimeDirectory", process.run_folders.join(" "));
    }
    if let Some(check) = &process.check {
        section.set("ExecStartPre", line(check));
    }
    match &process.run {
        Run::Daemon(command, _) => {
            section.set("ExecStart", line(command));
        }
        Run::Once { start, stop } => {
            for command in start {
                section.set("ExecStart", line(command));
            }
            for command in stop {
                section.set("ExecStop", line(command));
            }
        }
    }
    if let Some(command) = &process.at_end {
        section.set("ExecStopPost", line(command));
    }
    if let Some(reload) = &process.reload {
        if let Some(check) = &process.check {
            section.set("ExecReload", line(check));
        }
        section.set(
            "ExecReload",
            match reload {
                Reload::Signal(signal) => format!("/bin/kill -s {signal} $MAINPID"),
                Reload::Command(command) => line(command),
            },
        );
    }
    match process.restart {
        Restart::Always => section.set("Restart", "always").set("RestartSec", RESTART_AFTER),
        Restart::OnFailure => section.set("Restart", "on-failure").set("RestartSec", RESTART_AFTER),
        Restart::Never => section,
    };
}

/// A command as systemd reads it.
fn line(command: &Command) -> String {
    let minus = if command.may_fail { "-" } else { "" };
    let words: Vec<String> = command.arguments.iter().map(|it| word(it)).collect();
    let mut text = format!("{minus}{}", word(&command.program));
    for it in words {
        text.push(' ');
        text.push_str(&it);
    }
    text
}

/// A word of a command: specifiers and variables are meant as they are written, and what holds
/// blanks or quotes is quoted (systemd.service(5), "Command lines").
fn word(text: &str) -> String {
    quoted(&text.replace('%', "%%").replace('$', "$$"))
}

fn quoted(text: &str) -> String {
    let special = |it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '\\' | ';');
    if text.is_empty() || text.contains(special) {
        let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        return format!("\"{text}\"");
    }
    text.to_owned()
}

/// Text in which specifiers mean nothing.
fn plain(text: &str) -> String {
    text.replace('%', "%%")
}

/// The unit of a mount: its path, itself, and the path of the link that starts it with the host.
pub(super) fn mount(folder: &str, mount: &Mount, selinux: bool) -> (String, Entry, String) {
    let cause = &mount.cause;
    let mut ini = Ini::new(IniStyle::Tight);
    let network = mount.kind.starts_with("nfs");
    let target = if network { "remote-fs.target" } else { "local-fs.target" };
    let unit = ini.section("Unit", cause);
    unit.set("Description", plain(&format!("{} at {folder}", mount.what)));
    if network {
        unit.set("Wants", "network-online.target").set("After", "network-online.target");
    }
    let section = ini.section("Mount", cause);
    section.set("What", plain(&mount.what)).set("Where", plain(folder)).set("Type", &mount.kind);
    let mut options: Vec<&str> = mount.options.iter().map(String::as_str).collect();
    if network {
        options.extend(PATIENT);
    }
    let context = mount.selinux.map(|it| format!("context=system_u:object_r:{it}:s0"));
    options.extend(context.as_deref().filter(|_| selinux));
    if !options.is_empty() {
        section.set("Options", plain(&options.join(",")));
    }
    if network {
        section.set("TimeoutSec", "infinity");
    }
    ini.section("Install", cause).set("WantedBy", target);
    let name = format!("{}.mount", escaped(folder));
    let path = format!("{FOLDER}/{name}");
    let link = format!("{FOLDER}/{target}.wants/{name}");
    (path, Entry::File(File::new(ini, cause)), link)
}

/// A path as the name of a unit (systemd.unit(5), "String escaping for inclusion in unit names").
fn escaped(path: &str) -> String {
    let trimmed = path.trim_matches('/');
    if trimmed.is_empty() {
        return "-".to_owned();
    }
    let mut name = String::new();
    for (index, byte) in trimmed.bytes().enumerate() {
        match byte {
            b'/' => name.push('-'),
            b'.' if index > 0 => name.push('.'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b':' | b'_' => name.push(byte.into()),
            _ => name.push_str(&format!("\\x{byte:02x}")),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_escaped_as_systemd_does() {
        assert_eq!(escaped("/srv/nfs/"), "srv-nfs");
        assert_eq!(escaped("/"), "-");
        assert_eq!(escaped("/mnt/longhorn-disk"), "mnt-longhorn\\x2ddisk");
        assert_eq!(escaped("/.a b"), "\\x2ea\\x20b");
    }

    #[test]
    fn commands_mean_what_they_say() {
        let words = ["100%", "$HOME", "a b", "q\"q", "", "a\nb"];
        let command = Command::new("/bin/echo", words).may_fail();
        let right = "-/bin/echo 100%% $$HOME \"a b\" \"q\\\"q\" \"\" \"a\\nb\"";
        assert_eq!(line(&command), right);
    }
}
