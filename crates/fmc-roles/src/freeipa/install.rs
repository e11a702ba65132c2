//! What the installer of FreeIPA is told
//! (<https://github.com/freeipa/freeipa/blob/master/install/tools/man/ipa-server-install.1>).

use fmc_config::{Value, typed};

typed! {
    /// Options of `ipa-server-install`.
    pub(crate) struct Options {
        /// Whether it asks nothing.
        unattended: bool = "unattended",
        /// The Kerberos realm.
        realm: String = "realm",
        /// The domain of the DNS.
        domain: String = "domain",
        /// The whole name of this host.
        hostname: String = "hostname",
        /// Its addresses: they are not looked up.
        addresses: Vec<String> = "ip-address",
        /// The password of the directory's manager.
        manager: Value = "ds-password",
        /// The password of the user `admin`.
        admin: Value = "admin-password",
        /// The certificate of the directory, and its key.
        directory: Vec<String> = "dirsrv-cert-file",
        /// By what that key is unlocked: by nothing.
        directory_pin: String = "dirsrv-pin",
        /// The certificate of the web server, and its key.
        web: Vec<String> = "http-cert-file",
        /// By what that key is unlocked: by nothing.
        web_pin: String = "http-pin",
        /// The authority that issued both.
        authority: String = "ca-cert-file",
        /// Whether the KDC has no certificate.
        no_pkinit: bool = "no-pkinit",
        /// Whether the clock is left alone: every host of a cloud has one that is kept.
        no_ntp: bool = "no-ntp",
        /// Whether the client of SSH is left alone.
        no_ssh: bool = "no-ssh",
        /// Whether the server of SSH is left alone.
        no_sshd: bool = "no-sshd",
        /// Whether no fingerprints of hosts are put into the DNS, which is not its own.
        no_fingerprints: bool = "no-dns-sshfp",
        /// Whether homes are made when somebody logs in.
        homes: bool = "mkhomedir",
    }
}
