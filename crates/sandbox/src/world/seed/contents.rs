//! What a snapshot shows of an organization besides its users: projects, policies, tokens, SSH keys.

use orgctl_model::credential::{Credential, Credentials, Held};
use orgctl_model::ids::StorageKey;
use orgctl_model::live::Live;

use crate::world::document::organization_contents::{OrganizationContents, Project, Token};
use crate::world::time::stamp::Stamp;

/// A snapshot tells no end of what ends by itself far off; ten years outlast every rehearsal.
const DAYS_WITHOUT_AN_END: i64 = 3650;

/// Contents of an organization that a snapshot shows.
pub(in crate::world) fn shown(live: &Live) -> OrganizationContents {
    let mut contents = OrganizationContents::default();
    for (id, name) in &live.projects {
        let name = name.as_str().to_owned();
        contents.projects.insert(id.guid(), Project { name });
    }
    for (policy, enabled) in &live.policies {
        let name = policy.service_name().to_owned();
        contents.policies.insert(name, *enabled);
    }
    if let Some(Credentials::Known(held)) = &live.credentials {
        for (user, Held { tokens, ssh_keys }) in held {
            for one in tokens {
                contents
                    .tokens
                    .insert(one.id.guid(), token(*user, one, None));
            }
            for one in ssh_keys {
                // Only the public half is ever shown, and nothing is opened with it here.
                let public_key = Some(format!("ssh-rsa {}", one.id));
                contents
                    .tokens
                    .insert(one.id.guid(), token(*user, one, public_key));
            }
        }
    }
    contents
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
