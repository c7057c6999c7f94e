//! A text field of an answer, read leniently and without a copy where that can be.
//!
//! Both services use an absent field, `null` and the empty text interchangeably, and some fields
//! are a number on one day and a text on the next.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A text field; empty when the service gave none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    /// The text, maybe empty.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, where there is one.
    pub(crate) fn get(&self) -> Option<&str> {
        let text = self.as_str();
        (!text.is_empty()).then_some(text)
    }

    /// Whether it is this word, without regard to case.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.0.eq_ignore_ascii_case(word)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor).map(Text)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(""))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(if value { "true" } else { "false" }))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Cow::Borrowed(""))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Cow::Borrowed(""))
    }
}

/// Reads a list, or an object, whose `null` means that there is none.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Text<'_> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn anything_that_is_not_text_is_no_reason_to_fail() {
        assert_eq!(read("null").get(), None);
        assert_eq!(read("\"\"").get(), None);
        assert_eq!(read("[1,{}]").get(), None);
        assert_eq!(read("{\"a\":[1]}").get(), None);
        assert_eq!(read("5005").get(), Some("5005"));
        assert_eq!(read("-1").get(), Some("-1"));
        assert_eq!(read("true").get(), Some("true"));
    }

    #[test]
    fn a_text_without_escapes_is_not_copied() {
        assert!(matches!(read("\"ana\"").0, Cow::Borrowed("ana")));
        assert_eq!(read("\"a\\u006ea\"").as_str(), "ana");
        assert!(read("\"AAD\"").is("aad"));
    }
}
