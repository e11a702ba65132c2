//! This machine as a host.

use fmc_sys::{Command, Host, Machine, Status};
use std::time::{Duration, Instant};

#[test]
fn a_command_runs_here_with_our_environment() {
    let command = Command::new("sh").args(["-c", "echo $FMC_X $PATH; pwd"]).env("FMC_X", "x");
    let outcome = Machine.run(&command.folder("/")).unwrap().ok().unwrap();
    assert_eq!(outcome.text(), format!("x {}\n/\n", std::env::var("PATH").unwrap()));
    assert!(Machine.run(&Command::new("true").user("nobody")).is_err());
}

#[test]
fn a_limit_ends_the_process_group() {
    let limit = Duration::from_millis(200);
    let command = Command::new("sh").args(["-c", "sleep 1000 & echo $!; wait"]).limit(limit);
    let outcome = Machine.run(&command).unwrap();
    assert_eq!(outcome.status, Status::TimedOut(limit));
    let child: u32 = outcome.text().trim().parse().unwrap();
    // Killed, which takes the kernel a moment; until somebody waits for it, it is there as a zombie.
    let until = Instant::now() + Duration::from_secs(20);
    while let Ok(state) = std::fs::read_to_string(format!("/proc/{child}/stat"))
        && !state.contains(") Z ")
    {
        assert!(Instant::now() < until, "{state}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
