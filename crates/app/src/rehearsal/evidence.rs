//! What the rows hold after a rehearsal, and the files of the evidence.
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::Path,
};

use anyhow::Context;
use assessment::PartOutcome;
use kernel::BatchCode;
use rehearse::rehearsal::Told;
use sha2::{Digest as _, Sha256};
use venue::{Room, RoomId, SiteId};

use crate::house::House;

/// One admitted candidate.
pub(super) struct Admitted {
    candidate: String,
    point: String,
    site: SiteId,
    occupation: String,
    level: String,
    parts: Vec<String>,
}

/// One seat, with all that is said of it elsewhere.
struct SeatRow {
    candidate: String,
    number: String,
    part: String,
    sitting: String,
    turn: i64,
    from: i64,
    until: i64,
    site: SiteId,
    room: RoomId,
    seat: i64,
    letter: String,
}

/// One attempt after its end.
pub(super) struct AttemptRow {
    candidate: String,
    attempt: String,
    part: String,
    sitting: String,
    last_seq: i64,
    chain: String,
    changes: Vec<sitting::rules::Change>,
}

/// One certificate and its file.
pub(super) struct CertificateRow {
    candidate: String,
    number: String,
    file: Vec<u8>,
}

/// Everything the rows hold of the batch.
pub(super) struct Batch {
    pub code: BatchCode,
    pub engine: &'static str,
    parts: Vec<plan::BatchComponent>,
    pub admitted: Vec<Admitted>,
    rooms: Vec<Room>,
    seats: Vec<SeatRow>,
    pub attempts: Vec<AttemptRow>,
    late: Vec<(String, i64, i64, String)>,
    scores: Vec<(String, String, PartOutcome)>,
    pub results: Vec<(String, &'static str)>,
    pub certificates: Vec<CertificateRow>,
    keys: String,
}

impl Batch {
    /// Reads the one batch there is.
    pub async fn read(house: &House, told: &Told) -> anyhow::Result<Self> {
        let mut tx = house.env.db.read().await?;
        let batch = plan::batches(&mut tx).await?.pop().context("there is no batch")?;
        let code = batch.code.clone();
        let parts = plan::components(&mut tx, &code).await?;
        let admitted = admitted(&mut tx, &code, &parts).await?;
        let mut rooms = Vec::new();
        for site in admitted.iter().map(|one| &one.site).collect::<BTreeSet<_>>() {
            rooms.extend(venue::rooms(&mut tx, site).await?);
        }
        let seats = seats(&mut tx, &code, &admitted, &parts).await?;
        let attempts = attempts(&mut tx, &code, &seats).await?;
        let late = sitting::late_answers(&mut tx, &code).await?;
        let late =
            late.into_iter().map(|(id, seq, item, answer)| (id.to_string(), seq, item, answer)).collect();
        let scores = assessment::component_scores(&mut tx, &code).await?;
        let results = result::results(&mut tx, &code).await?;
        let mut certificates = Vec::new();
        for row in certificate::certificates(&mut tx, &code).await? {
            let file =
                certificate::signed_file(&house.env, &row).map_err(|error| anyhow::anyhow!("{error:?}"))?;
            let fetched = told.files.iter().find(|(id, _)| id == row.application_id.as_str());
            anyhow::ensure!(
                fetched.is_none_or(|(_, bytes)| *bytes == file),
                "the holder of {} was given another file than the one that is kept",
                row.number
            );
            let (candidate, number) = (row.application_id.to_string(), row.number.to_string());
            certificates.push(CertificateRow { candidate, number, file });
        }
        drop(tx);
        Ok(Self {
            engine: if house.layout.database.starts_with("postgres") { "postgres" } else { "sqlite" },
            keys: fs::read_to_string(house.layout.issuer_public_key())?,
            scores: scores
                .into_iter()
                .map(|one| (one.application_id, one.component_id, one.outcome))
                .collect(),
            results: results.into_iter().map(|one| (one.application_id, one.outcome.code())).collect(),
            code,
            parts,
            admitted,
            rooms,
            seats,
            attempts,
            late,
            certificates,
        })
    }

