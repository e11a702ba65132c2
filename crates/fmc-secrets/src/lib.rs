//! The secrets of a cloud: what its certificates and files ask for, made once and kept.
//!
//! [`Wanted`] is what a cloud asks for, [`Secrets`] is what there is, and [`Secrets::complete`] makes
//! what is missing and renews what is about to end. A [`Store`] keeps them, together with those who may
//! open it; [`seal()`] and [`open()`] are the way into and out of files. Whoever only wants to try a cloud
//! begins with `Secrets::default()` and needs no store.
//!
//! Nothing here reads a file, a clock or a source of randomness: texts, today's date and random bytes
//! are arguments. So the same arguments give the same bytes, signatures and ciphertexts included.

mod issue;
mod keys;
mod make;
mod seal;
mod secrets;
mod store;
mod wanted;

pub use make::{Changed, Made, Random};
pub use seal::{NotOpened, Recipient, SealingKey, open, seal};
pub use secrets::{Id, Secrets, Validity};
pub use store::{NotRead, Store};
pub use wanted::{Unmakeable, Wanted};
