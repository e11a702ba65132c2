//! The images that a node of Kubernetes is given, since nothing here is a registry: each of a program that needs
//! nothing else, in archives as the OCI lays them out (image-spec 1.1, "OCI Image Layout"), which containerd imports.

use fmc_build::digest;
use serde_json::{Value, json};
use std::io::{Error, Result};
use std::path::{Path, PathBuf};

/// What holds the namespaces of a pod; each node calls it as its own file does.
pub(super) const PAUSE: &str = "fmc.invalid/pause:1";

/// A site that tells how a request came to it.
pub(crate) const DEMO: &str = "fmc.invalid/demo:1";

/// What answers pods for the names of services.
pub(super) const DNS: &str = "fmc.invalid/dns:1";

/// What an image is called, what it starts, and as whom.
type Image = (&'static str, &'static str, &'static str);

/// A program, and the images of it: one that looks at how it is called may be several.
pub(crate) struct Program {
    /// Which component it is.
    pub(crate) component: &'static str,
    /// The images.
    images: &'static [Image],
}

/// What holds pods, and the site.
pub(crate) const DEMO_PROGRAM: Program = Program {
    component: "demo",
    images: &[(PAUSE, "/pause", "65535:65535"), (DEMO, "/demo", "65534:65534")],
};

/// What names are asked of.
pub(crate) const DNS_PROGRAM: Program =
    Program { component: "cluster-dns", images: &[(DNS, "/cluster-dns", "65534:65534")] };

const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// Where the archive of the images of a component lies.
pub(crate) fn archive_of(folder: &Path, component: &str) -> PathBuf {
    folder.join(component).with_extension("tar")
}

/// Makes the archive of the images of a program.
///
/// # Errors
/// What writing to memory fails of: a file that is too big for an archive.
pub(crate) fn archive(of: &Program, program: &[u8]) -> Result<Vec<u8>> {
    let own = format!("/{}", of.component);
    let mut layer = Archive::new();
    layer.add(of.component, 0o755, program)?;
    for (_, start, _) in of.images.iter().filter(|it| it.1 != own) {
        layer.link(start.trim_start_matches('/'), &own)?;
    }
    let layer = layer.done()?;
    let mut all = Archive::new();
    all.add("oci-layout", 0o644, &text(&json!({ "imageLayoutVersion": "1.0.0" })))?;
    let layer = all.blob(LAYER, &layer)?;
    let mut manifests = Vec::new();
    for (name, start, user) in of.images {
        let config = json!({
            "architecture": architecture(),
            "os": "linux",
            "config": { "Entrypoint": [start], "User": user, "WorkingDir": "/" },
            "rootfs": { "type": "layers", "diff_ids": [layer["digest"]] },
        });
        let config = all.blob(CONFIG, &text(&config))?;
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer],
        });
        let mut manifest = all.blob(MANIFEST, &text(&manifest))?;
        // What containerd calls it (`io.containerd.image.name` of its importer).
        manifest["annotations"] = json!({ "io.containerd.image.name": name });
        manifests.push(manifest);
    }
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": manifests });
    all.add("index.json", 0o644, &text(&index))?;
    all.done()
}

/// What Go, and with it the OCI, calls this processor.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn text(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

struct Archive {
    tar: tar::Builder<Vec<u8>>,
    /// Digests of what is in it by its content.
    blobs: Vec<String>,
}

impl Archive {
    fn new() -> Self {
        Self { tar: tar::Builder::new(Vec::new()), blobs: Vec::new() }
    }

    fn header(kind: tar::EntryType, mode: u32) -> tar::Header {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_size(0);
        header
    }

    fn add(&mut self, path: &str, mode: u32, contents: &[u8]) -> Result<()> {
        let mut header = Self::header(tar::EntryType::Regular, mode);
        header.set_size(u64::try_from(contents.len()).map_err(Error::other)?);
        self.tar.append_data(&mut header, path, contents)
    }

    fn link(&mut self, path: &str, to: &str) -> Result<()> {
        self.tar.append_link(&mut Self::header(tar::EntryType::Symlink, 0o777), path, to)
    }

    /// Adds something by its digest, once, and describes it.
    fn blob(&mut self, kind: &str, contents: &[u8]) -> Result<Value> {
        let sha256 = digest(contents);
        if !self.blobs.contains(&sha256) {
            self.add(&format!("blobs/sha256/{sha256}"), 0o644, contents)?;
            self.blobs.push(sha256.clone());
        }
        let digest = format!("sha256:{sha256}");
        Ok(json!({ "mediaType": kind, "digest": digest, "size": contents.len() }))
    }

    fn done(self) -> Result<Vec<u8>> {
        self.tar.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::io::Read as _;

    fn files(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
        let mut all = BTreeMap::new();
        for entry in tar::Archive::new(archive).entries().unwrap() {
            let mut entry = entry.unwrap();
            let path = entry.path().unwrap().display().to_string();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            all.insert(path, bytes);
        }
        all
    }

    #[test]
    fn everything_is_there_by_its_digest() {
        let all = files(&archive(&DEMO_PROGRAM, b"program").unwrap());
        let by = |it: &Value| {
            let sha256 = it["digest"].as_str().unwrap().strip_prefix("sha256:").unwrap();
            let bytes = &all[&format!("blobs/sha256/{sha256}")];
            assert_eq!(
                (digest(bytes).as_str(), bytes.len() as u64),
                (sha256, it["size"].as_u64().unwrap())
            );
            bytes.clone()
        };
        let index: Value = serde_json::from_slice(&all["index.json"]).unwrap();
        let mut starts = Vec::new();
        for it in index["manifests"].as_array().unwrap() {
            let manifest: Value = serde_json::from_slice(&by(it)).unwrap();
            let layer = files(&by(&manifest["layers"][0]));
            assert_eq!(layer["demo"], b"program");
            let config: Value = serde_json::from_slice(&by(&manifest["config"])).unwrap();
            assert_eq!(config["rootfs"]["diff_ids"][0], manifest["layers"][0]["digest"]);
            let name = it["annotations"]["io.containerd.image.name"].as_str().unwrap();
            starts.push((name.to_owned(), config["config"]["Entrypoint"][0].clone()));
        }
        assert_eq!(
            starts,
            [(PAUSE.to_owned(), json!("/pause")), (DEMO.to_owned(), json!("/demo"))]
        );
    }
}
