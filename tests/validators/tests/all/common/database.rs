//! PostgreSQL is made and started with its files, and its clients come.

use super::clients::{clients, come_from, own_address, stranger};
use super::tools::{PATIENCE, Verdict, one, run};
use super::{Stage, told};
use fmc_model::setup::{Process, Run};
use fmc_sys::{Command, Sandbox};

const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";
const FOLDER: &str = "/etc/fmc/postgresql";

fn as_postgres(program: &str) -> Command {
    let command = Command::new(format!("{PROGRAMS}/{program}"));
    command.user("postgres").env("HOME", "/var/lib/postgresql")
}

/// The settings are known; a database is made as its unit would make it and comes up with them;
/// whoever has a flow to it is asked for a password over TLS, and nobody else is; what it writes is
/// archived, and can be restored.
pub(crate) fn postgres(stage: &Stage<'_>) -> Verdict {
    let on = &stage.on;
    one(&as_postgres("postgres").args(["-C", "data_directory", "-D", FOLDER]), on)?;
    let setup = stage.cloud.setup(stage.host.id);
    let init = setup.processes.iter().find(|it| it.name == "postgresql-init").ok_or("no init")?;
    for folder in init.mounts.iter().map(String::as_str).chain(["/run/postgresql"]) {
        let make = Command::new("install").args(["-d", "-o", "postgres", "-g", "postgres"]);
        one(&make.arg(folder), on)?;
    }
    once(init, on)?;
    let daemon = started(on)?;
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
    apps(stage, &sql)?;
    sql("select pg_switch_wal()")?;
    let start = std::time::Instant::now();
    let mut archived = String::new();
    while archived != "t|0" && start.elapsed() < PATIENCE {
        std::thread::sleep(PATIENCE / 100);
        archived = sql("select archived_count > 0, failed_count from pg_stat_archiver")?;
    }
    if archived != "t|0" {
        return Err(format!("archived: {archived}"));
    }
    restored(stage, daemon, &sql)
}

/// Each app has a database of its own, and a user with a password; what makes them may be done again.
fn apps(stage: &Stage<'_>, sql: &dyn Fn(&str) -> Result<String, String>) -> Verdict {
    let setup = stage.cloud.setup(stage.host.id);
    for process in setup.processes.iter().filter(|it| it.cause.by == "postgres") {
        let (Some(input), Run::Once { start, .. }) = (&process.input, &process.run) else {
            continue;
        };
        let file = stage.files.iter().find(|it| it.path == *input).ok_or("no password")?;
        for step in [start, start].into_iter().flatten() {
            let words = step.arguments.iter().map(|it| match it.rsplit_once('/') {
                Some((_, "psql")) => format!("{PROGRAMS}/psql"),
                _ => it.clone(),
            });
            let command = Command::new(&step.program).args(words).user("postgres").folder("/");
            one(&command.input(file.text.clone()), &stage.on)?;
        }
        let name = start.last().and_then(|it| it.arguments.last()).ok_or("no name")?;
        let asked = format!(
            "select datname, rolcanlogin, rolpassword like 'SCRAM-SHA-256$%', \
             has_database_privilege('pg_monitor', datname, 'connect') \
             from pg_database join pg_authid on datdba = pg_authid.oid where rolname = '{name}'"
        );
        let made = sql(&asked)?;
        if made != format!("{name}|t|t|f") {
            return Err(format!("{}: {made}", process.name));
        }
    }
    Ok(())
}

/// What is done once, as its unit does it.
fn once(process: &Process, on: &Sandbox) -> Verdict {
    let Run::Once { start, .. } = &process.run else { return Err("it is done once".to_owned()) };
    for step in start {
        let name = step.program.rsplit('/').next().unwrap_or_default();
        let command = if name == "initdb" || name == "pg_basebackup" {
            as_postgres(name)
        } else {
            Command::new(&step.program).user("postgres").folder("/")
        };
        // Another system has it elsewhere.
        let words = step.arguments.iter().map(|it| match it.rsplit_once('/') {
            Some((_, "pg_archivecleanup")) => format!("{PROGRAMS}/pg_archivecleanup"),
            _ => it.clone(),
        });
        one(&command.args(words), on)?;
    }
    Ok(())
}

/// The server, which is ready for connections.
fn started(on: &Sandbox) -> Result<fmc_sys::Process<'_>, String> {
    let command = as_postgres("postgres").args(["-D", FOLDER]);
    let mut daemon = on.spawn(&command).map_err(|it| format!("{command}: {it}"))?;
    let ready = |it: &fmc_sys::Outcome| it.talk().contains("ready to accept connections");
    if daemon.wait_until(PATIENCE, ready).map_err(|it| it.to_string())? {
        return Ok(daemon);
    }
    Err(told(&command, daemon.so_far()))
}

