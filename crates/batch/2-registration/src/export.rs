//! Applications as a file in the columns of a template: what was handed in once is not typed again into the
//! system of somebody else. Later stages add columns of their own behind it.
use std::collections::HashMap;

use ::store::Tx;
use identity::Env;
use kernel::{LevelCode, Sex};
use person::Person;
use plan::{Batch, BatchLevel, Outline};
use print::{Line, SheetRefused, TextSheet};
use tokio::{sync::mpsc, task::JoinHandle};
use web::{PageError, PageResult};

use crate::{
    Application, ExamKind, Opened,
    rules::template::{Field, TEMPLATES, Template, template},
};

/// Applications opened in one turn.
const AT_ONCE: usize = 500;
/// Portions of lines that wait between the rows and the file. Source: [own].
const WAITING: usize = 2;

/// The templates a list can be written in: id, Chinese and English title.
#[must_use]
pub fn export_templates() -> Vec<(&'static str, &'static str, &'static str)> {
    let titles = |one: &'static Template| (one.id.as_str(), one.title_zh.as_str(), one.title_en.as_str());
    TEMPLATES.iter().map(titles).collect()
}

/// A workbook of applications in the columns of a template, the first for an unknown id, with more columns
/// behind them: their headings, and their cells beside each application.
///
/// # Errors
/// Storage; a sealed value that does not open; more lines than a sheet has.
pub async fn export(
    tx: &mut Tx,
    env: &Env,
    (batch, outline): (&Batch, &Outline),
    id: &str,
    heads: &[String],
    rows: Vec<(Application, Vec<String>)>,
) -> PageResult<Vec<u8>> {
    let columns = template(id);
    let names = Names { outline, ladder: scheme::levels(tx, batch.reference_date).await? };
    let own = columns.columns.iter().map(|column| column.name.clone());
    let (sender, writer) = writer(own.chain(heads.iter().cloned()).collect());
    for chunk in rows.chunks(AT_ONCE) {
        let ids: Vec<_> = chunk.iter().map(|(row, _)| row.person_id.clone()).collect();
        let people = person::load_many(tx, &env.vault, &ids).await?;
        let people: HashMap<_, _> = people.into_iter().map(|person| (person.id.clone(), person)).collect();
        let mut lines = Vec::new();
        for (application, more) in chunk {
            let Some(person) = people.get(&application.person_id) else { continue };
            let opened = application.open(&env.vault)?;
            let of = |column: &crate::rules::template::Column| {
                let word = names.word(column.field, application, person, &opened);
                column.written(&word).to_owned()
            };
            let cells: Vec<String> = columns.columns.iter().map(of).chain(more.iter().cloned()).collect();
            lines.push(Line::from(cells));
        }
        if sender.send(lines).await.is_err() {
            break;
        }
    }
    drop(sender);
    finish(writer).await
}

/// A file that is written beside the requests while its lines come in.
pub(crate) type Writer = JoinHandle<Result<Vec<u8>, SheetRefused>>;

/// Begins a file with these headings; it ends when the sender is gone.
pub(crate) fn writer(heads: Vec<String>) -> (mpsc::Sender<Vec<Line>>, Writer) {
    let (sender, mut lines) = mpsc::channel::<Vec<Line>>(WAITING);
    let writer = tokio::task::spawn_blocking(move || {
        let mut sheet = TextSheet::new(&heads)?;
        while let Some(portion) = lines.blocking_recv() {
            for line in &portion {
                sheet.line(line)?;
            }
        }
        sheet.finish()
    });
    (sender, writer)
}

/// The file that was written.
///
/// # Errors
/// Internal, when it could not be.
pub(crate) async fn finish(writer: Writer) -> PageResult<Vec<u8>> {
    let file = writer.await.map_err(|error| PageError::Internal(error.to_string()))?;
    file.map_err(|error| PageError::Internal(error.to_string()))
}

/// Chinese names of what codes mean: templates are filled in Chinese.
struct Names<'a> {
    outline: &'a Outline,
    ladder: Vec<scheme::Level>,
}

impl Names<'_> {
    fn level(&self, code: &LevelCode) -> String {
        let known = self.ladder.iter().find(|level| level.code == *code);
        known.map_or_else(|| code.to_string(), |level| level.name_zh.clone())
    }

    /// What the column of a field holds, in words.
    fn word(&self, field: Field, application: &Application, person: &Person, opened: &Opened) -> String {
        let (detail, particulars) = (&person.detail, &opened.particulars);
        let text = |value: &Option<kernel::Day>| value.map(|day| day.to_string()).unwrap_or_default();
        let document = person.document_number();
        match field {
            Field::Serial => application.serial.to_string(),
            Field::Occupation => {
                let same = |level: &&BatchLevel| level.occupation_code == application.occupation_code;
                let known = self.outline.levels.iter().find(same);
                known.map_or_else(|| application.occupation_code.to_string(), |l| l.occupation_zh.clone())
            }
            Field::Level => self.level(&application.level_code),
            Field::Clause => application.clause_text.clone(),
            Field::DocumentKind => person.document_kind.clone(),
            Field::Document => person.document.clone(),
            Field::Name => person.name.clone(),
            Field::Sex => match document.and_then(|number| number.sex()) {
                Some(Sex::Male) => "男".to_owned(),
                Some(Sex::Female) => "女".to_owned(),
                None => String::new(),
            },
            Field::BornOn => {
                let born = document.and_then(|number| number.birth_day());
                born.map_or_else(|| particulars.born_on.clone(), |day| day.to_string())
            }
            Field::Phone => person.phone.clone(),
            Field::HasPrior => if application.prior_level.is_some() { "是" } else { "否" }.to_owned(),
            Field::PriorLevel => application.prior_level.as_ref().map(|c| self.level(c)).unwrap_or_default(),
            Field::PriorCertificate => opened.prior_certificate.clone(),
            Field::Education => application.education.clone(),
            Field::Region => particulars.region.clone(),
            Field::Source => application.source.clone(),
            Field::Employer => detail.employer.clone(),
            Field::Point => {
                let known =
                    self.outline.points.iter().find(|point| point.point_path == application.point_path);
                known.map_or_else(|| application.point_path.to_string(), |point| point.point_zh.clone())
            }
            Field::Category => particulars.category.clone(),
            Field::Major => application.major.clone(),
            Field::ExamKind => match application.exam_kind {
                ExamKind::First => "正考".to_owned(),
                ExamKind::Retake => "补考".to_owned(),
            },
            Field::Ethnicity => detail.ethnicity.clone(),
            Field::WorkStartedOn => text(&application.work_started_on),
            Field::Email => detail.email.clone(),
            Field::WorkYears => application.work_years_stated.map(|n| n.to_string()).unwrap_or_default(),
            Field::Household => detail.household.clone(),
            Field::Affiliation => detail.affiliation.clone(),
            Field::Diploma => opened.diploma.clone(),
            Field::Experience => particulars.experience.clone(),
            Field::Address => detail.address.clone(),
            Field::Collection => particulars.collection.clone(),
            Field::Postcode => detail.postcode.clone(),
            Field::MailAddress => particulars.mail_address.clone(),
            Field::PriorIssuedOn => text(&application.prior_issued_on),
            Field::Part | Field::ExamDay | Field::Score | Field::Basis => String::new(),
        }
    }
}
