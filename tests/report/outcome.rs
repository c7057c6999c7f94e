//! What apply prints.

use insta::assert_snapshot;
use orgctl::model::address::{Address, Kind};
use orgctl::model::ids::{OrganizationName, RequestId};
use orgctl::plan::value::Totals;
use orgctl::report::outcome::{Gate, Outcome, Status, StepResult, Trouble, gate, outcome};
use orgctl::report::style::{Detail, Look};

use super::sample::{email, tenant};

fn result(kind: Kind, person: &str, status: Status) -> StepResult {
    StepResult {
        address: Address::of(kind, &email(person)),
        status,
    }
}

fn trouble(message: &str, help: Option<&str>) -> Trouble {
    Trouble {
        message: message.to_owned(),
        request_id: Some(RequestId::new("5b0f6a1e-7f6d-4d4e-9b7a-0d9e6f1c2a3b")),
        help: help.map(str::to_owned),
    }
}

fn complete() -> Outcome {
    Outcome {
        results: vec![
            result(Kind::Mapping, "lee@outlook.com", Status::Done),
            result(Kind::Mapping, "sam@hotmail.com", Status::AlreadySo),
        ],
        done: Totals {
            add: 27,
            change: 3,
            destroy: 1,
            adopt: 4,
            forget: 0,
        },
        stopped: None,
        next: vec![
            "Run `orgctl plan`: it should say that nothing is left to do.".to_owned(),
            "Tell everybody to sign out, clear the browser's cache and sign in with the work \
             account."
                .to_owned(),
        ],
    }
}

fn partial() -> Outcome {
    let mut outcome = complete();
    outcome.results.extend([
        result(
            Kind::Mapping,
            "kim@outlook.com",
            Status::Failed(trouble(
                "VS403283: Could not add user 'kim@contoso.com' at this time.\n\u{1b}[2JTry later.",
                Some("remove the newer of the two users from the organization, then apply again"),
            )),
        ),
        result(
            Kind::Access,
            "kim@outlook.com",
            Status::Skipped {
                because: Address::of(Kind::Mapping, &email("kim@outlook.com")),
            },
        ),
        result(
            Kind::Mapping,
            "mia@outlook.com",
            Status::Unsure(Trouble {
                request_id: None,
                ..trouble("the connection was closed before an answer came", None)
            }),
        ),
    ]);
    outcome.next = vec!["Run `orgctl apply` again: it looks up what is unsure first.".to_owned()];
    outcome
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
    let stopped = Outcome {
        stopped: Some("interrupted".to_owned()),
        next: Vec::new(),
        ..complete()
    };
    assert!(!stopped.is_complete());
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
    };
    assert_snapshot!(gate(&disconnect, Look::PLAIN));
}
