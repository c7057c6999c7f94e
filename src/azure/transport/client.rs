//! The client: a token for the host, an attempt, a verdict, and repetition where that is safe.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::apply::port::{ApiError, ApiErrorKind, CallError};
use crate::azure::settings::{Settings, SetupError};
use crate::azure::sign_in::{SignIn, Token};

use super::answer::{Answer, Verdict, judge};
use super::channel::{Channel, Lost};
use super::deadline::{self, TOTAL_TIME_MAX};
use super::endpoint::Endpoint;
use super::failure::Failure;
use super::pace::{NoTurn, Pace, Permit};
use super::request::{Repeat, Request};
use super::retry::{Repeats, Trouble};

/// Sends requests until they succeed or there is no use.
#[derive(Debug)]
pub(crate) struct Client {
    channel: Arc<Channel>,
    sign_in: SignIn,
    pace: Pace,
    backoff_first: Duration,
}

impl Client {
    /// Puts the parts together. Sends nothing.
    pub(crate) fn new(settings: Settings) -> Result<Self, SetupError> {
        let endpoint = settings.endpoint.as_deref().map(Endpoint::parse);
        let certificates = settings.certificates.as_deref();
        let channel = Channel::new(endpoint.transpose()?, certificates)?;
        let backoff_first = settings.backoff_first;
        Ok(Self {
            sign_in: SignIn::new(settings, Arc::clone(&channel)),
            channel,
            pace: Pace::new(backoff_first),
            backoff_first,
        })
    }

    /// The way one attempt goes.
    pub(crate) fn channel(&self) -> &Channel {
        &self.channel
    }

    /// The wait before something is tried a second time.
    pub(crate) const fn backoff_first(&self) -> Duration {
        self.backoff_first
    }

    /// Who is signed in.
    pub(crate) const fn sign_in(&self) -> &SignIn {
        &self.sign_in
    }

    /// Reads: a failure is an error, whether or not the service did something.
    pub(crate) async fn read(&self, request: &Request) -> Result<Answer, CallError> {
        self.send(request).await.map_err(CallError::from)
    }

    /// What each service is to get, and when.
    pub(crate) const fn pace(&self) -> &Pace {
        &self.pace
    }

    /// Sends a request until it succeeds or there is no use.
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer, Failure> {
        let deadline = Instant::now() + TOTAL_TIME_MAX;
        let mut repeats = Repeats::default();
        let mut is_renewed = false;
        // What became of the attempt before, and whether any attempt may have been carried out.
        let mut before: Option<Failure> = None;
        let mut may_be_done = false;
        loop {
            let permit = match self.turn(request, deadline).await {
                Ok(permit) => permit,
                Err(no_turn) => {
                    let error = deadline::no_turn(request, no_turn, before);
                    return Err(failed(error, may_be_done));
                }
            };
            let token = match self.token(request).await {
                Ok(token) => token,
                Err(error) => return Err(failed(error, may_be_done)),
            };
            let result = self.attempt(request, token.as_deref(), permit).await;
            let told = result.as_ref().ok().and_then(Answer::retry_after);
            let (trouble, failure) = match review(request, result) {
                Review::Good(answer) => {
                    if let Some(token) = &token {
                        token.note_taken(request.host());
                    }
                    return Ok(answer);
                }
                Review::Denied(failure) => {
                    if self.renew(token.as_ref(), &mut is_renewed).await {
                        continue;
                    }
                    (None, failure)
                }
                Review::Page(failure) => {
                    if self.renew(token.as_ref(), &mut is_renewed).await {
                        continue;
                    }
                    (Some(page_trouble(request, token.as_deref())), failure)
                }
                Review::Later(trouble, failure) => (Some(trouble), failure),
                Review::Final(failure) => (None, failure),
            };
            may_be_done |= failure.may_be_done;
            let wait = trouble
                .filter(|trouble| request.repeat == Repeat::Freely || trouble.is_undone())
                .and_then(|trouble| repeats.next(trouble, self.backoff_first, told, jitter()));
            let Some(wait) = wait else {
                return Err(Failure {
                    may_be_done,
                    ..failure
                });
            };
            // A wait that the service told is everybody's: it is waited for the next turn.
            if told.is_none() || request.host().audience().is_none() {
                if Instant::now() + wait > deadline {
                    return Err(failed(deadline::over(*failure.error), may_be_done));
                }
                sleep(wait).await;
            }
            before = Some(failure);
        }
    }

