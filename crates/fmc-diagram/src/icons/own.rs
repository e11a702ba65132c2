//! The icons that are files of ours: drawn by us, or of newer versions of simple-icons than the crate.

/// An icon that is a file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: &'static str,
    pub(super) svg: &'static str,
}

macro_rules! files {
    ($folder:literal: $($name:literal)*) => {
        &[$(File {
            name: $name,
            svg: include_str!(concat!("../../assets/icons/", $folder, "/", $name, ".svg")),
        }),*]
    };
}

/// Brands that `icondata_si` lacks, in the order of their names.
pub(super) const BRANDS: &[File] = files!("simple-icons":
    "haproxy" "longhorn" "pomerium" "qdrant"
);

/// Our own drawings, in the order of their names.
pub(super) const OWN: &[File] = files!("own":
    "alarm" "analytics" "api" "backup" "bastion" "blank" "blockchain" "branch" "cdn" "certificate"
    "chrony" "clock" "cloud" "cluster" "code" "container" "coredns" "cost" "data-flow" "database"
    "datacenter" "desktop" "dns" "document" "firewall" "flatcar" "flowchart" "freeipa" "function"
    "game" "gauge" "general" "hypervisor" "identity" "integration" "internet" "iot" "keepalived"
    "key" "kubernetes-node" "load-balancer" "logging" "map" "media" "memory" "message" "migration"
    "ml" "mobile" "monitoring" "namespace" "network" "nfs" "nftables" "pipeline" "pod" "quantum"
    "queue" "robot" "router" "satellite" "server" "service" "settings" "shield" "storage" "switch"
    "tools" "tunnel" "user" "users" "vip" "vm" "vpn" "vps" "web"
);

impl File {
    /// What people call it.
    pub(super) fn title(&self) -> &'static str {
        let title = self.svg.split_once("<title>").and_then(|it| it.1.split_once("</title>"));
        title.map_or(self.name, |it| it.0)
    }
}

/// The file of this name.
pub(super) fn find(files: &'static [File], name: &str) -> Option<&'static File> {
    let index = files.binary_search_by(|it| it.name.cmp(name)).ok()?;
    files.get(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the drawings in a folder of the assets, in their order.
    fn folder(name: &str) -> Vec<String> {
        let folder = format!("{}/assets/icons/{name}", env!("CARGO_MANIFEST_DIR"));
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .filter_map(|it| it.strip_suffix(".svg").map(str::to_owned))
            .collect();
        names.sort();
        names
    }

    #[test]
    fn each_file_of_the_folders_is_listed_in_order() {
        for (name, files) in [("own", OWN), ("simple-icons", BRANDS)] {
            let listed: Vec<_> = files.iter().map(|it| it.name).collect();
            assert_eq!(listed, folder(name));
        }
    }

    #[test]
    fn each_file_has_a_title_and_the_grid_of_24_units() {
        for file in OWN.iter().chain(BRANDS) {
            assert!(file.svg.contains("<title>"), "{}", file.name);
            assert!(file.svg.contains("viewBox=\"0 0 24 24\""), "{}", file.name);
        }
    }
}
