//! Two moves: one whose plan has steps of every kind, and one of six steps.

use std::collections::BTreeMap;

use orgctl::config::{self, Resolved};
use orgctl::model::live::Live;
use orgctl::model::policy::Policy;
use orgctl::sandbox::World;
use serde_json::json;

use crate::support::people::{Org, Sort};

/// An organization, and what is wanted of it.
pub(crate) struct Move {
    pub(crate) config: Resolved,
    pub(crate) world: World,
}

fn resolved(toml: &str) -> Resolved {
    config::load("org.toml", toml).unwrap_or_else(|mistakes| panic!("{toml}\n{mistakes:?}"))
}

fn people() -> Org {
    let mut people = Org::of_sorts([
        Sort::Matches,
        Sort::Mapped,
        Sort::Mapped,
        Sort::Guest,
        Sort::Missing,
        Sort::Missing,
        Sort::Removed,
        Sort::Removed,
    ]);
    people.live.policies =
        BTreeMap::from([(Policy::AuditLog, false), (Policy::AnonymousAccess, true)]);
    people
}

/// Somebody has two tokens and a key.
fn with_credentials(live: &mut Live) {
    let (key, _) = live.members.iter().nth(1).unwrap();
    let id = |n: u32| format!("50000000-0000-4000-8000-00000000000{n}");
    let held = json!({
        "tokens": [{ "name": "nightly", "id": id(1) }, { "name": "Zoë's", "id": id(2) }],
        "ssh_keys": [{ "name": "laptop", "id": id(3) }],
    });
    let known = json!({ "known": { key.to_string(): held } });
    live.credentials = serde_json::from_value(known).unwrap();
}

/// The lines that make the plan of [`people`] one of every kind. Two guests are new.
const EVERY_KIND: &str = "
[policies]
audit_log = true
anonymous_access = false

[credentials]
revoke_ssh_keys = true
revoke_tokens = true

[notices]
deliver = \"graph\"
";

const NEW_GUESTS: &str = "\"kim@fabrikam.com\" = { name = \"Kim Lane\", access = \"stakeholder\" }
\"wei@fabrikam.com\" = { name = \"Wei 李\", access = \"basic\" }

[remove]";

fn every_kind() -> Org {
    let Org { toml, mut live } = people();
    with_credentials(&mut live);
    let toml = toml.replace("[remove]", NEW_GUESTS) + EVERY_KIND;
    Org { toml, live }
}

/// The move with steps of every kind as files: org.toml and live.json.
pub(crate) fn files_of_every_kind() -> (String, String) {
    let Org { toml, live } = every_kind();
    (toml, serde_json::to_string(&live).unwrap())
}

impl Move {
    /// A whole move, with steps of every kind and several of most.
    pub(crate) fn of_every_kind() -> Self {
        let Org { toml, live } = every_kind();
        Self {
            config: resolved(&toml),
            world: World::from_live(&live).unwrap(),
        }
    }

    /// The first part of [`Move::of_six_steps`], which is carried out before.
    pub(crate) fn before_six_steps() -> Self {
        let Org { toml, live } = people();
        Self {
            config: resolved(&toml),
            world: World::from_live(&live).unwrap(),
        }
    }

    /// What is wanted once [`Move::before_six_steps`] is done: a removal, two invitations, a policy
    /// and the access of the two.
    pub(crate) fn six_steps() -> Resolved {
        let Org { toml, .. } = people();
        let gone = "\"person1@outlook.com\" = \"person1@contoso.com\"\n";
        assert!(toml.contains(gone), "{toml}");
        let toml = toml.replace(gone, "").replace("[remove]", NEW_GUESTS)
            + "\"person1@outlook.com\" = \"left\"\n\n[policies]\naudit_log = true\n";
        resolved(&toml)
    }
}
