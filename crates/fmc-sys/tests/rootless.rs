//! Who is not root becomes it, and then makes sandboxes too.
//!
//! Becoming root needs a process with one thread, so this test has no harness: it starts itself
//! again as somebody else.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(
    clippy::print_stdout,
    reason = "the closing line of a test is its harness's, which it has not"
)]

use fmc_sys::{Command, Host, Link, Placed, Setup, become_root};
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;

const INSIDE: &str = "FMC_SYS_ROOTLESS";
/// `nobody`, wherever Debian is.
const NOBODY: u32 = 65534;

fn main() {
    if std::env::var_os(INSIDE).is_some() {
        return as_nobody();
    }
    // A copy where anybody may read it.
    let copy = std::env::temp_dir().join(format!("fmc-sys-rootless-{}", std::process::id()));
    std::fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
    let mut command = std::process::Command::new(&copy);
    command.env(INSIDE, "1").current_dir("/");
    if std::fs::metadata("/proc/self").map(|it| std::os::unix::fs::MetadataExt::uid(&it)).unwrap()
        == 0
    {
        command.uid(NOBODY).gid(NOBODY);
    }
    let status = command.status();
    std::fs::remove_file(&copy).unwrap();
    assert!(status.unwrap().success(), "a user who is not root cannot make namespaces here");
    println!("rootless: 1 passed, 0 failed");
}

fn as_nobody() {
    let refused = Setup::over("/").start().unwrap_err().to_string();
    assert!(refused.contains("this needs root, or `fmc_sys::become_root`"), "{refused}");
    // The thread of that attempt was joined, and the kernel may not be through with it yet: as long as
    // this one, which nobody joins.
    std::thread::spawn(|| std::thread::sleep(std::time::Duration::from_millis(20)));
    become_root().unwrap_or_else(|failure| panic!("{failure}"));
    let link = Link::new("eth0").address("10.17.3.12/24".parse().unwrap());
    // This machine's `/` has mounts in it that a user namespace may not look below, so it cannot be
    // an overlay's lower layer; a folder can.
    let root = std::env::temp_dir().join(format!("fmc-sys-root-{}", std::process::id()));
    std::fs::create_dir(&root).unwrap();
    for name in ["bin", "lib", "lib64"] {
        symlink(format!("usr/{name}"), root.join(name)).unwrap();
    }
    let sandbox = Setup::over(&root)
        .hostname("rootless")
        .link(link)
        .file(Placed::new("/etc/fmc-sys-test", "x\n"))
        .bind("/usr", "/usr")
        .start()
        .unwrap_or_else(|failure| panic!("{failure}"));
    let script = "id -u; uname -n; cat /etc/fmc-sys-test /sys/class/net/eth0/carrier";
    let outcome = sandbox.run(&Command::new("sh").args(["-c", script])).unwrap().ok().unwrap();
    assert_eq!(outcome.text(), "0\nrootless\nx\n1\n");
    drop(sandbox);
    std::fs::remove_dir_all(root).unwrap();
    // With threads, it is too late; but who is root already need not become it.
    std::thread::scope(|it| it.spawn(|| become_root().unwrap()).join().unwrap());
}
