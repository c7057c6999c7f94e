//! The tenant's policies on guests: who may invite them, and from which domains they may come.

use std::collections::BTreeSet;

use serde::Deserialize;
use uuid::{Uuid, uuid};

use crate::apply::port::{Call, CallError};
use crate::azure::transport::client::Client;
use crate::azure::transport::optional::optional;
use crate::azure::transport::request::Request;
use crate::azure::transport::text::{Text, or_default};
use crate::model::preflight::{GuestDomains, InvitationPolicy, InvitesFrom, Readable};

use super::wire::Page;

/// The templates of the roles that may invite where only roles may: Guest Inviter, User
/// Administrator and Global Administrator. They are the same in every tenant.
const INVITERS: [Uuid; 3] = [
    uuid!("95e79109-95c0-4d8e-aee3-d01accf2d47b"),
    uuid!("fe930be7-5e62-47db-91af-98c3a49a38b1"),
    uuid!("62e90394-69f5-4237-9190-012177145e10"),
];

/// The policy, by itself or, from some deployments, as a list of one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Authorization<'a> {
    #[serde(borrow, default)]
    allow_invites_from: Text<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    value: Vec<Self>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Role<'a> {
    #[serde(borrow, default)]
    role_template_id: Text<'a>,
}

/// Who may invite guests; and, where that takes a role, whether the caller has one.
pub(crate) async fn invitations(client: &Client) -> Result<InvitationPolicy, CallError> {
    let path = "/v1.0/policies/authorizationPolicy?$select=allowInvitesFrom";
    let answer = client
        .read(&Request::get(Call::InvitationPolicy, path.into()))
        .await?;
    let policy: Authorization<'_> = answer.json()?;
    let inner = policy
        .value
        .first()
        .map(|policy| &policy.allow_invites_from);
    let words = policy
        .allow_invites_from
        .get()
        .or(inner.and_then(Text::get));
    let from = words.and_then(invites_from);
    let from = from.ok_or_else(|| answer.unexpected("the policy names nobody".to_owned()))?;
    let caller_may = match from {
        InvitesFrom::AdminsAndGuestInviters => {
            let may = optional(caller_is_inviter(client).await)?;
            may.and_then(|may| match may {
                Some(may) => Readable::Known(may),
                None => Readable::Unknown {
                    why: "the caller has other roles".to_owned(),
                },
            })
        }
        InvitesFrom::Nobody
        | InvitesFrom::AdminsGuestInvitersAndAllMembers
        | InvitesFrom::Everyone => Readable::NotAsked,
    };
    Ok(InvitationPolicy { from, caller_may })
}

fn invites_from(words: &str) -> Option<InvitesFrom> {
    let known = [
        ("none", InvitesFrom::Nobody),
        (
            "adminsAndGuestInviters",
            InvitesFrom::AdminsAndGuestInviters,
        ),
        (
            "adminsGuestInvitersAndAllMembers",
            InvitesFrom::AdminsGuestInvitersAndAllMembers,
        ),
        ("everyone", InvitesFrom::Everyone),
    ];
    let found = |(known, _): &(&str, InvitesFrom)| words.eq_ignore_ascii_case(known);
    known.into_iter().find(found).map(|(_, from)| from)
}

/// Whether the signed-in person has a role that may invite. Nothing is said of who has other roles
/// only: more than these may, and which is not listed in one place.
async fn caller_is_inviter(client: &Client) -> Result<Option<bool>, CallError> {
    let path = "/v1.0/me/memberOf/microsoft.graph.directoryRole?$select=roleTemplateId";
    let answer = client
        .read(&Request::get(Call::OwnRoles, path.into()))
        .await?;
    let page: Page<'_, Role<'_>> = answer.json()?;
    let roles = page.value.iter();
    let mut templates = roles.map(|role| role.role_template_id.as_str().parse());
    if templates.any(|id| id.is_ok_and(|id: Uuid| INVITERS.contains(&id))) {
        return Ok(Some(true));
    }
    Ok(page.value.is_empty().then_some(false))
}

/// A policy of business-to-business collaboration: JSON in text in a list.
#[derive(Deserialize)]
struct Collaboration<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    definition: Vec<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Definition<'a> {
    #[serde(
        rename = "B2BManagementPolicy",
        borrow,
        default,
        deserialize_with = "or_default"
    )]
    policy: Management<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Management<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    invitations_allowed_and_blocked_domains_policy: Lists<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Lists<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    allowed_domains: Vec<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    blocked_domains: Vec<Text<'a>>,
}

/// From which domains guests may be invited. The list has not come out of the beta of Microsoft
/// Graph.
pub(crate) async fn guest_domains(client: &Client) -> Result<GuestDomains, CallError> {
    let path = "/beta/policies/b2bManagementPolicies";
    let answer = client
        .read(&Request::get(Call::GuestDomains, path.into()))
        .await?;
    let page: Page<'_, Collaboration<'_>> = answer.json()?;
    let mut domains = GuestDomains::default();
    for text in page.value.iter().flat_map(|policy| &policy.definition) {
        let lists = lists(text.as_str());
        let (allowed, blocked) =
            lists.map_err(|error| answer.unexpected(format!("a policy in it: {error}")))?;
        domains.allowed.extend(allowed);
        domains.blocked.extend(blocked);
    }
    Ok(domains)
}

type Domains = BTreeSet<String>;

fn lists(definition: &str) -> Result<(Domains, Domains), serde_json::Error> {
    let definition: Definition<'_> = serde_json::from_str(definition)?;
    let Lists {
        allowed_domains,
        blocked_domains,
    } = definition
        .policy
        .invitations_allowed_and_blocked_domains_policy;
    let folded = |domains: Vec<Text<'_>>| {
        let domains = domains.into_iter();
        domains
            .map(|domain| domain.as_str().trim().to_lowercase())
            .filter(|domain| !domain.is_empty())
            .collect()
    };
    Ok((folded(allowed_domains), folded(blocked_domains)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_in_text_in_a_list() {
        let text = r#"{"B2BManagementPolicy":{"InvitationsAllowedAndBlockedDomainsPolicy":
            {"BlockedDomains":["Fabrikam.COM"," ",null]},"AutoRedeemPolicy":{}}}"#;
        let (allowed, blocked) = lists(text).unwrap();
        assert_eq!(allowed, Domains::new());
        assert_eq!(blocked, Domains::from(["fabrikam.com".to_owned()]));
        assert_eq!(lists("{}").unwrap(), Default::default());
        assert!(lists("x").is_err());
    }

    #[test]
    fn who_may_invite_is_a_word_of_the_service() {
        assert_eq!(invites_from("Everyone"), Some(InvitesFrom::Everyone));
        assert_eq!(invites_from("none"), Some(InvitesFrom::Nobody));
        assert_eq!(invites_from("unknownFutureValue"), None);
    }
}
