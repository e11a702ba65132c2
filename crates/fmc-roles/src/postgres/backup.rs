//! Copies of all data of a database (base backups), and the archive behind them
//! (<https://www.postgresql.org/docs/15/continuous-archiving.html>).

use super::{Place, ROLE};
use fmc_model::role::{Configuration, Linked};
use fmc_model::setup::{Command, Process};
use fmc_model::words;

words! {
    /// When all data is copied.
    pub enum Backup {
        /// Every night.
        Daily = "daily",
        /// Every night to Sunday.
        Weekly = "weekly",
        /// Never: somebody else does.
        None = "none",
    }
}

impl Backup {
    /// When it is, as it was decided for a host.
    pub(super) fn of(on: &Linked<'_>) -> Self {
        let word: Option<String> = on.setting("backup");
        let all = [Self::Daily, Self::Weekly];
        all.into_iter().find(|it| Some(it.word()) == word.as_deref()).unwrap_or(Self::None)
    }

    /// As `OnCalendar=` reads it: when few work, and after the hour that is there twice or not at all
    /// when clocks change.
    fn calendar(self) -> Option<&'static str> {
        match self {
            Self::Daily => Some("*-*-* 03:30:00"),
            Self::Weekly => Some("Sun *-*-* 03:30:00"),
            Self::None => None,
        }
    }
}

/// What copies all data, by a timer, and clears the archive.
pub(super) fn process(
    on: &Linked<'_>,
    place: &Place,
    user: &str,
    database: &str,
    out: &mut Configuration,
) -> Option<Process> {
    let calendar = Backup::of(on).calendar()?;
    let port = on.setting::<u16>("port").unwrap_or(5432);
    let keep = on.setting::<u16>("keep")?.to_string();
    let mut path = |name| out.program(name).path.into_owned();
    let (install, copy, clear) =
        (path("install"), path("pg_basebackup"), path("pg_archivecleanup"));
    // What is half there has no name yet.
    let part = format!("{}/part", place.backups);
    let (port, to) = (format!("--port={port}"), format!("--pgdata={part}"));
    let connection = ["--host=/run/postgresql", &port, "--no-password"];
    // With what was written meanwhile, so that it is whole even without the archive.
    let what = ["--wal-method=stream", "--checkpoint=fast", "--format=tar", "--gzip", &to];
    let words = ["-euc", KEEP, "sh", &place.backups, &place.archive, &keep, &clear];
    let start = vec![
        Command::new(install, ["-d", "-m", "700", &place.backups]),
        Command::new("/bin/rm", ["-rf", &part]),
        Command::new(copy, connection.into_iter().chain(what)),
        Command::new("/bin/sh", words),
    ];
    let mut process = Process::once(format!("{database}-backup"), start, on.cause())
        .described("copies all data of the database", ROLE.about.manual);
    process.calendar = Some(calendar.to_owned());
    user.clone_into(&mut process.user);
    process.after = vec![database.to_owned()];
    process.mounts = vec![place.folder.clone()];
    Some(process)
}

/// Gives a new copy its name, which is its time; keeps so many; and clears the archive of what was
/// written before the oldest one began. Its arguments: the folder of copies, that of the archive, how
/// many are kept, the program that clears.
const KEEP: &str = r#"cd "$1"
mv -T part "$(date -u +%Y%m%dT%H%M%SZ)"
ls -d 2*Z | sort | head -n "-$3" | xargs -r rm -r
oldest=$(ls -d 2*Z | sort | head -n 1)
first=$(tar -xOzf "$oldest/base.tar.gz" backup_label | sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p')
test -n "$first"
"$4" "$2" "$first"
"#;

/// Names of segments of what is written, for a shell; other files there have longer or shorter ones.
const SEGMENT: &str = "????????????????????????";

/// What is said to whoever has to restore: a copy, and all that was written since. The last of it may be
/// where it was first written alone, so that is kept, under a name that no earlier time left behind.
/// Each line goes on only if all was well so far: a copy is unpacked over nothing.
///
/// The server does not archive what it finds so, and forgets it when it is up; only a new copy has it.
pub(super) fn restoring(on: &Linked<'_>, place: &Place) -> Vec<String> {
    let Place { data, archive, backups, .. } = place;
    let mut lines = vec![
        "To restore a copy, the newest or an older one, and all that was written since:".to_owned(),
        "  systemctl stop postgresql".to_owned(),
        "  su postgres".to_owned(),
        format!("    old={data}.$(date -u +%Y%m%dT%H%M%SZ)"),
        format!("    mv -T {data} $old && install -d -m 700 {data} && cd {data} &&"),
        format!(
            "    tar -xzf {backups}/TIME/base.tar.gz && tar -xzf {backups}/TIME/pg_wal.tar.gz -C pg_wal"
        ),
        "  if the old data can be read, with what was not archived yet:".to_owned(),
        format!(
            "    for it in $old/pg_wal/{SEGMENT}; do test -f {archive}/${{it##*/}} || cp $it pg_wal; done"
        ),
        "    touch recovery.signal; exit".to_owned(),
        "  systemctl start postgresql".to_owned(),
        "and take a new copy, for what was not archived then is in no archive now either."
            .to_owned(),
    ];
    if Backup::of(on) != Backup::None {
        lines.push("  systemctl start postgresql-backup".to_owned());
    }
    lines
}
