//! The sections of org.toml, and the file that they make up. One file a section: its keys, each
//! declared once, and what they become for the planner.

mod credentials;
mod guards;
mod guests;
mod members;
mod notices;
mod organization;
mod policies;
mod removals;
mod state;
mod tenant;

use std::cmp::Ordering;

use super::declare::{At, section};
use super::values::{InSection, OfPerson, People, Present, Required, Version};
use crate::model::person::Email;

pub(super) use credentials::Credentials;
pub(super) use guards::Guards;
pub(super) use guests::Guest;
pub(super) use members::Member;
pub(super) use notices::Notices;
pub(super) use organization::Organization;
pub(super) use policies::Policies;
pub(super) use removals::Reason;
pub(super) use state::State;
pub(super) use tenant::Tenant;

pub use notices::{DEFAULT_NOTICES_FOLDER, NoticeFolders};
pub use state::DEFAULT_STATE_URL;

/// The version of the format of org.toml that this orgctl knows.
pub const VERSION: u32 = 1;

section! {
    /// What an Azure DevOps organization is to look like on its Microsoft Entra tenant.
    #[shape({ "title": "org.toml" })]
    OrgToml {
        /// The version of this format.
        #[shape({ "const": VERSION })]
        version: Required<Version> = 1,
        /// The organization.
        organization: Required<InSection<Organization>>,
        /// The Microsoft Entra tenant that is to back it.
        tenant: Required<Present<Tenant>>,
        /// The mapping list: who signs in today, and who that is in the directory.
        members: People<Member>,
        /// People without an address in the directory, who are invited to it.
        guests: People<Guest>,
        /// Unwanted users, each with the reason why they go.
        remove: People<Reason>,
        /// Policies of the organization; one that is not named is left as it is.
        policies: InSection<Policies>,
        /// What happens to tokens and keys before the organization is connected.
        credentials: InSection<Credentials>,
        /// How people are told of the move; without it nobody is.
        notices: Present<Notices>,
        /// The safety rules.
        guards: InSection<Guards>,
        /// The record of what orgctl has applied.
        state: InSection<State>,
    }
}

impl OrgToml {
    /// Sorts people by address; of two equal ones the first in the text stays first. Rules and maps
    /// then run over sorted input, which costs one pass instead of n log n.
    pub(super) fn sort(&mut self) {
        by_address(&mut self.members);
        by_address(&mut self.guests);
        by_address(&mut self.remove);
    }
}

fn by_address<L>(people: &mut [OfPerson<L>]) {
    // Unstable, with the place as the tie-breaker: lines are large, and it moves fewer.
    people.sort_unstable_by(|a, b| a.email.order(&b.email));
}

impl At<Email> {
    fn order(&self, other: &Self) -> Ordering {
        let by_place = || self.span.offset().cmp(&other.span.offset());
        self.value.cmp(&other.value).then_with(by_place)
    }
}
