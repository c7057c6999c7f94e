//! For the administrator: who was told what, as a page and for a spreadsheet.

use askama::Template;
use jiff::Timestamp;

use super::file_name::file_stem;
use super::letter;
use super::pages::written;
use crate::model::address::Address;
use crate::model::attributes::Attributes;
use crate::model::ids::OrganizationName;
use crate::model::notice::{Deliver, Todo};
use crate::report::sanitize::clean;

/// One notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    notice: &'static str,
    person: String,
    mail: String,
    fate: &'static str,
    account: String,
    todo: String,
    by: &'static str,
    told: String,
    /// The path of the reader's own page, without the extension.
    file: Option<String>,
}

impl Row {
    /// The row of a notice; none for anything else. `told` is when, if it has been told.
    pub fn of(address: &Address, attributes: &Attributes, told: Option<Timestamp>) -> Option<Self> {
        let notice = attributes.notice()?;
        debug_assert!(
            address.kind() == attributes.kind(),
            "attributes are of their address' kind"
        );
        let is_before = attributes.notice_before().is_some();
        let folder = letter(is_before, notice.fate).folder();
        let account = notice.account.as_ref();
        let todo: Vec<&str> = notice.todo.iter().map(Todo::as_str).collect();
        Some(Self {
            notice: folder,
            person: clean(address.key()).into_owned(),
            mail: clean(notice.mail.as_str()).into_owned(),
            fate: notice.fate.as_str(),
            account: account.map_or_else(String::new, |it| clean(it.as_str()).into_owned()),
            todo: todo.join("; "),
            by: notice.deliver.as_str(),
            told: told.map_or_else(String::new, |at| at.strftime("%F %H:%M UTC").to_string()),
            file: (notice.deliver == Deliver::Files)
                .then(|| format!("{folder}/{}", file_stem(address.key()))),
        })
    }
}

/// The columns of the table.
const HEAD: &str = "notice,person,to,becomes,signs_in_as,to_do,by,told_at,file\r\n";

/// The rows as comma-separated values (RFC 4180). No cell can start a formula.
pub fn csv(rows: &[Row]) -> String {
    let mut text = HEAD.to_owned();
    for row in rows {
        let Row {
            notice,
            person,
            mail,
            fate,
            account,
            todo,
            by,
            told,
            file,
        } = row;
        let file = file.as_ref().map(|file| format!("{file}.html"));
        let cells = [
            *notice,
            person,
            mail,
            fate,
            account,
            todo,
            by,
            told,
            file.as_deref().unwrap_or_default(),
        ];
        text.push_str(&cells.map(cell).join(","));
        text.push_str("\r\n");
    }
    text
}

/// What makes a spreadsheet take a cell for a formula, in the width of East Asian type as well.
const STARTS_FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

fn cell(text: &str) -> String {
    let is_formula = text.trim_start().starts_with(STARTS_FORMULA);
    let guard = if is_formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[derive(Template)]
#[template(path = "notice/summary.html", whitespace = "minimize")]
struct Index<'a> {
    organization: String,
    rows: &'a [Row],
}

/// The rows as a page, with links to the pages of the readers.
pub fn index(organization: &OrganizationName, rows: &[Row]) -> String {
    let page = written(&Index {
        organization: clean(organization.as_str()).into_owned(),
        rows,
    });
    page + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_starts_a_formula() {
        for (text, written) in [
            ("=1+1", "\"'=1+1\""),
            ("  @cmd", "\"'  @cmd\""),
            ("＝1", "\"'＝1\""),
            ("-x@y.z", "\"'-x@y.z\""),
            ("a\"b,c", "\"a\"\"b,c\""),
            ("lee@x.y", "\"lee@x.y\""),
        ] {
            assert_eq!(cell(text), written);
        }
    }
}
