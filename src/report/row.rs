//! One step as the cells of a row: who, what, and what else is worth a line. Text and Markdown
//! share it, so that both say the same.
//!
//! Every cell is clean: what strangers chose goes through [`clean`] here and nowhere later.

use std::borrow::Cow;

use super::field::{self, Field};
use super::sanitize::clean;
use super::words::{self, is_obvious, mark, taken_from, verb};
use crate::model::address::Kind;
use crate::model::attributes::{Attributes, MappingAttributes, RevocationAttributes};
use crate::model::desired::ConnectWith;
use crate::model::policy::{Policy, switch};
use crate::plan::value::{Change, Class, Header, Step};

/// The cells of one step.
pub(super) struct Row<'a> {
    pub(super) class: Class,
    pub(super) verb: &'static str,
    pub(super) mark: &'static str,
    pub(super) who: Cow<'a, str>,
    /// What it becomes, or from what to what. Never cut.
    pub(super) detail: Cow<'a, str>,
    /// May be cut.
    pub(super) name: Cow<'a, str>,
}

impl<'a> Row<'a> {
    pub(super) fn of(step: &'a Step, header: &'a Header) -> Self {
        Self {
            class: step.class(),
            verb: verb(step),
            mark: mark(step.risk()),
            who: clean(step.address.key()),
            detail: detail(&step.change, header),
            name: clean(name(step)),
        }
    }
}

/// The name to show: the one that the step gives, else the one that the service has.
fn name(step: &Step) -> &str {
    let given = match &step.change {
        Change::Create {
            after: Attributes::DirectoryUser(user),
        } => Some(user.display_name.as_str()),
        Change::Create {
            after: Attributes::Invitation(invitation),
        } => invitation.display_name.as_deref(),
        Change::Create { .. }
        | Change::Update { .. }
        | Change::Adopt { .. }
        | Change::Remove { .. }
        | Change::Forget { .. } => None,
    };
    given.or(step.display_name.as_deref()).unwrap_or_default()
}

fn detail<'a>(change: &'a Change, header: &'a Header) -> Cow<'a, str> {
    match change {
        Change::Update {
            before: Attributes::Access(before),
            after: Attributes::Access(after),
            ..
        } if before.level == after.level => Cow::Borrowed(""),
        Change::Update {
            before: Attributes::Access(before),
            after: Attributes::Access(after),
            ..
        } => Cow::Owned(format!("{} → {}", before.level, after.level)),
        Change::Update {
            before: Attributes::Policy(before),
            after: Attributes::Policy(after),
            ..
        } => {
            let [before, after] = [before, after].map(|policy| switch(policy.enabled));
            Cow::Owned(format!("{before} → {after}"))
        }
        Change::Update { before, after, .. } if is_connection(after) => {
            let [before, after] = [before, after].map(|backing| backed_by(backing, header));
            Cow::Owned(format!("{before} → {after}"))
        }
        Change::Remove { before, .. } => match before.projects() {
            Some(projects) => {
                let names: Vec<_> = projects.keys().map(|name| clean(name.as_str())).collect();
                Cow::Owned(format!("from {}", names.join(", ")))
            }
            None => Cow::Borrowed(""),
        },
        Change::Create { after } | Change::Adopt { after, .. } | Change::Update { after, .. } => {
            becomes(after, header)
        }
        Change::Forget { before } => becomes(before, header),
    }
}

const fn is_connection(attributes: &Attributes) -> bool {
    matches!(attributes, Attributes::Connection(_))
}

fn becomes<'a>(after: &'a Attributes, header: &'a Header) -> Cow<'a, str> {
    match after {
        Attributes::Mapping(MappingAttributes { to, .. }) => {
            Cow::Owned(format!("→ {}", clean(to.as_str())))
        }
        Attributes::Access(access) => Cow::Borrowed(access.level.as_str()),
        Attributes::Connection(_) => Cow::Owned(format!("→ {}", backed_by(after, header))),
        Attributes::Policy(policy) => Cow::Borrowed(switch(policy.enabled)),
        Attributes::SshKey(revoked) => credentials(revoked, "SSH key"),
        Attributes::Token(revoked) => credentials(revoked, "token"),
        Attributes::NoticeBefore(notice) | Attributes::NoticeAfter(notice) => {
            Cow::Borrowed(notice.fate.as_str())
        }
        Attributes::Removal(_) | Attributes::DirectoryUser(_) | Attributes::Invitation(_) => {
            Cow::Borrowed("")
        }
    }
}

/// `2 SSH keys: laptop, build`.
fn credentials<'a>(revoked: &RevocationAttributes, what: &str) -> Cow<'a, str> {
    let names: Vec<_> = revoked
        .credentials
        .iter()
        .map(|one| clean(&one.name))
        .collect();
    let s = if names.len() == 1 { "" } else { "s" };
    Cow::Owned(format!("{} {what}{s}: {}", names.len(), names.join(", ")))
}

