//! Guests through the program: invited once, once more when asked, brought back when they were
//! deleted, and written to by orgctl itself when an application invites.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::project::{Project, Run};
use crate::support::served::Served;

const APPLY: [&str; 2] = ["apply", "--auto-approve"];
const APP: (&str, &str) = ("mover", "s3cret");

#[track_caller]
fn assert_nothing_left(run: &Run) {
    let end = run.stdout.trim_end();
    let done = "No changes. contoso is as org.toml says.";
    assert!(end.ends_with(done), "{}\n{}", run.stdout, run.stderr);
}

/// An organization with two guests: Noor, who has not accepted, and Dana, who has.
fn with_guests(lines: &str) -> Project {
    let case = Project::of_case("invited_again");
    let toml = case.read("org.toml");
    let head = toml.split("[guests]").next().unwrap();
    let mut live = case.seed();
    live.members.retain(|_, member| {
        let name = member.principal_name.as_str();
        ["ana@", "noor@", "dana@"]
            .iter()
            .any(|start| name.starts_with(start))
    });
    let live = serde_json::to_string(&live).unwrap();
    Project::new(&format!("{head}[guests]\n{lines}\n"), &live)
}

/// How far a guest has come.
fn invitation_of(served: &Served, mail: &str) -> (String, String) {
    let world = served.world();
    let users = world["directory"]["users"].as_object().unwrap();
    let mut same = users.iter().filter(|(_, user)| user["mail"] == mail);
    let (id, user) = same.next().unwrap_or_else(|| panic!("no {mail}"));
    assert!(same.next().is_none(), "{mail} is there twice");
    let status = user["invitation"]["status"].as_str().unwrap_or_default();
    (id.clone(), status.to_owned())
}

fn letters_to(served: &Served, mail: &str) -> usize {
    let letters = served.letters();
    letters
        .iter()
        .filter(|letter| letter["address"] == mail)
        .count()
}

#[test]
fn an_invitation_is_sent_again_once_for_each_time_it_is_asked_for() {
    let project = with_guests("\"noor@fabrikam.com\" = { message = \"Please\", resend = true }");
    let served = Served::start(&project);
    let run = project.on(&served, &APPLY).expect(0);
    assert!(run.stdout.contains("~ resend"), "{}", run.stdout);
    assert_nothing_left(&run);
    let letters = served.letters();
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0]["text"], "Please");
    assert_nothing_left(&project.on(&served, &APPLY).expect(0));
    project.change_config(", resend = true", "");
    assert_nothing_left(&project.on(&served, &APPLY).expect(0));
    assert_eq!(letters_to(&served, "noor@fabrikam.com"), 1, "nobody asked");
    project.change_config("\"Please\"", "\"Please\", resend = true");
    assert_nothing_left(&project.on(&served, &APPLY).expect(0));
    assert_eq!(letters_to(&served, "noor@fabrikam.com"), 2);
}

#[test]
fn who_is_invited_for_the_first_time_is_not_invited_again_by_the_same_line() {
    let project = with_guests("\"rui@northwindtraders.com\" = { resend = true }");
    let served = Served::start(&project);
    assert_nothing_left(&project.on(&served, &APPLY).expect(0));
    assert_nothing_left(&project.on(&served, &APPLY).expect(0));
    assert_eq!(letters_to(&served, "rui@northwindtraders.com"), 1);
}

#[test]
fn a_guest_begins_anew_once() {
    let project = with_guests("\"dana@fabrikam.com\" = { reset_redemption = true }");
    let served = Served::start(&project);
    let (id, _) = invitation_of(&served, "dana@fabrikam.com");
    let run = project.on(&served, &APPLY).expect(0);
    assert!(
        run.stdout.contains("~ reset  destructive"),
        "{}",
        run.stdout
    );
    assert_nothing_left(&run);
    let pending = (id.clone(), "pending".to_owned());
    assert_eq!(invitation_of(&served, "dana@fabrikam.com"), pending);
    assert_eq!(letters_to(&served, "dana@fabrikam.com"), 1);
    served.redeem(&id);
    assert_nothing_left(&project.on(&served, &APPLY).expect(0));
    let accepted = (id, "accepted".to_owned());
    assert_eq!(invitation_of(&served, "dana@fabrikam.com"), accepted);
}

