//! Apps that run as pods, and what they keep: folders of other hosts, and a database.

mod common;
#[path = "common/setups.rs"]
mod setups;

use fmc_model::Cloud;
use fmc_model::setup::{Entry, Run};
use setups::{cloud, says, setup, text};

/// A cluster whose app keeps files and a database, and may be told more.
fn keeping(more: &str) -> Cloud {
    cloud(&format!(
        "version: 1\nname: cluster\nnetworks: {{ nodes: {{ cidr: 10.17.4.0/24, gateway: 10.17.4.1 }} }}\n\
         hosts:\n  master1: {{ os: flatcar, nics: {{ nodes: 21 }}, roles: {{ etcd: , control-plane: }} }}\n  \
         worker[1-2]: {{ os: debian, nics: {{ nodes: 24+ }}, roles: {{ worker: }} }}\n  \
         data: {{ os: debian, nics: {{ nodes: 14 }}, roles: {{ postgres: {{ port: 5433 }}, \
         nfs: {{ exports: {{ /srv/a: worker*, /srv/b: worker* }} }} }} }}\n\
         apps:\n  web:\n    hosts: worker*\n    port: 30080\n    for: nodes\n    \
         pods: {{ image: docker.io/library/nginx:1.29, port: 80{more}\n"
    ))
}

const KEEPS: &str =
    ", volumes: { /a: \"data:/srv/a\", /also/a: \"data:/srv/a\", /b: \"data:/srv/b\" } }
    needs: [postgresql]";

/// Each folder is one volume, wherever it is found; what is secret is in files of root's own, by its name.
#[test]
fn pods_of_an_app_find_their_files_and_their_database() {
    const OBJECTS: &str = "/etc/kubernetes/objects";
    let cloud = keeping(KEEPS);
    let master = setup(&cloud, "master1");
    let named = |kind: &str| {
        let all = master.entries.keys().filter_map(|it| it.strip_prefix(OBJECTS));
        let all = all.filter_map(|it| it.strip_prefix(&format!("/1-{kind}-")));
        all.map(|it| it.trim_end_matches(".yaml").to_owned()).collect::<Vec<_>>()
    };
    let volumes = named("persistentvolume");
    assert_eq!((volumes.len(), &volumes), (2, &named("persistentvolumeclaim")));
    for (name, folder) in volumes.iter().zip(["/srv/b", "/srv/a"]) {
        let volume = format!("{OBJECTS}/1-persistentvolume-{name}.yaml");
        let (path, own) = (format!("path: {folder}"), format!("name: {name}"));
        says(master, &volume, &[&path, &own, "server: \"10.17.4.14\""]);
        let claim = format!("{OBJECTS}/1-persistentvolumeclaim-{name}.yaml");
        says(master, &claim, &[&format!("volumeName: {name}"), "storageClassName: \"\""]);
    }
    let set = text(master, &format!("{OBJECTS}/2-daemonset-web.yaml"));
    for part in [
        "name: VOLUMES\n              value: \"/a:/also/a:/b\"",
        "name: PGHOST\n              value: \"10.17.4.14\"",
        "name: PGPORT\n              value: \"5433\"",
        "name: PGUSER\n              value: app_web",
        "name: PGSSLMODE\n              value: verify-full",
        "secretKeyRef:\n                  name: web.postgres",
    ] {
        assert!(set.contains(part), "{part}: {set}");
    }
    let path = format!("{OBJECTS}/1-secret-web.postgres.yaml");
    let secret = text(master, &path);
    assert!(secret.contains("password: \"<password private postgres/web>\""), "{secret}");
    assert!(secret.contains("ca.crt: |\n    <authority public postgres>\n"), "{secret}");
    let data = setup(&cloud, "data");
    for (setup, path, owner) in
        [(master, path.as_str(), "root"), (data, "/etc/fmc/postgresql/apps/web", "postgres")]
    {
        let Some(Entry::File(file)) = setup.entries.get(path) else { panic!("no {path}") };
        assert_eq!((file.mode, file.owner.as_str()), (0o600, owner));
        assert!(file.document.print(&[], &file.cause).is_secret());
    }
    let made = data.processes.iter().find(|it| it.name == "postgresql-app-web").expect("it");
    assert_eq!((made.user.as_str(), &made.after[..]), ("postgres", &["postgresql".to_owned()][..]));
    // It is the node that mounts, and pods that come to the database.
    let from = |service: &str| {
        let all = cloud.flows.iter().filter(|it| it.service == service);
        all.map(|it| it.from.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(
        (from("nfs"), from("postgresql")),
        (
            vec!["worker[1-2]".to_owned()],
            vec!["pods:worker[1-2]".to_owned(), "worker[1-2]".to_owned()]
        )
    );
    assert!(setup(&cloud, "worker1").packages.iter().any(|it| it == "nfs-common"));
}

/// Whoever has less than before loses the objects of it.
#[test]
fn what_an_app_does_not_have_any_more_is_cleared_away() {
    let cleared = |more: &str| {
        let cloud = keeping(more);
        let objects =
            setup(&cloud, "master1").processes.iter().find(|it| it.name == "kubernetes-objects");
        match &objects.expect("it").run {
            Run::Once { start, .. } => start[0].arguments.last().expect("a selector").clone(),
            Run::Daemon(..) => panic!("it stays"),
        }
    };
    let bare = cleared(" }");
    assert!(bare.ends_with("name notin (web)"), "{bare}");
    let all = cleared(KEEPS);
    assert!(all.contains("notin (web,web.postgres,web.") && all.len() == bare.len() + 39, "{all}");
}
