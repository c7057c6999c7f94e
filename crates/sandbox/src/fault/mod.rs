//! Misbehaviour on order: what a rule is, and what it does to a request.
//!
//! Decides nothing about what a service's errors look like; the services do. Which requests are
//! struck is counted in `rules`; how a rule is written on one line is in `line`; `memory` keeps
//! answers for reads that are to be stale.

mod line;
mod memory;
mod rules;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

pub use line::FaultError;
pub(crate) use memory::Memory;
pub(crate) use rules::{Faults, Struck};

/// A rule of misbehaviour.
///
/// In TOML and JSON a table with these fields; on a line as [`Fault::from_line`] reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Written")]
pub struct Fault {
    /// The method; any when absent.
    pub method: Option<String>,
    /// A part of `HOST/PATH?QUERY`, in any case, with `*` for anything; every request when empty.
    pub path: String,
    /// The first match that fails, counted from 1.
    pub from: u32,
    /// How many matches fail; all that follow when `null` or `"all"`, and when there is a share.
    pub times: Option<u32>,
    /// Of a hundred matches, how many fail. Which ones is a function of the seed and of how many
    /// have come before, so the same requests in the same order fail the same way.
    pub percent: u8,
    /// Selects other matches of the same share.
    pub seed: u64,
    /// What happens to them.
    pub effect: Effect,
}

impl Fault {
    /// A rule for the first request that holds `path`.
    pub fn once(path: impl Into<String>, effect: Effect) -> Self {
        Self {
            method: None,
            path: path.into(),
            from: 1,
            times: Some(1),
            percent: ALWAYS,
            seed: 0,
            effect,
        }
    }

    /// A rule for a share of all requests.
    pub fn share(percent: u8, seed: u64, effect: Effect) -> Self {
        Self {
            times: None,
            percent,
            seed,
            ..Self::once("", effect)
        }
    }
}

const ALWAYS: u8 = 100;

/// A rule as it is written down.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    path: String,
    #[serde(default)]
    from: Option<u32>,
    #[serde(default, deserialize_with = "times")]
    times: Option<Times>,
    #[serde(default)]
    percent: Option<u8>,
    #[serde(default)]
    seed: u64,
    effect: Effect,
}

/// How many matches fail. TOML has no `null`, so there is a word for it.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Times {
    Number(u32),
    Word(All),
    Null(()),
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum All {
    All,
}

fn times<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Times>, D::Error> {
    Times::deserialize(deserializer).map(Some)
}

impl From<Written> for Fault {
    fn from(written: Written) -> Self {
        let times = match (written.times, written.percent) {
            (Some(Times::Number(times)), _) => Some(times),
            (Some(Times::Word(All::All) | Times::Null(())), _) | (None, Some(_)) => None,
            (None, None) => Some(1),
        };
        Self {
            method: written.method,
            path: written.path,
            from: written.from.unwrap_or(1),
            times,
            percent: written.percent.unwrap_or(ALWAYS),
            seed: written.seed,
            effect: written.effect,
        }
    }
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
    /// It is refused with 429, and so is every request that the rule matches until the wait is
    /// over. Who comes back early is refused again, and the wait starts anew.
    Throttle {
        /// How long the wait is, in milliseconds.
        wait_ms: u32,
        /// Whether `Retry-After` tells it, in whole seconds.
        #[serde(default = "yes")]
        told: bool,
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
    /// It is done, and the body of the answer ends in its middle.
    CutOff,
    /// Nothing is done, and the answer is a page of HTML with status 200, as a sign-in page comes.
    Page,
    /// A read is answered as it was answered before, when that is not longer ago than this. Other
    /// requests are served as ever.
    Stale {
        /// The age that an answer can have, in milliseconds.
        ms: u64,
    },
}

impl Effect {
    /// The status of a refusal that leaves everything undone, and what `Retry-After` says.
    pub(crate) const fn refusal(&self) -> Option<(u16, Option<u32>)> {
        match self {
            Self::Status {
                code,
                retry_after_s,
                ..
            } => Some((*code, *retry_after_s)),
            // A wait that is rounded down would bring the client back early.
            Self::Throttle {
                wait_ms,
                told: true,
            } => Some((429, Some(wait_ms.div_ceil(1000)))),
            Self::Throttle { told: false, .. } => Some((429, None)),
            Self::Delay { .. }
            | Self::SlowDown { .. }
            | Self::DropBefore
            | Self::DropAfter
            | Self::CutOff
            | Self::Page
            | Self::Stale { .. } => None,
        }
    }
}

const fn yes() -> bool {
    true
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

#[cfg(test)]
mod tests {
    use super::*;

    fn written(json: &str) -> Fault {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_rule_in_json_needs_no_more_than_its_effect() {
        let fault = written(r#"{"effect":{"status":{"code":503,"body":"bom"}}}"#);
        assert_eq!((fault.from, fault.times, fault.percent), (1, Some(1), 100));
    }

    #[test]
    fn without_a_number_a_share_never_ends() {
        assert_eq!(written(r#"{"percent":20,"effect":"cut_off"}"#).times, None);
        assert_eq!(written(r#"{"times":null,"effect":"page"}"#).times, None);
        assert_eq!(written(r#"{"times":"all","effect":"page"}"#).times, None);
        let fault = written(r#"{"percent":20,"times":3,"effect":"page"}"#);
        assert_eq!(fault.times, Some(3));
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let fault = Fault::share(20, 7, Effect::Stale { ms: 500 });
        let json = serde_json::to_string(&fault).unwrap();
        assert_eq!(written(&json), fault);
    }
}
