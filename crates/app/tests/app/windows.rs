//! TR7: every window is half-open. What comes at its first instant is in time, what comes at its last is late.
//!
//! Two ways: every comparison with a bound of a window in the product's text has one of the four shapes of a half-open
//! window, and the windows themselves are tried an instant before, at, and an instant after each bound, with a clock
//! that also goes back an hour and a day ahead.
use std::path::Path;

use kernel::{Day, UnixMicros};
use plan::Window;
use sitting::rules::{
    Attempt, Change, Counted, Frame, HandIn, HandInVerdict, Head, Phase, Save, Verdict, Waiting,
};
use store::{Db, Tx, on};

/// What bounds of windows are called in code and tables: the first instant, and the first instant after.
const FIRST: &[&str] = &["open_at", "opens_at", "valid_from", "starts_at", "from"];
const AFTER: &[&str] = &[
    "close_at",
    "closes_at",
    "valid_to",
    "valid_until",
    "expires_at",
    "until",
    "ends_at",
    "ends",
    "end",
    "next_try_at",
];

/// Comparisons of bounds that are about no window, and why.
const OTHERWISE: &[(&str, &str)] = &[
    ("close_at < $3", "a close is only ever moved to a later instant"),
    ("to <= validity.valid_from", "a span that ends before it begins is refused"),
    ("to <= row.valid_from", "a line of a scope that ends before it begins is refused"),
    ("to <= right.valid_from", "two lines of a scope that do not overlap"),
    ("valid_from < $2", "a line of a scope ends only after it began"),
    ("to > second.valid_from", "two spans of one row overlap"),
    ("second.position) > (first.starts_at,", "which of two parts comes first"),
];

/// A window of the tables: the product's statement that asks whether a row is inside, and how such a row is made.
/// `OPEN` and `CLOSE` are its bounds, the last value of the statement is the clock.
struct Rows {
    query: &'static str,
    makes: &'static [&'static str],
    first: &'static [&'static str],
    unit: Unit,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Micros,
    Days,
}

const OPEN: i64 = 1_700_000_000_000_000;
const CLOSE: i64 = 1_700_003_600_000_000;
const OPEN_DAY: &str = "2023-11-14";
const CLOSE_DAY: &str = "2023-12-01";

const WINDOWS: &[Rows] = &[
    Rows {
        query: "SESSION",
        makes: &["INSERT INTO session VALUES ('t', 'a', 'x', 0, 0, CLOSE, NULL, '')"],
        first: &["t"],
        unit: Unit::Micros,
    },
    Rows {
        query: "OPEN_CODE",
        makes: &["INSERT INTO one_time_code VALUES ('t', 'p', 'x', 0, 0, CLOSE, NULL)"],
        first: &["p"],
        unit: Unit::Micros,
    },
    Rows {
        query: "ACTIVATION",
        makes: &["INSERT INTO activation VALUES ('t', 'a', 'a', 0, CLOSE, NULL)"],
        first: &["t"],
        unit: Unit::Micros,
    },
    Rows {
        query: "GRANTS_OF",
        makes: &["INSERT INTO duty_grant (id, account_id, role, org_path, valid_from, valid_until, granted_by, reason)
                  VALUES ('g', 'a', 'auditor', '/demo', OPEN, CLOSE, 'a', '')"],
        first: &["a"],
        unit: Unit::Micros,
    },
    Rows {
        query: "FIGURES",
        makes: &[
            "DELETE FROM registration_figure",
            "INSERT INTO registration_figure VALUES ('roster_rows', 1, '', '', OPEN, CLOSE, '')",
        ],
        first: &[],
        unit: Unit::Days,
    },
    Rows {
        query: "REASONS",
        makes: &["INSERT INTO review_reason VALUES ('r', 1, 'return', '', '', OPEN, CLOSE, '')"],
        first: &[],
        unit: Unit::Days,
    },
    Rows {
        query: "KINDS",
        makes: &[
            "DELETE FROM event_kind",
            "INSERT INTO event_kind VALUES ('k', 'incident', NULL, 1, '', '', '', OPEN, CLOSE)",
        ],
        first: &[],
        unit: Unit::Days,
    },
];

#[test]
fn every_comparison_with_a_bound_is_that_of_a_half_open_window() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (mut looked, mut wrong) = (0, Vec::new());
    sources(root, &mut |path, text| {
        let (count, found) = look(text);
        looked += count;
        wrong.extend(found.into_iter().map(|what| format!("{}: {what}", path.display())));
    });
    assert_eq!(wrong, Vec::<String>::new());
    assert!(looked > 100, "{looked} comparisons were found: are bounds called otherwise now?");
    // As it stood in `registration`: two figures were in force on the day of the change.
    let closed =
        "AND (valid_to IS NULL OR valid_to >= $2)\nif now <= window.closes_at {\nif now > grant.from {";
    testkit::Promise::of("TR7", "-", module_path!())
        .count("comparisons", looked)
        .control("closed windows", look(closed).1.len())
        .kept();
}

