//! From a [`File`] without mistakes to what the planner takes.
//!
//! Fills in defaults and moves values; nothing is judged here.

use std::collections::BTreeMap;
use std::sync::Arc;

use miette::SourceSpan;

use super::file::{self, At, File, Guest, Member, Projects, Removal, Text};
use super::source::Lines;
use super::{DEFAULT_NOTICES_FOLDER, DEFAULT_STATE_URL};
use crate::model::desired::{
    Desired, DesiredCredentials, DesiredGuest, DesiredMember, DesiredNotices, DesiredPolicy,
    DesiredRemoval, Guards, Owner, Place, TenantRef,
};
use crate::model::ids::{OrganizationName, ProjectName};
use crate::model::person::Email;
use crate::model::project::ProjectRole;
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

/// Folders of `[notices]`: paths, relative to the folder of org.toml.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeFolders {
    /// Where notices are written.
    pub out: String,
    /// Where texts are that replace those of orgctl.
    pub templates: Option<String>,
}

/// Nothing only when the name of the organization or the tenant is missing, which reading reports.
pub(super) fn resolve(file: File<'_>, file_name: &str, lines: &Lines) -> Option<Resolved> {
    let name: Arc<str> = Arc::from(file_name);
    let place = |span: SourceSpan| Place {
        file: Arc::clone(&name),
        line: lines.number_at(span.offset()),
    };
    let tenant = file.tenant?;
    let members = file.members.into_iter();
    let guests = file.guests.into_iter();
    let removals = file.removals.into_iter();
    let notices = file.notices.map(|notices| desired_notices(notices, &place));
    let (notices, folders) = notices.unzip();
    let switches = file.policies.switches.into_iter();
    let on = |flag: Option<At<bool>>| flag.filter(|flag| flag.value).map(|flag| place(flag.span));
    let desired = Desired {
        organization: OrganizationName::new(owned(file.organization.name?)),
        owner: file.organization.owner.map(|owner| Owner {
            place: place(owner.span),
            email: owner.value,
        }),
        tenant: match (tenant.id, tenant.domain) {
            (Some(id), _) => TenantRef::Id(id.value?),
            (None, domain) => TenantRef::Domain(domain?.value.to_lowercase()),
        },
        connection: tenant.connection.unwrap_or_default(),
        replaces: tenant.replaces.and_then(|replaces| replaces.value),
        connect_with: tenant.connect_with.unwrap_or_default(),
        tenant_place: place(tenant.header),
        members: members
            .map(|member| {
                let place = place(member.from.span);
                desired_member(member, place)
            })
            .collect(),
        guests: guests
            .map(|guest| {
                let place = place(guest.email.span);
                desired_guest(guest, place)
            })
            .collect(),
        removals: removals
            .map(|removal| {
                let place = place(removal.email.span);
                desired_removal(removal, place)
            })
            .collect(),
        policies: switches
            .map(|(policy, At { value, span })| {
                let (enabled, place) = (value, place(span));
                (policy, DesiredPolicy { enabled, place })
            })
            .collect(),
        write_inverted_policies: file.policies.write_inverted.unwrap_or_default(),
        credentials: DesiredCredentials {
            revoke_ssh_keys: on(file.credentials.revoke_ssh_keys),
            revoke_tokens: on(file.credentials.revoke_tokens),
        },
        notices,
    };
    Some(Resolved {
        desired,
        guards: guards(file.guards),
        state_url: match file.state.url {
            // The rules have refused one that cannot be read.
            Some(url) => url.value.parse().ok()?,
            None => StateUrl::File(DEFAULT_STATE_URL.to_owned()),
        },
        notices: folders,
    })
}

fn owned(text: Text<'_>) -> String {
    text.value.into_owned()
}

fn named(projects: Projects<'_>) -> BTreeMap<ProjectName, ProjectRole> {
    let projects = projects.into_iter();
    projects
        .map(|(name, role)| (ProjectName::new(owned(name)), role))
        .collect()
}

fn desired_member(member: Member<'_>, place: Place) -> (Email, DesiredMember) {
    let Member {
        from,
        to,
        create,
        name,
        access,
        projects,
    } = member;
    let desired = DesiredMember {
        to: to.value,
        create: create.is_some_and(|create| create.value),
        name: name.map(owned),
        access,
        projects: named(projects),
        place,
    };
    (from.value, desired)
}

fn desired_guest(guest: Guest<'_>, place: Place) -> (Email, DesiredGuest) {
    let Guest {
        email,
        name,
        access,
        projects,
        message,
        resend,
        reset_redemption,
    } = guest;
    let desired = DesiredGuest {
        name: name.map(owned),
        access,
        projects: named(projects),
        message: message.map(owned),
        resend: resend.unwrap_or_default(),
        reset_redemption: reset_redemption.unwrap_or_default(),
        place,
    };
    (email.value, desired)
}

fn desired_removal(removal: Removal<'_>, place: Place) -> (Email, DesiredRemoval) {
    let Removal { email, reason } = removal;
    let reason = owned(reason);
    (email.value, DesiredRemoval { reason, place })
}

fn desired_notices(
    notices: file::Notices<'_>,
    place: &impl Fn(SourceSpan) -> Place,
) -> (DesiredNotices, NoticeFolders) {
    let file::Notices {
        header,
        language,
        deliver,
        lead_days,
        sender,
        templates,
        out,
    } = notices;
    let desired = DesiredNotices {
        language: language.unwrap_or_default(),
        deliver: deliver.unwrap_or_default(),
        lead_days: lead_days.unwrap_or_default(),
        sender: sender.map(|sender| sender.value),
        place: place(header),
    };
    let folders = NoticeFolders {
        out: out.map_or_else(|| DEFAULT_NOTICES_FOLDER.to_owned(), owned),
        templates: templates.map(owned),
    };
    (desired, folders)
}

fn guards(written: file::Guards) -> Guards {
    let file::Guards {
        max_removals,
        max_removal_percent,
        max_users,
        unlisted_users,
        unmapped_users,
        protected,
        delete_guests,
    } = written;
    Guards {
        max_removals: max_removals.unwrap_or(Guards::MAX_REMOVALS),
        max_removal_percent: max_removal_percent.unwrap_or(Guards::MAX_REMOVAL_PERCENT),
        max_users: max_users.unwrap_or(Guards::MAX_USERS),
        unlisted_users: unlisted_users.unwrap_or_default(),
        unmapped_users: unmapped_users.unwrap_or_default(),
        protected: protected.into_iter().map(|person| person.value).collect(),
        delete_guests: delete_guests.unwrap_or_default(),
    }
}
