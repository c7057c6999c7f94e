//! `unreadable`: the service does not tell something that a rule would have looked at, and the plan
//! has steps that it matters for.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::administration::{Standing, standing};
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic, departure, too_few_licences};
use crate::model::live::CallerKind;

/// Something that rules would have looked at could not be read.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{what} could not be read ({why}), so {rule}", rule = .what.consequence())]
pub struct Unreadable {
    /// What.
    pub what: Unread,
    /// What the service said instead.
    pub why: String,
}

/// What could not be read.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// Who administers the organization.
    Administrators,
    /// How many licences there are.
    Licences,
    /// Who may bring organizations into the tenant.
    CreationPolicy,
    /// Who may invite guests.
    InvitationPolicy,
    /// The roles of the caller, where one is needed to invite.
    InviterRole,
    /// From which domains guests may come.
    GuestDomains,
    /// Users of the directory that were deleted.
    DeletedUsers,
    /// Which groups of the directory the organization knows, or the rules on them.
    DirectoryGroups,
    /// Which applications are users of the organization.
    Applications,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Administrators => "the organization's administrators",
            Self::Licences => "the organization's licences",
            Self::CreationPolicy => "the tenant's policy on new organizations",
            Self::InvitationPolicy => "the tenant's policy on invitations",
            Self::InviterRole => "the caller's roles in the tenant",
            Self::GuestDomains => "the tenant's list of domains for guests",
            Self::DeletedUsers => "the tenant's deleted users",
            Self::DirectoryGroups => "the directory's groups in the organization",
            Self::Applications => "the applications among the organization's users",
        })
    }
}

impl Unread {
    /// What is not known for that.
    const fn consequence(self) -> &'static str {
        match self {
            Self::Administrators => "the caller may lack the right to apply this",
            Self::Licences => "they may not be enough",
            Self::CreationPolicy => "it may forbid the caller to connect the organization",
            Self::InvitationPolicy | Self::InviterRole => "invitations may be refused",
            Self::GuestDomains => "single invitations may be refused",
            Self::DeletedUsers => "somebody who could be restored may be made anew",
            Self::DirectoryGroups => "what the change of directory destroys is not known",
            Self::Applications => "which of them lose access is not known",
        }
    }

    /// What the caller needs to read it.
    const fn help(self) -> &'static str {
        match self {
            Self::Administrators | Self::Licences | Self::DirectoryGroups | Self::Applications => {
                "the caller should be a Project Collection Administrator; a personal access token \
                 needs the scopes to read the graph and member entitlements"
            }
            Self::CreationPolicy => {
                "the tenant shows it to its Azure DevOps Administrators, signed in with the \
                 directory: ask one of them whether the caller is on its list"
            }
            Self::InvitationPolicy => "reading it takes the Graph permission Policy.Read.All",
            Self::InviterRole => {
                "check that the caller is a User Administrator or Guest Inviter of the tenant"
            }
            Self::GuestDomains => {
                "reading it takes the Graph permission Policy.Read.B2BManagementPolicy; or look at \
                 the collaboration restrictions in the tenant's settings"
            }
            Self::DeletedUsers => "reading them takes the Graph permission User.Read.All",
        }
    }
}

impl Remark for Unreadable {
    const RULE: Rule = Rule {
        code: "unreadable",
        topic: Topic::Unreadable,
        severity: Severity::Note,
        unless: &[],
        found_when: "the service does not tell something that a rule would have looked at, and the \
                     plan has steps that it matters for",
        check: Check::AnyPlan(check),
    };

    fn help(&self) -> &'static str {
        self.what.help()
    }
}

/// What could not be read and would have mattered for the plan. What is not known is asked first: it
/// is nearly always known, and looking at the plan costs more.
fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let unread = [
        administrators(draft),
        licences(draft),
        creation_policy(draft),
        invitation_policy(draft),
        guest_domains(draft),
        deleted_users(draft),
        directory_groups(draft),
        applications(draft),
    ];
    let unread = unread.into_iter().flatten();
    unread
        .map(|(what, why)| {
            let why = why.to_owned();
            Unreadable { what, why }.found(None)
        })
        .collect()
}

/// What could not be read, and why.
type Trouble<'a> = Option<(Unread, &'a str)>;

fn administrators<'a>(draft: &Draft<'a>) -> Trouble<'a> {
    match standing(draft) {
        Standing::Unreadable(why) => Some((Unread::Administrators, why)),
        Standing::Enough | Standing::ByGroup(_) | Standing::None { .. } => None,
    }
}

fn licences<'a>(draft: &Draft<'a>) -> Trouble<'a> {
    let why = draft.context.live.preflight.licences.why_unknown()?;
    let matters = !too_few_licences::needed(draft).is_empty();
    matters.then_some((Unread::Licences, why))
}

fn creation_policy<'a>(draft: &Draft<'a>) -> Trouble<'a> {
    let live = draft.context.live;
    let why = live.preflight.creation.why_unknown()?;
    let matters = draft.connecting().is_some() && live.caller.kind == CallerKind::Person;
    matters.then_some((Unread::CreationPolicy, why))
}

fn invitation_policy<'a>(draft: &Draft<'a>) -> Trouble<'a> {
    let policy = &draft.context.live.preflight.invitations;
    let role = || {
        let why = policy.known()?.caller_may.why_unknown()?;
        Some((Unread::InviterRole, why))
    };
    let whole = policy.why_unknown();
    let trouble = whole
        .map(|why| (Unread::InvitationPolicy, why))
        .or_else(role);
    trouble.filter(|_| draft.invites())
}

fn guest_domains<'a>(draft: &Draft<'a>) -> Trouble<'a> {
    let why = draft.context.live.preflight.guest_domains.why_unknown()?;
    draft.invites().then_some((Unread::GuestDomains, why))
}

fn deleted_users<'a>(draft: &Draft<'a>) -> Trouble<'a> {
    let why = draft.context.live.directory.deleted.why_unknown()?;
    let matters = draft.newcomers().next().is_some();
    matters.then_some((Unread::DeletedUsers, why))
}

fn directory_groups<'a>(draft: &Draft<'a>) -> Trouble<'a> {
    let preflight = &draft.context.live.preflight;
    let groups = preflight.directory_groups.why_unknown();
    let why = groups.or_else(|| preflight.group_rules.why_unknown())?;
    let matters = draft.changes_directory();
    matters.then_some((Unread::DirectoryGroups, why))
}

fn applications<'a>(draft: &Draft<'a>) -> Trouble<'a> {
    let why = draft.context.live.applications.why_unknown()?;
    let matters = departure::is_planned(draft);
    matters.then_some((Unread::Applications, why))
}