    /// How many different people have a seat.
    pub fn seated(&self) -> usize {
        self.seats.iter().map(|seat| &seat.candidate).collect::<BTreeSet<_>>().len()
    }

    /// How many have a score in at least one part.
    pub fn present(&self) -> usize {
        let scored = self.scores.iter().filter(|(_, _, outcome)| matches!(outcome, PartOutcome::Scored(_)));
        scored.map(|(candidate, ..)| candidate).collect::<BTreeSet<_>>().len()
    }

    /// Acknowledged changes that no counted row holds with the same digest.
    pub fn lost(&self, told: &Told) -> usize {
        let held: HashMap<(&str, i64), (i64, [u8; 32])> = self
            .attempts
            .iter()
            .flat_map(|one| one.changes.iter().map(move |change| (one.attempt.as_str(), change)))
            .map(|(id, change)| {
                ((id, change.seq), (change.no, Sha256::digest(change.answer.as_bytes()).into()))
            })
            .collect();
        let is_lost = |ack: &&rehearse::rehearsal::Ack| {
            held.get(&(ack.attempt.as_str(), ack.seq)) != Some(&(ack.item, ack.answer))
        };
        told.acks.iter().filter(is_lost).count()
    }

    /// Rooms used, and the fewest that would have sufficed, summed over sites and sittings.
    pub fn rooms(&self) -> (usize, usize) {
        let mut uses: BTreeMap<(&SiteId, &str), Vec<&SeatRow>> = BTreeMap::new();
        for seat in &self.seats {
            uses.entry((&seat.site, &seat.sitting)).or_default().push(seat);
        }
        let (mut used, mut bound) = (0, 0);
        for ((site, _), seats) in uses {
            used += seats.iter().map(|seat| &seat.room).collect::<BTreeSet<_>>().len();
            bound += self.fewest(site, &seats);
        }
        (used, bound)
    }

    /// The fewest rooms, largest first, whose places suffice for these seats.
    fn fewest(&self, site: &SiteId, seats: &[&SeatRow]) -> usize {
        let turns = seats.iter().map(|seat| seat.turn).max().and_then(|turns| usize::try_from(turns).ok());
        let kind = seats.first().and_then(|seat| self.rooms.iter().find(|room| room.id == seat.room));
        let part = seats.first().and_then(|seat| self.parts.iter().find(|part| part.id == seat.part));
        let is_panel = part.is_some_and(|part| part.kind == scheme::ComponentKind::Panel);
        let mut places: Vec<usize> = self
            .rooms
            .iter()
            .filter(|room| room.site_id == *site && kind.is_some_and(|used| used.kind == room.kind))
            .map(|room| if is_panel { 1 } else { venue::capacity(room) } * turns.unwrap_or(1))
            .collect();
        places.sort_unstable_by(|a, b| b.cmp(a));
        let mut left = seats.len();
        places
            .iter()
            .take_while(|seats| {
                let is_needed = left > 0;
                left = left.saturating_sub(**seats);
                is_needed
            })
            .count()
    }

    /// Certificates whose file is genuine and names the number.
    pub fn verified(&self) -> usize {
        let keys: Vec<certificate::PublicKey> = self
            .keys
            .lines()
            .filter_map(|line| certificate::PublicKey::from_text(line.trim()).ok())
            .collect();
        let is_genuine = |row: &&CertificateRow| match certificate::verify_pdf(&row.file, &keys) {
            certificate::Verdict::Genuine(payload) => payload.number.as_str() == row.number,
            certificate::Verdict::Altered | certificate::Verdict::NotOurs => false,
        };
        self.certificates.iter().filter(is_genuine).count()
    }

