//! From which row the serial of a certificate number is counted.
use kernel::LevelCode;

/// Over what the six digits at the end of a number run.
///
/// The copies of the rule (人社鉴发〔2019〕2号) that could be read are cut off before they say so; therefore
/// it is a setting; that the whole 22 characters are unique holds either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SerialScope {
    /// One run a year over all levels.
    #[default]
    Year,
    /// One run a year for each level.
    YearAndLevel,
}

impl SerialScope {
    /// The level part of the counter's key: empty when all levels share one run.
    #[must_use]
    pub fn counter_level(self, level: &LevelCode) -> &str {
        match self {
            Self::Year => "",
            Self::YearAndLevel => level.as_str(),
        }
    }
}
