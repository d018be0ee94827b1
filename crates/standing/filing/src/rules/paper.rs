//! Papers that are handed in: which files are taken, and what is still missing. Pure.
use kernel::Day;

use super::{case::CaseMode, procedure::Material, refusal::CaseRefused};

/// Largest file. Source: [own]; a scan of twenty pages fits.
pub const FILE_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Longest promise. Source: [own] configuration; promises of a commitment name a day.
const PROMISE_DAYS_MAX: i64 = 90;

/// Kinds of file that are taken: what anybody can look at, and nothing that computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum FileKind {
    /// PDF.
    Pdf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

impl FileKind {
    /// What the bytes are, by how they begin; the name on somebody's machine says nothing.
    ///
    /// # Errors
    /// [`CaseRefused::NotThisFile`].
    pub fn of(bytes: &[u8]) -> Result<Self, CaseRefused> {
        let begins = |with: &[u8]| bytes.starts_with(with);
        if begins(b"%PDF-") {
            Ok(Self::Pdf)
        } else if begins(&[0xFF, 0xD8, 0xFF]) {
            Ok(Self::Jpeg)
        } else if begins(b"\x89PNG\r\n\x1A\n") {
            Ok(Self::Png)
        } else {
            Err(CaseRefused::NotThisFile)
        }
    }

    /// Type of the bytes on the way out.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// How its name ends.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

/// Whether a paper may be promised instead of handed in, and until when.
///
/// # Errors
/// [`CaseRefused::NotToBePromised`], [`CaseRefused::PromisedForThePast`].
pub fn check_promise(mode: CaseMode, material: &Material, until: Day, today: Day) -> Result<(), CaseRefused> {
    if mode != CaseMode::Commitment || !material.may_be_promised {
        return Err(CaseRefused::NotToBePromised);
    }
    if until <= today || today.plus_days(PROMISE_DAYS_MAX) < until {
        return Err(CaseRefused::PromisedForThePast);
    }
    Ok(())
}

/// Every required paper that is neither there nor promised.
#[must_use]
pub fn missing(materials: &[Material], given: &[i64]) -> Vec<CaseRefused> {
    let is_missing = |one: &&Material| one.is_required && !given.contains(&one.position);
    let refused =
        |one: &Material| CaseRefused::MissingPaper(one.position, one.name_zh.clone(), one.name_en.clone());
    materials.iter().filter(is_missing).map(refused).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn material(position: i64, is_required: bool, may_be_promised: bool) -> Material {
        Material {
            position,
            name_zh: format!("材料{position}"),
            name_en: format!("paper {position}"),
            is_required,
            may_be_promised,
        }
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert_eq!(FileKind::of(b"%PDF-1.7 ..."), Ok(FileKind::Pdf));
        assert_eq!(FileKind::of(&[0xFF, 0xD8, 0xFF, 0xE0]), Ok(FileKind::Jpeg));
        assert_eq!(FileKind::of(b"\x89PNG\r\n\x1A\n...."), Ok(FileKind::Png));
        for other in [&b"PK\x03\x04"[..], b"<html>", b"<svg", b"", b" %PDF-"] {
            assert_eq!(FileKind::of(other), Err(CaseRefused::NotThisFile));
        }
    }

    #[test]
    fn a_paper_is_promised_only_under_a_commitment_and_for_a_day_to_come() {
        let today = Day::parse("2021-03-16").unwrap();
        let day = |days| today.plus_days(days);
        let (may, never) = (material(1, true, true), material(2, true, false));
        assert_eq!(check_promise(CaseMode::Commitment, &may, day(30), today), Ok(()));
        let not = Err(CaseRefused::NotToBePromised);
        assert_eq!(check_promise(CaseMode::Commitment, &never, day(30), today), not);
        assert_eq!(check_promise(CaseMode::Online, &may, day(30), today), not);
        let past = Err(CaseRefused::PromisedForThePast);
        for (days, expected) in [(0, past.clone()), (1, Ok(())), (90, Ok(())), (91, past)] {
            assert_eq!(check_promise(CaseMode::Commitment, &may, day(days), today), expected, "{days}");
        }
        testkit::proves!("S3-19", "under a commitment some papers follow later, by a day that was promised");
    }

    #[test]
    fn every_missing_paper_is_named_at_once() {
        let list = [material(1, true, false), material(2, false, false), material(3, true, true)];
        let named = |given: &[i64]| missing(&list, given).len();
        assert_eq!((named(&[]), named(&[2]), named(&[1]), named(&[1, 3])), (2, 2, 1, 0));
    }
}
