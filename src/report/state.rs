//! The state, as a person reads it: one line an entry.

use std::fmt::Write as _;

use super::sanitize::{clean, code, markdown as escaped};
use crate::state::value::State;

/// For a terminal.
pub fn text(state: &State) -> String {
    if state.entries.is_empty() {
        return "The state is empty: nothing has been applied yet.\n".to_owned();
    }
    let mut page = String::new();
    // Writing to a text cannot fail.
    drop(writeln!(
        page,
        "state {} serial {}\n",
        state.lineage, state.serial
    ));
    for (address, entry) in &state.entries {
        let headline = entry.attributes.headline();
        drop(writeln!(
            page,
            "  {:<14} {}",
            address.kind(),
            clean(address.key())
        ));
        drop(writeln!(page, "  {:14} {}", "", clean(&headline)));
        drop(writeln!(
            page,
            "  {:14} {} since {:.0}",
            "", entry.remote_id, entry.applied_at
        ));
    }
    drop(writeln!(page, "\n{} entries.", state.entries.len()));
    page
}

/// For a pull request or a page.
pub fn markdown(state: &State) -> String {
    let mut page = format!("State `{}`, serial {}.\n\n", state.lineage, state.serial);
    page.push_str("| address | content | id | since |\n| --- | --- | --- | --- |\n");
    for (address, entry) in &state.entries {
        drop(writeln!(
            page,
            "| {} | {} | {} | {:.0} |",
            code(&address.to_string()),
            escaped(&entry.attributes.headline()),
            code(&entry.remote_id.to_string()),
            entry.applied_at,
        ));
    }
    page
}
