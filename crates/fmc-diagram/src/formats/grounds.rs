//! What lies under a place of the sheet.

use crate::scene::{PlacedCluster, Rect, Scene};
use crate::theme::Color;

/// The clusters of a scene by the bands of the sheet that they reach into, so that of many only a
/// few have to be asked what is where.
pub(super) struct Grounds<'a> {
    clusters: &'a [PlacedCluster],
    bands: Vec<Vec<usize>>,
    height: f64,
}

impl<'a> Grounds<'a> {
    const MOST_BANDS: usize = 1024;

    pub(super) fn new(scene: &'a Scene) -> Self {
        let clusters = &scene.clusters;
        let count = clusters.len().clamp(1, Self::MOST_BANDS);
        let bands = vec![Vec::new(); count];
        let mut it = Self { clusters, bands, height: scene.height.max(1.0) / count as f64 };
        for (index, cluster) in clusters.iter().enumerate() {
            for band in it.band(cluster.area.y)..=it.band(cluster.area.bottom()) {
                it.bands[band].push(index);
            }
        }
        it
    }

    /// The band of a height. What is beyond the sheet belongs to its first or last one.
    fn band(&self, y: f64) -> usize {
        // The conversion stops at the ends of its range, and what is no number is 0.
        ((y / self.height) as usize).min(self.bands.len() - 1)
    }

    /// The ground under a place: that of the innermost cluster around it.
    pub(super) fn under(&self, area: Rect) -> Color {
        let (x, y) = (area.x + area.width / 2.0, area.y + area.height / 2.0);
        let clusters = self.bands[self.band(y)].iter().map(|it| &self.clusters[*it]);
        let around = clusters.rev().find(|it| {
            let its = it.area;
            its.x <= x && x <= its.right() && its.y <= y && y <= its.bottom()
        });
        around.map_or(Color::Paper, |it| Color::Tint(it.tone, it.depth))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Tone;

    #[test]
    fn the_ground_is_that_of_the_innermost_cluster() {
        let cluster = |depth, y, height| PlacedCluster {
            depth,
            area: Rect { x: 0.0, y, width: 100.0, height },
            ..PlacedCluster::default()
        };
        let clusters =
            vec![cluster(0, -5.0, 900.0), cluster(1, 100.0, 50.0), cluster(0, 950.0, 80.0)];
        let scene = Scene { width: 100.0, height: 1000.0, clusters, ..Scene::default() };
        let grounds = Grounds::new(&scene);
        let tint = |depth| Color::Tint(Tone::default(), depth);
        for (y, color) in [
            (-2.0, tint(0)),
            (99.0, tint(0)),
            (101.0, tint(1)),
            (149.0, tint(1)),
            (400.0, tint(0)),
            (930.0, Color::Paper),
            (1020.0, tint(0)),
            (f64::NAN, Color::Paper),
        ] {
            let area = Rect { x: 50.0, y, width: 0.0, height: 0.0 };
            assert_eq!(grounds.under(area), color, "at {y}");
        }
    }
}
