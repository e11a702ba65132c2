//! Springs between the same things as one: fewer arcs for the same positions.

use super::{NONE, Spring};

/// One spring for all that join the same things the same way: the longest decides, and all of them pull.
pub(super) fn together(count: usize, springs: &[Spring]) -> Vec<Spring> {
    let mut next = vec![0_u32; count + 1];
    for it in springs {
        next[it.tail + 1] += 1;
    }
    for at in 0..count {
        next[at + 1] += next[at];
    }
    let mut by_tail = vec![0_u32; springs.len()];
    for (index, it) in springs.iter().enumerate() {
        by_tail[next[it.tail] as usize] = index as u32;
        next[it.tail] += 1;
    }
    let mut all: Vec<Spring> = Vec::with_capacity(springs.len());
    // The last spring to each thing.
    let mut to = vec![NONE; count];
    for index in by_tail {
        let it = springs[index as usize];
        let known = all.get_mut(to[it.head] as usize).filter(|other| other.tail == it.tail);
        if let Some(known) = known {
            known.min = known.min.max(it.min);
            known.weight += it.weight;
        } else {
            to[it.head] = all.len() as u32;
            all.push(it);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spring(tail: usize, head: usize, min: i32, weight: i32) -> Spring {
        Spring { tail, head, min, weight }
    }

    #[test]
    fn springs_between_the_same_things_are_one() {
        let springs =
            [spring(0, 1, 2, 3), spring(1, 0, -9, 0), spring(0, 1, 5, 4), spring(2, 1, 1, 1)];
        let all = together(3, &springs);
        assert_eq!(all, [spring(0, 1, 5, 7), spring(1, 0, -9, 0), spring(2, 1, 1, 1)]);
    }
}
