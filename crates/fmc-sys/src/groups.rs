//! Control groups of our own (cgroups(7), version 2), below the one that this process is in.
//!
//! Folders of control groups have names that outlive whoever made them. So that none is left however we end, a
//! shell of its own waits for our end, kills whatever is in them still, and removes them.

use crate::Failure;
use crate::failure::Doing;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of control groups. When it is dropped, whatever is in them is killed, and they are gone.
#[derive(Debug)]
pub struct Groups {
    /// What it is called below the group of this process.
    name: String,
    path: PathBuf,
    /// Its other end is read by the shell. `None` only while this is being dropped.
    life: Option<ChildStdin>,
    sweeper: Child,
}

/// Removes a folder of control groups, `$0`, when nobody is at the other end of its input any more. What is
/// killed takes a moment to be gone: ten seconds are enough on any machine.
const SWEEP: &str = r#"
trap '' HUP INT TERM
while read -r _; do :; done
for _ in $(seq 200); do
    echo 1 > "$0/cgroup.kill"
    find "$0" -depth -type d -exec rmdir {} +
    [ -d "$0" ] || exit 0
    sleep 0.05
done
exit 1
"#;

impl Groups {
    /// Makes a folder that nobody else has.
    ///
    /// # Errors
    /// This machine has no control groups of version 2, or they cannot be written.
    pub fn make() -> Result<Self, Failure> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let mounts = fs::read_to_string("/proc/self/mountinfo").doing("reading the mounts")?;
        let own = fs::read_to_string("/proc/self/cgroup").doing("reading our control group")?;
        let above = place(&mounts, &own).ok_or_else(|| {
            Failure::Wrong("control groups of version 2 are mounted nowhere".to_owned())
        })?;
        let (name, path) = loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("fmc-{}-{number}", std::process::id());
            let path = above.join(&name);
            match fs::create_dir(&path) {
                Ok(()) => break (name, path),
                // Somebody in another namespace has our number, or had it and was killed with its shell.
                Err(why) if why.kind() == ErrorKind::AlreadyExists => {}
                Err(why) => {
                    return Err(why).doing(format!("making the control group {}", path.display()));
                }
            }
        };
        let what = format!("watching over the control group {}", path.display());
        // In a group of its own, a Ctrl-C at our terminal is not for it.
        let started = Command::new("sh")
            .args(["-c", SWEEP])
            .arg(&path)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        let mut sweeper = started.inspect_err(|_| _ = fs::remove_dir(&path)).doing(what)?;
        Ok(Self { name, path, life: sweeper.stdin.take(), sweeper })
    }

    /// What it is called below the group of this process: where a host mounts control groups, it is found by
    /// this name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where this machine has it.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Groups {
    fn drop(&mut self) {
        self.life = None;
        if !self.sweeper.wait().is_ok_and(|it| it.success()) {
            // Somebody has ended it.
            let _ = fs::write(self.path.join("cgroup.kill"), "1");
            remove(&self.path);
        }
    }
}

/// Removes control groups, the innermost first, as far as nobody is in them.
fn remove(path: &Path) {
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|it| it.is_dir()) {
            remove(&entry.path());
        }
    }
    let _ = fs::remove_dir(path);
}

/// Where the control group of version 2 of this process is found, by its mounts (proc(5), `mountinfo`) and its
/// groups (cgroups(7), `/proc/pid/cgroup`).
fn place(mounts: &str, own: &str) -> Option<PathBuf> {
    let own = own.lines().find_map(|it| it.strip_prefix("0::"))?;
    mounts.lines().find_map(|line| {
        let (left, right) = line.split_once(" - ")?;
        let mut left = left.split(' ').skip(3);
        let (root, point) = (left.next()?, left.next()?);
        // One that shows only a part shows ours if that is in it.
        let below = Path::new(own).strip_prefix(root).ok()?;
        (right.split(' ').next() == Some("cgroup2")).then(|| Path::new(point).join(below))
    })
}

#[cfg(test)]
mod tests {
    use super::place;
    use std::path::PathBuf;

    #[test]
    fn the_group_of_a_process_is_found_where_it_is_mounted() {
        let unified = "36 29 0:31 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate";
        let hybrid = "40 29 0:32 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
41 29 0:33 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw";
        let deep = "0::/user.slice/session-3.scope\n";
        let here = |mounts, own| place(mounts, own);
        let shown = "/sys/fs/cgroup/user.slice/session-3.scope";
        assert_eq!(here(unified, deep), Some(PathBuf::from(shown)));
        assert_eq!(here(hybrid, "4:cpu:/a\n0::/\n"), Some("/sys/fs/cgroup/unified/".into()));
        assert_eq!(here("40 29 0:32 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu", deep), None);
        let part = "36 29 0:31 /user.slice /sys/fs/cgroup rw - cgroup2 cgroup2 rw";
        assert_eq!(here(part, deep), Some("/sys/fs/cgroup/session-3.scope".into()));
        assert_eq!(here(part, "0::/system.slice\n"), None);
    }
}
