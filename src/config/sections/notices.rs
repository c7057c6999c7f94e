//! `[notices]`: how people are told of the move.

use crate::config::declare::section;
use crate::config::values::{Address, Filled, UpTo};
use crate::model::desired::{DesiredNotices, Place};
use crate::model::notice::{Deliver, Language};

/// Where notices are written when org.toml does not say: beside org.toml.
pub const DEFAULT_NOTICES_FOLDER: &str = "notices";

/// The most days between the first notice and the connection: after a year nobody remembers.
const MOST_DAYS: i64 = 365;

section! {
    /// How people are told of the move.
    Notices {
        /// In which language.
        #[default(Language::default())]
        language: Language = "en",
        /// By which way: files for somebody to hand on, or mail by way of Microsoft Graph.
        #[default(Deliver::default())]
        deliver: Deliver = "files",
        /// How many days lie, at least, between the first notice and the connection. Nobody is taken
        /// out and nothing is revoked before that either.
        #[default(0)]
        lead_days: UpTo<u32, MOST_DAYS> = 7,
        /// The mailbox that sends, and whom to ask; without it mail goes out from the mailbox of whoever
        /// is signed in. When an application invites, the text of the invitation comes from it too.
        sender: Address = "it@contoso.com",
        /// A folder with texts that replace those of orgctl, relative to the folder of org.toml.
        templates: Filled = "templates/notices",
        /// The folder that files are written to, relative to the folder of org.toml.
        #[default(DEFAULT_NOTICES_FOLDER)]
        out: Filled = "notices",
    }
}

/// Folders of `[notices]`: paths, relative to the folder of org.toml.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeFolders {
    /// Where notices are written.
    pub out: String,
    /// Where texts are that replace those of orgctl.
    pub templates: Option<String>,
}

impl Notices {
    pub(in crate::config) fn desired(self, place: Place) -> (DesiredNotices, NoticeFolders) {
        let Self {
            language,
            deliver,
            lead_days,
            sender,
            templates,
            out,
        } = self;
        let desired = DesiredNotices {
            language: language.map(|language| language.value).unwrap_or_default(),
            deliver: deliver.map(|deliver| deliver.value).unwrap_or_default(),
            lead_days: lead_days.map(|days| days.value).unwrap_or_default(),
            sender: sender.map(|sender| sender.value),
            place,
        };
        let folders = NoticeFolders {
            out: out.map_or_else(|| DEFAULT_NOTICES_FOLDER.to_owned(), |out| out.value),
            templates: templates.map(|templates| templates.value),
        };
        (desired, folders)
    }
}
