//! Rules about the one whose credentials are in use: whether they may do what the plan does, and
//! whether they still may once half of it is done.

use super::{Draft, unread, whole};
use crate::model::address::Kind;
use crate::model::attributes::Attributes;
use crate::model::desired::ConnectWith;
use crate::model::live::{CallerKind, FoundBy, UserType};
use crate::model::preflight::Readable;
use crate::plan::finding::{Evidence, Finding, NoMember, Severity, Unread};
use crate::plan::value::{Change, Step};

/// Project Collection Administrators do everything here, and the owner is one. An application can
/// administer an organization and owns none.
pub(super) fn administers_the_organization(draft: &Draft<'_>) -> Vec<Finding> {
    if !draft.steps.iter().any(takes_an_administrator) {
        return Vec::new();
    }
    let live = draft.context.live;
    let key = live.caller.storage_key;
    let owns = match live.caller.kind {
        CallerKind::Application => Some(false),
        CallerKind::Person => live.preflight.owner.known().map(|owner| *owner == key),
    };
    if owns == Some(true) {
        return Vec::new();
    }
    let administrators = match &live.preflight.administrators {
        Readable::NotAsked => return Vec::new(),
        Readable::Unknown { why } => return vec![unread(Unread::Administrators, why)],
        Readable::Known(administrators) => administrators,
    };
    if administrators.users.contains(&key) {
        return Vec::new();
    }
    let caller = live.caller.principal_name.clone();
    if !administrators.directory_groups.is_empty() {
        let groups = administrators.directory_groups.values().cloned().collect();
        let evidence = Evidence::AdministratorByGroup { caller, groups };
        return vec![whole(Severity::Note, evidence)];
    }
    // As long as it is not known who the owner is, it may be the caller.
    let severity = match owns {
        Some(_) => Severity::Fatal,
        None => Severity::Warning,
    };
    vec![whole(severity, Evidence::CallerNotAdministrator { caller })]
}

/// Whether the organization lets only its administrators do a step with the caller's credentials.
/// What happens in the directory alone it has no say in, and at the gate a person acts.
fn takes_an_administrator(step: &Step) -> bool {
    if !step.change.writes() {
        return false;
    }
    match step.address.kind() {
        Kind::DirectoryUser | Kind::Invitation => matches!(
            &step.change,
            Change::Remove { from, .. } if from.organization.is_some()
        ),
        Kind::Connection => !matches!(
            step.change.after(),
            Some(Attributes::Connection(after)) if after.connect_with == ConnectWith::Portal
        ),
        Kind::NoticeBefore | Kind::NoticeAfter => false,
        Kind::Removal
        | Kind::SshKey
        | Kind::Token
        | Kind::Mapping
        | Kind::Policy
        | Kind::Access => true,
    }
}

/// The service lets only a member of the tenant connect an organization to it; and whoever is not
/// matched by name then is locked out until somebody else maps them, so the plan could not go on
/// after the gate either.
pub(super) fn is_a_member_of_the_tenant(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let caller = &context.live.caller;
    if draft.connecting().is_none() || draft.leaving.contains(&caller.storage_key) {
        return Vec::new();
    }
    // Where the service told no name there is nothing to look for.
    if caller.kind == CallerKind::Person && caller.principal_name.as_str().is_empty() {
        return Vec::new();
    }
    let found = context.directory.find(&caller.principal_name);
    let why = match (caller.kind, found) {
        (CallerKind::Application, _) => NoMember::Application,
        (CallerKind::Person, None) => NoMember::NotThere,
        (CallerKind::Person, Some(found)) => {
            let user = found.user;
            let is_guest = user.user_type == UserType::Guest;
            match (found.by, user.enabled) {
                (_, _) if is_guest => NoMember::Guest,
                (_, false) => NoMember::Disabled,
                (FoundBy::PrincipalName, true) => return Vec::new(),
                (_, true) if user.has_external_name() => NoMember::External,
                (FoundBy::Mail | FoundBy::OtherMail, true) => NoMember::OtherName,
            }
        }
    };
    let severity = match why {
        // They may connect; what their sign-in is worth afterwards is documented nowhere.
        NoMember::External => Severity::Warning,
        NoMember::NotThere
        | NoMember::OtherName
        | NoMember::Guest
        | NoMember::Disabled
        | NoMember::Application => Severity::Fatal,
    };
    let caller = caller.principal_name.clone();
    vec![whole(severity, Evidence::CallerNotMember { caller, why })]
}
