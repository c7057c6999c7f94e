//! An answer, and the verdict on it: what counts as success is decided here and nowhere else.

use std::time::Duration;

use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::apply::port::{ApiError, ApiErrorKind, Call, CallError};
use crate::model::ids::RequestId;

use super::encode::decode;
use super::error_body::{self, Said};
use super::request::Expect;
use super::retry::{self, Trouble};

/// An answer of a service.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Which call it answers.
    pub(crate) call: Call,
    /// The method of the request.
    pub(crate) method: &'static str,
    /// The URL of the request, without the query.
    pub(crate) url: String,
    /// The status.
    pub(crate) status: u16,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The content.
    pub(crate) body: Vec<u8>,
}

/// What an answer means for the request.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It succeeded.
    Good,
    /// The token was not taken.
    Denied(ApiError),
    /// A page came instead of an answer. It may be that the token was not taken, and it may be of
    /// something in between; either way nothing was carried out.
    Page(ApiError),
    /// It failed in a way that may pass.
    Later(Trouble, ApiError),
    /// It failed, and would again.
    Final(ApiError),
}

/// "The following team project collection is stopped": no wait helps.
const ORGANIZATION_STOPPED: &str = "TF24668";

/// The one 429 that waiting does not help.
const THROTTLED_FOR_GOOD: &str = "Request_ThrottledPermanently";

impl Answer {
    /// A header, where it is there and is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All values of a header.
    pub(crate) fn headers_named(&self, name: &str) -> Vec<&str> {
        let values = self.headers.get_all(name).into_iter();
        values.filter_map(|value| value.to_str().ok()).collect()
    }

    /// What the service calls the request.
    pub(crate) fn request_id(&self) -> Option<RequestId> {
        ["activityid", "request-id", "x-ms-request-id"]
            .iter()
            .find_map(|name| self.header(name))
            .map(RequestId::new)
    }

    /// How long the service wants to be left alone.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        retry::parse_retry_after(self.header("retry-after")?, self.header("date"))
    }

    /// The content, read as JSON.
    pub(crate) fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, CallError> {
        serde_json::from_slice(error_body::strip_bom(&self.body))
            .map_err(|error| self.unexpected(format!("the answer cannot be read: {error}")))
    }

    /// The content, read as text.
    pub(crate) fn text(&self) -> Result<&str, CallError> {
        std::str::from_utf8(error_body::strip_bom(&self.body))
            .map_err(|_| self.unexpected("the answer is not text".to_owned()))
    }

    /// An error about what this answer holds.
    pub(crate) fn unexpected(&self, message: String) -> CallError {
        self.error(ApiErrorKind::Unexpected, None, message)
    }

    /// An error of this request.
    pub(crate) fn error(
        &self,
        kind: ApiErrorKind,
        code: Option<String>,
        message: String,
    ) -> CallError {
        CallError::Api(self.api_error(kind, code, message))
    }

    fn api_error(&self, kind: ApiErrorKind, code: Option<String>, message: String) -> ApiError {
        ApiError {
            kind,
            call: self.call,
            method: self.method,
            url: self.url.clone(),
            status: Some(self.status),
            code,
            message,
            request_id: self.request_id(),
        }
    }

    /// Whether the headers by which Azure DevOps names a tenant are there, whatever the status.
    fn names_a_tenant(&self) -> bool {
        let is_there = |name| self.headers.contains_key(name);
        is_there("x-vss-resourcetenant") || is_there("www-authenticate")
    }

    fn content_type(&self) -> &str {
        self.header("content-type").unwrap_or_default()
    }

    fn is_html(&self) -> bool {
        let kind = self.content_type();
        kind.contains("text/html") || (kind.is_empty() && self.body.starts_with(b"<"))
    }

    fn is_json(&self) -> bool {
        let kind = self.content_type();
        self.body.is_empty() || kind.is_empty() || kind.contains("json")
    }

    /// Whether it begins as an object or a list in JSON and ends before that does. What is in it is
    /// left to whoever knows.
    fn is_json_cut_off(&self) -> bool {
        let body = error_body::strip_bom(&self.body).trim_ascii();
        let begins = matches!(body.first(), Some(b'{' | b'['));
        // Counting is quick. Reading it once more is only for what does not add up: most of it is
        // cut off, the rest has a brace in a text.
        let opened = body.iter().filter(|byte| matches!(byte, b'{' | b'['));
        let closed = body.iter().filter(|byte| matches!(byte, b'}' | b']'));
        begins
            && opened.count() != closed.count()
            && serde_json::from_slice::<IgnoredAny>(body).is_err_and(|error| error.is_eof())
    }

    /// Whether nothing is left of a text, or it ends inside a character.
    fn is_text_cut_off(&self) -> bool {
        match std::str::from_utf8(error_body::strip_bom(&self.body)) {
            Ok(text) => text.trim().is_empty(),
            Err(error) => error.error_len().is_none(),
        }
    }

    /// What the body says, or the header that Azure DevOps sets when there is none.
    fn said(&self) -> Said {
        let mut said = if self.is_html() {
            Said::default()
        } else {
            error_body::parse(&self.body)
        };
        if said.message.is_none() {
            said.message = self.header("x-tfs-serviceerror").map(decode);
        }
        said
    }

    fn refusal(&self, kind: ApiErrorKind, without_words: &str) -> ApiError {
        let said = self.said();
        let message = said.message.unwrap_or_else(|| without_words.to_owned());
        let mut error = self.api_error(kind, said.code, message);
        error.request_id = error
            .request_id
            .or_else(|| said.request_id.map(RequestId::new));
        error
    }
}