#[test]
fn a_mail_that_may_have_gone_out_is_reported_and_not_sent_again() {
    let project = with_guests("\"noor@fabrikam.com\" = { resend = true }");
    let served = Served::start(&project);
    served.add_rules(&["POST v1.0/invitations drop=after"]);
    let run = project.on(&served, &APPLY).expect(6);
    let told = "the mail may have gone out, and is not sent again";
    assert!(run.stdout.contains(told), "{}", run.stdout);
    assert_nothing_left(&project.on(&served, &APPLY).expect(0));
    assert_eq!(letters_to(&served, "noor@fabrikam.com"), 1);
}

#[test]
fn an_apply_that_is_killed_over_a_mail_does_not_send_it_again() {
    let project = with_guests("\"noor@fabrikam.com\" = { resend = true }");
    let served = Served::start(&project);
    let late = json!({ "delay": { "ms": 60_000 } });
    served.add_fault("POST", "v1.0/invitations", &late);
    let mut child = project.start_on(&served, &APPLY);
    let journal = project.path("org.state.json.journal");
    let is_open = || {
        std::fs::read_to_string(&journal)
            .unwrap_or_default()
            .contains("intent")
    };
    while !is_open() {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    served.clear_faults();
    let unsure = "they are not sent again: invitation[\"noor@fabrikam.com\"].";
    let run = project.on(&served, &["plan"]).expect(0);
    assert!(run.stderr.contains(unsure), "{}", run.stderr);
    let run = project.on(&served, &APPLY).expect(0);
    assert!(run.stderr.contains(unsure), "{}", run.stderr);
    assert_nothing_left(&run);
    assert_eq!(
        letters_to(&served, "noor@fabrikam.com"),
        0,
        "it was not sent, and nobody knows"
    );
}

#[test]
fn a_new_beginning_that_was_not_made_is_made_by_the_next_apply() {
    let project = with_guests("\"dana@fabrikam.com\" = { reset_redemption = true }");
    let served = Served::start(&project);
    served.add_rules(&["POST v1.0/invitations drop=before"]);
    project.on(&served, &APPLY).expect(6);
    project.age_journal(Duration::from_secs(60));
    assert_nothing_left(&project.on(&served, &APPLY).expect(0));
    assert_eq!(letters_to(&served, "dana@fabrikam.com"), 1);
    let served_again = with_guests("\"dana@fabrikam.com\" = { reset_redemption = true }");
    let done = Served::start(&served_again);
    done.add_rules(&["POST v1.0/invitations drop=after"]);
    served_again.on(&done, &APPLY).expect(6);
    assert_nothing_left(&served_again.on(&done, &APPLY).expect(0));
    assert_eq!(
        letters_to(&done, "dana@fabrikam.com"),
        1,
        "the user shows that it was done"
    );
}

#[test]
fn whoever_was_deleted_is_brought_back() {
    let project = Project::of_case("restored");
    let served = Served::start(&project);
    let run = project.on(&served, &APPLY).expect(0);
    assert_nothing_left(&run);
    let id = |number: u32| format!("20000000-0000-4000-8000-{number:012}");
    let is = |number, status: &str| (id(number), status.to_owned());
    assert_eq!(
        invitation_of(&served, "noor@fabrikam.com"),
        is(12, "accepted")
    );
    assert_eq!(
        invitation_of(&served, "dana@fabrikam.com"),
        is(13, "pending")
    );
    assert_eq!(
        invitation_of(&served, "kim@fabrikam.com"),
        is(16, "accepted")
    );
    assert_eq!(invitation_of(&served, "sam@contoso.com").0, id(14));
    assert!(
        !project.path(".orgctl/first-passwords.txt").exists(),
        "Sam has one"
    );
    let mut addresses: Vec<Value> = served
        .letters()
        .iter()
        .map(|letter| letter["address"].clone())
        .collect();
    addresses.sort_by_key(ToString::to_string);
    // Rui is new. Dana never accepted and is asked once more; nobody else gets a letter.
    assert_eq!(addresses, ["dana@fabrikam.com", "rui@fabrikam.com"]);
    assert_nothing_left(&project.on(&served, &APPLY).expect(0));
    let reads = |path: &str| {
        let requests = served.requests();
        requests
            .iter()
            .filter(|one| one.path.contains(path))
            .count()
    };
    let before = reads("deletedItems/microsoft.graph.user");
    project.on(&served, &["plan"]).expect(0);
    assert_eq!(
        reads("deletedItems/microsoft.graph.user"),
        before,
        "nobody is missing, so nobody is looked for among the deleted"
    );
}

#[test]
fn a_restoration_whose_answer_is_lost_is_looked_up() {
    let project = Project::of_case("restored");
    let served = Served::start(&project);
    served.add_rules(&["POST /restore times=3 drop=after"]);
    assert_nothing_left(&project.on(&served, &APPLY).expect(0));
}

/// The same organization, in which an application may do everything that it needs.
fn with_application(lines: &str) -> (Project, Served) {
    let project = with_guests(lines);
    project.edit_world(|world| {
        world["directory"]["applications"] = json!({ APP.0: {
            "display_name": "Mover", "secrets": [APP.1],
            "roles": ["User.ReadWrite.All", "User.Invite.All", "Organization.Read.All",
                      "User.DeleteRestore.All", "Mail.Send"],
        } });
    });
    let served = Served::start(&project);
    (project, served)
}

const LINES: &str = r#""wei@adventure-works.com" = { name = "Wei", message = "Welcome, 魏" }
"rui@northwindtraders.com" = { name = "Rui" }
[notices]
sender = "ana@contoso.com""#;

#[test]
fn an_application_sends_the_text_itself_and_the_secret_goes_nowhere_else() {
    let (project, served) = with_application(LINES);
    let apply = |arguments: &[&str]| project.as_application(served.endpoint(), APP, arguments);
    // With everything that can be said, too: every stream and file is looked through.
    let run = apply(&["-vv", "apply", "--auto-approve"]).expect(0);
    assert_nothing_left(&run);
    assert!(
        run.stderr.contains("sendMail"),
        "the log tells of it: {}",
        run.stderr
    );
    let outbox = served.outbox();
    let [mail] = outbox.as_slice() else {
        panic!("{outbox:?}");
    };
    let text = mail["message"]["body"]["content"].as_str().unwrap();
    assert!(text.starts_with("Welcome, 魏\n\n"), "{text}");
    assert!(
        text.contains("https://login.microsoftonline.com/redeem?rd="),
        "{text}"
    );
    assert_eq!(mail["saved"], false);
    let to = json!([{ "emailAddress": { "address": "wei@adventure-works.com", "name": "Wei" } }]);
    assert_eq!(mail["message"]["toRecipients"], to);
    // The service writes to whom no text is for, and only to them.
    let letters = served.letters();
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0]["address"], "rui@northwindtraders.com");
    assert_nothing_left(&apply(&APPLY).expect(0));
    assert_eq!((served.outbox().len(), served.letters().len()), (1, 1));
}

