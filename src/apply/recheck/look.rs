//! The look itself: reads live once more, and takes out the steps whose objects somebody has changed.

use std::collections::BTreeSet;

use tokio::time::Instant;

use super::Recheck;
use crate::apply::applier::Applier;
use crate::apply::port::{CallError, Notifier, Reader, Writer};
use crate::apply::record::Run;
use crate::apply::summary::StepStatus;
use crate::model::desired::Scope;
use crate::model::live::Live;
use crate::plan::compare::Stale;
use crate::plan::fingerprint::FactReader;
use crate::plan::value::{Moved, Step};

impl<R: Reader, W: Writer, C: Notifier> Applier<'_, R, W, C> {
    /// Takes out of `steps` those whose objects somebody has changed since they were reviewed. Where
    /// that cannot be read, the `next` of them are not carried out.
    pub(in crate::apply) async fn still_good<'s>(
        &self,
        run: &mut Run<'_>,
        mut steps: Vec<&'s Step>,
        next: usize,
    ) -> Vec<&'s Step> {
        let Some(recheck) = &mut run.recheck else {
            return steps;
        };
        if steps.is_empty() {
            return steps;
        }
        let begin = Instant::now();
        let live = match self.look().await {
            Ok(live) => live,
            Err(error) => {
                for step in steps.drain(..next.min(steps.len())) {
                    run.end_unsent(step, StepStatus::Failed(Box::new(error.clone().into())));
                }
                return steps;
            }
        };
        (recheck.looked_at, recheck.took) = (Instant::now(), begin.elapsed());
        let recheck = &*recheck;
        let reader = FactReader::new(&live);
        let judged: Vec<(&Step, Vec<Moved>)> = steps
            .into_iter()
            .map(|step| (step, recheck.moved(step, &live, &reader)))
            .collect();
        let mut good = Vec::with_capacity(judged.len());
        for (step, moved) in judged {
            if moved.is_empty() {
                good.push(step);
            } else {
                run.end_unsent(step, StepStatus::Stale(Stale::Moved(moved)));
            }
        }
        good
    }

    /// Whether the last look is too long ago for the next writes.
    pub(in crate::apply) fn needs_a_look(run: &Run<'_>) -> bool {
        run.recheck.as_ref().is_some_and(Recheck::is_old)
    }

    /// Everybody's tokens and keys take a request a person, and who was deleted matters to plans only.
    async fn look(&self) -> Result<Live, CallError> {
        let scope = Scope {
            credentials: false,
            newcomers: BTreeSet::new(),
            ..self.scope.clone()
        };
        self.reader.read(&scope).await
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::{Mutex, MutexGuard, PoisonError};
    use std::time::Duration;

    use jiff::Timestamp;
    use uuid::Uuid;

    use super::super::GOOD_FOR;
    use super::*;
    use crate::apply::applier::{Observer, Patience, Wait};
    use crate::apply::port::{ApiError, ApiErrorKind, Bindings, Call, Outcome};
    use crate::apply::summary::StepResult;
    use crate::model::access::EffectiveLevel;
    use crate::model::address::Kind;
    use crate::model::attributes::{Attributes, RemovalAttributes};
    use crate::model::desired::{DesiredConnection, TenantRef};
    use crate::model::ids::{Lineage, OrganizationName, RemoteId, StorageKey};
    use crate::model::live::Connection;
    use crate::model::person::Email;
    use crate::plan::sample::{
        ANA, LEE, Person, SAM, TENANT, access, directory_user, live, make_account, mapping,
        mapping_after, member, of, plan, policy, saved, step,
    };
    use crate::plan::value::{Change, Plan, Stage};
    use crate::state::store::Store;
    use crate::state::value::State;

    const STAKEHOLDER: EffectiveLevel = EffectiveLevel::Stakeholder;

    /// Services that answer as a test says. What is read lags behind nothing.
    #[derive(Default)]
    struct Services {
        /// What each reading gives; the last one for good.
        readings: Mutex<VecDeque<Result<Live, CallError>>>,
        /// Which of credentials and newcomers was asked for, reading by reading.
        asked: Mutex<Vec<bool>>,
        sent: Mutex<Vec<String>>,
        /// How long each request takes.
        takes: Duration,
        /// How much longer those take that write.
        writing_takes: Duration,
    }

    impl Services {
        fn that_read(readings: impl IntoIterator<Item = Result<Live, CallError>>) -> Self {
            Self {
                readings: Mutex::new(readings.into_iter().collect()),
                ..Self::default()
            }
        }

        fn sent(&self) -> Vec<String> {
            lock(&self.sent).clone()
        }

        fn looks(&self) -> usize {
            lock(&self.asked).len()
        }
    }

    fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    impl Reader for Services {
        async fn read(&self, scope: &Scope<'_>) -> Result<Live, CallError> {
            lock(&self.asked).push(scope.credentials || !scope.newcomers.is_empty());
            tokio::time::sleep(self.takes).await;
            let mut readings = lock(&self.readings);
            if readings.len() > 1 {
                readings.pop_front().unwrap()
            } else {
                readings.front().unwrap().clone()
            }
        }

        async fn connection(&self, scope: &Scope<'_>) -> Result<Connection, CallError> {
            Ok(self.read(scope).await?.organization.connection)
        }
    }

    impl Writer for Services {
        async fn send(&self, steps: &[&Step], _: &Bindings) -> Vec<Outcome> {
            tokio::time::sleep(self.takes + self.writing_takes).await;
            let addresses = steps.iter().map(|step| step.address.to_string());
            lock(&self.sent).extend(addresses);
            let done = |step: &&Step| Outcome::Done {
                remote_id: if step.address.kind().makes_account() {
                    RemoteId::ObjectId(SAM.id)
                } else {
                    RemoteId::StorageKey(LEE.key)
                },
                request_id: None,
            };
            steps.iter().map(done).collect()
        }

        async fn forget_tokens(&self) {}
    }

    /// Nobody is told anything here.
    struct Nobody;

    impl Notifier for Nobody {
        async fn deliver(&self, steps: &[&Step], _: Timestamp) -> Vec<Outcome> {
            assert!(steps.is_empty());
            Vec::new()
        }
    }

    impl Observer for Nobody {
        fn stage(&mut self, _: Stage, _: usize) {}
        fn step(&mut self, _: &Step, _: &StepStatus) {}
        fn gate(&mut self) {}
        fn waiting(&mut self, _: Wait) {}
    }

    /// Carries out a plan that was made when live was as it is in the sample.
    async fn applied(services: &Services, plan: Plan) -> Vec<StepResult> {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::local(folder.path().join("state.json"));
        let organization = OrganizationName::new("contoso");
        let tenant = TenantRef::Id(TENANT);
        let (addresses, identities) = (BTreeSet::new(), BTreeSet::new());
        let sam = Email::from_service(SAM.to);
        let applier = Applier {
            reader: services,
            writer: services,
            notifier: &Nobody,
            scope: Scope {
                organization: &organization,
                tenant: &tenant,
                connection: DesiredConnection::Connected,
                addresses,
                identities,
                newcomers: BTreeSet::from([&sam]),
                projects: false,
                who_invites: false,
                policies: true,
                credentials: true,
                revocations: false,
            },
            store: &store,
            fresh_lineage: Lineage::new(Uuid::from_u128(6)),
            patience: Patience {
                after_request: Duration::ZERO,
                at_gate: Duration::ZERO,
            },
            clock: &|| Timestamp::UNIX_EPOCH,
            should_stop: &|| false,
        };
        let mut state = State::unsaved();
        let applying = async {
            let result = applier.apply(plan, live(), &mut state, &mut Nobody).await;
            result.unwrap().results
        };
        // Of a clock that stands still: looking again and again would never end.
        let hour = Duration::from_secs(3600);
        tokio::time::timeout(hour, applying).await.unwrap()
    }

    /// What became of each step, in short.
    fn ends(results: &[StepResult]) -> Vec<String> {
        let end = |result: &StepResult| {
            let end = match &result.status {
                StepStatus::Done => "done".to_owned(),
                StepStatus::AlreadySo => "already so".to_owned(),
                StepStatus::Failed(error) => format!("failed: {}", error.message()),
                StepStatus::Unsure(error) => format!("unsure: {}", error.message()),
                StepStatus::Stale(stale) => format!("stale: {stale}"),
                StepStatus::Skipped { because } => format!("skipped: {because}"),
                StepStatus::NotReached => "not reached".to_owned(),
            };
            format!("{} {end}", result.address)
        };
        results.iter().map(end).collect()
    }

    fn after(change: impl FnOnce(&mut Live)) -> Live {
        let mut live = live();
        change(&mut live);
        live
    }

    #[tokio::test(start_paused = true)]
    async fn a_step_whose_object_has_moved_is_refused_with_its_dependents_and_the_rest_goes_on() {
        let services = Services::that_read([Ok(after(|live| {
            "Li".clone_into(&mut member(live, LEE).display_name);
        }))]);
        let steps = vec![
            directory_user(SAM),
            mapping(LEE),
            mapping(ANA),
            access(LEE, STAKEHOLDER),
            access(ANA, STAKEHOLDER),
        ];
        let results = applied(&services, saved(steps, &live())).await;
        assert_eq!(
            ends(&results),
            [
                "directory_user[\"sam@contoso.com\"] done",
                "mapping[\"lee@outlook.com\"] stale: name: lee@outlook.com → Li",
                "mapping[\"ana@outlook.com\"] done",
                "access[\"lee@outlook.com\"] skipped: mapping[\"lee@outlook.com\"]",
                "access[\"ana@outlook.com\"] done",
            ]
        );
        assert_eq!(
            services.sent(),
            [
                "directory_user[\"sam@contoso.com\"]",
                "mapping[\"ana@outlook.com\"]",
                "access[\"ana@outlook.com\"]",
            ]
        );
        // One look for each stage but the first, and none of them a request a person.
        assert_eq!(*lock(&services.asked), [false, false]);
    }

    /// What was refused is not ours: a later look must not take somebody's change for our own.
    #[tokio::test(start_paused = true)]
    async fn a_refused_step_explains_no_later_change() {
        let services = Services::that_read([Ok(after(|live| make_account(live, SAM)))]);
        let made = directory_user(SAM);
        let mut free = mapping_after(SAM, &made);
        free.needs.clear();
        let steps = vec![removal_of_ana(), made, free];
        let results = applied(&services, saved(steps, &live())).await;
        let ends = ends(&results);
        assert!(ends[1].starts_with("directory_user[\"sam@contoso.com\"] stale: account"));
        assert!(
            ends[2].starts_with("mapping[\"sam@outlook.com\"] stale: account"),
            "{ends:?}"
        );
    }

    /// Something before the stage of the directory, so that this one is looked at.
    fn removal_of_ana() -> Step {
        let after = Attributes::Removal(RemovalAttributes {
            member: ANA.key,
            reason: "left".to_owned(),
        });
        let address = of(Kind::Removal, ANA.from);
        let change = Change::Create { after };
        step(address, change, Vec::new())
    }

    fn unreachable() -> CallError {
        CallError::Api(ApiError {
            kind: ApiErrorKind::Unreachable,
            call: Call::ConnectionData,
            method: "GET",
            url: "https://dev.azure.com".to_owned(),
            status: None,
            code: None,
            message: "nobody answers".to_owned(),
            request_id: None,
        })
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_read_is_neither_changed_nor_unchanged_and_not_written_to() {
        let services = Services::that_read([Err(unreachable()), Ok(live())]);
        let made = directory_user(SAM);
        let steps = vec![
            made.clone(),
            mapping(LEE),
            mapping_after(SAM, &made),
            policy(),
            access(LEE, STAKEHOLDER),
            access(ANA, STAKEHOLDER),
        ];
        let results = applied(&services, saved(steps, &live())).await;
        assert_eq!(
            ends(&results),
            [
                "directory_user[\"sam@contoso.com\"] done",
                "mapping[\"lee@outlook.com\"] failed: nobody answers",
                "mapping[\"sam@outlook.com\"] failed: nobody answers",
                "policy[\"ssh_access\"] done",
                "access[\"lee@outlook.com\"] skipped: mapping[\"lee@outlook.com\"]",
                "access[\"ana@outlook.com\"] done",
            ]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_stage_and_a_plan_that_was_not_saved_need_no_look() {
        let elsewhere = || Services::that_read([Ok(after(|live| live.members.clear()))]);
        let services = elsewhere();
        let results = applied(&services, saved(vec![mapping(LEE), mapping(ANA)], &live())).await;
        assert_eq!(services.looks(), 0);
        assert!(results.iter().all(|result| result.status.succeeded()));
        let services = elsewhere();
        let steps = vec![directory_user(SAM), mapping(LEE), policy()];
        let results = applied(&services, plan(steps)).await;
        assert_eq!(services.looks(), 0);
        assert!(results.iter().all(|result| result.status.succeeded()));
    }

    /// Each look that fails costs one group, and the next group is looked at again.
    #[tokio::test(start_paused = true)]
    async fn a_look_that_fails_in_a_long_stage_costs_one_group() {
        let mut services = Services::that_read([Err(unreachable()), Ok(long_live())]);
        services.takes = GOOD_FOR + Duration::from_millis(1);
        let results = applied(&services, long_stage()).await;
        let failed = |result: &&StepResult| matches!(result.status, StepStatus::Failed(_));
        assert_eq!(results.iter().filter(failed).count(), 50);
        assert_eq!(services.sent().len(), 70, "the groups before and after it");
    }

    /// More people than one group takes.
    const MANY: u128 = 120;

    fn one_of_many(number: u128) -> Person {
        Person {
            key: StorageKey::new(Uuid::from_u128(0x1000 + number)),
            from: format!("p{number:03}@outlook.com").leak(),
            ..LEE
        }
    }

    fn long_live() -> Live {
        let mut live = live();
        let lee = live.members[&LEE.key].clone();
        for person in (0..MANY).map(one_of_many) {
            let mut member = lee.clone();
            member.principal_name = Email::from_service(person.from);
            live.members.insert(person.key, member);
        }
        live
    }

    fn long_stage() -> Plan {
        let steps = (0..MANY).map(|number| access(one_of_many(number), STAKEHOLDER));
        saved(steps.collect(), &long_live())
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_stage_is_looked_at_once_the_last_look_is_old() {
        let gone = after(|live| live.members.clear());
        let mut services = Services::that_read([Ok(gone.clone())]);
        services.takes = GOOD_FOR / 3;
        let quick = applied(&services, long_stage()).await;
        assert_eq!(services.looks(), 0, "three groups within half a minute");
        assert!(quick.iter().all(|result| result.status.succeeded()));
        let mut services = Services::that_read([Ok(gone)]);
        services.takes = GOOD_FOR + Duration::from_millis(1);
        let slow = applied(&services, long_stage()).await;
        let stale = |result: &&StepResult| matches!(result.status, StepStatus::Stale(_));
        assert_eq!(
            slow.iter().filter(stale).count(),
            70,
            "all but the first group"
        );
        assert_eq!(services.sent().len(), 50);
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_is_good_for_the_group_that_follows_it() {
        let mut services = Services::that_read([Ok(long_live())]);
        services.takes = Duration::from_secs(1);
        services.writing_takes = GOOD_FOR;
        let results = applied(&services, long_stage()).await;
        assert!(results.iter().all(|result| result.status.succeeded()));
        assert_eq!(services.looks(), 2, "before each group but the first");
    }
}
