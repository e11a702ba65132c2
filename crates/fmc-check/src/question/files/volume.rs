//! Folders in pods that nobody shares with the nodes of these pods.

use crate::question::{Question, Subject};
use fmc_model::cloud::{App, Host, Volume};
use fmc_model::{Code, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A folder that pods do not come to.
const CODE: Code = Code {
    id: "FMC1513",
    severity: Severity::Error,
    title: Words("volume that is not shared with the nodes", "volumen que no se comparte con los nodos"),
    reason: Words(
        "A node mounts the folders of other hosts for its pods, so each host of an app must be one with whom \
         its folder is shared. Otherwise the pod on that host waits for its volume, and never starts.",
        "Un nodo monta las carpetas de otros hosts para sus pods, así que cada host de una app debe ser uno \
         con quien se comparte su carpeta. Si no, el pod de ese host espera su volumen y no arranca nunca.",
    ),
    failing: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master1: { os: flatcar, nics: { nodes: 21 }, roles: { etcd: , control-plane: } }
  worker[1-2]: { os: flatcar, nics: { nodes: 24+ }, roles: { worker: } }
  ingress: { os: debian, nics: { nodes: 12 }, roles: { traefik: } }
  storage: { os: debian, nics: { nodes: 14 }, roles: { nfs: { exports: { /srv/shared: worker1 } } } }
apps:
  web:
    hosts: worker*
    port: 30080
    pods: { image: docker.io/library/nginx:1.29, port: 80, volumes: { /data: \"storage:/srv/shared\" } }
    for: nodes
",
    mended: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master1: { os: flatcar, nics: { nodes: 21 }, roles: { etcd: , control-plane: } }
  worker[1-2]: { os: flatcar, nics: { nodes: 24+ }, roles: { worker: } }
  ingress: { os: debian, nics: { nodes: 12 }, roles: { traefik: } }
  storage: { os: debian, nics: { nodes: 14 }, roles: { nfs: { exports: { /srv/shared: worker* } } } }
apps:
  web:
    hosts: worker*
    port: 30080
    pods: { image: docker.io/library/nginx:1.29, port: 80, volumes: { /data: \"storage:/srv/shared\" } }
    for: nodes
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let apps = subject.cloud.apps.values();
    let all = apps.flat_map(|app| {
        app.pods.iter().flat_map(move |it| it.volumes.iter().map(move |it| (app, it)))
    });
    all.filter_map(|(app, volume)| about(subject, app, volume)).collect()
}

fn about(subject: &Subject<'_>, app: &App, volume: &Volume) -> Option<Diagnostic> {
    let (cloud, place) = (subject.cloud, volume.origin.place);
    let server = cloud.hosts.get(&volume.shared.host)?;
    let (name, at, folder) = (&app.name, &server.name, &volume.shared.folder);
    if app.hosts.contains(server.id) {
        let message = text!(
            "{at} would mount a folder of its own for a pod of {name}",
            "{at} montaría una carpeta propia para un pod de {name}"
        );
        return Some(CODE.at(place, message).hint(text!(
            "leave {at} out of `hosts` of the app, or keep the folder on another host",
            "quite {at} de `hosts` de la app, o ponga la carpeta en otro host"
        )));
    }
    let shares = &subject.machines.get(server.id).setup.shares;
    // A person's own server of files says nothing here of what it shares.
    if shares.is_empty() && !server.has_role("nfs") {
        return None;
    }
    let Some(share) = shares.iter().find(|it| it.folder.trim_end_matches('/') == folder.as_str())
    else {
        let message = text!(
            "pods of {name} find {folder} of {at}, which shares no such folder",
            "los pods de {name} encuentran {folder} de {at}, que no comparte esa carpeta"
        );
        let hosts = &app.hosts;
        return Some(CODE.at(place, message).hint(text!(
            "add `{folder}: [{hosts}]` to what {at} shares",
            "añada `{folder}: [{hosts}]` a lo que comparte {at}"
        )));
    };
    let is_let_in = |it: &Host| {
        it.addresses().any(|own| share.clients.iter().any(|client| client.contains(&own)))
    };
    let out = app.hosts.iter().map(|it| cloud.host(it)).filter(|it| !is_let_in(it));
    let out: Vec<&Host> = out.collect();
    if out.is_empty() {
        return None;
    }
    let who = subject.called(out);
    let message = text!(
        "pods of {name} find {folder} of {at}, which does not share it with {who}",
        "los pods de {name} encuentran {folder} de {at}, que no la comparte con {who}"
    );
    let told = CODE.at(place, message);
    let told = told.label(share.cause.place, text!("it is shared here", "se comparte aquí"));
    Some(told.hint(text!(
        "add {who} to those with whom {at} shares {folder}",
        "añada {who} a aquellos con quienes {at} comparte {folder}"
    )))
}
