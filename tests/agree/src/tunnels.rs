//! Tunnels between hosts on a stage: real ones, with keys that are good for nothing else.

use fmc_config::Printed;
use fmc_model::cloud::{Host, NetworkKind};
use fmc_model::setup::{Entry, Run};
use fmc_model::{Cloud, Date};
use fmc_secrets::{Secrets, Wanted};
use fmc_sys::{Command, Failure, Host as _, Sandbox};

/// The keys of all tunnels of a cloud; they follow from the order in which they are made.
///
/// # Panics
/// The cloud asks for what cannot be made.
pub fn keys(cloud: &Cloud) -> Secrets {
    let files = cloud.hosts.values().flat_map(|it| files(cloud, it));
    let files: Vec<Printed> =
        files.chain(fmc_rehearse::tunnels::people(cloud)).map(|it| it.1).collect();
    let named = files.iter().flat_map(Printed::holes).map(|it| &it.secret);
    let mut secrets = Secrets::default();
    if files.is_empty() {
        return secrets;
    }
    let wanted = Wanted::of(cloud, named).expect("it is declared");
    let mut count = 0_u64;
    let mut random = |bytes: &mut [u8]| {
        count += 1;
        let mut numbers = clouds::random::Random::new(count);
        bytes.fill_with(|| numbers.number() as u8);
    };
    let today = Date::from_unix_days(20_600);
    secrets.complete(&wanted, today, &mut random).expect("all of it can be made");
    secrets
}

/// The files of a host's tunnels, by their paths.
fn files(cloud: &Cloud, host: &Host) -> Vec<(String, Printed)> {
    let tunnels = host.nics.iter().filter(|nic| {
        cloud.networks.get(&nic.network).is_some_and(|it| it.kind == NetworkKind::Wireguard)
    });
    let mut all = Vec::new();
    for nic in tunnels {
        let path = format!("/etc/wireguard/{}.conf", nic.interface);
        let Some(Entry::File(file)) = cloud.setup(host.id).entries.get(&path) else { continue };
        all.push((path, file.document.print(&[], &file.cause)));
    }
    all
}

/// Brings the tunnels of a host up, by the commands that were generated for it.
///
/// # Errors
/// One of them fails.
///
/// # Panics
/// A key is missing.
pub fn up(cloud: &Cloud, host: &Host, on: &Sandbox, keys: &Secrets) -> Result<(), Failure> {
    for (path, printed) in files(cloud, host) {
        let text = printed.fill(|it| keys.value(it)).expect("every key is known");
        on.inside(move || {
            std::fs::create_dir_all("/etc/wireguard").and_then(|()| std::fs::write(path, text))
        })?
        .unwrap_or_else(|it| panic!("{}: {it}", host.name));
    }
    for process in &cloud.setup(host.id).processes {
        let Some(interface) = process.name.strip_prefix("wireguard-") else { continue };
        let Run::Once { start, .. } = &process.run else { continue };
        on.run(&Command::new("wireguard-go").arg(interface))?.ok()?;
        for command in start {
            let outcome = on.run(&Command::new(&command.program).args(&command.arguments))?;
            if !command.may_fail {
                outcome.ok()?;
            }
        }
    }
    Ok(())
}
