//! What these tests share: a cloud out of texts, and its findings in words.

use fmc_model::{Cloud, Date, Diagnostics, Language, Loaded, load, resolve};
use fmc_roles::ROLES;

/// The day on which all of these clouds are looked at.
const TODAY: Date = Date { year: 2026, month: 7, day: 1 };

/// A cloud as it was read and what came of it.
pub(crate) struct Outcome {
    pub(crate) loaded: Loaded,
    pub(crate) cloud: Option<Cloud>,
    pub(crate) diagnostics: Diagnostics,
}

/// Reads and resolves `bytes`; `files` are those that it may include, by path.
pub(crate) fn outcome(bytes: &[u8], files: &[(&str, &str)]) -> Outcome {
    let loaded = load("cloud.yaml", bytes, ROLES, &mut |path| {
        let found = files.iter().find(|it| it.0 == path);
        found.map(|it| it.1.as_bytes().to_vec()).ok_or_else(|| "no such file".to_owned())
    });
    let (cloud, mut diagnostics) = resolve(&loaded, ROLES, TODAY);
    // What the roles configure is asked for where nothing is wrong before, as the commands do.
    if let Some(cloud) = cloud.as_ref().filter(|_| !diagnostics.has_errors()) {
        for it in cloud.configured() {
            diagnostics.push(it);
        }
    }
    Outcome { loaded, cloud, diagnostics }
}

impl Outcome {
    /// The first findings, one in a line, for the messages of failing tests.
    pub(crate) fn told(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        for it in self.diagnostics.iter().take(12) {
            let at = self.loaded.sources.show(it.place);
            let code = it.code.id;
            lines.push(format!("  {at} {code}: {}", it.message(Language::English)));
            for label in &it.labels {
                let at = self.loaded.sources.line_column(label.place);
                lines.push(format!("    at {at}: {}", label.text.en));
            }
            for hint in &it.hints {
                let edit = hint.edit.as_ref().map(|it| format!(" ← {:?}", it.text));
                lines.push(format!("    {}{}", hint.text.en, edit.unwrap_or_default()));
            }
        }
        lines.join("\n")
    }
}
