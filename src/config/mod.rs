//! org.toml: its syntax, its rules, and the desired state it resolves to.
//!
//! ```text
//! text ── syntax ──▶ table ── read ──▶ OrgToml ── rules ──▶ OrgToml ── resolve ──▶ Resolved
//!            └───────────────┴── remarks ───┴──────────┴──▶ Diagnostics
//! ```
//!
//! Every step goes on after a mistake, so that one run reports all of them. Pure: the text comes in
//! as an argument, nothing is read, printed or looked up here, and of the other rooms only `model`
//! is imported. A remark about the organization or the directory is a finding of the planner.
//!
//! A key is declared once, in `sections/<section>.rs`; a rule is a file of `rules/`.

mod declare;
mod diagnostic;
mod read;
mod resolve;
mod rules;
mod schema;
mod sections;
mod source;
mod suggest;
mod syntax;
mod values;

use std::cell::OnceCell;

pub use diagnostic::{Code, Diagnostic, Diagnostics};
pub use resolve::Resolved;
pub use schema::json_schema;
pub use sections::{DEFAULT_NOTICES_FOLDER, DEFAULT_STATE_URL, NoticeFolders, VERSION};

use diagnostic::Remarks;
use source::{Lines, Places, SourceText};

/// Reads org.toml. `file_name` is what the user called it; it appears in diagnostics and in the
/// places that plans point at.
///
/// # Errors
/// Every mistake in the text, in the order in which they stand there.
pub fn load(file_name: &str, text: &str) -> Result<Resolved, Diagnostics> {
    let lines = Lines::of(text);
    let mut remarks = Remarks::default();
    let spare = OnceCell::new();
    let (table, broken) = syntax::parse(text, &spare, &lines, &mut remarks);
    let resolved = read::file(table, &mut remarks).and_then(|mut file| {
        file.sort();
        rules::check(&file, &mut remarks);
        remarks
            .is_empty()
            .then(|| resolve::resolve(file, &Places::new(file_name, &lines)))
            .flatten()
    });
    resolved.ok_or_else(|| {
        broken.drop_followers(&mut remarks, &lines);
        Diagnostics::new(SourceText::new(file_name, text, lines), remarks)
    })
}
