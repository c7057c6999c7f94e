//! The decision table: what becomes of one address.

use super::value::{Change, Reason, RemoveFrom};
use crate::model::attributes::Attributes;
use crate::model::ids::RemoteId;

/// What live shows of an address that org.toml wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// It is not there.
    Absent,
    /// It is there as wanted.
    Equal(RemoteId),
    /// It is there as wanted, and our record of it says otherwise.
    Unrecorded(RemoteId),
    /// It is there, and otherwise.
    Differs(RemoteId, Attributes),
}

impl Presence {
    /// Whether it is there as wanted, whatever our record says.
    pub(super) const fn is_as_wanted(&self) -> bool {
        matches!(self, Self::Equal(_) | Self::Unrecorded(_))
    }
}

/// What live shows of an address that we own and org.toml no longer wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LeftOver {
    /// It is not there.
    Gone,
    /// It is there, and this much of it can be taken away.
    Removable(RemoteId, RemoveFrom, Attributes),
    /// It is there, and its kind cannot be undone.
    Final,
    /// It is there, and holds without a line.
    Holds,
}

/// Decides about an address that org.toml wants. `owned` says whether the state holds it.
///
/// | desired | live | state | change |
/// |---|---|---|---|
/// | yes | no | no | create |
/// | yes | no | ready | create, gone outside orgctl |
/// | yes | yes, equal | no | adopt |
/// | yes | yes, differs | no | update, not ours before |
/// | yes | yes, equal | ready | none |
/// | yes | yes, equal | ready, differs | adopt, only the record changes |
/// | yes | yes, differs | ready | update |
pub(super) fn wanted(
    presence: Presence,
    owned: bool,
    after: impl FnOnce() -> Attributes,
) -> Option<(Change, Reason)> {
    match (presence, owned) {
        (Presence::Absent, false) => Some((Change::Create { after: after() }, Reason::Missing)),
        (Presence::Absent, true) => Some((Change::Create { after: after() }, Reason::GoneOutside)),
        (Presence::Equal(id) | Presence::Unrecorded(id), false) => {
            Some((Change::Adopt { id, after: after() }, Reason::AlreadyThere))
        }
        (Presence::Equal(_), true) => None,
        (Presence::Unrecorded(id), true) => {
            Some((Change::Adopt { id, after: after() }, Reason::RecordDiffers))
        }
        (Presence::Differs(id, before), false) => Some((
            Change::Update {
                id,
                before,
                after: after(),
            },
            Reason::DiffersNotOurs,
        )),
        (Presence::Differs(id, before), true) => Some((
            Change::Update {
                id,
                before,
                after: after(),
            },
            Reason::Differs,
        )),
    }
}

