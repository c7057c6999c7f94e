//! Percent-encoding, strict: everything but RFC 3986's unreserved characters.
//!
//! The services answer 500 to a continuation token whose `+`, `/` or `=` stands as it is, and a
//! guest's principal name holds `#`.

use std::fmt::Write as _;

/// Encodes a text for one segment of a path or one value of a query.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Decodes what a service encoded; a lone `%` stays as it is.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail
            .get(..2)
            .filter(|pair| *first == b'%' && pair.iter().all(u8::is_ascii_hexdigit))
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        if let Some(byte) = hex {
            bytes.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
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
