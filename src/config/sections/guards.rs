//! `[guards]`: the safety rules and their numbers.

use crate::config::declare::section;
use crate::config::values::{Addresses, COUNT, Flag, UpTo};
use crate::model::desired::{self, Unlisted};

section! {
    /// The safety rules and their numbers.
    Guards {
        /// The most people that one plan may take out of the organization.
        #[default(desired::Guards::MAX_REMOVALS)]
        max_removals: UpTo<u32, COUNT> = 5,
        /// The same as a share of the organization, in per cent.
        #[default(desired::Guards::MAX_REMOVAL_PERCENT)]
        max_removal_percent: UpTo<u8, 100> = 25,
        /// The most users the organization may have while members are mapped. Above it Azure DevOps
        /// still connects and matches by name; mappings are left out of the plan.
        #[default(desired::Guards::MAX_USERS)]
        max_users: UpTo<u32, COUNT> = 100,
        /// What to do about a user of the organization that nothing in this file or the directory
        /// covers: refuse the plan, or warn and go on.
        #[default(Unlisted::default())]
        unlisted_users: Unlisted = "refuse",
        /// What to do about users whom only Microsoft support could map, because there are more than
        /// `max_users`: refuse the plan as long as connecting would lock them out, or leave them to
        /// support and go on.
        #[default(Unlisted::default())]
        unmapped_users: Unlisted = "refuse",
        /// People who are never removed, also when their own line is deleted.
        protected: Addresses = ["ana@contoso.com"],
        /// Whether a guest whose line is deleted leaves the directory too, not only the organization.
        #[default(false)]
        delete_guests: Flag = false,
    }
}

impl Guards {
    pub(in crate::config) fn desired(self) -> desired::Guards {
        use desired::Guards;
        let Self {
            max_removals,
            max_removal_percent,
            max_users,
            unlisted_users,
            unmapped_users,
            protected,
            delete_guests,
        } = self;
        Guards {
            max_removals: max_removals.map_or(Guards::MAX_REMOVALS, |most| most.value),
            max_removal_percent: max_removal_percent
                .map_or(Guards::MAX_REMOVAL_PERCENT, |most| most.value),
            max_users: max_users.map_or(Guards::MAX_USERS, |most| most.value),
            unlisted_users: unlisted_users.map(|at| at.value).unwrap_or_default(),
            unmapped_users: unmapped_users.map(|at| at.value).unwrap_or_default(),
            protected: protected.into_iter().map(|person| person.value).collect(),
            delete_guests: delete_guests.is_some_and(|delete| delete.value),
        }
    }
}
