//! What a rehearsal runs in place of FreeIPA, which only Enterprise Linux has: the same directory server
//! (<https://www.port389.org/docs/389ds/documentation.html>) and the same KDC
//! (<https://web.mit.edu/kerberos/krb5-latest/doc/admin/>), without what FreeIPA puts over them.

use super::{AUTHORITY, CERTIFICATE, admin, manager};
use crate::probes;
use fmc_config::ini::{Ini, IniStyle};
use fmc_config::tree::{Named, Tree, TreeStyle};
use fmc_config::{Cause, Keys, Secret, SecretKind, Value, typed};
use fmc_model::cloud::{Flow, Host};
use fmc_model::role::{Configuration, Linked};
use fmc_model::setup::{Attempt, Command, Entry, Expect, File, On, Process, Ready, Step};
use fmc_model::text;
use std::net::{IpAddr, SocketAddr};

pub(crate) const CLIENT: &str = "/etc/krb5.conf";
pub(crate) const KDC: &str = "/etc/krb5kdc/kdc.conf";
pub(crate) const INSTANCE: &str = "/etc/fmc/directory/instance.inf";

/// What it is called among instances of the directory server.
const NAME: &str = "fmc";

/// Puts a cache of 32 MiB into the template of instances, where none is told.
const CACHE: &str =
    "s/^nsslapd-backend-implement:/nsslapd-cache-autosize: 0\\nnsslapd-dbcachesize: 33554432\\n&/";

/// Where the KDC keeps what it knows.
const KEPT_IN: &str = "/var/lib/krb5kdc";
const DATABASE: &str = "/var/lib/krb5kdc/principal";

typed! {
    /// How Kerberos is used on a host.
    pub(crate) struct Client {
        /// What holds if nothing else is said.
        defaults: Defaults = "libdefaults",
        /// Realms by name.
        realms: Named<Realm> = "realms",
        /// The realm of each domain.
        domains: Named<String> = "domain_realm",
    }

    /// What holds if nothing else is said.
    pub(crate) struct Defaults {
        /// The realm of who names none.
        realm: String = "default_realm",
        /// Whether realms are looked for in the DNS.
        lookup_realm: bool = "dns_lookup_realm",
        /// Whether KDCs are.
        lookup_kdc: bool = "dns_lookup_kdc",
        /// Whether the name of a host is that of its address.
        reverse: bool = "rdns",
        /// Whether it is what the DNS makes of it.
        canonical: bool = "dns_canonicalize_hostname",
    }

    /// Where a realm is.
    pub(crate) struct Realm {
        /// Its KDCs.
        kdc: Vec<String> = "kdc",
    }

    /// How the KDC works.
    pub(crate) struct Server {
        /// Where it listens.
        listen: Listen = "kdcdefaults",
        /// Realms by name.
        realms: Named<Kept> = "realms",
        /// Where it tells what it does.
        log: Log = "logging",
    }

    /// Where the KDC listens.
    pub(crate) struct Listen {
        /// By UDP.
        udp: String = "kdc_listen",
        /// By TCP.
        tcp: String = "kdc_tcp_listen",
    }

    /// A realm that the KDC has.
    pub(crate) struct Kept {
        /// What it knows of it.
        database: &'static str = "database_name",
        /// The key of all of that.
        stash: &'static str = "key_stash_file",
        /// How long a ticket holds.
        life: &'static str = "max_life",
        /// How long it may be renewed.
        renewable: &'static str = "max_renewable_life",
        /// Of which kind its own key is.
        master: &'static str = "master_key_type",
        /// Of which kinds the keys of others are.
        kinds: &'static str = "supported_enctypes",
        /// What everybody must do: prove the password before anything is sealed with it.
        flags: &'static str = "default_principal_flags",
    }

    /// Where the KDC tells what it does.
    pub(crate) struct Log {
        /// Of the KDC itself.
        kdc: &'static str = "kdc",
    }

    /// What `dscreate` makes an instance of.
    pub(crate) struct Instance {
        /// What holds for all of it.
        general: General = "general",
        /// The server.
        server: Slapd = "slapd",
        /// Its first part of the tree.
        suffix: Suffix = "backend-userroot",
    }

    /// What holds for all of an instance.
    pub(crate) struct General {
        /// Of these keys.
        version: u64 = "config_version",
        /// The whole name of the host.
        host: String = "full_machine_name",
        /// Whether that name must lead to an address in the DNS.
        strict: bool = "strict_host_checking",
        /// Whether it has SELinux.
        selinux: bool = "selinux",
    }

    /// The server of an instance.
    pub(crate) struct Slapd {
        /// What it is called.
        name: &'static str = "instance_name",
        /// Where it listens.
        port: u64 = "port",
        /// Where it listens by TLS.
        secure: u64 = "secure_port",
        /// Whether TLS is set up.
        tls: bool = "self_sign_cert",
        /// The password of its manager.
        password: Value = "root_password",
    }

    /// A part of the tree.
    pub(crate) struct Suffix {
        /// Its name.
        name: String = "suffix",
        /// Whether it is there from the start.
        made: bool = "create_suffix_entry",
    }
}

