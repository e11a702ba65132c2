//! Where a rehearsal lives on this machine: a folder in the cache, locked for as long as it runs, with its
//! logs, what its hosts share, and the socket by which others ask it.

use fmc_sys::{Failure, give, make_folders};
use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The folder of all rehearsals in a cache, and the socket in the folder of one.
const REHEARSALS: &str = "rehearsals";
const SOCKET: &str = "control";

/// What is in the folder of one that left something for somebody to look at.
const KEPT: &str = "kept";

/// How long an answer may take: whoever answers may be measuring on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// The folder of a rehearsal. It is locked until it is dropped, or its process ends, however it ends; and it
/// is gone then, or the next rehearsal clears it away.
#[derive(Debug)]
pub struct Home {
    folder: PathBuf,
    lock: OwnedFd,
    keep: AtomicBool,
}

/// Why a folder cannot be had.
#[derive(Debug)]
pub enum Taken {
    /// No folder is called so.
    Name,
    /// A rehearsal of this name runs.
    Runs,
    /// This machine refuses.
    Failed(Failure),
}

/// The longest name.
pub const LONGEST: usize = 64;

/// Whether a rehearsal can be called so: its folder is beside the others, and nowhere else.
pub fn is_name(name: &str) -> bool {
    let plain = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    let fits = !name.is_empty() && name.len() <= LONGEST;
    fits && !name.starts_with('.') && name.chars().all(plain)
}

impl Home {
    /// Takes the folder of this name, and clears away what a killed rehearsal left in any.
    ///
    /// # Errors
    /// No folder is called so, a rehearsal of this name runs, or the folder cannot be made.
    pub fn take(cache: &Path, name: &str) -> Result<Self, Taken> {
        // What lies in the folder is cleared away: it must be one of ours.
        if !is_name(name) {
            return Err(Taken::Name);
        }
        let all = cache.join(REHEARSALS);
        let failed = |what: &str, it: std::io::Error| {
            let what = format!("{what} {}", all.display());
            Taken::Failed(Failure::System { what, source: it })
        };
        make_folders(&all).map_err(|it| failed("making", it))?;
        // Between the making of a folder and its lock nobody else may clear it away.
        let _one =
            locked(&all, FlockOperation::LockExclusive).map_err(|it| failed("locking", it))?;
        sweep(&all);
        let folder = all.join(name);
        make_folders(&folder).map_err(|it| failed("making a folder in", it))?;
        let lock = patiently(&folder).map_err(|it| failed("locking a folder in", it))?;
        let lock = lock.ok_or(Taken::Runs)?;
        empty(&folder).map_err(|it| failed("clearing a folder in", it))?;
        Ok(Self { folder, lock, keep: AtomicBool::new(false) })
    }

    /// The folder of logs: one for each host in it, a file for each process.
    pub fn logs(&self) -> PathBuf {
        self.folder.join("logs")
    }

    /// The folder of what tells where a fault lies.
    pub fn evidence(&self) -> PathBuf {
        self.folder.join("evidence")
    }

    /// The folder of what hosts share.
    pub fn shares(&self) -> PathBuf {
        self.folder.join("shares")
    }

    /// The folder of the archives of images that nodes of Kubernetes are given.
    pub fn images(&self) -> PathBuf {
        self.folder.join("images")
    }

    /// Leaves what is in it for somebody to look at, until the next rehearsal of this name. Where it lies is
    /// returned.
    pub fn keep(&self) -> &Path {
        self.keep.store(true, Ordering::Release);
        // It tells nothing.
        let _ = fs::remove_dir_all(self.images());
        let _ = fs::write(self.folder.join(KEPT), "");
        give_all(&self.folder);
        &self.folder
    }

