//! What `SELinux` has to be told before what a host runs may do what it is for.
//!
//! Its policy knows the programs of the distribution at their usual ports and folders. What roles say
//! beyond that is made true by one unit, before whatever they run starts; each step asks first, for to
//! change the policy takes seconds. Programs of ours, in `/usr/local`, are not confined by it.

use super::HostPart;
use crate::role::Configuration;
use crate::setup::{Command, Process, Selinux};
use fmc_config::Cause;

/// The unit, if there is anything to be told. `processes` are those that run here.
pub(super) fn selinux(
    part: &HostPart<'_>,
    facts: &[(Selinux, Cause)],
    processes: &[Process],
) -> Option<Configuration> {
    let (_, first) = facts.first()?;
    let mut out = part.says(first.clone());
    let start = facts.iter().flat_map(|it| steps(&it.0, &mut out)).collect();
    let mut process = Process::once("fmc-selinux", start, part.cause("selinux")).described(
        "what SELinux allows to what runs here",
        "https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/9/html/using_selinux/",
    );
    process.security = Some("selinux");
    let asked = |it: &&Process| facts.iter().any(|(_, cause)| cause.by == it.cause.by);
    process.before = processes.iter().filter(asked).map(|it| it.name.clone()).collect();
    out.process(process);
    Some(out)
}

fn steps(fact: &Selinux, out: &mut Configuration) -> Vec<Command> {
    let mut path = |name| out.program(name).path.into_owned();
    let shell = |text: String| Command::new("/bin/sh", ["-c", &text]);
    // What is there already is changed, where somebody gave it another type.
    let either = |semanage: &str, object: &str, rest: String| {
        format!("{semanage} {object} -a {rest} || {semanage} {object} -m {rest}")
    };
    match fact {
        Selinux::Boolean(name) => {
            let (get, set) = (path("getsebool"), path("setsebool"));
            vec![shell(format!("{get} {name} | grep -q ' on$' || {set} -P {name} on"))]
        }
        Selinux::Port(kind, port) => {
            let semanage = path("semanage");
            let known = format!("{semanage} port -l | grep -Eq '^{kind} +tcp .*\\b{port}\\b'");
            let change = either(&semanage, "port", format!("-t {kind} -p tcp {port}"));
            vec![shell(format!("{known} || {change}"))]
        }
        Selinux::Folder(kind, folder) => {
            let semanage = path("semanage");
            let pattern = format!("{}(/.*)?", escaped(folder));
            let known =
                format!("{semanage} fcontext -l | grep -F '{pattern} ' | grep -q ':{kind}:'");
            let change = either(&semanage, "fcontext", format!("-t {kind} '{pattern}'"));
            let label = Command::new(path("restorecon"), ["-R", folder]).may_fail();
            vec![shell(format!("{known} || {change}")), label]
        }
    }
}

/// A path as a regular expression, inside of a shell's quotes.
fn escaped(path: &str) -> String {
    let mut text = String::new();
    for it in path.chars() {
        if it == '\'' {
            text.push('.');
            continue;
        }
        if "\\.^$*+?()[]{}|".contains(it) {
            text.push('\\');
        }
        text.push(it);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_as_it_is() {
        assert_eq!(escaped("/srv/a.b+c"), "/srv/a\\.b\\+c");
        assert_eq!(escaped("/srv/it's"), "/srv/it.s");
    }
}
