//! The attempt: a candidate waits, works, and hands in or is closed by the clock.
use kernel::UnixMicros;
use sha2::{Digest, Sha256};
use sitting::rules::{
    Attempt, Begin, Change, Counted, HandIn, HandInVerdict, Head, NO_CHANGES, Save, Verdict, Waiting,
};
use testkit::model::{Dice, Model, Seen};

use crate::fixture::{CLOSE, SESSION, START, change, changes, frame};

/// An act is what is asked, and when or from where. Where nothing counts yet there is nothing to repeat or to
/// contradict: such a request is empty. `done` is handed in; what is closed may have been written in.
const TABLE: &str = "
                          | waiting    | open      | written         | done       | closed    | closed, written
begin, early              | -          | -         | -               | -          | -         | -
begin, in time            | open       | -         | -               | -          | -         | -
begin, late               | -          | -         | -               | -          | -         | -
begin, from elsewhere     | -          | -         | -               | -          | -         | -
next, in time             | -too early | written   | written         | -handed in | -too late | -too late
next, late                | -too late  | -too late | -too late       | -handed in | -too late | -too late
repeat, in time           | -too early | open      | written         | -handed in | -too late | closed, written
repeat, late              | -too late  | -too late | written         | -handed in | -too late | closed, written
gap, in time              | -too early | -gap      | -gap            | -handed in | -too late | -too late
gap, late                 | -too late  | -too late | -too late       | -handed in | -too late | -too late
conflict, in time         | -too early | open      | -conflict       | -handed in | -too late | -too late
conflict, late            | -too late  | -too late | -too late       | -handed in | -too late | -too late
next, of another epoch    | -epoch     | -epoch    | -epoch          | -epoch     | -epoch    | -epoch
next, from elsewhere      | -browser   | -browser  | -browser        | -browser   | -browser  | -browser
odd, in time              | -odd       | -odd      | -odd            | -odd       | -odd      | -odd
hand in, in time          | -too early | done      | done            | done       | -too late | -too late
hand in, before the last  | -too early | -missing  | -missing        | done       | -too late | -too late
hand in, late             | -too late  | -too late | -too late       | done       | -too late | -too late
hand in, of another epoch | -epoch     | -epoch    | -epoch          | -epoch     | -epoch    | -epoch
hand in, from elsewhere   | -browser   | -browser  | -browser        | -browser   | -browser  | -browser
close, in time            | -          | -         | -               | -          | -         | -
close, late               | closed     | closed    | closed, written | -          | -         | -
";

/// An attempt of the product, and by hand what was counted of it.
#[derive(Clone)]
struct Work {
    attempt: Attempt,
    counted: Vec<Change>,
    chain: String,
}

fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn begin() -> Work {
    let attempt = Attempt::Waiting(Waiting { frame: frame(1), head: Head::empty().unwrap() });
    Work { attempt, counted: Vec::new(), chain: NO_CHANGES.to_owned() }
}

/// An instant: both ends of what is asked for, or one between.
fn at(when: &str, dice: &mut Dice) -> UnixMicros {
    let some = i64::try_from(dice.below(89)).unwrap();
    let before = |instant: UnixMicros| UnixMicros::new(instant.get() - 1);
    dice.of(&match when {
        "early" => [before(START), before(START), START.plus_minutes(-1 - some)],
        "late" => [CLOSE, CLOSE, CLOSE.plus_minutes(some)],
        _ => [START, before(CLOSE), START.plus_minutes(some)],
    })
}

impl Work {
    fn last(&self) -> i64 {
        i64::try_from(self.counted.len()).unwrap()
    }

    /// What a request to save carries.
    fn changes(&self, what: &str, dice: &mut Dice) -> Vec<Change> {
        let (last, few) = (self.last(), i64::try_from(dice.below(3)).unwrap());
        match what {
            // Some that were counted may come before those that are new.
            "next" => changes((last + 1 - few).max(1)..=last + 1 + few),
            "repeat" => changes((last - few).max(1)..=last),
            "gap" => changes(dice.of(&[[last + 2, last + 3], [last + 1, last + 3], [last + 2, last + 1]])),
            "conflict" if last == 0 => Vec::new(),
            "conflict" => vec![Change { answer: "T".into(), ..change((last - few).max(1)) }],
            "odd" => vec![match dice.below(3) {
                0 => Change { no: 0, ..change(last + 1) },
                1 => Change { answer: "BA".into(), ..change(last + 1) },
                _ => Change { seq: 0, ..change(1) },
            }],
            other => unreachable!("{other}"),
        }
    }

