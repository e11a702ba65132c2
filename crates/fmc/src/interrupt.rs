//! Ctrl-C, and the polite ways to be ended: whoever works long looks whether somebody has had enough.

use crate::CouldNot;
use crate::output::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Whether somebody wants it to end. From the first call on a signal no longer ends us: it is for us to end what
/// we began.
pub(crate) fn watched(output: &Output) -> Result<Arc<AtomicBool>, CouldNot> {
    static ENOUGH: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    if let Some(it) = ENOUGH.get() {
        return Ok(Arc::clone(it));
    }
    let enough = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&enough);
    ctrlc::set_handler(move || set.store(true, Ordering::Release)).map_err(|error| {
        let what =
            output.say("cannot wait for an interrupt", "no se puede esperar una interrupción");
        CouldNot::new(format!("{what}: {error}"))
    })?;
    Ok(Arc::clone(ENOUGH.get_or_init(|| enough)))
}