    /// Writes the files of docs/formats/evidence.md.
    pub fn write(&self, folder: &Path, told: &Told) -> anyhow::Result<()> {
        let files = folder.join("certificates");
        fs::create_dir_all(&files).with_context(|| files.display().to_string())?;
        let table = |name: &str, head: &[&str], mut rows: Vec<Vec<String>>| -> anyhow::Result<()> {
            rows.sort();
            write_table(&folder.join(name), head, &rows)
        };
        self.write_plan(&table)?;
        self.write_answers(folder, &table, told)?;
        self.write_outcome(&table)?;
        for row in &self.certificates {
            fs::write(files.join(format!("{}.pdf", row.number)), &row.file)?;
        }
        fs::write(folder.join("issuer.pub"), &self.keys)?;
        Ok(())
    }

    fn write_plan(&self, table: &Table<'_>) -> anyhow::Result<()> {
        let part = |part: &plan::BatchComponent| {
            vec![
                part.id.clone(),
                part.occupation_code.to_string(),
                part.level_code.to_string(),
                word(&part.kind),
                word(&part.delivery),
                part.minutes.to_string(),
                part.pass_mark.0.to_string(),
            ]
        };
        let head = ["part", "occupation", "level", "kind", "delivery", "minutes", "pass_centi"];
        table("parts.csv", &head, self.parts.iter().map(part).collect())?;
        let admitted = |one: &Admitted| {
            let site = one.site.to_string();
            let of = [&one.candidate, &one.point, &site, &one.occupation, &one.level];
            let mut row: Vec<String> = of.into_iter().cloned().collect();
            row.extend([one.parts.join(" "), String::new()]);
            row
        };
        let head = ["candidate", "point", "site", "occupation", "level", "parts", "kept"];
        table("admitted.csv", &head, self.admitted.iter().map(admitted).collect())?;
        let room = |room: &Room| {
            let seats = venue::capacity(room).to_string();
            vec![room.id.to_string(), room.site_id.to_string(), word(&room.kind), seats]
        };
        let mut rooms: Vec<Vec<String>> = self.rooms.iter().map(room).collect();
        rooms.sort();
        rooms.iter_mut().for_each(|row| row.swap(0, 1));
        // Sorted by room already: the key is the second column.
        table("rooms.csv", &["site", "room", "kind", "seats"], rooms)?;
        let seat = |seat: &SeatRow| {
            let site = seat.site.to_string();
            let room = seat.room.to_string();
            let numbers = [seat.turn, seat.from, seat.until].map(|number| number.to_string());
            let mut row =
                vec![seat.candidate.clone(), seat.number.clone(), seat.part.clone(), seat.sitting.clone()];
            row.extend(numbers);
            row.extend([site, room, seat.seat.to_string(), seat.letter.clone()]);
            row
        };
        let head = [
            "candidate",
            "admission_number",
            "part",
            "sitting",
            "turn",
            "starts_at",
            "ends_at",
            "site",
            "room",
            "seat",
            "form",
        ];
        table("seats.csv", &head, self.seats.iter().map(seat).collect())
    }

