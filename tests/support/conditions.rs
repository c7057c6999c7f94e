//! What services may do on a bad day. `tests/bad_days.rs` shares these constants.

/// What gets through to a sandbox from the environment of the tests, so that they can be run as they
/// are on services that misbehave.
pub(crate) const CONDITIONS: [&str; 2] = ["ORGCTL_SANDBOX_FAULT", "ORGCTL_SANDBOX_SET"];

/// Variable that asks the tests that repeat something for the full number of repetitions.
pub(crate) const THOROUGH: &str = "ORGCTL_TEST_THOROUGH";

/// Each sort of trouble, and its rule.
pub(crate) const FAULTS: [&str; 15] = [
    // First what takes longest: after it, orgctl looks before it repeats anything.
    "20% seed=11 drop=before",
    "20% seed=1 status=429 retry-after=0",
    "20% seed=2 status=429",
    "20% seed=3 throttle=50ms untold",
    "20% seed=4 status=500",
    "20% seed=5 status=502 body=html",
    "20% seed=6 status=503",
    "20% seed=7 status=503 body=bom",
    "20% seed=8 status=504 body=empty",
    "20% seed=9 delay=30ms",
    "20% seed=10 slow-down=0",
    "20% seed=12 drop=after",
    "20% seed=13 cut-off",
    "20% seed=14 page",
    "20% seed=15 stale=10s",
];
