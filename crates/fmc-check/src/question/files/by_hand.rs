//! What people wrote by hand, word for word: files, and commands.

use crate::question::Subject;
use fmc_config::Place;
use fmc_config::maps::HashMap;
use fmc_model::Cloud;
use fmc_model::cloud::Host;
use std::borrow::Cow;

/// A text that a person wrote.
pub(in crate::question) struct Written<'c> {
    /// The hosts that have it: those of one entry of the file, or of a template.
    pub(in crate::question) hosts: Vec<&'c Host>,
    /// What it is: the path of a file, or the setting of a role.
    pub(in crate::question) what: Cow<'c, str>,
    /// The text.
    pub(in crate::question) text: &'c str,
    /// Where it was written.
    pub(in crate::question) place: Place,
}

/// Every text that a person wrote, each once, in the order of the file.
pub(in crate::question) fn written<'s, 'c>(subject: &'s Subject<'c>) -> &'s [Written<'c>] {
    subject.written.get_or_init(|| gather(subject.cloud))
}

fn gather(cloud: &Cloud) -> Vec<Written<'_>> {
    let mut all: Vec<Written<'_>> = Vec::new();
    let mut index: HashMap<(Place, Cow<'_, str>, &str), usize> = HashMap::default();
    for host in cloud.hosts.values() {
        let files = host.files.iter().map(|(path, file)| {
            (Cow::Borrowed(path.as_str()), file.text.as_str(), file.origin.place)
        });
        let settings = host.roles.iter().flat_map(|role| {
            role.settings.iter().map(|(name, value)| {
                let what = Cow::Owned(format!("`{name}` of `{}`", role.name));
                (what, value.as_str(), role.origin.place)
            })
        });
        for (what, text, place) in files.chain(settings) {
            let at = *index.entry((place, what, text)).or_insert_with_key(|key| {
                all.push(Written { hosts: Vec::new(), what: key.1.clone(), text, place });
                all.len() - 1
            });
            all[at].hosts.push(host);
        }
    }
    all
}

/// The line (from 1) of a text that holds these words, and is no comment.
pub(in crate::question) fn line_with(text: &str, words: &str) -> Option<usize> {
    let is_it = |line: &str| {
        let line = line.trim_start();
        line.contains(words) && !line.starts_with(['#', ';']) && !line.starts_with("//")
    };
    if text.len() < words.len() {
        return None;
    }
    text.lines().position(is_it).map(|it| it + 1)
}
