//! Off a tenant, and what the service says when it does not connect or disconnect.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::project::Project;
use crate::support::served::Served;

const APPLY: [&str; 2] = ["apply", "--auto-approve"];
const STATE: &str = "org.state.json";

/// The example that disconnects, by request.
fn leaving() -> Project {
    let project = Project::of_example("disconnect");
    project.change_config("connect_with = \"portal\"", "connect_with = \"api\"");
    project
}

#[test]
fn off_the_tenant_by_request_and_back() {
    let project = leaving();
    let served = Served::start(&project);
    let run = project.on(&served, &APPLY).expect(0);
    assert!(
        run.stdout
            .contains("lee@tailspintoys.com has an account of the tenant")
    );
    assert!(
        run.stdout.trim_end().ends_with("is as org.toml says."),
        "{}",
        run.stdout
    );
    assert_eq!(served.tenant(), Value::Null);
    let again = project.on(&served, &APPLY).expect(0);
    assert!(
        again.stdout.contains("\nNo changes. tailspintoys"),
        "{}",
        again.stdout
    );
    let entries = project.json(STATE)["entries"].clone();
    let kept: BTreeSet<String> = entries.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        kept,
        BTreeSet::from(["connection[\"tailspintoys\"]".to_owned()])
    );

    project.change_config(
        "connection = \"disconnected\"",
        "connection = \"connected\"",
    );
    // Accounts from outside have another name in the directory, so connecting does not match them.
    project.change_config(
        "[members]\n",
        "[members]\n\"ana.trujillo@outlook.com\" = \"ana.trujillo@outlook.com\"\n\
         \"emily.w@live.co.uk\" = \"emily.w@live.co.uk\"\n",
    );
    let plan = project.on(&served, &["plan"]).expect(0);
    assert!(plan.stdout.contains("+ connect"), "{}", plan.stdout);
    assert!(!plan.stdout.contains("outside orgctl"), "{}", plan.stdout);
    let back = project.on(&served, &APPLY).expect(0);
    assert!(
        back.stdout.trim_end().ends_with("is as org.toml says."),
        "{}",
        back.stdout
    );
    let live = project.snapshot_of(&served);
    assert!(live.members.values().all(|member| !member.disconnected));
    assert!(live.organization.connection.tenant().is_some());
}

#[test]
fn nobody_is_locked_out_by_leaving_unless_that_is_accepted() {
    let project = leaving();
    project.change_config("unlisted_users = \"warn\"", "unlisted_users = \"refuse\"");
    let served = Served::start(&project);
    let before = served.world();
    project.on(&served, &APPLY).expect(4);
    assert_eq!(served.world(), before);
}

#[test]
fn a_spoilt_table_of_identities_is_for_support() {
    let project = leaving();
    let served = Served::start(&project);
    served.set(json!({ "devops": { "tenant_refusal": "spoilt" } }));
    let run = project.on(&served, &APPLY).expect(6);
    for words in ["400101", "do not try again", "support", "failed"] {
        assert!(run.stdout.contains(words), "{words}:\n{}", run.stdout);
    }
    let sent =
        |one: &orgctl::sandbox::Logged| one.path.to_lowercase().ends_with("organizations/me");
    assert_eq!(served.requests().iter().filter(|one| sent(one)).count(), 1);
    served.set(json!({ "devops": { "tenant_refusal": null } }));
    project.on(&served, &APPLY).expect(0);
}

#[test]
fn an_owner_at_work_keeps_the_tenant_in_the_services_words_too() {
    let project = leaving();
    let live = project.read("live.json");
    let toml = project.read("org.toml");
    let changed = live.replace(
        "\"known\": \"5e000000-0000-4000-8200-000000000001\"",
        "\"known\": \"5e000000-0000-4000-8200-000000000003\"",
    );
    assert_ne!(live, changed);
    let project = Project::new(&toml, &changed);
    let served = Served::start(&project);
    let run = project.on(&served, &APPLY).expect(4);
    assert!(
        run.stdout.contains("the owner lee@tailspintoys.com"),
        "{}",
        run.stdout
    );
    // A provider that does not tell leaves it to the service.
    served.set(json!({ "devops": { "providers_fail": true, "owner_must_be_personal": true } }));
    let run = project.on(&served, &APPLY).expect(6);
    assert!(
        run.stdout.contains("did not say who owns"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("make somebody with a personal Microsoft account the owner"),
        "{}",
        run.stdout
    );
}

#[test]
fn every_refusal_to_connect_has_advice_of_its_own() {
    for (order, words, advice) in [
        ("guest", "Only active members", "\"user type\""),
        (
            "no_account",
            "permission to access the",
            "no account in the tenant",
        ),
        (
            "shared_name",
            "multiple active identities",
            "remove or rename all but one",
        ),
        ("restricted", "restricts who may create", "allow list"),
    ] {
        let project = Project::of_example("contoso");
        let served = Served::start(&project);
        served.set(json!({ "devops": { "tenant_refusal": order } }));
        let run = project.on(&served, &APPLY).expect(6);
        let text = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(words), "{order}:\n{}", run.stdout);
        assert!(text.contains(advice), "{order}:\n{}", run.stdout);
        assert!(
            text.contains("needs connection[\"contoso\"]"),
            "nobody is mapped"
        );
        served.set(json!({ "devops": { "tenant_refusal": null } }));
        project.on(&served, &APPLY).expect(0);
    }
}
