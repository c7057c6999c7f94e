//! The name of a person: an e-mail address or user principal name, compared without case.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An e-mail address or user principal name, in lower case.
///
/// Both services compare these names without case, so the case is dropped on the way in and two
/// spellings of one person are equal by construction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Email(Box<str>);

/// Why a text cannot be an [`Email`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailError {
    /// There is no text.
    Empty,
    /// There is not exactly one `@` with text on both sides.
    NoAddress,
    /// A blank, control or quoting character, which no sign-in name holds.
    BadCharacter(char),
    /// The part behind the `@` is not a domain name.
    BadDomain,
    /// Longer than [`Email::MAX_CHARS`].
    TooLong,
}

impl fmt::Display for EmailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::NoAddress => f.write_str("it is not of the form name@domain"),
            Self::BadCharacter(c) => write!(f, "{c:?} cannot be part of an address"),
            Self::BadDomain => f.write_str("the part behind the @ is not a domain name"),
            Self::TooLong => write!(f, "it is longer than {} characters", Email::MAX_CHARS),
        }
    }
}

impl std::error::Error for EmailError {}

/// Whether a text is the name of a domain: letters, digits and hyphens with dots between.
pub fn is_domain_name(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    text.contains('.') && text.split('.').all(is_label)
}

impl Email {
    /// The longest address that mail can carry (RFC 5321, 4.5.3.1.3, less the angle brackets).
    pub const MAX_CHARS: usize = 254;

    /// Takes an address that a person wrote.
    ///
    /// # Errors
    /// [`EmailError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(EmailError::TooLong);
        }
        let refused = |c: char| c.is_whitespace() || c.is_control() || "\"\\<>()[],;:".contains(c);
        if let Some(bad) = text.chars().find(|c| refused(*c)) {
            return Err(EmailError::BadCharacter(bad));
        }
        let (local, domain) = text.split_once('@').ok_or(EmailError::NoAddress)?;
        if local.is_empty() || domain.is_empty() || domain.contains('@') {
            return Err(EmailError::NoAddress);
        }
        if !is_domain_name(domain) {
            return Err(EmailError::BadDomain);
        }
        Ok(Self::from_service(text))
    }

    /// Takes a name as a service gave it: whatever it is, it names that person there.
    pub fn from_service(text: &str) -> Self {
        if text.is_ascii() {
            Self(text.to_ascii_lowercase().into())
        } else {
            Self(text.to_lowercase().into())
        }
    }

    /// The name, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part behind the last `@`, or the empty text.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Whether the address can only be that of a personal Microsoft account: it is in one of the
    /// domains in which Microsoft gives mailboxes to everybody. Of any other address nobody but its
    /// owner knows.
    pub fn is_consumer(&self) -> bool {
        const NAMES: [&str; 6] = [
            "hotmail",
            "live",
            "msn",
            "outlook",
            "passport",
            "windowslive",
        ];
        let country = |label: &str| label.len() == 2 && label.is_ascii();
        let mut labels = self.domain().split('.');
        let name = labels.next().unwrap_or_default();
        NAMES.contains(&name)
            && match (labels.next(), labels.next(), labels.next()) {
                (Some(end), None, None) => end == "com" || country(end),
                (Some("co" | "com"), Some(end), None) => country(end),
                (_, _, _) => false,
            }
    }

    /// The part before the last `@`, or the whole text.
    pub fn local_part(&self) -> &str {
        self.0
            .rsplit_once('@')
            .map_or(self.as_str(), |(local, _)| local)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Email {
    /// Folds the case, so that a file written by hand compares like one written by us.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = String::deserialize(deserializer)?;
        if text.is_ascii() {
            text.make_ascii_lowercase();
            Ok(Self(text.into()))
        } else {
            Ok(Self(text.to_lowercase().into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_lifelike_addresses() {
        for text in [
            "ana@contoso.com",
            "o'brien@outlook.com",
            "renée.müller@contoso.de",
            "李雷@例子.公司",
            "ana.lee_fabrikam.com#EXT#@contoso.onmicrosoft.com",
            "a+b@x.co",
        ] {
            assert!(Email::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn refuses_what_no_service_takes() {
        for (text, why) in [
            ("", EmailError::Empty),
            ("ana", EmailError::NoAddress),
            ("@contoso.com", EmailError::NoAddress),
            ("ana@", EmailError::NoAddress),
            ("ana@b@contoso.com", EmailError::NoAddress),
            ("ana lee@contoso.com", EmailError::BadCharacter(' ')),
            ("ana\u{1b}@contoso.com", EmailError::BadCharacter('\u{1b}')),
            ("ana@contoso", EmailError::BadDomain),
            ("ana@contoso..com", EmailError::BadDomain),
            ("ana@-contoso.com", EmailError::BadDomain),
        ] {
            assert_eq!(Email::parse(text), Err(why), "{text}");
        }
        let long = format!("{}@contoso.com", "a".repeat(300));
        assert_eq!(Email::parse(&long), Err(EmailError::TooLong));
    }

    #[test]
    fn mailboxes_that_microsoft_gives_to_everybody_are_personal() {
        for text in [
            "lee@outlook.com",
            "emily.w@live.co.uk",
            "ines@hotmail.fr",
            "joao@outlook.com.br",
            "x@msn.com",
        ] {
            assert!(Email::from_service(text).is_consumer(), "{text}");
        }
        for text in [
            "lee@contoso.com",
            "lee@outlook.contoso.com",
            "lee@live.org",
            "lee@outlook",
            "outlook.com",
            "lee@gmail.com",
            "lee@live.co.contoso.com",
        ] {
            assert!(!Email::from_service(text).is_consumer(), "{text}");
        }
    }

    #[test]
    fn case_never_tells_two_people_apart() {
        assert_eq!(
            Email::parse("Ana@Contoso.COM"),
            Email::parse("ana@contoso.com")
        );
        assert_eq!(
            Email::from_service("RENÉE@x.y"),
            Email::from_service("renée@X.Y")
        );
    }
}
