//! What is printed for a site: asked for, listed, downloaded.
use ::store::Tx;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{Env, Subject};
use job::NewJob;
use plan::{Arrange, InBatch};
use web::{Form, Markup, PageError, PageResult, Visit};

use super::site::reached;
use crate::{
    SitePlan,
    printing::{PEOPLE_MOST, PRINT, open_file},
    rules::{ArrangementRefused, SiteStatus},
    store::{
        self,
        pack::{self as rows, FileKind, Pack, PackFile},
    },
};

/// The pack of a site on its page.
pub(super) struct PackBox {
    pub pack: Option<Pack>,
    pub files: Vec<(String, Vec<PackFile>)>,
    pub job: Option<Markup>,
    pub is_busy: bool,
    pub is_out_of_date: bool,
}

impl PackBox {
    /// Whether a file is about one room: a range from it to itself would say nothing.
    pub fn is_one_room(&self, file: &PackFile) -> bool {
        match file.kind {
            // These are counted by admission numbers.
            FileKind::Tickets => false,
            FileKind::DoorLists | FileKind::SeatCards | FileKind::SignInSheets => {
                file.first_in == file.last_in
            }
        }
    }

    pub async fn load(tx: &mut Tx, who: &Subject, site: &SitePlan, v: &Visit) -> PageResult<Self> {
        let pack = rows::last(tx, &site.batch_code, &site.site_id).await?;
        let mut shown =
            Self { pack: None, files: Vec::new(), job: None, is_busy: false, is_out_of_date: false };
        let Some((pack, files)) = pack else { return Ok(shown) };
        shown.is_out_of_date = pack.site_version != site.version;
        if let (Some(id), None) = (&pack.job_id, pack.made_at) {
            let job = job::job(tx, id.as_str()).await?;
            shown.is_busy = job.as_ref().is_some_and(|job| job.status.is_open());
            let own = job.as_ref().filter(|job| job.started_by == who.account_id);
            shown.job = own.map(|job| job::state(v, job)).transpose()?;
        }
        for file in files {
            let kind = v.t.s(kind_key(file.kind));
            match shown.files.last_mut() {
                Some((last, files)) if *last == kind => files.push(file),
                Some(_) | None => shown.files.push((kind, vec![file])),
            }
        }
        shown.pack = Some(pack);
        Ok(shown)
    }
}

fn kind_key(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Tickets => "pack-kind-tickets",
        FileKind::DoorLists => "pack-kind-door-lists",
        FileKind::SeatCards => "pack-kind-seat-cards",
        FileKind::SignInSheets => "pack-kind-sign-in-sheets",
    }
}

/// POST /batches/{code}/seat-plan/sites/{site_id}/print-packs
pub async fn begin(
    State(env): State<Env>,
    entry: InBatch<Arrange>,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> PageResult<Response> {
    let code = &entry.batch.code;
    let people_most: i64 = form.value("people_most").parse().unwrap_or(0);
    let page = format!("/batches/{code}/seat-plan/sites/{id}");
    let mut tx = env.db.write().await?;
    let site = reached(&mut tx, &entry, &id).await?;
    if site.status != SiteStatus::Confirmed {
        return Err(ArrangementRefused::NotConfirmed.into());
    }
    if !(1..=PEOPLE_MOST).contains(&people_most) {
        return Err(ArrangementRefused::PackSize(PEOPLE_MOST).into());
    }
    let pack_id = env.new_id();
    let new = NewJob { kind: PRINT.name, subject: &pack_id, batch: Some(code), page: page.clone() };
    let job = job::begin(&mut tx, &env, &entry.who, &new).await?;
    let pack = Pack {
        id: pack_id.clone(),
        batch_code: code.clone(),
        site_id: site.site_id.clone(),
        job_id: Some(job),
        people_most,
        site_version: site.version,
        file_total: 0,
        asked_at: env.now(),
        made_at: None,
    };
    rows::insert(&mut tx, &pack).await?;
    tx.commit().await?;
    Ok(web::done(&page, "pack-begun"))
}

/// GET /batches/{code}/seat-plan/print-packs/{pack_id}/{file} — `file` is `N.pdf`.
pub async fn download(
    State(env): State<Env>,
    entry: InBatch<Arrange>,
    Path((_, id, file)): Path<(String, String, String)>,
) -> PageResult<Response> {
    let number = file.strip_suffix(".pdf").and_then(|number| number.parse().ok());
    let number: i64 = number.ok_or(PageError::NotFound)?;
    let mut tx = env.db.read().await?;
    let code = &entry.batch.code;
    let pack = rows::pack(&mut tx, code, &id).await?.ok_or(PageError::NotFound)?;
    let site = store::site_plan(&mut tx, code, &pack.site_id).await?;
    let site = site.filter(|site| entry.reaches(&site.site_path)).ok_or(PageError::NotFound)?;
    if site.version != pack.site_version {
        return Err(ArrangementRefused::PackOutOfDate.into());
    }
    let file = rows::file(&mut tx, &id, number).await?.ok_or(PageError::NotFound)?;
    drop(tx);
    let pdf = open_file(&env, &file)?.ok_or(PageError::NotFound)?;
    let kind = kind_key(file.kind).trim_start_matches("pack-kind-");
    let name = format!("{kind}-{code}-{}-{}.pdf", file.first_in, file.last_in);
    Ok(web::inline(&name, "application/pdf", pdf))
}
