//! Every request that orgctl sends to the services, and every answer that the sandbox gives it, is as
//! Microsoft describes it: what passes between the two is recorded and held against tests/openapi.

mod description;
mod judge;
mod proof;

use std::collections::BTreeSet;

use description::Description;
use judge::Verdict;
use serde_json::json;

use crate::support::credentials;
use crate::support::project::Project;
use crate::support::recorder::Recorder;
use crate::support::served::Served;

const APPLY: [&str; 3] = ["apply", "--auto-approve", "-q"];

/// Tokens are asked for by the rules of OAuth, which neither description is about.
const SIGN_IN: &str = "login.microsoftonline.com";

fn descriptions() -> [Description; 3] {
    [
        "microsoft-graph.yaml",
        "microsoft-graph-beta.yaml",
        "azure-devops.yaml",
    ]
    .map(Description::load)
}

/// Holds all that has passed against the descriptions.
fn verdict(recorder: &Recorder) -> Verdict {
    let descriptions = descriptions();
    let mut verdict = Verdict::default();
    for exchange in recorder.exchanges() {
        let knows = |d: &&Description| {
            d.find(&exchange.method, &exchange.host, &exchange.path)
                .is_some()
        };
        let by_operation = descriptions.iter().find(knows);
        let by_host = || descriptions.iter().find(|d| d.has_host(&exchange.host));
        match by_operation.or_else(by_host) {
            Some(description) => verdict.take(description, &exchange),
            None if exchange.host == SIGN_IN => {}
            None => verdict
                .violations
                .push(format!("{}: no such host", exchange.host)),
        }
    }
    verdict
}

#[track_caller]
fn expect_no_violation(verdict: &Verdict) {
    let Verdict { violations, .. } = verdict;
    assert!(
        violations.is_empty(),
        "{} violations:\n{}",
        violations.len(),
        violations.join("\n")
    );
}

/// Applies the example, then takes one guest out of everything again, and lists what the tenant has.
fn migration() -> Verdict {
    let project = Project::of_example("contoso");
    let newcomer = "\"ines.rey@northwindtraders.com\" = {}\n";
    project.change_config("[guests]\n", &format!("[guests]\n{newcomer}"));
    let served = Served::start(&project);
    let recorder = Recorder::before(&served);
    project.at(recorder.endpoint(), &["plan", "-q"]).expect(0);
    project.at(recorder.endpoint(), &APPLY).expect(0);
    project.change_config(newcomer, "");
    project.change_config("delete_guests = false", "delete_guests = true");
    project.at(recorder.endpoint(), &APPLY).expect(0);
    project.at(recorder.endpoint(), &["list", "-q"]).expect(0);
    verdict(&recorder)
}

/// Applies it while the first answers to mappings get lost, several at a time, and the first users cannot
/// be made, so that people are looked up together.
fn migration_with_lost_answers() -> Verdict {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    let recorder = Recorder::before(&served);
    served.add_first_faults(6, "PATCH", "/_apis/graph/users/", &json!("drop_after"));
    let fails = json!({ "status": { "code": 500 } });
    served.add_first_faults(2, "POST", "graph.microsoft.com/v1.0/users", &fails);
    project.at(recorder.endpoint(), &APPLY).expect(0);
    verdict(&recorder)
}

/// Applies it while the answer to one mapping gets lost: one person alone is looked up.
fn migration_with_a_lost_answer() -> Verdict {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    let recorder = Recorder::before(&served);
    served.add_rules(&["PATCH _apis/graph/users nth=1 drop=after"]);
    project.at(recorder.endpoint(), &APPLY).expect(0);
    verdict(&recorder)
}

