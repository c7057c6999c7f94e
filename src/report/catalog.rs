//! The organizations that a tenant backs: for a terminal, for programs, for a spreadsheet.
//!
//! Every text in it is the service's, so it is cleaned, escaped or disarmed before it is put
//! anywhere.

use std::borrow::Cow;

use serde::Serialize;

use super::page::Page;
use super::sanitize::{clean, clean_lines, truncate, width};
use super::style::{Detail, Look, Tone};
use crate::model::catalog::{Backed, Catalog, Trouble};
use crate::model::desired::TenantRef;
use crate::model::ids::{OrganizationId, OrganizationName, TenantId};
use crate::plan::file::json_text;

/// The version of the JSON form. The first number grows when a reader of the old one would be
/// misled.
const FORMAT_VERSION: &str = "1.0";

/// Where the columns begin, and how wide the first two may become: longer texts push the rest of
/// their own line only.
const NAME: usize = 2;
const COLUMN_MAX: usize = 32;

/// No organization's name is as long; what is longer is an attempt.
const NAME_COLUMNS: usize = 60;

/// What is listed, and what it was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a> {
    /// What the service listed.
    pub catalog: &'a Catalog,
    /// The tenant, as the caller named it.
    pub tenant: &'a TenantRef,
    /// The organization of org.toml, where that named the tenant.
    pub own: Option<&'a OrganizationName>,
}

/// For a terminal, ending in the counts.
pub fn text(listing: &Listing<'_>, look: Look) -> String {
    let catalog = listing.catalog;
    let mut page = Page::new(look, 256 + catalog.all().len() * 128);
    page.paint(Tone::Quiet, "tenant");
    page.put("  ");
    page.paint(Tone::Heading, &catalog.tenant().to_string());
    if let TenantRef::Domain(domain) = listing.tenant {
        page.put("  ");
        page.put(&clean(domain));
    }
    page.end_line();
    if look.detail != Detail::Brief {
        organizations(&mut page, catalog);
        unread(&mut page, catalog);
    }
    page.gap();
    page.paint(Tone::Heading, &counts(catalog));
    page.end_line();
    if let Some(own) = listing.own {
        let name = clean(own.as_str());
        let verdict = match catalog.has(own) {
            Some(true) => format!("{name}, the organization of org.toml, is one of them."),
            Some(false) => format!("{name}, the organization of org.toml, is not one of them."),
            None => format!(
                "Whether {name}, the organization of org.toml, is one of them is not known."
            ),
        };
        page.line(None, 0, &verdict);
    }
    page.finish()
}

fn organizations(page: &mut Page, catalog: &Catalog) {
    let rows: Vec<[Cow<'_, str>; 3]> = catalog.read().map(cells).collect();
    if rows.is_empty() {
        return;
    }
    page.gap();
    let widest = |column: fn(&[Cow<'_, str>; 3]) -> usize| {
        let usual = rows.iter().map(column).filter(|most| *most <= COLUMN_MAX);
        usual.max().unwrap_or_default() + 2
    };
    let owner_at = NAME + widest(|[name, _, _]| width(name));
    let url_at = owner_at + widest(|[_, owner, _]| width(owner));
    for ([name, owner, url], row) in rows.iter().zip(catalog.read()) {
        page.go_to(NAME);
        page.put(name);
        if !owner.is_empty() {
            page.go_to(owner_at);
            page.put(owner);
        }
        if !url.is_empty() {
            page.go_to(url_at);
            page.wrap(Some(Tone::Quiet), NAME + 2, url);
        }
        page.end_line();
        if let Some(id) = row.id.filter(|_| page.detail() == Detail::Full) {
            page.line(Some(Tone::Quiet), NAME + 2, &id.to_string());
        }
    }
}

/// Name, owner, address, clean.
fn cells(row: &Backed) -> [Cow<'_, str>; 3] {
    let name = label(row);
    let name = Cow::Owned(truncate(&name, NAME_COLUMNS).into_owned());
    [name, clean(&row.owner), clean(&row.url)]
}

/// What an organization goes by, clean.
fn label(row: &Backed) -> Cow<'_, str> {
    match (row.name.is_empty(), row.url.is_empty(), row.id) {
        (false, _, _) => clean(&row.name),
        (true, false, _) => clean(&row.url),
        (true, true, Some(id)) => Cow::Owned(id.to_string()),
        (true, true, None) => Cow::Borrowed("without a name"),
    }
}

fn unread(page: &mut Page, catalog: &Catalog) {
    for (row, Trouble { kind, message }) in catalog.unread() {
        page.gap();
        page.paint(Tone::Caution, "not read");
        page.put("  ");
        page.put(&truncate(&label(row), NAME_COLUMNS));
        page.end_line();
        for line in clean_lines(message).filter(|line| !line.is_empty()) {
            page.line(None, 10, &line);
        }
        if !kind.is_empty() {
            page.line(Some(Tone::Quiet), 10, &clean(kind));
        }
    }
}

/// `3 organizations are backed by this tenant; the service could not read 1 of them.`
fn counts(catalog: &Catalog) -> String {
    let all = catalog.all().len();
    let unread = catalog.unread().count();
    let backed = match all {
        0 => "No organization is backed by this tenant".to_owned(),
        1 => "1 organization is backed by this tenant".to_owned(),
        _ => format!("{all} organizations are backed by this tenant"),
    };
    match (unread, all) {
        (0, _) => format!("{backed}."),
        (_, 1) => format!("{backed}; the service could not read it."),
        _ => format!("{backed}; the service could not read {unread} of them."),
    }
}

#[derive(Serialize)]
struct Written<'a> {
    format_version: &'static str,
    tenant_id: TenantId,
    /// How many there are, those that could not be read among them.
    total: usize,
    organizations: Vec<Organization<'a>>,
    unread: Vec<Unread<'a>>,
}

