//! The item bank: what theory papers are made of, outliving every batch.
//!
//! A bank belongs to one organisation, occupation and level. Its blueprint (鉴定要素细目表) says which
//! assessment points there are and what each range weighs; its items say what is asked. Both come in
//! as spreadsheets: a file is handed in ([`stage`]), shown with every mistake by row and field
//! ([`read`]), and taken over only when the writer confirms ([`confirm`]); handing the same file in
//! again changes nothing. What an item said is never overwritten: a changed row is a new version, a
//! draft until somebody other than its importer accepts it. Keys are shown to writers, reviewers and
//! paper custodians of the bank and to nobody else.
mod decoding;
mod duty;
mod import;
mod names;
pub mod pages;
mod rules;
mod store;
mod waiting;
mod workbook;

pub use decoding::DECODERS;
pub use duty::{ReadItems, ReviewItems, WriteItems};
pub use import::{Confirmed, Content, ImportRefused, Reading, StagedFile, confirm, read, stage};
pub use pages::{PERMISSIONS, routes};
pub use rules::{
    blueprint::{BlueprintPoint, BlueprintRange, read_blueprint},
    content::{Change, ItemContent, ItemKind, ItemRow, Target, change, read_items},
    mistake::{Fault, Mistake},
    sheet::{Sheet, SheetRow},
};
pub use store::{
    all_queries,
    bank::{
        Bank, Import, ImportKind, ImportLine, Readiness, add_import, bank, bank_for, banks, confirm_import,
        drafts_of, import, imports, open_bank, readiness,
    },
    blueprint::{Blueprint, CoveredPoint, NewBlueprint, add_blueprint, blueprint, coverage},
    item::{
        Item, ItemFilter, ItemStatus, NewVersion, Review, StatusCount, accept_import, accepted_items,
        add_item, change_item, count_items, item, items, next_draft, review, status_counts, versions,
    },
};
pub use waiting::{Waiting, waiting};
pub use workbook::{WorkbookRefused, read as read_workbook};

/// What this crate writes to the trail.
pub const TRAIL_ACTIONS: &[&str] = &["items.stage", "items.import", "items.accept", "item.review"];