    fn write_answers(&self, folder: &Path, table: &Table<'_>, told: &Told) -> anyhow::Result<()> {
        let of: HashMap<&str, &str> =
            self.attempts.iter().map(|one| (one.attempt.as_str(), one.candidate.as_str())).collect();
        let candidate = |attempt: &str| of.get(attempt).copied().unwrap_or_default().to_owned();
        let ack = |ack: &rehearse::rehearsal::Ack| {
            let digest = ack.answer.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            let (seq, item, at) = (ack.seq.to_string(), ack.item.to_string(), ack.at.to_string());
            vec![candidate(&ack.attempt), ack.attempt.clone(), seq, item, digest, at]
        };
        let head = ["candidate", "attempt", "seq", "item", "answer_sha256", "acked_at"];
        // In the order of the replies.
        let rows: Vec<Vec<String>> = told.acks.iter().map(ack).collect();
        write_table(&folder.join("acks.csv"), &head, &rows)?;
        let receipt = |one: &rehearse::rehearsal::Receipt| {
            vec![candidate(&one.attempt), one.attempt.clone(), one.receipt.clone()]
        };
        let rows: Vec<Vec<String>> = told.receipts.iter().map(receipt).collect();
        write_table(&folder.join("receipts.csv"), &["candidate", "attempt", "receipt"], &rows)?;
        let attempt = |one: &AttemptRow| {
            let of = [&one.candidate, &one.attempt, &one.part, &one.sitting];
            let mut row: Vec<String> = of.into_iter().cloned().collect();
            row.extend([one.last_seq.to_string(), one.chain.clone()]);
            row
        };
        let head = ["candidate", "attempt", "part", "sitting", "last_seq", "chain_head"];
        table("attempts.csv", &head, self.attempts.iter().map(attempt).collect())?;
        self.write_changes(folder, candidate)
    }

    fn write_changes(&self, folder: &Path, candidate: impl Fn(&str) -> String) -> anyhow::Result<()> {
        let mut rows: Vec<(String, i64, bool, Vec<String>)> = Vec::new();
        let mut row = |attempt: &str, seq: i64, item: i64, answer: &str, counted: bool| {
            let cells = vec![
                candidate(attempt),
                attempt.to_owned(),
                seq.to_string(),
                item.to_string(),
                answer.to_owned(),
                counted.to_string(),
            ];
            rows.push((attempt.to_owned(), seq, counted, cells));
        };
        for one in &self.attempts {
            one.changes
                .iter()
                .for_each(|change| row(&one.attempt, change.seq, change.no, &change.answer, true));
        }
        self.late.iter().for_each(|(attempt, seq, item, answer)| row(attempt, *seq, *item, answer, false));
        rows.sort();
        let rows: Vec<Vec<String>> = rows.into_iter().map(|(.., cells)| cells).collect();
        let head = ["candidate", "attempt", "seq", "item", "answer", "counted"];
        write_table(&folder.join("answers.csv"), &head, &rows)
    }

    fn write_outcome(&self, table: &Table<'_>) -> anyhow::Result<()> {
        let score = |(candidate, part, outcome): &(String, String, PartOutcome)| {
            let score = outcome.score().map_or_else(String::new, |score| score.0.to_string());
            vec![candidate.clone(), part.clone(), outcome.kind().to_owned(), score]
        };
        let head = ["candidate", "part", "outcome", "score_centi"];
        table("scores.csv", &head, self.scores.iter().map(score).collect())?;
        let result =
            |(candidate, outcome): &(String, &'static str)| vec![candidate.clone(), (*outcome).to_owned()];
        table("results.csv", &["candidate", "outcome"], self.results.iter().map(result).collect())?;
        let certificate = |row: &CertificateRow| {
            vec![row.candidate.clone(), row.number.clone(), format!("{}.pdf", row.number)]
        };
        let head = ["candidate", "number", "file"];
        table("certificates.csv", &head, self.certificates.iter().map(certificate).collect())
    }
}

type Table<'a> = dyn Fn(&str, &[&str], Vec<Vec<String>>) -> anyhow::Result<()> + 'a;

fn write_table(file: &Path, head: &[&str], rows: &[Vec<String>]) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_path(file).with_context(|| file.display().to_string())?;
    csv.write_record(head)?;
    rows.iter().try_for_each(|row| csv.write_record(row))?;
    Ok(csv.flush()?)
}

/// The stored word of a value of ours.
fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|word| word.as_str().map(ToOwned::to_owned)).unwrap_or_default()
}

