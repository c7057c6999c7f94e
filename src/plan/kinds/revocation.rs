//! Revocations: SSH keys and personal access tokens that have to be made anew after the move.

use std::collections::BTreeSet;

use super::Part;
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, RevocationAttributes};
use crate::model::credential::{Credential, Credentials, Held};
use crate::model::desired::Place;
use crate::model::ids::StorageKey;
use crate::plan::context::{Context, MemberRef};
use crate::plan::rules::{CredentialsUnknown, Remark as _};
use crate::plan::value::{Change, Reason, Step};

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
