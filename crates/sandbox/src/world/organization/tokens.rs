//! Personal access tokens and SSH keys: whose they are, and how they end. Their secrets are not
//! kept: nothing is opened with them.

use strum::IntoStaticStr;
use uuid::Uuid;

use orgctl_model::ids::StorageKey;

use crate::world::World;
use crate::world::document::organization_contents::Token;
use crate::world::time::stamp::{Stamp, derived_guid};

/// A token as somebody asks for it.
#[derive(Clone, Debug)]
pub(crate) struct NewToken {
    pub(crate) display_name: String,
    pub(crate) scope: String,
    pub(crate) valid_to: Option<Stamp>,
    pub(crate) everywhere: bool,
}

/// Why there is no such token, in the words of `patTokenError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
pub(crate) enum TokenRefusal {
    #[strum(serialize = "invalidScope")]
    InvalidScope,
    #[strum(serialize = "patLifespanPolicyViolation")]
    LifespanPolicy,
    #[strum(serialize = "globalPatPolicyViolation")]
    GlobalPolicy,
    #[strum(serialize = "fullScopePatPolicyViolation")]
    FullScopePolicy,
}

/// How long a token lasts for which nobody says so.
const USUAL_DAYS: i64 = 30;

/// The scope that opens everything.
const FULL_SCOPE: &str = "app_token";

impl World {
    pub(crate) fn token(&self, id: Uuid) -> Option<&Token> {
        self.contents().tokens.get(&id)
    }

    /// The personal access tokens or the SSH keys of somebody, from behind one of them.
    pub(crate) fn tokens_of(
        &self,
        user: StorageKey,
        ssh_keys: bool,
        after: Option<Uuid>,
    ) -> impl Iterator<Item = (Uuid, &Token)> {
        let ids = self.membership_index.tokens_of(user, ssh_keys, after);
        ids.filter_map(|id| Some((id, self.token(id)?)))
    }

    fn check_token(&self, new: &NewToken, valid_to: Stamp) -> Result<(), TokenRefusal> {
        let policy = |name: &str| {
            let policy = self.contents().tenant_policies.get(name);
            policy.filter(|policy| policy.on)
        };
        if new.scope.trim().is_empty() {
            return Err(TokenRefusal::InvalidScope);
        }
        if new.everywhere && policy("RestrictGlobalPersonalAccessToken").is_some() {
            return Err(TokenRefusal::GlobalPolicy);
        }
        let full = new.scope == FULL_SCOPE;
        if full && policy("RestrictFullScopePersonalAccessToken").is_some() {
            return Err(TokenRefusal::FullScopePolicy);
        }
        let lifespan = policy("RestrictPersonalAccessTokenLifespan");
        let days = lifespan.and_then(|policy| policy.max_lifespan_days);
        let latest = days.map(|days| self.now().days_later(i64::from(days)));
        if latest.is_some_and(|latest| valid_to > latest) {
            return Err(TokenRefusal::LifespanPolicy);
        }
        Ok(())
    }

    /// Makes a personal access token of the caller's.
    pub(crate) fn create_token(&mut self, new: &NewToken) -> Result<Uuid, TokenRefusal> {
        let usual = self.now().days_later(USUAL_DAYS);
        let valid_to = new.valid_to.unwrap_or(usual);
        self.check_token(new, valid_to)?;
        let valid_from = self.tick();
        let user = self.organization().caller;
        let serial = self.document.serial.to_string();
        let id = derived_guid(&["token", &serial, &new.display_name]);
        let token = Token {
            user,
            display_name: new.display_name.clone(),
            scope: new.scope.clone(),
            valid_from,
            valid_to,
            valid: true,
            public_key: None,
            everywhere: new.everywhere,
        };
        self.membership_index.add_token(user, false, id);
        self.contents_mut().tokens.insert(id, token);
        self.record_token("Token.PatCreateEvent", id);
        Ok(id)
    }

    /// Changes a personal access token of the caller's.
    pub(crate) fn change_token(&mut self, id: Uuid, new: &NewToken) -> Result<(), TokenRefusal> {
        let current = self.token(id).map(|token| token.valid_to);
        let valid_to = new.valid_to.or(current).unwrap_or(Stamp::BEGIN);
        self.check_token(new, valid_to)?;
        self.tick();
        if let Some(token) = self.contents_mut().tokens.get_mut(&id) {
            token.display_name.clone_from(&new.display_name);
            token.scope.clone_from(&new.scope);
            token.everywhere = new.everywhere;
            token.valid_to = valid_to;
        }
        self.record_token("Token.PatUpdateEvent", id);
        Ok(())
    }

    /// Ends tokens, all or none: each must be there and of the kind.
    pub(crate) fn revoke(&mut self, ids: &[Uuid], ssh_keys: bool) -> bool {
        let of_kind = |token: &Token| token.public_key.is_some() == ssh_keys;
        if !ids.iter().all(|id| self.token(*id).is_some_and(of_kind)) {
            return false;
        }
        self.tick();
        for id in ids {
            if let Some(token) = self.contents_mut().tokens.get_mut(id) {
                token.valid = false;
            }
            let action = if ssh_keys {
                "Token.SshRevokeEvent"
            } else {
                "Token.PatRevokeEvent"
            };
            self.record_token(action, *id);
        }
        true
    }

    /// Notes a rule that ends tokens which are written down nowhere.
    pub(crate) fn revoke_by_rule(&mut self, scopes: &str) {
        self.tick();
        let details = format!("A revocation rule for {scopes} was added");
        let data = [("Scopes", scopes)];
        self.record("Sandbox.RevocationRuleAdded", details, &data);
    }

    fn record_token(&mut self, action: &str, id: Uuid) {
        let token = self.token(id).map(|token| token.display_name.clone());
        let (name, id) = (token.unwrap_or_default(), id.to_string());
        let details = format!("{action} \"{name}\"");
        let data = [("AuthorizationId", &*id), ("DisplayName", &*name)];
        self.record(action, details, &data);
    }
}
