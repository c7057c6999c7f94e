//! Who is told, in every organization.

use std::collections::BTreeSet;

use orgctl::config;
use orgctl::model::address::Kind;
use proptest::prelude::*;

use super::{Rehearsal, planned, sorts};
use crate::support::people::{Org, Sort};
use crate::support::project::full_or;

proptest! {
    #![proptest_config(ProptestConfig { cases: full_or(48, 12), failure_persistence: None, ..Default::default() })]

    #[test]
    fn everybody_is_told_once_before_and_whoever_stays_once_after(sorts in sorts()) {
        let Org { toml, live: seed } = Org::of_sorts(sorts.clone());
        let with_notices = toml.replace("\n[members]\n", "\n[notices]\n\n[members]\n");
        let without = config::load("org.toml", &toml).unwrap();
        let config = config::load("org.toml", &with_notices).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (live, state, told) = runtime.block_on(async {
            let mut rehearsal = Rehearsal::start(&config, &seed).await;
            rehearsal.apply(&config).await.unwrap();
            let live = rehearsal.apply(&config).await.unwrap();
            rehearsal.running.stop().await.unwrap();
            (live, rehearsal.state, rehearsal.told.0.into_inner().unwrap())
        });
        let of = |kind| told.iter().filter(move |address| address.kind() == kind);
        let removed = sorts.iter().filter(|sort| **sort == Sort::Removed).count();
        prop_assert_eq!(of(Kind::NoticeBefore).count(), sorts.len());
        prop_assert_eq!(of(Kind::NoticeAfter).count(), sorts.len() - removed);
        prop_assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), told.len(), "told twice");
        // Nothing is forgotten and nobody is told anew when the section goes or comes back.
        for config in [&without, &config] {
            let plan = planned(config, &live, &state);
            prop_assert!(plan.is_empty(), "{plan:#?}");
        }
    }
}
