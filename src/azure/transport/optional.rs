//! A read that a plan can be made without: refused, it is unknown, and nothing of it is guessed.

use crate::apply::port::{ApiErrorKind, CallError};
use crate::model::preflight::Readable;

/// The longest code of a service that is worth repeating.
const CODE_CHARS_MAX: usize = 60;

/// What became of such a read. Whoever is told to come later, or reaches nobody, does not know
/// enough to go on: that stays an error.
pub(crate) fn optional<T>(result: Result<T, CallError>) -> Result<Readable<T>, CallError> {
    let error = match result {
        Ok(value) => return Ok(Readable::Known(value)),
        Err(error) => error,
    };
    match error.kind() {
        ApiErrorKind::Throttled | ApiErrorKind::Unreachable | ApiErrorKind::Untrusted => Err(error),
        ApiErrorKind::Authentication
        | ApiErrorKind::Forbidden
        | ApiErrorKind::NotFound
        | ApiErrorKind::Refused
        | ApiErrorKind::Service
        | ApiErrorKind::Unexpected => Ok(Readable::Unknown { why: why(&error) }),
    }
}

/// The status and the code, which are the same each time; the words may name a time or a request.
fn why(error: &CallError) -> String {
    let is_refusal = |status: &u16| *status >= 400;
    match (error.status().filter(is_refusal), error.code()) {
        (Some(status), Some(code)) => {
            let code: String = code.chars().take(CODE_CHARS_MAX).collect();
            format!("answered {status} {code}")
        }
        (Some(status), None) => format!("answered {status}"),
        // Without a refusal in its status, the answer is a page for a browser.
        (None, _) if error.kind() == ApiErrorKind::Authentication => {
            "answered with a page to sign in".to_owned()
        }
        (None, _) => "answered what is not described".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::port::{ApiError, Call};

    fn error(kind: ApiErrorKind, status: Option<u16>, code: Option<&str>) -> CallError {
        CallError::Api(ApiError {
            kind,
            call: Call::Owner,
            method: "GET",
            url: String::new(),
            status,
            code: code.map(str::to_owned),
            message: "at 12:00, request 7".to_owned(),
            request_id: None,
        })
    }

    fn unknown(error: CallError) -> String {
        let readable = optional::<()>(Err(error)).unwrap();
        readable.why_unknown().unwrap().to_owned()
    }

    #[test]
    fn a_refusal_is_unknown_in_words_that_do_not_change() {
        let forbidden = |code| error(ApiErrorKind::Forbidden, Some(403), code);
        let code = Some("Authorization_RequestDenied");
        let expected = "answered 403 Authorization_RequestDenied";
        assert_eq!(unknown(forbidden(code)), expected);
        assert_eq!(unknown(forbidden(None)), "answered 403");
        let strange = error(ApiErrorKind::Unexpected, Some(200), None);
        assert_eq!(unknown(strange), "answered what is not described");
        let page = error(ApiErrorKind::Authentication, Some(203), None);
        assert_eq!(unknown(page), "answered with a page to sign in");
    }

    #[test]
    fn whoever_is_to_come_later_comes_later() {
        for kind in [ApiErrorKind::Throttled, ApiErrorKind::Unreachable] {
            assert!(optional::<()>(Err(error(kind, Some(429), None))).is_err());
        }
    }
}
