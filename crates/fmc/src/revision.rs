//! Files as they were at a revision of git: `HEAD~3:cloud.yaml`.
//!
//! git itself is asked, so whatever it takes for a revision is one here: `main`, `v1.2`, `@{yesterday}`.

use crate::CouldNot;
use crate::output::Output;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One revision of the repository around a folder.
pub(crate) struct Revision {
    /// As it was asked for.
    name: String,
    /// The commit that it means.
    commit: String,
    folder: PathBuf,
}

/// The revision and the path of `rev:path`. A path that begins with `./` or `/` names no revision.
pub(crate) fn split(text: &str) -> Option<(&str, &str)> {
    let (revision, path) = text.split_once(':')?;
    let is_one = !revision.is_empty() && !path.is_empty() && !revision.starts_with(['.', '/']);
    is_one.then_some((revision, path))
}

impl Revision {
    /// The revision of this name in the repository around `folder`.
    pub(crate) fn find(name: &str, folder: &Path, output: &Output) -> Result<Self, CouldNot> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        git(folder, &["rev-parse", "--git-dir"], output)?.map_err(|why| {
            let shown = folder.display();
            let what = output.say("is in no repository of git", "no está en un repositorio de git");
            CouldNot::new(format!("{shown}: {what}")).hint(why)
        })?;
        let wanted = format!("{name}^{{commit}}");
        let words = ["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted];
        let commit = git(folder, &words, output)?.map_err(|_| {
            let what = output.say("git knows no revision", "git no conoce ninguna revisión");
            let hint = output.say(
                "`git log --oneline` and `git tag` list some",
                "`git log --oneline` y `git tag` muestran algunas",
            );
            CouldNot::new(format!("{what} `{name}`")).hint(hint)
        })?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        Ok(Self { name: name.to_owned(), commit, folder: folder.to_owned() })
    }

    /// The bytes of a file at this revision. Its path is seen from the top of the repository, or
    /// from the folder, whichever there is.
    pub(crate) fn bytes(&self, path: &str, output: &Output) -> Result<Vec<u8>, CouldNot> {
        let mut why = String::new();
        for start in ["", "./"] {
            let object = format!("{}:{start}{path}", self.commit);
            match git(&self.folder, &["cat-file", "blob", &object], output)? {
                Ok(bytes) => return Ok(bytes),
                Err(error) => why = error,
            }
        }
        let (name, short) = (&self.name, &self.commit[..self.commit.len().min(10)]);
        let what = output.say("there is no such file at", "no existe ese fichero en");
        let is_folder = why.contains("bad file");
        let what =
            if is_folder { output.say("it is no file at", "no es un fichero en") } else { what };
        let hint = output.say(
            "the path is seen from the top of the repository, or from the folder of the cloud file",
            "la ruta se ve desde la raíz del repositorio, o desde la carpeta del fichero de nube",
        );
        Err(CouldNot::new(format!("{path}: {what} `{name}` ({short})")).hint(hint))
    }
}

/// Runs git; its output, or what it said when it failed.
fn git(
    folder: &Path,
    words: &[&str],
    output: &Output,
) -> Result<Result<Vec<u8>, String>, CouldNot> {
    let ran = Command::new("git").arg("-C").arg(folder).args(words).env("LC_ALL", "C").output();
    let ran = ran.map_err(|error| {
        let what = output.say("git cannot be run", "no se puede ejecutar git");
        CouldNot::new(format!("{what}: {error}")).hint(output.say(
            "install git, or compare with a file instead of a revision",
            "instale git, o compare con un fichero en vez de con una revisión",
        ))
    })?;
    if ran.status.success() {
        return Ok(Ok(ran.stdout));
    }
    let said = String::from_utf8_lossy(&ran.stderr);
    Ok(Err(said.lines().next().unwrap_or_default().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_and_paths() {
        assert_eq!(split("HEAD:cloud.yaml"), Some(("HEAD", "cloud.yaml")));
        assert_eq!(split("origin/main:a/b.yaml"), Some(("origin/main", "a/b.yaml")));
        assert_eq!(split("cloud.yaml"), None);
        assert_eq!(split(":cloud.yaml"), None);
        assert_eq!(split("HEAD:"), None);
        assert_eq!(split("./a:b.yaml"), None);
    }
}
