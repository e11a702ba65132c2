//! The single values of the language, each a type that knows how it is written.

mod address;
mod amount;
mod download;
mod image;
mod name;
mod port;
mod share;
mod system;
mod time;

pub use address::{AddressWord, Mac, Prefix};
pub use amount::{Bytes, Cores, Duration, Rate};
pub use download::{Member, Sha256, Url, Version};
pub use image::Image;
pub use name::{Domain, Name, SshKey, WireguardKey, natural_order};
pub use port::{Ports, Protocol, ServiceWord};
pub use share::{Folder, Shared};
pub use system::{FileMode, FilePath, InterfaceName, Owner};
pub use time::{Date, TimeZone};
