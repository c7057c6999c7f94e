//! How long one request may take with all its repetitions and waits, and what is said when that is
//! not long enough. Pure.

use std::time::Duration;

use crate::apply::port::CallError;

use super::failure::Failure;
use super::host::Audience;
use super::pace::NoTurn;
use super::request::Request;

/// Twice the half-hour for which Azure DevOps has been seen to shut somebody out. Who would have to
/// wait longer is better off starting again later: nothing is lost by that.
pub(crate) const TOTAL_TIME_MAX: Duration = Duration::from_secs(3600);

/// A request got no turn. What the service said to the attempt before goes with it.
pub(crate) fn no_turn(request: &Request, why: NoTurn, before: Option<Failure>) -> CallError {
    let name = request
        .host()
        .audience()
        .map_or("the service", Audience::as_str);
    let most = span(TOTAL_TIME_MAX);
    let why = match why {
        NoTurn::TooLong(left) => format!(
            "{name} wants to be left alone for another {}, and a request is waited for {most} at \
             most",
            span(left)
        ),
        NoTurn::TooMany => format!("{name} took no further request for {most}"),
        NoTurn::Stopped(left) => format!(
            "asked to stop while {name} wants to be left alone for another {}",
            span(left)
        ),
    };
    match before {
        Some(failure) => failure.error.reworded(|said| format!("{said}: {why}")),
        None => CallError::NoTurn {
            message: format!("nothing was sent: {why}"),
            request: format!("{} {}", request.method.into_str(), request.display_url()),
        },
    }
}

/// The next attempt would come too late.
pub(crate) fn over(error: CallError) -> CallError {
    let most = span(TOTAL_TIME_MAX);
    error.reworded(|said| format!("{said}: given up after {most}"))
}

/// A duration as it is said, in the smallest unit that matters.
fn span(duration: Duration) -> String {
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    if seconds < 120 {
        format!("{seconds} s")
    } else {
        format!("{} min", seconds.div_ceil(60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::port::{ApiError, ApiErrorKind, Call};

    fn request() -> Request {
        Request::get(Call::Users, "/v1.0/users?$top=1".to_owned())
    }

    #[test]
    fn who_is_not_sent_says_who_wants_to_be_left_alone_and_for_how_long() {
        let left = Duration::from_millis(7_200_500);
        let error = no_turn(&request(), NoTurn::TooLong(left), None);
        assert_eq!(
            error,
            CallError::NoTurn {
                message:
                    "nothing was sent: Microsoft Graph wants to be left alone for another 121 \
                          min, and a request is waited for 60 min at most"
                        .to_owned(),
                request: "GET https://graph.microsoft.com/v1.0/users".to_owned(),
            }
        );
        assert_eq!(error.kind(), ApiErrorKind::Throttled);
    }

    #[test]
    fn what_the_service_said_is_kept() {
        let said = CallError::Api(ApiError {
            status: Some(429),
            ..request().unanswered(ApiErrorKind::Throttled, "TF400733: blocked".to_owned())
        });
        let left = Duration::from_secs(90);
        let before = Failure::undone(said.clone());
        let stopped = no_turn(&request(), NoTurn::Stopped(left), Some(before));
        assert_eq!(stopped.api().unwrap().status, Some(429));
        assert_eq!(
            stopped.message(),
            "TF400733: blocked: asked to stop while Microsoft Graph wants to be left alone for \
             another 90 s"
        );
        let given_up = over(said);
        assert_eq!(
            given_up.message(),
            "TF400733: blocked: given up after 60 min"
        );
    }
}
