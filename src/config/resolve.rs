//! From an [`OrgToml`] without mistakes to what the planner takes.
//!
//! Fills in defaults and moves values; nothing is judged here. What a section becomes is with its
//! keys, in [`super::sections`].

use std::collections::BTreeMap;

use super::sections::{Guest, Member, NoticeFolders, OrgToml, Reason};
use super::source::Places;
use super::values::OfPerson;
use crate::model::desired::{Desired, Guards, Owner, Place};
use crate::model::ids::OrganizationName;
use crate::model::person::Email;
use crate::model::state_url::StateUrl;

/// org.toml, read, checked and resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// What is wanted.
    pub desired: Desired,
    /// The safety rules.
    pub guards: Guards,
    /// Where the state is kept.
    pub state_url: StateUrl,
    /// The folders of `[notices]`, where there is that section.
    pub notices: Option<NoticeFolders>,
}

/// Nothing only when the name of the organization or the tenant is missing, which reading reports.
pub(super) fn resolve(file: OrgToml, places: &Places<'_>) -> Option<Resolved> {
    let OrgToml {
        version: _,
        organization,
        tenant,
        members,
        guests,
        remove,
        policies,
        credentials,
        notices,
        guards,
        state,
    } = file;
    let tenant_place = places.of(tenant.as_ref()?.span);
    let tenant = tenant?.value;
    let notices = notices.map(|at| at.value.desired(places.of(at.span)));
    let (notices, folders) = notices.unzip();
    let desired = Desired {
        organization: OrganizationName::new(organization.name?.value),
        owner: organization.owner.map(|owner| Owner {
            place: places.of(owner.span),
            email: owner.value,
        }),
        tenant: tenant.named()?,
        connection: tenant.connection.map(|at| at.value).unwrap_or_default(),
        replaces: tenant.replaces.and_then(|replaces| replaces.value),
        connect_with: tenant.connect_with.map(|at| at.value).unwrap_or_default(),
        tenant_place,
        members: by_address(members, Member::desired, places),
        guests: by_address(guests, Guest::desired, places),
        removals: by_address(remove, Reason::desired, places),
        policies: policies.desired(places),
        write_inverted_policies: policies.write_inverted.is_some_and(|write| write.value),
        credentials: credentials.desired(places),
        notices,
    };
    Some(Resolved {
        desired,
        guards: guards.desired(),
        state_url: state.desired()?,
        notices: folders,
    })
}

fn by_address<L, D>(
    people: Vec<OfPerson<L>>,
    desired: fn(L, Place) -> D,
    places: &Places<'_>,
) -> BTreeMap<Email, D> {
    let people = people.into_iter();
    people
        .map(|OfPerson { email, says }| (email.value, desired(says, places.of(email.span))))
        .collect()
}