async fn admitted(
    tx: &mut store::Tx,
    code: &BatchCode,
    parts: &[plan::BatchComponent],
) -> anyhow::Result<Vec<Admitted>> {
    let points = plan::points(tx, code).await?;
    let mut all = Vec::new();
    for one in admission::admitted(tx, code).await? {
        let point = points.iter().find(|point| point.point_path == one.point_path);
        let point = point.with_context(|| format!("{} takes no part", one.point_path))?;
        let own = |part: &&plan::BatchComponent| {
            part.occupation_code == one.occupation_code && part.level_code == one.level_code
        };
        all.push(Admitted {
            candidate: one.application_id.to_string(),
            point: one.point_path.to_string(),
            site: point.site_of(&one.occupation_code).clone(),
            parts: parts.iter().filter(own).map(|part| part.id.clone()).collect(),
            occupation: one.occupation_code.to_string(),
            level: one.level_code.to_string(),
        });
    }
    Ok(all)
}

async fn seats(
    tx: &mut store::Tx,
    code: &BatchCode,
    admitted: &[Admitted],
    parts: &[plan::BatchComponent],
) -> anyhow::Result<Vec<SeatRow>> {
    let sittings = arrangement::sittings(tx, code).await?;
    let rooms = arrangement::room_uses(tx, code).await?;
    let numbers = arrangement::admission_numbers(tx, code).await?;
    let sittings: HashMap<&str, &arrangement::Sitting> =
        sittings.iter().map(|sitting| (sitting.id.as_str(), sitting)).collect();
    let rooms: HashMap<&str, &arrangement::RoomUse> =
        rooms.iter().map(|room| (room.id.as_str(), room)).collect();
    let people: HashMap<&str, &Admitted> = admitted.iter().map(|one| (one.candidate.as_str(), one)).collect();
    let mut rows = Vec::new();
    for seat in arrangement::seats(tx, code).await? {
        let sitting = sittings.get(seat.sitting_id.as_str()).context("a seat without its sitting")?;
        let room = rooms.get(seat.room_use_id.as_str()).context("a seat without its room")?;
        let part = people.get(seat.application_id.as_str()).and_then(|one| {
            let own = |part: &&plan::BatchComponent| {
                part.kind == sitting.component_kind && one.parts.contains(&part.id)
            };
            parts.iter().find(own)
        });
        let (from, until) = sitting.turn(seat.turn);
        rows.push(SeatRow {
            number: numbers.get(&seat.application_id).map(ToString::to_string).unwrap_or_default(),
            part: part.map(|part| part.id.clone()).unwrap_or_default(),
            sitting: sitting.id.clone(),
            turn: seat.turn,
            from: from.get(),
            until: until.get(),
            site: room.site_id.clone(),
            room: room.room_id.clone(),
            seat: seat.number,
            letter: seat.form_letter.clone(),
            candidate: seat.application_id,
        });
    }
    Ok(rows)
}

async fn attempts(
    tx: &mut store::Tx,
    code: &BatchCode,
    seats: &[SeatRow],
) -> anyhow::Result<Vec<AttemptRow>> {
    let mut changes = sitting::changes(tx, code).await?;
    let parts: HashMap<(&str, &str), &str> = seats
        .iter()
        .map(|seat| ((seat.candidate.as_str(), seat.sitting.as_str()), seat.part.as_str()))
        .collect();
    let mut rows = Vec::new();
    for row in sitting::attempts(tx, code).await? {
        let attempt = row.attempt()?;
        let (id, head) = (&attempt.frame().id, attempt.head());
        let place = (row.place.application_id.as_str(), row.place.sitting_id.as_str());
        rows.push(AttemptRow {
            part: parts.get(&place).copied().unwrap_or_default().to_owned(),
            attempt: id.to_string(),
            sitting: row.place.sitting_id.clone(),
            last_seq: head.acked_seq,
            chain: head.chain.to_string(),
            changes: changes.remove(id).unwrap_or_default(),
            candidate: row.place.application_id.clone(),
        });
    }
    Ok(rows)
}
