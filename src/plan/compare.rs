//! A saved plan beside the one of now: which of the reviewed steps still hold, which do not and why,
//! and what has come that nobody reviewed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::fingerprint::FactReader;
use super::value::{Action, Change, Moved, Plan, StageSteps, Step};
use crate::model::address::Address;
use crate::model::attributes::Attributes;
use crate::model::live::Live;
use crate::model::person::Email;

/// Why a step that was reviewed is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stale {
    /// What it is about is not as it was.
    Moved(Vec<Moved>),
    /// Planned now, it would do something else.
    Otherwise {
        /// What was reviewed.
        before: String,
        /// What it would be now.
        now: String,
    },
    /// It is not planned any more.
    NotPlanned,
    /// The plan does not say what was looked at.
    NotSeen,
    /// It needs a step that is refused, or that nobody reviewed.
    Needs(Address),
    /// A step that keeps the owner in is refused, or nobody reviewed it.
    Owner,
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Moved(moved) => {
                let moved: Vec<String> = moved.iter().map(Moved::to_string).collect();
                f.write_str(&moved.join("; "))
            }
            Self::Otherwise { before, now } => {
                write!(f, "reviewed was {before}; now it would be {now}")
            }
            Self::NotPlanned => f.write_str("it is not planned any more"),
            Self::NotSeen => f.write_str("the plan does not say what was looked at for it"),
            Self::Needs(address) => {
                write!(f, "needs {address}, which is refused or was not reviewed")
            }
            Self::Owner => f.write_str(
                "the owner's own steps are refused or were not reviewed, who would be locked out",
            ),
        }
    }
}

/// A step that was reviewed and is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Which one.
    pub address: Address,
    /// What it was to do.
    pub action: Action,
    /// Why not.
    pub stale: Stale,
}

/// What is left of a plan that was reviewed.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The steps that hold, with all that is known of now.
    pub plan: Plan,
    /// The steps that do not.
    pub refused: Vec<Refused>,
    /// Steps of now that nobody has reviewed. They are not carried out.
    pub unreviewed: Vec<Address>,
}

/// Compares step by step. `live` is what `now` was made from; `owner` is never locked out.
pub fn compare(reviewed: &Plan, now: Plan, live: &Live, owner: Option<&Email>) -> Comparison {
    let unreviewed = unreviewed(reviewed, &now);
    let mut stale = stale(reviewed, &now, &FactReader::new(live));
    let strangers = writing(&unreviewed, &now);
    refuse_needy(&now, &strangers, &mut stale);
    // What keeps the owner in may need a refused step itself, so that is settled before.
    if owner.is_some_and(|owner| locks_out(owner, (reviewed, &now), &strangers, &stale)) {
        refuse_connecting(reviewed, &mut stale);
        refuse_needy(&now, &strangers, &mut stale);
    }
    Comparison {
        refused: refused(reviewed, &stale),
        plan: what_holds(reviewed, now, &stale),
        unreviewed,
    }
}

/// The steps of now that nobody has reviewed, in order.
fn unreviewed(reviewed: &Plan, now: &Plan) -> Vec<Address> {
    let known = addresses(reviewed);
    let planned = addresses(now).into_iter();
    let unknown = planned.filter(|address| !known.contains(address));
    unknown.cloned().collect()
}

fn addresses(plan: &Plan) -> BTreeSet<&Address> {
    plan.steps().map(|step| &step.address).collect()
}

/// The addresses whose steps write: a step that needs one of them waits for it.
fn writing<'a>(addresses: &'a [Address], now: &Plan) -> BTreeSet<&'a Address> {
    let writes = now.steps().filter(|step| step.change.writes());
    let writes: BTreeSet<&Address> = writes.map(|step| &step.address).collect();
    let addresses = addresses.iter();
    addresses
        .filter(|address| writes.contains(address))
        .collect()
}

/// Why each reviewed step that does not hold by itself does not.
fn stale(reviewed: &Plan, now: &Plan, reader: &FactReader<'_>) -> BTreeMap<Address, Stale> {
    let planned: BTreeMap<&Address, &Step> =
        now.steps().map(|step| (&step.address, step)).collect();
    let judged = reviewed.steps().filter_map(|step| {
        let now = planned.get(&step.address).copied();
        let stale = judge(reviewed, step, now, reader)?;
        Some((step.address.clone(), stale))
    });
    judged.collect()
}

