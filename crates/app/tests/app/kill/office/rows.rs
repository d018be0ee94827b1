//! What the database and the file store hold of fees, scores and certificates since a round began.
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use kernel::Digest;
use serde_json::Value;
use store::{Blobs, Db, Tx, on};
use testkit::{
    Server,
    sitters::{open_unchecked, write_unchecked},
};
use tokio::runtime::Handle;

use super::judge::What;

const PAYMENTS: &str = "SELECT application_id, receipt_number, amount FROM admission_payment";
const PAID: &str = "SELECT application_id FROM admission WHERE state = 'paid'";
const FIGURES: &str = "SELECT CAST('score.seal' AS TEXT) AS action, a.id AS account, a.login AS login,
    c.kind AS kind, n.number AS number, s.application_id AS application_id, s.component_id AS component_id,
    s.score_centi AS score_centi FROM sealed_score s JOIN account a ON a.id = s.examiner
    JOIN batch_component c ON c.id = s.component_id
    JOIN admission_number n ON n.application_id = s.application_id
    UNION ALL SELECT CAST('score.enter' AS TEXT), a.id, a.login, c.kind, n.number, e.application_id,
    e.component_id, e.score_centi FROM score_entry e JOIN account a ON a.id = e.entered_by
    JOIN batch_component c ON c.id = e.component_id
    JOIN admission_number n ON n.application_id = e.application_id";
const SCORES: &str = "SELECT application_id, component_id FROM component_score
    WHERE origin IN ('double_entry', 'sealed_scores')";
const CERTIFICATES: &str = "SELECT number, application_id, status, payload_digest,
    COALESCE(pdf_digest, '') AS pdf_digest, COALESCE(token_digest, '') AS token_digest,
    COALESCE(pdf_file, '') AS pdf_file FROM certificate";
const ENTRIES: &str = "SELECT id, action, actor, object_id, payload FROM trail_entry WHERE action IN
    ('admission.payment', 'score.seal', 'score.enter', 'certificate.intend', 'certificate.issue')";
const SERIALS: &str = "SELECT CAST(COALESCE(SUM(last_serial), 0) AS BIGINT) FROM certificate_serial";

/// What was there before a round: of the trail nothing is ever taken back.
#[derive(Debug, Clone, Default)]
pub struct Before {
    entries: BTreeSet<String>,
    serials: i64,
}

/// A figure that somebody wrote down.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Figure {
    action: String,
    account: String,
    login: String,
    /// Kind of part.
    pub kind: String,
    number: String,
    /// Whose.
    pub application_id: String,
    /// Part of the batch.
    pub component_id: String,
    score_centi: Option<i64>,
}

/// A certificate's row.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Certificate {
    /// The 22 characters.
    pub number: String,
    application_id: String,
    status: String,
    payload_digest: String,
    /// Of the signed file; empty before.
    pub pdf_digest: String,
    token_digest: String,
    pdf_file: String,
}

impl Certificate {
    /// Whether it counts.
    pub fn is_signed(&self) -> bool {
        self.status == "valid"
    }
}

/// An entry of the trail.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Entry {
    id: String,
    action: String,
    actor: String,
    object_id: String,
    payload: String,
}

/// Everything that the judge looks at.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Application, receipt, and hundredths of a yuan.
    pub payments: Vec<(String, String, i64)>,
    /// Applications that are marked as paid.
    pub paid: BTreeSet<String>,
    /// Figures.
    pub figures: Vec<Figure>,
    /// Application and part of each score that is made of figures.
    pub scores: BTreeSet<(String, String)>,
    /// Certificates.
    pub certificates: Vec<Certificate>,
    /// How many numbers were taken.
    pub numbered: usize,
    /// Entries of the trail.
    pub entries: Vec<Entry>,
    /// Names of the sealed files of certificates, as far as they are there and whole.
    pub files: BTreeSet<String>,
}

