//! One case for each rule that decides, and one that nearly does.

use orgctl::matching::{
    Class, Decision, DirectoryAccount, FederatedIdentity, Input, Line, OrganizationUser, Person,
    UserKind, propose,
};
use orgctl::model::ids::{ObjectId, StorageKey};
use uuid::Uuid;

use super::world::{days_ago, now};

/// Both sides of a case. Users and accounts are numbered in the order in which they are added.
struct Case(Input);

impl Case {
    fn new() -> Self {
        Self(Input {
            users: Vec::new(),
            accounts: Vec::new(),
            verified_domains: ["contoso.com".to_owned()].into(),
            lines: Vec::new(),
            now: now(),
            unseen_days: Input::UNSEEN_DAYS,
        })
    }

    fn user(
        mut self,
        principal_name: &str,
        shown: &str,
        change: impl FnOnce(&mut OrganizationUser),
    ) -> Self {
        let id = StorageKey::new(Uuid::from_u64_pair(1, self.0.users.len() as u64));
        let mut user = OrganizationUser::new(id, principal_name, shown);
        user.last_seen = Some(days_ago(3));
        user.entitled = Some(days_ago(500));
        change(&mut user);
        self.0.users.push(user);
        self
    }

    fn account(
        mut self,
        name: &str,
        shown: &str,
        change: impl FnOnce(&mut DirectoryAccount),
    ) -> Self {
        let id = ObjectId::new(Uuid::from_u64_pair(2, self.0.accounts.len() as u64));
        let mut account = DirectoryAccount::new(id, name, shown);
        account.created = Some(days_ago(900));
        change(&mut account);
        self.0.accounts.push(account);
        self
    }

    fn line(mut self, person: &str, decision: Decision) -> Self {
        self.0.lines.push(Line {
            person: person.to_owned(),
            decision,
        });
        self
    }

    fn rows(&self) -> Vec<Person> {
        propose(&self.0).people
    }

    /// The class of each user and the sign-in name of the target.
    #[track_caller]
    fn gives(&self, want: &[(Class, &str)]) {
        let rows = self.rows();
        let name = |row: &Person| {
            row.target
                .as_ref()
                .map_or(String::new(), |target| target.user_principal_name.clone())
        };
        let got: Vec<_> = rows.iter().map(|row| (row.class, name(row))).collect();
        let got: Vec<_> = got
            .iter()
            .map(|(class, name)| (*class, name.as_str()))
            .collect();
        assert_eq!(got, want, "{rows:#?}");
    }
}

fn nothing<T>(_: &mut T) {}

/// One user against one account.
fn pair(
    user: (&str, &str),
    account: (&str, &str),
    change: impl FnOnce(&mut DirectoryAccount),
) -> Case {
    Case::new()
        .user(user.0, user.1, nothing)
        .account(account.0, account.1, change)
}

const ANA: (&str, &str) = ("ana.trujillo@contoso.com", "Ana Trujillo");

#[test]
fn sign_in_name_is_certain_unless_the_names_contradict() {
    pair(("Ana.Trujillo@Contoso.com", "Ana Trujillo"), ANA, nothing)
        .gives(&[(Class::Certain, ANA.0)]);
    pair((ANA.0, "devgirl"), ANA, nothing).gives(&[(Class::Certain, ANA.0)]);
    pair((ANA.0, "Ana Moreno"), ANA, nothing).gives(&[(Class::Likely, ANA.0)]);
    pair((ANA.0, "Lee Gu"), ANA, nothing).gives(&[(Class::Ask, "")]);
}

#[test]
fn sign_in_name_of_an_account_younger_than_the_last_visit_is_not_certain() {
    pair(ANA, ANA, |account| account.created = Some(days_ago(1))).gives(&[(Class::Likely, ANA.0)]);
    pair((ANA.0, ""), ANA, |account| {
        account.created = Some(days_ago(1));
    })
    .gives(&[(Class::Ask, "")]);
    pair(ANA, ANA, |account| account.created = Some(days_ago(5))).gives(&[(Class::Certain, ANA.0)]);
}

#[test]
fn addresses_of_an_account_need_a_name_that_agrees() {
    let listed: [fn(&mut DirectoryAccount, String); 3] = [
        |account, address| account.mail = Some(address),
        |account, address| account.proxy_addresses.push(format!("smtp:{address}")),
        |account, address| account.other_mails.push(address),
    ];
    for list in listed {
        let user = ("a7@outlook.com", "Ana Trujillo");
        pair(user, ANA, |account| {
            list(account, "A7@outlook.com".to_owned());
        })
        .gives(&[(Class::Certain, ANA.0)]);
        let user = ("a7@outlook.com", "Pedro Trujillo");
        pair(user, ANA, |account| {
            list(account, "a7@outlook.com".to_owned());
        })
        .gives(&[(Class::Ask, "")]);
    }
    let chat = |account: &mut DirectoryAccount| {
        account.proxy_addresses.push("sip:lee@x.example".to_owned());
    };
    pair(("lee@x.example", "Lee Gu"), ANA, chat).gives(&[(Class::Guest, "")]);
}

