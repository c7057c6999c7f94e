//! From entitlements and users on the wire to the members of an organization. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::access::EffectiveLevel;
use crate::model::ids::{Descriptor, ObjectId, StorageKey, TenantId};
use crate::model::live::{Connection, Member, MemberStatus, Origin};
use crate::model::person::Email;

use super::memberships::{BY_RULE, memberships};
use super::wire::{AccessLevel, Entitlement, User};
use crate::azure::transport::text::Text;

/// A user of the organization's list of users, as far as it is needed.
pub(crate) struct ListedUser {
    /// What Azure DevOps calls the user today.
    pub(crate) descriptor: String,
    /// The sign-in name.
    pub(crate) principal_name: Email,
    /// The name that others see.
    pub(crate) display_name: String,
    /// Whether the user may come in through a directory group.
    pub(crate) may_be_in_a_group: bool,
    /// The tenant of a directory user, where it is told.
    pub(crate) tenant: Option<TenantId>,
}

impl ListedUser {
    /// Takes a user; none for what is no person.
    pub(crate) fn from_wire(user: &User<'_>) -> Option<Self> {
        let name = user.principal_name.get().filter(|_| is_person(user))?;
        Some(Self {
            descriptor: user.descriptor.as_str().to_owned(),
            principal_name: Email::from_service(name),
            display_name: user.display_name.as_str().to_owned(),
            // Only a directory has groups, and one that dropped the user lets nobody in.
            may_be_in_a_group: user.origin.is("aad") && !user.is_deleted_in_origin,
            tenant: user.domain.as_str().parse().ok(),
        })
    }
}

/// Users that the organization lists as disconnected.
#[derive(Debug, Default)]
pub(crate) struct Disconnected {
    /// By what Azure DevOps calls them.
    pub(crate) descriptors: BTreeSet<String>,
    /// By address, where the service gave nothing else.
    pub(crate) addresses: BTreeSet<Email>,
}

/// Takes an entitlement; none for what is no person, or is deleted. A person that cannot be told
/// from others is an error, never left out: what is left out would look as if it were gone.
pub(crate) fn member(
    entitlement: &Entitlement<'_>,
) -> Result<Option<(StorageKey, Member)>, String> {
    let Entitlement {
        id,
        user,
        access_level,
        project_entitlements,
    } = entitlement;
    let Some(status) = status(access_level).filter(|_| is_person(user)) else {
        return Ok(None);
    };
    let key: StorageKey = id
        .as_str()
        .parse()
        .map_err(|_| format!("an entitlement has the id {:?}", id.as_str()))?;
    let names = [&user.principal_name, &user.mail_address, &user.descriptor];
    let name = names.into_iter().find_map(Text::get);
    let name = name.ok_or_else(|| format!("the user of entitlement {key} has no name"))?;
    let origin = origin(user);
    let is_directory = origin == Origin::Directory;
    let member = Member {
        principal_name: Email::from_service(name),
        display_name: user.display_name.as_str().to_owned(),
        mail: user.mail_address.get().map(Email::from_service),
        origin,
        tenant: user.domain.as_str().parse().ok().filter(|_| is_directory),
        object_id: object_id(user),
        descriptor: user.descriptor.get().map(Descriptor::new),
        access: effective(access_level),
        status,
        disconnected: false,
        access_by_group: access_level.assignment_source.is(BY_RULE),
        projects: memberships(project_entitlements),
    };
    Ok(Some((key, member)))
}

/// The directory identity of a user, once it is bound.
pub(crate) fn object_id(user: &User<'_>) -> Option<ObjectId> {
    let id: ObjectId = user.origin_id.as_str().parse().ok()?;
    (origin(user) == Origin::Directory && !id.is_nil()).then_some(id)
}

