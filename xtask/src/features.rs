//! The released binary and the tests are built from the same dependencies.
//!
//! Cargo builds a package anew for every set of features. When a package that only tests use switches a
//! feature on in something deep below the typesetter, everything above it is compiled a second time: minutes
//! for whoever goes from `cargo build` to `cargo test`, and for every check from a clean clone.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use crate::check::Check;
use crate::program::{cargo, output};
use crate::tally::Tally;

/// Compares the features of what both builds share.
///
/// # Errors
/// When a package is built twice, with its name and the cure; or cargo cannot be asked.
pub fn check(check: &Check) -> Result<Tally> {
    let ask = |words: &[&str]| -> Result<BTreeSet<String>> {
        let asked = ["tree", "--locked", "--prefix", "none", "-f", "{p} {f}"];
        Ok(packages(&output(cargo(&check.root).args(asked).args(words))?))
    };
    // Once with what runs inside the compiler and once without: a package that is built for both with two
    // sets of features would otherwise hide that one of them is built anew.
    let mut twice = BTreeSet::new();
    for (released, tested) in
        [("normal,build", "normal,build,dev"), ("normal,no-proc-macro", "normal,dev,no-proc-macro")]
    {
        let released = ask(&["-p", "app", "-e", released])?;
        let tested = ask(&["--workspace", "--features", "app/demo", "-e", tested])?;
        twice.extend(released.difference(&tested).cloned());
    }
    if !twice.is_empty() {
        bail!(
            "the tests build these packages with more features than the binary has, so they and all above them \
             are compiled twice: {}. Name the missing features in crates/print/Cargo.toml, as for bitflags.",
            twice.into_iter().collect::<Vec<_>>().join("; ")
        );
    }
    Ok(Tally::PASSED)
}

/// One line for each package of somebody else's and set of features.
fn packages(tree: &str) -> BTreeSet<String> {
    tree.lines()
        .map(|line| line.trim().trim_end_matches(" (*)").trim_end().to_owned())
        .filter(|line| !line.is_empty() && !line.contains(" (/"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::packages;

    #[test]
    fn another_set_of_features_is_another_build() {
        let released =
            packages("app v0.1.0 (/here/crates/app) demo\nbitflags v2.1.0 serde\nsha2 v1.0.0 std (*)\n");
        let tested = packages("bitflags v2.1.0 serde,std\nsha2 v1.0.0 std\n");
        let twice: Vec<_> = released.difference(&tested).collect();
        assert_eq!(twice, ["bitflags v2.1.0 serde"]);
    }
}
