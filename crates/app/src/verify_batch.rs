//! `kaogong verify batch`: counts at every stage, and the ancestry of every certificate.
//!
//! Every stage hands out its own rows; the log is verified first, and an entry counts only under a
//! signed checkpoint. What must be true of the rows is a rule of the last stage
//! ([`certificate::Ancestry`]).
use std::collections::{HashMap, HashSet};

use assessment::{Origin, PartOutcome, ScoreEvidence};
use certificate::{
    About, Ancestry, AttemptEvidence, Certificate, Entry, Leaf, Link, PartEvidence, ResultEvidence, Wrong,
};
use kernel::Score;
use plan::{Batch, BatchComponent};
use registration::Application;
use result::{Outcome, ResultRow};
use scheme::Delivery;
use serde_json::Value;
use sitting::rules::{Attempt, Head, Mark, step};
use store::{Db, Tx};

use crate::house::Layout;

/// What was counted and found.
#[derive(Debug, Default)]
pub struct BatchReport {
    /// Stage and figure, in order.
    pub counts: Vec<(&'static str, usize)>,
    /// One sentence a fault.
    pub faults: Vec<String>,
}

/// Verifies one batch, with nothing but the database, the log and the log's public key.
///
/// # Errors
/// An unknown batch; a database or folder that cannot be read.
pub async fn verify_batch(layout: &Layout, code: &str) -> anyhow::Result<BatchReport> {
    let key = std::fs::read_to_string(layout.log_public_key())?;
    let db = Db::open(&layout.database).await?;
    let log = trail::LogFolder::open(layout.log(), layout.high_water())?;
    let whole = trail::verify(&db, &log, key.trim()).await?;
    let mut tx = db.read().await?;
    let batch = plan::batch(&mut tx, code).await?;
    let batch = batch.ok_or_else(|| anyhow::anyhow!("there is no batch {code}: see the list of batches"))?;
    let trail = Trail::read(&mut tx, &batch, whole.sequenced).await?;
    let rows = Rows::read(&mut tx, &batch).await?;
    drop(tx);
    db.close().await;

    let mut faults: Vec<String> = whole
        .problems
        .iter()
        .map(|problem| format!("trail: {}: {}; run `kaogong verify log`", problem.where_, problem.what))
        .collect();
    for leaf in rows.batch_leaves(&trail) {
        if leaf.entry != Entry::Sealed {
            faults.push(format!("batch {code}: {}: {}", leaf.link, Wrong::Leaf(leaf.action, leaf.entry)));
        }
    }
    for one in &rows.certificates {
        faults.extend(rows.ancestry(one, &trail).faults().iter().map(ToString::to_string));
    }
    Ok(BatchReport { counts: rows.counts(), faults })
}

/// The entries of a batch, by action and thing.
struct Trail {
    entries: HashMap<(String, String, String), Vec<(Value, bool)>>,
}

impl Trail {
    async fn read(tx: &mut Tx, batch: &Batch, sequenced: u64) -> sqlx::Result<Self> {
        let mut entries: HashMap<_, Vec<(Value, bool)>> = HashMap::new();
        // Newest first.
        for row in trail::recent(tx, batch.code.as_str(), i64::MAX).await? {
            let is_sealed =
                row.leaf_index.is_some_and(|index| u64::try_from(index).is_ok_and(|index| index < sequenced));
            let payload = serde_json::from_str(&row.payload).unwrap_or_default();
            entries
                .entry((row.action, row.object_kind, row.object_id))
                .or_default()
                .push((payload, is_sealed));
        }
        Ok(Self { entries })
    }

    /// How the newest entry of an action on a thing stands; `says` whether its payload is what the
    /// rows say.
    fn leaf(
        &self,
        link: Link,
        action: &'static str,
        (kind, id): (&str, &str),
        says: impl Fn(&Value) -> bool,
    ) -> Leaf {
        let key = (action.to_owned(), kind.to_owned(), id.to_owned());
        let entry = match self.entries.get(&key).and_then(|entries| entries.first()) {
            None => Entry::Missing,
            Some((payload, _)) if !says(payload) => Entry::Differs,
            Some((_, true)) => Entry::Sealed,
            Some((_, false)) => Entry::Waiting,
        };
        Leaf { link, action, entry }
    }
}

/// Everything the stages say of a batch.
struct Rows {
    batch: Batch,
    applications: HashMap<String, Application>,
    list: admission::List,
    seats: Vec<arrangement::Seat>,
    sittings: Vec<arrangement::Sitting>,
    /// Seat to present or absent.
    marks: HashMap<String, Mark>,
    /// Seat to attempt, and whether its kept changes make its chain.
    attempts: HashMap<String, (Attempt, bool)>,
    parts: Vec<BatchComponent>,
    scores: HashMap<(String, String), ScoreEvidence>,
    results: Vec<ResultRow>,
    is_published: bool,
    certificates: Vec<Certificate>,
}

impl Rows {
    async fn read(tx: &mut Tx, batch: &Batch) -> sqlx::Result<Self> {
        let code = &batch.code;
        let all = std::slice::from_ref(&batch.org_path);
        let applications = registration::applications(tx, code, all).await?;
        let marks = sitting::attendance(tx, code).await?;
        let scores = assessment::evidence(tx, batch).await?;
        Ok(Self {
            batch: batch.clone(),
            applications: applications.into_iter().map(|one| (one.id.to_string(), one)).collect(),
            list: admission::frozen_list(tx, batch).await?,
            seats: arrangement::seats(tx, code).await?,
            sittings: arrangement::sittings(tx, code).await?,
            marks: marks.into_iter().filter_map(|row| Some((row.seat_id.clone(), row.mark()?))).collect(),
            attempts: attempts(tx, batch).await?,
            parts: plan::components(tx, code).await?,
            scores: scores
                .into_iter()
                .map(|one| ((one.application_id.clone(), one.component_id.clone()), one))
                .collect(),
            results: result::results(tx, code).await?,
            is_published: result::publication(tx, code).await?.is_some(),
            certificates: certificate::certificates(tx, code).await?,
        })
    }

