//! The characters that lines, boxes and arrowheads are drawn with.

use super::Style;
use crate::graph::Stroke;

/// The directions in which a line leaves a cell, as bits.
pub(super) const UP: u8 = 1;
pub(super) const RIGHT: u8 = 2;
pub(super) const DOWN: u8 = 4;
pub(super) const LEFT: u8 = 8;

/// The opposite of a direction.
pub(super) fn opposite(direction: u8) -> u8 {
    match direction {
        UP => DOWN,
        RIGHT => LEFT,
        DOWN => UP,
        LEFT => RIGHT,
        _ => 0,
    }
}

/// How one step in a direction changes a place.
pub(super) fn step(direction: u8) -> (i64, i64) {
    match direction {
        UP => (0, -1),
        RIGHT => (1, 0),
        DOWN => (0, 1),
        LEFT => (-1, 0),
        _ => (0, 0),
    }
}

/// By the four bits; a line that ends in a cell runs through it.
const LIGHT: [char; 16] =
    [' ', '│', '─', '└', '│', '│', '┌', '├', '─', '┘', '─', '┴', '┐', '┤', '┬', '┼'];
const HEAVY: [char; 16] =
    [' ', '┃', '━', '┗', '┃', '┃', '┏', '┣', '━', '┛', '━', '┻', '┓', '┫', '┳', '╋'];

/// A piece of a line that leaves its cell in these directions.
pub(super) fn line(mask: u8, stroke: Stroke, style: Style) -> char {
    let vertical = mask & (LEFT | RIGHT) == 0;
    let horizontal = mask & (UP | DOWN) == 0;
    if style == Style::Ascii {
        return match (vertical, horizontal, stroke) {
            (true, _, Stroke::Dotted) | (_, true, Stroke::Dotted) => '.',
            (true, _, Stroke::Dashed) => ':',
            (true, _, _) => '|',
            (_, true, Stroke::Bold) => '=',
            (_, true, _) => '-',
            _ => '+',
        };
    }
    match (vertical, horizontal, stroke) {
        (true, _, Stroke::Dashed) => '┆',
        (_, true, Stroke::Dashed) => '┄',
        (true, _, Stroke::Dotted) => '┊',
        (_, true, Stroke::Dotted) => '┈',
        (_, _, Stroke::Bold) => HEAVY[usize::from(mask & 15)],
        _ => LIGHT[usize::from(mask & 15)],
    }
}

/// An arrowhead that points in this direction; two directions make a double one.
pub(super) fn head(directions: u8, style: Style) -> char {
    let ascii = style == Style::Ascii;
    match directions {
        UP if ascii => '^',
        UP => '▲',
        RIGHT if ascii => '>',
        RIGHT => '▶',
        DOWN if ascii => 'v',
        DOWN => '▼',
        LEFT if ascii => '<',
        LEFT => '◀',
        // Two arrowheads share the only cell of a short line.
        _ if ascii => 'o',
        _ if directions & (UP | DOWN) == 0 => '↔',
        _ => '↕',
    }
}

/// How a box is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// A node.
    Card,
    /// A cluster at this depth.
    Cluster(usize),
}

/// The border of a box: its corners from the upper left one clockwise, its horizontal and its
/// vertical sides.
pub(super) fn frame(frame: Frame, style: Style) -> ([char; 4], char, char) {
    if style == Style::Ascii {
        return match frame {
            Frame::Card => (['+'; 4], '-', '|'),
            Frame::Cluster(depth) if depth % 2 == 0 => (['#'; 4], '#', '#'),
            Frame::Cluster(_) => (['.', '.', '\'', '\''], '.', ':'),
        };
    }
    match frame {
        Frame::Card => (['╭', '╮', '╯', '╰'], '─', '│'),
        Frame::Cluster(depth) if depth % 2 == 0 => (['╔', '╗', '╝', '╚'], '═', '║'),
        Frame::Cluster(_) => (['┌', '┐', '┘', '└'], '╌', '╎'),
    }
}

/// A border of this frame from which a line goes out in this direction.
pub(super) fn joint(frame: Frame, direction: u8, stroke: Stroke, style: Style) -> char {
    if style == Style::Ascii {
        return '+';
    }
    let heavy = stroke == Stroke::Bold;
    let double = matches!(frame, Frame::Cluster(depth) if depth % 2 == 0);
    match (direction, double, heavy) {
        (UP, true, _) => '╧',
        (RIGHT, true, _) => '╟',
        (DOWN, true, _) => '╤',
        (LEFT, true, _) => '╢',
        (UP, _, true) => '┸',
        (RIGHT, _, true) => '┝',
        (DOWN, _, true) => '┰',
        (LEFT, _, true) => '┥',
        (UP, ..) => '┴',
        (RIGHT, ..) => '├',
        (DOWN, ..) => '┬',
        (LEFT, ..) => '┤',
        _ => ' ',
    }
}