fn sources(folder: &Path, take: &mut impl FnMut(&Path, &str)) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && !["tests", "benches", "rehearse", "testkit", "target"].contains(&name) {
            sources(&path, take);
        } else if name.ends_with(".rs") {
            take(&path, &std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// How many comparisons with a bound a text has, and those of another shape.
fn look(text: &str) -> (usize, Vec<String>) {
    let name = |word: &str| {
        let begun = word.trim_start_matches(['(', '&', '*', '!']);
        let path = begun.split(['(', ')', ',', ';', '{']).next().unwrap_or_default();
        path.rsplit('.').next().unwrap_or_default().to_owned()
    };
    let (mut count, mut wrong) = (0, Vec::new());
    for line in text.split("#[cfg(test)]").next().unwrap_or_default().lines() {
        let words: Vec<&str> = line.split("//").next().unwrap_or_default().split_whitespace().collect();
        for three in words.windows(3) {
            let (left, sign, right) = (name(three[0]), three[1], name(three[2]));
            let is = |bounds: &[&str], word: &String| bounds.contains(&word.as_str());
            let has_bound = [&left, &right].into_iter().any(|word| is(FIRST, word) || is(AFTER, word));
            // Of two beginnings it is asked which comes first.
            let is_order = is(FIRST, &left) && is(FIRST, &right);
            if !["<", "<=", ">", ">="].contains(&sign) || !has_bound || is_order {
                continue;
            }
            count += 1;
            // Two windows meet when each begins before the other ends: there `<` stands between both kinds of bounds.
            let meets = is(AFTER, &right) && sign == "<";
            let is_closed = is(AFTER, &left) && [">=", "<"].contains(&sign)
                || is(AFTER, &right) && ["<=", ">"].contains(&sign)
                || is(FIRST, &left) && sign == "<" && !meets
                || is(FIRST, &right) && [">", "<="].contains(&sign) && !is(AFTER, &left);
            let said = three.join(" ");
            if is_closed && !OTHERWISE.iter().any(|known| said.contains(known.0)) {
                wrong.push(said);
            }
        }
    }
    (count, wrong)
}

#[tokio::test]
async fn a_row_is_inside_from_its_first_instant_to_the_one_before_its_last() {
    for (engine, db) in testkit::engines().await {
        let mut tried = 0;
        for rows in WINDOWS {
            let wrong = try_rows(&db, rows, |text| text.to_owned()).await;
            assert_eq!(wrong, Vec::<String>::new(), "{engine}");
            tried += 1;
        }
        let mut found = 0;
        for rows in WINDOWS {
            found += try_rows(&db, rows, closed).await.len();
        }
        testkit::Promise::of("TR7", engine, module_path!())
            .count("windows in tables", tried)
            .control("the same statements with closed windows", found)
            .kept();
    }
}

/// A statement whose windows are closed at their end.
fn closed(text: &str) -> String {
    AFTER
        .iter()
        .fold(text.to_owned(), |text, bound| text.replace(&format!("{bound} > $"), &format!("{bound} >= $")))
}

/// Asks before, at and after each bound; what is answered otherwise than a half-open window answers.
async fn try_rows(db: &Db, rows: &Rows, change: fn(&str) -> String) -> Vec<String> {
    let statement = app::all_queries().into_iter().find(|query| query.0 == rows.query).unwrap().1;
    let statement = change(statement);
    let mut tx = db.write().await.unwrap();
    run(
        &mut tx,
        "INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at)
                  VALUES ('a', 'staff', 'a', 'a', 0, 0, 0)",
    )
    .await;
    let (open, close) = match rows.unit {
        Unit::Micros => (OPEN.to_string(), CLOSE.to_string()),
        Unit::Days => (format!("'{OPEN_DAY}'"), format!("'{CLOSE_DAY}'")),
    };
    for make in rows.makes {
        run(&mut tx, &make.replace("OPEN", &open).replace("CLOSE", &close)).await;
    }
    let mut wrong = Vec::new();
    for (bound, is_inside) in [(&open, [false, true, true]), (&close, [true, false, false])] {
        for (step, wanted) in (-1..=1).zip(is_inside) {
            // A window without a beginning is open before it.
            let begins = rows.makes.iter().any(|make| make.contains("OPEN"));
            let found = inside(&mut tx, &statement, rows, bound, step).await;
            if found != (wanted || (!begins && bound == &open)) {
                wrong.push(format!("{}: {step} after {bound}: inside {found}", rows.query));
            }
        }
    }
    drop(tx);
    wrong
}

async fn inside(tx: &mut Tx, statement: &str, rows: &Rows, bound: &str, step: i64) -> bool {
    on!(tx, |conn| {
        let query = rows
            .first
            .iter()
            .fold(sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())), |query, value| query.bind(*value));
        let query = match rows.unit {
            Unit::Micros => query.bind(bound.parse::<i64>().unwrap() + step),
            Unit::Days => {
                let day = Day::parse(bound.trim_matches('\'')).unwrap().at(0, 0);
                query.bind(day.plus_days(step).day().to_string())
            }
        };
        query.fetch_all(conn).await.map(|found| !found.is_empty())
    })
    .unwrap()
}

