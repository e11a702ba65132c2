//! What it saves to exchange two blocks of a row, by where their lines end.

/// Where the lines of a block end on one side.
#[derive(Clone, Copy, Default)]
pub(super) struct Reach {
    /// The range of its ends in their list.
    pub(super) start: u32,
    pub(super) end: u32,
    /// Where the only line ends, and its weight: none if there is no line.
    pub(super) at: u32,
    pub(super) weight: i64,
}

impl Reach {
    /// Whether one line ends there at most.
    fn is_simple(self) -> bool {
        self.end <= self.start + 1
    }
}

/// How many crossings it saves to put the second block before the first, of those with the lines that end at
/// these places.
pub(super) fn saved(one: &[Reach; 2], two: &[Reach; 2], ends: &[(u32, i64)]) -> i64 {
    let mut saved = 0;
    for (left, right) in one.iter().zip(two) {
        // Most blocks are lines that pass.
        saved += if left.is_simple() && right.is_simple() {
            let by = i64::from(left.at > right.at) - i64::from(left.at < right.at);
            by * left.weight * right.weight
        } else {
            let list = |it: &Reach| &ends[it.start as usize..it.end as usize];
            let (left, right) = (list(left), list(right));
            inverted(left, right) - inverted(right, left)
        };
    }
    saved
}

/// Pairs of which the left one's end is right of the right one's.
fn inverted(left: &[(u32, i64)], right: &[(u32, i64)]) -> i64 {
    let mut total = 0;
    let mut passed = 0;
    let mut at = 0;
    for (position, weight) in left {
        while at < right.len() && right[at].0 < *position {
            passed += right[at].1;
            at += 1;
        }
        total += weight * passed;
    }
    total
}
