//! Users of the directory by their names and addresses.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::ObjectId;
use crate::live::{Directory, DirectoryUser};
use crate::person::Email;

/// By which of its names a user of the directory was found. The order is the order of preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundBy {
    /// The user principal name: what connecting an organization goes by.
    PrincipalName,
    /// The address at which an account from outside was invited.
    GuestAddress,
    /// The address for mail of one of the tenant's own.
    Mail,
    /// A further address.
    OtherMail,
}

/// A user of the directory and how it was found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The object id.
    pub id: ObjectId,
    /// By which name.
    pub by: FoundBy,
    /// The user.
    pub user: &'a DirectoryUser,
}

/// Users of the directory by any of their names and addresses.
#[derive(Debug)]
pub struct DirectoryIndex<'a> {
    users: &'a BTreeMap<ObjectId, DirectoryUser>,
    // Sorted; a sorted vector is built and searched faster than a map of borrowed keys.
    by_address: Vec<(&'a Email, FoundBy, ObjectId)>,
    // Accounts from outside by what stands before `#EXT#`; sorted.
    by_external_part: Vec<(&'a str, ObjectId)>,
}

impl<'a> DirectoryIndex<'a> {
    /// Indexes a directory; cost n log n.
    pub fn new(directory: &'a Directory) -> Self {
        let users = &directory.users;
        let mut by_address = Vec::with_capacity(users.len() * 2);
        let mut by_external_part = Vec::new();
        for (id, user) in users {
            by_address.push((&user.user_principal_name, FoundBy::PrincipalName, *id));
            let by_mail = if user.is_external() {
                FoundBy::GuestAddress
            } else {
                FoundBy::Mail
            };
            by_address.extend(user.mail.iter().map(|mail| (mail, by_mail, *id)));
            let others = user.other_mails.iter();
            by_address.extend(others.map(|mail| (mail, FoundBy::OtherMail, *id)));
            by_external_part.extend(user.external_part().map(|part| (part, *id)));
        }
        by_address.sort_unstable();
        by_external_part.sort_unstable();
        Self {
            users,
            by_address,
            by_external_part,
        }
    }

    /// The account that signs in under a name, or was invited at that address. An address at which
    /// several were invited is nobody's.
    pub fn account(&self, name: &Email) -> Option<Found<'a>> {
        let mut accounts = self.holders(name);
        let first = accounts.next()?;
        let is_its_own = match first.by {
            FoundBy::PrincipalName => true,
            FoundBy::GuestAddress => accounts
                .next()
                .is_none_or(|next| next.by > FoundBy::GuestAddress),
            FoundBy::Mail | FoundBy::OtherMail => false,
        };
        is_its_own.then_some(first)
    }

    /// Everybody who has an address, each once, those first who sign in with it. All but the account of
    /// that name are guesses: an address for mail can be shared, moved and taken over.
    pub fn holders(&self, address: &Email) -> impl Iterator<Item = Found<'a>> + use<'a> {
        let start = self
            .by_address
            .partition_point(|(email, _, _)| *email < address);
        let same = self.by_address.iter().skip(start);
        let same = same.take_while(|(email, _, _)| *email == address);
        let mut found: Vec<(FoundBy, ObjectId)> = same.map(|(_, by, id)| (*by, *id)).collect();
        if !self.by_external_part.is_empty() {
            let part = address.as_str().replace('@', "_");
            let start = self
                .by_external_part
                .partition_point(|(other, _)| *other < part.as_str());
            let invited = self.by_external_part.iter().skip(start);
            let invited = invited.take_while(|(other, _)| *other == part);
            found.extend(invited.map(|(_, id)| (FoundBy::GuestAddress, *id)));
            found.sort_unstable();
        }
        let users = self.users;
        let mut seen = BTreeSet::new();
        let found = found.into_iter().filter(move |(_, id)| seen.insert(*id));
        found.filter_map(move |(by, id)| users.get(&id).map(|user| Found { id, by, user }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::TenantId;
    use crate::preflight::Readable;

    fn directory(users: &[(&str, &str)]) -> Directory {
        let users = users.iter().enumerate().map(|(n, (_, json))| {
            let id = format!("20000000-0000-4000-8000-{n:012}");
            (id.parse().unwrap(), serde_json::from_str(json).unwrap())
        });
        Directory {
            tenant: TenantId::NONE,
            display_name: String::new(),
            verified_domains: BTreeSet::new(),
            users: users.collect(),
            deleted: Readable::NotAsked,
            caller: crate::live::CallerKind::Person,
        }
    }

    fn found(directory: &Directory, name: &str) -> Option<(FoundBy, String)> {
        let account = DirectoryIndex::new(directory).account(&Email::from_service(name))?;
        Some((account.by, account.user.display_name.clone()))
    }

    const SAM: &str = r#"{ "user_principal_name": "sam@contoso.com", "display_name": "Sam",
        "mail": "samuel@contoso.com", "other_mails": ["sam@outlook.com"] }"#;
    const NOOR: &str = r#"{ "user_principal_name": "noor_fabrikam.com#EXT#@contoso.onmicrosoft.com",
        "display_name": "Noor", "user_type": "guest" }"#;
    const WEI: &str = r#"{ "user_principal_name": "w_x.y#EXT#@contoso.onmicrosoft.com",
        "display_name": "Wei", "mail": "wei@fabrikam.com", "user_type": "guest" }"#;
    const OTHER_WEI: &str = r#"{ "user_principal_name": "v_x.y#EXT#@contoso.onmicrosoft.com",
        "display_name": "Other", "mail": "wei@fabrikam.com", "user_type": "guest" }"#;

    #[test]
    fn account_is_found_by_its_sign_in_name_only() {
        let directory = directory(&[("sam", SAM)]);
        let by_name = Some((FoundBy::PrincipalName, "Sam".to_owned()));
        assert_eq!(found(&directory, "SAM@contoso.com"), by_name);
        assert_eq!(found(&directory, "samuel@contoso.com"), None);
        assert_eq!(found(&directory, "sam@outlook.com"), None);
        let index = DirectoryIndex::new(&directory);
        let holders = |name: &str| -> Vec<FoundBy> {
            let name = Email::from_service(name);
            index.holders(&name).map(|found| found.by).collect()
        };
        assert_eq!(holders("samuel@contoso.com"), [FoundBy::Mail]);
        assert_eq!(holders("sam@outlook.com"), [FoundBy::OtherMail]);
    }

    #[test]
    fn guest_is_found_by_the_address_of_the_invitation() {
        let directory = directory(&[("noor", NOOR), ("wei", WEI)]);
        let by_address = |name: &str| Some((FoundBy::GuestAddress, name.to_owned()));
        assert_eq!(found(&directory, "noor@fabrikam.com"), by_address("Noor"));
        assert_eq!(found(&directory, "wei@fabrikam.com"), by_address("Wei"));
        assert_eq!(found(&directory, "w@x.y"), by_address("Wei"));
    }

    #[test]
    fn address_of_two_guests_is_nobodys() {
        let directory = directory(&[("wei", WEI), ("other", OTHER_WEI)]);
        assert_eq!(found(&directory, "wei@fabrikam.com"), None);
        let index = DirectoryIndex::new(&directory);
        let name = Email::from_service("wei@fabrikam.com");
        assert_eq!(index.holders(&name).count(), 2);
    }

    #[test]
    fn name_counts_more_than_the_address_of_another() {
        let named = r#"{ "user_principal_name": "wei@fabrikam.com", "display_name": "Named" }"#;
        let directory = directory(&[("wei", WEI), ("other", OTHER_WEI), ("named", named)]);
        let by_name = Some((FoundBy::PrincipalName, "Named".to_owned()));
        assert_eq!(found(&directory, "wei@fabrikam.com"), by_name);
    }
}
