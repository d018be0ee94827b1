//! A batch as its people have it in mind: its name, its days, who takes part.
use crate::{Calendar, Cast, Result};

/// A batch to be taken through the stages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Code, such as `2021-01`.
    pub code: String,
    /// Chinese title.
    pub title_zh: String,
    /// English title.
    pub title_en: String,
    /// Its days.
    pub calendar: Calendar,
    /// Its people.
    pub cast: Cast,
    /// Registration points that take part.
    pub points: Vec<String>,
    /// Occupations and levels, as the form names them.
    pub scope: Vec<String>,
    /// Sites that are not the usual ones: field of the form and site.
    pub sites: Vec<(String, String)>,
    /// Who draws the plan up, and who approves it: their names to sign in with.
    pub planners: [&'static str; 2],
}

impl Batch {
    /// The founding batch: the canonical thirty, exam on 2021-05-22.
    ///
    /// # Errors
    /// When the roster does not fit its table.
    pub fn founding() -> Result<Self> {
        Ok(Self {
            code: "2021-01".into(),
            title_zh: "2021年上半年统一认定".into(),
            title_en: "Unified certification, first half of 2021".into(),
            calendar: Calendar::founding()?,
            cast: Cast::canonical()?,
            points: POINTS.map(ToOwned::to_owned).to_vec(),
            scope: SCOPE.map(ToOwned::to_owned).to_vec(),
            sites: Vec::new(),
            planners: PROVINCE,
        })
    }

    /// An address below the batch.
    #[must_use]
    pub fn at(&self, below: &str) -> String {
        format!("/batches/{}{below}", self.code)
    }
}

/// Who plans for the province.
pub(crate) const PROVINCE: [&str; 2] = ["province1", "province2"];
/// Occupations and levels of the founding batch.
const SCOPE: [&str; 3] = ["4-07-03-04:3", "4-07-03-04:2", "4-07-03-02:3"];
/// The registration points of the demo's site.
const POINTS: [&str; 3] = ["/demo/nancheng/point", "/demo/xicheng/point", "/demo/yuntai/point"];