/// All of it.
pub(super) fn configure(on: &Linked<'_>, realm: &str, out: &mut Configuration) {
    let addresses: Vec<IpAddr> = on.host.primary_addresses().collect();
    kerberos(on, realm, &addresses, out);
    directory(on, out);
    probes(on, realm, out);
}

/// A client that is told of nothing but the DNS finds its realm and who gives tickets there, and gets one for
/// a password that is right.
fn probes(on: &Linked<'_>, realm: &str, out: &mut Configuration) {
    let clients = probes::clients(on, "identity").into_iter();
    let knows = on.knows_names();
    let clients = clients.filter(|it| knows(it.1)).collect();
    for (_, client) in probes::some::<(&Flow, &Host)>(clients) {
        let path = format!("{}/{}.krb5.conf", probes::FOLDER, on.host.name);
        let mut file = Ini::new(IniStyle::Spaced);
        let section = file.section("libdefaults", &on.cause());
        for (key, value) in [
            ("dns_lookup_realm", "true"),
            ("dns_lookup_kdc", "true"),
            ("dns_canonicalize_hostname", "false"),
            ("rdns", "false"),
        ] {
            section.set(key, value);
        }
        // The realm is that of the domain, as the DNS tells; who asks is told it by nobody else.
        let login = |password: Secret| {
            let words = ["-c", KINIT, &path, &format!("{path}.tickets")];
            Step::new(On::Host(client.id), Command::new("sh", words))
                .file(&path, file.clone())
                .input(Keys::bare(password))
        };
        let wrong = Secret::private(SecretKind::Password, "rehearsal/wrong");
        let refused = Expect::Refusal(vec!["Password incorrect", "Preauthentication failed"]);
        let steps = vec![
            login(admin()).expects(Expect::Says(format!("Default principal: admin@{realm}"))),
            login(wrong).expects(refused),
        ];
        let name = &client.name;
        let what = text!(
            "{name} finds its realm by the DNS alone, and gets a ticket for the right password",
            "{name} encuentra su reino solo por el DNS, y obtiene un tique con la contraseña correcta"
        );
        out.probe(what, Attempt::Steps(steps));
    }
}

/// Asks for a ticket with a password that is read, says whose it is, and throws it away.
const KINIT: &str = "export LC_ALL=C KRB5_CONFIG=\"$0\" KRB5CCNAME=\"FILE:$1\"; \
    kinit admin > /dev/null && klist | sed -n '/^Default principal/p'; \
    said=$?; kdestroy -q > /dev/null 2>&1; exit $said";

fn kerberos(on: &Linked<'_>, realm: &str, addresses: &[IpAddr], out: &mut Configuration) {
    let cause = on.cause();
    let at: Vec<String> = addresses.iter().map(|it| SocketAddr::new(*it, 88).to_string()).collect();
    let domain = on.cloud.domain.as_str();
    let domains = [format!(".{domain}"), domain.to_owned()].map(|it| (it, realm.to_owned()));
    let client = Client {
        defaults: Defaults {
            realm: realm.to_owned(),
            lookup_realm: false,
            lookup_kdc: false,
            reverse: false,
            canonical: false,
        },
        realms: Named(vec![(realm.to_owned(), Realm { kdc: at.clone() })]),
        domains: Named(domains.into()),
    };
    out.file(CLIENT, Tree::of(TreeStyle::Profile, &client, &cause));
    let kept = Kept {
        database: DATABASE,
        stash: "/var/lib/krb5kdc/stash",
        life: "10h",
        renewable: "7d",
        master: "aes256-cts-hmac-sha384-192",
        kinds: "aes256-cts-hmac-sha384-192:normal aes256-cts-hmac-sha1-96:normal",
        flags: "+preauth",
    };
    let listen = at.join(" ");
    let server = Server {
        listen: Listen { udp: listen.clone(), tcp: listen },
        realms: Named(vec![(realm.to_owned(), kept)]),
        log: Log { kdc: "STDERR" },
    };
    out.file(KDC, Tree::of(TreeStyle::Profile, &server, &cause));
    let create = out.program("kdb5_util").path;
    let create = Command::new(create, ["create", "-s"]);
    let master = Secret::private(SecretKind::Password, "kerberos/master");
    let made = once("fmc-kdc-create", create, asked_twice("master", master, &cause, out), on);
    let add = Command::new(out.program("kadmin.local").path, ["addprinc", "admin"]).may_fail();
    let mut admin = once("fmc-kdc-admin", add, asked_twice("admin", admin(), &cause, out), on);
    admin.after = vec![made.name.clone()];
    let kdc = Command::new(out.program("krb5kdc").path, ["-n"]);
    let mut kdc = Process::daemon("fmc-kdc", kdc, Ready::Started, cause)
        .described("gives tickets", "https://web.mit.edu/kerberos/krb5-latest/doc/admin/");
    kdc.after = vec![made.name.clone()];
    kdc.files = vec![CLIENT.to_owned(), KDC.to_owned()];
    let made = Process {
        done: Some(DATABASE.to_owned()),
        makes: vec![KEPT_IN.to_owned()],
        files: vec![CLIENT.to_owned(), KDC.to_owned()],
        ..made
    };
    for process in [made, admin, kdc] {
        out.process(process);
    }
}

