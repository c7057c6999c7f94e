//! Which conditions on users are taken, by the tables of "Use the $filter query parameter" and
//! "Advanced query capabilities on Microsoft Entra ID objects", and who meets them.

use std::collections::BTreeSet;

use crate::model::ids::ObjectId;
use crate::sandbox::odata::{self, Filter, Literal, Operator, Test};
use crate::sandbox::world::{DirectoryUser, World};

use super::error::Refusal;
use super::user_json::{TEXTS, external_state, property, proxy_addresses, unknown, user_type};

/// How many conditions `or` and `in` may join outside advanced queries.
const MAX_ALTERNATIVES: usize = 15;

/// The longest value that may be compared outside advanced queries, in characters.
const MAX_VALUE_CHARS: usize = 120;

/// Reads the condition of a list of users.
pub(super) fn parsed(text: Option<&str>, advanced: bool) -> Result<Option<Filter>, Refusal> {
    let Some(text) = text else {
        return Ok(None);
    };
    let filter = odata::parse(text)?;
    for test in filter.tests() {
        property(&test.property).ok_or_else(|| unknown(&test.property))?;
        if test.operator == Operator::Order {
            let message = "The request uses a filter property that is not indexed.";
            return Err(Refusal::unsupported(message));
        }
    }
    if advanced {
        return Ok(Some(filter));
    }
    let only_advanced =
        |test: &&Test| matches!(test.operator, Operator::NotEqual | Operator::EndsWith);
    if filter.denies() || filter.tests().iter().any(only_advanced) {
        return Err(Refusal::unsupported("Unsupported Query."));
    }
    let alternatives = filter.alternatives();
    if alternatives > MAX_ALTERNATIVES {
        return Err(Refusal::unsupported(format!(
            "Too many child clauses specified in search filter expression containing 'OR' \
             operators: {alternatives}. Max allowed: {MAX_ALTERNATIVES}."
        )));
    }
    let too_long = |value: &Literal| {
        let text = value.as_str().unwrap_or_default();
        text.chars().count() > MAX_VALUE_CHARS
    };
    if filter
        .tests()
        .iter()
        .any(|test| test.values.iter().any(too_long))
    {
        return Err(Refusal::unsupported("A value of the filter is too long."));
    }
    Ok(Some(filter))
}

/// The users that can meet a condition, found without looking at all of them; nothing when they
/// cannot be found that way.
pub(super) fn candidates(world: &World, filter: &Filter) -> Option<BTreeSet<ObjectId>> {
    match filter {
        Filter::And(left, right) => candidates(world, left).or_else(|| candidates(world, right)),
        Filter::Or(left, right) => {
            let mut both = candidates(world, left)?;
            both.extend(candidates(world, right)?);
            Some(both)
        }
        Filter::Not(_) => None,
        Filter::Test(test) | Filter::Any(test) => {
            if !matches!(test.operator, Operator::Equal | Operator::In) {
                return None;
            }
            let mut found = BTreeSet::new();
            for value in &test.values {
                found.extend(indexed(world, &test.property, value.as_str()?)?);
            }
            Some(found)
        }
    }
}

fn indexed(world: &World, property: &str, value: &str) -> Option<Vec<ObjectId>> {
    match property.to_ascii_lowercase().as_str() {
        "id" => Some(value.parse().into_iter().collect()),
        "userprincipalname" => Some(world.user_called(value).map(|u| u.0).into_iter().collect()),
        "mail" | "othermails" => Some(world.users_at(value)),
        "proxyaddresses" => {
            let (_, address) = value.split_once(':')?;
            Some(world.users_at(address))
        }
        _ => None,
    }
}

/// Whether a user meets a condition.
pub(super) fn meets(filter: &Filter, id: ObjectId, user: &DirectoryUser) -> bool {
    match filter {
        Filter::And(left, right) => meets(left, id, user) && meets(right, id, user),
        Filter::Or(left, right) => meets(left, id, user) || meets(right, id, user),
        Filter::Not(inner) => !meets(inner, id, user),
        Filter::Test(test) => {
            let value = value(&test.property, id, user);
            passes(test, value.as_deref())
        }
        Filter::Any(test) => {
            let elements = elements(&test.property, user);
            elements.iter().any(|element| passes(test, Some(element)))
        }
    }
}

/// The services compare texts without case.
fn passes(test: &Test, value: Option<&str>) -> bool {
    let value = value.map(str::to_lowercase);
    let is = |wanted: &Literal| wanted.as_str().map(str::to_lowercase) == value;
    let with = |check: fn(&str, &str) -> bool| {
        let wanted = test.values.first().and_then(Literal::as_str);
        match (&value, wanted) {
            (Some(value), Some(wanted)) => check(value, &wanted.to_lowercase()),
            (None, _) | (_, None) => false,
        }
    };
    match test.operator {
        Operator::Equal | Operator::In => test.values.iter().any(is),
        Operator::NotEqual => !test.values.iter().any(is),
        Operator::StartsWith => with(|value, wanted| value.starts_with(wanted)),
        Operator::EndsWith => with(|value, wanted| value.ends_with(wanted)),
        Operator::Order => false,
    }
}

fn value(name: &str, id: ObjectId, user: &DirectoryUser) -> Option<String> {
    let state = user.invitation.map(|invitation| invitation.status);
    match property(name)? {
        "id" => Some(id.to_string()),
        "userPrincipalName" => Some(user.user_principal_name.clone()),
        "displayName" => Some(user.display_name.clone()),
        "mail" => user.mail.clone(),
        "userType" => Some(user_type(user.user_type).to_owned()),
        "accountEnabled" => Some(user.enabled.to_string()),
        "externalUserState" => state.map(|state| external_state(state).to_owned()),
        "creationType" => state.map(|_| "Invitation".to_owned()),
        "onPremisesSyncEnabled" => user.synced.then(|| "true".to_owned()),
        text if TEXTS.contains(&text) => user.details.get(text).cloned(),
        _ => None,
    }
}

fn elements(name: &str, user: &DirectoryUser) -> Vec<String> {
    match property(name) {
        Some("otherMails") => user.other_mails.clone(),
        Some("proxyAddresses") => proxy_addresses(user),
        _ => Vec::new(),
    }
}
