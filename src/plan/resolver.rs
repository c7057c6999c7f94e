//! The resolver: who a name of org.toml is. A name means somebody for a purpose, and what may identify
//! them depends on that purpose:
//!
//! | purpose | identifies | never identifies |
//! |---|---|---|
//! | `[remove]` | the user whom the line has taken out, if they came back; else the one who signs in under the name today, unless the line has taken out another; else the one whom we mapped from it or gave access under it | any address of the directory |
//! | `[members]`, `[guests]` | the user whom we mapped from the name or gave access under it; else the one who signs in under it; else the one who is the account of the line, or becomes it on connecting | an address for mail, a further address |
//! | the account: `to`, `create`, an invitation, restoring | `id` of the line; else the id that the state recorded; else the account with that sign-in name, which of a guest is the address of the invitation | an address for mail of one of the tenant's own, a further address, an address of several guests |
//! | restoring a deleted account | the id as above; else the account that was deleted under that sign-in name, where its display name may be that of the person, or the line says `because` | a name of somebody else |
//! | `protected`, `owner` | everybody whom any of the above identifies, the user of the line with that `to`, and the user with that address for mail | |
//! | proposals | any address, likeness of the names | they are never a step |
//!
//! An id that the state recorded counts more than a name: names change, and are given to others.

use super::lookup::{Lookup, MemberRef};
use crate::model::address::Kind;
use crate::model::attributes::AccessAttributes;
use crate::model::desired::DesiredMember;
use crate::model::directory_index::Found;
use crate::model::ids::{ObjectId, StorageKey};
use crate::model::live::DirectoryUser;
use crate::model::person::Email;
use crate::names::Name;

/// The account of the directory that a line is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Account<'a> {
    /// It is there, under the name of the line.
    There(Found<'a>),
    /// The account that we know is there, under another name.
    Renamed(Found<'a>),
    /// The name is there, and is not the account that we know.
    SomebodyElse {
        /// The account that we know.
        recorded: ObjectId,
        /// The one that has the name now.
        now: Found<'a>,
    },
    /// Nobody is there.
    Missing {
        /// The account that we know, and that is gone.
        recorded: Option<ObjectId>,
    },
}

impl<'a> Account<'a> {
    /// The account, if it is there under whatever name.
    pub(super) const fn found(self) -> Option<Found<'a>> {
        match self {
            Self::There(found) | Self::Renamed(found) => Some(found),
            Self::SomebodyElse { .. } | Self::Missing { .. } => None,
        }
    }

    /// The account that we know, where nobody is there.
    pub(super) const fn recorded(self) -> Option<ObjectId> {
        match self {
            Self::Missing { recorded } => recorded,
            Self::There(_) | Self::Renamed(_) | Self::SomebodyElse { .. } => None,
        }
    }
}

/// The account that a line of `[members]` is about.
pub(super) fn account_of_member<'a>(
    lookup: &Lookup<'a>,
    person: &Email,
    line: &DesiredMember,
) -> Account<'a> {
    if let Some(id) = line.id {
        return match lookup.account_with_id(id) {
            Some(found) if found.user.signs_in_as(&line.to) => Account::There(found),
            Some(found) => Account::Renamed(found),
            None => Account::Missing { recorded: Some(id) },
        };
    }
    account(lookup, &line.to, recorded_of_member(lookup, person, line))
}

/// The account that a line of `[guests]` is about.
pub(super) fn account_of_guest<'a>(lookup: &Lookup<'a>, person: &Email) -> Account<'a> {
    account(lookup, person, recorded_of_guest(lookup, person))
}

/// Whether something other than the name says which account a line of `[members]` or `[guests]` is about.
pub(super) fn is_known_by_id(lookup: &Lookup<'_>, person: &Email) -> bool {
    match lookup.desired.members.get(person) {
        Some(line) => line.id.is_some() || recorded_of_member(lookup, person, line).is_some(),
        None => recorded_of_guest(lookup, person).is_some(),
    }
}

