//! What org.toml resolves to, and that no text is too odd for the loader.

use std::collections::BTreeMap;
use std::sync::Arc;

use orgctl::config::{self, Code, Diagnostic, NoticeFolders, Resolved};
use orgctl::model::access::AccessLevel;
use orgctl::model::desired::{
    ConnectWith, Desired, DesiredConnection, DesiredCredentials, DesiredGuest, DesiredMember,
    DesiredNotices, DesiredPolicy, DesiredRemoval, Guards, Owner, Place, TenantRef, Unlisted,
};
use orgctl::model::ids::{OrganizationName, ProjectName};
use orgctl::model::notice::{Deliver, Language};
use orgctl::model::person::Email;
use orgctl::model::policy::Policy;
use orgctl::model::project::ProjectRole;
use orgctl::model::state_url::StateUrl;
use proptest::prelude::{Strategy, any, proptest};
use proptest::sample::Index;
use proptest::test_runner::Config;

use super::{drawn, is_harmless, repository, text_of};

const START: &str = "version = 1\n[organization]\nname = \"contoso\"\n[tenant]\nid = \
                     \"aaaabbbb-0000-4ccc-8111-dddd2222eeee\"\n";

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

fn place(line: u32) -> Place {
    let file = Arc::from("org.toml");
    Place { file, line }
}

fn codes(text: &str) -> Vec<Code> {
    match config::load("org.toml", &format!("{START}{text}")) {
        Ok(_) => Vec::new(),
        Err(diagnostics) => diagnostics.all().iter().map(Diagnostic::code).collect(),
    }
}

const EVERY_KEY: &str = r#"version = 1
[organization]
name = "Contoso-42"
owner = "Ana@Contoso.com"
[tenant]
domain = "Contoso.com"
connection = "connected"
replaces = "BBBBcccc-1111-4ddd-8222-eeee3333ffff"
connect_with = "api"
[members]
"Lee@Outlook.com" = "lee@contoso.com"
"sam@hotmail.com" = { to = "sam@contoso.com", create = true, name = "Sam", access = "basic", projects = { Website = "administrator", "Data Lake" = "stakeholder" }, because = "signs as Sammy" }
[guests."noor@fabrikam.com"]
name = "Noor"
access = "basic-test-plans"
message = "Welcome"
projects = { "Сайт" = "reader", Website = "contributor" }
resend = true
reset_redemption = true
[guests]
"dana@fabrikam.com" = { because = "Daniela in the directory" }
[remove]
"old@outlook.com" = "left in May"
[policies]
external_guest_access = true
audit_log = false
write_inverted = true
[credentials]
revoke_ssh_keys = true
revoke_tokens = false
[notices]
language = "en"
deliver = "graph"
lead_days = 7
sender = "IT@contoso.com"
templates = "texts"
out = "letters"
[guards]
max_removals = 1
max_removal_percent = 0
max_users = 0x7f
unlisted_users = "warn"
unmapped_users = "warn"
protected = ["Ana@contoso.com", "ana@contoso.com"]
delete_guests = true
[state]
url = "state/org.json"
"#;

fn projects<const N: usize>(
    projects: [(&str, ProjectRole); N],
) -> BTreeMap<ProjectName, ProjectRole> {
    projects
        .map(|(name, role)| (ProjectName::new(name), role))
        .into()
}

fn members() -> BTreeMap<Email, DesiredMember> {
    let lee = DesiredMember {
        to: email("lee@contoso.com"),
        create: false,
        name: None,
        access: None,
        projects: BTreeMap::new(),
        because: None,
        place: place(11),
        id: None,
    };
    let sam = DesiredMember {
        to: email("sam@contoso.com"),
        create: true,
        name: Some("Sam".to_owned()),
        access: Some(AccessLevel::Basic),
        projects: projects([
            ("Website", ProjectRole::Administrator),
            ("Data Lake", ProjectRole::Stakeholder),
        ]),
        because: Some("signs as Sammy".to_owned()),
        place: place(12),
        id: None,
    };
    [
        (email("lee@outlook.com"), lee),
        (email("sam@hotmail.com"), sam),
    ]
    .into()
}

fn guests() -> BTreeMap<Email, DesiredGuest> {
    let noor = DesiredGuest {
        name: Some("Noor".to_owned()),
        access: Some(AccessLevel::BasicTestPlans),
        projects: projects([
            ("Сайт", ProjectRole::Reader),
            ("Website", ProjectRole::Contributor),
        ]),
        message: Some("Welcome".to_owned()),
        resend: true,
        reset_redemption: true,
        because: None,
        place: place(13),
    };
    let dana = DesiredGuest {
        name: None,
        access: None,
        projects: BTreeMap::new(),
        message: None,
        resend: false,
        reset_redemption: false,
        because: Some("Daniela in the directory".to_owned()),
        place: place(21),
    };
    [
        (email("noor@fabrikam.com"), noor),
        (email("dana@fabrikam.com"), dana),
    ]
    .into()
}