#[test]
fn identity_of_a_guest_is_certain() {
    let guest = (
        "ana_fabrikam.com#EXT#@contoso.onmicrosoft.com",
        "Ana Trujillo",
    );
    let identity = |id: &str| FederatedIdentity {
        issuer: "MicrosoftAccount".to_owned(),
        id: Some(id.to_owned()),
    };
    pair(("ana@outlook.com", "Ana Trujillo"), guest, |account| {
        account.guest = true;
        account.identities = vec![identity("ana@outlook.com")];
    })
    .gives(&[(Class::Certain, guest.0)]);
    Case::new()
        .user("x@outlook.com", "?", |user| {
            user.puid = Some("0003BFFD12345678".to_owned());
        })
        .account(guest.0, guest.1, |account| {
            account.identities = vec![identity("0003bffd12345678")];
        })
        .gives(&[(Class::Certain, guest.0)]);
}

#[test]
fn guest_without_mail_is_found_by_the_sign_in_name() {
    let guest = (
        "ana_outlook.com#EXT#@contoso.onmicrosoft.com",
        "Ana Trujillo",
    );
    pair(("ana@outlook.com", "Ana Trujillo"), guest, |account| {
        account.guest = true;
    })
    .gives(&[(Class::Certain, guest.0)]);
    pair(("ana@outlook.com", "Lee Gu"), guest, |account| {
        account.guest = true;
    })
    .gives(&[(Class::Ask, "")]);
}

#[test]
fn spellings_lead_to_the_same_mailbox() {
    let lists =
        |account: &mut DirectoryAccount| account.other_mails = vec!["ana.t@gmail.com".to_owned()];
    pair(("anat+ado@googlemail.com", "Ana Trujillo"), ANA, lists).gives(&[(Class::Certain, ANA.0)]);
    pair(("anatrujillo@contoso.com", "Ana Trujillo"), ANA, nothing)
        .gives(&[(Class::Likely, ANA.0)]);
    pair(("anatrujillo@contoso.com", "Lee Gu"), ANA, nothing).gives(&[(Class::Ask, "")]);
}

#[test]
fn renamed_domain_is_learnt_from_certain_pairs() {
    let case = |pairs: usize| {
        let mut case = Case::new();
        for (name, shown) in [("lee.gu", "Lee Gu"), ("sam.ode", "Sam Ode")]
            .into_iter()
            .take(pairs)
        {
            let old = format!("{name}@fourthcoffee.com");
            case = case.user(&old, shown, nothing).account(
                &format!("{name}@contoso.com"),
                shown,
                |account| {
                    account.proxy_addresses = vec![format!("smtp:{old}")];
                },
            );
        }
        let mut rows = case
            .user("atrujillo@fourthcoffee.com", "Ana Trujillo", nothing)
            .account("atrujillo@contoso.com", "Ana Trujillo", nothing)
            .rows();
        rows.pop().unwrap().class
    };
    assert_eq!(case(2), Class::Certain);
    assert_eq!(case(1), Class::Likely, "by the name alone");
}

#[test]
fn name_alone_is_likely_where_it_is_unique() {
    let user = ("at77@outlook.com", "Trujillo, Ana");
    pair(user, ANA, nothing).gives(&[(Class::Likely, ANA.0)]);
    pair(user, ANA, nothing)
        .account("ana.t@contoso.com", "Ana Trujillo", nothing)
        .gives(&[(Class::Ask, "")]);
    pair(user, ANA, |account| account.enabled = false).gives(&[(Class::Ask, "")]);
    pair(("at77@outlook.com", "A. Trujillo"), ANA, nothing).gives(&[(Class::Ask, "")]);
    let mut away = pair(user, ANA, nothing);
    away.0.users[0].last_seen = Some(days_ago(181));
    away.gives(&[(Class::Ask, "")]);
}

#[test]
fn name_of_a_partners_employee_is_asked() {
    let case = pair(("ana@fabrikam.com", "Ana Trujillo"), ANA, nothing);
    case.gives(&[(Class::Likely, ANA.0)]);
    let guest = |account: &mut DirectoryAccount| {
        account.guest = true;
        account.mail = Some("lee@fabrikam.com".to_owned());
    };
    case.account(
        "lee_fabrikam.com#EXT#@contoso.onmicrosoft.com",
        "Lee Gu",
        guest,
    )
    .gives(&[(Class::Ask, "")]);
}

#[test]
fn address_that_several_accounts_list_is_nobodys() {
    let desk =
        |account: &mut DirectoryAccount| account.other_mails = vec!["desk@outlook.com".to_owned()];
    Case::new()
        .user("desk@outlook.com", "front office team", nothing)
        .account(ANA.0, ANA.1, desk)
        .account("lee.gu@contoso.com", "Lee Gu", desk)
        .gives(&[(Class::Ask, "")]);
}