/// Plans for few people in a large directory, who are looked up in batches.
fn few_among_many() -> Verdict {
    let project = Project::of_people(4_200);
    let mut live = project.seed();
    let kept: Vec<_> = live.members.keys().take(42).copied().collect();
    live.members.retain(|key, _| kept.contains(key));
    let toml = project.read("org.toml");
    let toml = toml.split("[members]").next().unwrap();
    let toml = format!("{toml}\nunlisted_users = \"warn\"\n");
    let project = Project::new(&toml, &serde_json::to_string(&live).unwrap());
    let served = Served::start(&project);
    let recorder = Recorder::before(&served);
    project.at(recorder.endpoint(), &["plan", "-q"]).expect(0);
    verdict(&recorder)
}

/// Gives and takes projects, brings people back who were deleted, and invites as an application that
/// sends the text itself.
fn projects_and_guests() -> [Verdict; 2] {
    let project = Project::of_case("projects");
    project.change_config(
        "\"noor@fabrikam.com\" = { access = \"basic\"",
        "\"noor@fabrikam.com\" = { message = \"Welcome\", access = \"basic\"",
    );
    project.append_to_config("\n[notices]\nsender = \"ana@contoso.com\"\n");
    project.edit_world(|world| {
        world["directory"]["applications"] = json!({ "mover": {
            "secrets": ["s3cret"],
            "roles": ["User.ReadWrite.All", "Organization.Read.All", "Mail.Send"],
        } });
    });
    let served = Served::start(&project);
    let recorder = Recorder::before(&served);
    let endpoint = recorder.endpoint();
    project
        .as_application(endpoint, ("mover", "s3cret"), &APPLY)
        .expect(0);
    project.change_config("website = \"contributor\", ", "");
    project.at(endpoint, &APPLY).expect(0);
    let of_projects = verdict(&recorder);
    let project = Project::of_case("restored");
    let served = Served::start(&project);
    let recorder = Recorder::before(&served);
    project.at(recorder.endpoint(), &APPLY).expect(0);
    [of_projects, verdict(&recorder)]
}

/// Tells everybody before the move from a mailbox that is named, and after it from one's own.
fn mail() -> Verdict {
    let project = Project::of_example("notices");
    let toml = project.read("org.toml");
    let toml = toml.replace("deliver = \"files\"", "deliver = \"graph\"");
    std::fs::write(project.path("org.toml"), &toml).unwrap();
    let served = Served::start(&project);
    let recorder = Recorder::before(&served);
    let notify = |of| ["notify", of, "--auto-approve", "-q"];
    project.at(recorder.endpoint(), &notify("before")).expect(0);
    let toml = toml.replace("sender = ", "# sender = ");
    std::fs::write(project.path("org.toml"), toml).unwrap();
    project.at(recorder.endpoint(), &APPLY).expect(0);
    verdict(&recorder)
}

/// Moves an organization from one tenant to another.
fn move_to_another_tenant() -> Verdict {
    let project = Project::of_example("change-directory");
    let served = Served::start(&project);
    let recorder = Recorder::before(&served);
    project.at(recorder.endpoint(), &APPLY).expect(0);
    verdict(&recorder)
}

/// Applies the example with policies and with tokens and keys that are revoked.
fn settings_and_credentials() -> Verdict {
    let project = credentials::project(
        "\n[policies]\naudit_log = true\n[credentials]\nrevoke_ssh_keys = true\nrevoke_tokens = true\n",
    );
    let served = Served::start(&project);
    let recorder = Recorder::before(&served);
    project.at(recorder.endpoint(), &APPLY).expect(0);
    served.set(json!({ "devops": { "nested_policies": true } }));
    project.at(recorder.endpoint(), &["plan", "-q"]).expect(0);
    verdict(&recorder)
}

