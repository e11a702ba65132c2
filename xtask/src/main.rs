//! The chores of this workspace: `cargo xtask test`, `tidy`, `bench`, `fuzz`, `docs`
//! and `gallery`.
//!
//! Each chore is one file (or folder) with an `Arguments` struct and a `run` function, which
//! returns whether all was well; `Err` is for a chore that could not be done at all.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "chores talk to who started them")]

mod bench;
mod docs;
mod fuzz;
mod gallery;
mod process;
mod test;
mod tidy;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Chores of this workspace.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Everything that must hold before a commit: format, lints, tests, documents, tidy, fuzz.
    Test(test::Arguments),
    /// The rules of the house that a machine can hold.
    Tidy,
    /// Measure how fast clouds are resolved and drawn, and how good the pictures are.
    Bench(bench::Arguments),
    /// Fuzz what reads a person's files, guided by coverage, on the stable toolchain.
    Fuzz(fuzz::Arguments),
    /// Write the documents that the program itself knows, or check that they are up to date.
    Docs(docs::Arguments),
    /// Make the pictures of the documents anew, or compare them with what is drawn now.
    Gallery(gallery::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let root = workspace::root();
    let outcome = match arguments.chore {
        Chore::Test(it) => test::run(&root, &it),
        Chore::Tidy => tidy::run(&root),
        Chore::Bench(it) => bench::run(&root, &it),
        Chore::Fuzz(it) => fuzz::run(&root, &it),
        Chore::Docs(it) => docs::run(&root, &it),
        Chore::Gallery(it) => gallery::run(&root, &it),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}
