//! Organizations of any size, with an org.toml that covers everybody. The benchmarks use them too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use orgctl::model::access::EffectiveLevel;
use orgctl::model::ids::{ObjectId, OrganizationId, OrganizationName, StorageKey, TenantId};
use orgctl::model::live::{
    Caller, CallerKind, Connection, Directory, DirectoryUser, InvitationStatus, Live, Member,
    MemberStatus, Organization, Origin, UserType,
};
use orgctl::model::person::Email;
use orgctl::model::preflight::{Preflight, Readable};
use uuid::Uuid;

/// An organization and the org.toml that moves it.
pub(crate) struct Org {
    /// org.toml.
    pub(crate) toml: String,
    /// The organization today, backed by personal accounts.
    pub(crate) live: Live,
}

const TENANT: TenantId = TenantId::new(Uuid::from_u128(0xaaaa_bbbb_0000_4ccc_8111_dddd_2222_eeee));

/// What a person is to the move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Signs in under the name that the directory has.
    Matches,
    /// Is in the directory under another name.
    Mapped,
    /// Is known to the directory by a further address only.
    KnownByMail,
    /// Belongs to a partner, and is not in the directory.
    Guest,
    /// Belongs to a partner, and is a guest of the directory.
    KnownGuest,
    /// Is not in the directory.
    Missing,
    /// Is to be removed.
    Removed,
}

impl Sort {
    /// Of a hundred people 55 match by name, 35 are mapped, 6 are guests and 4 are not in the
    /// directory.
    const fn of(number: u32) -> Self {
        match number % 100 {
            0..55 => Self::Matches,
            55..90 => Self::Mapped,
            90..96 => Self::Guest,
            _ => Self::Missing,
        }
    }

    pub(crate) const fn domain(self) -> &'static str {
        match self {
            Self::Matches => "contoso.com",
            Self::Mapped | Self::KnownByMail => "outlook.com",
            Self::Guest | Self::KnownGuest => "fabrikam.com",
            Self::Missing | Self::Removed => "hotmail.com",
        }
    }
}

const FAMILY_NAMES: [&str; 8] = [
    "Ortiz",
    "O'Brien",
    "Müller",
    "Nakamura",
    "Haddad",
    "Żuraw",
    "李",
    "García López",
];

impl Org {
    /// An organization of so many people. The first one is the owner, and matches.
    pub(crate) fn of(people: u32) -> Self {
        Self::of_sorts((0..people).map(Sort::of))
    }

    /// An organization of people of these sorts. The first one should match: they are the owner.
    pub(crate) fn of_sorts(sorts: impl IntoIterator<Item = Sort>) -> Self {
        let mut members = BTreeMap::new();
        let mut users = BTreeMap::new();
        let mut sections = Sections::default();
        for (number, sort) in (0_u32..).zip(sorts) {
            let family = FAMILY_NAMES[number as usize % FAMILY_NAMES.len()];
            let display_name = format!("Person {number} {family}");
            let at_work = format!("person{number}@contoso.com");
            let signs_in_as = format!("person{number}@{}", sort.domain());
            sections.add(sort, &signs_in_as, &at_work, &display_name);
            let id = ObjectId::new(Uuid::from_u128(2 << 64 | u128::from(number)));
            users.extend(
                directory_user(sort, &signs_in_as, &at_work, &display_name).map(|it| (id, it)),
            );
            let key = StorageKey::new(Uuid::from_u128(1 << 64 | u128::from(number)));
            members.insert(key, member(&signs_in_as, display_name));
        }
        let toml = sections.toml(members.len());
        Self {
            toml,
            live: live(members, users),
        }
    }
}

/// The lines of org.toml.
#[derive(Default)]
struct Sections {
    members: String,
    guests: String,
    removals: String,
}

