//! Printing everything for one site (考场材料): tickets in files of at most so many people, then door lists,
//! seat cards and sign-in sheets of each sitting. Each file is typeset outside any transaction, lies sealed
//! in the file store, and stands in the list once its row is written; a job that begins again goes on after
//! the files that are there.
use std::collections::{BTreeMap, HashMap};

use ::store::Tx;
use identity::{Action, Env, Object};
use job::{Kind, Outcome, Stopped, UndoFuture, Work, WorkFuture};
use person::Place;
use plan::Batch;
use print::PrintRefused;
use serde_json::json;
use web::{PageError, PageResult};

use crate::{
    RoomUse, Seat, SitePlan, Sitting,
    document::{
        self, Document,
        room::{Room, Rooms},
        ticket::Tickets,
    },
    rules::SiteStatus,
    store::{
        self,
        pack::{self as rows, FileKind, Pack, PackFile},
    },
};

/// Makes a pack.
pub(crate) const PRINT: Kind = Kind { name: "print-pack.make", run, undo };

/// Most people in a file of tickets. Source: [own]; such a file is typeset in seconds and printed in one go.
pub(crate) const PEOPLE_MOST: i64 = 100;

fn run(work: Work) -> WorkFuture {
    Box::pin(async move { make(&work).await })
}

fn undo(work: Work) -> UndoFuture {
    Box::pin(async move { take_back(&work).await })
}

/// One file to be made.
enum Part {
    Tickets(Vec<String>),
    OfSitting(FileKind, String),
}

/// Everything a pack is made of, read once.
struct Matter {
    batch: Batch,
    site: SitePlan,
    tickets: Tickets,
    rooms: Rooms,
    uses: Vec<RoomUse>,
    sittings: HashMap<String, Sitting>,
    /// By exam room.
    seats: BTreeMap<String, Vec<Seat>>,
    parts: Vec<Part>,
}

async fn make(work: &Work) -> Result<Outcome, Stopped> {
    let pack = subject(work).await?;
    let matter = {
        let mut tx = work.env.db.read().await?;
        Matter::load(&mut tx, &work.env, &pack).await?
    };
    let object = Object { path: &matter.site.site_path, batch: Some(pack.batch_code.as_str()) };
    if work.who.may(Action::Arrange, object, work.env.now()).is_none() {
        return Err(Stopped::Refused(Outcome::new("seat-plan-outcome-no-duty")));
    }
    if matter.site.status != SiteStatus::Confirmed || matter.site.version != pack.site_version {
        return Err(Stopped::Refused(Outcome::new("pack-outcome-out-of-date")));
    }
    let there = rows::files(&mut work.env.db.read().await?, &pack.id).await?;
    let total = matter.parts.len();
    let mut tx = work.env.db.write().await?;
    work.progress(&mut tx, there.len(), total).await?;
    rows::set_total(&mut tx, &pack.id, count(total)).await?;
    tx.commit().await?;
    let mut done = there.len();
    for (part, number) in matter.parts.iter().zip(1..) {
        if there.iter().any(|file| file.number == number) {
            continue;
        }
        let file = matter.file(&work.env, &pack, (part, number)).await?;
        done += 1;
        let mut tx = work.env.db.write().await?;
        work.progress(&mut tx, done, total).await?;
        rows::insert_file(&mut tx, &file).await?;
        tx.commit().await?;
    }
    finish(work, &pack, &matter).await?;
    Ok(Outcome::new("pack-outcome-made").with("n", total))
}

async fn subject(work: &Work) -> Result<Pack, Stopped> {
    let missing = || Stopped::Broken("a pack that is not there".into());
    let code = work.job.batch_code.as_ref().ok_or_else(missing)?;
    rows::pack(&mut work.env.db.read().await?, code, &work.job.subject).await?.ok_or_else(missing)
}

