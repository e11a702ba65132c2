//! What is made once is kept: what a second run changes, what days and changes of the cloud change, and
//! what is written and read.

mod common;

use age::x25519::Identity;
use common::{EXAMPLES, FOUNDING, TODAY, cloud, complete, completed, random, tree};
use fmc_config::{Secret, SecretKind};
use fmc_model::Date;
use fmc_secrets::{Changed, Id, NotOpened, NotRead, Recipient, Secrets, Store, Wanted, open, seal};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr as _;

/// A cloud that asks for no secret.
const NOTHING: &str = "\
version: 1
name: home
networks: { lan: { cidr: 10.0.0.0/24, gateway: 10.0.0.1 } }
hosts: { a: { os: debian, nics: { lan: 2 } } }
";

fn certificate(name: &str) -> Id {
    Id::of(&Secret::public(SecretKind::Certificate, name))
}

/// All values, by name and part.
fn values(secrets: &Secrets) -> BTreeMap<String, String> {
    let both = |id: &Id| [Secret::private(id.kind, &*id.name), Secret::public(id.kind, &*id.name)];
    let all = secrets.ids().flat_map(both);
    all.filter_map(|it| Some((it.to_string(), secrets.value(&it)?))).collect()
}

#[test]
fn every_secret_of_every_example_is_made_once() {
    for (name, text) in EXAMPLES {
        let cloud = cloud(text);
        let mut secrets = completed(&cloud);
        let before = values(&secrets);
        let tree = tree(&cloud);
        for secret in tree.secrets() {
            assert!(before.contains_key(&secret.to_string()), "{name}: {secret}");
        }
        let again = complete(&mut secrets, &cloud, TODAY.plus(30), "another");
        assert_eq!(again, fmc_secrets::Made::default(), "{name}");
        assert_eq!(values(&secrets), before, "{name}");
        // The same bytes came in, so the same bytes come out: signatures are not drawn by lot.
        assert_eq!(values(&completed(&cloud)), before, "{name}");
        let private: BTreeSet<&str> = secrets.private_values().collect();
        assert_eq!(private.len(), secrets.ids().count(), "{name}: no two secrets are the same");
    }
}

#[test]
fn certificates_are_renewed_before_they_end_and_keys_stay() {
    let cloud = cloud(FOUNDING);
    let mut secrets = completed(&cloud);
    let id = certificate("master1/etcd-server");
    let until = secrets.validity(&id).expect("issued").until;
    assert_eq!(until, TODAY.plus(365));
    let key = Secret::private(SecretKind::Certificate, "master1/etcd-server");
    let before = secrets.value(&key);
    assert!(!complete(&mut secrets, &cloud, until.plus(0), "x").changed.is_empty(), "last day");
    let mut secrets = completed(&cloud);
    let day = |days: u32| Date::from_unix_days(until.unix_days() - days);
    assert!(!complete(&mut secrets, &cloud, day(61), "x").any());
    let made = complete(&mut secrets, &cloud, day(60), "x");
    assert_eq!(made.count(Changed::Renewed), cloud.certificates.len());
    assert_eq!(made.changed.len(), cloud.certificates.len(), "authorities hold for longer");
    assert_eq!(secrets.value(&key), before);
    assert_eq!(secrets.validity(&id).expect("issued").until, day(60).plus(365));
    // No certificate outlives its authority, however late it is built again.
    let late = TODAY.plus(3650 - 425);
    let made = complete(&mut secrets, &cloud, late, "x");
    let authorities = made.changed.iter().filter(|it| it.0.kind == SecretKind::Authority);
    assert!(
        authorities.clone().count() > 3 && authorities.clone().all(|it| it.1 == Changed::Renewed)
    );
    for it in &cloud.certificates {
        let authority = Id::of(&Secret::public(SecretKind::Authority, it.authority));
        let ends = |id: &Id| secrets.validity(id).expect("issued").until;
        assert!(ends(&certificate(&it.name)) <= ends(&authority), "{}", it.name);
    }
}