impl Before {
    /// What is there now.
    pub fn of(server: &Server) -> Self {
        Handle::current().block_on(async {
            let db = Db::open(&server.database).await.unwrap();
            let mut tx = db.read().await.unwrap();
            let entries: Vec<Entry> =
                on!(&mut tx, |conn| sqlx::query_as(ENTRIES).fetch_all(conn).await).unwrap();
            let serials: i64 =
                on!(&mut tx, |conn| sqlx::query_scalar(SERIALS).fetch_one(conn).await).unwrap();
            drop(tx);
            db.close().await;
            Self { entries: entries.into_iter().map(|entry| entry.id).collect(), serials }
        })
    }
}

impl Rows {
    /// Reads them through a connection of its own, opened only after the server has recovered them.
    pub fn of(server: &Server, before: &Before) -> Self {
        let rows = Handle::current().block_on(async {
            let db = Db::open(&server.database).await.unwrap();
            let mut tx = db.read().await.unwrap();
            let rows = Self::read(&mut tx, before).await;
            drop(tx);
            db.close().await;
            rows
        });
        rows.with_files(server.data())
    }

    /// What would be there after this statement, which changes one row; nothing of that stays.
    pub fn with(server: &Server, before: &Before, statement: &'static str) -> Self {
        let rows = Handle::current().block_on(async {
            let db = open_unchecked(&server.database).await;
            let mut tx = write_unchecked(&db).await;
            let changed = on!(&mut tx, |conn| sqlx::query(statement)
                .execute(conn)
                .await
                .map(|done| done.rows_affected()));
            assert_eq!(changed.unwrap(), 1, "{statement}");
            let rows = Self::read(&mut tx, before).await;
            drop(tx);
            db.close().await;
            rows
        });
        rows.with_files(server.data())
    }

    async fn read(tx: &mut Tx, before: &Before) -> Self {
        let payments: Vec<(String, String, i64)> =
            on!(&mut *tx, |conn| sqlx::query_as(PAYMENTS).fetch_all(conn).await).unwrap();
        let paid: Vec<String> = on!(&mut *tx, |conn| sqlx::query_scalar(PAID).fetch_all(conn).await).unwrap();
        let figures: Vec<Figure> =
            on!(&mut *tx, |conn| sqlx::query_as(FIGURES).fetch_all(conn).await).unwrap();
        let scores: Vec<(String, String)> =
            on!(&mut *tx, |conn| sqlx::query_as(SCORES).fetch_all(conn).await).unwrap();
        let certificates: Vec<Certificate> =
            on!(&mut *tx, |conn| sqlx::query_as(CERTIFICATES).fetch_all(conn).await).unwrap();
        let mut entries: Vec<Entry> =
            on!(&mut *tx, |conn| sqlx::query_as(ENTRIES).fetch_all(conn).await).unwrap();
        entries.retain(|entry| !before.entries.contains(&entry.id));
        let serials: i64 = on!(&mut *tx, |conn| sqlx::query_scalar(SERIALS).fetch_one(conn).await).unwrap();
        Self {
            payments,
            paid: paid.into_iter().collect(),
            figures,
            scores: scores.into_iter().collect(),
            certificates,
            numbered: usize::try_from(serials - before.serials).unwrap(),
            entries,
            files: BTreeSet::new(),
        }
    }

    /// The same, with the names of the files of certificates that are whole.
    fn with_files(mut self, data: &Path) -> Self {
        let files = Blobs::open(data.join("files")).unwrap();
        let is_whole = |name: &String| {
            let digest = Digest::parse(name).ok();
            digest.is_some_and(|digest| matches!(files.get(&digest), Ok(Some(_))))
        };
        self.files = self.certificates.iter().map(|row| row.pdf_file.clone()).filter(is_whole).collect();
        self
    }

    /// Whether the file of a certificate is there and whole.
    pub fn has_file_of(&self, row: &Certificate) -> bool {
        self.files.contains(&row.pdf_file)
    }

