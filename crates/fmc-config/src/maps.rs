//! Maps and sets by a hash that is quick for short keys.
//!
//! The one of the standard library withstands keys that somebody chose to collide, at a price that was a
//! sixth of reading and checking a cloud. Here people bring their own file, whose size is limited, and
//! nobody else waits for it.

use foldhash::fast::FixedState;

/// A map without an order.
pub type HashMap<K, V> = std::collections::HashMap<K, V, FixedState>;

/// A set without an order.
pub type HashSet<T> = std::collections::HashSet<T, FixedState>;

/// A map in the order in which keys came in.
pub type IndexMap<K, V> = indexmap::IndexMap<K, V, FixedState>;

/// A set in the order in which its members came in.
pub type IndexSet<T> = indexmap::IndexSet<T, FixedState>;
