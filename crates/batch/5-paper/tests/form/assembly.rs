//! Assembly over made-up banks of every shape, and over the project's own.
use std::collections::{BTreeMap, BTreeSet};

use itembank::{BlueprintPoint, BlueprintRange, ItemKind, read_blueprint, read_items, read_workbook};
use kernel::Score;
use paper::{AssemblyRefused, Edge, FORMS, Placed, PoolItem, assemble, colour, item_points, short_points};
use proptest::prelude::*;

use crate::fixture::file;

fn point(range: &str, weight: i64, number: usize, per_form: i64) -> BlueprintPoint {
    let part = |code: &str| BlueprintRange { code: code.into(), name: code.into(), weight };
    BlueprintPoint {
        code: format!("{range}-{number:03}"),
        name: format!("point {number}"),
        importance: "X".into(),
        per_form,
        ranges: [part("A"), part("A-A"), part(range)],
    }
}

/// Ranges whose weights add up to 100, with one to four points each.
fn blueprints() -> impl Strategy<Value = Vec<BlueprintPoint>> {
    let range = (1_i64..40, proptest::collection::vec(1_i64..3, 1..5));
    proptest::collection::vec(range, 1..8).prop_map(|ranges| {
        let shares: i64 = ranges.iter().map(|(share, _)| share).sum();
        let mut left = 10_000;
        let mut points = Vec::new();
        let last = ranges.len() - 1;
        for (at, (share, counts)) in ranges.iter().enumerate() {
            let weight = if at == last { left } else { 10_000 * share / shares };
            left -= weight;
            let code = format!("A-A-{}", char::from(b'A' + u8::try_from(at).unwrap()));
            points.extend(
                counts.iter().enumerate().map(|(number, count)| point(&code, weight, number, *count)),
            );
        }
        points
    })
}

/// A bank with at least as many items as three forms need.
fn banks() -> impl Strategy<Value = (Vec<BlueprintPoint>, Vec<PoolItem>)> {
    blueprints().prop_flat_map(|points| {
        let kinds = prop_oneof![Just(ItemKind::Single), Just(ItemKind::Multiple), Just(ItemKind::Judgement)];
        let item = (kinds, 20_i64..96);
        let of = |point: &BlueprintPoint| {
            let code = point.code.clone();
            let needed = paper::needed(point.per_form);
            let items = proptest::collection::vec(item.clone(), needed..needed + 4);
            items.prop_map(move |items| {
                let make = |(number, (kind, difficulty))| PoolItem {
                    id: format!("{code}#{number}"),
                    point_code: code.clone(),
                    kind,
                    difficulty,
                };
                items.into_iter().enumerate().map(make).collect::<Vec<_>>()
            })
        };
        let pool = points.iter().map(of).collect::<Vec<_>>();
        (Just(points), pool.prop_map(|items| items.concat()))
    })
}

type Drawn = [Vec<(String, i64)>; FORMS];

