//! Percent-encoding, strict: everything but RFC 3986's unreserved characters.
//!
//! The services answer 500 to a continuation token whose `+`, `/` or `=` stands as it is, and a
//! guest's principal name holds `#`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but letters, digits and `-._~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Encodes a text for one segment of a path or one value of a query.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Decodes what a service encoded; a lone `%` stays as it is.
pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Quotes a text for an `OData` filter: `o'brien` is `'o''brien'`.
pub(crate) fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_what_breaks_a_query() {
        assert_eq!(encode("a+b/c#d=e&f g"), "a%2Bb%2Fc%23d%3De%26f%20g");
        assert_eq!(encode("aad.Nz-c_x~"), "aad.Nz-c_x~");
        assert_eq!(encode("ü'"), "%C3%BC%27");
    }

    #[test]
    fn decodes_what_it_encoded_and_leaves_the_rest() {
        for text in ["Access Denied: expired.", "a+b/c#d=", "%", "%2", "%zz", "ü"] {
            assert_eq!(decode(&encode(text)), text);
        }
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz"), "%zz");
        assert_eq!(decode("%+4"), "%+4");
    }

    #[test]
    fn quotes_double() {
        assert_eq!(quote("o'brien@x.y"), "'o''brien@x.y'");
        assert_eq!(quote("''"), "''''''");
    }
}
