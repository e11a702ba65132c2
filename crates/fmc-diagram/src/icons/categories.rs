//! The categories of the images of the Python library, each with a sign of ours of the same name.

/// The sign of the category of an image.
pub(super) fn category(folder: &str, stem: &str) -> &'static str {
    let last = folder.rsplit('/').next().unwrap_or(folder);
    let is_said = |word: &str| {
        let part = stem.split('-').any(|it| it == word);
        // Some names are written without dashes; short words would be found in too many of them.
        part || word.len() > 4 && stem.contains(word)
    };
    let by_word = |table: &[(&str, &'static str)]| {
        let fits = |entry: &&(&str, _)| entry.0.split(' ').any(is_said);
        table.iter().find(fits).map(|it| it.1)
    };
    by_word(WORDS)
        .or_else(|| {
            let fits = |entry: &&(&str, _)| entry.0.split(' ').any(|it| it == last);
            FOLDERS.iter().find(fits).map(|it| it.1)
        })
        .or_else(|| by_word(HINTS))
        .unwrap_or("general")
}

/// Words in the name of a service that tell more than its folder, the telling ones first.
const WORDS: &[(&str, &str)] = &[
    ("firewall firewalls waf", "firewall"),
    ("vpn", "vpn"),
    ("dns domain domains 53 bind", "dns"),
    ("cdn cloudfront", "cdn"),
    ("balancer balancers elb alb nlb slb ambassador ocelot tyk yarp", "load-balancer"),
    ("bastion bastions", "bastion"),
    ("certificate certificates cert", "certificate"),
    ("key keys secret secrets kms vaults ssl", "key"),
    ("router routers", "router"),
    ("switch", "switch"),
    ("kubernetes container containers docker registry ecs eks aks pod crio", "container"),
    ("function functions lambda serverless", "function"),
    ("queue queues mq kafka notification notifications messaging message", "queue"),
    (
        "database databases sql mysql postgresql mariadb cosmos dynamodb redis rds cassandra mongodb",
        "database",
    ),
    ("cache memory elasticache", "memory"),
    ("backup snapshot snapshots", "backup"),
    ("bucket buckets disk disks volume volumes blob nas", "storage"),
    ("directory", "identity"),
    ("alert alerts alerting", "alarm"),
    ("api apis", "api"),
    ("log logs logging", "logging"),
    ("monitor monitoring alarm alarms metrics cloudwatch", "monitoring"),
    ("user users", "users"),
    ("cluster clusters zookeeper", "cluster"),
    ("server servers instance instances vm host hosts glassfish jbossas jetty wildfly", "server"),
];

/// Folders of the library and their categories.
const FOLDERS: &[(&str, &str)] = &[
    ("compute appservices baremetal infrastructure", "server"),
    ("database databases data inmemory", "database"),
    ("network networking connectivity nfv routing", "network"),
    ("storage filesharing", "storage"),
    ("security governance auth rbac certificates", "shield"),
    ("identity azureecosystem", "identity"),
    ("analytics search elasticsearch enterprisesearch grow", "analytics"),
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
    ("cost billing payment crm business", "cost"),
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

/// Words that tell something where the folder tells nothing.
const HINTS: &[(&str, &str)] = &[
    ("internet globe", "internet"),
    ("network networks peering peerings expressroute gateway gateways", "network"),
    ("storage files file ftp tape ssd azurite", "storage"),
    (
        "security compliance defender privacy guard hsm attestation risk enclaves confidential",
        "shield",
    ),
    ("identity saml entra licenses access registrations", "identity"),
    (
        "cost costs billing marketplace subscriptions quotas savings reserved reservations reservation",
        "cost",
    ),
    ("media multimedia image video", "media"),
    ("mobile", "mobile"),
    ("iot vehicle rtos device sphere meter sensor relay plc", "iot"),
    (
        "code branch builds commit bug developer tools toolbox toolkit sdk dev powershell shell console test \
      troubleshoot troubleshooting module extensions",
        "tools",
    ),
    ("browser web website portal azurehome", "web"),
    ("dashboard workbooks health power chaos counter", "monitoring"),
    ("workflow scheduler flow", "pipeline"),
    ("help support forums guide learn communication", "message"),
    ("location region fiji", "map"),
    ("office enterprise building", "datacenter"),
    ("virtual hardware metal host desktop hpc compute", "server"),
    ("cognitive", "ml"),
    ("template templates tag tags table folder information document", "document"),
    ("resource resources management manager managers controls gear center", "settings"),
    ("microservices application openwhisk", "service"),
    ("cloud", "cloud"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::icons::names::Found;

    #[test]
    fn every_category_is_an_icon_of_ours() {
        for (words, category) in WORDS.iter().chain(FOLDERS).chain(HINTS) {
            assert!(Found::own(category).is_some(), "{category}, for {words}");
        }
    }

    #[test]
    fn what_is_said_counts_before_the_folder_and_hints_behind_it() {
        for (folder, stem, expected) in [
            ("aws/network", "cloudfront", "cdn"),
            ("aws/network", "transit-gateway", "network"),
            ("azure/other", "internet-analyzer-profiles", "internet"),
            ("azure/other", "nobody-knows", "general"),
            ("onprem/network", "cisco-router", "router"),
        ] {
            assert_eq!(category(folder, stem), expected, "{folder}/{stem}");
        }
    }
}
