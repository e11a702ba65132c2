//! The files of Traefik, which starts with keys that it does not know
//! (<https://doc.traefik.io/traefik/reference/install-configuration/configuration-options/>,
//! <https://doc.traefik.io/traefik/reference/routing-configuration/other-providers/file/>).

use fmc_config::tree::{Because, Named};
use fmc_config::typed;

typed! {
    /// What it is started with.
    pub(crate) struct Static {
        /// Whom it tells of itself.
        global: Global = "global",
        /// What it tells.
        log: Log = "log",
        /// Where it takes requests in.
        entry_points: Named<EntryPoint> = "entryPoints",
        /// Where it tells that it is alive.
        ping: Ping = "ping",
        /// Where sites come from.
        providers: Providers = "providers",
        /// Who issues certificates of public names.
        resolvers: Named<Resolver> = "certificatesResolvers",
        /// How it speaks with those who serve.
        transport: ServersTransport = "serversTransport",
    }

    /// Whom it tells of itself.
    pub(crate) struct Global {
        /// Whether it asks for newer versions.
        check: bool = "checkNewVersion",
        /// Whether it tells how it is used.
        usage: bool = "sendAnonymousUsage",
    }

    /// What it tells.
    pub(crate) struct Log {
        /// From which level on.
        level: &'static str = "level",
        /// In which form.
        format: &'static str = "format",
    }

    /// Where it takes requests in.
    pub(crate) struct EntryPoint {
        /// Address and port.
        address: String = "address",
        /// Whose word for a visitor's address is believed.
        forwarded: Option<Because<Forwarded>> = "forwardedHeaders",
        /// What holds of all requests.
        http: EntryHttp = "http",
        /// How long it waits.
        transport: Option<Transport> = "transport",
    }

    /// Whose word for a visitor's address is believed.
    pub(crate) struct Forwarded {
        /// Their prefixes.
        trusted: Vec<String> = "trustedIPs",
    }

    /// What holds of all requests.
    pub(crate) struct EntryHttp {
        /// Where they are sent instead.
        redirections: Option<Redirections> = "redirections",
        /// What becomes of headers that some servers take for others: `X_Forwarded_For`.
        aliases: &'static str = "aliasHeadersStrategy",
        /// How connections are secured of sites that do not say so themselves.
        tls: Option<RouterTls> = "tls",
    }

    /// Where requests are sent instead.
    pub(crate) struct Redirections {
        /// To which entry point.
        entry_point: Redirection = "entryPoint",
    }

    /// To which entry point requests are sent instead.
    pub(crate) struct Redirection {
        /// Its name.
        to: &'static str = "to",
        /// By which protocol.
        scheme: &'static str = "scheme",
    }

    /// How an entry point speaks with clients.
    pub(crate) struct Transport {
        /// How long it waits.
        timeouts: Timeouts = "respondingTimeouts",
    }

    /// How long an entry point waits.
    pub(crate) struct Timeouts {
        /// For a whole request.
        read: &'static str = "readTimeout",
        /// Until a whole answer is taken.
        write: &'static str = "writeTimeout",
        /// For the next request.
        idle: &'static str = "idleTimeout",
    }

    /// Where it tells that it is alive.
    pub(crate) struct Ping {
        /// At which entry point.
        entry_point: &'static str = "entryPoint",
    }

    /// Where sites come from.
    pub(crate) struct Providers {
        /// From files.
        file: FileProvider = "file",
        /// From Ingress objects of Kubernetes, as the variable `KUBECONFIG` finds it.
        kubernetes: Option<Because<Kubernetes>> = "kubernetesIngress",
    }

    /// Sites from files.
    pub(crate) struct FileProvider {
        /// Their folder.
        directory: &'static str = "directory",
        /// Whether changes are seen at once.
        watch: bool = "watch",
    }

    /// Sites from Kubernetes.
    pub(crate) struct Kubernetes {
        /// The class of the Ingress objects that are meant for it.
        class: &'static str = "ingressClass",
    }

    /// Who issues certificates of public names.
    pub(crate) struct Resolver {
        /// By the protocol of Let's Encrypt.
        acme: Acme = "acme",
    }

    /// How certificates are asked for ([RFC 8555](https://www.rfc-editor.org/rfc/rfc8555)).
    pub(crate) struct Acme {
        /// Where they are kept.
        storage: String = "storage",
        /// How it is proved whose a name is.
        challenge: Challenge = "httpChallenge",
    }

    /// How it is proved whose a name is.
    pub(crate) struct Challenge {
        /// At which entry point.
        entry_point: &'static str = "entryPoint",
    }

    /// How it speaks with those who serve.
    pub(crate) struct ServersTransport {
        /// How long it waits.
        timeouts: ForwardingTimeouts = "forwardingTimeouts",
    }

    /// How long it waits for those who serve.
    pub(crate) struct ForwardingTimeouts {
        /// Until there is a connection.
        dial: &'static str = "dialTimeout",
        /// Until an answer begins.
        response: &'static str = "responseHeaderTimeout",
    }

    /// Sites, certificates and who may come.
    pub(crate) struct Dynamic {
        /// Certificates.
        tls: Tls = "tls",
        /// Sites; none where there is no app.
        http: Option<Http> = "http",
    }

    /// Certificates.
    pub(crate) struct Tls {
        /// Where they are found.
        stores: Named<Store> = "stores",
        /// How connections are secured.
        options: Named<TlsOptions> = "options",
    }

    /// Where certificates are found.
    pub(crate) struct Store {
        /// The one that is shown where no other fits.
        usual: PairOfFiles = "defaultCertificate",
    }

    /// A certificate and its key.
    pub(crate) struct PairOfFiles {
        /// The certificate.
        certificate: String = "certFile",
        /// The key.
        key: String = "keyFile",
    }

    /// How connections are secured.
    pub(crate) struct TlsOptions {
        /// The oldest version.
        oldest: &'static str = "minVersion",
        /// What visitors have to show.
        clients: Option<ClientAuth> = "clientAuth",
    }

    /// What visitors have to show.
    pub(crate) struct ClientAuth {
        /// Who issues their certificates.
        authorities: Vec<&'static str> = "caFiles",
        /// Whether they must have one.
        kind: &'static str = "clientAuthType",
    }

    /// Sites.
    pub(crate) struct Http {
        /// Which requests are for which site.
        routers: Named<Because<Router>> = "routers",
        /// What happens to requests on their way.
        middlewares: Named<Because<Middleware>> = "middlewares",
        /// Who serves.
        services: Named<Because<Service>> = "services",
    }

    /// Which requests are for a site.
    pub(crate) struct Router {
        /// Those for which this holds.
        rule: String = "rule",
        /// Where they come in.
        entry_points: Vec<String> = "entryPoints",
        /// What happens to them on their way.
        middlewares: Vec<String> = "middlewares",
        /// Who serves.
        service: String = "service",
        /// How the connection is secured.
        tls: RouterTls = "tls",
    }

    /// How connections to a site are secured.
    pub(crate) struct RouterTls {
        /// Who issues its certificate, where it is not the usual one.
        resolver: Option<String> = "certResolver",
        /// How connections to it are secured, where not as usual.
        options: Option<&'static str> = "options",
    }

    /// What happens to requests on their way: one of these.
    pub(crate) struct Middleware {
        /// Only who comes from there may.
        from: Option<AllowList> = "ipAllowList",
        /// Only who logs in may.
        login: Option<Login> = "basicAuth",
    }

    /// From where somebody may come.
    pub(crate) struct AllowList {
        /// Prefixes.
        prefixes: Vec<String> = "sourceRange",
    }

    /// Who logs in.
    pub(crate) struct Login {
        /// The file of names and hashes of passwords.
        users: &'static str = "usersFile",
        /// What the browser asks for.
        realm: String = "realm",
        /// Whether the site is not told the password.
        remove: bool = "removeHeader",
    }

    /// Who serves a site.
    pub(crate) struct Service {
        /// Spread over several.
        balancer: Balancer = "loadBalancer",
    }

    /// Requests, spread over several.
    pub(crate) struct Balancer {
        /// Those who serve.
        servers: Vec<Server> = "servers",
        /// How it is known who of them is well.
        health: HealthCheck = "healthCheck",
    }

    /// Somebody who serves.
    pub(crate) struct Server {
        /// Where.
        url: String = "url",
    }

    /// How it is known who is well.
    pub(crate) struct HealthCheck {
        /// What is asked for.
        path: String = "path",
        /// How often.
        interval: String = "interval",
        /// How long an answer may take.
        timeout: &'static str = "timeout",
    }
}
