//! Sign-in: one token for each audience, kept until five minutes before it expires.
//!
//! A token is asked for with an audience and handed out for that audience only; the transport puts
//! it on requests to hosts of that audience and on no others.

mod http;
mod sources;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::apply::port::{Call, CallError};
use crate::azure::settings::Settings;
use crate::azure::transport::channel::Channel;
use crate::azure::transport::host::{Audience, Host};
use crate::azure::transport::request::Method;
use crate::model::ids::TenantId;

use sources::Sources;

/// A token that expires while a request is on its way is refused; Microsoft's libraries renew this
/// early too.
const EARLY: Duration = Duration::from_secs(300);

/// A credential as it goes into a request.
#[derive(Debug)]
pub(crate) struct Token {
    /// The value of the `Authorization` header. Redacted in its debug form.
    pub(crate) header: HeaderValue,
    /// Whether asking again can give another one.
    pub(crate) is_renewable: bool,
    audience: Audience,
    expires: Option<Instant>,
    taken_by: std::sync::Mutex<BTreeSet<Host>>,
}

impl Token {
    fn new(header: HeaderValue, audience: Audience) -> Self {
        Self {
            header,
            is_renewable: false,
            audience,
            expires: None,
            taken_by: std::sync::Mutex::default(),
        }
    }

    /// Whether a host has served a request with it.
    pub(crate) fn was_taken(&self, host: Host) -> bool {
        self.taken_by().contains(&host)
    }

    /// Takes note that a host has served a request with it.
    pub(crate) fn note_taken(&self, host: Host) {
        self.taken_by().insert(host);
    }

    fn taken_by(&self) -> MutexGuard<'_, BTreeSet<Host>> {
        self.taken_by.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_fresh(&self) -> bool {
        self.expires
            .is_none_or(|expires| Instant::now() + EARLY < expires)
    }
}

#[derive(Debug, Default)]
struct Slot {
    token: Option<Arc<Token>>,
    tenant: Option<TenantId>,
}

/// Gets tokens and keeps them.
pub(crate) struct SignIn {
    settings: Settings,
    sources: Sources,
    devops: Mutex<Slot>,
    graph: Mutex<Slot>,
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl SignIn {
    /// Signs nobody in yet.
    pub(crate) fn new(settings: Settings, channel: Arc<Channel>) -> Self {
        Self {
            sources: Sources::new(settings.clone(), channel),
            settings,
            devops: Mutex::default(),
            graph: Mutex::default(),
        }
    }

    /// A token for an audience: the one at hand, or a new one. Whoever asks meanwhile waits for it.
    pub(crate) async fn token(&self, audience: Audience) -> Result<Arc<Token>, CallError> {
        let mut slot = self.slot(audience).lock().await;
        if let Some(token) = slot.token.as_ref().filter(|token| token.is_fresh()) {
            return Ok(Arc::clone(token));
        }
        let token = Arc::new(self.new_token(audience, slot.tenant).await?);
        slot.token = Some(Arc::clone(&token));
        Ok(token)
    }

    /// Drops a token that a service did not take, unless another has replaced it already.
    pub(crate) async fn reject(&self, token: &Arc<Token>) {
        let mut slot = self.slot(token.audience).lock().await;
        if slot
            .token
            .as_ref()
            .is_some_and(|at_hand| Arc::ptr_eq(at_hand, token))
        {
            slot.token = None;
        }
    }

    /// Says of which tenant the tokens for an audience must be. A token of another is dropped.
    pub(crate) async fn aim(&self, audience: Audience, tenant: Option<TenantId>) {
        let mut slot = self.slot(audience).lock().await;
        if slot.tenant != tenant {
            *slot = Slot {
                token: None,
                tenant,
            };
        }
    }

    /// Drops every token.
    pub(crate) async fn forget(&self) {
        for audience in [Audience::DevOps, Audience::Graph] {
            self.slot(audience).lock().await.token = None;
        }
    }

    const fn slot(&self, audience: Audience) -> &Mutex<Slot> {
        match audience {
            Audience::DevOps => &self.devops,
            Audience::Graph => &self.graph,
        }
    }

    async fn new_token(
        &self,
        audience: Audience,
        tenant: Option<TenantId>,
    ) -> Result<Token, CallError> {
        if let Some(header) = self.given(audience) {
            return Ok(Token::new(header?, audience));
        }
        let found = self
            .sources
            .token(audience, tenant)
            .await
            .map_err(refused)?;
        let bearer = format!("Bearer {}", found.secret.expose_secret());
        Ok(Token {
            is_renewable: true,
            expires: Some(Instant::now() + found.lifetime),
            ..Token::new(header(&SecretString::from(bearer))?, audience)
        })
    }

    /// What the settings hold for an audience as it is: a bearer token, else a personal access
    /// token.
    fn given(&self, audience: Audience) -> Option<Result<HeaderValue, CallError>> {
        let bearer = match audience {
            Audience::DevOps => &self.settings.devops_token,
            Audience::Graph => &self.settings.graph_token,
        };
        if let Some(bearer) = bearer {
            let text = format!("Bearer {}", bearer.expose_secret());
            return Some(header(&SecretString::from(text)));
        }
        let pat = match audience {
            Audience::DevOps if !self.settings.bearer_only => {
                self.settings.personal_access_token.as_ref()?
            }
            Audience::DevOps | Audience::Graph => return None,
        };
        let pair = STANDARD.encode(format!(":{}", pat.expose_secret()));
        Some(header(&SecretString::from(format!("Basic {pair}"))))
    }
}

fn header(text: &SecretString) -> Result<HeaderValue, CallError> {
    let mut value = HeaderValue::from_str(text.expose_secret())
        .map_err(|_| refused("the token holds characters that no header can".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

fn refused(message: String) -> CallError {
    let host = Host::of(Call::Token).name();
    let request = format!("{} https://{host}", Method::Post.into_str());
    CallError::SignIn { message, request }
}
