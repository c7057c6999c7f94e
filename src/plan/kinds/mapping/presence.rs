//! Presence of a mapping: whether live shows a member as the identity of the line.

use super::{Wanted, names};
use crate::model::address::Kind;
use crate::model::attributes::{Attributes, Identity, MappingAttributes};
use crate::model::ids::RemoteId;
use crate::plan::context::Context;
use crate::plan::decide::Presence;

/// What live shows of a mapping.
pub(super) fn presence(context: &Context<'_>, wanted: &Wanted<'_>) -> Presence {
    let (key, user) = wanted.member;
    match user.object_id {
        Some(now) if context.signs_in(user) => {
            if wanted.identity == Identity::ObjectId(now) {
                // Known under the name of the line, for the day on which that is somebody else's.
                let entry = context.entry(Kind::Mapping, wanted.person);
                let recorded = entry.and_then(|entry| entry.attributes.mapping());
                let is_renamed = recorded.is_some_and(|mapping| mapping.to != *wanted.to);
                let id = RemoteId::StorageKey(key);
                return if is_renamed {
                    Presence::Unrecorded(id)
                } else {
                    Presence::Equal(id)
                };
            }
            let (to, identity) = (user.principal_name.clone(), Identity::ObjectId(now));
            let before = Attributes::Mapping(MappingAttributes {
                name: names::of_account(context, now),
                ..MappingAttributes::new(key, to, identity)
            });
            Presence::Differs(RemoteId::StorageKey(key), before)
        }
        Some(_) | None => Presence::Absent,
    }
}
