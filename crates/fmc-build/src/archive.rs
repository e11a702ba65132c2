//! Everything that a build writes, in one reproducible archive: the same files are the same bytes,
//! whoever packs them, where and when.
//!
//! Members are in the order of their paths, of the user and group 0, and of the first second of 1970.
//! Their modes are those that the files have on their hosts.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use tar::{Archive, Builder, EntryType, Header};

/// What lies at a path of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A file, with its mode.
    Text(Vec<u8>, u16),
    /// A symbolic link.
    Link(String),
}

/// Packs files and links by their paths.
pub fn pack(members: &BTreeMap<String, Content>) -> io::Result<Vec<u8>> {
    let mut builder = Builder::new(Vec::new());
    for (path, content) in members {
        let mut header = Header::new_gnu();
        header.set_uid(0);
        header.set_gid(0);
        header.set_username("root")?;
        header.set_groupname("root")?;
        header.set_mtime(0);
        match content {
            Content::Text(text, mode) => {
                header.set_entry_type(EntryType::Regular);
                header.set_mode(u32::from(*mode));
                header.set_size(text.len() as u64);
                builder.append_data(&mut header, path, text.as_slice())?;
            }
            Content::Link(target) => {
                header.set_entry_type(EntryType::Symlink);
                header.set_mode(0o777);
                header.set_size(0);
                builder.append_link(&mut header, path, target)?;
            }
        }
    }
    builder.into_inner()
}

/// Unpacks what [`pack`] packed.
///
/// # Errors
/// What is no archive, or has something else in it than files and links.
pub fn unpack(bytes: &[u8]) -> io::Result<BTreeMap<String, Content>> {
    let mut members = BTreeMap::new();
    for entry in Archive::new(bytes).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let content = match entry.header().entry_type() {
            EntryType::Regular => {
                let mut text = Vec::new();
                entry.read_to_end(&mut text)?;
                Content::Text(text, (entry.header().mode()? & 0o7777) as u16)
            }
            EntryType::Symlink => {
                let target = entry.link_name()?.unwrap_or_default();
                Content::Link(target.to_string_lossy().into_owned())
            }
            _ => return Err(io::Error::new(io::ErrorKind::InvalidData, path)),
        };
        members.insert(path, content);
    }
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again() {
        let deep = format!("host/{}/end", ["a-folder"; 30].join("/"));
        let members = BTreeMap::from([
            ("host/etc/a".to_owned(), Content::Text(b"text\n".to_vec(), 0o600)),
            ("host/etc/b".to_owned(), Content::Link("/dev/null".to_owned())),
            (deep.clone(), Content::Text(Vec::new(), 0o644)),
            ("host.ign".to_owned(), Content::Link(format!("/{deep}"))),
        ]);
        let bytes = pack(&members).expect("an archive");
        assert_eq!(unpack(&bytes).expect("unpacked"), members);
        assert_eq!(pack(&members).expect("again"), bytes);
    }

    #[test]
    fn what_is_no_archive_is_an_error() {
        assert!(unpack(&[b'x'; 2048]).is_err());
        assert!(unpack(b"short").is_err());
        let folder = {
            let mut builder = Builder::new(Vec::new());
            let mut header = Header::new_gnu();
            header.set_entry_type(EntryType::Directory);
            header.set_size(0);
            builder.append_data(&mut header, "folder", io::empty()).expect("a member");
            builder.into_inner().expect("an archive")
        };
        assert!(unpack(&folder).is_err());
    }
}
