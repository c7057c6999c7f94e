//! Addresses as they are compared: without case, and by the mailbox that a spelling leads to.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

/// Domains where anybody can have an address, so that the domain says nothing about the company.
const PRIVATE: [&str; 40] = [
    "126.com",
    "163.com",
    "aol.com",
    "bigpond.com",
    "bk.ru",
    "comcast.net",
    "daum.net",
    "free.fr",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hanmail.net",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.es",
    "hotmail.fr",
    "icloud.com",
    "inbox.ru",
    "laposte.net",
    "libero.it",
    "live.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "naver.com",
    "orange.fr",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "web.de",
    "yahoo.com",
    "yandex.ru",
    "zoho.com",
];

/// Providers that have a domain in many countries.
const PRIVATE_ANYWHERE: [&str; 6] = ["outlook.", "hotmail.", "live.", "yahoo.", "gmx.", "yandex."];

/// Both parts of an address.
pub(super) fn split(address: &str) -> Option<(&str, &str)> {
    let (local, domain) = address.rsplit_once('@')?;
    (!local.is_empty() && !domain.is_empty()).then_some((local, domain))
}

/// The address without case and the blanks around it.
pub(super) fn folded(address: &str) -> Cow<'_, str> {
    let trimmed = address.trim();
    if trimmed
        .bytes()
        .all(|b| b.is_ascii() && !b.is_ascii_uppercase())
    {
        Cow::Borrowed(trimmed)
    } else {
        Cow::Owned(trimmed.to_lowercase())
    }
}

/// One spelling for all that lead to the same mailbox, or may: without width, tag and dots.
pub(super) fn mailbox(address: &str) -> String {
    let address: String = if address.is_ascii() {
        address.trim().to_ascii_lowercase()
    } else {
        address.trim().nfkc().collect::<String>().to_lowercase()
    };
    let Some((local, domain)) = split(&address) else {
        return address;
    };
    let mut mailbox = String::with_capacity(address.len());
    let untagged = untagged(local);
    mailbox.extend(untagged.chars().filter(|c| *c != '.'));
    mailbox.push('@');
    mailbox.push_str(if domain == "googlemail.com" {
        "gmail.com"
    } else {
        domain
    });
    mailbox
}

/// The local part without a plus tag.
fn untagged(local: &str) -> &str {
    match local.split_once('+') {
        Some((before, _)) if !before.is_empty() => before,
        _ => local,
    }
}

/// Whether two spellings are one mailbox for certain: dots matter with every provider but Google.
pub(super) fn same_mailbox(one: &str, other: &str) -> bool {
    let fold = |address: &str| address.trim().nfkc().collect::<String>().to_lowercase();
    let (one, other) = (fold(one), fold(other));
    let (Some((a, a_domain)), Some((b, b_domain))) = (split(&one), split(&other)) else {
        return false;
    };
    let google = |domain: &str| domain == "gmail.com" || domain == "googlemail.com";
    if google(a_domain) && google(b_domain) {
        return mailbox(&one) == mailbox(&other);
    }
    a_domain == b_domain && untagged(a) == untagged(b)
}

/// The address of a proxy address; chat and old Exchange names are none.
pub(super) fn of_proxy(proxy: &str) -> Option<&str> {
    match proxy.split_once(':') {
        Some((kind, address)) if kind.eq_ignore_ascii_case("smtp") => Some(address),
        Some(_) => None,
        None => proxy.contains('@').then_some(proxy),
    }
}

/// Whether anybody can have an address there.
pub(super) fn is_private(domain: &str) -> bool {
    PRIVATE.contains(&domain)
        || PRIVATE_ANYWHERE
            .iter()
            .any(|start| domain.starts_with(start))
}

/// What stands before `#EXT#` in the sign-in name of an account from outside.
pub(super) fn external_part(principal_name: &str) -> Option<String> {
    let folded = folded(principal_name);
    let (part, _) = folded.split_once("#ext#")?;
    Some(part.to_owned())
}

/// What the directory puts before `#EXT#` for an address.
pub(super) fn as_external_part(address: &str) -> String {
    folded(address).replace('@', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailbox_is_one_for_all_spellings() {
        assert_eq!(mailbox("Ana.Lee+ado@GoogleMail.com"), "analee@gmail.com");
        assert_eq!(mailbox("ｌｅｅ@contoso.com"), "lee@contoso.com");
        assert_eq!(mailbox("+lee@contoso.com"), "+lee@contoso.com");
    }

    #[test]
    fn same_mailbox_drops_dots_at_google_only() {
        assert!(same_mailbox("a.lee@gmail.com", "alee@googlemail.com"));
        assert!(same_mailbox("a.lee+x@contoso.com", "A.Lee@contoso.com"));
        assert!(!same_mailbox("a.lee@contoso.com", "alee@contoso.com"));
        assert!(!same_mailbox("alee@contoso.com", "alee@fabrikam.com"));
    }

    #[test]
    fn of_proxy_takes_mail_only() {
        assert_eq!(of_proxy("SMTP:a@b.c"), Some("a@b.c"));
        assert_eq!(of_proxy("smtp:a@b.c"), Some("a@b.c"));
        assert_eq!(of_proxy("a@b.c"), Some("a@b.c"));
        assert_eq!(of_proxy("sip:a@b.c"), None);
        assert_eq!(of_proxy("X500:/o=contoso"), None);
    }
}
