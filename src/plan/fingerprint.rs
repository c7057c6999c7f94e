//! The reader of facts: it reads from live, for a step, what the planner looks at.

use std::collections::BTreeMap;
use std::fmt;

use super::value::{Change, Fact, Facts, NOTHING, Plan, Step};
use crate::model::address::{Address, Kind};
use crate::model::attributes::{AccessAttributes, Attributes, Identity};
use crate::model::credential::{Credentials, Held};
use crate::model::ids::{ObjectId, ProjectId, StorageKey};
use crate::model::live::{
    Connection, DirectoryIndex, DirectoryUser, InvitationStatus, Live, Member, Origin, UserType,
};
use crate::model::person::Email;
use crate::model::policy::{Policy, switch};

/// Indexes over live: built once, then reading costs log n.
pub struct FactReader<'a> {
    live: &'a Live,
    directory: DirectoryIndex<'a>,
    by_identity: BTreeMap<ObjectId, StorageKey>,
}

impl fmt::Debug for FactReader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FactReader").finish_non_exhaustive()
    }
}

/// Whom a step is about: on the side of the organization and on that of the directory.
#[derive(Default)]
struct Whom<'a> {
    member: Option<StorageKey>,
    account: Option<Account<'a>>,
}

enum Account<'a> {
    Id(ObjectId),
    Address(&'a str),
}

impl<'a> FactReader<'a> {
    /// A reader of facts.
    pub fn new(live: &'a Live) -> Self {
        let members = live.members.iter();
        Self {
            live,
            directory: DirectoryIndex::new(&live.directory),
            by_identity: members
                .filter_map(|(key, member)| Some((member.object_id?, *key)))
                .collect(),
        }
    }

    /// The facts that the planner looks at for a step.
    pub fn read(&self, step: &Step) -> Facts {
        let mut facts = Facts::default();
        let kind = step.address.kind();
        match kind {
            Kind::Connection => {
                facts.put(
                    Fact::Connection,
                    connection(self.live.organization.connection),
                );
                return facts;
            }
            Kind::Policy => {
                let policy = Policy::named(step.address.key());
                let stands = policy.and_then(|policy| self.live.policies.get(&policy));
                let stands = stands.map_or("not known", |enabled| switch(*enabled));
                facts.put(Fact::Policy, stands);
                return facts;
            }
            Kind::Removal
            | Kind::SshKey
            | Kind::Token
            | Kind::DirectoryUser
            | Kind::Invitation
            | Kind::Mapping
            | Kind::Access
            | Kind::NoticeBefore
            | Kind::NoticeAfter => {}
        }
        let whom = self.whom(step);
        match whom.member {
            Some(key) => self.member(&mut facts, key, step),
            // Whoever is to be added is not there yet.
            None if kind == Kind::Access => facts.put(Fact::Member, NOTHING),
            None => {}
        }
        if let Some(account) = &whom.account {
            self.account(&mut facts, account);
        }
        facts
    }

