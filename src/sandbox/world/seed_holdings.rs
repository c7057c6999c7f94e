//! What a snapshot shows of an organization besides its users: its owner, groups of its tenant,
//! policies, tokens, SSH keys.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::credential::{Credential, Credentials, Held};
use crate::model::ids::{ObjectId, StorageKey, TenantId};
use crate::model::live::{DirectoryGroup, Live, Organization};

use super::holdings::{Group, GroupKind, GroupRule, Holdings, Token};
use super::stamp::{Stamp, derived_guid};

/// A snapshot tells no end of what ends by itself far off; ten years outlast every rehearsal.
const DAYS_WITHOUT_AN_END: i64 = 3650;

/// The holdings that a snapshot shows, of an organization that this tenant backs.
pub(super) fn holdings(live: &Live, tenant: TenantId) -> Holdings {
    let mut holdings = groups_and_rules(&live.organization, tenant);
    for (policy, enabled) in &live.policies {
        let name = policy.service_name().to_owned();
        holdings.policies.insert(name, *enabled);
    }
    if let Some(Credentials::Known(held)) = &live.credentials {
        for (user, Held { tokens, ssh_keys }) in held {
            for one in tokens {
                holdings
                    .tokens
                    .insert(one.id.guid(), token(*user, one, None));
            }
            for one in ssh_keys {
                // Only the public half is ever shown, and nothing is opened with it here.
                let public_key = Some(format!("ssh-rsa {}", one.id));
                holdings
                    .tokens
                    .insert(one.id.guid(), token(*user, one, public_key));
            }
        }
    }
    holdings
}

/// The owner, and the groups of the tenant with the rules on them.
fn groups_and_rules(organization: &Organization, tenant: TenantId) -> Holdings {
    let mut holdings = Holdings {
        owner: organization.owner,
        ..Holdings::default()
    };
    for (descriptor, group) in organization.directory_groups.iter().flatten() {
        let DirectoryGroup { display_name, rule } = group;
        let parts = ["directory group", &tenant.to_string(), descriptor.as_str()];
        let guid = derived_guid(&parts);
        let key = StorageKey::new(guid);
        let row = Group {
            display_name: display_name.clone(),
            description: String::new(),
            kind: GroupKind::Directory,
            project: None,
            object_id: Some(ObjectId::new(guid)),
            descriptor: descriptor.clone(),
            deleted: false,
            members: BTreeSet::new(),
        };
        holdings.groups.insert(key, row);
        let rule = rule.map(|level| GroupRule {
            level,
            projects: BTreeMap::new(),
            last_executed: Some(Stamp::BEGIN),
            pending: None,
        });
        holdings.rules.extend(rule.map(|rule| (key, rule)));
    }
    holdings
}

fn token(user: StorageKey, credential: &Credential, public_key: Option<String>) -> Token {
    let Credential { name, valid_to, .. } = credential;
    let end = valid_to
        .as_ref()
        .and_then(|day| Stamp::parsed(&format!("{day}T00:00:00Z")));
    Token {
        user,
        display_name: name.clone(),
        scope: "vso.code".to_owned(),
        valid_from: Stamp::BEGIN,
        valid_to: end.unwrap_or_else(|| Stamp::BEGIN.days_later(DAYS_WITHOUT_AN_END)),
        valid: true,
        public_key,
        everywhere: false,
    }
}
