//! What a step asks of the services.

use std::fmt;

use orgctl::apply::port::Bindings;
use orgctl::model::access::EffectiveLevel;
use orgctl::model::attributes::{Attributes, GuestBy, Identity};
use orgctl::model::ids::{ObjectId, RemoteId, StorageKey};
use orgctl::model::person::Email;
use orgctl::plan::value::{Change, RemoveFrom, Step};

use crate::world::World;

/// A request that writes.
#[derive(Clone, Debug)]
pub(crate) enum Request {
    /// Removes a user from the organization.
    Remove(StorageKey),
    /// Removes somebody whose line is gone: from the organization, the directory or both.
    TakeAway {
        user: Option<StorageKey>,
        account: Option<ObjectId>,
    },
    /// Makes a member of the directory.
    Create { name: Email, display_name: String },
    /// Restores a deleted account.
    Restore(ObjectId),
    /// Invites a guest: a new one, or one who is there once more.
    Invite {
        address: Email,
        display_name: Option<String>,
        again: Option<ObjectId>,
    },
    /// Connects the organization to the tenant.
    Connect,
    /// Makes a user of the organization an account of the directory.
    Map { user: StorageKey, account: ObjectId },
    /// Gives a user a level.
    SetLevel {
        user: StorageKey,
        level: EffectiveLevel,
    },
    /// Adds an account to the organization.
    Add {
        account: ObjectId,
        level: EffectiveLevel,
    },
}

/// Why there is no request for a step.
pub(crate) type NoRequest = &'static str;

impl Request {
    /// The request for a step. Ids that the plan could not know are those that apply hands over.
    pub(crate) fn of(step: &Step, ids: &Bindings) -> Result<Self, NoRequest> {
        match &step.change {
            Change::Create { after } => Self::for_content(step, after, None, ids),
            Change::Update { id, after, .. } => Self::for_content(step, after, Some(*id), ids),
            Change::Remove { id, from, .. } => take_away(*id, *from),
            Change::Adopt { .. } | Change::Forget { .. } => Err("only the record changes"),
        }
    }

    fn for_content(
        step: &Step,
        after: &Attributes,
        id: Option<RemoteId>,
        ids: &Bindings,
    ) -> Result<Self, NoRequest> {
        Ok(match after {
            Attributes::Removal(removal) => Self::Remove(removal.member),
            Attributes::DirectoryUser(user) => match user.restored {
                Some(account) => Self::Restore(account),
                None => Self::Create {
                    name: step.address.person(),
                    display_name: user.display_name.clone(),
                },
            },
            Attributes::Invitation(invitation) => match invitation.by {
                GuestBy::Restoring { user, .. } => Self::Restore(user),
                GuestBy::Invitation | GuestBy::Resending | GuestBy::Resetting => Self::Invite {
                    address: step.address.person(),
                    display_name: invitation.display_name.clone(),
                    again: id.and_then(RemoteId::object_id),
                },
            },
            Attributes::Connection(connection) if connection.tenant.is_some() => Self::Connect,
            Attributes::Mapping(mapping) => Self::Map {
                user: mapping.member,
                account: known(&mapping.identity, ids)?,
            },
            Attributes::Access(access) => {
                let level = access.level;
                match (id.and_then(RemoteId::storage_key), &access.identity) {
                    (Some(user), _) => Self::SetLevel { user, level },
                    (None, Some(identity)) => Self::Add {
                        account: known(identity, ids)?,
                        level,
                    },
                    (None, None) => return Err("it does not say whose access"),
                }
            }
            Attributes::Connection(_)
            | Attributes::Policy(_)
            | Attributes::SshKey(_)
            | Attributes::Token(_)
            | Attributes::NoticeBefore(_)
            | Attributes::NoticeAfter(_) => return Err("these services do not play it"),
        })
    }

    /// The request in words, with the truth about everybody in it.
    pub(crate) fn told<'a>(&'a self, world: &'a World) -> Told<'a> {
        Told(self, world)
    }
}

fn take_away(id: RemoteId, from: RemoveFrom) -> Result<Request, NoRequest> {
    let user = from.organization;
    let account = id.object_id().filter(|_| from.directory);
    if user.is_none() && account.is_none() {
        return Err("it does not say from where");
    }
    Ok(Request::TakeAway { user, account })
}

fn known(identity: &Identity, ids: &Bindings) -> Result<ObjectId, NoRequest> {
    let made = || ids.object_ids.get(identity.awaited()?).copied();
    let id = identity.object_id().or_else(made);
    id.ok_or("the identity is not known yet")
}

/// A request in words.
pub(crate) struct Told<'a>(&'a Request, &'a World);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(request, world) = self;
        let user = |key: StorageKey| user_in_words(world, key);
        let account = |id: ObjectId| account_in_words(world, id);
        match request {
            Request::Remove(key) => write!(f, "remove {}", user(*key)),
            Request::TakeAway {
                user: key,
                account: id,
            } => {
                let parts = key.map(user).into_iter().chain(id.map(account));
                write!(f, "take away {}", parts.collect::<Vec<_>>().join(" and "))
            }
            Request::Create { name, display_name } => {
                write!(f, "create account {name} for {display_name:?}")
            }
            Request::Restore(id) => write!(f, "restore {}", account(*id)),
            Request::Invite {
                address,
                again: None,
                ..
            } => write!(f, "invite {address}"),
            Request::Invite {
                address,
                again: Some(id),
                ..
            } => {
                write!(f, "invite {address} once more, {}", account(*id))
            }
            Request::Connect => f.write_str("connect the organization"),
            Request::Map {
                user: key,
                account: id,
            } => {
                write!(f, "map {} onto {}", user(*key), account(*id))
            }
            Request::SetLevel { user: key, level } => {
                write!(f, "give {level} to {}", user(*key))
            }
            Request::Add { account: id, level } => {
                write!(f, "add {} with {level}", account(*id))
            }
        }
    }
}

/// A user of the organization and the human behind it.
pub(crate) fn user_in_words(world: &World, key: StorageKey) -> String {
    match world.users.get(&key) {
        Some(user) => format!("user {} of {}", user.name, world.humans.label(user.human)),
        None => format!("user {key} of nobody"),
    }
}

/// An account of the directory and the human behind it.
pub(crate) fn account_in_words(world: &World, id: ObjectId) -> String {
    match world.accounts.get(&id) {
        Some(account) => {
            let owner = world.humans.label(account.human);
            format!("account {} of {owner}", account.upn)
        }
        None => format!("account {id} of nobody"),
    }
}
