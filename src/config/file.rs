//! org.toml as it was written: typed values, each with its place in the text.
//!
//! Plain data. Reading fills it, the rules look at it, resolving consumes it.

use std::borrow::Cow;
use std::cmp::Ordering;

use miette::SourceSpan;

use crate::model::access::AccessLevel;
use crate::model::desired::{ConnectWith, DesiredConnection, Unlisted};
use crate::model::ids::TenantId;
use crate::model::notice::{Deliver, Language};
use crate::model::person::Email;
use crate::model::policy::Policy;
use crate::model::project::ProjectRole;

/// A value and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: SourceSpan,
}

/// A text of the file.
pub(super) type Text<'t> = At<Cow<'t, str>>;

#[derive(Debug, Default)]
pub(super) struct File<'t> {
    pub(super) organization: Organization<'t>,
    pub(super) tenant: Option<Tenant<'t>>,
    pub(super) members: Vec<Member<'t>>,
    pub(super) guests: Vec<Guest<'t>>,
    pub(super) removals: Vec<Removal<'t>>,
    pub(super) policies: Policies,
    pub(super) credentials: Credentials,
    pub(super) notices: Option<Notices<'t>>,
    pub(super) guards: Guards,
    pub(super) state: State<'t>,
}

#[derive(Debug, Default)]
pub(super) struct Organization<'t> {
    pub(super) name: Option<Text<'t>>,
    pub(super) owner: Option<At<Email>>,
}

#[derive(Debug)]
pub(super) struct Tenant<'t> {
    pub(super) header: SourceSpan,
    pub(super) id: Option<At<Option<TenantId>>>,
    pub(super) domain: Option<Text<'t>>,
    pub(super) connection: Option<DesiredConnection>,
    pub(super) replaces: Option<At<Option<TenantId>>>,
    pub(super) connect_with: Option<ConnectWith>,
}

#[derive(Debug)]
pub(super) struct Member<'t> {
    pub(super) from: At<Email>,
    pub(super) to: At<Email>,
    pub(super) create: Option<At<bool>>,
    pub(super) name: Option<Text<'t>>,
    pub(super) access: Option<AccessLevel>,
    pub(super) projects: Projects<'t>,
}

#[derive(Debug)]
pub(super) struct Guest<'t> {
    pub(super) email: At<Email>,
    pub(super) name: Option<Text<'t>>,
    pub(super) access: Option<AccessLevel>,
    pub(super) projects: Projects<'t>,
    pub(super) message: Option<Text<'t>>,
    pub(super) resend: Option<bool>,
    pub(super) reset_redemption: Option<bool>,
}

/// Projects by name, in the order of the text, and what somebody is in them.
pub(super) type Projects<'t> = Vec<(Text<'t>, ProjectRole)>;

#[derive(Debug)]
pub(super) struct Removal<'t> {
    pub(super) email: At<Email>,
    pub(super) reason: Text<'t>,
}

#[derive(Debug, Default)]
pub(super) struct Policies {
    pub(super) switches: Vec<(Policy, At<bool>)>,
    pub(super) write_inverted: Option<bool>,
}

#[derive(Debug, Default)]
pub(super) struct Credentials {
    pub(super) revoke_ssh_keys: Option<At<bool>>,
    pub(super) revoke_tokens: Option<At<bool>>,
}

#[derive(Debug)]
pub(super) struct Notices<'t> {
    pub(super) header: SourceSpan,
    pub(super) language: Option<Language>,
    pub(super) deliver: Option<Deliver>,
    pub(super) lead_days: Option<u32>,
    pub(super) sender: Option<At<Email>>,
    pub(super) templates: Option<Text<'t>>,
    pub(super) out: Option<Text<'t>>,
}

#[derive(Debug, Default)]
pub(super) struct Guards {
    pub(super) max_removals: Option<u32>,
    pub(super) max_removal_percent: Option<u8>,
    pub(super) max_users: Option<u32>,
    pub(super) unlisted_users: Option<Unlisted>,
    pub(super) unmapped_users: Option<Unlisted>,
    pub(super) protected: Vec<At<Email>>,
    pub(super) delete_guests: Option<bool>,
}

#[derive(Debug, Default)]
pub(super) struct State<'t> {
    pub(super) url: Option<Text<'t>>,
}

impl File<'_> {
    /// Sorts people by address; of two equal ones the first in the text stays first. What follows,
    /// rules and maps, then runs over sorted input, which costs one pass instead of n log n.
    pub(super) fn sort(&mut self) {
        // Unstable, with the place as the tie-breaker: entries are large, and it moves fewer.
        self.members.sort_unstable_by(|a, b| a.from.order(&b.from));
        self.guests.sort_unstable_by(|a, b| a.email.order(&b.email));
        self.removals
            .sort_unstable_by(|a, b| a.email.order(&b.email));
    }
}

impl At<Email> {
    fn order(&self, other: &Self) -> Ordering {
        let by_place = || self.span.offset().cmp(&other.span.offset());
        self.value.cmp(&other.value).then_with(by_place)
    }
}

impl Tenant<'_> {
    pub(super) const fn at(header: SourceSpan) -> Self {
        Self {
            header,
            id: None,
            domain: None,
            connection: None,
            replaces: None,
            connect_with: None,
        }
    }
}

impl Notices<'_> {
    pub(super) const fn at(header: SourceSpan) -> Self {
        Self {
            header,
            language: None,
            deliver: None,
            lead_days: None,
            sender: None,
            templates: None,
            out: None,
        }
    }
}

impl Member<'_> {
    pub(super) const fn plain(from: At<Email>, to: At<Email>) -> Self {
        Self {
            from,
            to,
            create: None,
            name: None,
            access: None,
            projects: Vec::new(),
        }
    }

    /// Whether the identity is to be made, and where that stands.
    pub(super) fn creates_at(&self) -> Option<SourceSpan> {
        self.create.filter(|create| create.value).map(|at| at.span)
    }
}

impl Guest<'_> {
    pub(super) const fn plain(email: At<Email>) -> Self {
        Self {
            email,
            name: None,
            access: None,
            projects: Vec::new(),
            message: None,
            resend: None,
            reset_redemption: None,
        }
    }
}
