//! The names of the Python library `diagrams`: its images and its classes, each with an icon of ours.
//!
//! What has a mark that may be used is drawn with it. The services of the big clouds have none; each
//! is drawn as the sign of its category, and the caller is told so.

use super::{brand, named, own};

/// Paths of all images of the library, in order, each with the classes that its name does not tell.
const IMAGES: &str = include_str!("../../assets/icons/diagrams.txt");
/// Other names of icons.
const ALIASES: &str = include_str!("../../assets/icons/aliases.txt");

/// How well an icon fits the name it was found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It is the thing's own mark, that of the project it belongs to, or the sign of just this thing.
    Exact,
    /// It is the sign of the category to which the thing belongs.
    Category {
        /// The category, which is also the name of the icon.
        category: &'static str,
    },
}

/// What a name of the Python library means here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonIcon {
    /// The name of our icon.
    pub icon: String,
    /// How well it fits.
    pub fit: Match,
}

/// The icon for an image or a class of the library: `onprem/network/traefik.png`, with or without
/// its ending and a path before it, or `diagrams.onprem.network.Traefik`. Images that a later version
/// of the library brings are judged by their folder; a name of another shape has no icon.
pub fn python(name: &str) -> Option<PythonIcon> {
    let name = name.trim().to_lowercase().replace('\\', "/");
    let path = match name.strip_prefix("diagrams.") {
        Some(class) if !name.contains('/') => image_of_class(class)?,
        _ => path_of_image(&name)?,
    };
    let (folder, stem) = path.rsplit_once('/')?;
    let provider = folder.split('/').next()?;
    if let Some(icon) = mark(provider, folder, stem, path) {
        return Some(PythonIcon { icon, fit: Match::Exact });
    }
    let category = category(folder, stem);
    Some(PythonIcon { icon: category.to_owned(), fit: Match::Category { category } })
}

/// Every image of the library, as its path without the ending, in order.
pub fn python_names() -> impl Iterator<Item = &'static str> {
    IMAGES.lines().map(|it| it.split_once(' ').map_or(it, |it| it.0))
}

/// What another name of an icon means.
pub(super) fn alias(name: &str) -> Option<&'static str> {
    ALIASES.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(' '))
}

/// The part of a path that names an image of the library.
fn path_of_image(name: &str) -> Option<&str> {
    let name = name.strip_suffix(".png").unwrap_or(name);
    let name = name.rsplit_once("resources/").map_or(name, |it| it.1);
    let known = |path: &&str| {
        let provider = path.split('/').next().unwrap_or_default();
        path.contains('/') && python_names().any(|it| it.split('/').next() == Some(provider))
    };
    // Three steps of it, as in `onprem/network/traefik`, or two for the provider's own mark.
    let starts: Vec<usize> = name.rmatch_indices('/').map(|it| it.0 + 1).chain([0]).collect();
    [2, 1].into_iter().filter_map(|it| name.get(*starts.get(it)?..)).find(known)
}

/// The image of a class, named without `diagrams.`: `onprem.network.traefik`.
fn image_of_class(class: &str) -> Option<&'static str> {
    let (module, class) = class.rsplit_once('.')?;
    let folder = module.replace('.', "/");
    IMAGES.lines().find_map(|line| {
        let mut words = line.split(' ');
        let path = words.next()?;
        let stem = path.strip_prefix(folder.as_str())?.strip_prefix('/')?;
        let plain = stem.chars().filter(char::is_ascii_alphanumeric).eq(class.chars());
        (plain || words.any(|it| it.eq_ignore_ascii_case(class))).then_some(path)
    })
}

/// Providers whose images are named for products that have marks of their own. In the others, an
/// image's name is that of a service, and a brand of the same name is another thing.
const OF_BRANDS: &[&str] =
    &["elastic", "firebase", "generic", "gis", "k8s", "onprem", "programming", "saas"];

fn mark(provider: &str, folder: &str, stem: &str, path: &str) -> Option<String> {
    if let Some(alias) = alias(path) {
        return Some(alias.to_owned());
    }
    if stem == provider {
        return brand(stem).map(|it| it.name);
    }
    if !OF_BRANDS.contains(&provider) {
        return None;
    }
    // Signs of a flow chart are named like brands, but are none.
    if folder == "programming/flowchart" {
        return own::find(own::OWN, stem).map(|it| it.name.to_owned());
    }
    named(stem).filter(|it| !it.name.starts_with("lucide:")).map(|it| it.name)
}

