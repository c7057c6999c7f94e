//! Newcomers: people whom a line adds to the organization, joiners of `[members]` and guests.

use std::collections::BTreeSet;

use super::super::{directory_user, invitation};
use super::{Line, Wanted};
use crate::model::access::{AccessLevel, EffectiveLevel};
use crate::model::address::{Address, Kind};
use crate::model::attributes::{AccessAttributes, Attributes, Identity};
use crate::model::person::Email;
use crate::plan::context::Context;
use crate::plan::decide::{self, Presence};
use crate::plan::resolver::{self, Account};
use crate::plan::rules::{AddedAgain, Finding, NewcomerDisabled, Remark as _, Severity};
use crate::plan::value::Step;

/// Somebody new without a level in org.toml gets the one that costs nothing.
const LEVEL: AccessLevel = AccessLevel::Stakeholder;

/// The lines that add somebody to the organization.
pub(in crate::plan) fn of<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Email> {
    let joiners = context.roster.joiners.iter().copied();
    let lines = joiners.chain(context.desired.guests.keys());
    lines.filter(|line| is_one(context, line))
}

/// Whether a line adds somebody to the organization.
pub(super) fn is_one(context: &Context<'_>, line: &Email) -> bool {
    is_absent(context, line)
        && !is_in_doubt(context, line)
        && match context.account_of_line(line) {
            Account::There(found) => found.user.enabled,
            Account::Missing { .. } => !directory_user::is_refused(context, line),
            Account::Renamed(_) | Account::SomebodyElse { .. } => false,
        }
}

/// Whether somebody of a line was in the organization once, and nothing that is recorded says who that
/// was: the name may have been given to somebody else.
fn is_in_doubt(context: &Context<'_>, line: &Email) -> bool {
    context.entry(Kind::Access, line).is_some() && !resolver::is_known_by_id(context, line)
}

/// Why somebody whom a line would add is not added: the account could not sign in, or may be another's.
pub(super) fn objection(context: &Context<'_>, line: &Line<'_>) -> Option<Finding> {
    let Account::There(found) = context.account_of_line(line.person) else {
        return None;
    };
    if !is_absent(context, line.person) {
        return None;
    }
    if is_in_doubt(context, line.person) {
        let again = AddedAgain {
            person: line.person.clone(),
            in_doubt: true,
        };
        return Some(again.weighed(Severity::Blocked, Some(line.place)));
    }
    let is_disabled = !found.user.enabled;
    let disabled = || NewcomerDisabled {
        person: line.person.clone(),
    };
    is_disabled.then(|| disabled().found(Some(line.place)))
}

/// Whether a line is about somebody who is not in the organization and could be.
fn is_absent(context: &Context<'_>, line: &Email) -> bool {
    let roster = &context.roster;
    let is_new_guest = || {
        context.desired.guests.contains_key(line)
            && context.member_of_line(line).is_none()
            && !roster.doubles.contains_key(line)
            && !roster.becomes_guest.contains_key(line)
            && invitation::refusal(context, line).is_none()
    };
    roster.joiners.contains(line) || is_new_guest()
}

pub(super) fn step(context: &Context<'_>, wanted: Wanted<'_>) -> Option<Step> {
    let person = wanted.person;
    let desired = context.desired;
    let line = desired.members.get(person);
    let identity = match line {
        Some(line) => context.account_of_line(person).found().map_or_else(
            || Identity::After(Address::of(Kind::DirectoryUser, &line.to)),
            |found| Identity::ObjectId(found.id),
        ),
        None => invitation::identity(context, person),
    };
    let mut needs = BTreeSet::from([context.connection_address()]);
    needs.extend(identity.awaited().cloned());
    let owned = context.entry(Kind::Access, person).is_some();
    let level = EffectiveLevel::from(wanted.level.unwrap_or(LEVEL));
    let account = context.account_of_line(person).found();
    let after = || {
        Attributes::Access(AccessAttributes {
            level,
            projects: wanted.projects,
            identity: Some(identity),
            added: false,
            account: None,
        })
    };
    let (change, reason) = decide::wanted(Presence::Absent, owned, after)?;
    let of_line = match line {
        Some(line) => line.name.clone(),
        None => desired
            .guests
            .get(person)
            .and_then(|line| line.name.clone()),
    };
    Some(Step {
        address: Address::of(Kind::Access, person),
        change,
        reason,
        needs: needs.into_iter().collect(),
        source: Some(wanted.place.clone()),
        display_name: of_line.or_else(|| account.map(|found| found.user.display_name.clone())),
    })
}
