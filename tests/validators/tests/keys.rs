//! What follows from a key here is what follows from it for the tool that uses it.

mod common;

use common::{EXAMPLES, cloud, files, hosts, sandbox, secrets};
use fmc_config::{Secret, SecretKind};
use fmc_sys::{Command, Host as _};

#[test]
fn wg_derives_the_same_public_keys() {
    let cloud = cloud(EXAMPLES[0].1);
    let secrets = secrets(&cloud);
    let (host, tree) = &hosts(&cloud)[0];
    let on = sandbox(&cloud, host, &files(tree, &secrets));
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
