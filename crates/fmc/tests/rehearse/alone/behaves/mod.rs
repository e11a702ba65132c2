//! How the core API of Kubernetes behaves, by its documentation (<https://kubernetes.io/docs/concepts/> and
//! <https://kubernetes.io/docs/reference/kubernetes-api/>): each behaviour in a namespace of its own, in a rehearsal
//! that runs.

mod access;
mod network;
mod objects;
mod pods;
mod sets;

use super::living::PATIENCE;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A behaviour: what it is, and how it shows.
pub(super) struct Behaviour {
    what: &'static str,
    steps: &'static [Step],
}

/// What is done, by words of `kubectl`, with what it reads behind ` < `. `DEMO` is the image that there is, with what
/// makes it be had, and `NAMESPACE` that of the behaviour.
pub(super) enum Step {
    /// These objects are applied.
    Apply(&'static str),
    /// These objects are refused, with this word.
    Refused(&'static str, &'static str),
    /// This succeeds and says this, sooner or later.
    Says(&'static str, &'static str),
    /// The same, and nothing else.
    Is(&'static str, &'static str),
    /// The answer is no, sooner or later.
    No(&'static str),
    /// This fails, and says this, sooner or later.
    Fails(&'static str, &'static str),
    /// Somebody of this name applies these objects, and has what they say kept by the API.
    Keeps(&'static str, &'static str),
    /// The same, but somebody else does.
    Conflicts(&'static str, &'static str),
}
pub(super) use Step::{Apply, Conflicts, Fails, Is, Keeps, No, Refused, Says};

const THEMES: [&[Behaviour]; 5] = [objects::ALL, access::ALL, pods::ALL, sets::ALL, network::ALL];

/// How many are tried at the same time: most of the time a pod is waited for.
const AT_ONCE: usize = 6;

/// A kubectl that finds the API of a rehearsal.
pub(super) type Kubectl<'a> = &'a (dyn Fn() -> Command + Sync);

/// Tries all of them by a kubectl.
pub(super) fn all(by: Kubectl<'_>) {
    let all: Vec<&Behaviour> = THEMES.into_iter().flatten().collect();
    assert!(all.len() >= 40, "{}", all.len());
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((at, it)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    all.get(at).map(|it| (at, it))
                } {
                    if let Err(why) = tried(it, by, &format!("behaves{at}")) {
                        wrong.lock().expect("no panic").push(format!("{}: {why}", it.what));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no panic");
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), all.len());
}

fn tried(it: &Behaviour, by: Kubectl<'_>, namespace: &str) -> Result<(), String> {
    let ask = |words: &str, input: &str| kubectl(by, namespace, words, input);
    let good = |(is_good, said): (bool, String)| if is_good { Ok(()) } else { Err(said) };
    good(ask(&format!("create namespace {namespace}"), ""))?;
    // What is in it refers to what every namespace is given.
    in_the_end(|| is_so(ask("get serviceaccount default", ""), true, "default"))?;
    let keep = |who: &str| format!("apply --server-side --field-manager={who} -f -");
    for step in it.steps {
        match step {
            Apply(objects) => good(ask("apply -f -", objects))?,
            Refused(objects, word) => is_so(ask("apply -f -", objects), false, word)?,
            Keeps(who, objects) => good(ask(&keep(who), objects))?,
            Conflicts(who, objects) => is_so(ask(&keep(who), objects), false, "conflict")?,
            Says(words, expected) => in_the_end(|| is_so(ask(words, ""), true, expected))?,
            Is(words, expected) => in_the_end(|| is(ask(words, ""), true, expected))?,
            No(words) => in_the_end(|| is(ask(words, ""), false, "no"))?,
            Fails(words, expected) => in_the_end(|| is_so(ask(words, ""), false, expected))?,
        }
    }
    good(ask(&format!("delete namespace {namespace} --wait=false"), ""))
}

/// Asks until it is as expected.
fn in_the_end(ask: impl Fn() -> Result<(), String>) -> Result<(), String> {
    let until = Instant::now() + PATIENCE;
    loop {
        match ask() {
            Err(_) if Instant::now() < until => std::thread::sleep(Duration::from_millis(500)),
            outcome => return outcome,
        }
    }
}

/// The same, and nothing else is said.
fn is((is_good, said): (bool, String), expected: bool, words: &str) -> Result<(), String> {
    let said = said.trim().to_owned();
    if said == words {
        is_so((is_good, said), expected, words)
    } else {
        Err(format!("`{words}` expected, and not `{said}`"))
    }
}

fn is_so((is_good, said): (bool, String), expected: bool, word: &str) -> Result<(), String> {
    if is_good == expected && said.contains(word) {
        return Ok(());
    }
    Err(format!(
        "{} `{word}` expected, and not `{said}`",
        if expected { "success," } else { "failure," }
    ))
}

/// Whether it succeeded, and what it said on both streams.
fn kubectl(by: Kubectl<'_>, namespace: &str, words: &str, input: &str) -> (bool, String) {
    let fill = |it: &str| {
        let it = it.replace("DEMO", "image: \"fmc.invalid/demo:1\", imagePullPolicy: Never");
        it.replace("NAMESPACE", namespace)
    };
    let (words, input) = words.split_once(" < ").unwrap_or((words, input));
    let (words, input) = (fill(words), fill(input));
    let mut command = by();
    command.args(["--namespace", namespace]);
    // Nobody is waited for for ever.
    let command = command.arg("--request-timeout=30s");
    let command = command.args(words.split(' ')).stdin(Stdio::piped());
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it can be run");
    // Whoever does not read it has ended.
    let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
    let outcome = child.wait_with_output().expect("it ends");
    let said = [outcome.stdout, outcome.stderr].concat();
    (outcome.status.success(), String::from_utf8_lossy(&said).into_owned())
}
