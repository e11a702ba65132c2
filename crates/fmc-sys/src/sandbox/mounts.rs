//! The file system of a sandbox.
//!
//! The root is the lower layer of an overlay whose upper one is in memory, so it is never written.
//! What is shown from outside (devices, binds) is taken hold of before the thread leaves the
//! machine's tree, and put in place afterwards: links inside the root are then followed inside it.

use super::Setup;
use super::setup::Bind;
use crate::Failure;
use crate::failure::Doing;
use rustix::fs::{CWD, Mode, OFlags, open};
use rustix::mount::{
    MountFlags, MountPropagationFlags, MoveMountFlags, OpenTreeFlags, UnmountFlags, mount,
    mount_change, mount_remount, move_mount, open_tree, unmount,
};
use rustix::process::{chdir, pivot_root};
use std::ffi::CString;
use std::fs;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::symlink;
use std::path::Path;

/// Devices that every program may expect, and those that some need and some kernels lack.
const DEVICES: &[&str] = &["null", "zero", "full", "random", "urandom", "tty"];
const MAYBE: &[&str] = &["fuse", "net/tun"];

/// Enough for what daemons write in a rehearsal, and little enough that one that fills its disk
/// does not fill the memory of the machine.
const SIZE: &str = "size=1g";

const PLAIN: MountFlags = MountFlags::NOSUID.union(MountFlags::NODEV);

/// Makes the tree of this thread, which has a mount namespace of its own by now. [`leave`] ends it,
/// when `/proc` is there.
pub(super) fn enter(setup: &Setup) -> Result<(), Failure> {
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)
        .doing("keeping mounts to ourselves")?;
    let Some(root) = &setup.root else { return Ok(()) };
    let mut held = Vec::new();
    for bind in &setup.binds {
        held.push((take(&bind.outside)?, bind));
    }
    let devices = devices()?;
    overlay(root)?;
    pivot()?;
    inside(devices)?;
    for (tree, bind) in held {
        show(&tree, bind)?;
    }
    Ok(())
}

/// Lays an overlay over a folder and nothing else, for who only wants to know whether that can be done. The
/// thread has a mount namespace of its own by now, with which it goes.
pub(super) fn over(root: &Path) -> Result<(), Failure> {
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)
        .doing("keeping mounts to ourselves")?;
    overlay(root)
}

/// Takes hold of a file, or of a folder with everything that is mounted in it.
fn take(path: &Path) -> Result<OwnedFd, Failure> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE;
    open_tree(CWD, path, flags).doing(format!("opening {}", path.display()))
}

fn devices() -> Result<Vec<(&'static str, OwnedFd)>, Failure> {
    let there = |it: &&&str| Path::new("/dev").join(it).exists();
    let names = DEVICES.iter().chain(MAYBE.iter().filter(there));
    names.map(|it| Ok((*it, take(&Path::new("/dev").join(it))?))).collect()
}

/// Mounts the overlay at `/tmp/root`. The rest of this machine's `/tmp` is hidden by it, from this
/// thread alone.
fn overlay(root: &Path) -> Result<(), Failure> {
    let shown = root.display();
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let lower = open(root, flags, Mode::empty()).doing(format!("opening the root {shown}"))?;
    tmpfs("/tmp", "0755", SIZE)?;
    for folder in ["/tmp/upper", "/tmp/work", "/tmp/root"] {
        fs::create_dir(folder).doing(format!("making {folder}"))?;
    }
    // By its descriptor, since commas and colons in a path would mean something here.
    let lower = format!("lowerdir=/proc/self/fd/{}", lower.as_raw_fd());
    let options = c_string(&format!("{lower},upperdir=/tmp/upper,workdir=/tmp/work"))?;
    mount("overlay", "/tmp/root", "overlay", MountFlags::empty(), &*options)
        .doing(format!("laying a sandbox over {shown}"))
}

/// Where this machine's tree is seen while the inside is made.
const MACHINE: &str = "/.fmc-machine";

/// Makes the overlay the root. The machine's tree stays in sight until [`leave`]: to who is root in
/// a user namespace alone, the kernel gives a `/proc` and a `/sys` only where they see one already.
fn pivot() -> Result<(), Failure> {
    let what = "entering the root of a sandbox";
    let old = format!("/tmp/root{MACHINE}");
    fs::create_dir(&old).doing(what)?;
    pivot_root("/tmp/root", old).doing(what)?;
    chdir("/").doing(what)
}