    fn save(&mut self, asked: &Save) -> Result<(), String> {
        let counted: Counted =
            self.counted.iter().map(|one| (one.seq, (one.no, one.answer.clone()))).collect();
        let (attempt, verdict) = self.attempt.clone().save(asked, &counted);
        self.attempt = attempt;
        Err(match verdict {
            Verdict::Taken(new) => {
                for one in new {
                    self.chain = hex(&format!("{}\n{}\n{}\n{}", self.chain, one.seq, one.no, one.answer));
                    self.counted.push(one);
                }
                return Ok(());
            }
            Verdict::Gap => "gap",
            Verdict::Conflict => "conflict",
            Verdict::StaleEpoch => "epoch",
            Verdict::OtherBrowser => "browser",
            Verdict::TooEarly => "too early",
            Verdict::TooLate(_) => "too late",
            Verdict::HandedIn(_) => "handed in",
            Verdict::Malformed => "odd",
        }
        .to_owned())
    }

    fn hand_in(&mut self, asked: &HandIn) -> Result<(), String> {
        let (attempt, verdict) = self.attempt.clone().hand_in(asked);
        self.attempt = attempt;
        match verdict {
            HandInVerdict::HandedIn(receipt) if receipt == self.receipt() => Ok(()),
            HandInVerdict::HandedIn(receipt) => Err(format!("the receipt {receipt}")),
            HandInVerdict::Missing => Err("missing".to_owned()),
            HandInVerdict::StaleEpoch => Err("epoch".to_owned()),
            HandInVerdict::OtherBrowser => Err("browser".to_owned()),
            HandInVerdict::TooEarly => Err("too early".to_owned()),
            HandInVerdict::TooLate => Err("too late".to_owned()),
        }
    }

    /// The receipt of what was counted, by hand.
    fn receipt(&self) -> String {
        let id = &self.attempt.frame().id;
        hex(&format!("{}\n{id}", self.chain))[..10].to_ascii_uppercase()
    }

    /// How it stands: the product's word for it, if everything about it is as counted by hand.
    fn state(&self, before: &Self, said: &Result<(), String>) -> String {
        let (word, head) = (self.attempt.state(), self.attempt.head());
        let is_counted = head.acked_seq == self.last() && head.chain.as_str() == self.chain;
        let has_receipt = self.attempt.ended().is_none_or(|ended| ended.receipt == self.receipt());
        // What is refused, and what is told a second time, changes nothing at all.
        let has_moved = word != before.attempt.state() || self.last() > before.last();
        let stays = (said.is_ok() && has_moved) || self.attempt == before.attempt;
        if !(is_counted && has_receipt && stays) {
            return format!("{word}, and not as counted");
        }
        match (word, head.acked_seq > 0) {
            ("open", true) => "written".to_owned(),
            ("closed", true) => "closed, written".to_owned(),
            ("handed_in", _) => "done".to_owned(),
            (word, false) => word.to_owned(),
            (word, true) => format!("{word}, written"),
        }
    }
}

fn step(work: &mut Work, act: &'static str, dice: &mut Dice) -> Seen {
    let before = work.clone();
    let (what, when) = act.split_once(", ").unwrap();
    let arrived_at = at(when, dice);
    let session = if when == "from elsewhere" { "another" } else { SESSION }.to_owned();
    let epoch = if when == "of another epoch" { dice.of(&[0, 2]) } else { 1 };
    let said = match what {
        "begin" => {
            work.attempt = before.attempt.clone().begin(&Begin { session, arrived_at });
            if work.attempt == before.attempt { Err(String::new()) } else { Ok(()) }
        }
        "close" => {
            work.attempt = before.attempt.clone().close(arrived_at);
            if work.attempt == before.attempt { Err(String::new()) } else { Ok(()) }
        }
        "hand in" => {
            let last_seq = work.last() + i64::from(when == "before the last");
            work.hand_in(&HandIn { session, epoch, last_seq, arrived_at })
        }
        _ => {
            let changes = work.changes(what, dice);
            work.save(&Save { session, epoch, changes, arrived_at })
        }
    };
    Seen::of(work.state(&before, &said), said)
}

#[test]
fn an_attempt_goes_where_its_table_says_and_nowhere_else() {
    Model::by_act(TABLE).try_out(module_path!(), begin, step).kept();
    testkit::proves!(
        "TR21",
        "an attempt begins, counts, ends and refuses as a table drawn by hand says, with its chain and receipt"
    );
}
