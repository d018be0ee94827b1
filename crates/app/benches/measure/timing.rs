//! Clocks and medians.
use std::time::Instant;

/// Seconds that `work` took, and what it gave.
pub fn seconds<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let began = Instant::now();
    let done = work();
    (began.elapsed().as_secs_f64(), done)
}

/// The median of several runs of `work`, in seconds.
pub fn median_of<T>(runs: usize, mut work: impl FnMut() -> T) -> f64 {
    let mut times: Vec<f64> = (0..runs).map(|_| seconds(&mut work).0).collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The value below which `of_100` of 100 lie; `values` is sorted by it.
pub fn percentile(values: &mut [f64], of_100: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len() as f64 * of_100 / 100.0).ceil() as usize;
    values[at.clamp(1, values.len()) - 1]
}

/// The exponent `k` of `time ~ size^k` that fits best (least squares over logarithms).
pub fn exponent(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(size, time)| (size.ln(), time.ln())).collect();
    let count = logs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let above: f64 = logs.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let below: f64 = logs.iter().map(|point| (point.0 - x).powi(2)).sum();
    above / below
}

/// A runtime of its own for one bench.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap()
}