fn recorded_of_member(
    lookup: &Lookup<'_>,
    person: &Email,
    line: &DesiredMember,
) -> Option<ObjectId> {
    mapped_to(lookup, person, &line.to)
        .or_else(|| made(lookup, &line.to))
        .or_else(|| signs_in_with(lookup, person, &line.to))
}

fn recorded_of_guest(lookup: &Lookup<'_>, person: &Email) -> Option<ObjectId> {
    made(lookup, person)
        .or_else(|| mapped_to(lookup, person, person))
        .or_else(|| given_access(lookup, person))
}

fn account<'a>(lookup: &Lookup<'a>, name: &Email, recorded: Option<ObjectId>) -> Account<'a> {
    let named = lookup.directory.account(name);
    let Some(id) = recorded else {
        return named.map_or(Account::Missing { recorded }, Account::There);
    };
    let known = lookup.account_with_id(id);
    match (known, named) {
        (Some(known), _) if known.user.signs_in_as(name) => Account::There(known),
        (Some(known), None) => Account::Renamed(known),
        (_, Some(now)) => Account::SomebodyElse { recorded: id, now },
        (None, None) => Account::Missing { recorded },
    }
}

/// Whom we mapped a user to, where the line has not changed since.
fn mapped_to(lookup: &Lookup<'_>, person: &Email, to: &Email) -> Option<ObjectId> {
    let mapping = lookup.entry(Kind::Mapping, person)?.attributes.mapping()?;
    let is_same_line = mapping.to == *to;
    mapping.identity.object_id().filter(|_| is_same_line)
}

/// The account that we made or invited under a name.
fn made(lookup: &Lookup<'_>, name: &Email) -> Option<ObjectId> {
    let kinds = [Kind::DirectoryUser, Kind::Invitation].into_iter();
    let mut entries = kinds.filter_map(|kind| lookup.entry(kind, name));
    entries.find_map(|entry| entry.remote_id.object_id())
}

/// Who somebody is, where the line joins no two names: the identity of the user whom the state knows,
/// also of one who cannot sign in because that account is gone; else the one that we gave access; else
/// that of the user who has the name today.
fn signs_in_with(lookup: &Lookup<'_>, person: &Email, to: &Email) -> Option<ObjectId> {
    if person != to {
        return None;
    }
    let identity = |(_, user): MemberRef<'_>| user.object_id.filter(|_| lookup.is_in_tenant(user));
    let owned = lookup.owned_member(person).and_then(identity);
    owned
        .or_else(|| given_access(lookup, person))
        .or_else(|| signs_in_today(lookup, person).and_then(identity))
}

/// Whom we gave access under a name.
fn given_access(lookup: &Lookup<'_>, name: &Email) -> Option<ObjectId> {
    let access = lookup.entry(Kind::Access, name)?.attributes.access();
    access.and_then(AccessAttributes::known_account)
}

/// What became of an account that was deleted under the name of a line.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deleted<'a> {
    /// It is brought back.
    Theirs(ObjectId, &'a DirectoryUser),
    /// It seems to have been somebody else's: a person has to say whose.
    InDoubt(ObjectId, &'a DirectoryUser),
    /// Its name belongs to another account now, so the service would refuse to bring it back.
    NameTaken(ObjectId, &'a DirectoryUser, Found<'a>),
}

impl<'a> Deleted<'a> {
    /// The account that is brought back.
    pub(super) const fn theirs(self) -> Option<(ObjectId, &'a DirectoryUser)> {
        match self {
            Self::Theirs(id, user) => Some((id, user)),
            Self::InDoubt(..) | Self::NameTaken(..) => None,
        }
    }
}

/// The deleted account that a line without one in the directory may mean. `fits` says which may bear the
/// name of the line; `names` are those that the person has in org.toml and in the organization.
pub(super) fn deleted<'a>(
    lookup: &Lookup<'a>,
    (name, account): (&Email, Account<'_>),
    fits: impl Fn(&DirectoryUser) -> bool,
    (names, because): (&[&str], Option<&String>),
) -> Option<Deleted<'a>> {
    let known = account.recorded().and_then(|id| lookup.deleted(id));
    let (id, user) = known.or_else(|| lookup.deleted_at(name, fits))?;
    let is_theirs =
        || known.is_some() || because.is_some() || may_be_called(names, &user.display_name);
    let heir = lookup.directory.account(&user.user_principal_name);
    Some(match heir {
        Some(now) => Deleted::NameTaken(id, user, now),
        None if is_theirs() => Deleted::Theirs(id, user),
        None => Deleted::InDoubt(id, user),
    })
}