/// A file with a password as it is asked for: once, and once more.
fn asked_twice(name: &str, password: Secret, cause: &Cause, out: &mut Configuration) -> String {
    let path = format!("/etc/fmc/directory/{name}.password");
    let keys = Keys { secrets: vec![password.clone(), password], bare: true };
    out.entry(&path, Entry::File(File::new(keys, cause).mode(0o600)));
    path
}

fn once(name: &str, command: Command, input: String, on: &Linked<'_>) -> Process {
    let mut process = Process::once(name, vec![command], on.cause())
        .described("makes a realm", "https://web.mit.edu/kerberos/krb5-latest/doc/admin/");
    process.input = Some(input);
    process
}

fn directory(on: &Linked<'_>, out: &mut Configuration) {
    let parts: Vec<String> =
        on.cloud.domain.as_str().split('.').map(|it| format!("dc={it}")).collect();
    let instance = Instance {
        general: General { version: 2, host: on.host.fqdn.clone(), strict: false, selinux: false },
        server: Slapd {
            name: NAME,
            port: 389,
            secure: 636,
            tls: true,
            password: Value::Secret(manager()),
        },
        suffix: Suffix { name: parts.join(","), made: true },
    };
    let tree = Tree::of(TreeStyle::Profile, &instance, &on.cause());
    out.entry(INSTANCE, Entry::File(File::new(tree, &on.cause()).mode(0o600)));
    let own = out.credential(AUTHORITY, CERTIFICATE, "root");
    let (dscreate, dsctl) = (out.program("dscreate").path, out.program("dsctl").path);
    let install = out.program("install").path;
    let folders = ["/run/dirsrv", "/run/lock/dirsrv", "/run/lock/dirsrv/slapd-fmc"];
    let folder = ["-d", "-o", "dirsrv", "-g", "dirsrv"].into_iter().chain(folders);
    let dsctl = |words: &[&str]| Command::new(dsctl.clone(), [&[NAME], words].concat());
    let start = vec![
        Command::new(install, folder),
        // Its cache would follow from the memory of the machine that rehearses, once for each host:
        // 1.5 GiB of 24, more than a host's file system in memory has.
        Command::new("/usr/bin/sed", ["-i", CACHE, "/usr/share/dirsrv/data/template-dse.ldif"]),
        // It would ask systemd to start the server, which has its own process here.
        Command::new(
            "/usr/bin/sed",
            ["-i", "s/^with_systemd = 1/with_systemd = 0/", "/usr/share/dirsrv/inf/defaults.inf"],
        ),
        Command::new(dscreate, ["from-file", INSTANCE]),
        dsctl(&["stop"]),
        // What it signed itself makes place for the certificate of the cloud.
        dsctl(&["tls", "import-ca", &own.trusted(), "fmc"]),
        dsctl(&["tls", "import-server-key-cert", &own.certificate(), &own.key()]),
    ];
    let manual = "https://www.port389.org/docs/389ds/documentation.html";
    let folder = format!("/etc/dirsrv/slapd-{NAME}");
    let mut made = Process::once("fmc-directory-create", start, on.cause())
        .described("makes a directory", manual);
    made.done = Some(format!("{folder}/dse.ldif"));
    let folders =
        ["/etc/dirsrv", "/var/lib/dirsrv", "/var/log/dirsrv", "/dev/shm", "/run/lock/dirsrv"];
    made.makes = folders.map(|it| format!("{it}/slapd-{NAME}")).into();
    made.makes.extend(["/etc/dirsrv/ssca", "/run/dirsrv"].map(str::to_owned));
    let pid = format!("/run/dirsrv/slapd-{NAME}.pid");
    let command =
        Command::new(out.program("ns-slapd").path, ["-D", &folder, "-i", &pid, "-d", "0"]);
    let mut server = Process::daemon("fmc-directory", command, Ready::Started, on.cause())
        .described("knows who there is", manual);
    server.after = vec![made.name.clone()];
    out.process(made);
    out.process(server);
}
