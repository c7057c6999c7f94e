//! The organizations of a tenant, which the service lists as CSV.
//!
//! In no reference: the request is behind "Download" on the page "Get a list of organizations backed
//! by Microsoft Entra ID" of the Azure DevOps documentation, and public scripts send it. Columns are
//! found by name, since nothing promises their order.

use crate::apply::port::{ApiErrorKind, Call, CallError};
use crate::azure::transport::answer::Answer;
use crate::azure::transport::client::Client;
use crate::azure::transport::request::{Expect, Request};
use crate::model::catalog::{Backed, Catalog, Trouble};
use crate::model::ids::TenantId;

use super::wire;

/// Every organization that a tenant backs.
pub(crate) async fn organizations(client: &Client, tenant: TenantId) -> Result<Catalog, CallError> {
    let path = format!(
        "/_apis/EnterpriseCatalog/Organizations?tenantId={tenant}&api-version={}",
        wire::PREVIEW
    );
    let request = Request {
        headers: vec![("accept", "text/csv, */*;q=0.1")],
        expect: Expect::Text,
        ..Request::get(Call::Organizations, path)
    };
    let mut answer = client.read(&request).await?;
    for _ in 1..READINGS_MAX {
        // Nothing promises that the last row ends with a line break, so a list that ends without one
        // every time is taken as it is.
        if answer.text()?.ends_with('\n') {
            break;
        }
        let again = client.read(&request).await?;
        // Of several that end early the longest has lost least.
        if again.body.len() > answer.body.len() {
            answer = again;
        }
    }
    let rows = from_csv(answer.text()?).map_err(|unlisted| error(&answer, unlisted))?;
    Ok(Catalog::new(tenant, rows))
}

/// How often a list is read that may be cut off, as one that does not end with a line break.
const READINGS_MAX: u32 = 5;

/// Why a text is no list.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Unlisted {
    /// It is a page, whatever it was announced as: the one that asks to sign in.
    Page,
    /// It ends within quotes.
    CutOff,
    /// It is something else.
    Foreign(String),
}

fn error(answer: &Answer, unlisted: Unlisted) -> CallError {
    match unlisted {
        Unlisted::Page => {
            let message = "a sign-in page instead of a list: the token was not taken";
            answer.error(ApiErrorKind::Authentication, None, message.to_owned())
        }
        Unlisted::CutOff => answer.unexpected("the answer is cut off".to_owned()),
        Unlisted::Foreign(why) => {
            answer.unexpected(format!("the answer is no list of organizations: {why}"))
        }
    }
}

/// Where each column is.
struct Columns {
    name: usize,
    id: Option<usize>,
    url: Option<usize>,
    owner: Option<usize>,
    kind: Option<usize>,
    message: Option<usize>,
    last: usize,
}

impl Columns {
    /// Finds them by name. A list without names of organizations is none.
    fn of(header: &csv::StringRecord) -> Result<Self, Unlisted> {
        let find = |wanted: &str| {
            let mut names = header.iter();
            names.position(|name| name.eq_ignore_ascii_case(wanted))
        };
        let missing = || Unlisted::Foreign("it has no column \"Organization Name\"".to_owned());
        Ok(Self {
            name: find("Organization Name").ok_or_else(missing)?,
            id: find("Organization Id"),
            url: find("Url"),
            owner: find("Owner"),
            kind: find("Exception Type"),
            message: find("Error Message"),
            last: header.len().saturating_sub(1),
        })
    }

    fn backed(&self, row: &csv::StringRecord) -> Backed {
        let cell = |column: Option<usize>| match column {
            // A message with commas and without quotes has spilled into cells that have no name.
            Some(at) if at == self.last => {
                let joined = row.iter().skip(at).collect::<Vec<_>>().join(", ");
                joined.trim_end_matches([',', ' ']).to_owned()
            }
            Some(at) => row.get(at).unwrap_or_default().to_owned(),
            None => String::new(),
        };
        let trouble = Trouble {
            kind: cell(self.kind),
            message: cell(self.message),
        };
        Backed {
            id: cell(self.id).parse().ok(),
            name: cell(Some(self.name)),
            url: cell(self.url),
            owner: cell(self.owner),
            trouble: (trouble != Trouble::default()).then_some(trouble),
        }
    }
}

fn from_csv(text: &str) -> Result<Vec<Backed>, Unlisted> {
    if text.trim_start().starts_with('<') {
        return Err(Unlisted::Page);
    }
    let text = tightened(text)?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let foreign = |error: csv::Error| Unlisted::Foreign(error.to_string());
    let columns = Columns::of(reader.headers().map_err(foreign)?)?;
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row.map_err(foreign)?;
        if row.iter().any(|cell| !cell.is_empty()) {
            rows.push(columns.backed(&row));
        }
    }
    Ok(rows)
}

/// Where in a line of CSV a character stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Where a cell begins.
    Start,
    /// In a cell without quotes.
    Plain,
    /// Within quotes.
    Quoted,
    /// Behind a quote that ends the quotes, unless another follows.
    Closed,
}

