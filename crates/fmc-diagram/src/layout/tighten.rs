//! Takes rows out of a page for a terminal in which lines only run on downwards: a page is read by the
//! screenful.
//!
//! Channels between rows keep room for what may have to turn in them. On paper that is white space, which
//! pictures need; in a terminal each is a line of text that tells nothing.

use crate::graph::Heads;
use crate::scene::{PlacedEdge, Point, Rect, Scene, Text};
use std::collections::HashMap;

/// The picture with no more rows than its boxes, texts, turns and arrowheads take.
pub(super) fn tightened(mut scene: Scene) -> Scene {
    attach(&mut scene);
    let told = told(&scene);
    let mut texts: Vec<Vec<(i64, i64)>> = vec![Vec::new(); told.len()];
    for text in outside(&scene) {
        let from = text.at.x as i64;
        if let Some(row) = texts.get_mut(text.at.y as usize) {
            row.push((from, from + text.width as i64));
        }
    }
    // Two texts below each other would read as one.
    let meet = |above: usize, below: usize| {
        let beside = |one: &(i64, i64), two: &(i64, i64)| one.0 <= two.1 && two.0 <= one.1;
        texts[above].iter().any(|one| texts[below].iter().any(|two| beside(one, two)))
    };
    // How many rows are gone above each.
    let mut gone = Vec::with_capacity(told.len() + 1);
    let (mut count, mut last) = (0, None);
    for row in 0..told.len() {
        gone.push(count);
        if told[row] {
            last = Some(row);
            continue;
        }
        let is_first = row > 0 && last == Some(row - 1);
        let next = (row..told.len()).find(|it| told[*it]);
        let is_needed = is_first && last.zip(next).is_some_and(|(last, next)| meet(last, next));
        count += usize::from(!is_needed);
    }
    gone.push(count);
    let up = |y: f64| {
        let row = (y.max(0.0) as usize).min(gone.len() - 1);
        y - gone[row] as f64
    };
    move_up(&mut scene, &up);
    scene
}

/// The rows in which something stands that is more than lines on their way down and the sides of boxes.
fn told(scene: &Scene) -> Vec<bool> {
    let mut told = vec![false; scene.height.max(0.0) as usize];
    let mut tell = |y: f64| {
        if let Some(row) = told.get_mut(y.max(0.0) as usize) {
            *row = true;
        }
    };
    for node in &scene.nodes {
        (node.area.y as i64..node.area.bottom() as i64).for_each(|y| tell(y as f64));
    }
    for cluster in &scene.clusters {
        tell(cluster.area.y);
        tell(cluster.area.bottom() - 1.0);
    }
    outside(scene).for_each(|it| tell(it.at.y));
    // The legend stands apart from the picture.
    scene
        .legend
        .iter()
        .for_each(|it| [it.sample.y - 1.0, it.sample.y].into_iter().for_each(&mut tell));
    for edge in &scene.edges {
        turns(edge).for_each(&mut tell);
        heads(edge).into_iter().flatten().for_each(&mut tell);
    }
    // The room of the title, which is written over the page.
    let top = told.iter().position(|it| *it).unwrap_or(0);
    told[..top].fill(true);
    told
}

/// Leads lines that end just before the upper or the lower border of their box onto it: what lies between has
/// no row of its own then.
fn attach(scene: &mut Scene) {
    let nodes = scene.nodes.iter().map(|it| (it.id.as_str(), it.area));
    let clusters = scene.clusters.iter().map(|it| (it.id.as_str(), it.area));
    let boxes: HashMap<&str, Rect> = clusters.chain(nodes).collect();
    let lead = |id: &str, end: &mut Point, before: Point| {
        let Some(area) = boxes.get(id) else { return };
        // From above onto the upper border, and from below onto the lower one.
        let upper = before.y < end.y && end.y.to_bits() == (area.y - 1.0).to_bits();
        let lower = before.y > end.y && end.y.to_bits() == area.bottom().to_bits();
        end.y += f64::from(i8::from(upper)) - f64::from(i8::from(lower));
    };
    for PlacedEdge { from, to, route, .. } in &mut scene.edges {
        if let [first, second, ..] = &mut route[..] {
            lead(from, first, *second);
        }
        if let [.., before, last] = &mut route[..] {
            lead(to, last, *before);
        }
    }
}

/// The texts that do not lie on cards.
fn outside(scene: &Scene) -> impl Iterator<Item = &Text> {
    let clusters = scene.clusters.iter().flat_map(|it| &it.texts);
    let edges = scene.edges.iter().flat_map(|it| &it.label);
    clusters.chain(edges).chain(scene.legend.iter().map(|it| &it.text))
}

/// The rows in which a line runs sideways, and for one without any arrowhead that only runs downwards, a row to
/// be seen in.
fn turns(edge: &PlacedEdge) -> impl Iterator<Item = f64> {
    let level = edge.route.windows(2).filter(|it| it[0].x.to_bits() != it[1].x.to_bits());
    let straight = match &edge.route[..] {
        [one, two] if edge.heads == Heads::None => Some(f64::midpoint(one.y, two.y).floor()),
        _ => None,
    };
    level.flat_map(|it| [it[0].y, it[1].y]).chain(straight)
}

/// The rows of the arrowheads of a line: before the border of the box where it ends.
fn heads(edge: &PlacedEdge) -> [Option<f64>; 2] {
    let ([first, second, ..], [.., before, last]) = (&edge.route[..], &edge.route[..]) else {
        return [None, None];
    };
    let head = |end: &Point, before: &Point| end.y + (before.y - end.y).clamp(-1.0, 1.0);
    [
        edge.heads.at_start().then(|| head(first, second)),
        edge.heads.at_end().then(|| head(last, before)),
    ]
}

/// Moves everything to where `up` says.
fn move_up(scene: &mut Scene, up: &impl Fn(f64) -> f64) {
    let area = |it: &mut Rect| {
        let bottom = up(it.bottom());
        it.y = up(it.y);
        it.height = bottom - it.y;
    };
    let text = |it: &mut Text| it.at.y = up(it.at.y);
    for it in &mut scene.nodes {
        area(&mut it.area);
        it.icons.iter_mut().for_each(|it| area(&mut it.area));
        it.texts.iter_mut().for_each(text);
    }
    for it in &mut scene.clusters {
        area(&mut it.area);
        it.icon.iter_mut().for_each(|it| area(&mut it.area));
        it.texts.iter_mut().for_each(text);
    }
    for it in &mut scene.edges {
        it.route.iter_mut().for_each(|it| it.y = up(it.y));
        it.label.iter_mut().for_each(text);
    }
    for it in &mut scene.legend {
        area(&mut it.sample);
        text(&mut it.text);
    }
    scene.height = up(scene.height);
}