/// Lets the machine's tree go.
pub(super) fn leave(setup: &Setup) -> Result<(), Failure> {
    if setup.root.is_none() {
        return Ok(());
    }
    unmount(MACHINE, UnmountFlags::DETACH).doing("leaving this machine's tree")?;
    fs::remove_dir(MACHINE).doing("leaving this machine's tree")
}

/// Mounts what every host has. `/proc` is mounted by the first process.
fn inside(devices: Vec<(&str, OwnedFd)>) -> Result<(), Failure> {
    for folder in ["/proc", "/sys", "/dev", "/run", "/tmp"] {
        fs::create_dir_all(folder).doing(format!("making {folder}"))?;
    }
    tmpfs("/run", "0755", SIZE)?;
    tmpfs("/tmp", "1777", SIZE)?;
    let flags = PLAIN | MountFlags::NOEXEC | MountFlags::RDONLY;
    mount("sysfs", "/sys", "sysfs", flags, None).doing("mounting /sys")?;
    let flags = MountFlags::NOSUID | MountFlags::NOEXEC;
    let data = c_string("mode=0755,size=64k")?;
    mount("tmpfs", "/dev", "tmpfs", flags, &*data).doing("mounting /dev")?;
    for folder in ["/dev/pts", "/dev/shm", "/dev/net", "/run/lock"] {
        fs::create_dir(folder).doing(format!("making {folder}"))?;
    }
    tmpfs("/dev/shm", "1777", SIZE)?;
    // As Debian has it: systemd would lay one over what is there already.
    tmpfs("/run/lock", "1777", "size=5m")?;
    let data = c_string("newinstance,ptmxmode=0666,mode=0620")?;
    mount("devpts", "/dev/pts", "devpts", MountFlags::NOSUID | MountFlags::NOEXEC, &*data)
        .doing("mounting /dev/pts")?;
    let links = [
        ("ptmx", "pts/ptmx"),
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
    ];
    for (name, target) in links {
        symlink(target, Path::new("/dev").join(name)).doing(format!("making /dev/{name}"))?;
    }
    for (name, tree) in devices {
        let path = Path::new("/dev").join(name);
        put(&tree, &path, false)?;
        // They are the machine's own: they are written to, and nobody changes whose they are.
        let flags = MountFlags::BIND | MountFlags::RDONLY | MountFlags::NOSUID | MountFlags::NOEXEC;
        mount_remount(&path, flags, c"").doing(format!("protecting /dev/{name}"))?;
    }
    Ok(())
}

fn show(tree: &OwnedFd, bind: &Bind) -> Result<(), Failure> {
    let stat = rustix::fs::fstat(tree).doing("looking at a bind")?;
    let folder = rustix::fs::FileType::from_raw_mode(stat.st_mode).is_dir();
    put(tree, &bind.inside, folder)?;
    if bind.writable {
        return Ok(());
    }
    mount_remount(&bind.inside, MountFlags::BIND | MountFlags::RDONLY, c"")
        .doing(format!("protecting {}", bind.inside.display()))
}

/// Puts what was taken hold of at a path, which is made if it is not there.
fn put(tree: &OwnedFd, path: &Path, folder: bool) -> Result<(), Failure> {
    let what = format!("mounting {}", path.display());
    if folder {
        fs::create_dir_all(path).doing(&what)?;
    } else if !path.exists() {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).doing(&what)?;
        }
        fs::write(path, "").doing(&what)?;
    }
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_SYMLINKS;
    move_mount(tree, "", CWD, path, flags).doing(&what)
}

fn tmpfs(path: &str, mode: &str, size: &str) -> Result<(), Failure> {
    let data = c_string(&format!("mode={mode},{size}"))?;
    mount("tmpfs", path, "tmpfs", PLAIN, &*data).doing(format!("mounting a tmpfs at {path}"))
}

fn c_string(text: &str) -> Result<CString, Failure> {
    CString::new(text).doing("a text for the kernel with a zero byte in it")
}
