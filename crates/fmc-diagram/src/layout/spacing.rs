//! The distances that a layout keeps, for each medium. All are whole units of the medium.

use super::Medium;

/// Distances in units of the medium.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spacing {
    /// Between two boxes of one row.
    pub(super) boxes: i32,
    /// Between two lines that run side by side across the rows.
    pub(super) lanes: i32,
    /// Between a line and a box beside it.
    pub(super) lane_to_box: i32,
    /// Between two lines that run along a channel.
    pub(super) tracks: i32,
    /// From a box to the first line along a channel behind it.
    pub(super) leave: i32,
    /// From the last line along a channel to the box that it arrives at: room for an arrowhead.
    pub(super) arrive: i32,
    /// The same to the border of the box around it, where lines only pass.
    pub(super) depart: i32,
    /// Of a channel that only straight lines cross.
    pub(super) straight: i32,
    /// Between two rows that nothing joins.
    pub(super) rows: i32,
    /// From the border of a cluster to what it holds, along a row.
    pub(super) side: i32,
    /// The same, across the rows.
    pub(super) end: i32,
    /// From the corner of a box to the first line that may leave it.
    pub(super) corner: i32,
    /// Between a line and its label.
    pub(super) label: i32,
    /// Between a line along a channel and the label over it.
    pub(super) over: i32,
    /// From the title of a cluster to what is under it, beyond the usual distance.
    pub(super) title: i32,
    /// The sides of a cluster that holds nothing.
    pub(super) empty: i32,
    /// Around the whole picture.
    pub(super) margin: i32,
    /// Of the rounded corners of routes.
    pub(super) radius: f64,
}

impl Spacing {
    pub(super) fn of(medium: Medium) -> Self {
        match medium {
            Medium::Paper => Self {
                boxes: 10,
                lanes: 9,
                lane_to_box: 10,
                tracks: 9,
                leave: 13,
                arrive: 14,
                depart: 11,
                straight: 22,
                rows: 8,
                side: 10,
                end: 10,
                corner: 10,
                label: 4,
                over: 3,
                title: 8,
                empty: 40,
                margin: 12,
                radius: 7.0,
            },
            Medium::Terminal { .. } => Self {
                boxes: 2,
                lanes: 2,
                lane_to_box: 2,
                tracks: 1,
                leave: 1,
                arrive: 2,
                depart: 2,
                straight: 1,
                rows: 0,
                side: 2,
                end: 1,
                corner: 2,
                label: 2,
                over: 0,
                title: 0,
                empty: 5,
                margin: 0,
                radius: 0.0,
            },
        }
    }

    /// The spacing of a picture without lines: nothing has to pass between its boxes.
    pub(super) fn without_lines(self) -> Self {
        Self { boxes: self.boxes.min(6), rows: self.rows.min(6), ..self }
    }

    /// How far a loop stands out beside its box.
    pub(super) fn loop_reach(&self) -> i32 {
        self.lanes + self.lane_to_box
    }

    /// How high a loop is along its box, with its label.
    pub(super) fn loop_height(&self, label: i32) -> i32 {
        (2 * self.tracks + 4).max(label + self.tracks)
    }
}