    /// Waits for the service to take one more request; none for a host without a limit of ours.
    async fn turn(
        &self,
        request: &Request,
        deadline: Instant,
    ) -> Result<Option<Permit<'_>>, NoTurn> {
        match request.host().audience() {
            Some(audience) => self.pace.turn(audience, deadline).await.map(Some),
            None => Ok(None),
        }
    }

    /// A token for the request, where it needs one.
    async fn token(&self, request: &Request) -> Result<Option<Arc<Token>>, CallError> {
        match request.host().audience().filter(|_| request.signed_in) {
            Some(audience) => self.sign_in.token(audience).await.map(Some),
            None => Ok(None),
        }
    }

    async fn attempt(
        &self,
        request: &Request,
        token: Option<&Token>,
        permit: Option<Permit<'_>>,
    ) -> Result<Answer, Lost> {
        let header = token.map(|token| &token.header);
        let result = self.channel.attempt(request, header).await;
        if let (Some(permit), Ok(answer)) = (permit, &result) {
            permit.answered(answer);
        }
        result
    }

    /// Sees to it that the next attempt has another token, once a request, where there can be one.
    async fn renew(&self, token: Option<&Arc<Token>>, is_renewed: &mut bool) -> bool {
        match token.filter(|token| token.is_renewable && !*is_renewed) {
            Some(token) => {
                self.sign_in.reject(token).await;
                *is_renewed = true;
                true
            }
            None => false,
        }
    }
}

fn failed(error: CallError, may_be_done: bool) -> Failure {
    Failure {
        error: Box::new(error),
        may_be_done,
    }
}

/// What a page instead of an answer means: a host that has taken the credential before did not send
/// it.
fn page_trouble(request: &Request, token: Option<&Token>) -> Trouble {
    if token.is_some_and(|token| token.was_taken(request.host())) {
        Trouble::StrayPage
    } else {
        Trouble::SignInPage
    }
}

enum Review {
    Good(Answer),
    Denied(Failure),
    Page(Failure),
    Later(Trouble, Failure),
    Final(Failure),
}

fn review(request: &Request, result: Result<Answer, Lost>) -> Review {
    let answer = match result {
        Ok(answer) => answer,
        Err(lost) => return review_lost(request, lost),
    };
    match judge(&answer, request.expect) {
        Verdict::Good => Review::Good(answer),
        Verdict::Denied(error) if is_final_denial(request, &error) => {
            Review::Final(Failure::undone(ApiError {
                kind: ApiErrorKind::Forbidden,
                ..error
            }))
        }
        Verdict::Denied(error) => Review::Denied(Failure::undone(error)),
        Verdict::Page(error) if request.signed_in => Review::Page(Failure::undone(error)),
        // There was no token that could have been refused.
        Verdict::Page(error) => Review::Page(Failure::undone(ApiError {
            kind: ApiErrorKind::Service,
            message: "a page instead of an answer".to_owned(),
            ..error
        })),
        Verdict::Later(trouble, error) => Review::Later(
            trouble,
            Failure {
                error: Box::new(error.into()),
                may_be_done: !trouble.is_undone(),
            },
        ),
        Verdict::Final(error) => Review::Final(Failure {
            // A 2xx that cannot be read was carried out.
            may_be_done: error.kind == ApiErrorKind::Unexpected,
            error: Box::new(error.into()),
        }),
    }
}

fn is_final_denial(request: &Request, error: &ApiError) -> bool {
    request
        .final_denial
        .is_some_and(|words| error.message.contains(words))
}

fn review_lost(request: &Request, lost: Lost) -> Review {
    let (kind, trouble, message) = match lost {
        // Asking again would find the same certificate.
        Lost::Untrusted(words) => {
            let error = request.unanswered(ApiErrorKind::Untrusted, words);
            return Review::Final(Failure::undone(error));
        }
        Lost::NotSent(words) => (ApiErrorKind::Unreachable, Trouble::Unreachable, words),
        Lost::NoAnswer(words) => (ApiErrorKind::Unreachable, Trouble::Unanswered, words),
        Lost::TooLong => (
            ApiErrorKind::Unexpected,
            Trouble::Unanswered,
            "the answer is longer than any that was asked for".to_owned(),
        ),
    };
    let failure = Failure {
        error: Box::new(request.unanswered(kind, message).into()),
        may_be_done: !trouble.is_undone(),
    };
    if kind == ApiErrorKind::Unexpected {
        Review::Final(failure)
    } else {
        Review::Later(trouble, failure)
    }
}

/// Chance in 0..=1. Four bytes of a random UUID: no generator of our own is needed for this.
fn jitter() -> f64 {
    f64::from(Uuid::new_v4().as_fields().0) / f64::from(u32::MAX)
}