async fn run(tx: &mut Tx, statement: &str) {
    on!(tx, |conn| sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(conn).await.map(|_| ()))
        .unwrap();
}

fn at(micros: i64) -> UnixMicros {
    UnixMicros::new(micros)
}

fn waiting() -> Waiting {
    let frame = Frame {
        id: "attempt".into(),
        account_id: "a".into(),
        epoch: 1,
        session: Some("s".into()),
        open_at: at(OPEN),
        close_at: at(CLOSE),
        item_count: 3,
    };
    Waiting { frame, head: Head::empty().unwrap() }
}

fn change(seq: i64) -> Change {
    Change { seq, no: 1, answer: "A".into(), at: 0 }
}

fn save(attempt: Attempt, seq: i64, now: i64) -> (Attempt, bool) {
    let save = Save { session: "s".into(), epoch: 1, changes: vec![change(seq)], arrived_at: at(now) };
    let counted: Counted = (1..seq).map(|seq| (seq, (1, "A".to_owned()))).collect();
    let (attempt, verdict) = attempt.save(&save, &counted);
    (attempt, matches!(verdict, Verdict::Taken(_)))
}

const NONE: Vec<i64> = Vec::new();

/// The judge of an attempt's bounds: what is let in is let in exactly inside `[OPEN, close)`.
fn bounds(is_let_in: impl Fn(i64) -> bool) -> Vec<i64> {
    let wanted = |now: i64| (OPEN..CLOSE).contains(&now);
    [OPEN, CLOSE]
        .into_iter()
        .flat_map(|bound| [bound - 1, bound, bound + 1])
        .filter(|now| is_let_in(*now) != wanted(*now))
        .collect()
}

#[test]
fn an_attempt_and_a_window_of_a_plan_are_half_open_whatever_the_clock_does() {
    let open = || Attempt::Open(waiting().start(at(OPEN)).unwrap());
    let window = Window { code: "registration".into(), opens_at: at(OPEN), closes_at: at(CLOSE) };
    let hand_in = |now: i64| {
        let asked = HandIn { session: "s".into(), epoch: 1, last_seq: 0, arrived_at: at(now) };
        matches!(open().hand_in(&asked).1, HandInVerdict::HandedIn(_))
    };
    assert_eq!(bounds(|now| window.is_open(at(now))), NONE, "a window of a plan");
    assert_eq!(bounds(|now| waiting().start(at(now)).is_ok()), NONE, "the start");
    assert_eq!(bounds(|now| now >= OPEN && open().phase(at(now)) == Phase::Open), NONE, "what is shown");
    assert_eq!(bounds(|now| now >= OPEN && save(open(), 1, now).1), NONE, "a save");
    assert_eq!(bounds(|now| now >= OPEN && hand_in(now)), NONE, "a hand-in");
    assert_eq!(
        bounds(|now| now >= OPEN && open().close(at(now)).ended().is_none()),
        NONE,
        "the close by the clock"
    );

    // In the midst of the work the clock goes back an hour, then a day ahead, then is put right.
    const HOUR: i64 = 3_600_000_000;
    let (mut attempt, mut counted) = (open(), 0);
    for now in [OPEN + 10, OPEN - HOUR, OPEN + 20, CLOSE - 1] {
        let (next, taken) = save(attempt.close(at(now)), counted + 1, now);
        assert!(
            next.ended().is_none() && taken,
            "{now}: nothing ends early, and what comes early still counts"
        );
        (attempt, counted) = (next, counted + 1);
    }
    for (ends_at, later) in [(CLOSE, CLOSE - HOUR), (OPEN + 24 * HOUR, OPEN + 30)] {
        let ended = attempt.clone().close(at(ends_at));
        assert!(ended.ended().is_some());
        let (ended, taken) = save(ended, counted + 1, later);
        assert!(
            !taken && ended.head().acked_seq == counted,
            "what has ended stays so when the clock goes back"
        );
    }
    testkit::Promise::of("TR7", "-", module_path!())
        .count("bounds", 36)
        .control("a window that is closed at its end", bounds(|now| (OPEN..=CLOSE).contains(&now)).len())
        .kept();
    testkit::proves!(
        "TR7",
        "every window takes what comes at its first instant and nothing that comes at its last"
    );
}
