//! What this run has changed itself is told from what somebody else has.

mod looks;

use super::*;
use crate::model::ids::{ObjectId, RemoteId, TenantId};
use crate::model::live::{Connection, InvitationStatus, UserType};
use crate::model::person::Email;
use crate::plan::sample::{
    ANA, LEE, Person, SAM, TENANT, access, connection, directory_user, invitation, live,
    make_account, mapping, mapping_after, member, plan, policy, saved,
};
use crate::plan::value::{Change, RemoveFrom};
use uuid::Uuid;

const STAKEHOLDER: EffectiveLevel = EffectiveLevel::Stakeholder;

/// What somebody else, or this run, does to live.
type Done<'a> = &'a dyn Fn(&mut Live);

/// What of a step counts as moved, once this run has sent some steps and live has become another.
fn moved(sent: &[&Step], step: &Step, done: Done<'_>) -> Vec<Fact> {
    let saved = saved(vec![step.clone()], &live());
    let mut recheck = Recheck::of(saved.facts).unwrap();
    for one in sent {
        recheck.sent(one);
    }
    let mut now = live();
    done(&mut now);
    let moved = recheck.moved(step, &now, &FactReader::new(&now));
    moved.iter().map(|moved| moved.fact).collect()
}

/// Somebody signs in with an account of the directory.
fn becomes(live: &mut Live, person: Person, id: ObjectId, name: &str) {
    let user = member(live, person);
    user.origin = Origin::Directory;
    user.object_id = Some(id);
    user.principal_name = Email::from_service(name);
}

#[test]
fn a_plan_that_was_not_saved_is_not_looked_at_again() {
    assert!(Recheck::of(plan(vec![policy()]).facts).is_none());
    assert!(Recheck::of(saved(vec![policy()], &live()).facts).is_some());
}

#[test]
fn what_nobody_touched_has_not_moved_and_what_was_not_looked_at_is_not_judged() {
    for step in [
        connection(),
        mapping(LEE),
        policy(),
        access(LEE, STAKEHOLDER),
        directory_user(SAM),
    ] {
        assert_eq!(moved(&[], &step, &|_| {}), [], "{}", step.address);
    }
    let recheck = Recheck::of(saved(vec![policy()], &live()).facts).unwrap();
    let mut now = live();
    member(&mut now, LEE).access = STAKEHOLDER;
    let other = access(LEE, STAKEHOLDER);
    assert_eq!(recheck.moved(&other, &now, &FactReader::new(&now)), []);
}

#[test]
fn connecting_makes_other_names_and_identities_and_nothing_else() {
    let connects = |live: &mut Live| {
        live.organization.connection = Connection::Tenant(TENANT);
        becomes(live, LEE, LEE.id, LEE.to);
        "Li".clone_into(&mut member(live, LEE).display_name);
        member(live, LEE).access_by_group = true;
    };
    let step = access(LEE, STAKEHOLDER);
    assert_eq!(moved(&[&connection()], &step, &connects), []);
    let all = [
        Fact::SignInName,
        Fact::Name,
        Fact::Identity,
        Fact::AccessByGroup,
    ];
    assert_eq!(moved(&[], &step, &connects), all);
    // Nothing is sent to take something into the record.
    let mut adopts = connection();
    adopts.change = Change::Adopt {
        id: RemoteId::TenantId(TENANT),
        after: connection().change.after().unwrap().clone(),
    };
    assert_eq!(moved(&[&adopts], &step, &connects), all);
    let takes = |live: &mut Live| member(live, LEE).access = EffectiveLevel::BasicTestPlans;
    assert_eq!(moved(&[&connection()], &step, &takes), [Fact::Access]);
    let removes = |live: &mut Live| drop(live.members.remove(&LEE.key));
    assert_eq!(moved(&[&connection()], &step, &removes), [Fact::Member]);
    let switches = |live: &mut Live| live.policies.clear();
    assert_eq!(
        moved(&[&connection()], &policy(), &switches),
        [Fact::Policy]
    );
}

#[test]
fn a_connection_that_somebody_made_as_wanted_is_done_and_any_other_is_not_ours() {
    let to = |tenant: TenantId| {
        move |live: &mut Live| live.organization.connection = Connection::Tenant(tenant)
    };
    assert_eq!(moved(&[], &connection(), &to(TENANT)), []);
    let elsewhere = TenantId::new(Uuid::from_u128(77));
    assert_eq!(
        moved(&[], &connection(), &to(elsewhere)),
        [Fact::Connection]
    );
}

