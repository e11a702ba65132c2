//! What these tests share: clouds, and random bytes that are the same in each run.

#![allow(dead_code, reason = "each test uses some of it")]

#[path = "../../../fmc-build/tests/common/mod.rs"]
mod clouds;

pub(crate) use clouds::{EXAMPLES, FOUNDING};
use fmc_build::Tree;
use fmc_model::{Cloud, Date};
use fmc_secrets::{Made, Secrets, Wanted};

pub(crate) const TODAY: Date = Date { year: 2026, month: 7, day: 1 };

pub(crate) fn cloud(text: &str) -> Cloud {
    clouds::built(text).0
}

pub(crate) fn tree(cloud: &Cloud) -> Tree {
    fmc_build::build(cloud, "(test)", |_| true)
}

/// Bytes that nobody would guess who does not know this line.
pub(crate) fn random(seed: &str) -> impl FnMut(&mut [u8]) {
    let (seed, mut count) = (seed.to_owned(), 0);
    move |bytes| {
        for byte in bytes {
            let digest = fmc_build::digest(format!("{seed} {count}").as_bytes());
            *byte = u8::from_str_radix(&digest[..2], 16).expect("two digits");
            count += 1;
        }
    }
}

/// Completes secrets for a cloud.
pub(crate) fn complete(secrets: &mut Secrets, cloud: &Cloud, today: Date, seed: &str) -> Made {
    let tree = tree(cloud);
    let wanted = Wanted::of(cloud, tree.secrets()).expect("what is named is declared");
    secrets.complete(&wanted, today, &mut random(seed)).expect("all of it can be made")
}

pub(crate) fn completed(cloud: &Cloud) -> Secrets {
    let mut secrets = Secrets::default();
    complete(&mut secrets, cloud, TODAY, "test");
    secrets
}

/// A folder of its own, removed with everything in it when it is dropped.
pub(crate) struct Folder(pub(crate) std::path::PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let name = format!("fmc-secrets-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).expect("a new folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
