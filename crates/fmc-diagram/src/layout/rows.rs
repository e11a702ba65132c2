//! The rows of every container: ranks, with what nothing ranks filled in and with rows that are too
//! long broken.

use super::dress::Size;
use super::rank::{self, Between};
use super::replicas::Replicas;
use super::spacing::Spacing;
use super::tree::{Container, Item, SHEET, Tree};
use crate::graph::Graph;

/// The rows of each container, and how big each would be at least.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    pub(super) of: Vec<Vec<Vec<Item>>>,
}

/// What rows are made for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    /// How long a row is at most, where an item is not longer itself.
    pub(super) longest: i32,
    /// The width of the sheet by its height that is wanted, in the space of the layout.
    pub(super) aspect: f64,
}

/// Puts every item into a row of its container.
pub(super) fn arrange(
    graph: &Graph,
    tree: &Tree,
    replicas: &Replicas,
    sizes: &[Size],
    titles: &[Size],
    spacing: &Spacing,
    wish: Wish,
) -> Rows {
    let between = rank::between(graph, tree, replicas);
    let mut of: Vec<Vec<Vec<Item>>> = vec![Vec::new(); tree.items.len()];
    let mut box_of: Vec<Size> = vec![Size::default(); tree.items.len()];
    for container in tree.outside_in().into_iter().rev() {
        let size = |item: Item| match item {
            Item::Node(node) => sizes[node],
            Item::Cluster(cluster) => box_of[cluster + 1],
        };
        // Deeper rows have less room, by the borders around them.
        let longest = wish.longest - 2 * spacing.side * tree.depth[container] as i32;
        let rows = rows_of(
            graph,
            tree,
            container,
            &between[container],
            &size,
            spacing,
            Wish { longest, aspect: wish.aspect },
        );
        box_of[container] = framed(container, extent(&rows, &size, spacing), titles, spacing);
        of[container] = rows;
    }
    Rows { of }
}

/// How big a sheet with these rows is, about: without what lines need beside boxes.
pub(super) fn sheet(
    tree: &Tree,
    rows: &Rows,
    sizes: &[Size],
    titles: &[Size],
    spacing: &Spacing,
) -> Size {
    let mut box_of: Vec<Size> = vec![Size::default(); tree.items.len()];
    for container in tree.outside_in().into_iter().rev() {
        let size = |item: Item| match item {
            Item::Node(node) => sizes[node],
            Item::Cluster(cluster) => box_of[cluster + 1],
        };
        box_of[container] =
            framed(container, extent(&rows.of[container], &size, spacing), titles, spacing);
    }
    box_of[SHEET]
}

/// The size of a container around something of this size.
fn framed(container: Container, mut inner: Size, titles: &[Size], spacing: &Spacing) -> Size {
    if container != SHEET {
        let title = titles[container - 1];
        inner.width = inner.width.max(title.width) + 2 * spacing.side;
        inner.height += title.height + 2 * spacing.end;
    }
    inner
}