/// Whether something is left out that keeps the owner in.
fn locks_out(
    owner: &Email,
    (reviewed, now): (&Plan, &Plan),
    strangers: &BTreeSet<&Address>,
    stale: &BTreeMap<Address, Stale>,
) -> bool {
    let is_left_out =
        |step: &Step| stale.contains_key(&step.address) || strangers.contains(&step.address);
    let mut steps = reviewed.steps().chain(now.steps());
    steps.any(|step| is_left_out(step) && keeps(step, owner))
}

fn refuse_connecting(reviewed: &Plan, stale: &mut BTreeMap<Address, Stale>) {
    for step in reviewed.steps().filter(|step| step.changes_connection()) {
        stale.entry(step.address.clone()).or_insert(Stale::Owner);
    }
}

/// The reviewed steps that are not carried out, in the order of the plan.
fn refused(reviewed: &Plan, stale: &BTreeMap<Address, Stale>) -> Vec<Refused> {
    let refused = reviewed.steps().filter_map(|step| {
        let stale = stale.get(&step.address)?.clone();
        Some(Refused {
            address: step.address.clone(),
            action: step.change.action(),
            stale,
        })
    });
    refused.collect()
}

/// The plan of now with those steps alone that were reviewed and hold.
fn what_holds(reviewed: &Plan, now: Plan, stale: &BTreeMap<Address, Stale>) -> Plan {
    let known = addresses(reviewed);
    let holds = |step: &Step| known.contains(&step.address) && !stale.contains_key(&step.address);
    let stages = now.stages.into_iter();
    let stages = stages.map(|StageSteps { stage, mut steps }| {
        steps.retain(&holds);
        StageSteps { stage, steps }
    });
    Plan {
        stages: stages.filter(|stage| !stage.steps.is_empty()).collect(),
        facts: reviewed.facts.clone(),
        ..now
    }
}

/// Refuses what needs a refused step, or one that nobody has reviewed.
fn refuse_needy(now: &Plan, strangers: &BTreeSet<&Address>, stale: &mut BTreeMap<Address, Stale>) {
    // What a step needs comes before it in a plan that was made here, so one way through is enough.
    for step in now
        .steps()
        .filter(|step| !strangers.contains(&step.address))
    {
        let is_missing = |need: &&Address| stale.contains_key(*need) || strangers.contains(*need);
        if !stale.contains_key(&step.address)
            && let Some(need) = step.needs.iter().find(is_missing)
        {
            stale.insert(step.address.clone(), Stale::Needs(need.clone()));
        }
    }
}

/// Why a step does not hold by itself, if it does not.
fn judge(
    reviewed: &Plan,
    step: &Step,
    now: Option<&Step>,
    reader: &FactReader<'_>,
) -> Option<Stale> {
    let Some(facts) = reviewed.facts.get(&step.address) else {
        return Some(Stale::NotSeen);
    };
    let moved = facts.moved(&reader.read(step));
    if !moved.is_empty() {
        return Some(Stale::Moved(moved));
    }
    let Some(now) = now else {
        return Some(Stale::NotPlanned);
    };
    let is_same = is_same(&now.change, &step.change) && now.needs == step.needs;
    (!is_same).then(|| Stale::Otherwise {
        before: words(&step.change),
        now: words(&now.change),
    })
}

/// Whether both do the same. Names that are only shown are among the facts.
fn is_same(one: &Change, other: &Change) -> bool {
    one == other || one.clone().without_remarks() == other.clone().without_remarks()
}

fn words(change: &Change) -> String {
    let headline = |attributes: Option<&Attributes>| {
        let headline = attributes.map(|attributes| attributes.headline().into_owned());
        headline.filter(|headline| !headline.is_empty())
    };
    let parts = [headline(change.before()), headline(change.after())];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("{} ({})", change.action().as_str(), parts.join(" → "))
}

