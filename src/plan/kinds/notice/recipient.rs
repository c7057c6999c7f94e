//! One person who is told: what becomes of them, where mail reaches them, what is left for them.

use super::Outlook;
use super::record::{Mapped, Record};
use super::todo::{Holdings, Situation, todo};
use crate::model::access::EffectiveLevel;
use crate::model::address::Kind;
use crate::model::attributes::Identity;
use crate::model::credential::{Credentials, Held};
use crate::model::directory_index::FoundBy;
use crate::model::ids::StorageKey;
use crate::model::live::{DirectoryUser, InvitationStatus, Member, Origin, UserType};
use crate::model::notice::{Deliver, Fate, NoticeAttributes, Todo};
use crate::model::person::Email;
use crate::plan::context::Context;
use crate::plan::rules::LevelByGroup;

/// Somebody who is told.
pub(super) struct Recipient<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) key: StorageKey,
    pub(super) user: &'a Member,
    /// The sign-in name of before the move.
    pub(super) name: Email,
    pub(super) record: Record<'a>,
    /// The mapping that the plan makes, or that orgctl has made and that they are to be told of.
    pub(super) mapping: Option<Mapped<'a>>,
}

impl Recipient<'_> {
    /// What they are told while the connection is still to be made.
    pub(super) fn before(&self, outlook: &Outlook<'_>, deliver: Deliver) -> NoticeAttributes {
        let (fate, account) = match &self.mapping {
            _ if outlook.leaving.contains(&self.key) => (Fate::Removed, None),
            Some((_, mapping)) if self.is_guest() => (Fate::Guest, Some(mapping.to.clone())),
            Some((_, mapping)) => (Fate::Mapped, Some(mapping.to.clone())),
            None if outlook.reachable.contains(&self.key) => {
                (Fate::Matched, Some(self.user.principal_name.clone()))
            }
            None => (Fate::Disconnected, None),
        };
        let is_personal = self.user.origin == Origin::Personal;
        let todo = match &account {
            Some(account) => todo(self.situation(fate, account, self.held(), is_personal)),
            None => Vec::new(),
        };
        let mail = self.user.mail.as_ref();
        NoticeAttributes {
            member: self.key,
            mail: mail.unwrap_or(&self.user.principal_name).clone(),
            fate,
            account,
            todo,
            deliver,
        }
    }

    /// What they are told once the connection is there.
    pub(super) fn after(&self, deliver: Deliver) -> NoticeAttributes {
        let account = self
            .mapping
            .map_or(&self.user.principal_name, |(_, mapping)| &mapping.to);
        let fate = if self.is_guest() {
            Fate::Guest
        } else if self.name == *account {
            Fate::Matched
        } else {
            Fate::Mapped
        };
        let is_personal =
            self.record.kept().is_none() || self.record.was_told_to(&Todo::RenamePersonalAccount);
        let holdings = self.record.holdings();
        NoticeAttributes {
            member: self.key,
            mail: self.mail_after().clone(),
            fate,
            account: Some(account.clone()),
            todo: todo(self.situation(fate, account, holdings, is_personal)),
            deliver,
        }
    }

    /// The address at which they were told before, else the one that reaches them now: names and
    /// addresses are given to others.
    fn mail_after(&self) -> &Email {
        let name = &self.user.principal_name;
        let told_at = self.record.before.map(|before| &before.mail);
        let account = self.directory_user();
        let sign_in = account.map(|user| &user.user_principal_name);
        let in_directory = account.and_then(|user| user.mail.as_ref());
        let addresses = [told_at, self.user.mail.as_ref(), in_directory, Some(name)];
        let mut addresses = addresses.into_iter().chain([sign_in]).flatten();
        addresses
            .find(|address| !self.reaches_another(address))
            .unwrap_or(name)
    }

    /// Whether an address is that of another account than theirs.
    fn reaches_another(&self, address: &Email) -> bool {
        let own = self.identity().and_then(|identity| identity.object_id());
        let mut holders = self.context.directory.holders(address);
        own.is_some_and(|own| {
            holders.any(|found| found.id != own && found.by != FoundBy::OtherMail)
        })
    }

    fn situation(
        &self,
        fate: Fate,
        account: &Email,
        holdings: Holdings,
        is_personal: bool,
    ) -> Situation {
        Situation {
            is_invited: self.is_invited(),
            is_new_account: self.awaits(Kind::DirectoryUser)
                || self.record.was_told_to(&Todo::FetchPassword),
            level: self.level(),
            holdings,
            keeps_personal_address: fate != Fate::Guest && is_personal && *account == self.name,
            is_another_name: *account != self.name,
        }
    }

    /// What they have now, and what was revoked already.
    fn held(&self) -> Holdings {
        let nothing = Held::default();
        let held = match &self.context.live.credentials {
            Some(Credentials::Known(held)) => Some(held.get(&self.key).unwrap_or(&nothing)),
            Some(Credentials::Unreadable(_)) | None => None,
        };
        let revokes_tokens = self.context.desired.credentials.revoke_tokens.is_some();
        self.record.and_now(held, revokes_tokens)
    }

    /// The level that they have after the move.
    fn level(&self) -> EffectiveLevel {
        let desired = self.context.desired;
        let member = desired.members.get(&self.name);
        let guest = desired.guests.get(&self.name);
        let level = member.and_then(|line| line.access);
        level
            .or_else(|| guest?.access)
            .filter(|level| !LevelByGroup::overrules(self.context, *level, self.user))
            .map_or(self.user.access, EffectiveLevel::from)
    }

    /// Who they are in the directory, or will be.
    fn identity(&self) -> Option<Identity> {
        let mapped = self.mapping.map(|(_, mapping)| mapping.identity.clone());
        mapped.or_else(|| self.user.object_id.map(Identity::ObjectId))
    }

    fn directory_user(&self) -> Option<&DirectoryUser> {
        let id = self.identity()?.object_id()?;
        self.context.live.directory.users.get(&id)
    }

    /// Whether an earlier step of the plan, of that kind, makes who they are in the directory.
    fn awaits(&self, kind: Kind) -> bool {
        let identity = self.identity();
        let awaited = identity.as_ref().and_then(Identity::awaited);
        awaited.is_some_and(|address| address.kind() == kind)
    }

    fn is_guest(&self) -> bool {
        let is_guest = |user: &DirectoryUser| user.user_type == UserType::Guest;
        self.awaits(Kind::Invitation) || self.directory_user().is_some_and(is_guest)
    }

    /// Whether an invitation waits to be accepted.
    fn is_invited(&self) -> bool {
        let is_pending = |user: &DirectoryUser| user.invitation == Some(InvitationStatus::Pending);
        self.awaits(Kind::Invitation) || self.directory_user().is_some_and(is_pending)
    }
}
