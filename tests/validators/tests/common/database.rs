//! PostgreSQL is made and started with its files, and its clients come.

use super::clients::{clients, come_from, own_address, stranger};
use super::tools::{PATIENCE, Verdict, one, run};
use super::{Stage, told};
use fmc_model::setup::Run;
use fmc_sys::Command;

const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";
const FOLDER: &str = "/etc/fmc/postgresql";

fn as_postgres(program: &str) -> Command {
    let command = Command::new(format!("{PROGRAMS}/{program}"));
    command.user("postgres").env("HOME", "/var/lib/postgresql")
}

/// The settings are known; a database is made as its unit would make it and comes up with them;
/// whoever has a flow to it is asked for a password over TLS, and nobody else is; what it writes is
/// archived.
pub(crate) fn postgres(stage: &Stage<'_>) -> Verdict {
    let on = &stage.on;
    one(&as_postgres("postgres").args(["-C", "data_directory", "-D", FOLDER]), on)?;
    let setup = stage.cloud.setup(stage.host.id);
    let init = setup.processes.iter().find(|it| it.name == "postgresql-init").ok_or("no init")?;
    for folder in init.mounts.iter().map(String::as_str).chain(["/run/postgresql"]) {
        let make = Command::new("install").args(["-d", "-o", "postgres", "-g", "postgres"]);
        one(&make.arg(folder), on)?;
    }
    let Run::Once { start, .. } = &init.run else { return Err("it is done once".to_owned()) };
    for step in start {
        let name = step.program.rsplit('/').next().unwrap_or_default();
        let command = if name == "initdb" {
            as_postgres(name)
        } else {
            Command::new(&step.program).user("postgres")
        };
        one(&command.args(&step.arguments), on)?;
    }
    let command = as_postgres("postgres").args(["-D", FOLDER]);
    let mut daemon = on.spawn(&command).map_err(|it| format!("{command}: {it}"))?;
    let ready = |it: &fmc_sys::Outcome| it.talk().contains("ready to accept connections");
    if !daemon.wait_until(PATIENCE, ready).map_err(|it| it.to_string())? {
        return Err(told(&command, daemon.so_far()));
    }
    let refused = daemon.so_far().talk();
    if let Some(line) = refused.lines().find(|it| it.contains("could not")) {
        return Err(line.to_owned());
    }
    let sql = |text: &str| {
        let port = setup_port(stage);
        let psql = as_postgres("psql").args(["-p", &port, "-h", "/run/postgresql", "-XtAc", text]);
        run(&psql, on).map(|it| it.talk().trim().to_owned())
    };
    let wrong = sql("select line_number, error from pg_hba_file_rules where error is not null")?;
    if !wrong.is_empty() {
        return Err(wrong);
    }
    visitors(stage)?;
    sql("select pg_switch_wal()")?;
    let start = std::time::Instant::now();
    let mut archived = String::new();
    while archived != "t|0" && start.elapsed() < PATIENCE {
        std::thread::sleep(PATIENCE / 100);
        archived = sql("select archived_count > 0, failed_count from pg_stat_archiver")?;
    }
    if archived == "t|0" { Ok(()) } else { Err(format!("archived: {archived}")) }
}

fn setup_port(stage: &Stage<'_>) -> String {
    let role = stage.host.roles.iter().find(|it| it.name == "postgres");
    role.map_or_else(String::new, |it| it.settings["port"].clone())
}

fn visitors(stage: &Stage<'_>) -> Verdict {
    let Some(server) = own_address(stage) else { return Ok(()) };
    let knock = |user: &str, tls: &str| {
        let line = format!(
            "host={server} port={} user={user} dbname=postgres password=x sslmode={tls}",
            setup_port(stage)
        );
        run(&as_postgres("psql").args([line.as_str(), "-c", "select 1"]), &stage.on)
            .map(|it| it.talk())
    };
    let told = |who: &str, said: String, wanted: &str| {
        if said.contains(wanted) { Ok(()) } else { Err(format!("{who}: {said}, not {wanted}")) }
    };
    for client in clients("postgresql", stage) {
        come_from(client, server, &stage.on)?;
        let client = client.to_string();
        told(&client, knock("app", "require")?, "password authentication failed")?;
        told(&client, knock("app", "disable")?, "no encryption")?;
        told(&client, knock("postgres", "require")?, "rejects connection")?;
    }
    come_from(stranger(server), server, &stage.on)?;
    told("a stranger", knock("app", "require")?, "no pg_hba.conf entry")
}