#[derive(Serialize)]
struct Organization<'a> {
    id: Option<OrganizationId>,
    name: &'a str,
    url: &'a str,
    owner: &'a str,
}

#[derive(Serialize)]
struct Unread<'a> {
    #[serde(flatten)]
    organization: Organization<'a>,
    exception_type: &'a str,
    error_message: &'a str,
}

fn written(row: &Backed) -> Organization<'_> {
    Organization {
        id: row.id,
        name: &row.name,
        url: &row.url,
        owner: &row.owner,
    }
}

/// For programs.
///
/// # Errors
/// None that can happen: nothing in it is no JSON.
pub fn json(catalog: &Catalog) -> serde_json::Result<String> {
    let unread = catalog.unread().map(|(row, trouble)| Unread {
        organization: written(row),
        exception_type: &trouble.kind,
        error_message: &trouble.message,
    });
    let written = Written {
        format_version: FORMAT_VERSION,
        tenant_id: catalog.tenant(),
        total: catalog.all().len(),
        organizations: catalog.read().map(written).collect(),
        unread: unread.collect(),
    };
    json_text(&written)
}

/// For a spreadsheet: one line an organization, those that could not be read among them.
///
/// # Errors
/// None that can happen: writing to memory does not fail.
pub fn csv(catalog: &Catalog) -> csv::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "id",
        "name",
        "url",
        "owner",
        "exception_type",
        "error_message",
    ])?;
    for row in catalog.all() {
        let id = row.id.map(|id| id.to_string());
        let trouble = row.trouble.as_ref();
        let (kind, message) = trouble.map_or(("", ""), |why| (&*why.kind, &*why.message));
        let id = id.as_deref().unwrap_or_default();
        let cells = [id, &row.name, &row.url, &row.owner, kind, message];
        writer.write_record(cells.map(disarmed).iter().map(|cell| &**cell))?;
    }
    let bytes = writer
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A cell that no spreadsheet takes for a formula: OWASP, "CSV Injection". An apostrophe before it
/// is how spreadsheets themselves write that a cell is text.
fn disarmed(text: &str) -> Cow<'_, str> {
    let text = clean(text);
    let is_formula = |c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    if text.trim_start().starts_with(is_formula) {
        return Cow::Owned(format!("'{text}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1+1", "\u{3000}@x"] {
            assert_eq!(disarmed(formula), format!("'{formula}"));
        }
        assert_eq!(disarmed("\t=1"), "\\t=1");
        assert_eq!(disarmed("\r\n=1"), "\\r\\n=1");
        for honest in ["", "contoso", "a=b", "https://dev.azure.com/x-y/", "李雷"] {
            assert_eq!(disarmed(honest), honest);
        }
    }
}
