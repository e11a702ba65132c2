//! The formats of a picture: one file each, all over the same scene.