async fn finish(work: &Work, pack: &Pack, matter: &Matter) -> Result<(), Stopped> {
    let mut tx = work.env.db.write().await?;
    work.check_hold(&mut tx).await?;
    if rows::finish(&mut tx, &pack.id, work.env.now()).await? {
        let files = rows::files(&mut tx, &pack.id).await?;
        let payload = json!({
            "site": pack.site_id, "site_version": pack.site_version, "people_most": pack.people_most,
            "people": matter.people().len(), "files": files.iter().map(|file| &file.digest).collect::<Vec<_>>(),
        });
        let note = work.who.note("pack.make", "print_pack", &pack.id).batch(pack.batch_code.as_str());
        note.payload(payload).record(&mut tx, &work.env).await?;
    }
    Ok(tx.commit().await?)
}

async fn take_back(work: &Work) -> Result<(), Stopped> {
    let pack = subject(work).await?;
    let mut tx = work.env.db.write().await?;
    work.check_hold(&mut tx).await?;
    rows::clear_files(&mut tx, &pack.id).await?;
    Ok(tx.commit().await?)
}

impl Matter {
    async fn load(tx: &mut Tx, env: &Env, pack: &Pack) -> PageResult<Self> {
        let code = &pack.batch_code;
        let batch = plan::batch(tx, code.as_str()).await?.ok_or(PageError::NotFound)?;
        let site = store::site_plan(tx, code, &pack.site_id).await?.ok_or(PageError::NotFound)?;
        let all = store::seats_of_site(tx, code, &pack.site_id).await?;
        let sittings = store::sittings(tx, code).await?;
        let numbers = store::admission_numbers(tx, code).await?;
        let mut matter = Self {
            tickets: Tickets::load(tx, &batch, &site, numbers).await?,
            rooms: Rooms::load(tx, env, &batch, (&site, &all)).await?,
            uses: store::room_uses_of_site(tx, code, &pack.site_id).await?,
            sittings: sittings.into_iter().map(|one| (one.id.clone(), one)).collect(),
            seats: BTreeMap::new(),
            parts: Vec::new(),
            batch,
            site,
        };
        for seat in all {
            matter.seats.entry(seat.room_use_id.clone()).or_default().push(seat);
        }
        matter.parts = matter.parts(pack.people_most)?;
        Ok(matter)
    }

    /// Everybody in the order of their numbers.
    fn people(&self) -> Vec<&str> {
        let mut people: Vec<&str> =
            self.seats.values().flatten().map(|seat| seat.application_id.as_str()).collect();
        people.sort_by_key(|application| self.tickets.number(application).ok());
        people.dedup();
        people
    }

    fn parts(&self, people_most: i64) -> PageResult<Vec<Part>> {
        let most = usize::try_from(people_most).map_err(|error| PageError::Internal(error.to_string()))?;
        let files = self.people();
        let files = files.chunks(most.max(1));
        let mut parts: Vec<Part> =
            files.map(|people| Part::Tickets(people.iter().map(|one| (*one).to_owned()).collect())).collect();
        let mut held: Vec<&str> = Vec::new();
        for room in &self.uses {
            if !held.contains(&room.sitting_id.as_str()) {
                held.push(&room.sitting_id);
            }
        }
        for kind in [FileKind::DoorLists, FileKind::SeatCards, FileKind::SignInSheets] {
            parts.extend(held.iter().map(|sitting| Part::OfSitting(kind, (*sitting).to_owned())));
        }
        Ok(parts)
    }

    async fn file(&self, env: &Env, pack: &Pack, (part, number): (&Part, i64)) -> Result<PackFile, Stopped> {
        let (document, mut file) = match part {
            Part::Tickets(people) => self.tickets_of(env, people).await?,
            Part::OfSitting(kind, sitting) => self.of_sitting(*kind, sitting)?,
        };
        let range = (file.first_in.clone(), file.last_in.clone());
        let pdf = document::typeset(document).await?.map_err(|refused| glyph(refused, &range))?;
        file.pack_id.clone_from(&pack.id);
        file.number = number;
        let sealed = env.vault.seal_bytes(&*env.entropy, file_place(&file_row(&pack.id, number)), &pdf);
        let kept = env.blobs.put(&sealed).map_err(|error| Stopped::Broken(error.to_string()))?;
        file.digest = kept.to_string();
        Ok(file)
    }

