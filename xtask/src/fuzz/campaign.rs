//! Running the targets: processes that share the machine, watched until their time is over.

use super::Target;
use super::log::{self, Progress};
use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What any one input may take: a reader that needs more has a fault. Longer inputs than 16 KiB
/// find nothing that these do not, only slower.
pub(super) const LIMITS: &[&str] = &["-rss_limit_mb=2048", "-timeout=10", "-max_len=16384"];

/// How often the processes are looked after, and how often a person hears of them.
const LOOK: Duration = Duration::from_millis(100);
const REPORT: Duration = Duration::from_secs(10);
/// What a process may need beyond its time: it first runs everything that it knows already.
const GRACE: Duration = Duration::from_secs(60);
/// What a process gets to end by itself after Ctrl-C, which reaches it from the terminal too.
const FAREWELL: Duration = Duration::from_secs(2);

/// Set by Ctrl-C.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Paths from the root; the processes run there.
struct Campaign<'a> {
    root: &'a Path,
    /// The file that lists the seeds.
    seeds: String,
    each: Duration,
}

/// A process at work. It does not outlive this value.
struct Running<'a> {
    target: &'a Target,
    child: Child,
    log: PathBuf,
    last: PathBuf,
    started: Instant,
}

struct Outcome<'a> {
    target: &'a Target,
    progress: Progress,
    time: Duration,
    /// Why it failed, ready to print.
    failure: Option<String>,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        // These fail only where the process, or its file, is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.last);
    }
}

/// The words of a target: its own, or those of YAML, which most read.
fn dictionary(root: &Path, target: &str) -> String {
    let own = format!("fuzz/{target}.dict");
    if root.join(&own).is_file() { own } else { "fuzz/yaml.dict".to_owned() }
}

/// Fuzzes each target for the given time, at most `jobs` processes at once.
pub(super) fn run(
    root: &Path,
    targets: &[Target],
    each: Duration,
    jobs: usize,
) -> Result<bool, String> {
    let interrupt = || INTERRUPTED.store(true, Ordering::Relaxed);
    ctrlc::set_handler(interrupt).map_err(|it| it.to_string())?;
    let campaign = Campaign { root, seeds: list_seeds(root)?, each };
    // A job that would have no target helps with one.
    let copies = (jobs / targets.len()).max(1);
    let copies_of = |it| (0..copies).map(move |copy| (it, copy));
    let mut waiting: VecDeque<_> = targets.iter().flat_map(copies_of).collect();
    let mut running = Vec::new();
    let mut outcomes = Vec::new();
    let (mut reported, mut interrupted) = (Instant::now(), None);
    while !(waiting.is_empty() && running.is_empty()) {
        if INTERRUPTED.load(Ordering::Relaxed) {
            waiting.clear();
            interrupted.get_or_insert_with(Instant::now);
        }
        while running.len() < jobs
            && let Some((target, copy)) = waiting.pop_front()
        {
            running.push(campaign.start(target, copy)?);
        }
        std::thread::sleep(LOOK);
        let mut still = Vec::new();
        for mut job in running {
            let late = job.started.elapsed() > each + GRACE;
            if late || interrupted.is_some_and(|it| it.elapsed() > FAREWELL) {
                let _ = job.child.kill();
            }
            match job.child.try_wait().map_err(|it| it.to_string())? {
                None => still.push(job),
                Some(_) if interrupted.is_some() => {}
                Some(status) => outcomes.push(campaign.finish(&job, status)?),
            }
        }
        running = still;
        if reported.elapsed() > REPORT {
            reported = Instant::now();
            running.iter().for_each(report);
        }
    }
    if interrupted.is_some() {
        return Err("interrupted".into());
    }
    Ok(summarize(&outcomes))
}