#[test]
fn another_request_is_another_certificate_and_the_others_stay() {
    let before = cloud(FOUNDING);
    let mut secrets = completed(&before);
    let old = values(&secrets);
    let more = cloud(&FOUNDING.replace("worker[1-3]:", "worker[1-4]:"));
    let made = complete(&mut secrets, &more, TODAY, "more");
    let its = ["worker4/kube-proxy", "worker4/kubelet"].map(certificate);
    assert_eq!(made.changed, its.clone().map(|it| (it, Changed::Made)));
    assert!(old.iter().all(|it| values(&secrets).get(it.0) == Some(it.1)));
    // Back again, it is told and not taken away.
    let made = complete(&mut secrets, &before, TODAY, "back");
    assert_eq!((made.any(), made.unneeded), (false, its.to_vec()));
    // Another address of the API is in the certificates that everybody knows it by.
    let moved = cloud(&FOUNDING.replace("10.17.5.10", "10.17.5.11"));
    let made = complete(&mut secrets, &moved, TODAY, "moved");
    let changed: Vec<String> = made.changed.iter().map(|it| it.0.to_string()).collect();
    let expected = [1, 2, 3].map(|it| format!("certificate:master{it}/kube-apiserver"));
    assert_eq!(changed, expected);
    assert_eq!(made.count(Changed::Reissued), 3);
}

#[test]
fn a_new_authority_issues_anew() {
    let cloud = cloud(FOUNDING);
    let mut secrets = completed(&cloud);
    assert!(secrets.remove(&Id::of(&Secret::public(SecretKind::Authority, "etcd"))));
    let made = complete(&mut secrets, &cloud, TODAY, "rotated");
    let of_etcd = cloud.certificates.iter().filter(|it| it.authority == "etcd").count();
    assert_eq!((made.count(Changed::Made), made.count(Changed::Reissued)), (1, of_etcd));
}

#[test]
fn each_kind_is_made_and_what_follows_from_it() {
    let cloud = cloud(NOTHING);
    let named: Vec<Secret> = [
        (SecretKind::Password, "p"),
        (SecretKind::Token, "t"),
        (SecretKind::SigningKey, "s"),
        (SecretKind::X25519, "x"),
        (SecretKind::Authority, "own"),
        (SecretKind::Login, "login/ana"),
    ]
    .map(|it| Secret::private(it.0, it.1))
    .into();
    // Asked for twice, made once.
    let wanted = Wanted::of(&cloud, named.iter().chain(&named)).expect("known");
    let mut secrets = Secrets::default();
    secrets.complete(&wanted, TODAY, &mut random("kinds")).expect("made");
    let private = |at: usize| secrets.value(&named[at]).expect("a value");
    let public = |at: usize| secrets.value(&Secret::public(named[at].kind, &*named[at].name));
    assert!(private(0).len() == 32 && private(0).bytes().all(|it| it.is_ascii_alphanumeric()));
    assert_eq!((private(1).len(), public(0), public(1)), (44, None, None));
    assert!(private(2).starts_with("-----BEGIN PRIVATE KEY-----\n"));
    assert!(public(2).expect("follows").starts_with("-----BEGIN PUBLIC KEY-----\n"));
    assert!(public(4).expect("issued").starts_with("-----BEGIN CERTIFICATE-----\n"));
    let hash = public(5).expect("follows");
    assert!(
        hash.starts_with("$2y$10$") && bcrypt::verify(private(5), &hash).is_ok_and(|it| it),
        "{hash}"
    );
    assert_eq!(public(5).as_ref(), Some(&hash));
    let shown = format!("{secrets:?}");
    assert!(secrets.private_values().all(|it| !shown.contains(it)), "{shown}");
    // A certificate that nobody declared is nothing that could be made.
    let unknown = Secret::private(SecretKind::Certificate, "nobody/nothing");
    let error = Wanted::of(&cloud, [&unknown]).expect_err("unknown");
    assert_eq!(error.id.to_string(), "certificate:nobody/nothing");
}

