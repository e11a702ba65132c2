//! Files at their production paths, and whose they are.
//!
//! All of this runs inside, where `/` is the sandbox's.

use crate::Failure;
use crate::failure::Doing;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

/// A file to be found inside at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    path: PathBuf,
    contents: Vec<u8>,
    mode: u32,
    owner: Option<String>,
}

impl Placed {
    /// A file of root, mode 0644. The folders above it are made where they are missing.
    pub fn new(path: impl Into<PathBuf>, contents: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), contents: contents.into(), mode: 0o644, owner: None }
    }

    /// Its mode, such as `0o600`.
    pub fn mode(mut self, mode: u32) -> Self {
        self.mode = mode;
        self
    }

    /// Its owner, `user` or `user:group`, as the root's `/etc/passwd` and `/etc/group` know them.
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Where it is to be found.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its mode, and its owner as it was given; root where none was.
    pub fn permissions(&self) -> (u32, &str) {
        (self.mode, self.owner.as_deref().unwrap_or("root"))
    }

    /// What is in it.
    pub fn contents(&self) -> &[u8] {
        &self.contents
    }

    /// With something else in it.
    pub fn with(mut self, contents: impl Into<Vec<u8>>) -> Self {
        self.contents = contents.into();
        self
    }

    /// Whether the path is one that can be meant: absolute, and without a way back up.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let up = self.path.components().any(|it| it == std::path::Component::ParentDir);
        if self.path.is_absolute() && !up {
            return Ok(());
        }
        let path = self.path.display();
        Err(Failure::Wrong(format!("`{path}` is no path of a sandbox: it must start at `/`")))
    }

    /// Whether it is at its path just so: what is in it, its mode and its owner. To be asked where `/` is the
    /// sandbox's ([`Sandbox::inside`](super::Sandbox::inside)).
    pub fn is_there(&self) -> bool {
        let Ok(found) = self.path.symlink_metadata() else { return false };
        let owner = self.owner.as_deref().unwrap_or("root");
        found.is_file()
            && found.mode() & 0o7777 == self.mode
            && self::owner(owner).is_ok_and(|it| it == (found.uid(), found.gid()))
            && fs::read(&self.path).is_ok_and(|it| it == self.contents)
    }

    pub(super) fn place(&self) -> Result<(), Failure> {
        let path = &self.path;
        let what = format!("placing {}", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).doing(&what)?;
        }
        // Whoever reads it meanwhile finds the old one or the new one, and never half of it. A link that a
        // package put there is replaced, as on a machine; it is not followed.
        let is_there = path.symlink_metadata().is_ok();
        let begun = path.with_file_name(format!(
            ".{}.fmc-begun",
            path.file_name().unwrap_or_default().to_string_lossy()
        ));
        let to = if is_there { &begun } else { path };
        fs::write(to, &self.contents).doing(&what)?;
        if let Some(owner) = &self.owner {
            let (user, group) = self::owner(owner)?;
            chown(to, Some(user), Some(group)).doing(&what)?;
        }
        fs::set_permissions(to, fs::Permissions::from_mode(self.mode)).doing(&what)?;
        if is_there {
            fs::rename(&begun, path).doing(&what)?;
        }
        Ok(())
    }
}

/// The numbers of `user` or `user:group`; without a group, that of the user's entry.
pub(super) fn owner(words: &str) -> Result<(u32, u32), Failure> {
    let (user, group) = words.split_once(':').map_or((words, None), |it| (it.0, Some(it.1)));
    let entry = line_of("/etc/passwd", user)?;
    let (user, own) = (number(&entry, 2)?, number(&entry, 3)?);
    match group {
        Some(group) => Ok((user, number(&line_of("/etc/group", group)?, 2)?)),
        None => Ok((user, own)),
    }
}

/// The line of a file such as `/etc/passwd` that begins with a name.
fn line_of(file: &str, name: &str) -> Result<String, Failure> {
    let text = fs::read_to_string(Path::new(file)).doing(format!("reading {file}"))?;
    let line = text.lines().find(|it| it.split(':').next() == Some(name)).map(str::to_owned);
    line.ok_or_else(|| Failure::Wrong(format!("there is no `{name}` in {file} of the sandbox")))
}

fn number(line: &str, field: usize) -> Result<u32, Failure> {
    let value = line.split(':').nth(field).and_then(|it| it.parse().ok());
    value.ok_or_else(|| Failure::Wrong(format!("no number in field {field} of `{line}`")))
}
