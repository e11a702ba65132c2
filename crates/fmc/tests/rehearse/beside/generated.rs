//! Clouds that nobody wrote: they come up with the real daemons, and all agrees.

#![expect(clippy::print_stdout, reason = "who asks for it is told what was tried")]

use crate::alone;
use crate::whole::{Built, told};
use clouds::sound::sound;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Clouds that are rehearsed, and how many hosts they have at the most.
const CLOUDS: u64 = 100;
const HOSTS: usize = 6;

/// How many are rehearsed at the same time: most of it is waiting.
const AT_ONCE: usize = 4;

#[test]
fn a_hundred_generated_clouds_agree() {
    let _alone = alone();
    let next = AtomicU64::new(0);
    let all = Mutex::new((0, 0, Vec::new()));
    std::thread::scope(|scope| {
        for number in 0..AT_ONCE {
            let (next, all) = (&next, &all);
            scope.spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= CLOUDS {
                        return;
                    }
                    let text = sound(seed, HOSTS);
                    let built = Built::of("cloud.yaml", &text);
                    let told = told(&built, &format!("test-generated-{number}"), false, |_| ());
                    let mut all = all.lock().expect("no panic");
                    all.0 += told.tried;
                    all.1 += told.denied;
                    if !told.wrong.is_empty() {
                        all.2.push(format!("seed {seed}: {:#?}\n{text}", told.wrong));
                    }
                }
            });
        }
    });
    let (tried, denied, wrong) = all.into_inner().expect("no panic");
    println!("{CLOUDS} clouds, {tried} pairs, {denied} of them denied");
    assert!(wrong.is_empty(), "{} clouds: {}", wrong.len(), wrong.join("\n"));
    assert!(tried >= 3_000 && denied > tried / 2, "{tried} pairs, {denied} denied");
}