    /// What is written down at the desks, and as what.
    pub fn held(&self) -> BTreeMap<What, String> {
        let fees = self.payments.iter().map(|(application, receipt, amount)| {
            (What::Fee { application: application.clone() }, fee(receipt, *amount))
        });
        let figures = self.figures.iter().map(|figure| {
            let (login, part, number) = (figure.login.clone(), figure.kind.clone(), figure.number.clone());
            let value = figure.score_centi.map_or_else(|| "absent".to_owned(), |centi| centi.to_string());
            (What::Figure { login, part, number }, value)
        });
        fees.chain(figures).collect()
    }

    /// Payments as their entries say them.
    pub fn payment_lines(&self) -> Vec<String> {
        let lines = self.payments.iter();
        lines.map(|(application, receipt, amount)| format!("{application} {receipt} {amount}")).collect()
    }

    /// Figures as their entries say them: an entry names the part and no candidate.
    pub fn figure_lines(&self) -> Vec<String> {
        let line = |one: &Figure| format!("{} {} {}", one.action, one.account, one.component_id);
        self.figures.iter().map(line).collect()
    }

    /// Certificates as the entries of their intents say them.
    pub fn intent_lines(&self) -> Vec<String> {
        let line =
            |one: &Certificate| format!("{} {} {}", one.number, one.application_id, one.payload_digest);
        self.certificates.iter().map(line).collect()
    }

    /// Signed certificates as the entries of their issue say them.
    pub fn issue_lines(&self) -> Vec<String> {
        let line = |one: &Certificate| {
            format!("{} {} {} {}", one.number, one.payload_digest, one.pdf_digest, one.token_digest)
        };
        self.certificates.iter().filter(|one| one.is_signed()).map(line).collect()
    }

    /// What the trail says of payments.
    pub fn entries_of_payments(&self) -> Vec<String> {
        self.said("admission.payment", &["receipt", "amount"])
    }

    /// What it says of figures.
    pub fn entries_of_figures(&self) -> Vec<String> {
        let figures = self.entries.iter().filter(|one| one.action.starts_with("score."));
        figures.map(|one| format!("{} {} {}", one.action, one.actor, one.object_id)).collect()
    }

    /// What it says of numbers that were taken.
    pub fn entries_of_intents(&self) -> Vec<String> {
        self.said("certificate.intend", &["application", "payload_digest"])
    }

    /// What it says of certificates that were signed.
    pub fn entries_of_issues(&self) -> Vec<String> {
        self.said("certificate.issue", &["payload_digest", "pdf_digest", "token_digest"])
    }

    /// What entries of an action are about, with some values of their payload.
    fn said(&self, action: &str, names: &[&str]) -> Vec<String> {
        let line = |entry: &Entry| {
            let payload: Value = serde_json::from_str(&entry.payload).unwrap();
            // Texts as they are, numbers in digits.
            let value = |name: &&str| {
                let value = &payload[*name];
                value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
            };
            let values: Vec<String> = names.iter().map(value).collect();
            format!("{} {}", entry.object_id, values.join(" "))
        };
        self.entries.iter().filter(|entry| entry.action == action).map(line).collect()
    }

    /// Payments with everything that belongs to them, for the test of the judge: application, receipt, amount.
    pub fn of_payments(all: &[(&str, &str, i64)]) -> Self {
        let entry = |(application, receipt, amount): &(&str, &str, i64)| Entry {
            id: format!("entry of {application}"),
            action: "admission.payment".to_owned(),
            actor: "registrar".to_owned(),
            object_id: (*application).to_owned(),
            payload: serde_json::json!({ "amount": amount, "receipt": receipt }).to_string(),
        };
        let payment = |(application, receipt, amount): &(&str, &str, i64)| {
            ((*application).to_owned(), (*receipt).to_owned(), *amount)
        };
        Self {
            payments: all.iter().map(payment).collect(),
            paid: all.iter().map(|(application, ..)| (*application).to_owned()).collect(),
            entries: all.iter().map(entry).collect(),
            ..Self::default()
        }
    }
}

/// A fee as a desk and its row agree on it.
pub fn fee(receipt: &str, hundredths: i64) -> String {
    format!("{receipt} {hundredths}")
}