    async fn tickets_of(&self, env: &Env, people: &[String]) -> Result<(Document, PackFile), Stopped> {
        let mut tx = env.db.read().await?;
        let mut made = Vec::new();
        for application in people {
            let seats = store::seats_of_application(&mut tx, application).await?;
            let found = registration::application(&mut tx, application).await?;
            let found = found.ok_or_else(|| Stopped::Broken(format!("no application {application}")))?;
            made.push(self.tickets.ticket(&mut tx, env, &found, &seats).await?);
        }
        let number = |application: Option<&String>| -> PageResult<String> {
            application.map_or_else(|| Ok(String::new()), |one| Ok(self.tickets.number(one)?.to_string()))
        };
        let (first_in, last_in) = (number(people.first())?, number(people.last())?);
        let title = format!("{first_in}–{last_in}");
        let file = new_file(FileKind::Tickets, (first_in, last_in), people.len());
        Ok((self.tickets.document(&title, made), file))
    }

    fn of_sitting(&self, kind: FileKind, id: &str) -> Result<(Document, PackFile), Stopped> {
        let missing = || Stopped::Broken(format!("no sitting {id}"));
        let sitting = self.sittings.get(id).ok_or_else(missing)?;
        let uses: Vec<&RoomUse> = self.uses.iter().filter(|room| room.sitting_id == id).collect();
        let halls: Vec<Room<'_>> = uses
            .iter()
            .map(|room| {
                let seats = self.seats.get(&room.id).map_or(&[] as &[Seat], Vec::as_slice);
                Room { room, sitting, seats }
            })
            .collect();
        let title = format!("{} {}", self.batch.title_zh, sitting.name_zh);
        let document = match kind {
            FileKind::DoorLists => {
                self.rooms.doors_document(&title, halls.iter().map(|hall| self.rooms.door(*hall)).collect())
            }
            FileKind::SeatCards => {
                self.rooms.cards_document(&title, halls.iter().map(|hall| self.rooms.cards(*hall)).collect())
            }
            FileKind::SignInSheets | FileKind::Tickets => {
                self.rooms.sheets_document(&title, halls.iter().map(|hall| self.rooms.sheet(*hall)).collect())
            }
        };
        let ordinal = |room: Option<&&RoomUse>| {
            room.map_or_else(String::new, |room| document::two_digits(room.ordinal))
        };
        let people = halls.iter().map(|hall| hall.seats.len()).sum();
        Ok((document, new_file(kind, (ordinal(uses.first()), ordinal(uses.last())), people)))
    }
}

fn new_file(kind: FileKind, (first_in, last_in): (String, String), people: usize) -> PackFile {
    let (pack_id, digest) = (String::new(), String::new());
    PackFile { pack_id, number: 0, kind, first_in, last_in, people: count(people), digest }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A name that cannot be printed is somebody's between these two numbers.
fn glyph(refused: PrintRefused, (first, last): &(String, String)) -> Stopped {
    match refused {
        PrintRefused::MissingGlyph { .. } => {
            let said = Outcome::new("pack-outcome-missing-glyph");
            Stopped::Refused(said.quoting("first", first).quoting("last", last))
        }
        refused @ (PrintRefused::Layout { .. } | PrintRefused::BadImage { .. }) => {
            Stopped::Broken(refused.to_string())
        }
    }
}

fn file_row(pack: &str, number: i64) -> String {
    format!("{pack}/{number}")
}

fn file_place(row: &str) -> Place<'_> {
    Place { table: "print_file", column: "digest", row }
}

/// The PDF of a file, opened; none when the file store does not have it.
pub(crate) fn open_file(env: &Env, file: &PackFile) -> PageResult<Option<Vec<u8>>> {
    let broken = |error: &dyn std::fmt::Display| PageError::Internal(error.to_string());
    let digest = kernel::Digest::parse(&file.digest).map_err(|error| broken(&error))?;
    let Some(sealed) = env.blobs.get(&digest).map_err(|error| broken(&error))? else { return Ok(None) };
    let row = file_row(&file.pack_id, file.number);
    Ok(Some(env.vault.open_bytes(file_place(&row), &sealed)?))
}
