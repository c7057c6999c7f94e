//! A step of a plan and the change it makes.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::address::{Address, Kind};
use crate::model::attributes::Attributes;
use crate::model::desired::Place;
use crate::model::ids::{RemoteId, StorageKey, TenantId};
use crate::model::kind::Risk;

/// What a step does, for display and for the JSON form. Terraform's words, with `adopt` added.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Makes what is missing.
    Create,
    /// Changes what differs.
    Update,
    /// Takes ownership of what is right already; nothing is written.
    Adopt,
    /// Takes away what is no longer wanted.
    Delete,
    /// Stops owning; nothing is written.
    Forget,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 5] = [
        Self::Create,
        Self::Update,
        Self::Adopt,
        Self::Delete,
        Self::Forget,
    ];

    /// The word of the JSON form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Adopt => "adopt",
            Self::Delete => "delete",
            Self::Forget => "forget",
        }
    }

    /// Whether carrying it out sends a request; adopting and forgetting only touch the state.
    pub const fn writes(self) -> bool {
        match self {
            Self::Create | Self::Update | Self::Delete => true,
            Self::Adopt | Self::Forget => false,
        }
    }
}

/// Where something is taken away from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RemoveFrom {
    /// The user to take out of the organization; absent when there is none.
    pub organization: Option<StorageKey>,
    /// Whether the directory user goes too.
    pub directory: bool,
    /// Whether the user stays and is taken out of projects: those that are named before the step.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub projects: bool,
}

/// The content of a step: exactly the data that its action needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Make it.
    Create {
        /// As it shall be.
        after: Attributes,
    },
    /// Change it.
    Update {
        /// Which one.
        id: RemoteId,
        /// As it is.
        before: Attributes,
        /// As it shall be.
        after: Attributes,
    },
    /// Own it.
    Adopt {
        /// Which one.
        id: RemoteId,
        /// As it is and shall be.
        after: Attributes,
    },
    /// Take it away.
    Remove {
        /// Which one.
        id: RemoteId,
        /// As it is.
        before: Attributes,
        /// Where from.
        from: RemoveFrom,
    },
    /// Stop owning it.
    Forget {
        /// As the state remembers it.
        before: Attributes,
    },
}

impl Change {
    /// The tag of this change.
    pub const fn action(&self) -> Action {
        match self {
            Self::Create { .. } => Action::Create,
            Self::Update { .. } => Action::Update,
            Self::Adopt { .. } => Action::Adopt,
            Self::Remove { .. } => Action::Delete,
            Self::Forget { .. } => Action::Forget,
        }
    }

    /// The attributes after the step, where something is left.
    pub const fn after(&self) -> Option<&Attributes> {
        match self {
            Self::Create { after } | Self::Update { after, .. } | Self::Adopt { after, .. } => {
                Some(after)
            }
            Self::Remove { .. } | Self::Forget { .. } => None,
        }
    }

    /// The attributes before the step, where something was there.
    pub const fn before(&self) -> Option<&Attributes> {
        match self {
            Self::Update { before, .. } | Self::Remove { before, .. } | Self::Forget { before } => {
                Some(before)
            }
            Self::Create { .. } | Self::Adopt { .. } => None,
        }
    }

    /// The attributes after the step; before it, where nothing is left.
    pub const fn attributes(&self) -> &Attributes {
        match self {
            Self::Create { after } | Self::Update { after, .. } | Self::Adopt { after, .. } => {
                after
            }
            Self::Remove { before, .. } | Self::Forget { before } => before,
        }
    }

    /// The same change without what it says to readers only.
    #[must_use = "returns the change and leaves this one as it is"]
    pub fn without_remarks(self) -> Self {
        match self {
            Self::Create { after } => Self::Create {
                after: after.without_remarks(),
            },
            Self::Update { id, before, after } => Self::Update {
                id,
                before: before.without_remarks(),
                after: after.without_remarks(),
            },
            Self::Adopt { id, after } => Self::Adopt {
                id,
                after: after.without_remarks(),
            },
            Self::Remove { id, before, from } => Self::Remove {
                id,
                before: before.without_remarks(),
                from,
            },
            Self::Forget { before } => Self::Forget {
                before: before.without_remarks(),
            },
        }
    }

    /// The user whom it takes out of the organization, besides what its kind takes away.
    pub const fn taken_out(&self) -> Option<StorageKey> {
        match self {
            Self::Remove { from, .. } => from.organization,
            Self::Create { .. }
            | Self::Update { .. }
            | Self::Adopt { .. }
            | Self::Forget { .. } => None,
        }
    }

    /// See [`Action::writes`].
    pub const fn writes(&self) -> bool {
        self.action().writes()
    }
}

