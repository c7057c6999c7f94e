//! `[guests]`: people without an address in the directory, who are invited to it.

use miette::SourceSpan;
use toml::de::DeValue;

use crate::config::declare::{At, TomlValue, section};
use crate::config::diagnostic::Remarks;
use crate::config::values::{
    ADDRESS_PATTERN, EntryOf, Filled, Flag, LineOfPerson, Projects, Written, WrittenKey, address,
    fields,
};
use crate::model::access::AccessLevel;
use crate::model::desired::{DesiredGuest, Place};
use crate::model::person::Email;

section! {
    /// A guest of the tenant. An empty table is enough.
    Guest {
        /// The name that others see.
        name: Filled = "Noor Haddad",
        /// The access level; without it the level stays as it is, and somebody new gets `stakeholder`.
        access: AccessLevel = "basic",
        /// What they are in which projects; others stay as they are.
        projects: Projects = { Website = "contributor" },
        /// The text in the invitation.
        message: Filled = "Welcome to the Contoso projects",
        /// Send the invitation again to a guest who has not accepted it. It is sent once; for another
        /// time delete the key, apply, and write it again.
        #[default(false)]
        resend: Flag = true,
        /// Let a guest who has accepted accept anew, with whatever account. Until then they cannot sign
        /// in. It is done once; for another time delete the key, apply, and write it again.
        #[default(false)]
        reset_redemption: Flag = true,
        /// Why a member and the guest whom they become are one person, although their names differ. The
        /// plan shows it, and does not warn of the names.
        because: Filled = "signs as Noor, is Nour in the directory",
    }
}

impl LineOfPerson for Guest {
    const NAME_PATTERN: &'static str = ADDRESS_PATTERN;

    /// Invitations go to a real address.
    fn name(text: &str, span: SourceSpan, remarks: &mut Remarks) -> At<Email> {
        address(text, span, remarks)
    }

    fn read(key: &WrittenKey<'_>, value: TomlValue<'_>, remarks: &mut Remarks) -> Option<Self> {
        const EXAMPLE: &str = "\"noor@fabrikam.com\" = { name = \"Noor Haddad\" }";
        let written = Written::of(&value);
        if let DeValue::Table(table) = value.into_inner() {
            return Some(fields(&EntryOf(key), table, key.span().into(), remarks));
        }
        written.refuse(&EntryOf(key), "a table", EXAMPLE, remarks);
        None
    }
}

impl Guest {
    pub(in crate::config) fn desired(self, place: Place) -> DesiredGuest {
        let Self {
            name,
            access,
            projects,
            message,
            resend,
            reset_redemption,
            because,
        } = self;
        DesiredGuest {
            name: name.map(|name| name.value),
            access: access.map(|access| access.value),
            projects: Projects::by_name(projects),
            message: message.map(|message| message.value),
            resend: resend.is_some_and(|resend| resend.value),
            reset_redemption: reset_redemption.is_some_and(|reset| reset.value),
            because: because.map(|because| because.value),
            place,
        }
    }
}
