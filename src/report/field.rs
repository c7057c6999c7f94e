//! The fields of a thing, before and after, as clean text.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::sanitize::clean;
use crate::model::attributes::{
    AccessAttributes, Attributes, ConnectionAttributes, DirectoryUserAttributes, GuestBy, Identity,
    InvitationAttributes, MappingAttributes, PolicyAttributes, RemovalAttributes,
    RevocationAttributes,
};
use crate::model::credential::Credential;
use crate::model::ids::ProjectName;
use crate::model::notice::{NoticeAttributes, Todo};
use crate::model::policy::switch;
use crate::model::project::ProjectAccess;

/// One field. At least one side is there.
pub(super) struct Field<'a> {
    /// Clean.
    pub(super) label: Cow<'a, str>,
    /// As it is, raw when [`Field::is_free_text`].
    pub(super) before: Option<Cow<'a, str>>,
    /// As it shall be, raw when [`Field::is_free_text`].
    pub(super) after: Option<Cow<'a, str>>,
}

impl Field<'_> {
    pub(super) fn differs(&self) -> bool {
        self.before != self.after
    }

    /// Whether it is prose of a person, with lines of its own: shown as a diff, line by line.
    pub(super) fn is_free_text(&self) -> bool {
        self.label == MESSAGE
    }
}

const MESSAGE: &str = "message";

/// A label with its value, where there is one.
type Value<'a> = (&'static str, Option<Cow<'a, str>>);

/// Sets the fields of two sides beside each other. Both sides are of one kind, so their labels are.
pub(super) fn compare<'a>(
    before: Option<&'a Attributes>,
    after: Option<&'a Attributes>,
) -> Vec<Field<'a>> {
    let mut left = before.map(values).unwrap_or_default().into_iter();
    let mut right = after.map(values).unwrap_or_default().into_iter();
    let mut fields = Vec::with_capacity(3);
    loop {
        let (label, before, after) = match (left.next(), right.next()) {
            (Some((label, before)), Some((_, after))) => (label, before, after),
            (Some((label, before)), None) => (label, before, None),
            (None, Some((label, after))) => (label, None, after),
            (None, None) => break,
        };
        if before.is_some() || after.is_some() {
            fields.push(Field {
                label: Cow::Borrowed(label),
                before,
                after,
            });
        }
    }
    fields.extend(memberships(before, after));
    fields
}

/// One field a project, under its name.
fn memberships<'a>(
    before: Option<&'a Attributes>,
    after: Option<&'a Attributes>,
) -> Vec<Field<'a>> {
    let is_change = before.is_some() && after.is_some();
    let [before, after] = [before, after].map(|side| side.and_then(Attributes::projects));
    let sides = before.into_iter().chain(after);
    let names: BTreeSet<&ProjectName> = sides.flat_map(BTreeMap::keys).collect();
    // Of two sides, the one that does not have it says so.
    let none = is_change.then_some(Cow::Borrowed("none"));
    let role = |side: Option<&'a Projects>, name| {
        let access: Option<&ProjectAccess> = side.and_then(|side| side.get(name));
        let role = access.map(|access| Cow::Borrowed(access.role.as_str()));
        role.or_else(|| none.clone())
    };
    let field = |name: &'a ProjectName| Field {
        label: Cow::Owned(format!("in {}", clean(name.as_str()))),
        before: role(before, name),
        after: role(after, name),
    };
    names.into_iter().map(field).collect()
}

type Projects = BTreeMap<ProjectName, ProjectAccess>;

fn yes(flag: bool) -> Option<Cow<'static, str>> {
    flag.then_some(Cow::Borrowed("yes"))
}

