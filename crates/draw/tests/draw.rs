//! The draw against vectors made by other tools, against its promises, and against the second
//! implementation in `recompute.mjs`.

#![cfg(test)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use draw::{DrawError, check, order, sample, seed, ticket};
use proptest::prelude::*;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn numbered(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("候选-{number:04}")).collect()
}

/// Quoted for JSON; the ids of these tests hold neither quotes nor control characters.
fn quoted(texts: &[String]) -> String {
    texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(",")
}

/// What `recompute.mjs` says about a draw.
fn recompute(parts: &[&[u8]], stratum: &str, ids: &[String], numerator: u32, denominator: u32) -> String {
    let parts: Vec<String> = parts.iter().map(|part| hex(part)).collect();
    let request = format!(
        r#"{{"parts":[{}],"stratum":"{stratum}","ids":[{}],"numerator":{numerator},"denominator":{denominator}}}"#,
        quoted(&parts),
        quoted(ids),
    );
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recompute.mjs");
    let mut child = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the second implementation of the draw needs `node` (version 18 or later) on the PATH");
    child.stdin.take().unwrap().write_all(request.as_bytes()).unwrap();
    let answer = child.wait_with_output().unwrap();
    assert!(answer.status.success(), "recompute.mjs failed: {}", answer.status);
    String::from_utf8(answer.stdout).unwrap()
}

/// The same facts, told by this crate in the same words.
fn told(parts: &[&[u8]], stratum: &str, ids: &[String], numerator: u32, denominator: u32) -> String {
    let seed = seed(parts);
    let mut text = format!("seed {}\n", hex(&seed));
    for place in order(&seed, stratum, ids) {
        let id = &ids[place];
        writeln!(text, "ticket {} {id}", hex(&ticket(&seed, stratum, id))).unwrap();
    }
    for place in sample(&seed, stratum, ids, numerator, denominator) {
        writeln!(text, "sample {}", ids[place]).unwrap();
    }
    text
}

#[test]
fn the_second_implementation_agrees() {
    let parts: [&[u8]; 5] =
        [&[0xab; 32], b"{\"share\":\"15/100\"}", b"organisation", b"", "公共值 4821".as_bytes()];
    for (count, numerator, denominator) in
        [(0, 15, 100), (1, 15, 100), (7, 15, 100), (1000, 3, 20), (12, 1, 1), (5, 0, 1)]
    {
        let ids = numbered(count);
        let stratum = "/province/nancheng|4-07-03-04|3";
        let theirs = recompute(&parts, stratum, &ids, numerator, denominator);
        assert_eq!(told(&parts, stratum, &ids, numerator, denominator), theirs);
        // The seed and every ticket were compared, not two empty texts.
        assert!(theirs.lines().count() > count);
    }
}

/// Made with `printf`, `xxd`, `sha256sum` and `sort`, by the recipe in the comments.
#[test]
fn the_shell_recipe_gives_the_same_draw() {
    let seed = seed(&[b"ab", b"c"]);
    assert_eq!(hex(&seed), "1274b9c8dd2d636dee078cca147816d7bba542454fc9233c294a6a0692b6d99a");
    assert_eq!(
        hex(&ticket(&seed, "甲", "b")),
        "03ae91d5a9a28b43e7cefe052c6cdc14e7cd0e029a614845ec132a42fd95f9ea"
    );
    let ids = ["a", "b", "c", "d", "e", "f", "g"];
    let drawn: Vec<&str> = order(&seed, "甲", &ids).into_iter().map(|place| ids[place]).collect();
    assert_eq!(drawn, ["b", "e", "c", "a", "d", "g", "f"]);
    // 15 % of seven is 1.05: two are drawn.
    assert_eq!(sample(&seed, "甲", &ids, 15, 100), [1, 4]);
}

#[test]
fn lengths_keep_the_parts_of_a_seed_apart() {
    let seeds = [
        seed(&[]),
        seed(&[b""]),
        seed(&[b"", b""]),
        seed(&[b"abc"]),
        seed(&[b"ab", b"c"]),
        seed(&[b"a", b"bc"]),
        seed(&[b"c", b"ab"]),
    ];
    for (place, one) in seeds.iter().enumerate() {
        assert!(!seeds[place + 1..].contains(one), "two lists of parts share a seed");
    }
    assert_eq!(hex(&seeds[0]), "2b0042512e97b11b0c388ed3253eec695e6ee62428f80a3b0bdee24a6d763771");
}

