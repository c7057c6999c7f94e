//! A rule on one line, for a command line, and a file of rules.
//!
//! ```text
//! [METHOD] [PART ...] [CONDITION ...] EFFECT [DETAIL ...]
//!
//! METHOD     GET, POST, PATCH, PUT, DELETE, HEAD or OPTIONS; any without it
//! PART       a part of HOST/PATH?QUERY, in any case; several have to stand in this order
//! CONDITION  20%         so many of a hundred      seed=7     and which ones
//!            from=3      from the third match on   times=2    so many of them
//!            nth=3       the third match and no other
//! EFFECT     status=503  refused        with retry-after=2 and body=json, bom, html or empty
//!            throttle=2s refused with 429 until so long nobody has come; untold: no Retry-After
//!            delay=50ms  done late
//!            slow-down=2 done, with Retry-After
//!            drop=before, drop=after    the connection is closed before or after it is done
//!            cut-off     done, and the answer ends in its middle
//!            page        not done, and answered 200 with a page of HTML, to sign in
//!            stale=2s    a read is answered as it was before, at most so long ago
//! ```
//!
//! Without a condition the first match is struck; with a share, or `from` and no `times`, all that
//! follow are.

use serde::Deserialize;
use thiserror::Error;

use super::{ALWAYS, Effect, Fault, FaultBody};

/// Why a text is no rule.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum FaultError {
    /// It does not say what happens.
    #[error("{0:?} names no effect, such as status=503 or drop=before")]
    NoEffect(String),
    /// It says two things at once.
    #[error("{0:?} names two effects")]
    TwoEffects(String),
    /// A word with a value that it cannot have.
    #[error("{word:?} is not understood: {wanted}")]
    Word {
        /// The word.
        word: String,
        /// What may stand there.
        wanted: &'static str,
    },
    /// The file is no TOML, or has fields that no rule has.
    #[error("{0}")]
    File(String),
}

const METHODS: [&str; 7] = ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    faults: Vec<String>,
    #[serde(default)]
    fault: Vec<Fault>,
}

impl Fault {
    /// Reads a rule such as `GET graph users 20% status=429`: the grammar is in this file's head.
    ///
    /// # Errors
    /// [`FaultError`] with the word that is not understood.
    pub fn from_line(line: &str) -> Result<Self, FaultError> {
        let mut reading = Reading::default();
        for word in line.split_whitespace() {
            reading.take(line, word)?;
        }
        let effect = reading.effect;
        let mut effect = effect.ok_or_else(|| FaultError::NoEffect(line.to_owned()))?;
        reading.details.apply(&mut effect)?;
        let goes_on = reading.percent.is_some() || reading.from.is_some();
        Ok(Self {
            method: reading.method,
            path: reading.parts.join("*"),
            from: reading.from.unwrap_or(1),
            times: match reading.times {
                Some(Times::All) => None,
                Some(Times::So(times)) => Some(times),
                None => (!goes_on).then_some(1),
            },
            percent: reading.percent.unwrap_or(ALWAYS),
            seed: reading.seed,
            effect,
        })
    }

    /// Reads a file: lines under `faults`, tables under `[[fault]]`, or both.
    ///
    /// # Errors
    /// [`FaultError`] with the place or the word that is not understood.
    pub fn from_toml(text: &str) -> Result<Vec<Self>, FaultError> {
        let File { faults, fault } =
            toml::from_str(text).map_err(|error| FaultError::File(error.to_string()))?;
        let lines = faults.iter().map(|line| Self::from_line(line));
        lines.chain(fault.into_iter().map(Ok)).collect()
    }
}

/// How many matches fail.
#[derive(Clone, Copy)]
enum Times {
    All,
    So(u32),
}

/// What has been read of a line.
#[derive(Default)]
struct Reading {
    method: Option<String>,
    parts: Vec<String>,
    from: Option<u32>,
    times: Option<Times>,
    percent: Option<u8>,
    seed: u64,
    effect: Option<Effect>,
    details: Details,
}

