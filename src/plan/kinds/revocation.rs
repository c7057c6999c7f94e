//! Revocations: SSH keys and personal access tokens that have to be made anew after the move.

use std::collections::BTreeSet;

use super::{Answers, Part, facts};
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, RevocationAttributes};
use crate::model::credential::{Credential, Credentials, Held};
use crate::model::desired::Place;
use crate::model::ids::{RemoteId, StorageKey};
use crate::plan::context::{Context, MemberRef};
use crate::plan::decide::LeftOver;
use crate::plan::live_index::LiveIndex;
use crate::plan::rules::{CredentialsUnknown, Remark as _};
use crate::plan::value::{Change, Facts, NoWayBack, Reason, Step};

pub(super) const SSH_KEY_ANSWERS: Answers = Answers {
    kind: Kind::SshKey,
    rules: &[CredentialsUnknown::RULE],
    still_wanted: |context, _| context.desired.credentials.revoke_ssh_keys.is_some(),
    left_over: |_, _, _| LeftOver::Final,
    facts: |index, step| facts(index, step, ssh_keys),
    carried_out: |index, _, wanted| gone(index, wanted.ssh_key()?, ssh_keys),
    way_back: |_| Err(NoWayBack::Revoked),
};

pub(super) const TOKEN_ANSWERS: Answers = Answers {
    kind: Kind::Token,
    rules: &[CredentialsUnknown::RULE],
    still_wanted: |context, _| context.desired.credentials.revoke_tokens.is_some(),
    left_over: |_, _, _| LeftOver::Final,
    facts: |index, step| facts(index, step, tokens),
    carried_out: |index, _, wanted| gone(index, wanted.token()?, tokens),
    way_back: |_| Err(NoWayBack::Revoked),
};

/// A kind and its attributes.
type Sort = (Kind, fn(RevocationAttributes) -> Attributes);

const SSH_KEYS: Sort = (Kind::SshKey, Attributes::SshKey);
const TOKENS: Sort = (Kind::Token, Attributes::Token);

/// Only while the connection is still to be made: what people make afterwards is theirs to keep.
/// Whoever leaves loses theirs with their access.
pub(in crate::plan) fn part(context: &Context<'_>, leaving: &BTreeSet<StorageKey>) -> Part {
    let mut part = Part::default();
    let wanted = &context.desired.credentials;
    if context.is_connected() || !wanted.revokes() {
        return part;
    }
    let held = match &context.live.credentials {
        Some(Credentials::Known(held)) => held,
        Some(Credentials::Unreadable(why)) => {
            let why = why.clone();
            let place = wanted.revoke_ssh_keys.as_ref();
            part.findings.push(CredentialsUnknown { why }.found(place));
            return part;
        }
        None => return part,
    };
    for (key, user) in context.members().filter(|(key, _)| !leaving.contains(key)) {
        let Some(Held { tokens, ssh_keys }) = held.get(&key) else {
            continue;
        };
        let kinds = [
            (SSH_KEYS, ssh_keys, &wanted.revoke_ssh_keys),
            (TOKENS, tokens, &wanted.revoke_tokens),
        ];
        for (kind, credentials, place) in kinds {
            if let (Some(place), false) = (place, credentials.is_empty()) {
                let credentials = credentials.clone();
                part.steps
                    .push(step(context, kind, (key, user), credentials, place));
            }
        }
    }
    part
}

fn step(
    context: &Context<'_>,
    (kind, attributes): Sort,
    (member, user): MemberRef<'_>,
    credentials: Vec<Credential>,
    place: &Place,
) -> Step {
    let after = attributes(RevocationAttributes {
        member,
        credentials,
    });
    let owned = context.entry(kind, &user.principal_name).is_some();
    Step {
        address: Address::of(kind, &user.principal_name),
        change: Change::Create { after },
        reason: if owned {
            Reason::CameBack
        } else {
            Reason::Missing
        },
        needs: Vec::new(),
        source: Some(place.clone()),
        display_name: Some(user.display_name.clone()),
    }
}

fn ssh_keys(held: &Held) -> &[Credential] {
    &held.ssh_keys
}

fn tokens(held: &Held) -> &[Credential] {
    &held.tokens
}

fn facts(index: &LiveIndex<'_>, step: &Step, of_kind: fn(&Held) -> &[Credential]) -> Facts {
    let mut facts = Facts::default();
    let member = step.change.attributes().member();
    if let Some(member) = member
        && facts::put_person(&mut facts, index, member).is_some()
    {
        facts::put_credentials(&mut facts, index, member, of_kind);
    }
    facts
}

/// Whether none of what was to be revoked is there any more.
fn gone(
    index: &LiveIndex<'_>,
    revoked: &RevocationAttributes,
    of_kind: fn(&Held) -> &[Credential],
) -> Option<RemoteId> {
    let Some(Credentials::Known(held)) = &index.live.credentials else {
        return None;
    };
    let left = held.get(&revoked.member).map(of_kind).unwrap_or_default();
    let is_left = |one: &Credential| left.iter().any(|left| left.id == one.id);
    let is_gone = !revoked.credentials.iter().any(is_left);
    is_gone.then_some(RemoteId::StorageKey(revoked.member))
}
