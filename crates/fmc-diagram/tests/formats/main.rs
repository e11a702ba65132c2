//! The formats of pictures, tried on a scene that holds one of everything.

mod pdf;
mod png;
mod sample;
mod svg;
