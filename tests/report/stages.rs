//! The stages of the plan that has everything.

use orgctl::model::access::EffectiveLevel;
use orgctl::model::address::{Address, Kind};
use orgctl::model::attributes::{Attributes, RemovalAttributes};
use orgctl::model::ids::{OrganizationName, RemoteId};
use orgctl::plan::value::{Change, Reason, RemoveFrom, Step};

use super::sample::{
    access, connection, directory_user, email, invitation, invited, known, mapping, named,
    object_id, place, resent, step, storage_key, tenant,
};

fn removal(person: &str, name: &str, reason: &str) -> Step {
    let after = Attributes::Removal(RemovalAttributes {
        member: storage_key(1),
        reason: reason.to_owned(),
    });
    step(Kind::Removal, person, Some(name), Change::Create { after })
}

pub(super) fn clean() -> Vec<Step> {
    let gone = Step {
        reason: Reason::LineGoneFinal,
        source: None,
        ..step(
            Kind::Removal,
            "zoe@outlook.com",
            None,
            Change::Forget {
                before: Attributes::Removal(RemovalAttributes {
                    member: storage_key(9),
                    reason: "left in March".to_owned(),
                }),
            },
        )
    };
    vec![
        removal("old@outlook.com", "Old Account", "left the company in May"),
        removal(
            "spoof@outlook.com",
            "\u{202e}nimdA\u{202c} \u{1b}[31mred\u{1b}[0m\r\nPlan: 0 to destroy",
            "looks | like `code` <script>alert(1)</script>\nand has two lines",
        ),
        gone,
    ]
}

pub(super) fn directory() -> Vec<Step> {
    let mut steps = members();
    steps.extend(guests());
    steps
}

fn members() -> Vec<Step> {
    let id = RemoteId::ObjectId(object_id(20));
    vec![
        Step {
            reason: Reason::AlreadyThere,
            ..step(
                Kind::DirectoryUser,
                "lee@contoso.com",
                Some("Lee Park"),
                Change::Adopt {
                    id,
                    after: directory_user("Lee Park"),
                },
            )
        },
        step(
            Kind::DirectoryUser,
            "o'brien@contoso.com",
            None,
            Change::Create {
                after: directory_user("Renée O'Brien-Müller"),
            },
        ),
        Step {
            reason: Reason::DiffersNotOurs,
            ..step(
                Kind::DirectoryUser,
                "sam@contoso.com",
                Some("Sam"),
                Change::Update {
                    id,
                    before: directory_user("Sam"),
                    after: directory_user("Sam Ode"),
                },
            )
        },
    ]
}

fn guests() -> Vec<Step> {
    let id = RemoteId::ObjectId(object_id(21));
    vec![
        step(
            Kind::Invitation,
            "li@例子.公司",
            Some("李雷"),
            Change::Create {
                after: invitation(Some("李雷"), None),
            },
        ),
        step(
            Kind::Invitation,
            "noor@fabrikam.com",
            None,
            Change::Create {
                after: invitation(Some("نور حداد"), Some("Welcome")),
            },
        ),
        Step {
            reason: Reason::Differs,
            ..step(
                Kind::Invitation,
                "pat@fabrikam.com",
                Some("Pat 👩\u{200d}💻"),
                Change::Update {
                    id,
                    before: invitation(
                        Some("Pat"),
                        Some("Hello Pat,\nplease accept before Friday.\nThe Contoso team"),
                    ),
                    after: resent(
                        Some("Pat 👩\u{200d}💻"),
                        Some("Hello Pat,\nplease accept before Monday.\nThe Contoso team"),
                    ),
                },
            )
        },
        Step {
            reason: Reason::LineGone,
            source: None,
            ..step(
                Kind::Invitation,
                "quinn@fabrikam.com",
                Some("Quinn"),
                Change::Remove {
                    id,
                    before: invitation(Some("Quinn"), None),
                    from: RemoveFrom {
                        organization: Some(storage_key(5)),
                        directory: true,
                        projects: false,
                    },
                },
            )
        },
    ]
}

pub(super) fn connect() -> Vec<Step> {
    vec![Step {
        address: Address::connection(&OrganizationName::new("contoso")),
        change: Change::Update {
            id: RemoteId::TenantId(tenant()),
            before: connection(None),
            after: connection(Some(tenant())),
        },
        reason: Reason::DiffersNotOurs,
        needs: Vec::new(),
        source: Some(place(6)),
        display_name: None,
    }]
}

pub(super) fn map() -> Vec<Step> {
    let create = |person, names: [&str; 2], to, identity| {
        let [name, called] = names;
        let after = named(&mapping(to, identity), called);
        step(Kind::Mapping, person, Some(name), Change::Create { after })
    };
    let mut awaited = create(
        "noor@fabrikam.com",
        ["Noor Haddad", ""],
        "noor@fabrikam.com",
        invited("noor@fabrikam.com"),
    );
    awaited.needs = Vec::from([
        Address::of(Kind::Invitation, &email("noor@fabrikam.com")),
        Address::connection(&OrganizationName::new("contoso")),
    ]);
    vec![
        create(
            "lee@outlook.com",
            ["Lee Park", "Lee M. Park"],
            "lee@contoso.com",
            known(1),
        ),
        create(
            "maximilian.von-und-zu-hohenlohe-langenburg@outlook.example.com",
            ["Maximilian"; 2],
            "maximilian.von-und-zu-hohenlohe-langenburg@contoso.onmicrosoft.com",
            known(2),
        ),
        awaited,
        Step {
            reason: Reason::MatchedByMailOnly,
            ..create(
                "ola@contoso.com",
                [
                    "Ola Nordmann, Head of Platform Engineering and Everything Else",
                    "Nordmann, Ola",
                ],
                "ola.nordmann@contoso.com",
                known(3),
            )
        },
        Step {
            reason: Reason::GoneOutside,
            ..create(
                "sam@hotmail.com",
                ["Sam Ode"; 2],
                "sam@contoso.com",
                known(4),
            )
        },
    ]
}

pub(super) fn access_stage() -> Vec<Step> {
    vec![
        step(
            Kind::Access,
            "li@例子.公司",
            Some("李雷"),
            Change::Create {
                after: access(EffectiveLevel::Stakeholder, Some(invited("li@例子.公司"))),
            },
        ),
        Step {
            reason: Reason::Differs,
            ..step(
                Kind::Access,
                "sam@hotmail.com",
                Some("Sam Ode"),
                Change::Update {
                    id: RemoteId::StorageKey(storage_key(4)),
                    before: access(EffectiveLevel::Basic, None),
                    after: access(EffectiveLevel::BasicTestPlans, None),
                },
            )
        },
        Step {
            reason: Reason::NothingLeft,
            source: None,
            ..step(
                Kind::Access,
                "tess@outlook.com",
                None,
                Change::Forget {
                    before: access(EffectiveLevel::Basic, None),
                },
            )
        },
    ]
}