/// Whether any of the names of a person may be that of an account. Who has no name may be anybody.
fn may_be_called(names: &[&str], account: &str) -> bool {
    let account = Name::shown(account);
    let fits = |name: &&str| {
        let name = Name::shown(name);
        name.relation(&account).is_of_one() && !name.shares_nothing(&account)
    };
    names.is_empty() || names.iter().any(fits)
}

/// The user of the organization whom a line of `[members]` or `[guests]` is about.
pub(super) fn member_of<'a>(
    lookup: &Lookup<'a>,
    person: &Email,
    account: Account<'a>,
) -> Option<MemberRef<'a>> {
    let by_identity = || {
        let id = account.found()?.id;
        lookup.with_identity(id).or_else(|| lookup.will_be(id))
    };
    lookup
        .owned_member(person)
        .or_else(|| signs_in_today(lookup, person))
        .or_else(by_identity)
}

/// The user of the organization whom a line of `[remove]` takes out.
pub(super) fn removed_by<'a>(lookup: &Lookup<'a>, person: &Email) -> Option<MemberRef<'a>> {
    match removed(lookup, person) {
        Some(key) => lookup.member(key),
        None => named_or_owned(lookup, person),
    }
}

/// The user who has the name of somebody else whom a line of `[remove]` has taken out.
pub(super) fn has_name_of_removed<'a>(
    lookup: &Lookup<'a>,
    person: &Email,
) -> Option<MemberRef<'a>> {
    let key = removed(lookup, person)?;
    let is_back = lookup.member(key).is_some();
    signs_in_today(lookup, person).filter(|_| !is_back)
}

/// Whom a line of `[remove]` has taken out: the service knows a person who is added again by the same
/// key.
fn removed(lookup: &Lookup<'_>, person: &Email) -> Option<StorageKey> {
    let entry = lookup.entry(Kind::Removal, person)?;
    entry.remote_id.storage_key()
}

fn named_or_owned<'a>(lookup: &Lookup<'a>, person: &Email) -> Option<MemberRef<'a>> {
    signs_in_today(lookup, person).or_else(|| lookup.owned_member(person))
}

/// The users of the organization whom a name in `protected` or `owner` means, besides those whom a line
/// with that name is about.
pub(super) fn guarded<'a>(lookup: &Lookup<'a>, name: &Email) -> Vec<MemberRef<'a>> {
    let mut members: Vec<MemberRef<'a>> = named_or_owned(lookup, name).into_iter().collect();
    if let Some(found) = lookup.directory.account(name) {
        members.extend(lookup.with_identity(found.id));
        members.extend(lookup.will_be(found.id));
        if members.is_empty() {
            // To guard one too many does no harm.
            let addresses = found.user.addresses();
            members.extend(addresses.flat_map(|address| lookup.named(address)));
        }
    }
    members
}

/// The users of the organization whom a guarded name meant at the last apply, by their ids.
pub(super) fn recorded_as_guarded(lookup: &Lookup<'_>, name: &Email) -> Vec<StorageKey> {
    let Some(recorded) = lookup.state.guarded.get(name) else {
        return Vec::new();
    };
    let members = recorded
        .members
        .iter()
        .filter_map(|key| lookup.member(*key));
    let accounts = recorded.accounts.iter();
    let by_account =
        accounts.filter_map(|id| lookup.with_identity(*id).or_else(|| lookup.will_be(*id)));
    members.chain(by_account).map(|(key, _)| key).collect()
}