impl Sections {
    fn add(&mut self, sort: Sort, signs_in_as: &str, at_work: &str, display_name: &str) {
        match sort {
            Sort::Matches => Ok(()),
            Sort::Mapped | Sort::KnownByMail => {
                writeln!(self.members, "\"{signs_in_as}\" = \"{at_work}\"")
            }
            Sort::Guest | Sort::KnownGuest => writeln!(
                self.guests,
                "\"{signs_in_as}\" = {{ name = \"{display_name}\", access = \"stakeholder\" }}"
            ),
            Sort::Missing => writeln!(
                self.members,
                "\"{signs_in_as}\" = {{ to = \"{at_work}\", create = true, \
                 name = \"{display_name}\", access = \"basic\" }}"
            ),
            Sort::Removed => writeln!(self.removals, "\"{signs_in_as}\" = \"left\""),
        }
        .unwrap();
    }

    fn toml(&self, people: usize) -> String {
        let Self {
            members,
            guests,
            removals,
        } = self;
        format!(
            "version = 1\n\n[organization]\nname = \"contoso\"\nowner = \"person0@contoso.com\"\n\n\
             [tenant]\nid = \"{TENANT}\"\nconnect_with = \"api\"\n\n\
             [guards]\nmax_users = {people}\nmax_removals = {people}\nmax_removal_percent = 100\n\n\
             [members]\n{members}\n[guests]\n{guests}\n[remove]\n{removals}"
        )
    }
}

fn member(signs_in_as: &str, display_name: String) -> Member {
    Member {
        principal_name: Email::from_service(signs_in_as),
        display_name,
        mail: None,
        origin: Origin::Personal,
        tenant: None,
        object_id: None,
        descriptor: None,
        access: EffectiveLevel::Stakeholder,
        status: MemberStatus::Active,
        disconnected: false,
        access_by_group: false,
        projects: BTreeMap::new(),
    }
}

fn directory_user(
    sort: Sort,
    signs_in_as: &str,
    at_work: &str,
    display_name: &str,
) -> Option<DirectoryUser> {
    let (name, user_type, invitation) = match sort {
        Sort::Matches | Sort::Mapped | Sort::KnownByMail => {
            (at_work.to_owned(), UserType::Member, None)
        }
        Sort::KnownGuest => {
            let name = format!(
                "{}#ext#@contoso.onmicrosoft.com",
                signs_in_as.replace('@', "_")
            );
            (name, UserType::Guest, Some(InvitationStatus::Accepted))
        }
        Sort::Guest | Sort::Missing | Sort::Removed => return None,
    };
    let known_by_mail = matches!(sort, Sort::KnownByMail | Sort::KnownGuest);
    let mail = if known_by_mail { signs_in_as } else { at_work };
    Some(DirectoryUser {
        user_principal_name: Email::from_service(&name),
        display_name: display_name.to_owned(),
        mail: Some(Email::from_service(mail)),
        other_mails: BTreeSet::new(),
        user_type,
        enabled: true,
        invitation,
        synced: false,
        created: None,
    })
}

fn live(members: BTreeMap<StorageKey, Member>, users: BTreeMap<ObjectId, DirectoryUser>) -> Live {
    let (key, owner) = members.first_key_value().unwrap();
    Live {
        format_version: Live::FORMAT_VERSION,
        organization: Organization {
            id: OrganizationId::new(Uuid::from_u128(3)),
            name: OrganizationName::new("contoso"),
            connection: Connection::Personal,
        },
        caller: Caller {
            storage_key: *key,
            principal_name: owner.principal_name.clone(),
            kind: CallerKind::Person,
        },
        members,
        group_only: BTreeMap::new(),
        applications: Readable::NotAsked,
        projects: BTreeMap::new(),
        directory: Directory {
            tenant: TENANT,
            display_name: "Contoso".to_owned(),
            verified_domains: BTreeSet::from([
                "contoso.com".to_owned(),
                "contoso.onmicrosoft.com".to_owned(),
            ]),
            users,
            deleted: Readable::NotAsked,
            caller: CallerKind::Person,
        },
        preflight: Preflight::default(),
        policies: BTreeMap::new(),
        credentials: None,
    }
}
