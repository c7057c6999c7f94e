//! That a violation is seen: an exchange that is right, and what is said when one thing about it is
//! not.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::description::Description;
use super::judge::Verdict;
use crate::support::recorder::{Answer, Exchange};

const ID: &str = "11111111-2222-4333-8444-555555555555";

fn headers(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

fn page() -> Value {
    json!({
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users",
        "value": [{ "id": ID, "displayName": "Ana", "mail": null, "otherMails": [] }],
    })
}

fn listing(body: &Value) -> Exchange {
    Exchange {
        method: "GET".into(),
        host: "graph.microsoft.com".into(),
        path: "/v1.0/users".into(),
        query: "$select=id,mail&$top=5".into(),
        is_signed_in: true,
        headers: BTreeMap::new(),
        body: Vec::new(),
        answer: Some(Answer {
            status: 200,
            headers: headers(&[("content-type", "application/json"), ("request-id", ID)]),
            body: body.to_string().into_bytes(),
        }),
    }
}

fn posting(path: &str, body: &Value) -> Exchange {
    Exchange {
        method: "POST".into(),
        path: path.into(),
        query: String::new(),
        headers: headers(&[("content-type", "application/json")]),
        body: body.to_string().into_bytes(),
        answer: None,
        ..listing(&page())
    }
}

fn violations(exchange: &Exchange) -> Vec<String> {
    let mut verdict = Verdict::default();
    verdict.take(&Description::load("microsoft-graph.yaml"), exchange);
    verdict.violations
}

#[track_caller]
fn one(exchange: &Exchange, text: &str) {
    let violations = violations(exchange);
    let [violation] = violations.as_slice() else {
        panic!("{} violations: {violations:#?}", violations.len());
    };
    assert!(violation.contains(text), "{violation}");
}

#[test]
fn what_is_right_is_no_violation() {
    assert_eq!(violations(&listing(&page())), [""; 0]);
}

#[test]
fn a_request_that_is_not_described_is_a_violation() {
    let right = listing(&page());
    let with = |change: fn(&mut Exchange)| {
        let mut exchange = right.clone();
        change(&mut exchange);
        exchange
    };
    one(&with(|e| e.path = "/v1.0/people".into()), "not described");
    one(&with(|e| e.method = "PUT".into()), "not described");
    one(&with(|e| e.query = "$top=1000".into()), "$top");
    one(&with(|e| e.query = "$top=many".into()), "$top");
    one(&with(|e| e.query = "$skip=1".into()), "$skip");
    one(&with(|e| e.body = b"{}".to_vec()), "a body is sent");
    one(&with(|e| e.is_signed_in = false), "credential");
    let mut count = with(|e| e.path = "/v1.0/users/$count".into());
    count.query.clear();
    count.answer = None;
    one(&count, "ConsistencyLevel is missing");
}

#[test]
fn a_body_that_is_not_described_is_a_violation() {
    let right = json!({ "invitedUserEmailAddress": "a@b.c", "inviteRedirectUrl": "https://x" });
    assert_eq!(violations(&posting("/v1.0/invitations", &right)), [""; 0]);
    let mut misspelled = right.clone();
    misspelled["inviteRedirectURL"] = json!("https://x");
    one(
        &posting("/v1.0/invitations", &misspelled),
        "inviteRedirectURL",
    );
    let missing = json!({ "invitedUserEmailAddress": "a@b.c" });
    one(&posting("/v1.0/invitations", &missing), "inviteRedirectUrl");
    let mut as_text = posting("/v1.0/invitations", &right);
    as_text.headers = headers(&[("content-type", "text/plain")]);
    one(&as_text, "text/plain");
    as_text.body.clear();
    one(&as_text, "no body");
}

#[test]
fn an_answer_that_is_not_described_is_a_violation() {
    let changed = |pointer: &str, value: Value| {
        let mut page = page();
        *page.pointer_mut(pointer).unwrap() = value;
        listing(&page)
    };
    one(&changed("/value/0/mail", json!(7)), "/value/0/mail");
    one(&changed("/value/0/otherMails", json!(null)), "otherMails");
    one(&changed("/value/0/id", json!("ana")), "/value/0/id");
    one(&changed("/value/0", json!({ "nickname": "A" })), "nickname");
    let with = |change: fn(&mut Answer)| {
        let mut exchange = listing(&page());
        change(exchange.answer.as_mut().unwrap());
        exchange
    };
    one(&with(|a| a.status = 202), "202, which is not described");
    let unlike = violations(&with(|a| a.status = 404));
    assert!(unlike[0].contains("\"error\" is a required"), "{unlike:?}");
    one(
        &with(|a| drop(a.headers.remove("request-id"))),
        "request-id",
    );
    one(&with(|a| a.body = b"{".to_vec()), "no JSON");
    one(&with(|a| a.body.clear()), "is empty");
    one(
        &with(|a| drop(a.headers.remove("content-type"))),
        "the body is",
    );
}

#[test]
fn an_item_of_a_batch_is_looked_at_like_a_request() {
    let item = json!({ "id": "1", "method": "GET", "url": "/users?$skip=1" });
    one(
        &posting("/v1.0/$batch", &json!({ "requests": [item] })),
        "$skip",
    );
    let mut answered = posting(
        "/v1.0/$batch",
        &json!({ "requests": [{ "id": "1", "method": "GET", "url": "/users" }] }),
    );
    let headers_inside = json!({ "Content-Type": "application/json", "request-id": ID });
    let inside = json!({ "id": "1", "status": 200, "headers": headers_inside, "body": {} });
    answered.answer = Some(Answer {
        body: json!({ "responses": [inside] }).to_string().into_bytes(),
        ..listing(&page()).answer.unwrap()
    });
    let violations = violations(&answered);
    assert!(
        violations.iter().all(|v| v.contains("/v1.0/users")),
        "{violations:?}"
    );
    assert!(
        violations[0].contains("is a required property"),
        "{violations:?}"
    );
}