/// What backs an organization, by name where the name is known.
fn backed_by<'a>(connection: &'a Attributes, header: &'a Header) -> Cow<'a, str> {
    match connection {
        Attributes::Connection(connection) if connection.tenant == Some(header.tenant) => {
            clean(&header.tenant_name)
        }
        Attributes::Connection(_)
        | Attributes::Removal(_)
        | Attributes::DirectoryUser(_)
        | Attributes::Invitation(_)
        | Attributes::Mapping(_)
        | Attributes::Access(_)
        | Attributes::Policy(_)
        | Attributes::SshKey(_)
        | Attributes::Token(_)
        | Attributes::NoticeBefore(_)
        | Attributes::NoticeAfter(_) => connection.headline(),
    }
}

/// What else a reviewer should read about a step, a line each: why a person is removed, and why the
/// step is there when that is not plain.
pub(super) fn notes<'a>(step: &'a Step, header: &Header) -> impl Iterator<Item = Cow<'a, str>> {
    let removal = match &step.change {
        Change::Create {
            after: Attributes::Removal(removal),
        } => Some(Cow::Owned(format!("because: {}", clean(&removal.reason)))),
        Change::Create { .. }
        | Change::Update { .. }
        | Change::Adopt { .. }
        | Change::Remove { .. }
        | Change::Forget { .. } => None,
    };
    removal
        .into_iter()
        .chain(memberships(step))
        .chain(remarks(step, header))
}

/// The projects that somebody comes into, or is in already.
fn memberships(step: &Step) -> Option<Cow<'_, str>> {
    let after = match &step.change {
        Change::Create { after } | Change::Adopt { after, .. } => after,
        Change::Update { .. } | Change::Remove { .. } | Change::Forget { .. } => return None,
    };
    let projects = after.projects()?.iter();
    let each =
        projects.map(|(name, access)| format!("{} in {}", access.role, clean(name.as_str())));
    Some(Cow::Owned(each.collect::<Vec<_>>().join(", ")))
}

/// Those of the [`notes`] that no attribute says.
pub(super) fn remarks<'a>(step: &'a Step, header: &Header) -> impl Iterator<Item = Cow<'a, str>> {
    let from = match step.change {
        Change::Remove { from, .. } if !from.projects => Some(taken_from(from)),
        Change::Remove { .. }
        | Change::Create { .. }
        | Change::Update { .. }
        | Change::Adopt { .. }
        | Change::Forget { .. } => None,
    };
    let reason = (!is_obvious(step.reason, &step.change, header)).then(|| step.reason.to_string());
    let lead = header
        .lead_days
        .filter(|_| step.address.kind() == Kind::Connection && step.change.writes())
        .map(|days| match days {
            0 => "not before everybody whom it concerns has been told".to_owned(),
            _ => format!(
                "not before {} after everybody has been told",
                words::days(days)
            ),
        });
    let raw = Policy::named(step.address.key())
        .filter(|_| step.address.kind() == Kind::Policy)
        .map(|policy| raw_policy(policy, &step.change));
    let gate = match step.change.after() {
        Some(Attributes::Connection(connection)) if step.change.writes() => {
            Some(match connection.connect_with {
                ConnectWith::Portal => "gate: a person does it in the organization settings",
                ConnectWith::Api if step.leaves_tenant() && connection.tenant.is_some() => {
                    "by two requests that Microsoft has not documented: disconnect, then connect"
                }
                ConnectWith::Api => "by a request that Microsoft has not documented",
            })
        }
        Some(_) | None => None,
    };
    [
        from.map(Cow::Borrowed),
        reason.map(Cow::Owned),
        raw.map(Cow::Owned),
        lead.map(Cow::Owned),
        gate.map(Cow::Borrowed),
    ]
    .into_iter()
    .flatten()
}

/// A policy as the service spells it, where its name could be taken for the opposite.
fn raw_policy(policy: Policy, change: &Change) -> String {
    let value = |side: Option<&Attributes>| match side {
        Some(Attributes::Policy(policy)) => Some(policy.enabled.to_string()),
        Some(_) | None => None,
    };
    let sides = [value(change.before()), value(change.after())];
    let values: Vec<String> = sides.into_iter().flatten().collect();
    format!(
        "\"{}\" in the portal; {} = {}",
        policy.title(),
        policy.service_name(),
        values.join(" → ")
    )
}

/// The fields that a reviewer must see besides the row: those that differ, and that it does not
/// show.
pub(super) fn differing(step: &Step) -> Vec<Field<'_>> {
    let Change::Update { before, after, .. } = &step.change else {
        return Vec::new();
    };
    let mut fields = field::compare(Some(before), Some(after));
    // What is asked of a guest is the verb of the row.
    let in_row = |label: &str| {
        matches!(
            label,
            "level" | "tenant" | "policy" | "to_do" | "by" | "resend" | "reset" | "mail owed"
        )
    };
    fields.retain(|field| field.differs() && !in_row(&field.label));
    fields
}
