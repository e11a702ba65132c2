//! Why a part of a generated document is there.

use crate::Place;
use std::borrow::Cow;
use std::sync::Arc;

/// Why a part of a document is there: the place in the written file from which it follows, who
/// derived it, and through what. Cheap to clone, for every line of every file carries one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cause(Arc<Because>);

/// What a [`Cause`] says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Because {
    /// The place in the written file.
    pub place: Place,
    /// Who derived it, such as the name of a role.
    pub by: Cow<'static, str>,
    /// The named thing through which it follows, such as a flow; `None` where it follows directly.
    pub through: Option<Arc<str>>,
}

impl Cause {
    /// Derived by `by` from what was written at `place`.
    pub fn new(place: Place, by: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(Because { place, by: by.into(), through: None }))
    }

    /// Derived by `by` from what was written at `place`, through the thing of this name.
    pub fn through(
        place: Place,
        by: impl Into<Cow<'static, str>>,
        through: impl Into<Arc<str>>,
    ) -> Self {
        Self(Arc::new(Because { place, by: by.into(), through: Some(through.into()) }))
    }
}

impl std::ops::Deref for Cause {
    type Target = Because;

    fn deref(&self) -> &Because {
        &self.0
    }
}
