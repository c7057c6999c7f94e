//! Membership of projects, in every organization.

use orgctl::apply::port::Reader as _;
use orgctl::config;
use orgctl::model::ids::{ProjectId, ProjectName, StorageKey};
use orgctl::model::live::Live;
use orgctl::model::project::{EffectiveRole, Membership, ProjectRole};
use proptest::prelude::*;
use uuid::Uuid;

use super::{Rehearsal, planned};
use crate::support::people::{Org, Sort};
use crate::support::project::full_or;

const PROJECTS: usize = 3;

fn project(number: usize) -> ProjectId {
    ProjectId::new(Uuid::from_u128(5 << 64 | number as u128))
}

fn memberships() -> impl Strategy<Value = [Option<Membership>; PROJECTS]> {
    let role = proptest::sample::select(vec![
        EffectiveRole::Custom,
        EffectiveRole::Reader,
        EffectiveRole::Administrator,
    ]);
    let membership =
        (role, any::<bool>()).prop_map(|(role, by_group)| Membership { role, by_group });
    let one = proptest::option::of(membership);
    [one.clone(), one.clone(), one]
}

fn lines() -> impl Strategy<Value = [Option<ProjectRole>; PROJECTS]> {
    let one = proptest::option::of(proptest::sample::select(ProjectRole::ALL.to_vec()));
    [one.clone(), one.clone(), one]
}

type Person = (
    [Option<Membership>; PROJECTS],
    [Option<ProjectRole>; PROJECTS],
    [Option<ProjectRole>; PROJECTS],
);

/// An organization whose people are in projects, and two files that say otherwise.
fn with_projects(people: &[Person]) -> (Live, String, String) {
    let all = std::iter::repeat_n(Sort::Matches, people.len() + 1);
    let Org { toml, mut live } = Org::of_sorts(all);
    live.projects = (0..PROJECTS)
        .map(|number| {
            (
                project(number),
                ProjectName::new(format!("Project {number}")),
            )
        })
        .collect();
    let (head, rest) = toml.split_once("[members]\n").unwrap();
    let mut files = [String::new(), String::new()];
    for (number, (had, first, second)) in people.iter().enumerate() {
        let key = StorageKey::new(Uuid::from_u128(1 << 64 | (number as u128 + 1)));
        let name = format!("person{}@contoso.com", number + 1);
        let member = live.members.get_mut(&key).unwrap();
        let memberships = had.iter().enumerate();
        member.projects = memberships
            .filter_map(|(n, it)| it.map(|it| (project(n), it)))
            .collect();
        for (file, wanted) in files.iter_mut().zip([first, second]) {
            let wanted = wanted.iter().enumerate();
            // The case of a name does not matter.
            let named: Vec<String> = wanted
                .filter_map(|(n, role)| role.map(|role| format!("\"project {n}\" = \"{role}\"")))
                .collect();
            if !named.is_empty() {
                let named = named.join(", ");
                let line =
                    format!("\"{name}\" = {{ to = \"{name}\", projects = {{ {named} }} }}\n");
                file.push_str(&line);
            }
        }
    }
    let [first, second] = files.map(|lines| format!("{head}[members]\n{lines}{rest}"));
    (live, first, second)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: full_or(48, 12), failure_persistence: None, ..Default::default() })]

    #[test]
    fn projects_are_as_the_lines_say_and_no_others_are_touched(
        people in proptest::collection::vec((memberships(), lines(), lines()), 1..7),
    ) {
        let (seed, first, second) = with_projects(&people);
        let [first, second] = [first, second].map(|toml| config::load("org.toml", &toml).unwrap());
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (between, after, state) = runtime.block_on(async {
            let mut rehearsal = Rehearsal::start(&first, &seed).await;
            let between = rehearsal.apply(&first).await.unwrap();
            let plan = planned(&first, &between, &rehearsal.state);
            assert!(plan.is_empty(), "{plan:#?}");
            let after = rehearsal.apply(&second).await.unwrap();
            let plan = planned(&second, &after, &rehearsal.state);
            assert!(plan.is_empty(), "{plan:#?}");
            // Where no line names a project any more, a plan does not ask for them; the test does.
            let owned = rehearsal.state.owned();
            let mut scope = second.desired.scope(&owned);
            scope.projects = true;
            let after = rehearsal.services.read(&scope).await.unwrap();
            rehearsal.running.stop().await.unwrap();
            (between, after, rehearsal.state)
        });
        let plan = planned(&second, &after, &state);
        prop_assert!(plan.is_empty(), "{plan:#?}");
        for (number, (had, wanted, wanted_then)) in people.iter().enumerate() {
            let key = StorageKey::new(Uuid::from_u128(1 << 64 | (number as u128 + 1)));
            for (number, had) in had.iter().enumerate() {
                let id = project(number);
                let met = |wanted: &ProjectRole, live: &Live| {
                    live.members[&key].projects.get(&id).is_some_and(|it| it.meets(*wanted))
                };
                let now = after.members[&key].projects.get(&id).copied();
                match (&wanted[number], &wanted_then[number]) {
                    (None, None) => prop_assert_eq!(now, *had, "nobody asked"),
                    (_, Some(wanted)) => prop_assert!(met(wanted, &after), "{now:?}"),
                    (Some(wanted), None) => {
                        prop_assert!(met(wanted, &between));
                        prop_assert!(now.is_none_or(|it| it.by_group), "{now:?}");
                    }
                }
            }
        }
    }
}