/// Decides what an answer means. A sign-in page, however it comes, is never one of the service: see
/// "Rate limits" and the authentication pages of the Azure DevOps documentation.
pub(crate) fn judge(answer: &Answer, expect: Expect) -> Verdict {
    let refused = |kind| Verdict::Final(answer.refusal(kind, "without a reason"));
    match (answer.status, expect) {
        (_, Expect::Headers) if answer.names_a_tenant() => Verdict::Good,
        (429, _) => {
            let error = answer.refusal(ApiErrorKind::Throttled, "too many requests");
            if error.code.as_deref() == Some(THROTTLED_FOR_GOOD) {
                Verdict::Final(error)
            } else {
                Verdict::Later(Trouble::Throttled, error)
            }
        }
        (503, _) => {
            let error = answer.refusal(ApiErrorKind::Service, "not available");
            if error.message.contains(ORGANIZATION_STOPPED) {
                Verdict::Final(error)
            } else {
                Verdict::Later(Trouble::Failed, error)
            }
        }
        (500 | 502 | 504, _) => {
            let error = answer.refusal(ApiErrorKind::Service, "without a reason");
            Verdict::Later(Trouble::Failed, error)
        }
        (200..=203, Expect::Headers) if answer.is_html() => page(answer),
        (_, Expect::Headers) | (424, Expect::Batch) => Verdict::Good,
        (203 | 300..=399, _) => page(answer),
        (401, _) => {
            let error = answer.refusal(ApiErrorKind::Authentication, "the token was not taken");
            Verdict::Denied(error)
        }
        (200..=299, _) => judge_content(answer, expect),
        (403, _) => refused(ApiErrorKind::Forbidden),
        (404, _) => refused(ApiErrorKind::NotFound),
        (400..=499, _) => refused(ApiErrorKind::Refused),
        (500.., _) => refused(ApiErrorKind::Service),
        (_, _) => refused(ApiErrorKind::Unexpected),
    }
}

fn judge_content(answer: &Answer, expect: Expect) -> Verdict {
    if answer.is_html() {
        return page(answer);
    }
    let is_cut_off = match expect {
        Expect::Json | Expect::Batch if !answer.is_json() => {
            let kind = answer.content_type();
            let message = format!("the answer is {kind:?}, not JSON");
            return Verdict::Final(answer.api_error(ApiErrorKind::Unexpected, None, message));
        }
        Expect::Json | Expect::Batch => answer.is_json_cut_off(),
        Expect::Text => answer.is_text_cut_off(),
        Expect::Nothing | Expect::Headers => false,
    };
    if is_cut_off {
        // The service did what was asked and its words were lost on the way: as good as no answer.
        let message = "the answer is cut off".to_owned();
        let error = answer.api_error(ApiErrorKind::Unexpected, None, message);
        return Verdict::Later(Trouble::Unanswered, error);
    }
    Verdict::Good
}

