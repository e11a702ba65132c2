//! What a system needs besides files: where its packages come from, and what `SELinux` must allow.

use super::founding;
use fmc_model::setup::{PackageSource, Selinux, Setup};

fn setup(host: &str, ask: impl FnOnce(&Setup)) {
    let cloud = founding().cloud;
    ask(cloud.setup(cloud.hosts[host].id));
}

fn allowed(setup: &Setup) -> Vec<&Selinux> {
    setup.selinux.iter().map(|it| &it.0).collect()
}

#[test]
fn selinux_lets_balancers_balance_and_databases_keep_their_data() {
    setup("loadbalancer1", |it| {
        let checks = "keepalived_unconfined_script_exec_t";
        let wanted = [
            &Selinux::Boolean("haproxy_connect_any"),
            &Selinux::Folder(checks, "/etc/fmc/keepalived".to_owned()),
        ];
        assert_eq!(allowed(it), wanted);
        let unit = it.processes.iter().find(|it| it.name == "fmc-selinux").expect("a unit");
        assert_eq!(unit.before, ["haproxy", "keepalived"]);
        assert!(it.packages.iter().any(|it| it == "policycoreutils-python-utils"));
    });
    setup("postgresql1", |it| {
        assert_eq!(it.mounts["/srv/postgresql"].selinux, Some("postgresql_db_t"));
        assert_eq!(allowed(it), Vec::<&Selinux>::new());
    });
    // It has none.
    setup("vps", |it| {
        assert_eq!(allowed(it), Vec::<&Selinux>::new());
        assert!(it.processes.iter().all(|it| it.name != "fmc-selinux"));
    });
}

#[test]
fn packages_that_a_system_has_not_have_their_source() {
    let ganesha = PackageSource::Repository("centos-release-nfs-ganesha5");
    setup("storage1", |it| assert_eq!(it.sources, [ganesha]));
    setup("postgresql1", |it| {
        assert_eq!(it.sources, [PackageSource::Module("postgresql:15")]);
    });
    setup("infra-cluster", |it| assert_eq!(it.sources, []));
}
