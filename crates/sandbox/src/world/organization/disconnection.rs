//! Why somebody in the organization cannot sign in, told from what the directory knows now.

use orgctl_model::ids::StorageKey;
use orgctl_model::live::UserType;

use crate::world::World;

/// Why somebody in the organization cannot sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disconnection<'a> {
    /// The directory knows nobody of that name or address.
    Unknown,
    /// It knows a member who has that address and signs in by this other name.
    OtherName(&'a str),
    /// It knows a guest, and guests are not matched by name.
    Guest,
    /// The user of that name is somebody else in the organization.
    Taken,
    /// The user of that name came after the organization was connected.
    Late,
    /// The organization has a directory of which this world knows nothing.
    OtherDirectory,
    /// The organization has no directory any more, and the person no personal account.
    NoPersonalAccount,
}

impl World {
    /// Why a member cannot sign in; nothing for who can.
    pub(crate) fn why_disconnected(&self, key: StorageKey) -> Option<Disconnection<'_>> {
        let member = self.member(key).filter(|member| member.disconnected)?;
        let Some(tenant) = self.organization().tenant else {
            return Some(Disconnection::NoPersonalAccount);
        };
        if tenant != self.directory().tenant {
            return Some(Disconnection::OtherDirectory);
        }
        let name = &member.principal_name;
        let Some((id, user)) = self.user_called(name) else {
            let mut known = self.users_at(name).into_iter();
            let known = known.find_map(|id| self.user(id));
            return Some(match known.map(|user| (user.user_type, user)) {
                None => Disconnection::Unknown,
                Some((UserType::Guest, _)) => Disconnection::Guest,
                Some((UserType::Member, user)) => {
                    Disconnection::OtherName(&user.user_principal_name)
                }
            });
        };
        let other = self.index.member_by_object(id);
        let other = other.filter(|other| *other != key);
        let is_taken = other
            .and_then(|other| self.member(other))
            .is_some_and(|other| !other.removed);
        Some(match (is_taken, user.user_type) {
            (true, _) => Disconnection::Taken,
            (false, UserType::Guest) => Disconnection::Guest,
            (false, UserType::Member) => Disconnection::Late,
        })
    }
}
