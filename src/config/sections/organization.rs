//! `[organization]`: which organization, and who owns it.

use crate::config::declare::section;
use crate::config::values::{Address, Required, Text};

section! {
    /// An Azure DevOps organization.
    Organization {
        /// Its name: the last part of `https://dev.azure.com/contoso`.
        #[shape({ "pattern": "^[A-Za-z0-9]([A-Za-z0-9-]{0,48}[A-Za-z0-9])?$" })]
        name: Required<Text> = "contoso",
        /// Who must never be locked out, by the sign-in name of today or of after the move.
        owner: Address = "ana@contoso.com",
    }
}
