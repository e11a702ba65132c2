//! How often lines would cross in a channel, from the order of what is above and below it.

use super::plan::{Channel, ElementIndex, Link, Plan, Turn};

/// The links of every channel, and of every element.
#[derive(Debug, Clone)]
pub(super) struct Wiring {
    pub(super) channels: Vec<(Channel, Vec<usize>)>,
    /// Towards the upper and towards the lower side: the other element, and the weight.
    pub(super) up: Vec<Vec<(ElementIndex, i32)>>,
    pub(super) down: Vec<Vec<(ElementIndex, i32)>>,
}

impl Wiring {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut up = vec![Vec::new(); plan.elements.len()];
        let mut down = vec![Vec::new(); plan.elements.len()];
        let mut order: Vec<usize> = (0..plan.links.len()).collect();
        order.sort_by_key(|link| plan.links[*link].channel);
        let mut channels: Vec<(Channel, Vec<usize>)> = Vec::new();
        for index in order {
            let link = plan.links[index];
            up[link.lower].push((link.upper, link.weight));
            down[link.upper].push((link.lower, link.weight));
            match channels.last_mut() {
                Some((channel, links)) if *channel == link.channel => links.push(index),
                _ => channels.push((link.channel, vec![index])),
            }
        }
        Self { channels, up, down }
    }

    /// All crossings of a picture with rows in this order.
    pub(super) fn crossings(&self, plan: &Plan) -> i64 {
        let mut position = vec![0; plan.elements.len()];
        let lines: i64 = self
            .channels
            .iter()
            .map(|(channel, links)| {
                let below = plan.below(*channel);
                number(&plan.above(*channel), &mut position);
                number(&below, &mut position);
                inversions(&plan.links, links, &position, below.len())
            })
            .sum();
        lines + self.turns(plan, &mut position)
    }
}

impl Wiring {
    /// The lines that come through under a turn.
    fn turns(&self, plan: &Plan, position: &mut [usize]) -> i64 {
        let mut crossed = |turn: &Turn| {
            let above = plan.above(turn.channel);
            number(&above, position);
            let [one, two] = turn.ends.map(|end| position[end]);
            let between = &above[one.min(two) + 1..one.max(two).max(one.min(two) + 1)];
            let weights = between.iter().flat_map(|element| &self.down[*element]);
            weights.map(|(_, weight)| i64::from(*weight)).sum::<i64>()
        };
        plan.turns.iter().map(&mut crossed).sum()
    }
}

/// Writes down the place of each element in its list.
pub(super) fn number(list: &[ElementIndex], position: &mut [usize]) {
    for (at, element) in list.iter().enumerate() {
        position[*element] = at;
    }
}

/// Pairs of links that lie in one order above and in the other below, by their weights: Barth, Mutzel
/// and Jünger's count, with a Fenwick tree over the lower positions.
fn inversions(links: &[Link], of: &[usize], position: &[usize], count: usize) -> i64 {
    let mut sorted: Vec<(usize, usize, i64)> = of
        .iter()
        .map(|index| {
            let link = links[*index];
            (position[link.upper], position[link.lower], i64::from(link.weight))
        })
        .collect();
    sorted.sort_unstable();
    let mut tree = vec![0_i64; count + 1];
    let mut total = 0;
    let mut crossings = 0;
    let mut start = 0;
    while start < sorted.len() {
        let upper = sorted[start].0;
        let end = start + sorted[start..].iter().take_while(|it| it.0 == upper).count();
        for (_, lower, weight) in &sorted[start..end] {
            let mut at = lower + 1;
            let mut not_behind = 0;
            while at > 0 {
                not_behind += tree[at];
                at &= at - 1;
            }
            crossings += weight * (total - not_behind);
        }
        for (_, lower, weight) in &sorted[start..end] {
            let mut at = lower + 1;
            while at <= count {
                tree[at] += weight;
                at += at & at.wrapping_neg();
            }
            total += weight;
        }
        start = end;
    }
    crossings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossings_are_counted_by_weight() {
        let link = |upper, lower, weight| Link {
            upper,
            lower,
            net: 0,
            channel: Channel { container: 0, before: 1 },
            weight,
        };
        // 0 and 1 above, 2 and 3 below: both pairs exchanged, and one straight line that nobody meets.
        let links = [link(0, 3, 2), link(1, 2, 3), link(1, 3, 1)];
        let position = [0, 1, 0, 1];
        assert_eq!(inversions(&links, &[0, 1, 2], &position, 2), 6);
        assert_eq!(inversions(&links, &[0, 2], &position, 2), 0);
    }
}
