//! Misbehaviour on order: which requests fail, and how.
//!
//! A rule counts the requests that match it. It decides nothing about what a service's errors look
//! like; the services do.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rule of misbehaviour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The method; any when absent.
    #[serde(default)]
    pub method: Option<String>,
    /// A part of `HOST/PATH?QUERY`, in any case; every request when empty.
    #[serde(default)]
    pub path: String,
    /// The first match that fails, counted from 1.
    #[serde(default = "one")]
    pub from: u32,
    /// How many matches fail; all that follow when `null`.
    #[serde(default = "once")]
    pub times: Option<u32>,
    /// What happens to them.
    pub effect: Effect,
}

impl Fault {
    /// A rule for the first request that holds `path`.
    pub fn once(path: impl Into<String>, effect: Effect) -> Self {
        Self {
            method: None,
            path: path.into(),
            from: one(),
            times: once(),
            effect,
        }
    }

    fn matches(&self, method: &str, target: &str) -> bool {
        let method_fits = |wanted: &String| wanted.eq_ignore_ascii_case(method);
        self.method.as_ref().is_none_or(method_fits) && target.contains(&self.path.to_lowercase())
    }

    fn strikes(&self, count: u32) -> bool {
        let past = |times: u32| count >= self.from.saturating_add(times);
        count >= self.from && !self.times.is_some_and(past)
    }
}

const fn one() -> u32 {
    1
}

#[expect(clippy::unnecessary_wraps, reason = "serde takes the field's own type")]
const fn once() -> Option<u32> {
    Some(1)
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// It is refused, and nothing is done.
    Status {
        /// The HTTP status.
        code: u16,
        /// The `Retry-After` header, in seconds.
        #[serde(default)]
        retry_after_s: Option<u32>,
        /// What the body is.
        #[serde(default)]
        body: FaultBody,
    },
    /// It is done late.
    Delay {
        /// How late, in milliseconds.
        ms: u64,
    },
    /// It is done, and the answer asks to slow down.
    SlowDown {
        /// The `Retry-After` header, in seconds.
        retry_after_s: u32,
    },
    /// The connection is closed and nothing is done.
    DropBefore,
    /// It is done, and the connection is closed before the answer.
    DropAfter,
}

/// What the body of a refusal is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultBody {
    /// The service's own error in JSON.
    #[default]
    Json,
    /// The same behind a byte order mark.
    Bom,
    /// A page of HTML, as a gateway sends it.
    Html,
    /// Nothing.
    Empty,
}

/// The rules in force, and how often each has matched.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<(Fault, u32)>,
}

/// What is to happen to one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Struck {
    pub(crate) delay: Duration,
    /// The first effect that is more than a delay.
    pub(crate) effect: Option<Effect>,
}

impl Faults {
    pub(crate) fn new(rules: Vec<Fault>) -> Self {
        let rules = rules.into_iter().map(|rule| (rule, 0)).collect();
        Self { rules }
    }

    pub(crate) fn extend(&mut self, rules: Vec<Fault>) {
        self.rules.extend(Self::new(rules).rules);
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// Counts a request, and says what is to happen to it.
    pub(crate) fn strike(&mut self, method: &str, target: &str) -> Struck {
        let mut struck = Struck::default();
        if self.rules.is_empty() {
            return struck;
        }
        let target = target.to_lowercase();
        for (rule, count) in &mut self.rules {
            if !rule.matches(method, &target) {
                continue;
            }
            *count = count.saturating_add(1);
            if !rule.strikes(*count) {
                continue;
            }
            match &rule.effect {
                Effect::Delay { ms } => struck.delay += Duration::from_millis(*ms),
                effect @ (Effect::Status { .. }
                | Effect::SlowDown { .. }
                | Effect::DropBefore
                | Effect::DropAfter) => {
                    struck.effect.get_or_insert_with(|| effect.clone());
                }
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(faults: &mut Faults, requests: usize) -> Vec<bool> {
        let mut strike = || faults.strike("GET", "dev.azure.com/contoso/_apis/X");
        (0..requests).map(|_| strike().effect.is_some()).collect()
    }

    #[test]
    fn a_rule_strikes_from_its_nth_match_and_so_many_times() {
        let fault = Fault {
            from: 2,
            times: Some(2),
            ..Fault::once("_APIS/x", Effect::DropBefore)
        };
        let mut faults = Faults::new(vec![fault]);
        assert_eq!(struck(&mut faults, 5), [false, true, true, false, false]);
    }

    #[test]
    fn a_rule_without_an_end_strikes_for_ever_and_only_what_matches() {
        let fault = Fault {
            method: Some("patch".into()),
            times: None,
            ..Fault::once("", Effect::DropAfter)
        };
        let mut faults = Faults::new(vec![fault]);
        assert_eq!(struck(&mut faults, 2), [false, false]);
        assert_eq!(faults.strike("PATCH", "x").effect, Some(Effect::DropAfter));
        assert_eq!(faults.strike("PATCH", "x").effect, Some(Effect::DropAfter));
    }

    #[test]
    fn a_rule_in_json_needs_no_more_than_its_effect() {
        let fault: Fault =
            serde_json::from_str(r#"{"effect":{"status":{"code":503,"body":"bom"}}}"#).unwrap();
        assert_eq!((fault.from, fault.times), (1, Some(1)));
    }
}
