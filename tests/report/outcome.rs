//! What apply prints.

use insta::assert_snapshot;
use orgctl::apply::port::{ApiError, ApiErrorKind, Call, StepError};
use orgctl::apply::{LeadTime, StepResult, StepStatus, Summary};
use orgctl::model::address::{Address, Kind};
use orgctl::model::ids::{OrganizationName, RequestId, TenantId};
use orgctl::plan::rules::{
    ApplicationsLost, DirectoryGroupsLost, Evidence, Finding, GroupAccessLost, Severity,
};
use orgctl::plan::value::{Action, Change};
use orgctl::report::gate::{Gate, Goal, Tenant, afterwards, gate, leaving};
use orgctl::report::outcome::{outcome as render, until};
use orgctl::report::style::{Detail, Look};
use orgctl::report::text;

use super::sample::{connection, email, full, tenant};

fn outcome(summary: &Summary, look: Look) -> String {
    let advise = |error: &StepError| {
        let api = error.api()?;
        (api.kind == ApiErrorKind::Refused)
            .then_some("remove the newer of the two users from the organization, then apply again")
    };
    render(summary, &advise, look)
}

fn result(kind: Kind, person: &str, status: StepStatus) -> StepResult {
    let address = Address::of(kind, &email(person));
    StepResult {
        address,
        action: Action::Create,
        status,
    }
}

fn boxed(error: ApiError) -> Box<StepError> {
    Box::new(error.into())
}

fn refused() -> ApiError {
    ApiError {
        kind: ApiErrorKind::Refused,
        call: Call::MapMember,
        method: "PATCH",
        url: "https://vssps.dev.azure.com/contoso/_apis/graph/users/msa.Kim".to_owned(),
        status: Some(400),
        code: Some("VssServiceException".to_owned()),
        message:
            "VS403283: Could not add user 'kim@contoso.com' at this time.\n\u{1b}[2JTry later."
                .to_owned(),
        request_id: Some(RequestId::new("5b0f6a1e-7f6d-4d4e-9b7a-0d9e6f1c2a3b")),
    }
}

fn lost() -> ApiError {
    ApiError {
        kind: ApiErrorKind::Unreachable,
        status: None,
        code: None,
        message: "the connection was closed before an answer came".to_owned(),
        request_id: None,
        ..refused()
    }
}

fn complete() -> Summary {
    let results = vec![
        result(Kind::Removal, "old@outlook.com", StepStatus::Done),
        result(Kind::Mapping, "lee@outlook.com", StepStatus::Done),
        result(Kind::Mapping, "sam@hotmail.com", StepStatus::AlreadySo),
    ];
    Summary {
        results,
        ..Summary::default()
    }
}

fn partial() -> Summary {
    let because = Address::of(Kind::Mapping, &email("kim@outlook.com"));
    let mut summary = complete();
    summary.results.extend([
        result(
            Kind::Mapping,
            "kim@outlook.com",
            StepStatus::Failed(boxed(refused())),
        ),
        result(
            Kind::Access,
            "kim@outlook.com",
            StepStatus::Skipped { because },
        ),
        result(
            Kind::Mapping,
            "mia@outlook.com",
            StepStatus::Unsure(boxed(lost())),
        ),
    ]);
    summary
}

#[test]
fn all_went_well() {
    assert_snapshot!(outcome(&complete(), Look::PLAIN));
}

#[test]
fn some_failed() {
    assert_snapshot!(outcome(&partial(), Look::PLAIN));
}

#[test]
fn some_failed_in_full() {
    let look = Look {
        detail: Detail::Full,
        ..Look::PLAIN
    };
    assert_snapshot!(outcome(&partial(), look));
}

#[test]
fn interrupted() {
    let mut stopped = complete();
    stopped.interrupted = true;
    stopped.results.push(result(
        Kind::Access,
        "lee@outlook.com",
        StepStatus::NotReached,
    ));
    assert!(!stopped.is_complete());
    assert_snapshot!(outcome(&stopped, Look::PLAIN));
}

#[test]
fn at_the_gate() {
    let mut stopped = complete();
    stopped.at_gate = true;
    stopped.results.push(result(
        Kind::Mapping,
        "kim@outlook.com",
        StepStatus::NotReached,
    ));
    assert_snapshot!(outcome(&stopped, Look::PLAIN));
}

fn held(lead: LeadTime) -> Summary {
    let mut stopped = complete();
    stopped.lead_time = Some(lead);
    stopped.results.push(result(
        Kind::Removal,
        "kim@outlook.com",
        StepStatus::NotReached,
    ));
    stopped
}