/// Of several users with one name, the one who cannot sign in: the line is for them.
fn signs_in_today<'a>(lookup: &Lookup<'a>, name: &Email) -> Option<MemberRef<'a>> {
    let named = lookup.named(name);
    named.max_by_key(|(_, member)| !lookup.signs_in(member))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::attributes::Attributes;
    use crate::model::ids::Lineage;
    use crate::model::live::Live;
    use crate::state::value::{Entry, State};

    const TENANT: &str = "aaaabbbb-0000-4ccc-9111-dddd2222eeee";

    /// What a cell of the table is looked at with.
    struct World {
        members: Value,
        users: Value,
        entries: Vec<(Kind, &'static str, Value)>,
        lines: &'static str,
    }

    fn key(number: u32) -> String {
        format!("10000000-0000-4000-8000-{number:012}")
    }

    fn id(number: u32) -> String {
        format!("20000000-0000-4000-8000-{number:012}")
    }

    fn member(name: &str) -> Value {
        json!({ "principal_name": name, "display_name": name, "access": "basic" })
    }

    fn user(name: &str, others: &[&str]) -> Value {
        json!({ "user_principal_name": name, "display_name": name, "other_mails": others })
    }

    impl World {
        fn of(members: Value, users: Value) -> Self {
            Self {
                members,
                users,
                entries: Vec::new(),
                lines: "",
            }
        }

        fn with_lines(self, lines: &'static str) -> Self {
            Self { lines, ..self }
        }

        fn with_mapping(mut self, person: &'static str, to: (&str, u32)) -> Self {
            let (to, account) = to;
            let entry = json!({
                "remote_id": { "storage_key": key(1) },
                "attributes": {
                    "member": key(1), "to": to, "identity": { "object_id": id(account) },
                },
            });
            self.entries.push((Kind::Mapping, person, entry));
            self
        }

        fn with_removal(mut self, person: &'static str, member: u32) -> Self {
            let entry = json!({
                "remote_id": { "storage_key": key(member) },
                "attributes": { "member": key(member), "reason": "left" },
            });
            self.entries.push((Kind::Removal, person, entry));
            self
        }

        fn with_access(mut self, person: &'static str, account: u32) -> Self {
            let entry = json!({
                "remote_id": { "storage_key": key(9) },
                "attributes": { "level": "basic", "account": id(account) },
            });
            self.entries.push((Kind::Access, person, entry));
            self
        }

        /// Hands the indexes over it to a check.
        fn look<T>(&self, check: impl FnOnce(&Lookup<'_>) -> T) -> T {
            let live: Live = serde_json::from_value(json!({
                "format_version": 1,
                "organization": {
                    "id": key(99), "name": "contoso", "connection": self.connection(),
                },
                "caller": { "storage_key": key(99), "principal_name": "ana@contoso.com" },
                "members": self.members,
                "directory": {
                    "tenant": TENANT, "display_name": "Contoso",
                    "verified_domains": ["contoso.com"], "users": self.users,
                },
            }))
            .unwrap();
            let toml = format!(
                "version = 1\n[organization]\nname = \"contoso\"\n[tenant]\nid = \"{TENANT}\"\n{}",
                self.lines
            );
            let config = crate::config::load("org.toml", &toml).unwrap();
            let mut state = State::new(Lineage::NONE);
            for (kind, person, entry) in &self.entries {
                let of = |field: &str| entry.get(field).cloned().unwrap();
                let content = of("attributes");
                let attributes = if *kind == Kind::Mapping {
                    Attributes::Mapping(serde_json::from_value(content).unwrap())
                } else if *kind == Kind::Removal {
                    Attributes::Removal(serde_json::from_value(content).unwrap())
                } else {
                    Attributes::Access(serde_json::from_value(content).unwrap())
                };
                let entry = Entry {
                    remote_id: serde_json::from_value(of("remote_id")).unwrap(),
                    attributes,
                    applied_at: jiff::Timestamp::UNIX_EPOCH,
                    tenant: None,
                    request_id: None,
                };
                let address =
                    crate::model::address::Address::of(*kind, &Email::from_service(person));
                state.entries.insert(address, entry);
            }
            let lookup = Lookup::new(&config.desired, &live, &state, &config.guards);
            check(&lookup)
        }

        /// Connected, where a user of the organization is of the tenant.
        fn connection(&self) -> Value {
            let mut members = self.members.as_object().unwrap().values();
            if members.any(|member| member.get("tenant").is_some()) {
                json!({ "tenant": TENANT })
            } else {
                json!("personal")
            }
        }

        fn removed_by(&self, name: &str) -> Option<String> {
            self.look(|lookup| name_of(removed_by(lookup, &Email::from_service(name))))
        }

        fn member_of(&self, name: &str) -> Option<String> {
            let name = Email::from_service(name);
            self.look(|lookup| {
                let line = lookup.desired.members.get(&name);
                let account = line.map_or_else(
                    || account_of_guest(lookup, &name),
                    |line| account_of_member(lookup, &name, line),
                );
                name_of(member_of(lookup, &name, account))
            })
        }

        fn account(&self, line: &str) -> String {
            let line = Email::from_service(line);
            self.look(|lookup| {
                let member = lookup.desired.members.get(&line);
                let account = member.map_or_else(
                    || account_of_guest(lookup, &line),
                    |member| account_of_member(lookup, &line, member),
                );
                let name = |found: Found<'_>| found.user.user_principal_name.to_string();
                match account {
                    Account::There(found) => format!("there: {}", name(found)),
                    Account::Renamed(found) => format!("renamed: {}", name(found)),
                    Account::SomebodyElse { now, .. } => format!("somebody else: {}", name(now)),
                    Account::Missing { recorded: None } => "missing".to_owned(),
                    Account::Missing { recorded: Some(_) } => "gone".to_owned(),
                }
            })
        }

        fn guarded(&self, name: &str) -> Vec<String> {
            self.look(|lookup| {
                let members = guarded(lookup, &Email::from_service(name));
                members
                    .into_iter()
                    .filter_map(|it| name_of(Some(it)))
                    .collect()
            })
        }
    }

    fn name_of(member: Option<(StorageKey, &crate::model::live::Member)>) -> Option<String> {
        member.map(|(_, user)| user.principal_name.to_string())
    }

    #[test]
    fn removal_goes_by_the_sign_in_name_of_today() {
        let world = World::of(
            json!({ key(1): member("lee@outlook.com"), key(2): member("lee@contoso.com") }),
            json!({ id(2): user("lee@contoso.com", &["lee@outlook.com"]) }),
        );
        assert_eq!(
            world.removed_by("lee@outlook.com").as_deref(),
            Some("lee@outlook.com")
        );
    }

    #[test]
    fn removal_goes_by_whom_we_mapped_from_the_name() {
        let world = World::of(
            json!({ key(1): member("lee@contoso.com") }),
            json!({ id(2): user("lee@contoso.com", &[]) }),
        );
        assert_eq!(world.removed_by("lee@outlook.com"), None);
        let world = world.with_mapping("lee@outlook.com", ("lee@contoso.com", 2));
        assert_eq!(
            world.removed_by("lee@outlook.com").as_deref(),
            Some("lee@contoso.com")
        );
    }

    #[test]
    fn removal_goes_by_whom_the_line_has_taken_out() {
        let name = || Email::from_service("lee@contoso.com");
        let heir = json!({ key(1): member("lee@contoso.com") });
        let world = World::of(heir, json!({})).with_removal("lee@contoso.com", 9);
        assert_eq!(world.removed_by("lee@contoso.com"), None);
        let has_name = |lookup: &Lookup<'_>| name_of(has_name_of_removed(lookup, &name()));
        assert_eq!(world.look(has_name).as_deref(), Some("lee@contoso.com"));
        let back =
            json!({ key(1): member("lee@contoso.com"), key(9): member("lee.gu@contoso.com") });
        let world = World::of(back, json!({})).with_removal("lee@contoso.com", 9);
        assert_eq!(
            world.removed_by("lee@contoso.com").as_deref(),
            Some("lee.gu@contoso.com")
        );
        assert_eq!(world.look(has_name), None);
    }

    #[test]
    fn account_of_a_line_with_one_name_is_that_of_its_user() {
        let line = "[members]\n\"lee@contoso.com\" = { access = \"basic\" }";
        let in_tenant = |name: &str, account| {
            json!({
                "principal_name": name, "display_name": name, "access": "basic",
                "origin": "directory", "tenant": TENANT, "object_id": id(account),
                "disconnected": true,
            })
        };
        let heir = || json!({ id(3): user("lee@contoso.com", &[]) });
        let lee = json!({ key(1): in_tenant("lee@contoso.com", 2) });
        let world = World::of(lee, heir()).with_lines(line);
        assert_eq!(
            world.account("lee@contoso.com"),
            "somebody else: lee@contoso.com"
        );
        // The same of somebody who is gone from the organization, and was given access.
        let others = json!({ key(7): in_tenant("ana@contoso.com", 1) });
        let gone = World::of(others, heir()).with_lines(line);
        assert_eq!(gone.account("lee@contoso.com"), "there: lee@contoso.com");
        let gone = gone.with_access("lee@contoso.com", 2);
        assert_eq!(
            gone.account("lee@contoso.com"),
            "somebody else: lee@contoso.com"
        );
        // Also when the one who has the name now came into the organization.
        let heir_in = json!({ key(8): in_tenant("lee@contoso.com", 3) });
        let gone = World::of(heir_in, heir()).with_lines(line);
        let gone = gone.with_access("lee@contoso.com", 2);
        assert_eq!(
            gone.account("lee@contoso.com"),
            "somebody else: lee@contoso.com"
        );
    }

    #[test]
    fn deleted_account_is_theirs_where_both_names_may_be_one() {
        let names = [
            (&["Sam Ode"][..], "Sam Ode", true),
            (&["Sam Ode"], "Ode, Samuel", true),
            (&["Sam Ode"], "Rui Costa", false),
            // A relative, and somebody who may have married: a person decides.
            (&["Sam Ode"], "Eva Ode", false),
            (&["Ana Lind"], "Ana Costa", false),
            (&["Rui"], "Kim", false),
            // One of both names is enough, and nobody's contradicts nothing.
            (&["S.", "Rui Costa"], "Rui Costa", true),
            (&[], "Rui Costa", true),
        ];
        for (names, account, is_theirs) in names {
            assert_eq!(
                may_be_called(names, account),
                is_theirs,
                "{names:?} {account}"
            );
        }
    }

    #[test]
    fn removal_never_goes_by_an_address_of_the_directory() {
        let world = World::of(
            json!({ key(2): member("lee@contoso.com") }),
            json!({ id(2): user("lee@contoso.com", &["lee@outlook.com"]) }),
        );
        assert_eq!(world.removed_by("lee@outlook.com"), None);
    }

    #[test]
    fn member_is_whom_we_mapped_although_another_has_the_name_now() {
        let world = World::of(
            json!({ key(1): member("lee@contoso.com"), key(3): member("lee@outlook.com") }),
            json!({ id(2): user("lee@contoso.com", &[]) }),
        );
        let world = world
            .with_mapping("lee@outlook.com", ("lee@contoso.com", 2))
            .with_lines("[members]\n\"lee@outlook.com\" = \"lee@contoso.com\"");
        assert_eq!(
            world.member_of("lee@outlook.com").as_deref(),
            Some("lee@contoso.com")
        );
    }

    #[test]
    fn member_is_who_signs_in_under_the_name_or_becomes_the_account() {
        let world = World::of(
            json!({ key(1): member("lee@outlook.com"), key(2): member("sam@contoso.com") }),
            json!({ id(2): user("sam@contoso.com", &[]) }),
        );
        let world = world.with_lines(
            "[members]\n\"lee@outlook.com\" = \"lee@contoso.com\"\n\"sam@old.example\" = \"sam@contoso.com\"",
        );
        assert_eq!(
            world.member_of("lee@outlook.com").as_deref(),
            Some("lee@outlook.com")
        );
        assert_eq!(
            world.member_of("sam@old.example").as_deref(),
            Some("sam@contoso.com")
        );
    }

    #[test]
    fn member_is_never_found_by_a_further_address() {
        let world = World::of(
            json!({ key(2): member("sam@contoso.com") }),
            json!({ id(2): user("sam@contoso.com", &["lee@outlook.com", "lee@contoso.com"]) }),
        );
        let world = world.with_lines("[members]\n\"lee@outlook.com\" = \"lee@contoso.com\"");
        assert_eq!(world.member_of("lee@outlook.com"), None);
        assert_eq!(world.account("lee@outlook.com"), "missing");
    }

    #[test]
    fn account_is_that_of_the_id_in_the_line() {
        let world = World::of(
            json!({ key(1): member("lee@outlook.com") }),
            json!({ id(2): user("lee@contoso.com", &[]), id(3): user("lee.gu@contoso.com", &[]) }),
        );
        let line = |number| match number {
            2 => {
                "[members]\n\"lee@outlook.com\" = { to = \"lee@contoso.com\", id = \
                 \"20000000-0000-4000-8000-000000000002\" }"
            }
            3 => {
                "[members]\n\"lee@outlook.com\" = { to = \"lee@contoso.com\", id = \
                 \"20000000-0000-4000-8000-000000000003\" }"
            }
            _ => {
                "[members]\n\"lee@outlook.com\" = { to = \"lee@contoso.com\", id = \
                 \"20000000-0000-4000-8000-000000000009\" }"
            }
        };
        let world = world.with_lines(line(2));
        assert_eq!(world.account("lee@outlook.com"), "there: lee@contoso.com");
        let world = world.with_lines(line(3));
        assert_eq!(
            world.account("lee@outlook.com"),
            "renamed: lee.gu@contoso.com"
        );
        let world = world.with_lines(line(9));
        assert_eq!(world.account("lee@outlook.com"), "gone");
    }

    #[test]
    fn account_is_the_recorded_one_whatever_it_is_called() {
        let lines = "[members]\n\"lee@outlook.com\" = \"lee@contoso.com\"";
        let world = |users| {
            let world = World::of(json!({ key(1): member("lee@outlook.com") }), users);
            world
                .with_mapping("lee@outlook.com", ("lee@contoso.com", 2))
                .with_lines(lines)
                .account("lee@outlook.com")
        };
        let there = json!({ id(2): user("lee@contoso.com", &[]) });
        assert_eq!(world(there), "there: lee@contoso.com");
        let renamed = json!({ id(2): user("lee.gu@contoso.com", &["lee@contoso.com"]) });
        assert_eq!(world(renamed), "renamed: lee.gu@contoso.com");
        let taken = json!({ id(3): user("lee@contoso.com", &[]) });
        assert_eq!(world(taken), "somebody else: lee@contoso.com");
        let swapped =
            json!({ id(2): user("lee.gu@contoso.com", &[]), id(3): user("lee@contoso.com", &[]) });
        assert_eq!(world(swapped), "somebody else: lee@contoso.com");
        assert_eq!(world(json!({})), "gone");
    }

    #[test]
    fn account_of_another_target_is_not_the_recorded_one() {
        let world = World::of(
            json!({ key(1): member("lee@outlook.com") }),
            json!({ id(2): user("lee@contoso.com", &[]), id(3): user("lee.gu@contoso.com", &[]) }),
        );
        let world = world
            .with_mapping("lee@outlook.com", ("lee@contoso.com", 2))
            .with_lines("[members]\n\"lee@outlook.com\" = \"lee.gu@contoso.com\"");
        assert_eq!(
            world.account("lee@outlook.com"),
            "there: lee.gu@contoso.com"
        );
    }

    #[test]
    fn guarded_is_everybody_whom_a_name_may_mean() {
        let users = || json!({ id(2): user("lee@contoso.com", &["lee@outlook.com"]) });
        let before = World::of(json!({ key(1): member("lee@outlook.com") }), users());
        assert_eq!(before.guarded("lee@contoso.com"), ["lee@outlook.com"]);
        assert_eq!(before.guarded("lee@outlook.com"), ["lee@outlook.com"]);
        // The old private account of a person who is there under the name is not meant.
        let both = json!({ key(1): member("lee@outlook.com"), key(2): member("lee@contoso.com") });
        let both = World::of(both, users());
        assert!(
            !both
                .guarded("lee@contoso.com")
                .contains(&"lee@outlook.com".to_owned())
        );
    }
}
