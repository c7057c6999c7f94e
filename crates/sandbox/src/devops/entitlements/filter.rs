//! The conditions of an entitlement search: "User Entitlements - Search User
//! Entitlements" in the Azure DevOps REST reference.

use axum::http::StatusCode;

use crate::odata::{self, Filter, Operator, Test};
use crate::reply::Reply;
use crate::world::{Entitlement, Member};
use orgctl_model::live::{MemberStatus, UserType};

use super::levels::LevelWords;
use crate::devops::protocol::error::refused;

/// Reads the condition of a search.
pub(crate) fn parsed(text: Option<&str>) -> Result<Option<Filter>, Reply> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
        return Ok(None);
    };
    let bad = |message: &str| refused(StatusCode::BAD_REQUEST, message);
    let filter = odata::parse(text).map_err(|error| bad(&error.to_string()))?;
    let known = |test: &Test| {
        let name = test.property.to_ascii_lowercase();
        let equal = test.operator == Operator::Equal;
        equal
            && matches!(
                name.as_str(),
                "name" | "licenseid" | "licensestatus" | "usertype"
            )
    };
    let flat = !filter.denies() && filter.tests().into_iter().all(known);
    if !flat {
        return Err(bad(
            "Only name, licenseId, licenseStatus and userType can be compared, by eq.",
        ));
    }
    Ok(Some(filter))
}

/// Whether somebody meets the condition.
pub(crate) fn meets(filter: &Filter, member: &Member, entitlement: &Entitlement) -> bool {
    match filter {
        Filter::And(a, b) => meets(a, member, entitlement) && meets(b, member, entitlement),
        Filter::Or(a, b) => meets(a, member, entitlement) || meets(b, member, entitlement),
        Filter::Not(inner) => !meets(inner, member, entitlement),
        Filter::Test(test) => passes(test, member, entitlement),
        Filter::Any(_) => false,
    }
}

fn passes(test: &Test, member: &Member, entitlement: &Entitlement) -> bool {
    let value = test.values.first().and_then(|value| value.as_str());
    let value = value.unwrap_or_default().to_lowercase();
    match test.property.to_ascii_lowercase().as_str() {
        "name" => {
            let mail = member.mail.as_deref().unwrap_or_default();
            let names = [&member.display_name, &member.principal_name, mail];
            names
                .iter()
                .any(|name| name.to_lowercase().contains(&value))
        }
        "licenseid" => {
            let account = LevelWords::of(entitlement.level).account;
            value.strip_prefix("account-") == Some(&account.to_lowercase())
        }
        "licensestatus" => value == "disabled" && entitlement.status == MemberStatus::Disabled,
        "usertype" => {
            let guest = member.user_type == Some(UserType::Guest);
            value == if guest { "guest" } else { "member" }
        }
        _ => false,
    }
}
