//! Every key that a typed document can have is one that the real daemon knows: what types make
//! impossible to misspell must not be misspelt in the types.

use crate::common::{parts, root};
use fmc_sys::{Command, Host as _, Sandbox, Setup};

fn sandbox() -> Sandbox {
    let setup = Setup::over(root()).bind(parts::traefik(), parts::TRAEFIK_INSIDE);
    setup.start().expect("a sandbox")
}

fn paths(path: &str) -> Vec<String> {
    fmc_roles::shape_of(path).expect("a shape").paths()
}

fn told(on: &Sandbox, command: &Command) -> String {
    on.run(command).and_then(fmc_sys::Outcome::ok).expect("it tells").talk()
}

/// etcd has a flag for each key; those of peers' connections are called so.
#[test]
fn etcd_knows_every_key() {
    let on = sandbox();
    let help = told(&on, &Command::new("etcd").arg("--help"));
    for path in paths("/etc/etcd/etcd.yml") {
        let flag = match path.split_once('.') {
            Some(("peer-transport-security", key)) => format!("--peer-{key}"),
            Some((_, key)) => format!("--{key}"),
            None => format!("--{path}"),
        };
        assert!(help.split([' ', '\n', '\'']).any(|it| it == flag), "{path}: {flag}");
    }
}

/// containerd writes down every key that it knows, with what it would use.
#[test]
fn containerd_knows_every_key() {
    let on = sandbox();
    let known = told(&on, &Command::new("/usr/bin/containerd").args(["config", "default"]));
    let known = crate::common::shapes::toml(&known).expect("it is read");
    for path in paths("/etc/containerd/config.toml") {
        assert!(known.contains_key(&path), "{path}");
    }
}

/// Traefik has a flag for each key of what it is started with.
#[test]
fn traefik_knows_every_key() {
    let on = sandbox();
    let help = told(&on, &Command::new(parts::TRAEFIK_INSIDE).arg("--help"));
    for path in paths("/etc/traefik/traefik.yml") {
        let flag = format!("--{} ", path.to_lowercase().replace('*', "<name>"));
        assert!(help.contains(&flag), "{path}: {flag}");
    }
}

/// Ganesha tells its keys nowhere, but they are in its library (where the linker lays words over the
/// ends of others).
#[test]
fn ganesha_knows_every_key() {
    let on = sandbox();
    let find = Command::new("sh").args(["-c", "echo /usr/lib/*/libganesha_nfsd.so.*"]);
    let library = told(&on, &find).split_whitespace().next().expect("a library").to_owned();
    for path in paths("/etc/ganesha/ganesha.conf") {
        for word in path.split('.') {
            let command = Command::new("grep").args(["-a", "-c", "-i", word, &library]);
            assert!(on.run(&command).expect("it runs").success(), "{path}: {word}");
        }
    }
    let command = Command::new("grep").args(["-a", "-c", "-i", "Squach", &library]);
    assert!(!on.run(&command).expect("it runs").success());
}
