//! From a URL and the usual variables of the environment to a container that can be asked.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::{BackoffConfig, ObjectStore, RetryConfig};
use secrecy::{ExposeSecret as _, SecretString};

use crate::model::state_url::{Cloud, ObjectUrl};
use crate::state::bucket::in_brief;
use crate::state::error::StoreError;
use crate::state::place::Place;

/// The variables of the environment that the clouds' own tools read, with their values.
#[derive(Clone, Default)]
pub struct Variables(BTreeMap<String, SecretString>);

impl Variables {
    /// How the names of those begin that are looked at.
    pub const PREFIXES: [&str; 3] = ["AZURE_", "AWS_", "GOOGLE_"];
}

impl FromIterator<(String, String)> for Variables {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(variables: T) -> Self {
        let secret = |(name, value)| (name, SecretString::from(value));
        Self(variables.into_iter().map(secret).collect())
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A store that is away is given up within this time, for people wait, and what is not written there
/// is safe on this machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(5),
            base: 2.0,
        },
        max_retries: 8,
        retry_timeout: PATIENCE,
    }
}

/// The container of a URL. Nothing is sent yet.
///
/// # Errors
/// [`StoreError::Remote`] where the variables say too little, or something that cannot be.
pub(super) fn container(
    url: &ObjectUrl,
    variables: &Variables,
) -> Result<Arc<dyn ObjectStore>, StoreError> {
    // Whoever came first chose the same.
    drop(rustls::crypto::ring::default_provider().install_default());
    let built = match url.cloud {
        Cloud::Azure => {
            let builder = MicrosoftAzureBuilder::new().with_container_name(&url.container);
            let builder = configured(builder, variables, "AZURE_", |builder, key, value| {
                builder.with_config(key, value)
            });
            let store = builder.with_retry(retries()).build();
            store.map(|store| Arc::new(store) as Arc<dyn ObjectStore>)
        }
        Cloud::S3 => {
            let builder = AmazonS3Builder::new().with_bucket_name(&url.container);
            let builder = configured(builder, variables, "AWS_", |builder, key, value| {
                builder.with_config(key, value)
            });
            let store = builder.with_retry(retries()).build();
            store.map(|store| Arc::new(store) as Arc<dyn ObjectStore>)
        }
        Cloud::Google => {
            let builder = GoogleCloudStorageBuilder::new().with_bucket_name(&url.container);
            let builder = configured(builder, variables, "GOOGLE_", |builder, key, value| {
                builder.with_config(key, value)
            });
            let store = builder.with_retry(retries()).build();
            store.map(|store| Arc::new(store) as Arc<dyn ObjectStore>)
        }
    };
    built.map_err(|error| StoreError::Remote {
        verb: "reach",
        place: Place::from(url),
        why: in_brief(&error),
    })
}

/// Hands a builder the variables that it knows.
fn configured<B, K: FromStr>(
    builder: B,
    variables: &Variables,
    prefix: &str,
    with: impl Fn(B, K, String) -> B,
) -> B {
    let ours = variables
        .0
        .iter()
        .filter(|(name, _)| name.starts_with(prefix));
    ours.fold(builder, |builder, (name, value)| {
        match name.to_ascii_lowercase().parse() {
            Ok(key) => with(builder, key, value.expose_secret().to_owned()),
            Err(_) => builder,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::state_url::StateUrl;

    fn object(url: &str) -> ObjectUrl {
        match url.parse() {
            Ok(StateUrl::Object(object)) => object,
            other => panic!("{other:?}"),
        }
    }

    fn variables(variables: &[(&str, &str)]) -> Variables {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        variables.iter().map(owned).collect()
    }

    #[test]
    fn what_the_environment_says_is_enough() {
        let azure = [
            ("AZURE_STORAGE_ACCOUNT_NAME", "states"),
            ("AZURE_STORAGE_ACCOUNT_KEY", "c2VjcmV0"),
        ];
        let s3 = [
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "eu-central-1"),
        ];
        let google = [("GOOGLE_SKIP_SIGNATURE", "true")];
        for (url, given) in [
            ("az://c/x", &azure[..]),
            ("s3://b/x", &s3[..]),
            ("gs://b/x", &google[..]),
        ] {
            let found = container(&object(url), &variables(given));
            assert!(found.is_ok(), "{url}: {found:?}");
        }
    }

    #[test]
    fn what_it_says_too_little_of_is_told_without_its_values() {
        let given = [("AZURE_STORAGE_ACCOUNT_KEY", "not base64: hunter2")];
        let error = container(&object("az://c/x"), &variables(&given)).unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("cannot reach az://c/x: "), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
        let shown = format!("{:?}", variables(&given));
        assert_eq!(shown, r#"{"AZURE_STORAGE_ACCOUNT_KEY"}"#);
    }
}