#[test]
fn without_a_mailbox_an_application_warns_that_the_text_is_lost() {
    let (lines, _) = LINES.split_once("[notices]").unwrap();
    let (project, served) = with_application(lines);
    let apply = |arguments: &[&str]| project.as_application(served.endpoint(), APP, arguments);
    let run = apply(&["plan"]).expect(0);
    assert!(run.stdout.contains("loses its text"), "{}", run.stdout);
    assert_nothing_left(&apply(&APPLY).expect(0));
    assert_eq!(served.outbox().len(), 0);
    let letters = served.letters();
    assert!(
        letters.iter().all(|letter| letter.get("text").is_none()),
        "{letters:?}"
    );
    // A person loses nothing.
    let run = project.on(&served, &["plan"]).expect(0);
    assert!(!run.stdout.contains("loses its text"), "{}", run.stdout);
}

#[test]
fn a_mail_that_was_refused_is_owed_and_sent_by_the_next_apply() {
    let (project, served) = with_application(LINES);
    let apply = |arguments: &[&str]| project.as_application(served.endpoint(), APP, arguments);
    served.add_rules(&["POST sendMail status=403"]);
    let run = apply(&APPLY).expect(6);
    assert!(run.stdout.contains("failed"), "{}", run.stdout);
    assert_eq!(served.outbox().len(), 0);
    let (id, _) = invitation_of(&served, "wei@adventure-works.com");
    let run = apply(&["plan"]).expect(0);
    assert!(
        run.stdout.contains("the mail could not be sent before"),
        "{}",
        run.stdout
    );
    assert_nothing_left(&apply(&APPLY).expect(0));
    assert_eq!(served.outbox().len(), 1);
    assert_eq!(
        invitation_of(&served, "wei@adventure-works.com").0,
        id,
        "the same guest"
    );
    assert_nothing_left(&apply(&APPLY).expect(0));
    assert_eq!(served.outbox().len(), 1);
}

