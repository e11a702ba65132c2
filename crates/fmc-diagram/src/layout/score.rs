//! How good a drawing is, as one number to compare drawings of one graph by.

use super::drawing::Drawing;
use super::route::Corner;
use crate::graph::End;

/// The sheets that read well, by their width for their height.
const ASPECT: (f64, f64) = (0.65, 1.9);

/// By how much the score of a drawing is less that is clearly better: about a quarter of
/// what it costs.
pub(super) const CLEARLY: f64 = 0.25;

/// What a drawing costs. It grows with the logarithm of what is counted, so that halving the crossings is
/// worth as much in a picture of ten as in one of a thousand. `strange` are lines that do not run the way
/// of reading.
pub(super) fn score(
    drawing: &Drawing,
    ends: &[(End, End)],
    strange: usize,
    is_turned: bool,
) -> f64 {
    let crossings = crossings(drawing, ends) as f64;
    let bends: usize = drawing.routes.iter().map(|it| it.len().saturating_sub(2)).sum();
    let extent = drawing.extent(0);
    let (width, height) = (f64::from(extent.size(0) + 40), f64::from(extent.size(1) + 60));
    let aspect = if is_turned { height / width } else { width / height };
    let bad = (ASPECT.0 / aspect).max(aspect / ASPECT.1).max(1.0);
    ln(crossings + 4.0)
        + 0.8 * ln(bends as f64 + 8.0)
        + 1.2 * ln(width * height)
        + 5.0 * ln(bad)
        + 0.1 * strange as f64
}

/// The natural logarithm of a number from 1 on, the same to the last bit on any machine, which that of a
/// system's library is not.
pub(super) fn ln(number: f64) -> f64 {
    let (mut rest, mut halvings) = (number.max(1.0), 0.0);
    while rest > 2.0 {
        rest /= 2.0;
        halvings += 1.0;
    }
    // ln m = 2 artanh((m - 1) / (m + 1)), whose series is short for m up to 2.
    let part = (rest - 1.0) / (rest + 1.0);
    let square = part * part;
    let series = (0..12).rev().fold(0.0, |sum, at| sum * square + 1.0 / f64::from(2 * at + 1));
    halvings * std::f64::consts::LN_2 + 2.0 * part * series
}

/// How many pairs of lines cross. Lines of one end that run together for a while fork, which is no
/// crossing.
pub(super) fn crossings(drawing: &Drawing, ends: &[(End, End)]) -> usize {
    let parts: Vec<Vec<[Corner; 2]>> = drawing
        .routes
        .iter()
        .map(|route| route.windows(2).map(|it| [it[0].min(it[1]), it[0].max(it[1])]).collect())
        .collect();
    let mut count = 0;
    for one in 0..parts.len() {
        for two in one + 1..parts.len() {
            let mut crossed = 0;
            let mut together = 0;
            for a in &parts[one] {
                for b in &parts[two] {
                    crossed += usize::from(cross(a, b));
                    together += along(a, b);
                }
            }
            let (a, b, c, d) = (ends[one].0, ends[one].1, ends[two].0, ends[two].1);
            let share = a == c || a == d || b == c || b == d;
            if !(share && together > 5) {
                count += crossed;
            }
        }
    }
    count
}

fn cross(one: &[Corner; 2], two: &[Corner; 2]) -> bool {
    let is_upright = |it: &[Corner; 2]| it[0].0 == it[1].0;
    let (upright, level) = match (is_upright(one), is_upright(two)) {
        (true, false) => (one, two),
        (false, true) => (two, one),
        _ => return false,
    };
    level[0].0 <= upright[0].0
        && upright[0].0 <= level[1].0
        && upright[0].1 <= level[0].1
        && level[0].1 <= upright[1].1
}

/// How far two parts lie on each other.
fn along(one: &[Corner; 2], two: &[Corner; 2]) -> i32 {
    if one[0].0 == one[1].0 && two[0].0 == two[1].0 && one[0].0 == two[0].0 {
        (one[1].1.min(two[1].1) - one[0].1.max(two[0].1)).max(0)
    } else if one[0].1 == one[1].1 && two[0].1 == two[1].1 && one[0].1 == two[0].1 {
        (one[1].0.min(two[1].0) - one[0].0.max(two[0].0)).max(0)
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::End::Node;

    #[test]
    fn the_logarithm_is_that_of_the_library() {
        for number in [1.0, 1.5, 2.0, 3.0, 10.0, 1e6] {
            assert!((ln(number) - f64::ln(number)).abs() < 1e-9, "{number}");
        }
    }

    #[test]
    fn lines_that_fork_do_not_cross() {
        let trunk = vec![(0, 0), (0, 20), (30, 20), (30, 40)];
        let drawing = |route: Vec<Corner>| Drawing {
            routes: vec![trunk.clone(), route],
            ..Drawing::default()
        };
        let through = vec![(15, 0), (15, 40)];
        assert_eq!(crossings(&drawing(through), &[(Node(0), Node(1)), (Node(2), Node(3))]), 1);
        let fork = vec![(0, 0), (0, 40)];
        assert_eq!(crossings(&drawing(fork), &[(Node(0), Node(1)), (Node(0), Node(3))]), 0);
    }
}