/// The text without the blanks that follow its commas: a quote behind a blank would be taken for a
/// character like any other, and the commas within the quotes for ends of cells.
fn tightened(text: &str) -> Result<String, Unlisted> {
    let mut tight = String::with_capacity(text.len());
    let mut place = Place::Start;
    for c in text.chars() {
        place = match (place, c) {
            (Place::Start, ' ' | '\t') => continue,
            (Place::Quoted, '"') => Place::Closed,
            (Place::Start | Place::Closed, '"') | (Place::Quoted, _) => Place::Quoted,
            (Place::Start | Place::Plain | Place::Closed, ',' | '\r' | '\n') => Place::Start,
            (Place::Start | Place::Plain | Place::Closed, _) => Place::Plain,
        };
        tight.push(c);
    }
    if place == Place::Quoted {
        return Err(Unlisted::CutOff);
    }
    Ok(tight)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str =
        "Organization Id, Organization Name, Url, Owner, Exception Type, Error Message";
    const ID: &str = "33333333-2222-4222-8222-000000000002";

    fn rows(lines: &str) -> Vec<Backed> {
        from_csv(&format!("{HEADER}\r\n{lines}")).unwrap()
    }

    fn only(lines: &str) -> Backed {
        let mut rows = rows(lines);
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows.remove(0)
    }

    /// Kind and message; both empty where it was read.
    fn trouble(row: &Backed) -> (&str, &str) {
        let why = row.trouble.as_ref();
        why.map_or(("", ""), |why| (&*why.kind, &*why.message))
    }

    #[test]
    fn a_row_is_read_by_the_names_of_its_columns() {
        let read = only(&format!(
            "{ID}, contoso, https://dev.azure.com/contoso/, ana@contoso.com, ,\r\n"
        ));
        let expected = Backed {
            id: Some(ID.parse().unwrap()),
            name: "contoso".to_owned(),
            url: "https://dev.azure.com/contoso/".to_owned(),
            owner: "ana@contoso.com".to_owned(),
            trouble: None,
        };
        assert_eq!(read, expected);
        let shuffled = format!(
            "  owner ,ORGANIZATION NAME,More,Organization Id,Url\n\
             ana@contoso.com,contoso,?,{ID},https://dev.azure.com/contoso/\n"
        );
        assert_eq!(from_csv(&shuffled), Ok(vec![expected]));
    }

    #[test]
    fn quotes_count_behind_a_blank_too() {
        let read = only(&format!(
            "{ID}, \"a, \"\"b\"\"\r\nc\", \"u\" ,\t\"Ortiz, Ana\", , \r\n"
        ));
        assert_eq!(read.name, "a, \"b\"\r\nc");
        assert_eq!((&*read.url, &*read.owner), ("u", "Ortiz, Ana"));
        assert_eq!(read.trouble, None);
        let inches = only(", 5\" disk, , 6\" disk, ,");
        assert_eq!((&*inches.name, &*inches.owner), ("5\" disk", "6\" disk"));
    }

    #[test]
    fn what_could_not_be_read_says_why() {
        let both = only(", tailspin, , , VssServiceException, TF24668: it is stopped");
        assert_eq!(
            trouble(&both),
            ("VssServiceException", "TF24668: it is stopped")
        );
        assert_eq!((both.id, &*both.name), (None, "tailspin"));
        assert_eq!(trouble(&only(", a, , , X, ")), ("X", ""));
        let spilled = only(", , , , , why, oh, why");
        assert_eq!(trouble(&spilled), ("", "why, oh, why"));
        assert_eq!(only(", short").trouble, None);
        assert_eq!(only(", long, , , , , , ,").trouble, None);
    }

    #[test]
    fn no_organization_is_an_answer_and_nothing_is_none() {
        assert_eq!(rows(""), []);
        assert_eq!(rows(", , , , ,\r\n\r\n"), []);
        let foreign = |text: &str| matches!(from_csv(text), Err(Unlisted::Foreign(_)));
        assert!(foreign(""));
        assert!(foreign(r#"{"count":0,"value":[]}"#));
        assert!(foreign("Name,Url\ncontoso,x\n"));
    }

    #[test]
    fn a_page_is_no_list_and_half_a_list_neither() {
        let page = "\r\n <!DOCTYPE html><title>Sign In</title>";
        assert_eq!(from_csv(page), Err(Unlisted::Page));
        let half = format!("{HEADER}\r\n, contoso, , \"Ortiz, An");
        assert_eq!(from_csv(&half), Err(Unlisted::CutOff));
    }

    #[test]
    fn names_of_all_scripts_and_many_rows() {
        let line = format!("{ID}, org, , \"李, 雷 👩\u{200d}💻\", , \r\n");
        let lines = line.repeat(10_000);
        let rows = rows(&lines);
        assert_eq!(rows.len(), 10_000);
        assert!(rows.iter().all(|row| row.owner == "李, 雷 👩\u{200d}💻"));
    }
}
