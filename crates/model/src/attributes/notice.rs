//! Notices: what one person is told, as it is planned and recorded.

use std::borrow::Cow;

use super::content::Content;
use crate::ids::StorageKey;
use crate::notice::NoticeAttributes;

impl Content for NoticeAttributes {
    fn headline(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.mail.as_str())
    }

    fn member(&self) -> Option<StorageKey> {
        Some(self.member)
    }
}