impl Reading {
    fn take(&mut self, line: &str, word: &str) -> Result<(), FaultError> {
        if METHODS.contains(&word) && self.method.is_none() && self.parts.is_empty() {
            self.method = Some(word.to_owned());
        } else if let Some(effect) = effect(word)? {
            if self.effect.replace(effect).is_some() {
                return Err(FaultError::TwoEffects(line.to_owned()));
            }
        } else if !self.condition(word)? && !self.details.take(word)? {
            self.parts.push(word.to_owned());
        }
        Ok(())
    }

    fn condition(&mut self, word: &str) -> Result<bool, FaultError> {
        let share = word.strip_suffix('%');
        if let Some(percent) = share.filter(|n| n.chars().all(|c| c.is_ascii_digit())) {
            let percent = number(word, percent, "a share is 0% to 100%")?;
            self.percent = (percent <= ALWAYS).then_some(percent);
            return match self.percent {
                Some(_) => Ok(true),
                None => Err(refused(word, "a share is 0% to 100%")),
            };
        }
        let Some((name, value)) = word.split_once('=') else {
            return Ok(false);
        };
        let wanted = "write a number, counted from 1";
        match name {
            "seed" => self.seed = number(word, value, "write a number")?,
            "from" => self.from = Some(number(word, value, wanted)?),
            "times" if value == "all" => self.times = Some(Times::All),
            "times" => self.times = Some(Times::So(number(word, value, wanted)?)),
            "nth" => {
                self.from = Some(number(word, value, wanted)?);
                self.times = Some(Times::So(1));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// What an effect can be told besides.
#[derive(Default)]
struct Details {
    retry_after_s: Option<(String, u32)>,
    body: Option<(String, FaultBody)>,
    untold: bool,
}

impl Details {
    fn take(&mut self, word: &str) -> Result<bool, FaultError> {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        match name {
            "untold" => self.untold = true,
            "retry-after" => {
                let seconds = number(word, value, "write whole seconds")?;
                self.retry_after_s = Some((word.to_owned(), seconds));
            }
            "body" => {
                let body = match value {
                    "json" => FaultBody::Json,
                    "bom" => FaultBody::Bom,
                    "html" => FaultBody::Html,
                    "empty" => FaultBody::Empty,
                    _ => return Err(refused(word, "a body is json, bom, html or empty")),
                };
                self.body = Some((word.to_owned(), body));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Adds the details to the effect that takes them.
    fn apply(self, effect: &mut Effect) -> Result<(), FaultError> {
        let Self {
            retry_after_s,
            body,
            untold,
        } = self;
        if let Effect::Status {
            retry_after_s: seconds,
            body: kind,
            ..
        } = effect
        {
            *seconds = retry_after_s.map(|(_, seconds)| seconds);
            *kind = body.map(|(_, body)| body).unwrap_or_default();
        } else if let Some((word, _)) = retry_after_s {
            return Err(refused(&word, "it goes with status=CODE"));
        } else if let Some((word, _)) = body {
            return Err(refused(&word, "it goes with status=CODE"));
        }
        if let Effect::Throttle { told, .. } = effect {
            *told = !untold;
        } else if untold {
            return Err(refused("untold", "it goes with throttle=TIME"));
        }
        Ok(())
    }
}

fn effect(word: &str) -> Result<Option<Effect>, FaultError> {
    let (name, value) = word.split_once('=').unwrap_or((word, ""));
    let effect = match (name, value) {
        ("cut-off", "") => Effect::CutOff,
        ("page", "") => Effect::Page,
        ("drop", "before") => Effect::DropBefore,
        ("drop", "after") => Effect::DropAfter,
        ("drop", _) if word != name => {
            return Err(refused(word, "write drop=before or drop=after"));
        }
        ("status", code) if word != name => {
            let code = number(word, code, "a status is a number such as 503")?;
            if !(200..600).contains(&code) {
                return Err(refused(word, "a status is 200 to 599"));
            }
            Effect::Status {
                code,
                retry_after_s: None,
                body: FaultBody::Json,
            }
        }
        ("slow-down", value) if word != name => Effect::SlowDown {
            retry_after_s: number(word, value, "write whole seconds")?,
        },
        ("throttle", value) if word != name => Effect::Throttle {
            wait_ms: time_ms(word, value)?,
            told: true,
        },
        ("delay", value) if word != name => Effect::Delay {
            ms: u64::from(time_ms(word, value)?),
        },
        ("stale", value) if word != name => Effect::Stale {
            ms: u64::from(time_ms(word, value)?),
        },
        _ => return Ok(None),
    };
    Ok(Some(effect))
}

/// `50ms` or `2s`.
fn time_ms(word: &str, value: &str) -> Result<u32, FaultError> {
    let wanted = "write a time such as 50ms or 2s";
    if let Some(ms) = value.strip_suffix("ms") {
        return number(word, ms, wanted);
    }
    let seconds: u32 = value
        .strip_suffix('s')
        .map_or_else(|| Err(refused(word, wanted)), |s| number(word, s, wanted))?;
    seconds
        .checked_mul(1000)
        .ok_or_else(|| refused(word, wanted))
}

fn number<T: std::str::FromStr>(
    word: &str,
    value: &str,
    wanted: &'static str,
) -> Result<T, FaultError> {
    value.parse().map_err(|_| refused(word, wanted))
}

fn refused(word: &str, wanted: &'static str) -> FaultError {
    FaultError::Word {
        word: word.to_owned(),
        wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Fault {
        Fault::from_line(line).unwrap()
    }

    #[test]
    fn a_line_says_who_how_often_and_what() {
        let fault = read("GET graph users 20% seed=7 status=429 retry-after=2 body=bom");
        let effect = Effect::Status {
            code: 429,
            retry_after_s: Some(2),
            body: FaultBody::Bom,
        };
        let wanted = Fault {
            method: Some("GET".into()),
            path: "graph*users".into(),
            ..Fault::share(20, 7, effect)
        };
        assert_eq!(fault, wanted);
        assert_eq!(read("drop=after"), Fault::once("", Effect::DropAfter));
    }

    #[test]
    fn conditions_are_counted_from_one() {
        let count = |line| (read(line).from, read(line).times);
        assert_eq!(count("x page"), (1, Some(1)));
        assert_eq!(count("x nth=3 page"), (3, Some(1)));
        assert_eq!(count("x from=3 page"), (3, None));
        assert_eq!(count("x from=3 times=2 page"), (3, Some(2)));
        assert_eq!(count("x times=all page"), (1, None));
        assert_eq!(count("x 5% times=2 page"), (1, Some(2)));
    }

    #[test]
    fn times_have_a_unit() {
        assert_eq!(read("delay=50ms").effect, Effect::Delay { ms: 50 });
        assert_eq!(read("stale=2s").effect, Effect::Stale { ms: 2000 });
        let untold = Effect::Throttle {
            wait_ms: 1500,
            told: false,
        };
        assert_eq!(read("throttle=1500ms untold").effect, untold);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (line, word) in [
            ("GET users", "GET users"),
            ("page cut-off", "page cut-off"),
            ("120% page", "120%"),
            ("status=99", "status=99"),
            ("status=x", "status=x"),
            ("drop=now", "drop=now"),
            ("delay=5", "delay=5"),
            ("delay=9999999s", "delay=9999999s"),
            ("page untold", "untold"),
            ("page retry-after=1", "retry-after=1"),
            ("status=503 body=pdf", "body=pdf"),
        ] {
            let error = Fault::from_line(line).unwrap_err().to_string();
            assert!(error.contains(word), "{line}: {error}");
        }
    }

    #[test]
    fn a_file_holds_lines_and_tables() {
        let text = r#"
            faults = ["POST invitations drop=after"]

            [[fault]]
            path = "graph"
            percent = 20
            effect = { status = { code = 503 } }
        "#;
        let faults = Fault::from_toml(text).unwrap();
        assert_eq!(faults.len(), 2);
        assert_eq!((faults[1].percent, faults[1].times), (20, None));
        assert!(Fault::from_toml("[[fault]]\neffects = 1").is_err());
    }
}