fn policies() -> BTreeMap<Policy, DesiredPolicy> {
    let line = |enabled, line| DesiredPolicy {
        enabled,
        place: place(line),
    };
    [
        (Policy::ExternalGuestAccess, line(true, 25)),
        (Policy::AuditLog, line(false, 26)),
    ]
    .into()
}

#[test]
fn every_key_ends_up_in_its_place() {
    let removal = DesiredRemoval {
        reason: "left in May".to_owned(),
        place: place(23),
    };
    let desired = Desired {
        organization: OrganizationName::new("Contoso-42"),
        owner: Some(Owner {
            email: email("ana@contoso.com"),
            place: place(4),
        }),
        tenant: TenantRef::Domain("contoso.com".to_owned()),
        connection: DesiredConnection::Connected,
        replaces: Some("bbbbcccc-1111-4ddd-8222-eeee3333ffff".parse().unwrap()),
        connect_with: ConnectWith::Api,
        tenant_place: place(5),
        members: members(),
        guests: guests(),
        removals: [(email("old@outlook.com"), removal)].into(),
        policies: policies(),
        write_inverted_policies: true,
        credentials: DesiredCredentials {
            revoke_ssh_keys: Some(place(29)),
            revoke_tokens: None,
        },
        notices: Some(DesiredNotices {
            language: Language::En,
            deliver: Deliver::Graph,
            lead_days: 7,
            sender: Some(email("it@contoso.com")),
            place: place(31),
        }),
    };
    let guards = Guards {
        max_removals: 1,
        max_removal_percent: 0,
        max_users: 127,
        unlisted_users: Unlisted::Warn,
        unmapped_users: Unlisted::Warn,
        protected: [email("ana@contoso.com")].into(),
        delete_guests: true,
    };
    let expected = Resolved {
        desired,
        guards,
        state_url: StateUrl::File("state/org.json".to_owned()),
        notices: Some(NoticeFolders {
            out: "letters".to_owned(),
            templates: Some("texts".to_owned()),
        }),
    };
    assert_eq!(config::load("org.toml", EVERY_KEY).unwrap(), expected);
}

#[test]
fn what_is_left_out_has_a_default() {
    let resolved = config::load("org.toml", START).unwrap();
    assert_eq!(resolved.guards, Guards::default());
    let url = StateUrl::File(config::DEFAULT_STATE_URL.to_owned());
    assert_eq!(resolved.state_url, url);
    assert_eq!((resolved.notices, resolved.desired.notices), (None, None));
    let resolved = config::load("org.toml", &format!("{START}[notices]\n")).unwrap();
    let notices = resolved.desired.notices.unwrap();
    assert_eq!((notices.deliver, notices.lead_days), (Deliver::Files, 0));
    assert_eq!(
        resolved.notices.unwrap().out,
        config::DEFAULT_NOTICES_FOLDER
    );
    assert_eq!(resolved.desired.connect_with, ConnectWith::Portal);
    assert_eq!(resolved.desired.connection, DesiredConnection::Connected);
    assert_eq!(resolved.desired.replaces, None);
    assert_eq!(resolved.desired.owner, None);
    assert!(resolved.desired.members.is_empty());
}

