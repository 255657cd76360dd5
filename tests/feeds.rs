//! What is promised of reading feeds holds on real captures and on a conformance suite, beside what an outside parser gives.

use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::Command;

/// Test data that may not be shipped, beside the project.
const DATA: &str = "../shared/data/feeds";

/// The share, in percent, of what is right of something that a set was asked for.
fn share(set: &Value, what: &str) -> f64 {
    let tally = &set["scores"][what];
    let number = |key: &str| tally[key].as_f64().unwrap_or_else(|| panic!("{what} in {set}"));
    assert!(number("of") > 0.0, "{what} of nothing in {set}");
    100.0 * number("right") / number("of")
}

#[test]
fn feeds_in_the_wild_are_read_as_promised() {
    if !Path::new(DATA).exists() {
        // past what holds a passing test's words back
        std::io::stderr().write_all(format!("skipped: {DATA} is not here\n").as_bytes()).unwrap();
        return;
    }
    let output = Command::new(env!("CARGO_BIN_EXE_intelrift")).args(["evaluate", "feeds", DATA, "--json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let [well_formed, ill_formed, suite] = &found["sets"].as_array().unwrap()[..] else { panic!("{found}") };
    for set in [well_formed, ill_formed, suite] {
        assert_eq!(set["panics"], 0, "{}", set["name"]);
        // a build without optimisation on a busy machine may take a second for one of two thousand; a hang is many
        assert!(set["slow"].as_u64().unwrap() <= 2, "{set}");
    }
    assert!(share(well_formed, "number of entries") >= 100.0);
    for what in ["titles", "links", "ids", "dates"] {
        assert!(share(well_formed, what) >= 98.0, "{what}: {}", share(well_formed, what));
    }
    assert!(share(ill_formed, "number of entries") >= 90.0);
    assert!(share(suite, "all") >= 95.0, "{}", share(suite, "all"));
}
