//! The state, as a person reads it: one line an entry. And its states of before.

use std::fmt::{self, Write as _};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::sanitize::{clean, code, markdown as escaped};
use crate::model::address::Address;
use crate::model::ids::{Lineage, Serial};
use crate::plan::file::json_text;
use crate::state::codec::CodecError;
use crate::state::value::{Entry, State};

/// The version of the JSON forms. The first number grows when a reader of the old one would be misled.
const FORMAT_VERSION: &str = "1.0";

/// A state of before, as it is listed.
#[derive(Debug)]
pub struct Kept {
    /// Its serial.
    pub serial: Serial,
    /// When it was written; none where that cannot be told.
    pub written: Option<Timestamp>,
    /// Whether it is what the state is now.
    pub is_current: bool,
    /// Its lineage and how many entries it has, or why it cannot be read.
    pub content: Result<(Lineage, usize), CodecError>,
}

/// The addresses, one a line.
pub fn list(state: &State) -> String {
    written(|page| {
        let mut addresses = state.entries.keys();
        addresses.try_for_each(|address| writeln!(page, "{}", clean(&address.to_string())))
    })
}

/// The addresses with ids and times, for programs.
pub fn list_json(state: &State) -> String {
    let entry = |(address, entry): (&Address, &Entry)| {
        json!({
            "address": address,
            "remote_id": entry.remote_id,
            "applied_at": entry.applied_at,
        })
    };
    let entries: Vec<Value> = state.entries.iter().map(entry).collect();
    for_programs(&json!({
        "format_version": FORMAT_VERSION,
        "lineage": state.lineage,
        "serial": state.serial,
        "entries": entries,
    }))
}

/// One entry, with everything that the state has of it; `value` is the entry as text has it.
pub fn entry(address: &Address, entry: &Entry, value: &Value) -> String {
    written(|page| {
        writeln!(page, "{}", clean(&address.to_string()))?;
        writeln!(page, "  {:<14} {}", "id", entry.remote_id)?;
        writeln!(page, "  {:<14} {:.0}", "since", entry.applied_at)?;
        if let Some(tenant) = entry.tenant {
            writeln!(page, "  {:<14} {tenant}", "tenant")?;
        }
        if let Some(request) = &entry.request_id {
            writeln!(page, "  {:<14} {}", "request", clean(request.as_str()))?;
        }
        let attributes = value.get("attributes").and_then(Value::as_object);
        for (name, value) in attributes.into_iter().flatten() {
            let shown = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            writeln!(page, "  {:<14} {}", clean(name), clean(&shown))?;
        }
        Ok(())
    })
}

/// The states of before, the newest last.
pub fn history(kept: &[Kept]) -> String {
    if kept.is_empty() {
        return "No state of before is kept: nothing has been applied yet.\n".to_owned();
    }
    written(|page| {
        writeln!(page, "{:>8}  {:<20}  {:>8}", "serial", "written", "entries")?;
        for Kept {
            serial,
            written,
            is_current,
            content,
        } in kept
        {
            let serial = serial.to_string();
            let when = written.map_or_else(|| "unknown".to_owned(), |when| format!("{when:.0}"));
            write!(page, "{serial:>8}  {when:<20}  ")?;
            match content {
                Ok((_, entries)) => {
                    let mark = if *is_current { "  current" } else { "" };
                    writeln!(page, "{entries:>8}{mark}")?;
                }
                Err(error) => writeln!(page, "{:>8}  {}", "damaged", clean(&error.to_string()))?,
            }
        }
        Ok(())
    })
}

/// The states of before, for programs.
pub fn history_json(kept: &[Kept]) -> String {
    let one = |kept: &Kept| {
        let content = kept.content.as_ref();
        json!({
            "serial": kept.serial,
            "written": kept.written,
            "current": kept.is_current,
            "lineage": content.ok().map(|(lineage, _)| lineage),
            "entries": content.ok().map(|(_, entries)| entries),
            "damaged": content.err().map(ToString::to_string),
        })
    };
    let generations: Vec<Value> = kept.iter().map(one).collect();
    for_programs(&json!({ "format_version": FORMAT_VERSION, "generations": generations }))
}

/// One entry as text has it, for programs, which show to people what they read.
pub fn for_programs(value: &Value) -> String {
    // A value that is JSON already has nothing in it that could fail.
    json_text(value).unwrap_or_default()
}

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