    fn whom<'s>(&self, step: &'s Step) -> Whom<'s> {
        let key = step.address.key();
        let attributes = step.change.after().or(step.change.before());
        let identity = attributes.and_then(Attributes::identity);
        let account = identity.map(|identity| match identity {
            Identity::ObjectId(id) => Account::Id(*id),
            Identity::After(address) => Account::Address(address.key()),
        });
        let of_member = |member| Whom {
            member: Some(member),
            account: None,
        };
        match attributes {
            Some(Attributes::Removal(removal)) => of_member(removal.member),
            Some(Attributes::SshKey(revoked) | Attributes::Token(revoked)) => {
                of_member(revoked.member)
            }
            Some(Attributes::NoticeBefore(notice) | Attributes::NoticeAfter(notice)) => {
                of_member(notice.member)
            }
            Some(Attributes::DirectoryUser(_) | Attributes::Invitation(_)) => Whom {
                member: taken_out(&step.change),
                account: Some(Account::Address(key)),
            },
            Some(Attributes::Mapping(mapping)) => Whom {
                member: Some(mapping.member),
                account,
            },
            Some(Attributes::Access(_)) => {
                let by_identity = || {
                    let (id, _) = self.user(account.as_ref()?)?;
                    self.by_identity.get(&id).copied()
                };
                Whom {
                    member: member_of(&step.change).or_else(by_identity),
                    account,
                }
            }
            Some(Attributes::Connection(_) | Attributes::Policy(_)) | None => Whom::default(),
        }
    }

    fn member(&self, facts: &mut Facts, key: StorageKey, step: &Step) {
        let Some(member) = self.live.members.get(&key) else {
            return facts.put(Fact::Member, NOTHING);
        };
        facts.put(Fact::Member, key.to_string());
        facts.put(Fact::SignInName, member.principal_name.as_str());
        let kind = step.address.kind();
        match kind {
            Kind::NoticeBefore | Kind::NoticeAfter => return,
            Kind::Removal
            | Kind::SshKey
            | Kind::Token
            | Kind::DirectoryUser
            | Kind::Invitation
            | Kind::Connection
            | Kind::Mapping
            | Kind::Policy
            | Kind::Access => {}
        }
        facts.put(Fact::Name, member.display_name.as_str());
        facts.put(Fact::Identity, identity_of(member));
        match kind {
            Kind::Removal | Kind::Access | Kind::Invitation => {
                facts.put(Fact::Access, member.access.as_str());
                facts.put(Fact::AccessByGroup, yes_or_no(member.access_by_group));
            }
            Kind::SshKey | Kind::Token => self.credentials(facts, key, kind),
            Kind::DirectoryUser
            | Kind::Connection
            | Kind::Mapping
            | Kind::Policy
            | Kind::NoticeBefore
            | Kind::NoticeAfter => {}
        }
        let projects = projects_of(&step.change);
        if !projects.is_empty() {
            facts.put(Fact::Projects, roles(&projects, member));
        }
    }

    fn credentials(&self, facts: &mut Facts, key: StorageKey, kind: Kind) {
        let Some(Credentials::Known(held)) = &self.live.credentials else {
            return;
        };
        let of_kind = |held: &Held| {
            let held = if kind == Kind::Token {
                &held.tokens
            } else {
                &held.ssh_keys
            };
            let ids: Vec<String> = held.iter().map(|one| one.id.to_string()).collect();
            ids.join(", ")
        };
        let ids = held.get(&key).map(of_kind).filter(|ids| !ids.is_empty());
        facts.put(Fact::Credentials, ids.unwrap_or_else(|| NOTHING.to_owned()));
    }

    fn user(&self, account: &Account<'_>) -> Option<(ObjectId, &'a DirectoryUser)> {
        match account {
            Account::Id(id) => {
                let user = self.live.directory.users.get(id)?;
                Some((*id, user))
            }
            Account::Address(address) => {
                let found = self.directory.find(&Email::from_service(address))?;
                Some((found.id, found.user))
            }
        }
    }

    fn account(&self, facts: &mut Facts, account: &Account<'_>) {
        let Some((id, user)) = self.user(account) else {
            return facts.put(Fact::Account, NOTHING);
        };
        facts.put(Fact::Account, id.to_string());
        facts.put(Fact::AccountName, user.user_principal_name.as_str());
        let sort = match user.user_type {
            UserType::Member => "member",
            UserType::Guest => "guest",
        };
        let may = if user.enabled { "" } else { ", disabled" };
        let synced = if user.synced { ", synchronised" } else { "" };
        facts.put(Fact::AccountKind, format!("{sort}{may}{synced}"));
        let invitation = match user.invitation {
            Some(InvitationStatus::Pending) => "not accepted",
            Some(InvitationStatus::Accepted) => "accepted",
            None => NOTHING,
        };
        facts.put(Fact::Invitation, invitation);
    }
}

/// The user whom a change takes out of the organization.
const fn taken_out(change: &Change) -> Option<StorageKey> {
    match change {
        Change::Remove { from, .. } => from.organization,
        Change::Create { .. }
        | Change::Update { .. }
        | Change::Adopt { .. }
        | Change::Forget { .. } => None,
    }
}

/// The user whose access a change is about.
fn member_of(change: &Change) -> Option<StorageKey> {
    match change {
        Change::Update { id, .. } | Change::Adopt { id, .. } | Change::Remove { id, .. } => {
            id.storage_key()
        }
        Change::Create { .. } | Change::Forget { .. } => None,
    }
}

/// The projects that a change is about, by the names that it has for them.
fn projects_of(change: &Change) -> BTreeMap<ProjectId, String> {
    let sides = [change.before(), change.after()];
    let access = sides.into_iter().flatten().filter_map(access);
    let projects = access.flat_map(|access| &access.projects);
    projects
        .map(|(name, access)| (access.id, name.to_string()))
        .collect()
}

const fn access(attributes: &Attributes) -> Option<&AccessAttributes> {
    if let Attributes::Access(access) = attributes {
        Some(access)
    } else {
        None
    }
}

fn roles(projects: &BTreeMap<ProjectId, String>, member: &Member) -> String {
    let one = |(id, name): (&ProjectId, &String)| match member.projects.get(id) {
        Some(membership) if membership.by_group => {
            format!("{} in {name} by a group", membership.role)
        }
        Some(membership) => format!("{} in {name}", membership.role),
        None => format!("nothing in {name}"),
    };
    let all: Vec<String> = projects.iter().map(one).collect();
    all.join(", ")
}

/// What somebody signs in as.
fn identity_of(member: &Member) -> String {
    let sort = match member.origin {
        Origin::Personal => "personal account",
        Origin::Directory => "directory account",
        Origin::Other => "other account",
    };
    let id = member.object_id.map(|id| format!(" {id}"));
    let cut_off = if member.disconnected {
        ", disconnected"
    } else {
        ""
    };
    format!("{sort}{}{cut_off}", id.unwrap_or_default())
}

/// What backs an organization, in words.
pub fn connection(connection: Connection) -> String {
    match connection {
        Connection::Personal => "personal accounts".to_owned(),
        Connection::Tenant(id) => format!("tenant {id}"),
        Connection::Unknown => "not known".to_owned(),
    }
}

const fn yes_or_no(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

/// The facts of every step of a plan.
pub fn of_plan(plan: &Plan, live: &Live) -> BTreeMap<Address, Facts> {
    let reader = FactReader::new(live);
    plan.steps()
        .map(|step| (step.address.clone(), reader.read(step)))
        .collect()
}