fn plain(forms: &[Vec<Placed<'_>>; FORMS]) -> Drawn {
    forms.clone().map(|form| form.iter().map(|placed| (placed.item.id.clone(), placed.points.0)).collect())
}

fn expected(form: &[Placed<'_>]) -> i64 {
    form.iter().map(|placed| placed.points.0 * placed.item.difficulty).sum()
}

proptest! {
    #[test]
    fn forms_are_disjoint_parallel_and_worth_exactly_a_hundred((points, pool) in banks(), seed in any::<[u8; 32]>()) {
        let forms = assemble(&points, &pool, &seed).unwrap();
        let mut seen = BTreeSet::new();
        for form in &forms {
            prop_assert_eq!(form.iter().map(|placed| placed.points.0).sum::<i64>(), 10_000);
            prop_assert!(form.iter().all(|placed| seen.insert(placed.item.id.as_str())), "an item in two forms");
            let in_order = form.windows(2).all(|two| two[0].item.kind <= two[1].item.kind);
            prop_assert!(in_order, "kinds are not in the order of a paper");
        }
        for point in &points {
            let worths = forms.clone().map(|form| {
                let own = form.iter().filter(|placed| placed.item.point_code == point.code);
                let mut worths: Vec<i64> = own.map(|placed| placed.points.0).collect();
                worths.sort_unstable();
                worths
            });
            prop_assert_eq!(worths[0].len(), usize::try_from(point.per_form).unwrap());
            prop_assert!(worths[0] == worths[1] && worths[1] == worths[2], "{:?}", worths);
        }
        for kind in ItemKind::ALL {
            let counts = forms.clone().map(|form| form.iter().filter(|placed| placed.item.kind == kind).count());
            prop_assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1, "{:?} {:?}", kind, counts);
        }
    }

    #[test]
    fn the_seed_decides_and_the_order_of_the_input_does_not((points, pool) in banks(), seed in any::<[u8; 32]>(), turn in 0_usize..50) {
        let forms = plain(&assemble(&points, &pool, &seed).unwrap());
        prop_assert_eq!(&plain(&assemble(&points, &pool, &seed).unwrap()), &forms);
        let (mut points, mut pool) = (points, pool);
        let (by_points, by_items) = (turn % points.len(), turn % pool.len());
        points.rotate_left(by_points);
        points.reverse();
        pool.rotate_left(by_items);
        pool.reverse();
        prop_assert_eq!(&plain(&assemble(&points, &pool, &seed).unwrap()), &forms);
    }

    #[test]
    fn no_exchange_of_two_items_would_make_forms_more_equally_hard((points, pool) in banks(), seed in any::<[u8; 32]>()) {
        let forms = assemble(&points, &pool, &seed).unwrap();
        let sums = [0, 1, 2].map(|form| expected(&forms[form]));
        let unequal = |[a, b, r]: [i64; 3]| (a - b).pow(2) + (a - r).pow(2) + (b - r).pow(2);
        for (from, to) in [(0, 1), (0, 2), (1, 2)] {
            for mine in &forms[from] {
                // The places of the paper are points; a point with one item a form has one partner.
                let partners: Vec<&Placed<'_>> =
                    forms[to].iter().filter(|yours| yours.item.point_code == mine.item.point_code).collect();
                let [yours] = partners[..] else { continue };
                if mine.item.kind != yours.item.kind {
                    continue;
                }
                let gain = mine.points.0 * (yours.item.difficulty - mine.item.difficulty);
                let mut then = sums;
                then[from] += gain;
                then[to] -= gain;
                prop_assert!(unequal(then) >= unequal(sums));
            }
        }
    }

    #[test]
    fn exactly_the_points_that_lack_items_are_named((points, pool) in banks(), taken in proptest::collection::vec(any::<prop::sample::Index>(), 1..4)) {
        let poor: BTreeSet<&str> = taken.iter().map(|index| index.get(&points).code.as_str()).collect();
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        let needed = |code: &str| paper::needed(points.iter().find(|point| point.code == code).unwrap().per_form);
        let kept: Vec<PoolItem> = pool.iter().filter(|item| {
            let count = left.entry(&item.point_code).or_default();
            *count += 1;
            !poor.contains(item.point_code.as_str()) || *count < needed(&item.point_code)
        }).cloned().collect();
        let Err(AssemblyRefused::Short(short)) = assemble(&points, &kept, &[7; 32]) else { panic!("not refused") };
        let named: BTreeSet<&str> = short.iter().map(|point| point.code.as_str()).collect();
        prop_assert_eq!(&named, &poor);
        prop_assert!(short.iter().all(|point| point.have + 1 == point.need));
        // One item for each of them is enough.
        let mut filled = kept.clone();
        filled.extend(short.iter().map(|point| PoolItem {
            id: format!("{}#new", point.code), point_code: point.code.clone(), kind: ItemKind::Single, difficulty: 60,
        }));
        prop_assert!(short_points(&points, &filled).is_empty());
        prop_assert!(assemble(&points, &filled, &[7; 32]).is_ok());
    }

    /// Edges dealt out so that no place and no group has more than three.
    #[test]
    fn three_colours_are_enough(places in 1_usize..30, shuffle in any::<u64>()) {
        let mut edges: Vec<Edge> = (0..places * FORMS).map(|edge| Edge { place: edge / FORMS, group: 0 }).collect();
        let ids: Vec<String> = (0..edges.len()).map(|edge| edge.to_string()).collect();
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&shuffle.to_be_bytes());
        for (rank, edge) in draw::order(&seed, "", &ids).into_iter().enumerate() {
            edges[edge].group = rank / FORMS;
        }
        let colours = colour(&edges);
        let mut seen = BTreeSet::new();
        for (edge, colour) in edges.iter().zip(colours) {
            let colour = colour.unwrap();
            prop_assert!(colour < FORMS);
            prop_assert!(seen.insert(("place", edge.place, colour)) && seen.insert(("group", edge.group, colour)));
        }
    }
}

