//! What the cloud says to its cluster, and how it is said.

use super::MANUAL;
use crate::{kubernetes, longhorn, traefik};
use fmc_model::role::{Configuration, Linked};
use fmc_model::setup::{Command, File, Process, Restart};

/// What other roles need of the cluster is applied by every host of the control plane, for each may be
/// the first: whoever comes later finds it done.
pub(super) fn objects(on: &Linked<'_>, out: &mut Configuration) {
    let mut all = kubernetes::nodes(on.cloud);
    all.extend(longhorn::objects(on.cloud));
    all.extend(traefik::objects(on.cloud));
    all.extend(kubernetes::dns(on.cloud));
    all.extend(kubernetes::apps(on));
    if all.is_empty() {
        return;
    }
    let kubectl = out.program("kubectl").path;
    let words = ["--kubeconfig", kubernetes::ADMIN, "apply", "--server-side", "--force-conflicts"];
    // What is written is right by its types. To have it judged by what the API says of itself, each API works
    // that out for seconds, just when everybody waits for it.
    let words = words.iter().chain(&["--validate=ignore", "--field-manager=fmc"]);
    let words = words.chain(&["--filename", kubernetes::OBJECTS]);
    let clear = kubernetes::clear(on, &kubectl, kubernetes::ADMIN);
    let start = vec![clear, Command::new(kubectl, words)];
    let mut process = Process::once("kubernetes-objects", start, on.cause())
        .described("what the cloud needs of Kubernetes", MANUAL);
    // The API may not be there yet.
    process.restart = Restart::OnFailure;
    process.after = vec!["kube-apiserver".to_owned()];
    process.files = all.iter().map(|it| it.path.clone()).collect();
    out.process(process);
    for object in all {
        let mode = if object.is_secret { 0o600 } else { 0o644 };
        let (tree, cause) = (object.tree, on.cause());
        out.entry_by(object.path, || File::new(tree(), &cause).mode(mode));
    }
}
