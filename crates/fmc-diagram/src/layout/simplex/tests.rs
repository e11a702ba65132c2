use super::*;

fn spring(tail: usize, head: usize, min: i32, weight: i32) -> Spring {
    Spring { tail, head, min, weight }
}

fn cost(places: &[i32], springs: &[Spring], wishes: &[Wish]) -> i64 {
    let springs = springs.iter().map(|it| {
        let length = places[it.head] - places[it.tail];
        assert!(length >= it.min, "{it:?} is {length} long");
        i64::from(length) * i64::from(it.weight)
    });
    let wishes = wishes.iter().map(|it| {
        let off = places[it.two] - places[it.one] - it.offset;
        i64::from(off.abs()) * i64::from(it.weight)
    });
    springs.sum::<i64>() + wishes.sum::<i64>()
}

#[test]
fn short_edges_of_heavy_weight_win() {
    // A node that hangs on a late one is drawn to it, away from the start.
    let springs = [spring(0, 1, 1, 1), spring(1, 2, 1, 1), spring(3, 2, 1, 5), spring(0, 3, 1, 1)];
    let places = solve(4, &springs, &[]);
    assert_eq!(places, [0, 1, 2, 1]);
}

#[test]
fn it_is_the_best_of_all_small_solutions() {
    let mut state = 7_u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % below
    };
    for _ in 0..500 {
        let (mut springs, mut wishes) = (Vec::new(), Vec::new());
        for one in 0..5 {
            for two in one + 1..5 {
                let (far, weight) = (random(4) as i32, random(5) as i32);
                match random(4) {
                    0 => {}
                    1 => wishes.push(Wish { one, two, offset: far - 1, weight }),
                    2 => wishes.push(Wish { one: two, two: one, offset: far - 2, weight }),
                    _ => springs.push(spring(one, two, far.min(2), weight)),
                }
            }
        }
        let first = solve(5, &springs, &wishes);
        let found = cost(&first, &springs, &wishes);
        // From wherever it starts, kept distances or not, it ends there.
        let near: Vec<i32> = (0..5).map(|_| random(9) as i32).collect();
        for near in [&first, &near] {
            let places = solve_near(near, &springs, &wishes);
            assert_eq!(cost(&places, &springs, &wishes), found, "{near:?} {springs:?}");
        }
        let mut best = i64::MAX;
        for code in 0..7_usize.pow(5) {
            let places: Vec<i32> = (0..5).map(|at| (code / 7_usize.pow(at) % 7) as i32).collect();
            let holds = |it: &Spring| places[it.head] - places[it.tail] >= it.min;
            if springs.iter().all(holds) {
                best = best.min(cost(&places, &springs, &wishes));
            }
        }
        // A solution may need more than the seven places that were tried, never cost more.
        assert!(found <= best, "{springs:?} {wishes:?}: {found} against {best}");
    }
}
