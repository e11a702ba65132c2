//! Faults in what hosts promise: at the edge, by SSH, in what keeps something for others, in who is known, to pods.

use super::planted::Fault;

const EDGE_FILE: &str = "/etc/nginx/nginx.conf";
const ORIGIN: &str = "ip saddr @host-cdn ip daddr 198.51.100.10 tcp dport 443 accept";
const SSHD: &str = "/etc/ssh/sshd_config";
const LOGIN: &str = "eva logs in on site";

/// In `edge.yaml`.
pub(crate) const EDGE: &[Fault] = &[
    // Nothing is kept.
    ("cdn", EDGE_FILE, "proxy_cache edge;", "proxy_cache off;", "the edge keeps"),
    ("cdn", EDGE_FILE, "proxy_cache_valid 200 206 301 120m;", "", "the edge keeps"),
    // Nobody is turned away.
    ("cdn", EDGE_FILE, "modsecurity on;", "modsecurity off;", "who injects SQL"),
    (
        "cdn",
        "/etc/nginx/fmc-modsecurity.conf",
        "SecRuleEngine On",
        "SecRuleEngine DetectionOnly",
        "who injects SQL",
    ),
    // Nobody is counted, or everybody together.
    ("cdn", EDGE_FILE, "limit_req zone=visitors", "#", "a flood from one visitor"),
    ("cdn", EDGE_FILE, "$binary_remote_addr", "$server_port", "a flood from one visitor"),
    // The origin: open to all, and not where it is looked for, nor by whom it is called.
    ("web", "/etc/fmc/firewall.nft", ORIGIN, "tcp dport 443 accept", "the origin answers nobody"),
    ("cdn", EDGE_FILE, "198.51.100.10:443", "198.51.100.11:443", "https://www.edge.example"),
    ("cdn", EDGE_FILE, "proxy_ssl_name $host", "proxy_ssl_name other", "https://www.edge.example"),
    // Who may come in, by which key, and how much further.
    ("gate", SSHD, "AllowUsers eva almalinux", "AllowUsers almalinux", LOGIN),
    ("gate", SSHD, "AllowTcpForwarding local", "AllowTcpForwarding no", LOGIN),
    ("gate", SSHD, "PermitOpen *:22", "PermitOpen *:2222", LOGIN),
    ("gate", "/etc/ssh/authorized_keys.d/eva", "ecdsa-sha2-nistp256", "ssh-ed25519", LOGIN),
];

const ETCD: &str = "/etc/etcd/etcd.yml";
/// What asks clients for a certificate: either line does.
const OF_CLIENTS: &str =
    "  client-cert-auth: true\n  trusted-ca-file: /etc/fmc/pki/etcd/ca.crt\npeer-transport";
const AGREES: &str = "every member of etcd reads";
const SHARES: &str = "/etc/ganesha/ganesha.conf";
const WRITES: &str = "app writes into /srv/notes";
const ASKED_BY: &str = "/etc/fmc/postgresql/pg_hba.conf";
const ASKS: &str = "app uses the database by TLS";
const CLOCK: &str = "/etc/chrony/chrony.conf";

/// In `kept.yaml`.
pub(crate) const KEPT: &[Fault] = &[
    // Time: refused to somebody, and asked of somebody else.
    ("names", CLOCK, "allow 192.168.8.0/24", "", "app: its clock|other: its clock"),
    ("names", CLOCK, "allow 192.168.8.0/24", "allow 192.168.8.40/31", "other: its clock"),
    ("app", "/etc/chrony.conf", "192.168.8.11", "192.168.8.12", "app: its clock"),
    // A name of an address.
    (
        "names",
        "/etc/coredns/zones/8.168.192.in-addr.arpa.zone",
        "41 IN PTR app",
        "41 IN PTR other",
        "41.8.168.192.in-addr.arpa",
    ),
    // Members: one lets anybody read, has no certificate of its own name, or belongs to others.
    ("member1", ETCD, OF_CLIENTS, "peer-transport", AGREES),
    ("member2", "/etc/fmc/pki/etcd/etcd-server.*", "", "member1", AGREES),
    ("member3", ETCD, "https://192.168.8.21:2380", "https://192.168.8.99:2380", "member3|etcd"),
    // Shares: read by all who may write, somewhere else, for somebody else, for everybody.
    ("store", SHARES, "Access_Type = RW", "Access_Type = RO", WRITES),
    ("store", SHARES, "Path = \"/srv/notes\"", "Path = \"/srv/gone\"", WRITES),
    ("store", SHARES, "Clients = 192.168.8.41", "Clients = 192.168.8.42", WRITES),
    (
        "store",
        SHARES,
        "Clients = 192.168.8.32",
        "Clients = 192.168.8.0/24",
        "data writes into /srv/data",
    ),
    // The database: everybody is believed, without TLS, from elsewhere, and as whom they like.
    ("data", ASKED_BY, "scram-sha-256", "trust", ASKS),
    ("data", ASKED_BY, "hostssl", "host", ASKS),
    ("data", ASKED_BY, "192.168.8.41/32", "192.168.8.42/32", ASKS),
    ("data", ASKED_BY, "host all postgres all reject", "", ASKS),
];

const ZONE: &str = "/etc/coredns/zones/known.example.zone";
const FINDS: &str = "server finds its realm";

/// In `known.yaml`.
pub(crate) const KNOWN: &[Fault] = &[
    // Whom to ask for tickets: not told, told wrongly, and in another realm.
    (
        "names",
        ZONE,
        "_kerberos._udp IN SRV 0 100 88 people.known.example.\n",
        "",
        "_kerberos._udp.known.example",
    ),
    ("names", ZONE, "0 100 88 people", "0 100 88 names", FINDS),
    ("names", ZONE, "TXT \"KNOWN.EXAMPLE\"", "TXT \"OTHER.EXAMPLE\"", FINDS),
];

const OF_PODS: &str = "pods:node1 to 192.168.10.41:5432";

/// In `pods.yaml`: what only pods meet.
pub(crate) const PODS: &[Fault] = &[
    // Their node lets them go nowhere.
    (
        "node1",
        "/etc/fmc/firewall.nft",
        "    oifname \"eth0\" ip daddr 192.168.10.41 tcp dport 5432 accept",
        "    #",
        OF_PODS,
    ),
    // They have addresses of others, or none.
    ("node1", CNI, "10.42.31.0/24", "10.42.99.0/24", OF_PODS),
    ("node1", CNI, "\"ptp\"", "\"ptpp\"", "pods:node1: "),
    // Nobody knows the way back to them.
    (
        "data",
        "/etc/systemd/network/10-fmc-eth0.network",
        "[Route]\nDestination=10.42.31.0/24\nGateway=192.168.10.31\n",
        "",
        OF_PODS,
    ),
];

const CNI: &str = "/etc/cni/net.d/10-fmc.conflist";
