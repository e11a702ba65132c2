//! What follows from a key here is what follows from it for the tool that uses it.

use crate::common::{EXAMPLES, cloud, root, secrets};
use fmc_config::{Secret, SecretKind};
use fmc_sys::{Command, Host as _, Setup};

#[test]
fn wg_derives_the_same_public_keys() {
    let secrets = secrets(&cloud(EXAMPLES[0].1));
    let on = Setup::over(root()).start().expect("a sandbox");
    let mut count = 0;
    for id in secrets.ids().filter(|it| it.kind == SecretKind::X25519) {
        let value = |it: Secret| secrets.value(&it).expect("made");
        let private = value(Secret::private(id.kind, &*id.name));
        let command = Command::new("wg").arg("pubkey").input(private);
        let outcome = on.run(&command).expect("wg");
        assert!(outcome.success(), "{outcome:?}");
        assert_eq!(outcome.text().trim(), value(Secret::public(id.kind, &*id.name)), "{id}");
        count += 1;
    }
    assert!(count >= 2, "{count}");
}
