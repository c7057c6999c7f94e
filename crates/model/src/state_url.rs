//! Where org.toml says that the state is: a file, or an object of a cloud.

use std::fmt;
use std::str::FromStr;

/// Where the state is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateUrl {
    /// A file, by its path from the folder of org.toml.
    File(String),
    /// An object.
    Object(ObjectUrl),
}

/// An object of a cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectUrl {
    /// Whose storage it is in.
    pub cloud: Cloud,
    /// The container or bucket.
    pub container: String,
    /// The name of the object in it; it may have slashes.
    pub path: String,
}

/// Whose storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cloud {
    /// Azure Blob Storage.
    Azure,
    /// Amazon S3 and whatever speaks like it.
    S3,
    /// Google Cloud Storage.
    Google,
}

/// Why a text is not the place of a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateUrlError {
    /// There is nothing in it.
    Empty,
    /// It begins like a URL, and not of a kind that is known.
    Scheme(String),
    /// It names no container, or one that none can be called.
    Container,
    /// It names no object in the container.
    Path,
    /// A part of the path cannot be the name of a folder or an object.
    Part(String),
}

impl Cloud {
    const ALL: [Self; 3] = [Self::Azure, Self::S3, Self::Google];

    /// How URLs of its objects begin.
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Azure => "az",
            Self::S3 => "s3",
            Self::Google => "gs",
        }
    }

    /// What one calls the thing that objects are in.
    pub const fn container_word(self) -> &'static str {
        match self {
            Self::Azure => "container",
            Self::S3 | Self::Google => "bucket",
        }
    }
}

impl fmt::Display for ObjectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            cloud,
            container,
            path,
        } = self;
        write!(f, "{}://{container}/{path}", cloud.scheme())
    }
}

impl FromStr for StateUrl {
    type Err = StateUrlError;

    fn from_str(text: &str) -> Result<Self, StateUrlError> {
        if text.trim().is_empty() {
            return Err(StateUrlError::Empty);
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Ok(Self::File(text.to_owned()));
        };
        let cloud = Cloud::ALL
            .into_iter()
            .find(|cloud| cloud.scheme().eq_ignore_ascii_case(scheme))
            .ok_or_else(|| StateUrlError::Scheme(scheme.to_owned()))?;
        let (container, path) = rest.split_once('/').unwrap_or((rest, ""));
        // A user, a password or a port would go nowhere, and a password would be in org.toml.
        let may_be = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '$');
        if container.is_empty() || !container.chars().all(may_be) {
            return Err(StateUrlError::Container);
        }
        if path.is_empty() {
            return Err(StateUrlError::Path);
        }
        if let Some(part) = path.split('/').find(|part| !is_good_part(part)) {
            return Err(StateUrlError::Part(part.to_owned()));
        }
        Ok(Self::Object(ObjectUrl {
            cloud,
            container: container.to_owned(),
            path: path.to_owned(),
        }))
    }
}

/// A query would be a part of the name, and one with a signature in it is a secret.
fn is_good_part(part: &str) -> bool {
    let is_odd = |c: char| c.is_control() || matches!(c, '?' | '#' | '\\' | '%');
    !matches!(part, "" | "." | "..") && !part.contains(is_odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_file_whatever_it_looks_like() {
        for path in [
            "org.state.json",
            "state/größe.json",
            r"C:\state.json",
            "az:x",
        ] {
            assert_eq!(path.parse(), Ok(StateUrl::File(path.to_owned())));
        }
    }

    #[test]
    fn an_object_has_a_cloud_a_container_and_a_path() {
        let url: StateUrl = "AZ://states/contoso/org.state.json".parse().unwrap();
        let StateUrl::Object(object) = &url else {
            panic!("{url:?}")
        };
        assert_eq!(object.cloud, Cloud::Azure);
        assert_eq!(object.container, "states");
        assert_eq!(object.path, "contoso/org.state.json");
        assert_eq!(object.to_string(), "az://states/contoso/org.state.json");
        for text in ["s3://states.contoso/org.json", "gs://states_1/a/b c/ü.json"] {
            let Ok(StateUrl::Object(object)) = text.parse() else {
                panic!("{text}")
            };
            assert_eq!(object.to_string(), text);
        }
    }

    #[test]
    fn what_names_no_object_is_refused() {
        use StateUrlError::{Container, Empty, Part, Path, Scheme};
        let part = |text: &str| Part(text.to_owned());
        for (text, why) in [
            ("", Empty),
            ("  ", Empty),
            ("https://x.example/y", Scheme("https".to_owned())),
            ("://x/y", Scheme(String::new())),
            ("az://", Container),
            ("az:///x", Container),
            ("s3://key:secret@bucket/x", Container),
            ("gs://bucket", Path),
            ("gs://bucket/", Path),
            ("az://c/x/", part("")),
            ("az://c/../x", part("..")),
            ("az://c/x?sig=abc", part("x?sig=abc")),
        ] {
            assert_eq!(text.parse::<StateUrl>(), Err(why), "{text}");
        }
    }
}