/// A copy is taken as its unit does; the data is lost; and what was written before the copy and after
/// it, up to the last word that no archive has, is back by the very words of the file; and once more from
/// the copy that is taken then. Of several copies the older ones go, and what they alone need.
fn restored(
    stage: &Stage<'_>,
    daemon: fmc_sys::Process<'_>,
    sql: &dyn Fn(&str) -> Result<String, String>,
) -> Verdict {
    let on = &stage.on;
    let setup = stage.cloud.setup(stage.host.id);
    let backup = setup.processes.iter().find(|it| it.name == "postgresql-backup");
    // Somebody may have said that there are none.
    let Some(mut backup) = backup.cloned() else { return Ok(()) };
    let folder = backup.mounts[0].clone();
    let shell = |text: &str| {
        let command = Command::new("sh").args(["-ec", text]).user("postgres").folder("/");
        let outcome = run(&command, on)?;
        if outcome.success() { Ok(outcome.text()) } else { Err(told(&command, &outcome)) }
    };
    sql("create table kept (word text); insert into kept values ('before')")?;
    once(&backup, on)?;
    let first = shell(&format!("ls {folder}/backups"))?.trim().to_owned();
    sql("insert into kept values ('after')")?;
    let written = sql("select pg_walfile_name(pg_switch_wal())")?;
    let start = std::time::Instant::now();
    while shell(&format!("test -f {folder}/archive/{written}")).is_err() {
        if start.elapsed() > PATIENCE {
            return Err(format!("{written} is not archived"));
        }
        std::thread::sleep(PATIENCE / 100);
    }
    // The archive cannot be written any more, and the server stops with what it has.
    shell(&format!("chmod 500 {folder}/archive"))?;
    sql("insert into kept values ('last')")?;
    let last = sql("select pg_walfile_name(pg_current_wal_lsn())")?;
    daemon.terminate(PATIENCE).map_err(|it| it.to_string())?;
    shell(&format!("test ! -e {folder}/archive/{last} && chmod 700 {folder}/archive"))?;
    let file = stage.files.iter().find(|it| it.path == format!("{FOLDER}/postgresql.conf"));
    let words = file.ok_or("no file")?.text.lines().filter_map(|it| it.strip_prefix("#     "));
    let words = words.collect::<Vec<_>>().join("\n");
    // The name of a copy is its second.
    let copy = || {
        let copies = shell(&format!("ls {folder}/backups"))?;
        let last = copies.lines().last().unwrap_or_default().to_owned();
        shell(&format!("while test $(date -u +%Y%m%dT%H%M%SZ) = {last}; do sleep 0.1; done"))?;
        Ok::<_, String>(last)
    };
    let mut daemon = None;
    for _ in 0..2 {
        if let Some(daemon) = daemon.take() {
            let daemon: fmc_sys::Process<'_> = daemon;
            daemon.terminate(PATIENCE).map_err(|it| it.to_string())?;
        }
        shell(&words.replace("TIME", &copy()?))?;
        let new = daemon.insert(started(on)?);
        let kept =
            sql("select string_agg(word, ' ' order by word desc), pg_is_in_recovery() from kept")?;
        if kept != "last before after|f" {
            return Err(format!("restored is: {kept}\n{}", new.so_far().talk()));
        }
        once(&backup, on)?;
    }
    let old = shell(&format!("ls -d {folder}/data.*"))?;
    if old.lines().count() != 2 {
        return Err(format!("what was there before is not there twice: {old}"));
    }
    let Run::Once { start, .. } = &mut backup.run else { return Err("it is done once".to_owned()) };
    let keep = start.last_mut().and_then(|it| it.arguments.get_mut(5)).ok_or("no number")?;
    "1".clone_into(keep);
    copy()?;
    let archive = format!("ls {folder}/archive");
    let all = shell(&archive)?;
    once(&backup, on)?;
    let copies = shell(&format!("ls {folder}/backups"))?;
    let left = shell(&archive)?;
    let gone =
        |it: &str| all.lines().any(|line| line == it) && !left.lines().any(|line| line == it);
    if copies.lines().count() == 1 && copies.trim() != first && gone(&written) {
        return Ok(());
    }
    Err(format!("copies: {copies}, of {all} is left: {left}"))
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
