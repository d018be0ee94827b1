//! One measured figure.
use std::fmt;

use serde::Serialize;

/// A figure, what it is held against, and what it must reach.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Name of the bench.
    pub bench: &'static str,
    /// `sqlite`, `postgres`, or `-` where no database takes part.
    pub engine: &'static str,
    /// What was measured.
    pub metric: String,
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What it is held against, measured in the same run; empty for none.
    pub baseline: String,
    /// Its figure.
    pub baseline_value: Option<f64>,
    /// Ours to the baseline's, as the target counts it.
    pub ratio: Option<f64>,
    /// What must be reached, in words.
    pub target: String,
    /// Whether it is; none where a figure is only reported.
    pub met: Option<bool>,
    /// Beyond what it is not only missed but fails, in words; empty for nothing.
    pub bound: String,
    /// Whether it fails.
    pub failed: bool,
}

impl Row {
    /// A figure that is only reported.
    pub fn new(
        bench: &'static str,
        engine: &'static str,
        metric: impl Into<String>,
        figure: (f64, &'static str),
    ) -> Self {
        Self {
            bench,
            engine,
            metric: metric.into(),
            value: figure.0,
            unit: figure.1,
            baseline: String::new(),
            baseline_value: None,
            ratio: None,
            target: String::new(),
            met: None,
            bound: String::new(),
            failed: false,
        }
    }

    /// It fails beyond `bound`, counted as its target is: a ratio where that is one.
    pub fn fails_beyond(mut self, bound: f64) -> Self {
        let measured = self.ratio.unwrap_or(self.value);
        let (sign, unit) = (self.target.chars().next(), self.target.rsplit(' ').next().unwrap_or_default());
        self.failed = if sign == Some('≤') { measured > bound } else { measured < bound };
        self.bound = format!("{} {bound} {unit}", sign.unwrap_or_default());
        self
    }

    /// It must not be larger than `most`.
    pub fn at_most(mut self, most: f64) -> Self {
        self.target = format!("≤ {most} {}", self.unit);
        self.met = Some(self.value <= most);
        self
    }

    /// It must not be smaller than `least`.
    pub fn at_least(mut self, least: f64) -> Self {
        self.target = format!("≥ {least} {}", self.unit);
        self.met = Some(self.value >= least);
        self
    }

    /// Held against a baseline: at most `most` times of it.
    pub fn times_at_most(mut self, baseline: &str, value: f64, most: f64) -> Self {
        let ratio = self.against(baseline, value);
        self.target = format!("≤ {most} ×");
        self.met = Some(ratio <= most);
        self
    }

    /// Held against a baseline: at least `least` times of it.
    pub fn times_at_least(mut self, baseline: &str, value: f64, least: f64) -> Self {
        let ratio = self.against(baseline, value);
        self.target = format!("≥ {least} ×");
        self.met = Some(ratio >= least);
        self
    }

    fn against(&mut self, baseline: &str, value: f64) -> f64 {
        let ratio = self.value / value;
        baseline.clone_into(&mut self.baseline);
        self.baseline_value = Some(value);
        self.ratio = Some(ratio);
        ratio
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.met {
            Some(true) => "ok ",
            Some(false) if self.failed => "BAD",
            Some(false) => "NOT",
            None => "   ",
        };
        write!(f, "{mark} {:<9} {:<48} {:>12.3} {}", self.engine, self.metric, self.value, self.unit)?;
        if let (Some(value), Some(ratio)) = (self.baseline_value, self.ratio) {
            write!(f, "; {}: {value:.3}, ratio {ratio:.2}", self.baseline)?;
        }
        if self.target.is_empty() { Ok(()) } else { write!(f, "; {}", self.target) }
    }
}
