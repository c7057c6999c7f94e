//! People are told by mail: each once, whatever gets lost on the way.

use std::collections::BTreeMap;

use serde_json::json;

use super::notices::{PEOPLE, STAYING, assert_moved, contoso};
use crate::support::project::Run;
use crate::support::served::Served;

const APPLY: [&str; 2] = ["apply", "--auto-approve"];
const MAIL: &str = "\n[notices]\ndeliver = \"graph\"\nsender = \"ana.ortiz@contoso.com\"\n";

/// How often each person was sent which notice.
fn sent(served: &Served) -> BTreeMap<(String, String), usize> {
    let world = served.world();
    let mut sent = BTreeMap::new();
    for mail in world["directory"]["outbox"].as_array().unwrap() {
        let message = &mail["message"];
        let to = message["toRecipients"].as_array().unwrap();
        assert_eq!(to.len(), 1, "a mail is for one person");
        let to = to[0]["emailAddress"]["address"]
            .as_str()
            .unwrap()
            .to_owned();
        let mark = &message["internetMessageHeaders"][0]["value"];
        let mark = mark.as_str().unwrap().to_owned();
        *sent.entry((mark, to)).or_default() += 1;
    }
    sent
}

#[track_caller]
fn assert_each_was_told_once(served: &Served) {
    let sent = sent(served);
    assert!(sent.values().all(|count| *count == 1), "{sent:#?}");
    let of = |mark: &str| sent.keys().filter(|(it, _)| it == mark).count();
    assert_eq!((of("before"), of("after")), (PEOPLE, STAYING));
}

#[test]
fn each_is_told_once_and_stage() {
    let project = contoso(MAIL);
    let served = Served::start(&project);
    let run = project.on(&served, &APPLY).expect(0);
    assert_moved(&run, "contoso");
    assert_each_was_told_once(&served);
    project.on(&served, &APPLY).expect(0);
    assert_each_was_told_once(&served);
    assert!(!project.path("notices").exists(), "mail leaves no files");
    let world = served.world();
    let mail = &world["directory"]["outbox"][0];
    assert_eq!(mail["saved"], true, "the sender can look for it");
    let html = mail["message"]["body"]["content"].as_str().unwrap();
    assert!(html.starts_with("<!DOCTYPE html>") && !html.contains("sandbox-graph"));
}

#[test]
fn a_mail_whose_answer_was_lost_is_not_sent_again() {
    let project = contoso(MAIL);
    let served = Served::start(&project);
    served.add_rules(&[
        "POST sendMail nth=3 drop=after",
        "POST sendMail nth=60 status=503",
    ]);
    let run = project.on(&served, &APPLY).expect(6);
    assert!(run.stdout.contains("2 unsure"), "{}", run.stdout);
    let run = project.on(&served, &APPLY).expect(0);
    assert_moved(&run, "contoso");
    let sent = sent(&served);
    assert!(sent.values().all(|count| *count == 1), "{sent:#?}");
    // The service failed for one of them, and nobody can tell that from a lost answer.
    assert_eq!(sent.len(), PEOPLE + STAYING - 1);
}

#[test]
fn a_mail_that_was_refused_holds_everything_up_and_is_sent_by_the_next_run() {
    let project = contoso(MAIL);
    let served = Served::start(&project);
    served.add_fault("POST", "sendMail", &json!({ "status": { "code": 403 } }));
    let before = served.world();
    let run = project.on(&served, &APPLY).expect(6);
    assert!(
        run.stdout
            .contains("42 people could not be told, 42 failed"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("Mail.Send"), "{}", run.stdout);
    let now = served.world();
    assert_eq!(
        now["organization"]["members"],
        before["organization"]["members"]
    );
    served.clear_faults();
    project.on(&served, &APPLY).expect(0);
    assert_each_was_told_once(&served);
}

#[test]
fn somebody_without_a_mailbox_is_told_by_a_file() {
    let project = contoso(MAIL);
    let served = Served::start(&project);
    served.add_rules(&["POST sendMail nth=5 status=400"]);
    let run = project.on(&served, &APPLY).expect(6);
    assert!(
        run.stdout.contains("1 person could not be told"),
        "{}",
        run.stdout
    );
    let toml = project.read("org.toml");
    let files = toml.replace("deliver = \"graph\"", "deliver = \"files\"");
    std::fs::write(project.path("org.toml"), files).unwrap();
    let told = project.on(&served, &["notify", "before", "--auto-approve"]);
    let told = told.expect(0);
    assert!(told.stdout.contains("1 of 42 users"), "{}", told.stdout);
    std::fs::write(project.path("org.toml"), toml).unwrap();
    project.on(&served, &APPLY).expect(0);
    assert_eq!(sent(&served).len(), PEOPLE - 1 + STAYING);
}

#[test]
fn killed_in_the_middle_of_the_mails_nobody_is_told_twice() {
    let project = contoso(MAIL);
    let served = Served::start(&project);
    served.add_fault("POST", "sendMail", &json!({ "delay": { "ms": 40 } }));
    let mut child = project.start_on(&served, &APPLY);
    let came = || {
        let requests = served.requests();
        let mails = requests.iter().filter(|one| one.path.ends_with("sendMail"));
        mails.count()
    };
    while came() < 9 {
        assert!(child.try_wait().unwrap().is_none(), "apply has ended");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    served.clear_faults();
    let run = project.on(&served, &APPLY).expect(0);
    assert_moved(&run, "contoso");
    let sent = sent(&served);
    assert!(sent.values().all(|count| *count == 1), "{sent:#?}");
    // Of the few that were in flight nobody knows, and they are named; everybody else was told.
    let lost = PEOPLE + STAYING - sent.len();
    assert!(lost <= 4, "{lost} people were never told");
    assert!(in_doubt(&run) >= lost, "{}", run.stderr);
}

/// How many notices a run says of which nobody knows whether they were sent.
fn in_doubt(run: &Run) -> usize {
    let line = run
        .stderr
        .lines()
        .find(|line| line.starts_with("Whether these"));
    line.map_or(0, |line| line.matches("notice.before[").count())
}
