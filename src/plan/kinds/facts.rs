//! Facts that steps of several kinds rest on: about a user of the organization, and about an account
//! of the directory.

use crate::model::credential::{Credential, Credentials, Held};
use crate::model::ids::StorageKey;
use crate::model::live::{InvitationStatus, Member, Origin, UserType};
use crate::plan::live_index::{LiveIndex, UserRef};
use crate::plan::value::{Fact, Facts, NOTHING};

/// Puts down which user of the organization it is, and under which name they sign in.
pub(super) fn put_member<'a>(
    facts: &mut Facts,
    index: &LiveIndex<'a>,
    key: StorageKey,
) -> Option<&'a Member> {
    let Some(member) = index.live.members.get(&key) else {
        facts.put(Fact::Member, NOTHING);
        return None;
    };
    facts.put(Fact::Member, key.to_string());
    facts.put(Fact::SignInName, member.principal_name.as_str());
    Some(member)
}

/// Puts down which user of the organization it is, what they are called and sign in as.
pub(super) fn put_person<'a>(
    facts: &mut Facts,
    index: &LiveIndex<'a>,
    key: StorageKey,
) -> Option<&'a Member> {
    let member = put_member(facts, index, key)?;
    facts.put(Fact::Name, member.display_name.as_str());
    facts.put(Fact::Identity, identity_of(member));
    Some(member)
}

/// Puts down what [`put_person`] does, and which access they have.
pub(super) fn put_person_with_access<'a>(
    facts: &mut Facts,
    index: &LiveIndex<'a>,
    key: StorageKey,
) -> Option<&'a Member> {
    let member = put_person(facts, index, key)?;
    facts.put(Fact::Access, member.access.as_str());
    facts.put(Fact::AccessByGroup, yes_or_no(member.access_by_group));
    Some(member)
}

/// Puts down which tokens or keys somebody has.
pub(super) fn put_credentials(
    facts: &mut Facts,
    index: &LiveIndex<'_>,
    key: StorageKey,
    of_kind: fn(&Held) -> &[Credential],
) {
    let Some(Credentials::Known(held)) = &index.live.credentials else {
        return;
    };
    let held = held.get(&key).map(of_kind).unwrap_or_default();
    let ids: Vec<String> = held.iter().map(|one| one.id.to_string()).collect();
    let ids = Some(ids.join(", ")).filter(|ids| !ids.is_empty());
    facts.put(Fact::Credentials, ids.unwrap_or_else(|| NOTHING.to_owned()));
}

/// Puts down which account of the directory it is, or that it is not there.
pub(super) fn put_account(facts: &mut Facts, account: Option<UserRef<'_>>) {
    let Some((id, user)) = account else {
        return facts.put(Fact::Account, NOTHING);
    };
    facts.put(Fact::Account, id.to_string());
    facts.put(Fact::AccountName, user.user_principal_name.as_str());
    let sort = match user.user_type {
        UserType::Member => "member",
        UserType::Guest => "guest",
    };
    let may = if user.enabled { "" } else { ", disabled" };
    let synced = if user.synced { ", synchronised" } else { "" };
    facts.put(Fact::AccountKind, format!("{sort}{may}{synced}"));
    let invitation = match user.invitation {
        Some(InvitationStatus::Pending) => "not accepted",
        Some(InvitationStatus::Accepted) => "accepted",
        None => NOTHING,
    };
    facts.put(Fact::Invitation, invitation);
}

/// Puts down what the directory calls an account: where two people are joined, both names are reviewed.
pub(super) fn put_name_of_account(facts: &mut Facts, account: Option<UserRef<'_>>) {
    if let Some((_, user)) = account {
        facts.put(Fact::NameInDirectory, user.display_name.as_str());
    }
}

/// What somebody signs in as.
fn identity_of(member: &Member) -> String {
    let sort = match member.origin {
        Origin::Personal => "personal account",
        Origin::Directory => "directory account",
        Origin::Other => "other account",
    };
    let id = member.object_id.map(|id| format!(" {id}"));
    let cut_off = if member.disconnected {
        ", disconnected"
    } else {
        ""
    };
    format!("{sort}{}{cut_off}", id.unwrap_or_default())
}

const fn yes_or_no(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}
