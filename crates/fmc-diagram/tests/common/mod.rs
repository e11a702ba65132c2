//! What the tests of the pictures and the program `judge` share.
#![allow(dead_code, reason = "each program that shares this uses a part of it")]

pub(crate) mod borders;
pub(crate) mod elk;
pub(crate) mod files;
pub(crate) mod generate;
pub(crate) mod judge;
pub(crate) mod labels;
pub(crate) mod model;
pub(crate) mod random;
pub(crate) mod rivals;
pub(crate) mod table;
