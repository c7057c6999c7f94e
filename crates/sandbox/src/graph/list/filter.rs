//! Which conditions are taken, by the tables of "Use the $filter query parameter" and "Advanced
//! query capabilities on Microsoft Entra ID objects", and what meets them.

use std::collections::BTreeSet;

use crate::odata::{self, Filter, Literal, Operator, Test};
use crate::world::World;
use orgctl_model::ids::ObjectId;

use super::row::Row;
use crate::graph::error::Refusal;
use crate::graph::shape::{Kind, Shape};

/// How many conditions `or` and `in` may join outside advanced queries.
const MAX_ALTERNATIVES: usize = 15;

/// The longest value that may be compared outside advanced queries, in characters.
const MAX_VALUE_CHARS: usize = 120;

/// Reads the condition of a list.
pub(crate) fn parsed(
    text: Option<&str>,
    shape: &Shape,
    advanced: bool,
    external_state_is_advanced: bool,
) -> Result<Option<Filter>, Refusal> {
    let Some(text) = text else {
        return Ok(None);
    };
    let filter = odata::parse(text)?;
    check_types(&filter, shape)?;
    if advanced {
        return Ok(Some(filter));
    }
    let only_advanced = |test: &&Test| {
        let state = test.property.eq_ignore_ascii_case("externalUserState");
        matches!(test.operator, Operator::NotEqual | Operator::EndsWith)
            || (state && external_state_is_advanced)
    };
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
    let tests = filter.tests();
    let mut values = tests.iter().flat_map(|test| &test.values);
    if values.any(too_long) {
        return Err(Refusal::unsupported(format!(
            "A compared value may have at most {MAX_VALUE_CHARS} characters."
        )));
    }
    Ok(Some(filter))
}

/// Refuses what no mode takes: unknown properties, and values of other types.
fn check_types(filter: &Filter, shape: &Shape) -> Result<(), Refusal> {
    match filter {
        Filter::And(left, right) | Filter::Or(left, right) => {
            check_types(left, shape)?;
            check_types(right, shape)
        }
        Filter::Not(inner) => check_types(inner, shape),
        Filter::Test(test) => check_test(test, shape, false),
        Filter::Any(test) => check_test(test, shape, true),
    }
}

fn check_test(test: &Test, shape: &Shape, any: bool) -> Result<(), Refusal> {
    let (name, kind) = shape.known(&test.property)?;
    let takes = |literal: &Literal| match (kind, literal) {
        (_, Literal::Null)
        | (Kind::Text | Kind::Texts, Literal::Text(_))
        | (Kind::Moment, Literal::Word(_)) => true,
        (Kind::Flag, Literal::Word(word)) => matches!(word.as_str(), "true" | "false"),
        (Kind::Text | Kind::Texts, Literal::Word(_))
        | (Kind::Flag | Kind::Moment, Literal::Text(_))
        | (Kind::Other, _) => false,
    };
    if kind == Kind::Other {
        let message = format!("Unsupported or invalid query filter clause specified for '{name}'.");
        return Err(Refusal::unsupported(message));
    }
    if any != (kind == Kind::Texts) || !test.values.iter().all(takes) {
        return Err(Refusal::bad(format!(
            "Invalid filter clause: A binary operator with incompatible types was detected at \
             '{name}'."
        )));
    }
    if test.operator == Operator::Order {
        let message = "The request uses a filter property that is not indexed.";
        return Err(Refusal::unsupported(message));
    }
    Ok(())
}

/// The users that can meet a condition, found without looking at all of them; nothing when they
/// cannot be found that way.
pub(crate) fn candidates(world: &World, filter: &Filter) -> Option<BTreeSet<ObjectId>> {
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

/// Whether something meets a condition.
pub(crate) fn meets(filter: &Filter, row: &impl Row) -> bool {
    match filter {
        Filter::And(left, right) => meets(left, row) && meets(right, row),
        Filter::Or(left, right) => meets(left, row) || meets(right, row),
        Filter::Not(inner) => !meets(inner, row),
        Filter::Test(test) => {
            let value = row.text(&test.property);
            passes(test, value.as_deref())
        }
        Filter::Any(test) => {
            let elements = row.elements(&test.property);
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