#[test]
fn a_population_with_two_chances_is_refused() {
    assert_eq!(check("甲", &["a", "b"]), Ok(()));
    assert_eq!(check("甲", &["a", "b", "a"]), Err(DrawError::Twice));
    assert_eq!(check("甲", &["a\u{1f}b"]), Err(DrawError::Separator));
    assert_eq!(check("甲\u{1f}", &["a"]), Err(DrawError::Separator));
    // Why the separator is refused: these two pairs hash the same bytes.
    let seed = seed(&[b"public"]);
    assert_eq!(ticket(&seed, "甲", "a\u{1f}b"), ticket(&seed, "甲\u{1f}a", "b"));
}

#[test]
fn the_ceiling_is_exact() {
    let seed = seed(&[b"public"]);
    let drawn = |count: usize, numerator, denominator| {
        sample(&seed, "s", &numbered(count), numerator, denominator).len()
    };
    // count, numerator, denominator, drawn: worked out by hand.
    let cases = [
        (0, 15, 100, 0),
        (1, 15, 100, 1),
        (6, 15, 100, 1),
        (7, 15, 100, 2),
        (20, 15, 100, 3),
        (21, 15, 100, 4),
        (100, 15, 100, 15),
        (10, 1, 3, 4),
        (9, 1, 3, 3),
        (5, 0, 100, 0),
        (5, 1, 1, 5),
        (5, 3, 2, 5),
        (5, 0, 0, 5),
        (3, 4_294_967_294, 4_294_967_295, 3),
    ];
    for (count, numerator, denominator, expected) in cases {
        assert_eq!(drawn(count, numerator, denominator), expected, "{count} × {numerator}/{denominator}");
    }
}

/// A fair draw takes each of ten ids about equally often: 2,000 seeds, 200 expected each, and the
/// bound is five standard deviations (13.4) either way. The seeds are fixed, so this never flakes.
#[test]
fn nobody_is_favoured() {
    let ids = numbered(10);
    let mut firsts = [0u32; 10];
    for round in 0..2_000u32 {
        let seed = seed(&[&round.to_be_bytes()]);
        firsts[order(&seed, "s", &ids)[0]] += 1;
    }
    assert!(firsts.iter().all(|count| (133..=267).contains(count)), "{firsts:?}");
}

fn populations() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set("[a-z0-9-]{1,6}", 0..40).prop_map(|ids| ids.into_iter().collect())
}

proptest! {
    #[test]
    fn everyone_is_drawn_once_and_by_ticket(key in any::<[u8; 32]>(), ids in populations()) {
        let drawn = order(&key, "s", &ids);
        let mut places = drawn.clone();
        places.sort_unstable();
        prop_assert_eq!(places, (0..ids.len()).collect::<Vec<_>>());
        for pair in drawn.windows(2) {
            prop_assert!(ticket(&key, "s", &ids[pair[0]]) < ticket(&key, "s", &ids[pair[1]]));
        }
    }

    #[test]
    fn the_order_ids_are_given_in_does_not_matter(
        key in any::<[u8; 32]>(),
        (ids, shuffled) in populations().prop_flat_map(|ids| (Just(ids.clone()), Just(ids).prop_shuffle())),
    ) {
        let one: Vec<&String> = sample(&key, "s", &ids, 1, 3).into_iter().map(|place| &ids[place]).collect();
        let two: Vec<&String> = sample(&key, "s", &shuffled, 1, 3).into_iter().map(|place| &shuffled[place]).collect();
        prop_assert_eq!(one, two);
    }

    /// An id that leaves changes nothing for those who stay: the next ticket moves up.
    #[test]
    fn leaving_moves_only_the_next_up(key in any::<[u8; 32]>(), ids in populations(), out in any::<prop::sample::Index>()) {
        prop_assume!(!ids.is_empty());
        let out = out.index(ids.len());
        let mut fewer = ids.clone();
        let gone = fewer.remove(out);
        let before: Vec<&String> = order(&key, "s", &ids).into_iter().map(|place| &ids[place]).filter(|id| **id != gone).collect();
        let after: Vec<&String> = order(&key, "s", &fewer).into_iter().map(|place| &fewer[place]).collect();
        prop_assert_eq!(before, after);
    }

    #[test]
    fn every_byte_counts(key in any::<[u8; 32]>(), place in 0usize..32, bit in 0u8..8, id in "[a-z]{1,8}") {
        let mut other = key;
        other[place] ^= 1 << bit;
        prop_assert_ne!(ticket(&key, "s", &id), ticket(&other, "s", &id));
        prop_assert_ne!(ticket(&key, "s", &id), ticket(&key, "t", &id));
    }
}