/// The sign of the category of an image.
fn category(folder: &str, stem: &str) -> &'static str {
    let word = |(words, _): &&(&str, &str)| {
        words.split(' ').any(|word| {
            stem.split('-').any(|it| it == word) || (word.len() > 4 && stem.contains(word))
        })
    };
    let last = folder.rsplit('/').next().unwrap_or(folder);
    let by_folder = || FOLDERS.iter().find(|(folders, _)| folders.split(' ').any(|it| it == last));
    WORDS.iter().find(word).or_else(by_folder).map_or("general", |it| it.1)
}

/// Words in the name of a service that tell more than its folder, the telling ones first.
const WORDS: &[(&str, &str)] = &[
    ("firewall firewalls waf", "firewall"),
    ("vpn", "vpn"),
    ("dns domain domains route-53", "dns"),
    ("cdn cloudfront", "cdn"),
    ("balancer balancers elb alb nlb slb", "load-balancer"),
    ("bastion bastions", "bastion"),
    ("certificate certificates", "certificate"),
    ("key keys secret secrets kms vaults", "key"),
    ("router routers", "router"),
    ("kubernetes container containers docker registry ecs eks aks pod", "container"),
    ("function functions lambda serverless", "function"),
    ("queue queues mq kafka notification notifications messaging message", "queue"),
    (
        "database databases sql mysql postgresql mariadb cosmos dynamodb redis rds cassandra mongodb",
        "database",
    ),
    ("cache memory elasticache", "memory"),
    ("backup snapshot snapshots", "backup"),
    ("bucket buckets disk disks volume volumes blob nas", "storage"),
    ("api apis", "api"),
    ("log logs logging", "logging"),
    ("monitor monitoring alarm alarms metrics cloudwatch", "monitoring"),
    ("user users", "users"),
    ("cluster clusters", "cluster"),
    ("server servers instance instances vm host hosts", "server"),
];

/// Folders of the library and their categories.
const FOLDERS: &[(&str, &str)] = &[
    ("compute appservices baremetal infrastructure", "server"),
    ("database databases data inmemory", "database"),
    ("network networking connectivity nfv routing", "network"),
    ("storage filesharing", "storage"),
    ("security governance auth rbac certificates", "shield"),
    ("identity azureecosystem", "identity"),
    ("analytics search elasticsearch enterprisesearch", "analytics"),
    ("ml aimachinelearning mlops recommendation", "ml"),
    ("iot", "iot"),
    ("devtools devops develop cli", "tools"),
    ("ci cd gitops workflow orchestration automation etl", "pipeline"),
    ("vcs", "branch"),
    (
        "management managementgovernance intune optimization clusterconfig iac deployment lifecycle \
      applicationlifecycle workloadprovisioning packaging operations controlplane agent podconfig",
        "settings",
    ),
    (
        "integration enablement apiproxies extentions sharedservices application applications",
        "integration",
    ),
    ("web frontend enduser framework javascript", "web"),
    ("mobile mixedreality ar", "mobile"),
    ("media", "media"),
    ("game", "game"),
    ("blockchain", "blockchain"),
    ("migration migrate", "migration"),
    ("cost billing payment crm business grow", "cost"),
    ("communication chat engagement groupware messaging social", "message"),
    ("alerting", "alarm"),
    ("logging aggregator beats", "logging"),
    ("monitor monitoring observability tracing quality chaos", "monitoring"),
    ("container containers containerservices registry virtualization", "container"),
    ("queue", "queue"),
    ("user client", "user"),
    ("quantum", "quantum"),
    ("satellite", "satellite"),
    ("robotics", "robot"),
    ("place multiregion azurestack hybridmulticloud proxmox", "datacenter"),
    ("language runtime python java cplusplus", "code"),
    ("flowchart", "flowchart"),
    ("format", "document"),
    ("geocoding mobile desktop ogc server organization gis", "map"),
    ("dns", "dns"),
    ("cdn", "cdn"),
    ("os", "desktop"),
    ("device", "desktop"),
    ("api", "api"),
    ("group", "namespace"),
    ("saas aws azure gcp oci ibm alibabacloud digitalocean outscale openstack firebase", "cloud"),
];
