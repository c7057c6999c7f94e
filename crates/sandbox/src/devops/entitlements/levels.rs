//! The words for access levels, both ways.

use serde::Deserialize;

use orgctl_model::access::EffectiveLevel;

/// How the service writes an access level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LevelWords {
    pub(crate) source: &'static str,
    pub(crate) account: &'static str,
    pub(crate) msdn: &'static str,
    pub(crate) git_hub: &'static str,
    pub(crate) display: &'static str,
}

impl LevelWords {
    pub(crate) const fn of(level: EffectiveLevel) -> Self {
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
            EffectiveLevel::VisualStudioProfessional => Self {
                msdn: "professional",
                ..Self::new("msdn", "none", "Visual Studio Professional subscription")
            },
            EffectiveLevel::VisualStudioEligible => Self {
                msdn: "eligible",
                ..Self::new("msdn", "none", "Visual Studio Subscriber")
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
pub(crate) struct RequestedLevel {
    licensing_source: Option<String>,
    account_license_type: Option<String>,
    msdn_license_type: Option<String>,
}

impl RequestedLevel {
    /// The level that is meant; nothing when the words mean none.
    pub(crate) fn level(&self) -> Option<EffectiveLevel> {
        let folded = |word: &Option<String>| word.as_deref().unwrap_or_default().to_lowercase();
        let source = folded(&self.licensing_source);
        let msdn = folded(&self.msdn_license_type);
        if source == "msdn" {
            // Proof of the subscription is seen at once here, not when the person signs in.
            return match msdn.as_str() {
                "" | "none" => None,
                "professional" => Some(EffectiveLevel::VisualStudioProfessional),
                _ => Some(EffectiveLevel::VisualStudio),
            };
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
            EffectiveLevel::VisualStudioProfessional,
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
