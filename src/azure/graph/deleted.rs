//! Deleted users, who can be restored for thirty days; see "List deletedItems" in the Graph
//! reference.

use std::collections::{BTreeMap, BTreeSet};

use crate::azure::port::ApiError;
use crate::azure::transport::client::Client;
use crate::model::ids::ObjectId;
use crate::model::person::Email;
use crate::model::preflight::DeletedUser;

use super::filter::PAGE_USERS_MAX;
use super::read::pages;
use super::wire::User;

/// The deleted users with one of these addresses.
pub(crate) async fn deleted_users(
    client: &Client,
    addresses: &BTreeSet<&Email>,
) -> Result<BTreeMap<ObjectId, DeletedUser>, ApiError> {
    let fields = "id,userPrincipalName,displayName,mail,otherMails";
    let path = "/v1.0/directory/deletedItems/microsoft.graph.user";
    let first = format!("{path}?$select={fields}&$top={PAGE_USERS_MAX}");
    let mut users = BTreeMap::new();
    let mut take = |user: &User<'_>| {
        let found = deleted_user(user);
        users.extend(
            found.filter(|(_, user)| user.addresses().any(|address| addresses.contains(address))),
        );
    };
    pages(client, first, &mut take).await?;
    Ok(users)
}

fn deleted_user(user: &User<'_>) -> Option<(ObjectId, DeletedUser)> {
    let id: ObjectId = user.id.as_str().parse().ok()?;
    let name = user.user_principal_name.get()?;
    let address = |text: &str| Email::from_service(text);
    let deleted = DeletedUser {
        user_principal_name: address(name_before(id, name)),
        display_name: user.display_name.as_str().to_owned(),
        mail: user.mail.get().map(address),
        other_mails: user
            .other_mails
            .iter()
            .filter_map(|mail| mail.get().map(address))
            .collect(),
    };
    Some((id, deleted))
}

/// A deletion may put the id before the name, so that the name is free.
fn name_before(id: ObjectId, name: &str) -> &str {
    let mark = id.guid().simple().to_string();
    match name.split_at_checked(mark.len()) {
        Some((head, rest)) if head.eq_ignore_ascii_case(&mark) => rest,
        Some(_) | None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_one_from_before_the_deletion() {
        let id: ObjectId = "6d1c0000-0000-4000-8000-00000000000A".parse().unwrap();
        let marked = "6D1C000000004000800000000000000aLee@contoso.com";
        assert_eq!(name_before(id, marked), "Lee@contoso.com");
        assert_eq!(name_before(id, "lee@contoso.com"), "lee@contoso.com");
        assert_eq!(name_before(id, "é"), "é");
    }
}