#[test]
fn a_mail_of_our_own_whose_answer_is_lost_is_not_sent_again() {
    let (project, served) = with_application(LINES);
    let apply = |arguments: &[&str]| project.as_application(served.endpoint(), APP, arguments);
    served.add_rules(&["POST sendMail drop=after"]);
    let run = apply(&APPLY).expect(6);
    let told = "the mail may have gone out, and is not sent again";
    assert!(run.stdout.contains(told), "{}", run.stdout);
    assert_nothing_left(&apply(&APPLY).expect(0));
    assert_eq!(served.outbox().len(), 1);
}

#[test]
fn a_lost_answer_to_the_invitation_costs_no_second_guest_and_no_second_mail() {
    let (project, served) = with_application(LINES);
    let apply = |arguments: &[&str]| project.as_application(served.endpoint(), APP, arguments);
    served.add_rules(&["POST v1.0/invitations drop=after"]);
    assert_nothing_left(&apply(&APPLY).expect(0));
    invitation_of(&served, "wei@adventure-works.com");
    invitation_of(&served, "rui@northwindtraders.com");
    let sent = served.outbox().len() + served.letters().len();
    // The service may have written to Rui or, for Wei, nothing went out with the lost answer.
    assert_eq!(sent, 2);
}

#[test]
fn who_stays_by_a_group_is_named_when_everything_is_done() {
    let case = Project::of_case("removed_and_still_in_a_group");
    let toml = case.read("org.toml");
    let lines = |line: &&str| !line.starts_with("\"kim@") && !line.starts_with("\"bo@");
    let toml: Vec<&str> = toml.lines().filter(lines).collect();
    let mut live = case.seed();
    live.group_only.clear();
    let project = Project::new(&toml.join("\n"), &serde_json::to_string(&live).unwrap());
    project.edit_world(|world| {
        let lee = "10000000-0000-4000-8000-000000000002";
        world["organization"]["holdings"]["groups"]["60000000-0000-4000-8000-000000000001"] = json!({
            "display_name": "Builders", "kind": "directory",
            "object_id": "20000000-0000-4000-8000-000000000050",
            "descriptor": "aadgp.QnVpbGRlcnM", "members": [lee],
        });
    });
    let served = Served::start(&project);
    let run = project.on(&served, &["plan"]).expect(0);
    assert!(
        run.stdout.contains("lee@contoso.com would keep access"),
        "{}",
        run.stdout
    );
    let run = project.on(&served, &APPLY).expect(0);
    assert!(
        run.stdout.contains("lee@contoso.com still has access"),
        "{}",
        run.stdout
    );
    assert!(
        !run.stdout.contains("sam@contoso.com still"),
        "{}",
        run.stdout
    );
    assert_nothing_left(&run);
    let run = project.on(&served, &APPLY).expect(0);
    assert!(
        run.stdout.contains("lee@contoso.com still has access"),
        "{}",
        run.stdout
    );
}
