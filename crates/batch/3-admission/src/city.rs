//! What the cities of a batch are called.
use std::collections::HashMap;

use ::store::Tx;
use kernel::OrgPath;
use plan::Batch;
use web::Words;

/// Names of the nodes directly below a batch's own, and of its registration points.
#[derive(Debug, Clone, Default)]
pub struct CityNames(HashMap<OrgPath, String>);

impl CityNames {
    /// Reads them in the language of the page.
    ///
    /// # Errors
    /// Storage.
    pub async fn read(tx: &mut Tx, batch: &Batch, t: Words) -> sqlx::Result<Self> {
        let mut names = HashMap::new();
        // A point that stands directly below the batch's node is its own city.
        for point in plan::points(tx, &batch.code).await? {
            names.insert(point.point_path, t.pick(&point.point_zh, &point.point_en).to_owned());
        }
        for city in organisation::children(tx, &batch.org_path).await? {
            names.insert(city.path, t.pick(&city.name_zh, &city.name_en).to_owned());
        }
        Ok(Self(names))
    }

    /// The name of a node; its path when it has none.
    #[must_use]
    pub fn of(&self, path: &OrgPath) -> String {
        self.0.get(path).cloned().unwrap_or_else(|| path.to_string())
    }
}
