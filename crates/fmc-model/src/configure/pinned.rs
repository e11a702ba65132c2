//! What is wrong with programs that were written, as far as that depends on who runs them.

use super::HostPart;
use super::programs::place;
use crate::cloud::{Host, Processor, Program, Programs, System};
use crate::read::{codes, did_you_mean};
use crate::resolve::codes::UNKNOWN_NAME;
use crate::setup::Setup;
use crate::system::{fetched_programs, is_known, release};
use crate::{Diagnostic, Name, text};

/// Programs that were written, and who runs them.
pub(super) struct Pinned<'a>(Vec<Pin<'a>>);

struct Pin<'a> {
    name: &'a Name,
    program: &'a Program,
    /// The first host of each architecture that fetches it.
    on: Vec<&'a Host>,
    /// The first host that runs it from where nothing can be put.
    read_only: Option<&'a Host>,
}

impl<'a> Pinned<'a> {
    /// All of them, run by nobody yet.
    pub(super) fn of(programs: &'a Programs) -> Self {
        let pin = |(name, program)| Pin { name, program, on: Vec::new(), read_only: None };
        Self(programs.written.iter().map(pin).collect())
    }

    /// Takes note of what one more host runs.
    pub(super) fn note(&mut self, part: &HostPart<'a>, setup: &Setup) {
        let HostPart { host, system, .. } = *part;
        for pin in &mut self.0 {
            let path = place(pin.name, pin.program, system);
            let starts = setup.processes.iter().any(|it| it.starts().contains(&&*path));
            let mut named = setup.programs.iter().filter(|it| **it == pin.name.as_str());
            if !starts && !named.any(|it| system.program(it).fetched) {
                continue;
            }
            if pin.on.iter().all(|it| it.processor != host.processor) {
                pin.on.push(host);
            }
            if starts && is_read_only(&path, system) {
                pin.read_only.get_or_insert(host);
            }
        }
    }

    /// What is wrong with them.
    pub(super) fn wrong(self) -> impl Iterator<Item = Diagnostic> {
        self.0.into_iter().flat_map(|it| it.wrong())
    }
}

impl Pin<'_> {
    fn wrong(&self) -> Vec<Diagnostic> {
        if self.on.is_empty() && !is_known(self.name.as_str()) {
            return vec![self.unused()];
        }
        let digests = &self.program.sha256;
        let lacking = self.on.iter().filter(|it| !digests.contains_key(&it.processor));
        let mut found: Vec<Diagnostic> = lacking.map(|it| self.without_digest(it)).collect();
        if let [first, second] = self.on[..]
            && digests.get(&first.processor) == digests.get(&second.processor)
            && self.differs()
        {
            found.push(self.same_digest(first, second));
        }
        found.extend(self.read_only.and_then(|it| self.in_image(it)));
        found
    }

    /// Whether there is another file for each architecture.
    fn differs(&self) -> bool {
        let own = self.program.url.as_ref().map(crate::Url::as_str);
        let url = own.or_else(|| release(self.name.as_str()).map(|it| it.url));
        url.is_some_and(|it| it.contains("{arch}") || it.contains("{processor}"))
    }

    fn unused(&self) -> Diagnostic {
        let (name, place) = (self.name, self.program.origin.place);
        let message =
            text!("no host runs a program `{name}`", "ningún host ejecuta un programa `{name}`");
        let diagnostic = UNKNOWN_NAME.at(place, message);
        did_you_mean(diagnostic, name.as_str(), place, &fetched_programs())
    }

    fn without_digest(&self, host: &Host) -> Diagnostic {
        let (name, on, word) = (self.name, &host.name, host.processor.word());
        let diagnostic = codes::MISSING_KEY.at(
            self.program.digests.place,
            text!(
                "{on} runs `{name}` on {word}, for which there is no digest",
                "{on} ejecuta `{name}` en {word}, para el que no hay resumen"
            ),
        );
        diagnostic.hint(text!("add `{word}: …`", "añada `{word}: …`"))
    }

    fn same_digest(&self, first: &Host, second: &Host) -> Diagnostic {
        let words = [first, second].map(|it| (&it.name, it.processor.word()));
        let [(a, on_a), (b, on_b)] = words;
        let name = self.name;
        let diagnostic = codes::BAD_VALUE.at(
            self.program.digests.place,
            text!(
                "{a} runs `{name}` on {on_a} and {b} on {on_b}: two files, and one digest",
                "{a} ejecuta `{name}` en {on_a} y {b} en {on_b}: dos archivos, y un resumen"
            ),
        );
        let [x86, arm] = [Processor::X86_64, Processor::Aarch64].map(Processor::word);
        diagnostic.hint(text!(
            "write that of each: `{{ {x86}: …, {arm}: … }}`",
            "escriba el de cada uno: `{{ {x86}: …, {arm}: … }}`"
        ))
    }

    fn in_image(&self, host: &Host) -> Option<Diagnostic> {
        let (path, on) = (self.program.path.as_ref()?.as_str(), &host.name);
        let last = path.rsplit('/').next().unwrap_or_default();
        let diagnostic = codes::BAD_VALUE.at(
            self.program.placed.as_ref()?.place,
            text!(
                "{on} has Flatcar, where nothing can be put at `{path}`",
                "{on} tiene Flatcar, donde nada se puede poner en `{path}`"
            ),
        );
        Some(diagnostic.hint(text!(
            "write one such as `/opt/bin/{last}`, here and where it is started",
            "escriba una como `/opt/bin/{last}`, aquí y donde se arranca"
        )))
    }
}

/// Whether a path is in the image of a system that is mounted to be read only: all of `/usr` of
/// Flatcar, `/usr/local` too, and what leads there
/// (<https://www.flatcar.org/docs/latest/reference/developer-guides/sdk-disk-partitions/>).
fn is_read_only(path: &str, system: System) -> bool {
    let image = ["/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/"];
    system == System::Flatcar && image.iter().any(|it| path.starts_with(it))
}
