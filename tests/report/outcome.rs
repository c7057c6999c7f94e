//! What apply prints.

use insta::assert_snapshot;
use orgctl::apply::{StepResult, StepStatus, Summary};
use orgctl::azure::port::{ApiError, ApiErrorKind};
use orgctl::model::address::{Address, Kind};
use orgctl::model::ids::{OrganizationName, RequestId};
use orgctl::plan::change::Action;
use orgctl::report::outcome::{Gate, gate, outcome as render};
use orgctl::report::style::{Detail, Look};

use super::sample::{email, tenant};

fn outcome(summary: &Summary, look: Look) -> String {
    let advise = |error: &ApiError| {
        (error.kind == ApiErrorKind::Refused)
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

fn refused() -> ApiError {
    ApiError {
        kind: ApiErrorKind::Refused,
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
            StepStatus::Failed(refused()),
        ),
        result(
            Kind::Access,
            "kim@outlook.com",
            StepStatus::Skipped { because },
        ),
        result(Kind::Mapping, "mia@outlook.com", StepStatus::Unsure(lost())),
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

#[test]
fn a_gate_that_waits() {
    let organization = OrganizationName::new("contoso");
    let connect = Gate {
        organization: &organization,
        tenant: Some((tenant(), "Contoso Ltd")),
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
        tenant: Some((tenant(), "Contoso Ltd")),
        mappings: 1,
        waits: false,
        endpoint: Some("http://127.0.0.1:41873/"),
    };
    assert_snapshot!(gate(&connect, Look::PLAIN));
}

#[test]
fn a_gate_that_stops() {
    let organization = OrganizationName::new("contoso");
    let disconnect = Gate {
        organization: &organization,
        tenant: None,
        mappings: 0,
        waits: false,
        endpoint: None,
    };
    assert_snapshot!(gate(&disconnect, Look::PLAIN));
}
