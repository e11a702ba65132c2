//! Values of secrets on their way into files: sealed, or in plain text where that was asked for.

use super::changes::Content;
use super::folder::Written;
use crate::CouldNot;
use crate::output::Output;
use fmc_build::{Node, Tree, TreeFile, artifact_names, digest};
use fmc_config::{Secret, SecretPart};
use fmc_model::Cloud;
use fmc_secrets::{SealingKey, Store, seal};
use std::path::{Path, PathBuf};

/// What a sealed file is called besides its own name.
const SEALED: &str = ".age";

/// How values come into files.
pub(super) struct Filling<'a> {
    store: &'a Store,
    sealing: SealingKey,
    plain: bool,
}

/// A file or link as it shall lie in the folder.
pub(super) struct Filled {
    pub(super) path: String,
    pub(super) content: Content,
    pub(super) written: Written,
    /// Whether its text may be shown to nobody.
    pub(super) secret: bool,
}

impl<'a> Filling<'a> {
    /// With values of this store; `plain` tells that secret files are not sealed.
    pub(super) fn of(store: &'a Store, plain: bool) -> Self {
        Self { store, sealing: store.sealing(), plain }
    }

    /// What a file or link of a host becomes. Its path is seen from the folder.
    pub(super) fn fill(
        &self,
        path: String,
        node: &Node,
        output: &Output,
    ) -> Result<Filled, CouldNot> {
        let file = match node {
            Node::File(file) => file,
            Node::Link(to) => {
                let (mode, owner) = ("0777".to_owned(), "root".to_owned());
                let written = Written { content: to.clone(), mode, owner };
                return Ok(Filled {
                    path,
                    content: Content::Link(to.clone()),
                    written,
                    secret: false,
                });
            }
        };
        let text = self.text(&path, file, output)?;
        let secret = file.secret;
        let (path, bytes, mode) = match (secret, self.plain) {
            (false, _) => (path, text.into_bytes(), file.mode),
            // Whatever its mode on the host, here it is for nobody else.
            (true, true) => (path, text.into_bytes(), 0o600),
            (true, false) => {
                let recipients = &self.store.recipients;
                let sealed = seal(text.as_bytes(), &path, recipients, &self.sealing);
                (path + SEALED, sealed, 0o644)
            }
        };
        let written = Written {
            // Of a file in plain text it tells nothing: no key and no password can be guessed from it.
            content: digest(&bytes),
            mode: format!("{:04o}", file.mode),
            owner: file.owner.clone(),
        };
        Ok(Filled { path, content: Content::Text(bytes, mode), written, secret })
    }

    /// The value of a secret as far as it may be in what a machine is started from: there, nothing can be
    /// sealed.
    pub(super) fn value(&self, of: &Secret) -> Option<String> {
        let may = self.plain || of.part != SecretPart::Private;
        may.then(|| self.store.secrets.value(of)).flatten()
    }

    fn text(&self, path: &str, file: &TreeFile, output: &Output) -> Result<String, CouldNot> {
        if file.printed.holes().is_empty() {
            return Ok(file.printed.text().to_owned());
        }
        file.printed.fill(|it| self.store.secrets.value(it)).map_err(|missing| {
            let what =
                output.say("needs a value that there is not:", "necesita un valor que no hay:");
            CouldNot::new(format!("{path} {what} {missing}"))
        })
    }
}

/// Where secrets in plain text would be written, in a folder.
pub(super) fn plain_paths(folder: &Path, cloud: &Cloud, tree: &Tree) -> Vec<PathBuf> {
    let secret = |it: &Node| matches!(it, Node::File(file) if file.secret);
    let at = |path: String| folder.join(path);
    let mut all: Vec<PathBuf> =
        tree.written().filter(|it| secret(it.2)).map(|it| at(it.1)).collect();
    // What a machine is started from will hold them too.
    for (name, files) in &tree.hosts {
        if files.nodes.values().any(secret)
            && let Some(host) = cloud.hosts.get(name)
        {
            all.extend(artifact_names(host).into_iter().map(at));
        }
    }
    all
}