    fn counts(&self) -> Vec<(&'static str, usize)> {
        let seats_of = |application: &str| {
            let seats = self.seats.iter().filter(|seat| seat.application_id == application);
            seats.map(|seat| self.marks.get(&seat.id)).collect::<Vec<_>>()
        };
        let seated: HashSet<&str> = self.seats.iter().map(|seat| seat.application_id.as_str()).collect();
        let came = |application: &&&str| {
            let marks = seats_of(application);
            !marks.is_empty() && marks.iter().all(|mark| *mark == Some(&Mark::Present))
        };
        let present = seated.iter().filter(came).count();
        let scored: HashSet<&str> = self.scores.keys().map(|(application, _)| application.as_str()).collect();
        let outcome = |wanted: Outcome| self.results.iter().filter(|row| row.outcome == wanted).count();
        vec![
            ("applications", self.applications.len()),
            ("admitted", self.list.admitted.len()),
            ("seated", seated.len()),
            ("present in every part", present),
            ("scored", scored.len()),
            ("results", self.results.len()),
            ("passed", outcome(Outcome::Pass)),
            ("failed", outcome(Outcome::Fail)),
            ("absent", outcome(Outcome::Absent)),
            ("certificates", self.certificates.len()),
        ]
    }

    /// What stands in the trail once for the whole batch.
    fn batch_leaves(&self, trail: &Trail) -> Vec<Leaf> {
        if self.certificates.is_empty() {
            return Vec::new();
        }
        let code = self.batch.code.as_str();
        let list = &self.list.digest;
        let decided = result::rules::digest(&self.results);
        vec![
            trail.leaf(Link::Admission, "admission.freeze", ("batch", code), |says| {
                says["digest"] == list.as_str()
            }),
            trail.leaf(Link::Result, "result.decide", ("batch", code), |says| {
                says["digest"] == decided.as_str()
            }),
            trail.leaf(Link::Result, "result.publish", ("batch", code), |says| {
                says["digest"] == decided.as_str()
            }),
        ]
    }

    /// One certificate and everything behind it.
    fn ancestry(&self, one: &Certificate, trail: &Trail) -> Ancestry {
        let application = one.application_id.as_str();
        let about = About {
            batch: one.batch_code.clone(),
            person: one.person_id.clone(),
            occupation: one.occupation_code.clone(),
            level: one.level_code.clone(),
        };
        let admitted = self.list.admitted.iter().find(|row| row.application_id.as_str() == application);
        let result = self.results.iter().find(|row| row.application_id == application);
        let parts: Vec<&BatchComponent> = self
            .parts
            .iter()
            .filter(|part| part.occupation_code == about.occupation && part.level_code == about.level)
            .collect();
        Ancestry {
            number: one.number.clone(),
            result: result.map(|row| ResultEvidence {
                batch: self.batch.code.clone(),
                outcome: row.outcome.code(),
                is_pass: row.outcome == Outcome::Pass,
                is_published: self.is_published,
            }),
            parts: parts.iter().map(|part| self.part(part, application)).collect(),
            admission: admitted.map(|row| About {
                batch: self.batch.code.clone(),
                person: row.person_id.clone(),
                occupation: row.occupation_code.clone(),
                level: row.level_code.clone(),
            }),
            application: self.applications.get(application).map(|row| About {
                batch: row.batch_code.clone(),
                person: row.person_id.clone(),
                occupation: row.occupation_code.clone(),
                level: row.level_code.clone(),
            }),
            leaves: self.leaves(one, &parts, trail),
            certificate: about,
        }
    }

    fn seat(&self, part: &BatchComponent, application: &str) -> Option<&arrangement::Seat> {
        self.seats.iter().filter(|seat| seat.application_id == application).find(|seat| {
            let sitting = self.sittings.iter().find(|sitting| sitting.id == seat.sitting_id);
            sitting.is_some_and(|sitting| sitting.component_kind == part.kind)
        })
    }