/// Marks the members that lost their sign-in: those that the service lists or, where it gives no
/// list, those whose identity is of no tenant or another one than the organization's.
pub(crate) fn mark_disconnected(
    members: &mut BTreeMap<StorageKey, Member>,
    connection: Connection,
    listed: Option<&Disconnected>,
) {
    let Some(tenant) = connection.tenant() else {
        return;
    };
    for member in members.values_mut() {
        member.disconnected = match listed {
            Some(listed) => {
                let descriptor = member.descriptor.as_ref();
                descriptor.is_some_and(|d| listed.descriptors.contains(d.as_str()))
                    || listed.addresses.contains(&member.principal_name)
            }
            None => match member.origin {
                Origin::Personal => true,
                Origin::Directory => member.tenant != Some(tenant),
                Origin::Other => false,
            },
        };
    }
}

/// The users without an entitlement who may come in through a group of the tenant that backs the
/// organization, and their names. Without a tenant nobody does, and of one that was left there may be
/// users, but no groups.
pub(crate) fn group_only(
    users: &[ListedUser],
    members: &BTreeMap<StorageKey, Member>,
    connection: Connection,
) -> BTreeMap<Email, String> {
    let is_of = |user: &ListedUser| match connection {
        Connection::Tenant(tenant) => user.tenant.is_none_or(|own| own == tenant),
        Connection::Personal => false,
        Connection::Unknown => true,
    };
    let descriptors: BTreeSet<&str> = members
        .values()
        .filter_map(|member| member.descriptor.as_ref().map(Descriptor::as_str))
        .collect();
    let names: BTreeSet<&Email> = members.values().map(|m| &m.principal_name).collect();
    users
        .iter()
        .filter(|user| user.may_be_in_a_group && is_of(user))
        .filter(|user| !descriptors.contains(user.descriptor.as_str()))
        .filter(|user| !names.contains(&user.principal_name))
        .map(|user| (user.principal_name.clone(), user.display_name.clone()))
        .collect()
}

/// The level that somebody has, from the licence and where it comes from.
pub(crate) fn effective(level: &AccessLevel<'_>) -> EffectiveLevel {
    if level.licensing_source.is("msdn") {
        return subscription(&level.msdn_license_type);
    }
    if level.licensing_source.is("gitHub") {
        return EffectiveLevel::GitHubEnterprise;
    }
    let licence = &level.account_license_type;
    let known = [
        ("express", EffectiveLevel::Basic),
        ("stakeholder", EffectiveLevel::Stakeholder),
        ("advanced", EffectiveLevel::BasicTestPlans),
        ("earlyAdopter", EffectiveLevel::EarlyAdopter),
        ("none", EffectiveLevel::None),
        ("", EffectiveLevel::None),
    ];
    known
        .into_iter()
        .find(|(word, _)| licence.is(word))
        .map_or(EffectiveLevel::Other, |(_, level)| level)
}

/// The level that comes with a Visual Studio subscription.
fn subscription(sort: &Text<'_>) -> EffectiveLevel {
    if sort.is("professional") {
        EffectiveLevel::VisualStudioProfessional
    } else if sort.is("eligible") {
        EffectiveLevel::VisualStudioEligible
    } else {
        EffectiveLevel::VisualStudio
    }
}

/// Where an entitlement stands; none once it is deleted.
fn status(level: &AccessLevel<'_>) -> Option<MemberStatus> {
    let status = &level.status;
    if is_deleted(level) {
        None
    } else if status.is("active") {
        Some(MemberStatus::Active)
    } else if status.is("pending") {
        Some(MemberStatus::Pending)
    } else if status.is("disabled") {
        Some(MemberStatus::Disabled)
    } else {
        Some(MemberStatus::Other)
    }
}

/// Whether an entitlement is one that was deleted.
pub(super) fn is_deleted(level: &AccessLevel<'_>) -> bool {
    level.status.is("deleted")
}

fn origin(user: &User<'_>) -> Origin {
    if user.origin.is("aad") {
        Origin::Directory
    } else if user.origin.is("msa") {
        Origin::Personal
    } else {
        Origin::Other
    }
}

/// What a user is called that is an application rather than a person.
const WORKLOADS_META: [&str; 3] = ["managedIdentity", "servicePrincipal", "application"];

/// How the descriptor of an application begins.
const WORKLOADS_PREFIX: &str = "aadsp";

