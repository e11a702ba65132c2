//! The steps of a plan, carried out: one after the other, in the order of the plan, on hosts wherever these are.
//!
//! What a step comes to on a host is for a [`Target`] to know: a sandbox of a rehearsal, or a machine. In which
//! order, until when, and what is told of it is known here, and is the same for all of them.

use fmc_model::Text;
use fmc_plan::{Act, Step};
use std::time::{Duration, Instant};

/// Between two looks whether somebody has enough.
const LOOK: Duration = Duration::from_millis(20);

/// A host on which steps are done. Each is over when it is seen to have worked; why it did not is said for people.
pub trait Target {
    /// The host was made, with everything on it: whether all of that runs.
    ///
    /// # Errors
    /// Something on it does not.
    fn made(&self) -> Result<(), Text>;

    /// Makes the users that it had not.
    ///
    /// # Errors
    /// They are refused.
    fn users(&self) -> Result<(), Text>;

    /// Writes files and links, and takes others away.
    ///
    /// # Errors
    /// One of them cannot be.
    fn files(&self, write: &[String], remove: &[String]) -> Result<(), Text>;

    /// Takes addresses, routes and rules away, each as it was said to `ip`, and adds others.
    ///
    /// # Errors
    /// The kernel refuses one.
    fn network(&self, remove: &[String], add: &[String]) -> Result<(), Text>;

    /// Sets kernel parameters, by their names.
    ///
    /// # Errors
    /// The kernel refuses one.
    fn parameters(&self, names: &[String]) -> Result<(), Text>;

    /// Ends a process.
    ///
    /// # Errors
    /// It cannot be told to.
    fn stop(&self, process: &str) -> Result<(), Text>;

    /// Has a process begin, one of its name that runs ending before.
    ///
    /// # Errors
    /// It does not come up.
    fn start(&self, process: &str) -> Result<(), Text>;

    /// Has a process read its files again.
    ///
    /// # Errors
    /// It refuses them.
    fn reload(&self, process: &str) -> Result<(), Text>;
}

/// A step that was done, and why it could not be.
pub type Done = (Step, Option<Text>);

/// Carries steps out in their order. `on` gives the host of a step; where there is none (it was taken down, or is
/// no more), `gone` is told instead. One that fails keeps no other from being done: hosts are as near as they can
/// be to what they are to be. Nothing more is begun once somebody `has_enough`.
pub fn run<T: Target>(
    steps: Vec<Step>,
    on: impl Fn(&Step) -> Option<T>,
    mut gone: impl FnMut(&str),
    has_enough: &dyn Fn() -> bool,
) -> Vec<Done> {
    let mut done = Vec::new();
    for step in steps {
        if has_enough() {
            break;
        }
        let failed = match (&step.act, on(&step)) {
            (Act::Drain(seconds), _) => {
                rest(Duration::from_secs((*seconds).into()), has_enough);
                None
            }
            (Act::Remove, _) | (_, None) => {
                gone(&step.host);
                None
            }
            (act, Some(target)) => one(act, &target).err(),
        };
        done.push((step, failed));
    }
    done
}

/// Lets time pass, unless somebody has enough.
fn rest(time: Duration, has_enough: &dyn Fn() -> bool) {
    let until = Instant::now() + time;
    while Instant::now() < until && !has_enough() {
        std::thread::sleep(LOOK);
    }
}

fn one(act: &Act, target: &impl Target) -> Result<(), Text> {
    match act {
        Act::Create | Act::Recreate => target.made(),
        Act::Remove | Act::Drain(_) => Ok(()),
        Act::Users => target.users(),
        Act::Files { write, remove } => target.files(write, remove),
        Act::Network { remove, add } => target.network(remove, add),
        Act::Parameters(names) => target.parameters(names),
        Act::Stop(name) => target.stop(name),
        Act::Start(name) | Act::Restart(name) => target.start(name),
        Act::Reload(name) => target.reload(name),
    }
}

#[cfg(test)]
mod tests {
    use super::{Target, run};
    use fmc_model::Text;
    use fmc_plan::{Act, Step};
    use std::cell::{Cell, RefCell};

    /// A host that only notes what it is told, and refuses one thing.
    struct Notes<'n> {
        host: String,
        all: &'n RefCell<Vec<String>>,
    }

    impl Notes<'_> {
        fn note(&self, what: &str) -> Result<(), Text> {
            self.all.borrow_mut().push(format!("{} {what}", self.host));
            if what == "start broken" { Err(Text::same("it does not come up")) } else { Ok(()) }
        }
    }

    impl Target for Notes<'_> {
        fn made(&self) -> Result<(), Text> {
            self.note("made")
        }
        fn users(&self) -> Result<(), Text> {
            self.note("users")
        }
        fn files(&self, write: &[String], remove: &[String]) -> Result<(), Text> {
            self.note(&format!("files {write:?} {remove:?}"))
        }
        fn network(&self, remove: &[String], add: &[String]) -> Result<(), Text> {
            self.note(&format!("network {remove:?} {add:?}"))
        }
        fn parameters(&self, names: &[String]) -> Result<(), Text> {
            self.note(&format!("parameters {names:?}"))
        }
        fn stop(&self, process: &str) -> Result<(), Text> {
            self.note(&format!("stop {process}"))
        }
        fn start(&self, process: &str) -> Result<(), Text> {
            self.note(&format!("start {process}"))
        }
        fn reload(&self, process: &str) -> Result<(), Text> {
            self.note(&format!("reload {process}"))
        }
    }

    fn step(host: &str, act: Act) -> Step {
        Step { host: host.to_owned(), act, why: Text::same("test") }
    }

    #[test]
    fn steps_are_done_in_order_and_one_that_fails_keeps_no_other() {
        let (all, gone) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let steps = vec![
            step("a", Act::Create),
            step("b", Act::Users),
            step("b", Act::Start("broken".into())),
            step("b", Act::Reload("web".into())),
            step("c", Act::Remove),
            step("nobody", Act::Stop("web".into())),
        ];
        let on =
            |it: &Step| (it.host != "nobody").then(|| Notes { host: it.host.clone(), all: &all });
        let done = run(steps, on, |it| gone.borrow_mut().push(it.to_owned()), &|| false);
        assert_eq!(*all.borrow(), ["a made", "b users", "b start broken", "b reload web"]);
        assert_eq!(*gone.borrow(), ["c", "nobody"]);
        let failed: Vec<&str> =
            done.iter().filter_map(|it| it.1.as_ref().map(|it| &*it.en)).collect();
        assert_eq!((done.len(), failed), (6, vec!["it does not come up"]));
    }

    #[test]
    fn nothing_more_is_begun_once_somebody_has_enough() {
        let (all, left) = (RefCell::new(Vec::new()), Cell::new(2));
        let steps = (0..5).map(|it| step("a", Act::Restart(format!("p{it}")))).collect();
        let on = |it: &Step| Some(Notes { host: it.host.clone(), all: &all });
        let has_enough = || {
            left.set(left.get() - 1);
            left.get() < 0
        };
        let done = run(steps, on, |_| (), &has_enough);
        assert_eq!(done.len(), 2);
        assert_eq!(*all.borrow(), ["a start p0", "a start p1"]);
        // Nor is anything waited for any longer: this one would take an hour.
        left.set(2);
        let steps = vec![step("a", Act::Drain(3600)), step("a", Act::Remove)];
        assert_eq!(run(steps, on, |_| (), &has_enough).len(), 1);
    }
}