    /// Answers whoever asks, until `end` is set: `answer` is given what is asked.
    ///
    /// # Errors
    /// There can be no socket.
    pub fn serve(
        &self,
        end: &AtomicBool,
        answer: &(dyn Fn(&str) -> Value + Sync),
    ) -> Result<(), Failure> {
        let failed = |it: std::io::Error| Failure::Wrong(format!("the control socket: {it}"));
        let listener = UnixListener::bind(short(&self.lock)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        std::thread::scope(|scope| {
            while !end.load(Ordering::Acquire) {
                match listener.accept() {
                    // Who waits for something keeps nobody else from asking. Who hangs up has no question.
                    Ok((stream, _)) => {
                        scope.spawn(move || reply(stream, answer));
                    }
                    Err(it) if it.kind() == ErrorKind::WouldBlock => {
                        wait(&listener);
                    }
                    Err(it) => return Err(failed(it)),
                }
            }
            Ok(())
        })
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.folder.join(SOCKET));
        if !self.keep.load(Ordering::Acquire) {
            // Nobody takes it while it goes away.
            let _one = self.folder.parent().map(|all| locked(all, FlockOperation::LockExclusive));
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Gives everything in a folder to its owner.
fn give_all(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        give(&entry.path());
        if entry.file_type().is_ok_and(|it| it.is_dir()) {
            give_all(&entry.path());
        }
    }
}

/// Waits a moment for somebody to come.
fn wait(listener: &UnixListener) {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut watched = [PollFd::new(listener, PollFlags::IN)];
    let _ = poll(&mut watched, Some(&Timespec { tv_sec: 0, tv_nsec: 100_000_000 }));
}

fn reply(stream: UnixStream, answer: &dyn Fn(&str) -> Value) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(stream.try_clone()?).read_line(&mut line)?;
    let mut stream = stream;
    writeln!(stream, "{}", answer(line.trim()))
}

/// The path of the socket in a folder: sockets have room for a hundred bytes, and a cache may lie deep.
fn short(folder: &OwnedFd) -> String {
    format!("/proc/self/fd/{}/{SOCKET}", folder.as_raw_fd())
}

fn opened(folder: &Path) -> std::io::Result<OwnedFd> {
    Ok(open(folder, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?)
}

/// Locks a folder, however many look at it for a moment; `None` if somebody else has it.
fn patiently(folder: &Path) -> std::io::Result<Option<OwnedFd>> {
    for _ in 0..20 {
        if let Some(it) = lock(folder)? {
            return Ok(Some(it));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(None)
}

/// Locks a folder; `None` if somebody else has.
fn lock(folder: &Path) -> std::io::Result<Option<OwnedFd>> {
    locked(folder, FlockOperation::NonBlockingLockExclusive)
}

fn locked(folder: &Path, how: FlockOperation) -> std::io::Result<Option<OwnedFd>> {
    let file = opened(folder)?;
    match flock(&file, how) {
        Ok(()) => Ok(Some(file)),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(it) => Err(it.into()),
    }
}

/// Clears sockets and shares of killed rehearsals away; what was kept for somebody to look at stays.
fn sweep(all: &Path) {
    for entry in fs::read_dir(all).into_iter().flatten().flatten() {
        let folder = entry.path();
        if !folder.join(KEPT).exists()
            && let Ok(Some(_lock)) = lock(&folder)
        {
            let _ = fs::remove_dir_all(&folder);
        }
    }
}

fn empty(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && !path.is_symlink() {
            fs::remove_dir_all(path)?;
        } else {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// The names of rehearsals that run, in order.
pub fn running(cache: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(cache.join(REHEARSALS)).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        // Whoever only looks keeps nobody else from looking.
        let free = locked(&entry.path(), FlockOperation::NonBlockingLockShared);
        if matches!(free, Ok(None)) {
            names.push(name);
        }
    }
    names.sort();
    names
}

/// Asks a rehearsal something.
///
/// # Errors
/// It does not answer.
pub fn ask(cache: &Path, name: &str, what: &str) -> Result<Value, Failure> {
    ask_patiently(cache, name, what, PATIENCE)
}

/// Asks a rehearsal something that it may have to do first.
///
/// # Errors
/// It does not answer in time.
pub fn ask_patiently(
    cache: &Path,
    name: &str,
    what: &str,
    patience: Duration,
) -> Result<Value, Failure> {
    let failed = |it: std::io::Error| Failure::Wrong(format!("rehearsal {name}: {it}"));
    let folder = opened(&cache.join(REHEARSALS).join(name)).map_err(failed)?;
    let stream = UnixStream::connect(short(&folder)).map_err(failed)?;
    stream.set_read_timeout(Some(patience)).map_err(failed)?;
    writeln!(&stream, "{what}").map_err(failed)?;
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line).map_err(failed)?;
    serde_json::from_str(&line)
        .map_err(|it| Failure::Wrong(format!("rehearsal {name} answers `{line}`: {it}")))
}

/// The answer to a question that nobody understands.
pub fn not_understood(what: &str) -> Value {
    json!({ "error": format!("`{what}` is nothing that can be asked") })
}

#[cfg(test)]
mod tests {
    use super::{Home, is_name, running};

    #[test]
    fn many_take_and_leave_folders_at_once() {
        let cache = std::env::temp_dir().join(format!("fmc-homes-{}", std::process::id()));
        std::thread::scope(|scope| {
            for number in 0..8 {
                let cache = &cache;
                scope.spawn(move || {
                    let name = format!("cloud-{number}");
                    for _ in 0..200 {
                        let home = Home::take(cache, &name).expect("nobody else has it");
                        std::fs::create_dir(home.logs()).expect("it is there");
                        assert!(running(cache).contains(&name));
                    }
                });
            }
        });
        assert!(running(&cache).is_empty());
        std::fs::remove_dir_all(&cache).expect("it was made");
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        for name in ["cloud", "two-sites", "a_b.c", "7"] {
            assert!(is_name(name), "{name}");
        }
        let long = "a".repeat(65);
        for name in ["", ".", "..", "../x", "a/b", "/tmp", ".hidden", "a b", "ñ", &long] {
            assert!(!is_name(name), "{name}");
        }
    }
}
