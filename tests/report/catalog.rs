//! The list of a tenant's organizations.

use insta::assert_snapshot;
use orgctl::model::catalog::{Backed, Catalog, Trouble};
use orgctl::model::desired::TenantRef;
use orgctl::model::ids::{OrganizationId, OrganizationName};
use orgctl::report::catalog::{Listing, csv, json, text};
use orgctl::report::style::{Detail, Look};
use uuid::Uuid;

use super::sample::tenant;

fn backed(n: u128, name: &str, owner: &str) -> Backed {
    Backed {
        id: Some(OrganizationId::new(Uuid::from_u128(n))),
        name: name.to_owned(),
        url: format!("https://dev.azure.com/{name}/"),
        owner: owner.to_owned(),
        trouble: None,
    }
}

fn trouble(kind: &str, message: &str) -> Trouble {
    Trouble {
        kind: kind.to_owned(),
        message: message.to_owned(),
    }
}

/// Honest rows, hostile ones, and two that could not be read.
fn catalog() -> Catalog {
    let stopped = "TF24668: The following team project collection is stopped: tailspin.\n\
                   \u{1b}[2JAsk again.";
    let rows = vec![
        backed(1, "zoo", "李雷@contoso.com"),
        backed(2, "Contoso", "ana@contoso.com"),
        backed(
            3,
            "=cmd|' /C calc'!A0",
            "+1\u{202e}moc.osotnoc@ana\u{1b}[31m",
        ),
        Backed {
            trouble: Some(trouble("HostShutdownException", stopped)),
            ..backed(4, "tailspin", "")
        },
        Backed {
            id: None,
            trouble: Some(trouble("", "-2+3")),
            ..Backed::default()
        },
        backed(6, &"long".repeat(40), "\"quoted, with a comma\""),
    ];
    Catalog::new(tenant(), rows)
}

fn shown(catalog: &Catalog, look: Look) -> String {
    let (tenant, own) = (
        TenantRef::Domain("contoso.com".to_owned()),
        OrganizationName::new("contoso"),
    );
    let listing = Listing {
        catalog,
        tenant: &tenant,
        own: Some(&own),
    };
    text(&listing, look)
}

fn with(detail: Detail) -> Look {
    Look {
        detail,
        ..Look::PLAIN
    }
}

#[test]
fn a_list_for_a_terminal() {
    assert_snapshot!(shown(&catalog(), Look::PLAIN));
}

#[test]
fn a_list_in_full() {
    assert_snapshot!(shown(&catalog(), with(Detail::Full)));
}

#[test]
fn a_list_in_brief() {
    assert_snapshot!(shown(&catalog(), with(Detail::Brief)));
}

#[test]
fn a_list_for_programs() {
    let written = json(&catalog()).unwrap();
    let read: serde_json::Value = serde_json::from_str(&written).unwrap();
    assert_eq!(read["organizations"][0]["name"], "=cmd|' /C calc'!A0");
    assert_snapshot!(written);
}

#[test]
fn a_list_for_a_spreadsheet() {
    let written = csv(&catalog()).unwrap();
    let mut reader = csv::Reader::from_reader(written.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 6);
    for cell in rows.iter().flat_map(csv::StringRecord::iter) {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{cell}"
        );
        assert!(!cell.contains(char::is_control), "{cell:?}");
    }
    assert_snapshot!(written);
}

#[test]
fn few_are_counted_in_words_of_their_own() {
    let last = |rows: Vec<Backed>| {
        let text = shown(&Catalog::new(tenant(), rows), with(Detail::Brief));
        text.lines().skip(2).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        last(vec![]),
        "No organization is backed by this tenant.\n\
         contoso, the organization of org.toml, is not one of them."
    );
    assert_eq!(
        last(vec![backed(1, "contoso", "")]),
        "1 organization is backed by this tenant.\n\
         contoso, the organization of org.toml, is one of them."
    );
    let unread = Backed {
        trouble: Some(trouble("X", "")),
        ..Backed::default()
    };
    assert_eq!(
        last(vec![unread]),
        "1 organization is backed by this tenant; the service could not read it.\n\
         Whether contoso, the organization of org.toml, is one of them is not known."
    );
}
