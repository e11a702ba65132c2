//! The formats of pictures, tried on a scene that holds one of everything.

mod pdf;
mod png;
#[path = "../common/raster.rs"]
mod raster;
mod sample;
mod svg;