#[test]
fn what_comes_close_to_a_mistake_is_none() {
    for text in [
        // Mapped to one's own name, for the sake of the access level.
        "[members]\n\"lee@contoso.com\" = { to = \"lee@contoso.com\", access = \"basic\" }",
        // A private account that becomes a guest.
        "[members]\n\"n@outlook.com\" = \"n@fabrikam.com\"\n[guests]\n\"n@fabrikam.com\" = {}",
        // A plus sign is fine where nobody is invited.
        "[members]\n\"lee+devops@gmail.com\" = \"lee@contoso.com\"",
        "[guests]\n\"o'brien_@fabrikam.com\" = {}\n\"_a.b-c@adventure-works.com\" = {}",
        // An accent is fine where nobody is created.
        "[members]\n\"renée@x.fr\" = { to = \"renée@contoso.com\", create = false }",
        "[members]\n\"a@x.fr\" = { to = \"o'b.a-b_c#d!e^f~@x.com\", create = true, name = \"A\" }",
        // A bidirectional mark and a joined emoji belong to names.
        "[guests]\n\"noor@fabrikam.com\" = { name = \"נור\u{200f} 👩\u{200d}💻\" }",
        "[guards]\nmax_removal_percent = 100\nmax_removals = 0\nprotected = []",
        "[state]\nurl = \"../state/org.state.json\"",
        "[state]\nurl = 'C:\\states\\org.state.json'",
        "[members]\n[guests]\n[remove]\n[guards]\n[state]\n[notices]",
        "[guests]\n\"n@fabrikam.com\" = { projects = {}, resend = false }",
    ] {
        assert_eq!(codes(text), [], "{text}");
    }
    let longest = format!("a{}9", "-".repeat(48));
    for name in ["a", "4", "Contoso", "c-2", longest.as_str()] {
        let text = START.replace("contoso", name);
        assert!(config::load("org.toml", &text).is_ok(), "{name}");
    }
    for name in ["", "-a", "a-", "a b", "a.b", "é", &format!("{longest}9")] {
        let text = START.replace("contoso", name);
        assert!(config::load("org.toml", &text).is_err(), "{name}");
    }
}

#[test]
fn a_tenant_id_may_be_written_in_any_usual_form() {
    let plain = config::load("org.toml", START).unwrap();
    for id in [
        "AAAABBBB-0000-4CCC-8111-DDDD2222EEEE",
        "{aaaabbbb-0000-4ccc-8111-dddd2222eeee}",
        "aaaabbbb00004ccc8111dddd2222eeee",
    ] {
        let text = START.replace("aaaabbbb-0000-4ccc-8111-dddd2222eeee", id);
        assert_eq!(config::load("org.toml", &text).unwrap(), plain, "{id}");
    }
}

#[test]
fn one_mistake_is_told_once() {
    for (text, code) in [
        (
            "[members]\n\"a@x.y\" = \"a@contoso.com\"\n[remove]\n\"a@x.y\" = \"gone\"",
            Code::MappedAndRemoved,
        ),
        (
            "[members]\n\"a@x.y\" = \"a@x.y\"\n[remove]\n\"a@x.y\" = \"gone\"",
            Code::MappedAndRemoved,
        ),
        (
            "[members]\n\"a@x.y\" = \"b@contoso.com\"\n\"A@x.y\" = \"b@contoso.com\"",
            Code::SamePersonTwice,
        ),
        ("[members]\na@x.y = \"a@contoso.com\"", Code::Syntax),
        ("[members]\n\"a@x.y\" = { create = true", Code::Syntax),
        ("[guards]\nprotected = [\"a@x.y\"", Code::Syntax),
    ] {
        assert_eq!(codes(text), [code], "{text}");
    }
}

#[test]
fn line_ends_and_a_byte_order_mark_make_no_difference() {
    let text = format!("{START}[remove]\n\"old@outlook.com\" = \"left in May\"\n");
    let plain = config::load("org.toml", &text).unwrap();
    let windows = text.replace('\n', "\r\n");
    assert_eq!(config::load("org.toml", &windows).unwrap(), plain);
    let marked = format!("\u{feff}{text}");
    assert_eq!(config::load("org.toml", &marked).unwrap(), plain);
}

/// One edit of a text: cut a piece out, put another in.
fn edits() -> impl Strategy<Value = (Index, Index, String)> {
    let piece = "(\\PC{0,3}|[\"'{}\\[\\]=,.#\n\r\t\u{0}\u{1b}]{0,3}|@|true|-1|\\\\u12|\"\"\")";
    (any::<Index>(), any::<Index>(), piece)
}

fn edited(mut text: String, (start, length, piece): &(Index, Index, String)) -> String {
    let boundary = |text: &str, offset: usize| {
        (offset..=text.len())
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(text.len())
    };
    let from = boundary(&text, start.index(text.len() + 1));
    let to = boundary(&text, (from + length.index(12)).min(text.len()));
    text.replace_range(from..to, piece);
    text
}

proptest! {
    #![proptest_config(Config { cases: 300, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_mutated_file_makes_it_panic(edits in proptest::collection::vec(edits(), 1..8)) {
        let text = text_of(&repository("examples/minimal/org.toml"));
        let text = edits.iter().fold(text, edited);
        if let Err(diagnostics) = config::load("org.toml", &text) {
            assert!(!diagnostics.all().is_empty(), "refused without a reason: {text}");
            let drawn = drawn(&diagnostics);
            assert!(drawn.chars().all(is_harmless), "{drawn:?}");
        }
    }
}