/// Decides about an address that we own and org.toml no longer wants.
///
/// | desired | live | state | change |
/// |---|---|---|---|
/// | no | yes | ready | remove, or forget where the kind cannot be undone; none where it holds |
/// | no | no | any | forget |
/// | no | yes | no | unmanaged: never touched (it has no entry, so it never gets here) |
pub(super) fn unwanted(left_over: LeftOver, applied: &Attributes) -> Option<(Change, Reason)> {
    let forget = || Change::Forget {
        before: applied.clone(),
    };
    match left_over {
        LeftOver::Gone => Some((forget(), Reason::NothingLeft)),
        LeftOver::Removable(id, from, before) => {
            Some((Change::Remove { id, before, from }, Reason::LineGone))
        }
        LeftOver::Final => Some((forget(), Reason::LineGoneFinal)),
        LeftOver::Holds => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::access::EffectiveLevel;
    use crate::model::attributes::AccessAttributes;
    use crate::model::ids::StorageKey;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    const ID: RemoteId = RemoteId::StorageKey(StorageKey::new(Uuid::from_u128(5)));

    fn level(level: EffectiveLevel) -> Attributes {
        Attributes::Access(AccessAttributes {
            level,
            projects: BTreeMap::new(),
            identity: None,
            added: false,
            account: None,
        })
    }

    fn desired() -> Attributes {
        level(EffectiveLevel::Basic)
    }

    fn applied() -> Attributes {
        level(EffectiveLevel::None)
    }

    #[test]
    fn wanted_and_nowhere_is_created() {
        let expected = (Change::Create { after: desired() }, Reason::Missing);
        assert_eq!(wanted(Presence::Absent, false, desired), Some(expected));
    }

    #[test]
    fn wanted_and_gone_outside_is_created_and_says_so() {
        let expected = (Change::Create { after: desired() }, Reason::GoneOutside);
        assert_eq!(wanted(Presence::Absent, true, desired), Some(expected));
    }

    #[test]
    fn wanted_and_equal_is_adopted() {
        let expected = (
            Change::Adopt {
                id: ID,
                after: desired(),
            },
            Reason::AlreadyThere,
        );
        assert_eq!(wanted(Presence::Equal(ID), false, desired), Some(expected));
    }

    #[test]
    fn wanted_and_different_and_not_ours_is_updated_and_says_so() {
        let before = level(EffectiveLevel::Stakeholder);
        let expected = Change::Update {
            id: ID,
            before: before.clone(),
            after: desired(),
        };
        let decided = wanted(Presence::Differs(ID, before), false, desired);
        assert_eq!(decided, Some((expected, Reason::DiffersNotOurs)));
    }

    #[test]
    fn wanted_and_equal_and_ours_is_left_alone() {
        assert_eq!(wanted(Presence::Equal(ID), true, desired), None);
    }

    #[test]
    fn wanted_and_equal_and_otherwise_in_the_record_is_recorded() {
        let adopt = Change::Adopt {
            id: ID,
            after: desired(),
        };
        let decided = wanted(Presence::Unrecorded(ID), true, desired);
        assert_eq!(decided, Some((adopt.clone(), Reason::RecordDiffers)));
        let decided = wanted(Presence::Unrecorded(ID), false, desired);
        assert_eq!(decided, Some((adopt, Reason::AlreadyThere)));
    }

    #[test]
    fn wanted_and_different_and_ours_is_updated() {
        let before = level(EffectiveLevel::Stakeholder);
        let expected = Change::Update {
            id: ID,
            before: before.clone(),
            after: desired(),
        };
        let decided = wanted(Presence::Differs(ID, before), true, desired);
        assert_eq!(decided, Some((expected, Reason::Differs)));
    }

    #[test]
    fn unwanted_and_there_is_removed() {
        let from = RemoveFrom {
            organization: None,
            directory: true,
            projects: false,
        };
        let before = level(EffectiveLevel::Stakeholder);
        let left_over = LeftOver::Removable(ID, from, before.clone());
        let (change, reason) = unwanted(left_over, &applied()).unwrap();
        assert_eq!(
            change,
            Change::Remove {
                id: ID,
                before,
                from
            }
        );
        assert_eq!(reason, Reason::LineGone);
    }

    #[test]
    fn unwanted_and_final_is_forgotten() {
        let (change, reason) = unwanted(LeftOver::Final, &applied()).unwrap();
        assert_eq!(
            change,
            Change::Forget {
                before: level(EffectiveLevel::None)
            }
        );
        assert_eq!(reason, Reason::LineGoneFinal);
    }

    #[test]
    fn unwanted_and_holding_without_a_line_is_left_alone() {
        assert_eq!(unwanted(LeftOver::Holds, &applied()), None);
    }

    #[test]
    fn unwanted_and_gone_is_forgotten() {
        let (change, reason) = unwanted(LeftOver::Gone, &applied()).unwrap();
        assert_eq!(
            change,
            Change::Forget {
                before: level(EffectiveLevel::None)
            }
        );
        assert_eq!(reason, Reason::NothingLeft);
    }
}
