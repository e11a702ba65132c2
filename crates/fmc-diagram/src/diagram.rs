//! Building a graph in Rust, as fluently as it would be drawn on a board.