impl Campaign<'_> {
    fn start<'a>(&self, target: &'a Target, copy: usize) -> Result<Running<'a>, String> {
        let name = &target.name;
        let artifacts = format!("fuzz/artifacts/{name}/");
        let corpus = format!("fuzz/corpus/{name}");
        for folder in [&artifacts, &corpus] {
            fs::create_dir_all(self.root.join(folder)).map_err(|it| format!("{folder}: {it}"))?;
        }
        let log = self.root.join(&artifacts).join(format!("log-{copy}.txt"));
        let last = self.root.join(&artifacts).join(format!("last-{copy}"));
        let file = File::create(&log).map_err(|it| format!("{}: {it}", log.display()))?;
        let child = Command::new(&target.program)
            .args(LIMITS)
            .arg("-print_final_stats=1")
            .arg(format!("-dict={}", dictionary(self.root, name)))
            .arg(format!("-max_total_time={}", self.each.as_secs()))
            .arg(format!("-artifact_prefix={artifacts}"))
            .arg(format!("-seed_inputs=@{}", self.seeds))
            .arg(corpus)
            .current_dir(self.root)
            .env("FMC_FUZZ_LAST", &last)
            .env("RUST_BACKTRACE", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .map_err(|it| format!("{}: {it}", target.program.display()))?;
        println!("{name}: fuzzing for {} s", self.each.as_secs());
        Ok(Running { target, child, log, last, started: Instant::now() })
    }

    fn finish<'a>(&self, job: &Running<'a>, status: ExitStatus) -> Result<Outcome<'a>, String> {
        let text = job.text();
        let progress = Progress::read(&text);
        let (target, time) = (job.target, job.started.elapsed());
        let failure = if status.success() {
            None
        } else {
            let name = &target.name;
            let (reason, kept) = match &progress.reproducer {
                Some(it) => ("", Some(it.clone())),
                None => (" without a word: a stack overflow?", self.rescue(job)?),
            };
            let reproducer = kept.map_or("there is no reproducer".into(), |it| {
                format!("reproducer: {it}\nagain:      cargo xtask fuzz {name} --repro {it}")
            });
            let words = log::last_words(&text);
            Some(format!("{name}: CRASHED, {status}{reason}\n{words}{reproducer}"))
        };
        if let Some(failure) = &failure {
            println!("\n{failure}\n");
        }
        Ok(Outcome { target, progress, time, failure })
    }

    /// Makes a reproducer of the input that the target had in hand, where libFuzzer could not: a
    /// stack overflow leaves it no stack, and the kernel's killer no time.
    fn rescue(&self, job: &Running<'_>) -> Result<Option<String>, String> {
        let record = fs::read(&job.last).unwrap_or_default();
        let Some(input) = log::last_input(&record) else { return Ok(None) };
        let mut hasher = DefaultHasher::new();
        input.hash(&mut hasher);
        let path = format!("fuzz/artifacts/{}/crash-{:016x}", job.target.name, hasher.finish());
        fs::write(self.root.join(&path), input).map_err(|it| format!("{path}: {it}"))?;
        Ok(Some(path))
    }
}

impl Running<'_> {
    /// What the process has said so far; inputs in it need not be text.
    fn text(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }
}

fn report(job: &Running<'_>) {
    let Progress { executions, coverage, corpus, .. } = Progress::read(&job.text());
    println!(
        "{:>5} s  {}: {executions} executions, coverage {coverage}, corpus {corpus}",
        job.started.elapsed().as_secs(),
        job.target.name,
    );
}

fn summarize(outcomes: &[Outcome<'_>]) -> bool {
    let mut rows: BTreeMap<&str, (Progress, Duration, bool)> = BTreeMap::new();
    for Outcome { target, progress, time, failure } in outcomes {
        let row = rows.entry(&target.name).or_default();
        row.0 = std::mem::take(&mut row.0).with(progress.clone());
        row.1 = row.1.max(*time);
        row.2 |= failure.is_some();
    }
    println!(
        "\n{:<12} {:>12} {:>9} {:>8} {:>8}",
        "target", "executions", "coverage", "corpus", "seconds"
    );
    for (name, (progress, time, failed)) in &rows {
        let Progress { executions, coverage, corpus, .. } = progress;
        let verdict = if *failed { "CRASHED" } else { "ok" };
        let seconds = time.as_secs();
        println!("{name:<12} {executions:>12} {coverage:>9} {corpus:>8} {seconds:>8}  {verdict}");
    }
    !rows.values().any(|it| it.2)
}

/// Writes the list of the inputs to start from: every example and every case, and what was put aside as a
/// seed.
fn list_seeds(root: &Path) -> Result<String, String> {
    let mut seeds = Vec::new();
    for folder in ["examples", "cases"] {
        let is_yaml = &mut |it: &Path| it.extension().is_some_and(|it| it == "yaml");
        walk(&root.join(folder), is_yaml, &mut seeds);
    }
    walk(&root.join("fuzz/seeds"), &mut |_| true, &mut seeds);
    // Paths from the root are short and hold no comma, which is what separates them here.
    let paths = seeds.iter().filter_map(|it| it.strip_prefix(root).ok()?.to_str());
    let list = paths.collect::<Vec<_>>().join(",");
    let file = "fuzz/artifacts/seeds.txt";
    fs::create_dir_all(root.join("fuzz/artifacts"))
        .and_then(|()| fs::write(root.join(file), list))
        .map_err(|it| format!("{file}: {it}"))?;
    Ok(file.into())
}

/// The files below a folder that are wanted, in the order of their names; none if it is not there.
fn walk(folder: &Path, wanted: &mut dyn FnMut(&Path) -> bool, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries.filter_map(|it| Some(it.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            walk(&path, wanted, files);
        } else if wanted(&path) {
            files.push(path);
        }
    }
}