/// RFC 7748 §6.1: the keys of Alice.
#[test]
fn public_keys_follow_as_in_the_standard() {
    let mut store = Store::new([], &mut random("x"));
    let cloud = cloud(NOTHING);
    let key = Secret::private(SecretKind::X25519, "alice");
    let mut bytes = [
        0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16, 0xc1, 0x72, 0x51, 0xb2, 0x66,
        0x45, 0xdf, 0x4c, 0x2f, 0x87, 0xeb, 0xc0, 0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5, 0x1d, 0xb9,
        0x2c, 0x2a,
    ]
    .into_iter();
    let mut alice = |out: &mut [u8]| out.fill_with(|| bytes.next().expect("32 bytes are enough"));
    let wanted = Wanted::of(&cloud, [&key]).expect("known");
    store.secrets.complete(&wanted, TODAY, &mut alice).expect("made");
    let public = store.secrets.value(&Secret::public(SecretKind::X25519, "alice"));
    assert_eq!(public.as_deref(), Some("hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="));
}

#[test]
fn a_store_is_read_as_it_was_written() {
    let cloud = cloud(FOUNDING);
    let (ana, ben, eva) = (Identity::generate(), Identity::generate(), Identity::generate());
    let mut store = Store::new([&ana, &ben].map(Recipient::of), &mut random("store"));
    store.secrets = completed(&cloud);
    let sealed = store.sealed();
    assert_eq!(sealed, store.sealed(), "the same store is the same bytes");
    for identity in [&ana, &ben] {
        let text = open(&sealed, std::slice::from_ref(identity)).expect("one of theirs");
        let read = Store::read(&text).expect("a store");
        assert_eq!((&read.secrets, &read.recipients), (&store.secrets, &store.recipients));
        assert_eq!(read.sealed(), sealed);
        let newer = String::from_utf8(text.to_vec()).expect("text").replacen(":1,", ":2,", 1);
        assert_eq!(Store::read(newer.as_bytes()).err(), Some(NotRead::Newer));
        for damaged in [&text[..text.len() - 1], b"", b"{}", br#"{"version":1}"#] {
            assert_eq!(Store::read(damaged).err(), Some(NotRead::Damaged));
        }
    }
    assert_eq!(open(&sealed, &[eva]).err(), Some(NotOpened::ForOthers));
    assert_eq!(open(b"{\"version\":1}", std::slice::from_ref(&ana)).err(), Some(NotOpened::Plain));
    for at in [30, 200, sealed.len() / 2, sealed.len() - 1] {
        let mut damaged = sealed.clone();
        damaged[at] ^= 1;
        assert!(open(&damaged, std::slice::from_ref(&ana)).is_err(), "{at}");
        assert_eq!(
            open(&sealed[..at], std::slice::from_ref(&ana)).err(),
            Some(NotOpened::Damaged),
            "{at}"
        );
    }
    let shown = String::from_utf8_lossy(&sealed).into_owned() + &format!("{store:?}");
    for value in store.secrets.private_values() {
        // What follows in PEM is the public key, which a certificate holds too.
        let mut lines = value.lines().filter(|it| !it.contains("-----")).take(2);
        assert!(lines.all(|it| !shown.contains(it)));
    }
}

#[test]
fn age_opens_what_is_sealed_whatever_its_length() {
    let ana = Identity::generate();
    let store = Store::new([Recipient::of(&ana)], &mut random("seal"));
    let sealing = store.sealing();
    let all = &store.recipients;
    let mut seen = BTreeSet::new();
    for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000] {
        let plain: Vec<u8> = (0..length).map(|it: u32| (it % 251) as u8).collect();
        let sealed = seal(&plain, "a", all, &sealing);
        assert_eq!(age::decrypt(&ana, &sealed).expect("opened"), plain, "{length}");
        assert_eq!(sealed, seal(&plain, "a", all, &sealing));
        assert!(seen.insert(sealed) && seen.insert(seal(&plain, "b", all, &sealing)));
    }
    // What the library seals is opened as well, and a word that is nobody is none.
    let sealed = age::encrypt(&ana.to_public(), b"hello").expect("sealed");
    assert_eq!(open(&sealed, &[ana]).expect("opened").as_slice(), b"hello");
    for text in ["", "age1", "ana", "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZ", "age1tag1qt8"] {
        assert_eq!(Recipient::from_str(text), Err(()), "{text}");
    }
}
