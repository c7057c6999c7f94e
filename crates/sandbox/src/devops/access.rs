//! The words for access levels, both ways, and what a body of changes must look like.

use axum::http::StatusCode;
use serde::Deserialize;

use crate::reply::Reply;
use crate::request::Request;
use orgctl_model::access::EffectiveLevel;

use super::error::problem;

/// How the service writes an access level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LevelWords {
    pub(super) source: &'static str,
    pub(super) account: &'static str,
    pub(super) msdn: &'static str,
    pub(super) git_hub: &'static str,
    pub(super) display: &'static str,
}

impl LevelWords {
    pub(super) const fn of(level: EffectiveLevel) -> Self {
        match level {
            EffectiveLevel::None => Self::new("none", "none", "None"),
            EffectiveLevel::Stakeholder => Self::account("stakeholder", "Stakeholder"),
            EffectiveLevel::Basic => Self::account("express", "Basic"),
            EffectiveLevel::BasicTestPlans => Self::account("advanced", "Basic + Test Plans"),
            EffectiveLevel::EarlyAdopter => Self::account("earlyAdopter", "Early Adopter"),
            EffectiveLevel::Other => Self::account("professional", "Professional"),
            EffectiveLevel::VisualStudio => Self {
                msdn: "enterprise",
                ..Self::new("msdn", "none", "Visual Studio Enterprise subscription")
            },
            EffectiveLevel::GitHubEnterprise => Self {
                git_hub: "enterprise",
                ..Self::new("gitHub", "none", "GitHub Enterprise")
            },
        }
    }

    const fn account(account: &'static str, display: &'static str) -> Self {
        Self::new("account", account, display)
    }

    const fn new(source: &'static str, account: &'static str, display: &'static str) -> Self {
        Self {
            source,
            account,
            msdn: "none",
            git_hub: "none",
            display,
        }
    }
}

/// An access level as a request writes it. Words are taken in any case.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RequestedLevel {
    licensing_source: Option<String>,
    account_license_type: Option<String>,
    msdn_license_type: Option<String>,
}

impl RequestedLevel {
    /// The level that is meant; nothing when the words mean none.
    pub(super) fn level(&self) -> Option<EffectiveLevel> {
        let folded = |word: &Option<String>| word.as_deref().unwrap_or_default().to_lowercase();
        let source = folded(&self.licensing_source);
        let msdn = folded(&self.msdn_license_type);
        if source == "msdn" {
            return (!msdn.is_empty() && msdn != "none").then_some(EffectiveLevel::VisualStudio);
        }
        if !matches!(source.as_str(), "" | "account") {
            return None;
        }
        match folded(&self.account_license_type).as_str() {
            "stakeholder" => Some(EffectiveLevel::Stakeholder),
            "express" => Some(EffectiveLevel::Basic),
            "advanced" => Some(EffectiveLevel::BasicTestPlans),
            "earlyadopter" => Some(EffectiveLevel::EarlyAdopter),
            "professional" => Some(EffectiveLevel::Other),
            _ => None,
        }
    }
}

/// Refuses a body of json-patch that does not say it is one.
pub(super) fn needs_json_patch(request: &Request) -> Option<Reply> {
    needs(request, "application/json-patch+json")
}

/// Refuses a body that does not say it is JSON.
pub(super) fn needs_json(request: &Request) -> Option<Reply> {
    needs(request, "application/json")
}

fn needs(request: &Request, wanted: &str) -> Option<Reply> {
    let given = request.content_type();
    if given == wanted {
        return None;
    }
    let message = format!(
        "The request indicated a Content-Type of \"{given}\" for method type \"{}\" which is not \
         supported. Valid content types for this method are: {wanted}.",
        request.method
    );
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    Some(problem(
        status,
        "VssRequestContentTypeNotSupportedException",
        &message,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_service_writes_it_also_takes() {
        for level in [
            EffectiveLevel::Stakeholder,
            EffectiveLevel::Basic,
            EffectiveLevel::BasicTestPlans,
            EffectiveLevel::VisualStudio,
            EffectiveLevel::EarlyAdopter,
            EffectiveLevel::Other,
        ] {
            let words = LevelWords::of(level);
            let requested = RequestedLevel {
                licensing_source: Some(words.source.to_uppercase()),
                account_license_type: Some(words.account.to_owned()),
                msdn_license_type: Some(words.msdn.to_owned()),
            };
            assert_eq!(requested.level(), Some(level));
        }
        assert_eq!(RequestedLevel::default().level(), None);
    }
}
