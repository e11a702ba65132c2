//! The formats of pictures, tried on a scene that holds one of everything.

mod png;
mod sample;
mod svg;