#[test]
fn two_users_never_lead_to_one_account() {
    let both =
        |account: &mut DirectoryAccount| account.other_mails = vec!["a7@outlook.com".to_owned()];
    Case::new()
        .user("a7@outlook.com", "Ana Trujillo", nothing)
        .user(ANA.0, ANA.1, nothing)
        .account(ANA.0, ANA.1, both)
        .gives(&[(Class::Ask, ""), (Class::Certain, ANA.0)]);
    // Two with nothing but the name: neither.
    Case::new()
        .user("a7@outlook.com", "Ana Trujillo", nothing)
        .user("a8@outlook.com", "Ana Trujillo", nothing)
        .account(ANA.0, ANA.1, nothing)
        .gives(&[(Class::Ask, ""), (Class::Ask, "")]);
}

#[test]
fn look_alike_domain_is_asked() {
    pair(("ana.trujillo@c0ntoso.com", "Ana Trujillo"), ANA, nothing).gives(&[(Class::Ask, "")]);
    pair(("lee@c0ntoso.com", "Lee Gu"), ANA, nothing).gives(&[(Class::Ask, "")]);
}

#[test]
fn blocked_account_is_a_match_with_that_said() {
    let case = pair(ANA, ANA, |account| account.enabled = false);
    case.gives(&[(Class::Certain, ANA.0)]);
    let said: Vec<_> = case.rows()[0]
        .evidence
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(
        said.contains(&"the account is blocked".to_owned()),
        "{said:?}"
    );
}

#[test]
fn deleted_account_is_a_candidate_only() {
    let case = pair(ANA, ANA, |account| account.deleted = Some(days_ago(2)));
    case.gives(&[(Class::Ask, "")]);
    assert_eq!(case.rows()[0].candidates.len(), 1);
}

#[test]
fn machine_is_not_matched_by_its_name() {
    let machine = ("svc-build@contoso.com", "Build Service");
    pair(machine, machine, nothing).gives(&[(Class::Likely, machine.0)]);
    pair(("build@outlook.com", "Build Service"), machine, nothing).gives(&[(Class::Ask, "")]);
}

#[test]
fn somebody_without_an_account_is_asked_invited_or_removed() {
    let alone = |name: &str, days: usize| {
        Case::new().user(name, "Lee Gu", |user| user.last_seen = Some(days_ago(days)))
    };
    alone("lee@contoso.com", 3).gives(&[(Class::Ask, "")]);
    alone("lee@outlook.com", 3).gives(&[(Class::Guest, "")]);
    alone("lee@outlook.com", 179).gives(&[(Class::Guest, "")]);
    alone("lee@outlook.com", 181).gives(&[(Class::Remove, "")]);
    alone("lee@contoso.com", 181).gives(&[(Class::Remove, "")]);
    Case::new()
        .user("lee@contoso.com", "Lee Gu", |user| {
            user.last_seen = Some(days_ago(300));
            user.is_owner = true;
        })
        .gives(&[(Class::Ask, "")]);
    Case::new()
        .user("lee@contoso.com", "Lee Gu", |user| {
            user.last_seen = None;
            user.pending = true;
        })
        .gives(&[(Class::Remove, "")]);
}

#[test]
fn lines_win_and_applications_have_no_row() {
    let to = |to: &str, create: bool| Decision::Account {
        to: to.to_owned(),
        id: None,
        create,
    };
    Case::new()
        .user("x@outlook.com", "?", nothing)
        .user(ANA.0, ANA.1, nothing)
        .user("new@outlook.com", "New", nothing)
        .user("typo@outlook.com", "Typo", nothing)
        .user("gone@outlook.com", "Gone", nothing)
        .user("app", "App", |user| user.kind = UserKind::Application)
        .account(ANA.0, ANA.1, nothing)
        .line("X@outlook.com", to(ANA.0, false))
        .line("new@outlook.com", to("new@contoso.com", true))
        .line("typo@outlook.com", to("tpyo@contoso.com", false))
        .line("gone@outlook.com", Decision::Remove)
        .gives(&[
            (Class::Certain, ANA.0),
            (Class::Ask, ""),
            (Class::Certain, ""),
            (Class::Ask, ""),
            (Class::Remove, ""),
        ]);
}

#[test]
fn result_has_the_fields_of_the_format() {
    let case = pair(ANA, ANA, nothing).user("lee.gu@contoso.com", "Lee Gu", nothing);
    let json = serde_json::to_value(propose(&case.0)).unwrap();
    assert_eq!(json["format_version"], "1.0");
    let first = &json["people"][0];
    assert_eq!(first["class"], "certain");
    assert_eq!(first["user"]["principal_name"], ANA.0);
    assert_eq!(first["target"]["user_principal_name"], ANA.0);
    assert_eq!(first["candidates"], serde_json::json!([]));
    assert_eq!(first["evidence"][0], "signs in under the same name");
    assert_eq!(json["people"][1]["target"], serde_json::Value::Null);
}
