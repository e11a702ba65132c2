//! Nothing is wrong in any of the clouds.

use clouds::sound::sound;
use fmc_model::{Date, Language};

const CLOUDS: u64 = 1_000;

#[test]
fn a_thousand_clouds_of_up_to_sixty_hosts_have_no_error() {
    for seed in 0..CLOUDS {
        let text = sound(seed, 60);
        let none = &mut |path: &str| Err(format!("{path} is not there"));
        let loaded = fmc_model::load("cloud.yaml", text.as_bytes(), fmc_roles::ROLES, none);
        let today = Date::from_unix_days(20_600);
        let (cloud, found) = fmc_model::resolve(&loaded, fmc_roles::ROLES, today);
        let cloud = cloud.unwrap_or_else(|| panic!("seed {seed} is no cloud\n{text}"));
        let setups = cloud.hosts.values().map(|it| cloud.setup(it.id));
        let found = found.iter().chain(setups.flat_map(|it| &it.diagnostics));
        let errors = found.filter(|it| it.is_error());
        let errors: Vec<&str> = errors.map(|it| it.message(Language::English)).collect();
        assert!(errors.is_empty(), "seed {seed}: {errors:#?}\n{text}");
    }
}