/// The fields of one side, each label always at the same place.
fn values(attributes: &Attributes) -> Vec<Value<'_>> {
    match attributes {
        Attributes::Removal(RemovalAttributes { member, reason }) => vec![
            ("member", Some(Cow::Owned(member.to_string()))),
            ("reason", Some(clean(reason))),
        ],
        Attributes::DirectoryUser(DirectoryUserAttributes {
            display_name,
            restored,
        }) => vec![
            ("name", Some(clean(display_name))),
            ("restored", restored.map(|id| Cow::Owned(id.to_string()))),
        ],
        Attributes::Invitation(invitation) => of_guest(invitation),
        Attributes::Connection(ConnectionAttributes {
            tenant,
            connect_with,
        }) => vec![
            ("tenant", tenant.map(|id| Cow::Owned(id.to_string()))),
            ("connect_with", Some(Cow::Borrowed(connect_with.as_str()))),
        ],
        Attributes::Mapping(MappingAttributes {
            member,
            to,
            identity,
            inform: _,
        }) => vec![
            ("member", Some(Cow::Owned(member.to_string()))),
            ("to", Some(clean(to.as_str()))),
            ("identity", Some(self::identity(identity))),
        ],
        Attributes::Policy(PolicyAttributes { enabled }) => {
            vec![("policy", Some(Cow::Borrowed(switch(*enabled))))]
        }
        Attributes::SshKey(revoked) | Attributes::Token(revoked) => of_revocation(revoked),
        Attributes::NoticeBefore(notice) | Attributes::NoticeAfter(notice) => of_notice(notice),
        // Projects have names of their own: see [`memberships`].
        Attributes::Access(AccessAttributes {
            level,
            projects: _,
            identity,
        }) => vec![
            ("level", Some(Cow::Borrowed(level.as_str()))),
            ("identity", identity.as_ref().map(self::identity)),
        ],
    }
}

fn of_revocation(revoked: &RevocationAttributes) -> Vec<Value<'_>> {
    let RevocationAttributes {
        member,
        credentials,
    } = revoked;
    vec![
        ("member", Some(Cow::Owned(member.to_string()))),
        ("revoked", Some(self::credentials(credentials))),
    ]
}

fn of_notice(notice: &NoticeAttributes) -> Vec<Value<'_>> {
    let NoticeAttributes {
        member,
        mail,
        fate,
        account,
        todo,
        deliver,
    } = notice;
    vec![
        ("member", Some(Cow::Owned(member.to_string()))),
        ("mail", Some(clean(mail.as_str()))),
        ("becomes", Some(Cow::Borrowed(fate.as_str()))),
        ("account", account.as_ref().map(|name| clean(name.as_str()))),
        ("to_do", list(todo)),
        ("by", Some(Cow::Borrowed(deliver.as_str()))),
    ]
}

fn of_guest(invitation: &InvitationAttributes) -> Vec<Value<'_>> {
    let InvitationAttributes {
        display_name,
        message,
        sender,
        by,
        resend,
        reset_redemption,
        mail_owed,
    } = invitation;
    let by = (*by != GuestBy::Invitation).then_some(Cow::Borrowed(by.as_str()));
    let sender = sender.as_ref().map(|sender| clean(sender.as_str()));
    vec![
        ("name", display_name.as_deref().map(clean)),
        (MESSAGE, message.as_deref().map(Cow::Borrowed)),
        ("sender", sender),
        ("by", by),
        ("resend", yes(*resend)),
        ("reset", yes(*reset_redemption)),
        ("mail owed", yes(*mail_owed)),
    ]
}

/// What is left to do with commas between; nothing where there is nothing.
fn list(todos: &[Todo]) -> Option<Cow<'_, str>> {
    let written = |todo: &Todo| {
        let names: Vec<_> = todo.names().iter().map(|name| clean(name)).collect();
        if names.is_empty() {
            todo.as_str().to_owned()
        } else {
            format!("{} ({})", todo.as_str(), names.join(", "))
        }
    };
    let todos: Vec<String> = todos.iter().map(written).collect();
    (!todos.is_empty()).then(|| Cow::Owned(todos.join(", ")))
}

/// Each credential with its id, by which a support case would ask for it.
fn credentials(credentials: &[Credential]) -> Cow<'_, str> {
    let written = |one: &Credential| format!("{} ({})", clean(&one.name), one.id);
    let all: Vec<String> = credentials.iter().map(written).collect();
    Cow::Owned(all.join(", "))
}

/// An identity, or the step that makes it.
pub(super) fn identity(identity: &Identity) -> Cow<'_, str> {
    match identity {
        Identity::ObjectId(id) => Cow::Owned(id.to_string()),
        Identity::After(address) => {
            let address = address.to_string();
            Cow::Owned(format!("known after {}", clean(&address)))
        }
    }
}