fn rows_of(
    graph: &Graph,
    tree: &Tree,
    container: Container,
    between: &Between,
    size: &impl Fn(Item) -> Size,
    spacing: &Spacing,
    wish: Wish,
) -> Vec<Vec<Item>> {
    let items = &tree.items[container];
    let ranks = rank::ranks(graph, tree, container, between);
    let count = ranks.iter().flatten().max().map_or(0, |most| most + 1);
    let mut rows: Vec<Vec<Item>> = vec![Vec::new(); count];
    let mut loose = Vec::new();
    for (item, rank) in items.iter().zip(&ranks) {
        match rank {
            Some(rank) => rows[*rank].push(*item),
            None => loose.push(*item),
        }
    }
    let length = |row: &[Item]| -> i32 {
        row.iter().map(|item| size(*item).width + spacing.boxes).sum::<i32>() - spacing.boxes
    };
    let mut broken: Vec<Vec<Item>> = Vec::new();
    for row in rows {
        broken.extend(split(row, wish.longest, size, spacing));
    }
    if loose.is_empty() {
        return broken;
    }
    if broken.is_empty() {
        return block(&loose, size, spacing, wish);
    }
    // What nothing ranks fills the rows up that have room, the last ones first.
    let widest = broken.iter().map(|row| length(row)).max().unwrap_or(0);
    let mut rest = Vec::new();
    for item in loose {
        let own = size(item).width + spacing.boxes;
        let row = broken
            .iter_mut()
            .rev()
            .filter(|row| length(row) + own <= widest)
            .min_by_key(|row| length(row));
        match row {
            Some(row) => row.push(item),
            None => rest.push(item),
        }
    }
    if !rest.is_empty() {
        broken.extend(block(
            &rest,
            size,
            spacing,
            Wish { longest: widest.max(wish.longest / 2), ..wish },
        ));
    }
    broken
}

/// How many of a kind stand in one row before they are made a block.
const ROW: usize = 4;
/// How many columns more than that are tried for a block.
const MOST: usize = 60;

/// Items that nothing orders, as a block of rows.
fn block(
    items: &[Item],
    size: &impl Fn(Item) -> Size,
    spacing: &Spacing,
    wish: Wish,
) -> Vec<Vec<Item>> {
    if items.len() <= ROW {
        return split(items.to_vec(), wish.longest, size, spacing);
    }
    // As many columns as make the block small, and as wide as it should be for its height. A last row
    // that is much shorter than the others takes as much of the sheet as they do.
    let shape = |columns: usize| {
        let rows: Vec<Vec<Item>> = items.chunks(columns).map(<[Item]>::to_vec).collect();
        let extent = extent(&rows, size, &Spacing { straight: spacing.rows, ..*spacing });
        let (width, height) = (f64::from(extent.width.max(1)), f64::from(extent.height.max(1)));
        let away = (width / height / wish.aspect).ln().abs();
        let is_too_long = extent.width > wish.longest && columns > 1;
        (is_too_long, width * height * (1.0 + away * away), rows)
    };
    let most = items.len().min(ROW + MOST);
    let best =
        (1..=most).map(shape).min_by(|one, two| one.0.cmp(&two.0).then(one.1.total_cmp(&two.1)));
    best.map(|it| it.2).unwrap_or_default()
}

/// Breaks a row that is too long into rows of about equal length.
fn split(
    row: Vec<Item>,
    longest: i32,
    size: &impl Fn(Item) -> Size,
    spacing: &Spacing,
) -> Vec<Vec<Item>> {
    let total: i32 = row.iter().map(|item| size(*item).width + spacing.boxes).sum();
    if total - spacing.boxes <= longest || row.len() < 2 {
        return vec![row];
    }
    let parts = (total + longest - 1) / longest.max(1);
    let each = total / parts.max(1);
    let mut rows: Vec<Vec<Item>> = vec![Vec::new()];
    let mut length = 0;
    for item in row {
        let own = size(item).width + spacing.boxes;
        let last = rows.len() - 1;
        if length > 0 && (length + own / 2 > each || length + own - spacing.boxes > longest) {
            rows.push(vec![item]);
            length = own;
        } else {
            rows[last].push(item);
            length += own;
        }
    }
    rows
}

/// How big rows of this are, without any lines between them.
fn extent(rows: &[Vec<Item>], size: &impl Fn(Item) -> Size, spacing: &Spacing) -> Size {
    let mut extent = Size::default();
    for row in rows {
        let width: i32 = row.iter().map(|item| size(*item).width + spacing.boxes).sum();
        extent.width = extent.width.max(width - spacing.boxes);
        extent.height += row.iter().map(|item| size(*item).height).max().unwrap_or(0);
    }
    extent.height += spacing.straight * (rows.len() as i32 - 1).max(0);
    extent
}