#[test]
fn waiting_until_people_have_had_time() {
    let at = "2026-12-02T09:30:00Z".parse().unwrap();
    assert_snapshot!(
        "waiting_until",
        outcome(&held(LeadTime::Until(at)), Look::PLAIN) + "\n" + &until(at, 7, None, Look::PLAIN)
    );
    let local = "Wednesday, 2 December 2026, 10:30 CET";
    assert_snapshot!(
        "waiting_until_local",
        until(at, 1, Some(local), Look::PLAIN)
    );
}

#[test]
fn somebody_could_not_be_told() {
    let mut stopped = held(LeadTime::Untold(1));
    let mut refused = refused();
    refused.call = Call::SendMail;
    refused.method = "POST";
    refused.url = "https://graph.microsoft.com/v1.0/me/sendMail".to_owned();
    stopped.results.push(result(
        Kind::NoticeBefore,
        "lee@outlook.com",
        StepStatus::Failed(boxed(refused)),
    ));
    stopped.results.push(result(
        Kind::NoticeBefore,
        "mia@outlook.com",
        StepStatus::Unsure(boxed(lost())),
    ));
    assert_snapshot!(outcome(&stopped, Look::PLAIN));
}

fn contoso() -> Tenant<'static> {
    Tenant {
        id: tenant(),
        name: "Contoso Ltd",
    }
}

#[test]
fn a_gate_that_waits() {
    let organization = OrganizationName::new("contoso");
    let connect = Gate {
        organization: &organization,
        goal: Goal::Connect(contoso()),
        mappings: 27,
        waits: true,
        endpoint: None,
    };
    assert_snapshot!(gate(&connect, Look::PLAIN));
}

#[test]
fn a_gate_at_an_endpoint_names_the_page_there() {
    let organization = OrganizationName::new("contoso");
    let connect = Gate {
        organization: &organization,
        goal: Goal::Connect(contoso()),
        mappings: 1,
        waits: false,
        endpoint: Some("http://127.0.0.1:41873/"),
    };
    assert_snapshot!(gate(&connect, Look::PLAIN));
}

#[test]
fn a_gate_to_another_tenant_tells_both_ways() {
    let organization = OrganizationName::new("contoso");
    let change = Gate {
        organization: &organization,
        goal: Goal::Change {
            from: other(),
            to: contoso(),
        },
        mappings: 1,
        waits: false,
        endpoint: None,
    };
    assert_snapshot!(gate(&change, Look::PLAIN));
}

fn other() -> TenantId {
    "bbbbcccc-1111-4ddd-8222-eeee3333ffff".parse().unwrap()
}

#[test]
fn after_a_change_of_tenant_a_person_looks_at_the_rest() {
    let mut plan = full(false);
    assert_snapshot!(afterwards(&plan, Look::PLAIN).unwrap());
    for stage in &mut plan.stages {
        stage
            .steps
            .retain(|step| step.address.kind() != Kind::Connection);
    }
    assert_eq!(afterwards(&plan, Look::PLAIN), None);
}

#[test]
fn whoever_approves_is_told_what_a_tenant_takes_with_it() {
    let mut plan = full(false);
    assert_eq!(leaving(&plan), None);
    let steps = plan.stages.iter_mut().flat_map(|stage| &mut stage.steps);
    for step in steps {
        if let Change::Update { before, .. } = &mut step.change
            && before.connection().is_some()
        {
            *before = connection(Some(other()));
        }
    }
    let person = email("kai@contoso.com");
    let evidences: [Evidence; 3] = [
        DirectoryGroupsLost {
            groups: 2,
            rules: 1,
            named: ["\u{1b}[2JEverybody".to_owned(), "Operators".to_owned()].into(),
        }
        .into(),
        GroupAccessLost { person }.into(),
        ApplicationsLost {
            applications: 3,
            named: ["\u{1b}[2Jrobot".to_owned()].into(),
        }
        .into(),
    ];
    for evidence in evidences {
        plan.findings.push(Finding {
            severity: Severity::Warning,
            evidence,
            place: None,
        });
    }
    assert_snapshot!(leaving(&plan).unwrap());
    assert!(!text::plan(&plan, Look::PLAIN).contains('\u{1b}'));
}

#[test]
fn a_gate_that_stops() {
    let organization = OrganizationName::new("contoso");
    let disconnect = Gate {
        organization: &organization,
        goal: Goal::Disconnect,
        mappings: 0,
        waits: false,
        endpoint: None,
    };
    assert_snapshot!(gate(&disconnect, Look::PLAIN));
}
