//! What the rooms of the planner share: what can be looked up, who is who, and the projects by name.

use std::ops::Deref;

use super::projects::Projects;
use super::resolver::{self, Account, Deleted};
use super::roster::Roster;
use crate::model::desired::{Desired, Guards};
use crate::model::live::{DirectoryUser, Live};
use crate::model::person::Email;
use crate::state::value::State;

pub(super) use super::lookup::{Lookup, MemberRef, backing};

/// The planner's inputs with everything that is found out about them once.
pub(super) struct Context<'a> {
    lookup: Lookup<'a>,
    pub(super) roster: Roster<'a>,
    pub(super) projects: Projects,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        desired: &'a Desired,
        live: &'a Live,
        state: &'a State,
        guards: &'a Guards,
    ) -> Self {
        let lookup = Lookup::new(desired, live, state, guards);
        Self {
            roster: Roster::new(&lookup),
            projects: Projects::new(desired, live),
            lookup,
        }
    }

    /// The account of the directory that a line of `[members]` or `[guests]` is about.
    pub(super) fn account_of_line(&self, line: &Email) -> Account<'a> {
        self.roster.account(line)
    }

    /// The deleted account that a line of `[members]` or `[guests]` brings back, or would.
    pub(super) fn deleted_of_line(&self, line: &Email) -> Option<Deleted<'a>> {
        let account = self.account_of_line(line);
        let user = self.member_of_line(line).map(|(_, user)| user);
        let shown = user.map(|user| user.display_name.as_str());
        let desired = self.desired;
        let names = |name: Option<&'a String>| -> Vec<&str> {
            let names = name.map(String::as_str).into_iter().chain(shown);
            names.filter(|name| !name.trim().is_empty()).collect()
        };
        if let Some(member) = desired.members.get(line) {
            let to = &member.to;
            let fits =
                |user: &DirectoryUser| user.user_principal_name == *to && !user.is_external();
            let names = names(member.name.as_ref());
            let because = member.because.as_ref();
            return resolver::deleted(self, (to, account), fits, (&names, because));
        }
        let guest = desired.guests.get(line)?;
        let fits = |user: &DirectoryUser| user.is_external() && user.signs_in_as(line);
        let names = names(guest.name.as_ref());
        let because = guest.because.as_ref();
        resolver::deleted(self, (line, account), fits, (&names, because))
    }

    /// The user whom a line of org.toml is about.
    pub(super) fn member_of_line(&self, line: &Email) -> Option<MemberRef<'a>> {
        self.roster.member(line).and_then(|key| self.member(key))
    }
}

/// A context answers whatever can be looked up.
impl<'a> Deref for Context<'a> {
    type Target = Lookup<'a>;

    fn deref(&self) -> &Self::Target {
        &self.lookup
    }
}