/// Why a step is in the plan. For display only: nothing branches on it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is wanted and not there.
    Missing,
    /// It was there, applied by us, and is gone.
    GoneOutside,
    /// We removed this person, and they are back.
    CameBack,
    /// It differs from org.toml.
    Differs,
    /// It differs from org.toml, and we did not make it.
    DiffersNotOurs,
    /// It is there as wanted, and we did not make it.
    AlreadyThere,
    /// Its line in org.toml is gone.
    LineGone,
    /// Its line in org.toml is gone, and it cannot be undone.
    LineGoneFinal,
    /// Neither wanted nor there any more.
    NothingLeft,
    /// It belongs to a tenant that the organization leaves or has left.
    TenantLeft,
    /// The tenant knows the person, but not under the sign-in name that connecting goes by.
    MatchedByMailOnly,
    /// It was deleted, and is brought back instead of being made anew.
    DeletedBefore,
    /// The line asks to do it once more.
    AskedAgain,
    /// The mail of an earlier step could not be sent.
    MailOwed,
    /// It is as org.toml says, and our record is not.
    RecordDiffers,
    /// A run did it, and that run is undone.
    Undone,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "wanted and not there",
            Self::GoneOutside => "gone outside orgctl",
            Self::CameBack => "removed before, and came back outside orgctl",
            Self::Differs => "differs from org.toml",
            Self::DiffersNotOurs => "differs from org.toml; not made by orgctl",
            Self::AlreadyThere => "already there",
            Self::LineGone => "no longer in org.toml",
            Self::LineGoneFinal => "no longer in org.toml; left as it is",
            Self::NothingLeft => "no longer in org.toml, and gone",
            Self::TenantLeft => "of a tenant that the organization has left or leaves",
            Self::MatchedByMailOnly => "the tenant knows this address, but not as a sign-in name",
            Self::DeletedBefore => "restored from the deleted users",
            Self::AskedAgain => "the line asks for it, once",
            Self::MailOwed => "the mail could not be sent before",
            Self::RecordDiffers => "as org.toml says already; only the record changes",
            Self::Undone => "as it was before the run",
        })
    }
}

/// One entry of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is about.
    pub address: Address,
    /// What it does.
    pub change: Change,
    /// Why.
    pub reason: Reason,
    /// The addresses that must have succeeded, or not be in the plan, before it can run, in order. A
    /// list, because of a hundred thousand steps most need one and no more.
    pub needs: Vec<Address>,
    /// Where org.toml asks for it.
    pub source: Option<Place>,
    /// Who it is about, as a service spells their name. Chosen by strangers: never trusted.
    pub display_name: Option<String>,
}

impl Step {
    /// How this step is counted.
    pub const fn class(&self) -> Class {
        Class::of(self.change.action(), self.address.kind())
    }

    /// Whether it connects the organization to a tenant, or takes it off one.
    pub fn changes_connection(&self) -> bool {
        self.address.kind() == Kind::Connection && self.change.writes()
    }

    /// Whether it takes the organization off a tenant: groups of the tenant are gone then, and so is
    /// the access of whoever has no account elsewhere.
    pub fn leaves_tenant(&self) -> bool {
        self.change.writes() && self.tenant_before().is_some()
    }

    /// The tenant that backs the organization before a change of its connection.
    pub fn tenant_before(&self) -> Option<TenantId> {
        self.change.before()?.connection()?.tenant
    }

    /// How this step touches people.
    pub fn risk(&self) -> Risk {
        match self.change.action() {
            Action::Adopt | Action::Forget => Risk::None,
            Action::Delete => Risk::Destructive,
            Action::Create | Action::Update if self.leaves_tenant() => Risk::Destructive,
            Action::Create | Action::Update => {
                let of_content = self.change.after().and_then(Attributes::risk);
                of_content.unwrap_or(self.address.kind().risk())
            }
        }
    }
}

/// How a step is counted. Making a removal takes a person away, revoking takes credentials away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Something is made.
    Add,
    /// Something is changed.
    Change,
    /// Somebody is taken out, or something is taken away.
    Destroy,
    /// Something is only recorded as ours.
    Adopt,
    /// Something is only struck off our record.
    Forget,
}

impl Class {
    /// The class of a step.
    pub const fn of(action: Action, kind: Kind) -> Self {
        match action {
            Action::Create if kind.takes_away() => Self::Destroy,
            Action::Create => Self::Add,
            Action::Update => Self::Change,
            Action::Adopt => Self::Adopt,
            Action::Delete => Self::Destroy,
            Action::Forget => Self::Forget,
        }
    }
}
