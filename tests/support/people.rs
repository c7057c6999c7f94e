//! Organizations of any size, with an org.toml that covers everybody. The benchmarks use them too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use orgctl::model::access::EffectiveLevel;
use orgctl::model::ids::{ObjectId, OrganizationId, OrganizationName, StorageKey, TenantId};
use orgctl::model::live::{
    Caller, Connection, Directory, DirectoryUser, Live, Member, MemberStatus, Organization, Origin,
    UserType,
};
use orgctl::model::person::Email;
use uuid::Uuid;

/// An organization and the org.toml that moves it.
pub(crate) struct Org {
    /// org.toml.
    pub(crate) toml: String,
    /// The organization today, backed by personal accounts.
    pub(crate) live: Live,
}

const TENANT: TenantId = TenantId::new(Uuid::from_u128(0xaaaa_bbbb_0000_4ccc_8111_dddd_2222_eeee));

/// Of a hundred people 55 match by name, 35 are mapped, 6 are guests and 4 are not in the directory.
enum Sort {
    Matches,
    Mapped,
    Guest,
    Missing,
}

impl Sort {
    const fn of(number: u32) -> Self {
        match number % 100 {
            0..55 => Self::Matches,
            55..90 => Self::Mapped,
            90..96 => Self::Guest,
            _ => Self::Missing,
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
        let mut members = BTreeMap::new();
        let mut users = BTreeMap::new();
        let mut lines = String::new();
        let mut guests = String::new();
        for number in 0..people {
            let family = FAMILY_NAMES[number as usize % FAMILY_NAMES.len()];
            let display_name = format!("Person {number} {family}");
            let at_work = format!("person{number}@contoso.com");
            let (signs_in_as, in_directory) = match Sort::of(number) {
                Sort::Matches => (at_work.clone(), true),
                Sort::Mapped => (format!("person{number}@outlook.com"), true),
                Sort::Guest => (format!("person{number}@fabrikam.com"), false),
                Sort::Missing => (format!("person{number}@hotmail.com"), false),
            };
            match Sort::of(number) {
                Sort::Matches => {}
                Sort::Mapped => writeln!(lines, "\"{signs_in_as}\" = \"{at_work}\"").unwrap(),
                Sort::Guest => writeln!(
                    guests,
                    "\"{signs_in_as}\" = {{ name = \"{display_name}\", access = \"stakeholder\" }}"
                )
                .unwrap(),
                Sort::Missing => writeln!(
                    lines,
                    "\"{signs_in_as}\" = {{ to = \"{at_work}\", create = true, name = \
                     \"{display_name}\", access = \"basic\" }}"
                )
                .unwrap(),
            }
            if in_directory {
                let id = ObjectId::new(Uuid::from_u128(2 << 64 | u128::from(number)));
                users.insert(id, directory_user(&at_work, &display_name));
            }
            let key = StorageKey::new(Uuid::from_u128(1 << 64 | u128::from(number)));
            members.insert(key, member(&signs_in_as, display_name));
        }
        let toml = format!("{}\n[members]\n{lines}\n[guests]\n{guests}", head(people));
        Self {
            toml,
            live: live(members, users),
        }
    }
}

fn head(people: u32) -> String {
    format!(
        "version = 1\n\n[organization]\nname = \"contoso\"\nowner = \"person0@contoso.com\"\n\n\
         [tenant]\nid = \"{TENANT}\"\nconnect_with = \"api\"\n\n[guards]\nmax_users = {people}\n"
    )
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
    }
}

fn directory_user(at_work: &str, display_name: &str) -> DirectoryUser {
    DirectoryUser {
        user_principal_name: Email::from_service(at_work),
        display_name: display_name.to_owned(),
        mail: Some(Email::from_service(at_work)),
        other_mails: BTreeSet::new(),
        user_type: UserType::Member,
        enabled: true,
        invitation: None,
    }
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
        },
        members,
        group_only: BTreeMap::new(),
        directory: Directory {
            tenant: TENANT,
            display_name: "Contoso".to_owned(),
            verified_domains: BTreeSet::from(["contoso.com".to_owned()]),
            users,
        },
    }
}
