//! The access tokens that the sandbox gives out: who it is, what for, until when. They are signed
//! with nothing secret, like everything here, and are good nowhere else.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use orgctl_model::ids::{ObjectId, TenantId};

/// The audience of Azure DevOps: its resource id.
pub(crate) const DEVOPS_AUDIENCE: &str = "499b84ac-1321-427f-aa17-267ca6975798";

/// The audience of Microsoft Graph.
pub(crate) const GRAPH_AUDIENCE: &str = "https://graph.microsoft.com";

/// What makes a signature one of the sandbox's.
const SIGNER: &[u8] = b"orgctl sandbox";

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AccessToken {
    /// Whom it is for.
    pub(crate) aud: String,
    /// The tenant; zeros for personal accounts.
    pub(crate) tid: TenantId,
    /// The application that asked for it.
    pub(crate) appid: String,
    /// Who acts: the application's object, or a person.
    pub(crate) oid: ObjectId,
    /// `app`, or `user` when a person stands behind it.
    pub(crate) idtyp: String,
    /// Permissions without a person.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) roles: BTreeSet<String>,
    /// Permissions on behalf of a person, with blanks between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scp: Option<String>,
    /// When it was made, in seconds since 1970 by the sandbox's clock.
    pub(crate) iat: i64,
    /// When it ends.
    pub(crate) exp: i64,
}

impl AccessToken {
    /// The token as it travels.
    pub(crate) fn written(&self) -> String {
        let body = serde_json::to_vec(self).unwrap_or_default();
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
        let text = format!("{header}.{}", URL_SAFE_NO_PAD.encode(body));
        let signature = signature(&text);
        format!("{text}.{signature}")
    }

    /// What a token that the sandbox gave out says.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (signed, given) = text.rsplit_once('.')?;
        if signature(signed) != given {
            return None;
        }
        let (_, body) = signed.split_once('.')?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()
    }
}

fn signature(text: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(SIGNER);
    hash.update(text.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_as_it_was_written_and_not_when_it_was_touched() {
        let token = AccessToken {
            aud: GRAPH_AUDIENCE.to_owned(),
            tid: TenantId::new(uuid::Uuid::nil()),
            appid: "a".to_owned(),
            oid: ObjectId::new(uuid::Uuid::nil()),
            idtyp: "app".to_owned(),
            roles: ["User.Read.All".to_owned()].into(),
            scp: None,
            iat: 1,
            exp: 2,
        };
        let text = token.written();
        assert_eq!(AccessToken::read(&text), Some(token));
        assert_eq!(AccessToken::read(&text.replacen("ey", "eZ", 2)), None);
        assert_eq!(AccessToken::read("a.b.c"), None);
    }
}
