//! The files of docs/formats/evidence.md.
use std::{collections::HashMap, fs, path::Path};

use anyhow::Context;
use assessment::PartOutcome;
use rehearse::rehearsal::Told;
use venue::Room;

use super::{Admitted, AttemptRow, Batch, CertificateRow, SeatRow};

impl Batch {
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
            row.extend([one.parts.join(" "), one.kept.join(" ")]);
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
