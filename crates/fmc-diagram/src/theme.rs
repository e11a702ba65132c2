//! The colours of a picture, for light and for dark surroundings.
