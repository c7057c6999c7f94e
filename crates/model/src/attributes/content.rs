//! What is asked of the content of a thing whatever its kind.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Attributes;
use super::identity::Identity;
use crate::ids::{ObjectId, ProjectName, StorageKey};
use crate::kind::Risk;
use crate::project::ProjectAccess;

/// What is asked of the content of a thing whatever its kind. Most kinds have an answer of their own
/// to few of these.
pub(super) trait Content {
    /// See [`Attributes::headline`].
    fn headline(&self) -> Cow<'_, str>;

    /// See [`Attributes::member`].
    fn member(&self) -> Option<StorageKey> {
        None
    }

    /// See [`Attributes::identity`].
    fn identity(&self) -> Option<&Identity> {
        None
    }

    /// See [`Attributes::with_identity`].
    fn bind(&mut self, _id: ObjectId) {}

    /// See [`Attributes::without_remarks`].
    fn drop_remarks(&mut self) {}

    /// See [`Attributes::is_restored`].
    fn is_restored(&self) -> bool {
        false
    }

    /// See [`Attributes::projects`].
    fn projects(&self) -> Option<&BTreeMap<ProjectName, ProjectAccess>> {
        None
    }

    /// See [`Attributes::with_mail_owed`].
    fn owe_mail(&mut self) {}

    /// See [`Attributes::risk`].
    fn risk(&self) -> Option<Risk> {
        None
    }

    /// See [`Attributes::is_same`]; none where only equal content is the same.
    fn is_same(&self, _other: &Attributes) -> Option<bool> {
        None
    }
}