/// Descriptors of service principals, services, imports, scopes and groups. An unknown one is taken
/// for a person's: leaving a person out is the worse mistake.
const NO_PERSONS_PREFIXES: [&str; 7] = [
    WORKLOADS_PREFIX,
    "svc",
    "acs",
    "imp",
    "scp",
    "vssgp",
    "aadgp",
];

/// Whether a user is a person: no service principal, managed identity or build service. Lists of
/// users have all of them, and some with a person's kind.
fn is_person(user: &User<'_>) -> bool {
    let is_user = user.subject_kind.get().is_none() || user.subject_kind.is("user");
    is_user && !is_workload(user) && !is_no_persons(user.descriptor.as_str())
}

/// Whether a user is an application of a tenant: a service principal or managed identity. Lists of
/// people may give it a person's kind.
pub(super) fn is_workload(user: &User<'_>) -> bool {
    let prefix = user.descriptor.as_str().split_once('.');
    prefix.is_some_and(|(prefix, _)| prefix == WORKLOADS_PREFIX)
        || user.subject_kind.is("servicePrincipal")
        || WORKLOADS_META.iter().any(|word| user.meta_type.is(word))
}

/// Whether something is called what no person is.
pub(super) fn is_no_persons(descriptor: &str) -> bool {
    let prefix = descriptor.split_once('.').map(|(prefix, _)| prefix);
    prefix.is_some_and(|prefix| NO_PERSONS_PREFIXES.contains(&prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";

    fn entitlement(user: &str, level: &str) -> Option<(StorageKey, Member)> {
        let id = "22222222-1111-6111-8111-000000000001";
        let json = format!(r#"{{"id":"{id}","user":{user},"accessLevel":{level}}}"#);
        let entitlement: Entitlement<'_> = serde_json::from_str(&json).unwrap();
        member(&entitlement).unwrap()
    }

    fn ana(fields: &str) -> String {
        format!(
            r#"{{"subjectKind":"user","principalName":"Ana@Contoso.com","mailAddress":null,
            "displayName":"Ana","origin":"aad","domain":"{TENANT}",
            "originId":"66666666-5555-4555-8555-000000000005","descriptor":"aad.x"{fields}}}"#
        )
    }

    const ACTIVE: &str =
        r#"{"licensingSource":"account","accountLicenseType":"express","status":"active"}"#;

    #[test]
    fn an_entitlement_becomes_a_member() {
        let (_, member) = entitlement(&ana(""), ACTIVE).unwrap();
        assert_eq!(member.principal_name.as_str(), "ana@contoso.com");
        assert_eq!(member.mail, None);
        assert_eq!(member.origin, Origin::Directory);
        assert_eq!(member.tenant.unwrap().to_string(), TENANT);
        assert_eq!(member.access, EffectiveLevel::Basic);
        assert_eq!(member.status, MemberStatus::Active);
    }

    #[test]
    fn what_is_no_person_is_left_out() {
        for extra in [
            r#","metaType":"managedIdentity""#,
            r#","metaType":"application""#,
            r#","subjectKind":"servicePrincipal""#,
        ] {
            let user = ana("").replace(r#""subjectKind":"user","#, "");
            let user = format!("{}{extra}}}", user.trim_end_matches('}'));
            assert_eq!(entitlement(&user, ACTIVE), None, "{extra}");
        }
        let service = ana("").replace("aad.x", "svc.x");
        assert_eq!(entitlement(&service, ACTIVE), None);
        assert_eq!(entitlement(&ana(""), r#"{"status":"deleted"}"#), None);
    }

    #[test]
    fn a_person_is_never_left_out() {
        let refused = |json: &str| member(&serde_json::from_str(json).unwrap()).is_err();
        assert!(refused(r#"{"id":"x","user":{"principalName":"a@x.y"}}"#));
        let id = "22222222-1111-6111-8111-000000000001";
        assert!(refused(&format!(r#"{{"id":"{id}","user":{{}}}}"#)));
        let strange = ana(r#","metaType":"companyMember""#).replace("aad.x", "new.x");
        assert!(entitlement(&strange, ACTIVE).is_some());
    }

    #[test]
    fn an_unbound_guest_has_no_object_id() {
        let zero = ana("").replace(
            "66666666-5555-4555-8555-000000000005",
            "00000000-0000-0000-0000-000000000000",
        );
        assert_eq!(entitlement(&zero, ACTIVE).unwrap().1.object_id, None);
    }

    #[test]
    fn levels_by_licence_and_source() {
        let level = |source: &str, licence: &str| {
            let json =
                format!(r#"{{"licensingSource":"{source}","accountLicenseType":"{licence}"}}"#);
            effective(&serde_json::from_str(&json).unwrap())
        };
        assert_eq!(level("account", "advanced"), EffectiveLevel::BasicTestPlans);
        assert_eq!(level("msdn", "none"), EffectiveLevel::VisualStudio);
        assert_eq!(level("gitHub", "none"), EffectiveLevel::GitHubEnterprise);
        assert_eq!(
            level("account", "EarlyAdopter"),
            EffectiveLevel::EarlyAdopter
        );
        assert_eq!(level("none", "none"), EffectiveLevel::None);
        assert_eq!(level("account", "platinum"), EffectiveLevel::Other);
    }

    #[test]
    fn levels_of_subscribers_by_the_sort_of_subscription() {
        let level = |sort: &str| {
            let json = format!(r#"{{"licensingSource":"msdn","msdnLicenseType":"{sort}"}}"#);
            effective(&serde_json::from_str(&json).unwrap())
        };
        for sort in [
            "enterprise",
            "ultimate",
            "premium",
            "testProfessional",
            "platforms",
        ] {
            assert_eq!(level(sort), EffectiveLevel::VisualStudio, "{sort}");
        }
        let professional = EffectiveLevel::VisualStudioProfessional;
        assert_eq!(level("Professional"), professional);
        assert_eq!(level("eligible"), EffectiveLevel::VisualStudioEligible);
    }

    #[test]
    fn the_list_of_the_service_comes_before_the_rule() {
        let (key, member) = entitlement(&ana(""), ACTIVE).unwrap();
        let other: Connection =
            Connection::Tenant("bbbbcccc-1111-dddd-2222-eeee3333ffff".parse().unwrap());
        let mut members = BTreeMap::from([(key, member)]);
        let marked = |members: &BTreeMap<StorageKey, Member>| members[&key].disconnected;
        mark_disconnected(&mut members, other, None);
        assert!(marked(&members), "another tenant's identity");
        mark_disconnected(&mut members, other, Some(&Disconnected::default()));
        assert!(!marked(&members), "the service lists nobody");
        let listed = Disconnected {
            descriptors: BTreeSet::from(["aad.x".to_owned()]),
            ..Disconnected::default()
        };
        mark_disconnected(&mut members, other, Some(&listed));
        assert!(marked(&members));
    }

    #[test]
    fn only_directory_users_without_an_entitlement_come_by_group() {
        let (key, member) = entitlement(&ana(""), ACTIVE).unwrap();
        let members = BTreeMap::from([(key, member)]);
        let listed = |json: &str| {
            ListedUser::from_wire(&serde_json::from_str::<User<'_>>(json).unwrap()).unwrap()
        };
        let users = [
            listed(&ana("")),
            listed(
                r#"{"principalName":"bo@contoso.com","displayName":"Bo","origin":"aad",
                "descriptor":"aad.b"}"#,
            ),
            listed(r#"{"principalName":"old@outlook.com","origin":"msa","descriptor":"msa.o"}"#),
            listed(
                r#"{"principalName":"gone@contoso.com","origin":"aad","descriptor":"aad.g",
                "isDeletedInOrigin":true}"#,
            ),
            listed(
                r#"{"principalName":"left@adatum.com","origin":"aad","descriptor":"aad.l",
                "domain":"bbbbcccc-1111-dddd-2222-eeee3333ffff"}"#,
            ),
        ];
        let now = Connection::Tenant(TENANT.parse().unwrap());
        let found = group_only(&users, &members, now);
        assert_eq!(
            found,
            BTreeMap::from([(Email::from_service("bo@contoso.com"), "Bo".to_owned())])
        );
        assert!(group_only(&users, &members, Connection::Personal).is_empty());
    }
}