#[test]
fn a_weight_is_shared_out_to_the_hundredth() {
    let points = [point("A-A-A", 1000, 1, 1), point("A-A-A", 1000, 2, 2), point("A-A-B", 9000, 1, 1)];
    let worth = item_points(&points).unwrap();
    let scores = |code: &str| worth[code].iter().map(|score| score.0).collect::<Vec<_>>();
    assert_eq!(scores("A-A-A-001"), [334]);
    assert_eq!(scores("A-A-A-002"), [333, 333]);
    assert_eq!(scores("A-A-B-001"), [9000]);
    assert_eq!(item_points(&points[..2]), Err(AssemblyRefused::Weights(1000)));
    let thin = [point("A-A-A", 1, 1, 2), point("A-A-B", 9999, 1, 1)];
    assert_eq!(item_points(&thin), Err(AssemblyRefused::Worthless("A-A-A".into())));
    assert_eq!(assemble(&[], &[], &[0; 32]), Err(AssemblyRefused::NoPoints));
}

#[test]
fn the_banks_of_the_demo_give_forms_within_a_twentieth_of_a_point() {
    for (name, code, zh, level) in [
        ("hr-3", "4-07-03-04", "企业人力资源管理师", "三级/高级工"),
        ("hr-2", "4-07-03-04", "企业人力资源管理师", "二级/技师"),
        ("hr-4", "4-07-03-04", "企业人力资源管理师", "四级/中级工"),
        ("lr-3", "4-07-03-02", "劳动关系协调员", "三级/高级工"),
    ] {
        let points = read_blueprint(&read_workbook(&file(&format!("blueprint-{name}"))).unwrap()).unwrap();
        let known = points.iter().map(|point| point.code.clone()).collect();
        let target =
            itembank::Target { occupation_code: code, occupation_zh: zh, level_zh: level, points: &known };
        let rows = read_items(&read_workbook(&file(&format!("items-{name}"))).unwrap(), &target).unwrap();
        let pool: Vec<PoolItem> = rows
            .iter()
            .map(|row| PoolItem {
                id: row.number.to_string(),
                point_code: row.content.point_code.clone(),
                kind: row.content.kind,
                difficulty: row.content.difficulty,
            })
            .collect();
        for seed in 0..20 {
            let forms = assemble(&points, &pool, &[seed; 32]).unwrap();
            assert!(forms.iter().all(|form| form.len() == points.len()), "{name}");
            let sums = [0, 1, 2].map(|form| expected(&forms[form]));
            let spread = sums.iter().max().unwrap() - sums.iter().min().unwrap();
            assert!(spread <= 500, "{name}: expected scores {sums:?} in ten-thousandths of a point");
            let total: i64 = forms[2].iter().map(|placed| placed.points.0).sum();
            assert_eq!(Score(total).to_string(), "100.00", "{name}");
        }
    }
    testkit::proves!("S0-34", "forms are assembled by the blueprint's weights, parallel and repeatable");
}