/// Whether a step makes or maps the account that the owner signs in with.
fn keeps(step: &Step, owner: &Email) -> bool {
    let mapping = step.change.after().and_then(Attributes::mapping);
    let is_theirs =
        step.address.key() == owner.as_str() || mapping.is_some_and(|mapping| mapping.to == *owner);
    let kind = step.address.kind();
    is_theirs && (kind.makes_account() || kind.maps())
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;
    use crate::model::access::EffectiveLevel;
    use crate::model::address::Kind;
    use crate::model::attributes::MappingAttributes;
    use crate::model::ids::{RemoteId, Serial, TenantId};
    use crate::model::live::Connection;
    use crate::model::policy::Policy;
    use crate::plan::sample::{
        ANA, LEE, Person, SAM, TENANT, access, connection, directory_user, invitation, live,
        make_account, mapping, mapping_after, member, of, plan, policy, saved,
    };
    use crate::plan::value::{Fact, Stage};
    use uuid::Uuid;

    const STAKEHOLDER: EffectiveLevel = EffectiveLevel::Stakeholder;
    const ADVANCED: EffectiveLevel = EffectiveLevel::BasicTestPlans;

    /// What somebody does after the review.
    type Somebody<'a> = &'a dyn Fn(&mut Live);

    /// Which addresses a comparison carries out.
    fn held(comparison: &Comparison) -> Vec<String> {
        let steps = comparison.plan.steps();
        steps.map(|step| step.address.to_string()).collect()
    }

    /// Which it refuses, and why.
    fn refused(comparison: &Comparison) -> Vec<String> {
        let refused = comparison.refused.iter();
        refused
            .map(|Refused { address, stale, .. }| format!("{address}  {stale}"))
            .collect()
    }

    /// The same steps planned again, on what has become of live.
    fn again(steps: &[Step], change: impl FnOnce(&mut Live)) -> Comparison {
        let reviewed = saved(steps.to_vec(), &live());
        let mut now = live();
        change(&mut now);
        compare(&reviewed, plan(steps.to_vec()), &now, None)
    }

    /// Other steps planned on the same live.
    fn planned_now(reviewed: &[Step], now: &[Step], owner: Option<&str>) -> Comparison {
        let reviewed = saved(reviewed.to_vec(), &live());
        let owner = owner.map(Email::from_service);
        compare(&reviewed, plan(now.to_vec()), &live(), owner.as_ref())
    }

    #[test]
    fn a_plan_to_which_nothing_has_happened_holds_with_what_is_known_of_now() {
        let steps = [mapping(LEE), connection(), policy()];
        let reviewed = saved(steps.to_vec(), &live());
        let mut now = plan(steps.to_vec());
        now.header.serial = Serial::new(7);
        let comparison = compare(&reviewed, now.clone(), &live(), None);
        assert_eq!(comparison.refused, []);
        assert_eq!(comparison.unreviewed, []);
        let facts = reviewed.facts;
        assert_eq!(comparison.plan, Plan { facts, ..now });
    }

    #[test]
    fn nothing_is_compared_with_nothing() {
        let comparison = planned_now(&[], &[], Some(ANA.from));
        assert!(comparison.plan.is_empty());
        assert_eq!(comparison.refused, []);
        assert_eq!(comparison.unreviewed, []);
    }

    #[test]
    fn a_step_whose_object_has_moved_is_refused_and_no_other() {
        let steps = [access(LEE, STAKEHOLDER), access(ANA, STAKEHOLDER), policy()];
        let comparison = again(&steps, |live| {
            member(live, LEE).access = ADVANCED;
            "Li".clone_into(&mut member(live, LEE).display_name);
        });
        let moved = "access[\"lee@outlook.com\"]  name: lee@outlook.com → Li; \
                 access level: basic → basic-test-plans";
        assert_eq!(refused(&comparison), [moved]);
        assert_eq!(comparison.refused[0].action, Action::Update);
        assert_eq!(
            held(&comparison),
            ["policy[\"ssh_access\"]", "access[\"ana@outlook.com\"]"]
        );
    }

    #[test]
    fn each_kind_is_refused_by_what_it_is_about() {
        let elsewhere = TenantId::new(Uuid::from_u128(77));
        let to_elsewhere = |live: &mut Live| {
            live.organization.connection = Connection::Tenant(elsewhere);
        };
        let disable = |live: &mut Live| {
            live.directory.users.get_mut(&LEE.id).unwrap().enabled = false;
        };
        let switch = |live: &mut Live| live.policies.extend([(Policy::SshAccess, false)]);
        let remove = |live: &mut Live| drop(live.members.remove(&LEE.key));
        let make = |live: &mut Live| make_account(live, SAM);
        let rows: [(Step, Somebody<'_>, Fact, &str); 5] = [
            (connection(), &to_elsewhere, Fact::Connection, "tenant"),
            (mapping(LEE), &disable, Fact::AccountKind, "disabled"),
            (policy(), &switch, Fact::Policy, "off"),
            (access(LEE, ADVANCED), &remove, Fact::Member, "none"),
            (directory_user(SAM), &make, Fact::Account, "-"),
        ];
        for (step, change, fact, word) in rows {
            let comparison = again(slice::from_ref(&step), change);
            let Some(Stale::Moved(moved)) = comparison.refused.first().map(|it| &it.stale) else {
                panic!("{}: {:?}", step.address, comparison.refused);
            };
            let [only] = moved.as_slice() else {
                panic!("{}: {moved:?}", step.address);
            };
            assert_eq!(only.fact, fact, "{}", step.address);
            assert!(only.now.contains(word), "{only}");
            assert!(comparison.plan.is_empty(), "{}", step.address);
        }
    }

    #[test]
    fn another_name_of_the_account_is_a_move_and_names_that_a_plan_does_not_hold_are_none() {
        let rename = |live: &mut Live| {
            let lee = live.directory.users.get_mut(&LEE.id).unwrap();
            "Li".clone_into(&mut lee.display_name);
        };
        let comparison = again(&[mapping(LEE)], rename);
        let moved = "mapping[\"lee@outlook.com\"]  name in the directory: lee@contoso.com → Li";
        assert_eq!(refused(&comparison), [moved]);
        let mut named = mapping(LEE);
        let after = named.change.after().and_then(Attributes::mapping);
        let after = Attributes::Mapping(MappingAttributes {
            name: Some("Li".to_owned()),
            ..after.unwrap().clone()
        });
        named.change = Change::Create { after };
        let comparison = planned_now(&[mapping(LEE)], &[named.clone()], None);
        assert_eq!(refused(&comparison), [""; 0]);
        assert_eq!(comparison.plan.steps().next(), Some(&named), "as of now");
    }

    #[test]
    fn what_nothing_was_said_of_is_no_move() {
        // Nothing is looked at of a member's credentials for a mapping, nor of a policy for access.
        let comparison = again(&[mapping(LEE), access(LEE, ADVANCED)], |live| {
            live.policies.clear();
            live.directory.users.remove(&ANA.id);
        });
        assert_eq!(comparison.refused, []);
    }

    #[test]
    fn what_is_not_planned_any_more_is_told_apart_from_what_has_moved() {
        let steps = [policy(), access(LEE, STAKEHOLDER)];
        let comparison = planned_now(&steps, &[policy()], None);
        let gone = "access[\"lee@outlook.com\"]  it is not planned any more";
        assert_eq!(refused(&comparison), [gone]);
        // What has moved is why it is not planned any more, and tells more.
        let reviewed = saved(steps.to_vec(), &live());
        let mut now = live();
        member(&mut now, LEE).access = STAKEHOLDER;
        let comparison = compare(&reviewed, plan(vec![policy()]), &now, None);
        let moved = "access[\"lee@outlook.com\"]  access level: basic → stakeholder";
        assert_eq!(refused(&comparison), [moved]);
    }

    #[test]
    fn a_step_that_would_do_something_else_is_refused_with_both() {
        let before = [access(LEE, STAKEHOLDER), policy()];
        let comparison = planned_now(&before, &[access(LEE, ADVANCED), policy()], None);
        let otherwise = "access[\"lee@outlook.com\"]  reviewed was update (basic → stakeholder); now it \
                     would be update (basic → basic-test-plans)";
        assert_eq!(refused(&comparison), [otherwise]);
        assert_eq!(held(&comparison), ["policy[\"ssh_access\"]"]);
    }

    #[test]
    fn other_needs_are_another_step_and_other_words_are_not() {
        let reviewed = access(LEE, STAKEHOLDER);
        let mut hasty = reviewed.clone();
        hasty.needs.clear();
        let comparison = planned_now(slice::from_ref(&reviewed), &[hasty], None);
        assert!(
            matches!(comparison.refused[0].stale, Stale::Otherwise { .. }),
            "{:?}",
            comparison.refused
        );
        let worded = Step {
            reason: serde_json::from_str("\"differs\"").unwrap(),
            display_name: Some("Lee".to_owned()),
            ..reviewed.clone()
        };
        let comparison = planned_now(&[reviewed], slice::from_ref(&worded), None);
        assert_eq!(comparison.refused, []);
        assert_eq!(comparison.plan.steps().collect::<Vec<_>>(), [&worded]);
    }

    #[test]
    fn a_step_of_which_the_plan_does_not_say_what_was_looked_at_is_refused() {
        let steps = vec![policy(), mapping(LEE)];
        let mut reviewed = saved(steps.clone(), &live());
        reviewed.facts.remove(&policy().address);
        let comparison = compare(&reviewed, plan(steps.clone()), &live(), None);
        let unseen = "policy[\"ssh_access\"]  the plan does not say what was looked at for it";
        assert_eq!(refused(&comparison), [unseen]);
        let comparison = compare(&plan(steps.clone()), plan(steps), &live(), None);
        assert_eq!(comparison.refused.len(), 2);
        assert!(comparison.plan.is_empty());
    }

    #[test]
    fn what_needs_a_refused_step_is_refused_with_it_however_far_away() {
        let made = directory_user(SAM);
        let mapped = mapping_after(SAM, &made);
        let steps = [
            access(SAM, STAKEHOLDER),
            mapped,
            made,
            connection(),
            mapping(LEE),
        ];
        let mut now = steps.to_vec();
        now.retain(|step| step.address.kind() != Kind::DirectoryUser);
        let comparison = planned_now(&steps, &now, None);
        assert_eq!(
            refused(&comparison),
            [
                "directory_user[\"sam@contoso.com\"]  it is not planned any more",
                "mapping[\"sam@outlook.com\"]  needs directory_user[\"sam@contoso.com\"], which is \
             refused or was not reviewed",
                "access[\"sam@outlook.com\"]  needs mapping[\"sam@outlook.com\"], which is refused or \
             was not reviewed",
            ]
        );
        assert_eq!(
            held(&comparison),
            ["connection[\"contoso\"]", "mapping[\"lee@outlook.com\"]"]
        );
    }

    #[test]
    fn a_file_in_another_order_refuses_the_same() {
        let made = directory_user(SAM);
        let steps = [
            made.clone(),
            mapping_after(SAM, &made),
            access(SAM, STAKEHOLDER),
        ];
        let mut reviewed = saved(steps.to_vec(), &live());
        reviewed.stages.reverse();
        let comparison = compare(&reviewed, plan(steps[1..].to_vec()), &live(), None);
        assert_eq!(comparison.refused.len(), 3);
        assert!(comparison.plan.is_empty(), "{:?}", held(&comparison));
    }

    #[test]
    fn what_has_come_since_is_told_in_order_and_not_carried_out() {
        let mut now = vec![access(LEE, STAKEHOLDER), policy(), invitation(SAM)];
        let comparison = planned_now(&[policy()], &now, None);
        let added = [of(Kind::Invitation, SAM.from), of(Kind::Access, LEE.from)];
        assert_eq!(comparison.unreviewed, added);
        assert_eq!(held(&comparison), ["policy[\"ssh_access\"]"]);
        assert_eq!(comparison.refused, []);
        now.reverse();
        let turned = planned_now(&[policy()], &now, None);
        assert_eq!(turned.unreviewed, comparison.unreviewed);
        let stages = turned.plan.stages.iter().map(|stage| stage.stage);
        assert_eq!(stages.collect::<Vec<_>>(), [Stage::Settings]);
    }

    #[test]
    fn what_needs_something_that_nobody_reviewed_waits_for_it() {
        let comparison = planned_now(&[mapping(LEE)], &[connection(), mapping(LEE)], None);
        let needs = "mapping[\"lee@outlook.com\"]  needs connection[\"contoso\"], which is refused or was \
                 not reviewed";
        assert_eq!(refused(&comparison), [needs]);
        // Taking something into the record is nothing to wait for.
        let Change::Create { after } = connection().change else {
            panic!("made");
        };
        let adopted = Step {
            change: Change::Adopt {
                id: RemoteId::TenantId(TENANT),
                after,
            },
            ..connection()
        };
        let comparison = planned_now(&[mapping(LEE)], &[adopted, mapping(LEE)], None);
        assert_eq!(comparison.refused, []);
        assert_eq!(comparison.unreviewed, [connection().address]);
        assert_eq!(held(&comparison), ["mapping[\"lee@outlook.com\"]"]);
    }

    /// A move of two, of which one step has moved.
    fn moved(who: Person, owner: Option<&str>) -> Comparison {
        let steps = vec![connection(), mapping(ANA), mapping(LEE), policy()];
        let reviewed = saved(steps.clone(), &live());
        let mut now = live();
        "X".clone_into(&mut member(&mut now, who).display_name);
        let owner = owner.map(Email::from_service);
        compare(&reviewed, plan(steps), &now, owner.as_ref())
    }

    #[test]
    fn nothing_is_connected_when_a_step_is_refused_that_keeps_the_owner_in() {
        let locked_out = "connection[\"contoso\"]  the owner's own steps are refused or were not \
                      reviewed, who would be locked out";
        let needs = "mapping[\"lee@outlook.com\"]  needs connection[\"contoso\"], which is refused or was \
                 not reviewed";
        for owner in [ANA.from, ANA.to] {
            let comparison = moved(ANA, Some(owner));
            let refused = refused(&comparison);
            assert_eq!(refused[0], locked_out, "{owner}");
            assert!(refused[1].starts_with("mapping[\"ana@outlook.com\"]  name"));
            assert_eq!(refused[2], needs);
            assert_eq!(held(&comparison), ["policy[\"ssh_access\"]"], "{owner}");
        }
        for (who, owner) in [(LEE, Some(ANA.from)), (ANA, Some(SAM.from)), (ANA, None)] {
            let comparison = moved(who, owner);
            assert_eq!(comparison.refused.len(), 1, "{who:?} {owner:?}");
        }
    }

    #[test]
    fn what_keeps_the_owner_in_is_what_makes_or_maps_their_account() {
        let made = directory_user(SAM);
        let mapped = mapping_after(SAM, &made);
        // Which step is missing now, who the owner is, whether it is connected nevertheless.
        let rows = [
            (&made, SAM.to, false),
            // What their mapping needs is missing, and so is their mapping.
            (&made, SAM.from, false),
            (&mapped, SAM.to, false),
            (&access(SAM, STAKEHOLDER), SAM.from, true),
            (&policy(), SAM.from, true),
        ];
        for (missing, owner, is_connected) in rows {
            let steps = [
                connection(),
                made.clone(),
                mapped.clone(),
                access(SAM, STAKEHOLDER),
                policy(),
            ];
            let mut now = steps.to_vec();
            now.retain(|step| step.address != missing.address);
            let comparison = planned_now(&steps, &now, Some(owner));
            let held = held(&comparison);
            let connects = held.contains(&"connection[\"contoso\"]".to_owned());
            assert_eq!(connects, is_connected, "{} of {owner}", missing.address);
        }
    }

    /// Somebody changes the owner's account after the review, so that connecting alone no longer keeps
    /// them in: the mapping that would is new.
    #[test]
    fn nothing_is_connected_when_nobody_has_reviewed_what_keeps_the_owner_in() {
        let reviewed = [connection(), mapping(LEE)];
        let now = [connection(), mapping(LEE), mapping(ANA)];
        let comparison = planned_now(&reviewed, &now, Some(ANA.from));
        assert_eq!(comparison.refused[0].stale, Stale::Owner);
        assert!(comparison.plan.is_empty(), "{:?}", held(&comparison));
        let comparison = planned_now(&reviewed, &now, Some(LEE.from));
        assert_eq!(held(&comparison).len(), 2);
    }

    #[test]
    fn whatever_refuses_the_connection_by_itself_is_what_is_told() {
        let steps = [connection(), mapping(ANA)];
        let reviewed = saved(steps.to_vec(), &live());
        let mut now = live();
        now.organization.connection = Connection::Tenant(TenantId::new(Uuid::from_u128(77)));
        "X".clone_into(&mut member(&mut now, ANA).display_name);
        let owner = Email::from_service(ANA.from);
        let comparison = compare(&reviewed, plan(steps.to_vec()), &now, Some(&owner));
        assert!(matches!(comparison.refused[0].stale, Stale::Moved(_)));
    }
}
