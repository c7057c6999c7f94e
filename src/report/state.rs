//! The state, as a person reads it: one line an entry.

use std::fmt::{self, Write as _};

use super::sanitize::{clean, code, markdown as escaped};
use crate::state::value::State;

/// For a terminal.
pub fn text(state: &State) -> String {
    if state.entries.is_empty() {
        return "The state is empty: nothing has been applied yet.\n".to_owned();
    }
    written(|page| {
        writeln!(page, "state {} serial {}\n", state.lineage, state.serial)?;
        for (address, entry) in &state.entries {
            let headline = entry.attributes.headline();
            writeln!(page, "  {:<14} {}", address.kind(), clean(address.key()))?;
            if !headline.is_empty() {
                writeln!(page, "  {:14} {}", "", clean(&headline))?;
            }
            writeln!(
                page,
                "  {:14} {} since {:.0}",
                "", entry.remote_id, entry.applied_at
            )?;
        }
        writeln!(page, "\n{} entries.", state.entries.len())
    })
}

/// For a pull request or a page.
pub fn markdown(state: &State) -> String {
    written(|page| {
        writeln!(
            page,
            "State `{}`, serial {}.\n",
            state.lineage, state.serial
        )?;
        writeln!(
            page,
            "| address | content | id | since |\n| --- | --- | --- | --- |"
        )?;
        for (address, entry) in &state.entries {
            let address = code(&address.to_string());
            let headline = escaped(&entry.attributes.headline());
            let id = code(&entry.remote_id.to_string());
            writeln!(
                page,
                "| {address} | {headline} | {id} | {:.0} |",
                entry.applied_at
            )?;
        }
        Ok(())
    })
}

/// Writing to a text cannot fail; this is where the type that says it could ends.
fn written(write: impl FnOnce(&mut String) -> fmt::Result) -> String {
    let mut page = String::new();
    let result = write(&mut page);
    debug_assert!(result.is_ok(), "writing to a text cannot fail");
    page
}
