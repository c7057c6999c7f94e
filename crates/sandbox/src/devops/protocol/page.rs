//! Continuation tokens: where a list goes on, in a text that means nothing to a client.
//!
//! They hold `+`, `/`, `#` and `=`, as the service's own do, so a client that does not encode them
//! sends something else and is told so. They also hold a digest of the query they belong to: a page
//! of another query cannot be asked for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::world::derived_guid;
use orgctl_model::ids::StorageKey;

/// The token of the page that begins behind `last`.
pub(crate) fn token(last: StorageKey, query: &[&str]) -> String {
    let place = STANDARD_NO_PAD.encode(last.to_string());
    format!("+RID:~{place}#RT:1/FP:{}==", digest(query))
}

/// Where the page of a token begins; nothing when it is not one of this query's.
pub(crate) fn place(token: &str, query: &[&str]) -> Option<StorageKey> {
    let rest = token.strip_prefix("+RID:~")?;
    let (place, rest) = rest.split_once("#RT:1/FP:")?;
    if rest.strip_suffix("==")? != digest(query) {
        return None;
    }
    let place = STANDARD_NO_PAD.decode(place).ok()?;
    String::from_utf8(place).ok()?.parse().ok()
}

fn digest(query: &[&str]) -> String {
    derived_guid(query).simple().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_only_with_its_own_query_and_untouched() {
        let key: StorageKey = "22222222-1111-6111-8111-000000000001".parse().unwrap();
        let text = token(key, &["name", ""]);
        assert_eq!(place(&text, &["name", ""]), Some(key));
        assert_eq!(place(&text, &["", "name"]), None);
        assert_eq!(place(&text.replace('+', " "), &["name", ""]), None);
        let cut = text.split('#').next().unwrap();
        assert_eq!(place(cut, &["name", ""]), None);
        for special in ['+', '/', '#', '='] {
            assert!(text.contains(special), "{text}");
        }
    }
}