/// Plans where every list of what rules look at has something in it: another organization of the
/// tenant, a policy on invitations that takes a role, groups, domains.
fn rules_with_something_to_look_at() -> Verdict {
    let project = Project::of_example("contoso");
    let mut live = project.json("live.json");
    let groups = json!({ "66666666-5555-4555-8555-00000000aaaa": "Platform" });
    live["preflight"] = json!({
        "creation": { "known": { "through": "fabrikam-inc", "restricted": false } },
        "invitations": { "known": { "from": "admins_and_guest_inviters" } },
        "guest_domains": { "known": { "blocked": ["nowhere.example"] } },
        "licences": { "known": { "basic": { "total": 500, "available": 400 } } },
    });
    let project = Project::new(&project.read("org.toml"), &live.to_string());
    let served = Served::start(&project);
    let recorder = Recorder::before(&served);
    let plan = ["plan", "-q"];
    project.at(recorder.endpoint(), &plan).expect(4);
    let mut verdict = verdict(&recorder);
    // In an organization that has a tenant, the tenant's groups, the rules on them and applications
    // are there.
    live["organization"]["connection"] = json!({ "tenant": live["directory"]["tenant"] });
    live["preflight"]["directory_groups"] = json!({ "known": groups });
    live["preflight"]["group_rules"] =
        json!({ "known": { "66666666-5555-4555-8555-00000000aaaa": "basic" } });
    live["applications"] = json!({ "known": { "66666666-5555-4555-8555-00000000bbbb": {
        "display_name": "robot", "managed_identity": true, "access": "basic",
        "application_id": "77777777-5555-4555-8555-00000000bbbb",
    } } });
    let project = Project::new(&project.read("org.toml"), &live.to_string());
    let served = Served::start(&project);
    let recorder = Recorder::before(&served);
    project.at(recorder.endpoint(), &plan);
    let connected = self::verdict(&recorder);
    verdict.seen.extend(connected.seen);
    verdict.violations.extend(connected.violations);
    verdict.requests += connected.requests;
    verdict.answers += connected.answers;
    verdict
}

#[test]
fn what_rules_look_at_keeps_to_the_descriptions() {
    expect_no_violation(&rules_with_something_to_look_at());
}

#[test]
fn a_migration_keeps_to_the_descriptions() {
    let verdict = migration();
    expect_no_violation(&verdict);
    assert!(verdict.requests > 60, "{}", verdict.requests);
    assert_eq!(verdict.requests, verdict.answers);
}

#[test]
fn lost_answers_large_directories_and_another_tenant_keep_to_them_too() {
    let [projects, guests] = projects_and_guests();
    let verdicts = [
        migration_with_lost_answers(),
        migration_with_a_lost_answer(),
        few_among_many(),
        settings_and_credentials(),
        projects,
        guests,
        mail(),
        move_to_another_tenant(),
    ];
    for verdict in verdicts {
        expect_no_violation(&verdict);
        assert!(verdict.answers > 0);
    }
}

#[test]
fn every_request_that_orgctl_can_send_is_among_them() {
    let [projects, guests] = projects_and_guests();
    let verdicts = [
        migration(),
        migration_with_lost_answers(),
        migration_with_a_lost_answer(),
        few_among_many(),
        settings_and_credentials(),
        mail(),
        rules_with_something_to_look_at(),
        projects,
        guests,
        move_to_another_tenant(),
    ];
    let seen: BTreeSet<&str> = verdicts
        .iter()
        .flat_map(|verdict| &verdict.seen)
        .map(String::as_str)
        .collect();
    let [graph, beta, devops] = descriptions();
    // The description of Azure DevOps is of orgctl's requests only, that of Graph also of what else
    // the sandbox serves.
    let of_graph = [
        "batch",
        "countUsers",
        "createUser",
        "deleteUser",
        "getAuthorizationPolicy",
        "getMe",
        "getUser",
        "invite",
        "listDeletedUsers",
        "listOrganizations",
        "listOwnRoles",
        "listUsers",
        "restoreDeletedItem",
        "sendMail",
        "sendOwnMail",
    ];
    let known: BTreeSet<&str> = graph.ids().collect();
    assert!(of_graph.iter().all(|id| known.contains(id)));
    let of_others = devops.ids().chain(beta.ids());
    let wanted: BTreeSet<&str> = of_others.chain(of_graph).collect();
    assert_eq!(seen, wanted);
}
