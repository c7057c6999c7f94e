//! Undoing: from the record of a run to a plan that takes back what has a way back, and the list of
//! what has none. Judged by live: what somebody has changed since is theirs, and stays.

mod access;
mod record;
mod way_back;

use std::collections::{BTreeMap, BTreeSet};

use super::context::{Context, MemberRef};
use super::planner::{header, into_stages};
use super::rules::{self, Draft};
use super::value::{Change, Header, Left, NoWayBack, Plan, Reason, RemoveFrom, Step, Undoing};
use crate::model::address::{Address, Kind};
use crate::model::attributes::{
    AccessAttributes, Attributes, GuestBy, InvitationAttributes, PolicyAttributes,
};
use crate::model::desired::{Desired, Guards};
use crate::model::ids::{RemoteId, StorageKey};
use crate::model::live::{Found, InvitationStatus, Live, UserType};
use crate::model::person::Email;
use crate::model::policy::{Policy, switch};
use crate::state::value::State;

use record::Trace;
pub use record::{Became, RecordError, RunRecord, decode, write_beginning, write_ending};

/// Plans what takes a run back, as far as live still is as that run left it. Pure, as planning is.
pub fn undo(
    record: &RunRecord,
    desired: &Desired,
    live: &Live,
    state: &State,
    guards: &Guards,
) -> Plan {
    let context = Context::new(desired, live, state, guards);
    let mut undoing = Undo {
        record,
        context: &context,
        given: record.given(state),
        steps: BTreeMap::new(),
        left: Vec::new(),
        leaving: BTreeSet::new(),
    };
    for step in record.plan.steps() {
        undoing.step(step);
    }
    let Undo {
        steps,
        left,
        leaving,
        ..
    } = undoing;
    let steps: Vec<Step> = steps.into_values().collect();
    let everybody: BTreeSet<StorageKey> = live.members.keys().copied().collect();
    let mut findings = rules::findings_of_undoing(&Draft {
        context: &context,
        covered: &everybody,
        reachable: &everybody,
        unmapped: &BTreeSet::new(),
        leaving: &leaving,
        steps: &steps,
    });
    findings.sort();
    findings.dedup();
    Plan {
        header: Header {
            lead_days: None,
            undo: Some(Undoing {
                run: record.run.clone(),
                left,
            }),
            ..header(&context)
        },
        stages: into_stages(steps),
        findings,
        drift: Vec::new(),
        facts: BTreeMap::new(),
    }
}

/// A plan in the making.
struct Undo<'a> {
    record: &'a RunRecord,
    context: &'a Context<'a>,
    /// What the run gave to people who had nothing, by their names.
    given: BTreeMap<&'a str, &'a AccessAttributes>,
    steps: BTreeMap<Address, Step>,
    left: Vec<Left>,
    leaving: BTreeSet<StorageKey>,
}

impl<'a> Undo<'a> {
    fn step(&mut self, step: &'a Step) {
        let trace = self.record.trace(step, self.context.state);
        if !step.change.writes() || trace == Trace::NotDone {
            return;
        }
        let undone = match way_back::of_kind(step) {
            Err(why) => Err(why),
            Ok(()) => match step.address.kind() {
                Kind::Policy => self.policy(step),
                Kind::Access => self.access(step),
                Kind::Invitation => self.invitation(step),
                Kind::Removal => self.removal(step),
                // None of these has a way back.
                Kind::NoticeBefore
                | Kind::SshKey
                | Kind::Token
                | Kind::DirectoryUser
                | Kind::Connection
                | Kind::Mapping
                | Kind::NoticeAfter => Ok(()),
            },
        };
        match undone {
            Err(why) if trace == Trace::Done => self.leave(step, why),
            // It is as the run was to leave it, and somebody else may have seen to that.
            Ok(()) if trace == Trace::Lost && self.steps.remove(&step.address).is_some() => {
                self.leave(step, NoWayBack::NotOurs);
            }
            Ok(()) | Err(_) => {}
        }
    }

    fn leave(&mut self, step: &Step, why: NoWayBack) {
        self.left.push(Left {
            address: step.address.clone(),
            why,
        });
    }

    fn put(&mut self, address: Address, change: Change, display_name: Option<String>) {
        let step = Step {
            address: address.clone(),
            change,
            reason: Reason::Undone,
            needs: Vec::new(),
            source: None,
            display_name,
        };
        self.steps.insert(address, step);
    }