fn page(answer: &Answer) -> Verdict {
    let words = "a sign-in page instead of an answer: the token was not taken";
    Verdict::Page(answer.refusal(ApiErrorKind::Authentication, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, content_type: &str, body: &str) -> Answer {
        let mut headers = HeaderMap::new();
        if !content_type.is_empty() {
            headers.insert("content-type", content_type.parse().unwrap());
        }
        Answer {
            call: Call::ConnectionData,
            method: "GET",
            url: "https://dev.azure.com/contoso".to_owned(),
            status,
            headers,
            body: body.as_bytes().to_vec(),
        }
    }

    fn kind(verdict: Verdict) -> Option<ApiErrorKind> {
        match verdict {
            Verdict::Good => None,
            Verdict::Denied(error)
            | Verdict::Page(error)
            | Verdict::Later(_, error)
            | Verdict::Final(error) => Some(error.kind),
        }
    }

    #[test]
    fn a_sign_in_page_is_never_success() {
        let html = "<!DOCTYPE html><title>Sign In</title>";
        for (status, content_type, body) in [
            (203, "text/html; charset=utf-8", html),
            (203, "application/json", "{}"),
            (302, "", "Object moved"),
            (200, "text/html", html),
            (200, "", html),
        ] {
            for expect in [Expect::Json, Expect::Text, Expect::Nothing, Expect::Batch] {
                let verdict = judge(&answer(status, content_type, body), expect);
                assert!(matches!(verdict, Verdict::Page(_)), "{status} {verdict:?}");
            }
        }
    }

    #[test]
    fn a_401_is_about_the_token_whatever_it_holds() {
        for body in ["", r#"{"count":0,"value":[]}"#] {
            for expect in [Expect::Json, Expect::Text, Expect::Nothing] {
                let verdict = judge(&answer(401, "application/json", body), expect);
                assert!(matches!(verdict, Verdict::Denied(_)), "{verdict:?}");
            }
        }
    }

    #[test]
    fn headers_are_read_from_any_answer_but_a_page_of_something_else() {
        let headers = |answer: &Answer| judge(answer, Expect::Headers);
        let page = |status| answer(status, "text/html", "");
        assert!(matches!(headers(&page(200)), Verdict::Page(_)));
        assert!(matches!(headers(&page(203)), Verdict::Page(_)));
        // An organization that is not there is told by a page, and signing in by a redirection.
        for status in [302, 401, 404] {
            assert!(matches!(headers(&page(status)), Verdict::Good), "{status}");
        }
        let mut named = page(200);
        let tenant = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
        named
            .headers
            .insert("x-vss-resourcetenant", tenant.parse().unwrap());
        assert!(matches!(headers(&named), Verdict::Good));
    }

    #[test]
    fn success_is_2xx_and_json() {
        let json = "application/json; charset=utf-8; api-version=7.1";
        for status in [200, 201, 202, 204] {
            assert!(matches!(
                judge(&answer(status, json, "{}"), Expect::Json),
                Verdict::Good
            ));
        }
        let plain = answer(200, "text/plain", "893");
        assert_eq!(
            kind(judge(&plain, Expect::Json)),
            Some(ApiErrorKind::Unexpected)
        );
        assert_eq!(kind(judge(&plain, Expect::Text)), None);
    }

    #[test]
    fn an_answer_that_is_cut_off_is_no_answer() {
        let json = "application/json";
        let nested = r#"{"a":{"b":1}"#;
        for body in [r#"{"count":2,"va"#, r#"[{"id":1}"#, nested, "{\"a\":\"ü"] {
            let verdict = judge(&answer(200, json, body), Expect::Json);
            let unanswered = matches!(verdict, Verdict::Later(Trouble::Unanswered, _));
            assert!(unanswered, "{body}: {verdict:?}");
        }
        for body in ["\u{feff}{}\r\n", "[]", "7", "", "{]", r#"{"a":"}"}"#] {
            let verdict = judge(&answer(200, json, body), Expect::Json);
            assert!(matches!(verdict, Verdict::Good), "{body}: {verdict:?}");
        }
    }

    #[test]
    fn a_text_of_which_nothing_is_left_is_no_answer() {
        let mut text = answer(200, "text/plain", "\u{feff}893");
        assert!(matches!(judge(&text, Expect::Text), Verdict::Good));
        for kept in [0, 1, 2, 3] {
            text.body.truncate(kept);
            let verdict = judge(&text, Expect::Text);
            let unanswered = matches!(verdict, Verdict::Later(Trouble::Unanswered, _));
            assert!(unanswered, "{kept}: {verdict:?}");
            text.body = "\u{feff}893".into();
        }
    }

    #[test]
    fn a_stopped_organization_is_not_asked_again() {
        let words = "TF24668: The following team project collection is stopped: x";
        let body = &format!("\u{feff}{{\"message\":\"{words}\"}}");
        assert!(matches!(
            judge(&answer(503, "application/json", body), Expect::Json),
            Verdict::Final(_)
        ));
        assert!(matches!(
            judge(&answer(503, "", ""), Expect::Json),
            Verdict::Later(Trouble::Failed, _)
        ));
    }

    #[test]
    fn the_header_speaks_when_the_body_does_not() {
        let mut silent = answer(401, "", "");
        let words = "Access%20Denied%3A%20expired.";
        silent
            .headers
            .insert("x-tfs-serviceerror", words.parse().unwrap());
        let Verdict::Denied(error) = judge(&silent, Expect::Json) else {
            panic!("a 401 is a denial");
        };
        assert_eq!(error.message, "Access Denied: expired.");
    }
}
