//! What an account of the directory is found by: its addresses and its name.

use super::addresses;
use super::value::DirectoryAccount;
use crate::names::Name;

/// Every address at which an account is reached, as served, and its sign-in name.
pub(super) fn addresses_of(account: &DirectoryAccount) -> impl Iterator<Item = &str> {
    let proxies = account.proxy_addresses.iter();
    let identities = account.identities.iter();
    let ids = identities.filter_map(|identity| identity.id.as_deref());
    std::iter::once(account.user_principal_name.as_str())
        .chain(account.mail.as_deref())
        .chain(proxies.filter_map(|proxy| addresses::of_proxy(proxy)))
        .chain(account.other_mails.iter().map(String::as_str))
        .chain(ids.filter(|id| id.contains('@')))
}

/// The name of an account, in all its forms.
pub(super) fn name_of(account: &DirectoryAccount) -> Name {
    with_sign_in(account, &account.user_principal_name)
}

/// The name of an account as it is shown, without what its sign-in name spells.
pub(super) fn shown_name_of(account: &DirectoryAccount) -> Name {
    with_sign_in(account, "")
}

fn with_sign_in(account: &DirectoryAccount, sign_in: &str) -> Name {
    Name::of_account(
        &account.display_name,
        account.given_name.as_deref().unwrap_or_default(),
        account.surname.as_deref().unwrap_or_default(),
        sign_in,
    )
}
