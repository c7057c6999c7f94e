//! The objects of one container, one request at a time, and their errors in words that hold no secret.

use std::fmt;
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use object_store::path::Path;
use object_store::{
    Error, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode, PutPayload, UpdateVersion,
};

use super::error::StoreError;
use super::place::Place;
use crate::model::state_url::ObjectUrl;

/// More of an error of a service than this tells people nothing.
const LONGEST_REASON: usize = 200;

/// A container.
#[derive(Clone, Debug)]
pub(in crate::state) struct Bucket {
    objects: Arc<dyn ObjectStore>,
    url: ObjectUrl,
}

/// An object as it was read.
pub(in crate::state) struct Object {
    pub(in crate::state) bytes: Vec<u8>,
    /// What a write that replaces just this one has to name.
    pub(in crate::state) version: UpdateVersion,
    pub(in crate::state) modified: Option<Timestamp>,
}

impl Bucket {
    pub(in crate::state) fn new(objects: Arc<dyn ObjectStore>, url: ObjectUrl) -> Self {
        Self { objects, url }
    }

    /// What people are told of where an object is.
    pub(in crate::state) fn place(&self, key: &Path) -> Place {
        Place::from(&ObjectUrl {
            path: key.to_string(),
            ..self.url.clone()
        })
    }

    /// Reads an object; `None` where there is none.
    pub(in crate::state) async fn get(&self, key: &Path) -> Result<Option<Object>, StoreError> {
        let failed = |error: &Error| self.failed("read", key, error);
        let result = match self.objects.get(key).await {
            // Without its container nothing can be concluded from an object that is not there.
            Err(Error::NotFound { source, .. }) if !is_no_container(&source.to_string()) => {
                return Ok(None);
            }
            result => result.map_err(|error| failed(&error))?,
        };
        let meta = result.meta.clone();
        let bytes = result.bytes().await.map_err(|error| failed(&error))?;
        Ok(Some(Object {
            bytes: bytes.to_vec(),
            modified: modified(&meta),
            version: UpdateVersion {
                e_tag: meta.e_tag,
                version: meta.version,
            },
        }))
    }

    /// Writes an object. `None` where the condition of the write was not met, or was met by an attempt
    /// of this very write whose answer was lost: only looking tells.
    pub(in crate::state) async fn put(
        &self,
        key: &Path,
        bytes: &[u8],
        mode: PutMode,
    ) -> Result<Option<UpdateVersion>, StoreError> {
        let payload = PutPayload::from(bytes.to_vec());
        let replaces = matches!(mode, PutMode::Update(_));
        match self.objects.put_opts(key, payload, mode.into()).await {
            Ok(result) => Ok(Some(result.into())),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(None),
            Err(Error::NotFound { source, .. })
                if replaces && !is_no_container(&source.to_string()) =>
            {
                Ok(None)
            }
            Err(error) => Err(self.failed("write", key, &error)),
        }
    }

    /// When an object was written, by the clock of the store.
    pub(in crate::state) async fn written(
        &self,
        key: &Path,
    ) -> Result<Option<Timestamp>, StoreError> {
        let meta = self.objects.head(key).await;
        let meta = meta.map_err(|error| self.failed("read", key, &error))?;
        Ok(modified(&meta))
    }

    /// The objects below a name, in order of their names.
    pub(in crate::state) async fn list(&self, below: &Path) -> Result<Vec<ObjectMeta>, StoreError> {
        let found = self.objects.list(Some(below)).try_collect::<Vec<_>>();
        let mut found = found
            .await
            .map_err(|error| self.failed("list", below, &error))?;
        found.sort_unstable_by(|one, other| one.location.cmp(&other.location));
        Ok(found)
    }

    /// Deletes an object, where there is one.
    pub(in crate::state) async fn delete(&self, key: &Path) -> Result<(), StoreError> {
        match self.objects.delete(key).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed("delete", key, &error)),
        }
    }

    /// Deletes objects, in as few requests as the store takes, in any order.
    pub(in crate::state) async fn delete_all(&self, keys: Vec<Path>) -> Result<(), StoreError> {
        let Some(first) = keys.first().cloned() else {
            return Ok(());
        };
        let keys = stream::iter(keys.into_iter().map(Ok)).boxed();
        let mut deleted = self.objects.delete_stream(keys);
        while let Some(result) = deleted.next().await {
            match result {
                Ok(_) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(self.failed("delete", &first, &error)),
            }
        }
        Ok(())
    }

    fn failed(&self, verb: &'static str, key: &Path, error: &Error) -> StoreError {
        let container = self.url.cloud.container_word();
        StoreError::Remote {
            verb,
            place: self.place(key),
            why: reason(error, container),
        }
    }
}

/// When an object was written.
pub(in crate::state) fn modified(meta: &ObjectMeta) -> Option<Timestamp> {
    let milliseconds = meta.last_modified.timestamp_millis();
    Timestamp::from_millisecond(milliseconds).ok()
}

fn is_no_container(text: &str) -> bool {
    ["ContainerNotFound", "NoSuchBucket"]
        .iter()
        .any(|code| text.contains(code))
}

/// Why it failed, without anything that a request carries: addresses may be signed, and refusals repeat
/// what was signed.
fn reason(error: &Error, container: &str) -> String {
    if matches!(error, Error::NotFound { .. }) {
        return format!("there is no such {container}");
    }
    if matches!(error, Error::PermissionDenied { .. }) {
        return "the credentials do not allow it".to_owned();
    }
    if matches!(error, Error::Unauthenticated { .. }) {
        return "the credentials are not accepted".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    in_brief(cause)
}

/// One line of it, without the body of an answer and without the addresses of requests.
pub(in crate::state) fn in_brief(error: &(impl fmt::Display + ?Sized)) -> String {
    let text = error.to_string();
    let line = text
        .split(['\n', '\r', '<', '{'])
        .next()
        .unwrap_or_default();
    let words = line.split_whitespace().map(|word| {
        let is_address = word.contains("://");
        if is_address { "…" } else { word }
    });
    let brief = words.collect::<Vec<_>>().join(" ");
    let brief: String = brief
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_REASON)
        .collect();
    brief.trim_end_matches([':', ' ', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_repeats_no_address_and_no_body() {
        let text = "Error performing PUT http://h/c/x?sig=SECRET in 3s\n<Error>SECRET</Error>";
        assert_eq!(in_brief(text), "Error performing PUT … in 3s");
        let text = "Server returned non-2xx status code: 400 Bad Request: <?xml?><Key>SECRET</Key>";
        assert_eq!(
            in_brief(text),
            "Server returned non-2xx status code: 400 Bad Request"
        );
        assert_eq!(in_brief(&"x\u{1b}".repeat(500)).chars().count(), 200);
    }
}
