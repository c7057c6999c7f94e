//! Guests while a change of tenant is under way: invited for the new one, once, whatever happens at the gate.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use super::directory::{APPLY, DONE, NEW, STATE, assert_moved, moving};
use crate::support::served::Served;

/// How many letters have gone out to an address.
fn letters_to(served: &Served, mail: &str) -> usize {
    let letters = served.letters();
    let of_mail = letters.iter().filter(|letter| letter["address"] == mail);
    of_mail.count()
}

#[test]
fn at_the_gate_a_guest_is_invited_again_or_begins_anew_once() {
    const NOOR: &str = "noor@fabrikam.com";
    let project = moving();
    project.change_config("connect_with = \"api\"", "connect_with = \"portal\"");
    let served = Served::start(&project);
    project.on(&served, &APPLY).expect(7);
    assert_eq!(letters_to(&served, NOOR), 1, "she is new");
    let entry = |address: &str| project.json(STATE)["entries"][address].clone();
    let invitation = entry("invitation[\"noor@fabrikam.com\"]");
    assert_eq!(invitation["tenant"], NEW);
    assert_eq!(
        entry("directory_user[\"lei.li@relecloud.com\"]")["tenant"],
        NEW
    );
    // Whoever is made or invited is ours from then on, and is not taken over run after run.
    let run = project.on(&served, &["plan"]).expect(0);
    let stage = "create members and invite guests";
    assert!(!run.stdout.contains(stage), "{}", run.stdout);

    project.change_config("Please accept.\"", "Please accept.\", resend = true");
    for asked in [true, false] {
        let run = project.on(&served, &APPLY).expect(7);
        assert_eq!(run.stdout.contains("~ resend"), asked, "{}", run.stdout);
        assert_eq!(letters_to(&served, NOOR), 2);
    }
    let noor = invitation["remote_id"]["object_id"].as_str().unwrap();
    served.redeem(noor);
    project.change_config("resend = true", "reset_redemption = true");
    for asked in [true, false] {
        let run = project.on(&served, &APPLY).expect(7);
        assert_eq!(run.stdout.contains("~ reset"), asked, "{}", run.stdout);
        assert_eq!(letters_to(&served, NOOR), 3);
        if asked {
            // She accepts once more, so that she could begin anew again.
            served.redeem(noor);
        }
    }

    served.press_connect();
    let run = project.on(&served, &APPLY).expect(0);
    assert!(run.stdout.trim_end().ends_with(DONE), "{}", run.stdout);
    assert_moved(&project, &served);
    assert_eq!(entry("mapping[\"noor@fabrikam.com\"]")["tenant"], NEW);
    assert_eq!(entry("access[\"noor@fabrikam.com\"]").get("tenant"), None);
}

#[test]
fn killed_while_it_invites_the_guest_is_recorded_for_the_new_tenant() {
    let project = moving();
    let served = Served::start(&project);
    served.add_rules(&["POST v1.0/invitations delay=60s"]);
    let mut child = project.start_on(&served, &APPLY);
    let journal = project.path("org.state.json.journal");
    let deadline = Instant::now() + Duration::from_secs(60);
    let intent = loop {
        let text = fs::read_to_string(&journal).unwrap_or_default();
        let mut lines = text.lines().map(str::to_owned);
        let found = lines.find(|line| line.contains("intent") && line.contains("invitation["));
        if let Some(line) = found {
            break line;
        }
        assert!(Instant::now() < deadline, "it never invited");
        std::thread::sleep(Duration::from_millis(5));
    };
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        intent.contains(&format!("\"tenant\":\"{NEW}\"")),
        "{intent}"
    );
    served.clear_faults();
    let person = json!({ "invitedUserEmailAddress": "noor@fabrikam.com",
        "inviteRedirectUrl": "https://dev.azure.com/wideworldimporters" });
    let invitations = "graph.microsoft.com/v1.0/invitations";
    served.send(&reqwest::Method::POST, invitations, &person);
    project.on(&served, &APPLY).expect(0);
    let entries = project.json(STATE)["entries"].clone();
    assert_eq!(entries["invitation[\"noor@fabrikam.com\"]"]["tenant"], NEW);
    assert_moved(&project, &served);
}