    fn part(&self, part: &BatchComponent, application: &str) -> PartEvidence {
        let seat = self.seat(part, application);
        let score = self.scores.get(&(application.to_owned(), part.id.clone()));
        let attempt = seat.and_then(|seat| self.attempts.get(&seat.id));
        PartEvidence {
            name: part.name_en.clone(),
            pass_mark: part.pass_mark,
            seat: seat.map(|seat| (seat.occupation_code.clone(), seat.level_code.clone())),
            is_present: seat.and_then(|seat| self.marks.get(&seat.id)).map(|mark| *mark == Mark::Present),
            attempt: (part.delivery == Delivery::Computer).then(|| match attempt {
                None => AttemptEvidence::None,
                Some((attempt, _)) if attempt.ended().is_none() => AttemptEvidence::Open,
                Some((_, false)) => AttemptEvidence::Broken,
                Some((_, true)) => AttemptEvidence::Whole,
            }),
            score: score.map(|one| one.kept.score()),
            worked_out: score
                .and_then(|one| one.worked_out)
                .map(PartOutcome::score as fn(_) -> Option<Score>),
        }
    }

    /// What one candidate's links must have in the trail.
    fn leaves(&self, one: &Certificate, parts: &[&BatchComponent], trail: &Trail) -> Vec<Leaf> {
        let (number, application) = (one.number.as_str(), one.application_id.as_str());
        let any = |_: &Value| true;
        let payload = |says: &Value| says["payload_digest"] == one.payload_digest.as_str();
        let mut leaves = vec![
            trail.leaf(Link::Certificate, "certificate.intend", ("certificate", number), |says| {
                payload(says) && says["application"] == application
            }),
            trail.leaf(Link::Application, "application.submit", ("application", application), any),
            trail.leaf(Link::Admission, "admission.review", ("application", application), |says| {
                says["decision"] == "accept"
            }),
            trail.leaf(Link::Admission, "admission.payment", ("application", application), any),
        ];
        if one.signed_at.is_some() {
            leaves.push(trail.leaf(Link::Certificate, "certificate.issue", ("certificate", number), payload));
        }
        for part in parts {
            leaves.extend(self.leaves_of_part(part, application, trail));
        }
        leaves
    }

    fn leaves_of_part(&self, part: &BatchComponent, application: &str, trail: &Trail) -> Vec<Leaf> {
        let (code, any) = (self.batch.code.as_str(), |_: &Value| true);
        let mut leaves = Vec::new();
        if let Some(score) = self.scores.get(&(application.to_owned(), part.id.clone())) {
            let link = Link::Score(part.name_en.clone());
            leaves.push(match score.origin {
                Origin::Objective | Origin::Attendance => {
                    trail.leaf(link, "score.objective", ("batch", code), any)
                }
                Origin::DoubleEntry => trail.leaf(link, "score.enter", ("component", &part.id), any),
                Origin::SealedScores => trail.leaf(link, "score.seal", ("component", &part.id), any),
            });
        }
        let Some(seat) = self.seat(part, application) else { return leaves };
        leaves.push(trail.leaf(
            Link::Seat(part.name_en.clone()),
            "seat_plan.confirm",
            ("seat_plan", code),
            any,
        ));
        let link = Link::Presence(part.name_en.clone());
        match self.attempts.get(&seat.id) {
            Some((attempt, _)) => {
                let id = attempt.frame().id.as_str();
                let chain = attempt.head().chain.as_str();
                let action = match attempt {
                    Attempt::Closed(_) => "attempt.close",
                    Attempt::Waiting(_) | Attempt::Open(_) | Attempt::HandedIn(_) => "attempt.hand-in",
                };
                leaves.push(trail.leaf(link.clone(), "seat.check-in", ("seat", &seat.id), any));
                leaves.push(trail.leaf(link, action, ("attempt", id), |says| says["chain_head"] == chain));
            }
            None => leaves.push(trail.leaf(link, "room.close", ("room_use", &seat.room_use_id), any)),
        }
        leaves
    }
}

/// Every attempt by its seat, and whether its kept changes make the chain it stands at.
async fn attempts(tx: &mut Tx, batch: &Batch) -> sqlx::Result<HashMap<String, (Attempt, bool)>> {
    let changes = sitting::changes(tx, &batch.code).await?;
    let mut attempts = HashMap::new();
    for row in sitting::attempts(tx, &batch.code).await? {
        let attempt = row.attempt()?;
        let kept = changes.get(&attempt.frame().id).map_or(&[][..], Vec::as_slice);
        let empty = Head::empty().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        let chain = kept.iter().fold(empty.chain, |head, change| step(&head, change));
        let is_whole = chain == attempt.head().chain
            && kept.iter().zip(1..).all(|(change, seq)| change.seq == seq)
            && i64::try_from(kept.len()) == Ok(attempt.head().acked_seq);
        attempts.insert(row.place.seat_id.clone(), (attempt, is_whole));
    }
    Ok(attempts)
}
