//! What the rows hold after a rehearsal, and the files of the evidence.
mod read;
mod write;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
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
    kept: Vec<String>,
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
        let admitted = read::admitted(&mut tx, &code, &parts).await?;
        let mut rooms = Vec::new();
        for site in admitted.iter().map(|one| &one.site).collect::<BTreeSet<_>>() {
            rooms.extend(venue::rooms(&mut tx, site).await?);
        }
        let seats = read::seats(&mut tx, &code, &admitted, &parts).await?;
        let attempts = read::attempts(&mut tx, &code, &seats).await?;
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
        arrangement::rules::allocation::fewest_rooms(seats.len(), &places).unwrap_or(places.len())
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
}