#[test]
fn a_mapping_makes_another_name_of_the_one_who_was_mapped() {
    let becomes_lee = |live: &mut Live| becomes(live, LEE, LEE.id, LEE.to);
    let step = access(LEE, STAKEHOLDER);
    assert_eq!(moved(&[&mapping(LEE)], &step, &becomes_lee), []);
    let other = [Fact::SignInName, Fact::Identity];
    assert_eq!(moved(&[&mapping(ANA)], &step, &becomes_lee), other);
    // The mapping of somebody whom the step needs under another name.
    let mut needy = step;
    needy.needs.push(mapping(ANA).address);
    assert_eq!(moved(&[&mapping(ANA)], &needy, &becomes_lee), []);
}

#[test]
fn nobody_is_mapped_who_has_become_somebody_else() {
    let step = mapping(LEE);
    let by = |id, name: &'static str| move |live: &mut Live| becomes(live, LEE, id, name);
    // The wanted identity, and the one that connecting makes of a sign-in name, are no strangers.
    assert_eq!(moved(&[&connection()], &step, &by(LEE.id, LEE.to)), []);
    let matched = |live: &mut Live| {
        make_account(live, SAM);
        let user = live.directory.users.get_mut(&SAM.id).unwrap();
        user.user_principal_name = Email::from_service(LEE.from);
        becomes(live, LEE, SAM.id, LEE.from);
    };
    assert_eq!(moved(&[&connection()], &step, &matched), []);
    assert_eq!(
        moved(&[&connection()], &step, &by(ANA.id, ANA.to)),
        [Fact::Identity]
    );
    // Without a connection of ours any other identity is somebody's doing.
    let both = [Fact::SignInName, Fact::Identity];
    assert_eq!(moved(&[], &step, &by(LEE.id, LEE.to)), both);
    // Whoever is cut off by connecting is whom the mapping is for.
    let cut_off = |live: &mut Live| {
        becomes(live, LEE, ANA.id, LEE.from);
        member(live, LEE).disconnected = true;
    };
    assert_eq!(moved(&[&connection()], &step, &cut_off), []);
}

#[test]
fn a_level_that_the_service_makes_better_by_itself_has_not_moved() {
    let step = access(LEE, STAKEHOLDER);
    let level = |level| move |live: &mut Live| member(live, LEE).access = level;
    let better = EffectiveLevel::VisualStudio;
    assert_eq!(moved(&[], &step, &level(better)), []);
    assert_eq!(moved(&[], &step, &level(STAKEHOLDER)), [Fact::Access]);
    let none = EffectiveLevel::None;
    assert_eq!(moved(&[], &step, &level(none)), [Fact::Access]);
    // Leaving a tenant takes levels that came with its groups.
    let mut leaves = connection();
    let tenant = connection().change.after().unwrap().clone();
    leaves.change = Change::Remove {
        id: RemoteId::TenantId(TENANT),
        before: tenant,
        from: RemoveFrom {
            organization: None,
            directory: false,
            projects: false,
        },
    };
    assert_eq!(moved(&[&leaves], &step, &level(none)), []);
}

#[test]
fn an_account_that_this_run_made_has_not_moved_and_anybody_elses_has() {
    let made = directory_user(SAM);
    let mapped = mapping_after(SAM, &made);
    let makes = |live: &mut Live| make_account(live, SAM);
    assert_eq!(moved(&[&made], &mapped, &makes), []);
    let account = [Fact::Account];
    assert_eq!(moved(&[], &mapped, &makes), account);
    assert_eq!(moved(&[&directory_user(LEE)], &mapped, &makes), account);
    // Of a guest by the step that it needs, for the account has another name than they do.
    let invited = invitation(SAM);
    let mapped = mapping_after(SAM, &invited);
    let comes = |live: &mut Live| {
        make_account(live, SAM);
        let user = live.directory.users.get_mut(&SAM.id).unwrap();
        user.mail = Some(Email::from_service(SAM.from));
        user.user_type = UserType::Guest;
        user.invitation = Some(InvitationStatus::Pending);
    };
    assert_eq!(moved(&[&invited], &mapped, &comes), []);
    assert_eq!(moved(&[], &mapped, &comes), account);
    // One that was there before is nobody's to change.
    let disables = |live: &mut Live| {
        live.directory.users.get_mut(&LEE.id).unwrap().enabled = false;
    };
    assert_eq!(
        moved(&[&connection()], &mapping(LEE), &disables),
        [Fact::AccountKind]
    );
}