    fn policy(&mut self, step: &Step) -> Result<(), NoWayBack> {
        let (Some(Attributes::Policy(before)), Some(Attributes::Policy(after))) =
            (step.change.before(), step.change.after())
        else {
            return Ok(());
        };
        let Some(policy) = Policy::named(step.address.key()) else {
            return Ok(());
        };
        let now = self.context.live.policies.get(&policy);
        let now = *now.ok_or(NoWayBack::NotTold)?;
        // It is on or off: what is not as it was before is as the run left it.
        if now == before.enabled || now != after.enabled {
            return Ok(());
        }
        if policy.is_named_inversely() && !self.context.desired.write_inverted_policies {
            let to = switch(before.enabled).to_owned();
            return Err(NoWayBack::NeedsConsent { to });
        }
        let at = |enabled| Attributes::Policy(PolicyAttributes { enabled });
        let change = Change::Update {
            id: RemoteId::Policy(policy),
            before: at(now),
            after: at(before.enabled),
        };
        self.put(step.address.clone(), change, None);
        Ok(())
    }

    /// A guest whom the run invited and who has not come yet.
    fn invitation(&mut self, step: &Step) -> Result<(), NoWayBack> {
        let person = step.address.person();
        let Some(found) = self.context.directory.find(&person) else {
            return Ok(());
        };
        let ours = self.untouched_guest(step, &found)?;
        let member = self
            .context
            .with_identity(found.id)
            .or_else(|| self.context.named(&person).next())
            .or_else(|| self.context.named(&found.user.user_principal_name).next());
        if let Some(member) = member {
            self.was_added(&person, member)?;
        }
        if !self.context.guards.delete_guests {
            // Taken out of the organization at most, by what gave them access.
            return Err(NoWayBack::GuestKept);
        }
        let organization = member.map(|(key, _)| key);
        let change = Change::Remove {
            id: RemoteId::ObjectId(found.id),
            before: Attributes::Invitation(ours),
            from: RemoveFrom {
                organization,
                directory: true,
                projects: false,
            },
        };
        let name = found.user.display_name.clone();
        self.put(step.address.clone(), change, Some(name));
        self.leaving.extend(organization);
        let access = Address::of(Kind::Access, &person);
        if let Some(entry) = self.context.state.entries.get(&access) {
            let before = entry.attributes.clone();
            self.put(access.clone(), Change::Forget { before }, None);
            if let Some(forgets) = self.steps.get_mut(&access) {
                forgets.needs.push(step.address.clone());
            }
        }
        Ok(())
    }

    /// What we own of a guest, as long as nobody but us has had to do with them.
    fn untouched_guest(
        &self,
        step: &Step,
        found: &Found<'_>,
    ) -> Result<InvitationAttributes, NoWayBack> {
        let entry = self.context.state.entries.get(&step.address);
        let entry = entry.filter(|entry| entry.remote_id == RemoteId::ObjectId(found.id));
        let Some(Attributes::Invitation(ours)) = entry.map(|entry| &entry.attributes) else {
            return Err(NoWayBack::NotOurs);
        };
        if ours.by != GuestBy::Invitation {
            return Err(NoWayBack::MailSent);
        }
        if found.user.user_type != UserType::Guest {
            let now = "a member of the directory".to_owned();
            return Err(NoWayBack::ChangedSince { now });
        }
        if found.user.invitation != Some(InvitationStatus::Pending) {
            return Err(NoWayBack::GuestAccepted);
        }
        Ok(ours.clone())
    }

    /// Whether somebody is in the organization only because the run added them, and may be taken out.
    fn was_added(&self, person: &Email, (key, user): MemberRef<'_>) -> Result<(), NoWayBack> {
        let after = self.given.get(person.as_str()).copied();
        let after = after.ok_or(NoWayBack::WasThere)?;
        self.may_be_taken_out(key)?;
        if access::is_as(user, after, after) {
            Ok(())
        } else {
            Err(NoWayBack::ChangedSince {
                now: access::words(user, after, after),
            })
        }
    }

    fn may_be_taken_out(&self, key: StorageKey) -> Result<(), NoWayBack> {
        let (live, roster) = (self.context.live, &self.context.roster);
        let is_kept = roster.is_protected(key)
            || roster.owner == Some(key)
            || live.caller.storage_key == key
            || live.preflight.owner.known() == Some(&key);
        if is_kept {
            Err(NoWayBack::Protected)
        } else {
            Ok(())
        }
    }
}
