//! Policies, SSH keys and personal access tokens, from org.toml to the services.

use serde_json::{Value, json};

use crate::support::credentials::{id, project};
use crate::support::served::Served;

const APPLY: [&str; 2] = ["apply", "--auto-approve"];

const POLICIES: &str = "\n[policies]\nexternal_guest_access = false\noauth_access = false\n\
                        ssh_access = true\naudit_log = true\nwrite_inverted = true\n";

fn policies(served: &Served) -> Value {
    served.world()["organization"]["holdings"]["policies"].clone()
}

/// Which of the credentials are still good.
fn good(served: &Served) -> Vec<bool> {
    let world = served.world();
    let tokens = &world["organization"]["holdings"]["tokens"];
    [1, 2, 3]
        .map(|n| tokens[id(n)]["valid"].as_bool().unwrap())
        .into()
}

#[test]
fn policies_are_set_once_and_stay() {
    let project = project(POLICIES);
    let served = Served::start(&project);
    project.on(&served, &APPLY).expect(0);
    let now = policies(&served);
    assert_eq!(now["Policy.DisallowAadGuestUserAccess"], false);
    assert_eq!(now["Policy.DisallowOAuthAuthentication"], false);
    assert_eq!(now["Policy.LogAuditEvents"], true);
    assert_eq!(
        now["Policy.DisallowSecureShell"],
        Value::Null,
        "it stood as wanted"
    );
    let again = project.on(&served, &APPLY).expect(0);
    let end = "No changes. contoso is as org.toml says.";
    assert!(again.stdout.trim_end().ends_with(end), "{}", again.stdout);
}

#[test]
fn a_policy_that_does_not_change_is_no_success() {
    let project = project(POLICIES);
    let served = Served::start(&project);
    let refuses = json!({ "status": { "code": 204, "body": "empty" } });
    served.add_fault("PATCH", "Policy.LogAuditEvents", &refuses);
    let run = project.on(&served, &APPLY).expect(6);
    assert!(
        run.stdout.contains("audit_log stands as before"),
        "{}",
        run.stdout
    );
    served.clear_faults();
    project.on(&served, &APPLY).expect(0);
    assert_eq!(policies(&served)["Policy.LogAuditEvents"], true);
}

#[test]
fn an_inverted_policy_is_left_alone_without_consent() {
    let lines = POLICIES.replace("write_inverted = true", "");
    let project = project(&lines);
    let served = Served::start(&project);
    let run = project.on(&served, &APPLY).expect(6);
    assert!(
        run.stdout.contains("write_inverted = true"),
        "{}",
        run.stdout
    );
    let now = policies(&served);
    assert_eq!(now["Policy.DisallowAadGuestUserAccess"], Value::Null);
    assert_eq!(now["Policy.LogAuditEvents"], true);
}

#[test]
fn keys_are_revoked_before_the_move() {
    let project = project("\n[credentials]\nrevoke_ssh_keys = true\n");
    let served = Served::start(&project);
    let plan = project.on(&served, &["plan"]).expect(0);
    assert!(
        plan.stdout
            .contains("2 SSH keys: Rechner von Jürgen, laptop"),
        "{}",
        plan.stdout
    );
    project.on(&served, &APPLY).expect(0);
    assert_eq!(good(&served), [true, false, false]);
    let paths: Vec<String> = served.requests().into_iter().map(|one| one.path).collect();
    let at = |end: &str| paths.iter().position(|path| path.ends_with(end)).unwrap();
    assert!(at("/revocations") < at("/Organizations/Me"), "{paths:?}");
    let asked = || {
        let requests = served.requests().into_iter();
        requests
            .filter(|one| one.path.contains("tokenadmin"))
            .count()
    };
    let before = asked();
    let again = project.on(&served, &APPLY).expect(0);
    let end = "No changes. contoso is as org.toml says.";
    assert!(again.stdout.trim_end().ends_with(end), "{}", again.stdout);
    assert_eq!(asked(), before, "after the move nobody is asked about keys");
}

#[test]
fn tokens_are_revoked_when_asked_for_even_if_the_answer_is_lost() {
    let project = project("\n[credentials]\nrevoke_tokens = true\n");
    let served = Served::start(&project);
    served.add_rules(&["POST revocations drop=after"]);
    project.on(&served, &APPLY).expect(0);
    assert_eq!(good(&served), [false, true, true]);
}

#[test]
fn nobody_is_asked_for_tokens_unless_something_wants_them() {
    let project = project("");
    let served = Served::start(&project);
    project.on(&served, &["plan"]).expect(0);
    let asked = served.requests();
    assert!(!asked.iter().any(|one| one.path.contains("tokenadmin")));
    assert!(
        !asked
            .iter()
            .any(|one| one.path.contains("OrganizationPolicy"))
    );
}
