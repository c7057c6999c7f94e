//! From a TOML table to a [`File`]: which keys there are, and what type each takes.
//!
//! A walk by hand, not serde: serde stops at the first mistake of a table and tells it in the
//! language of types. Here every key of every entry is looked at, whatever stands beside it.
//! Whether the values make sense together is for the rules.

mod people;
mod settings;

use std::fmt;

use miette::SourceSpan;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::VERSION;
use super::diagnostic::{Code, Remark, Remarks};
use super::file::{File, Organization, Tenant};
use super::keys::{CONNECT_WITH, CONNECTION, ORGANIZATION, TENANT, TOP};
use super::source::Shown;
use super::values::{self, Value};

pub(super) type Key<'t> = Spanned<DeString<'t>>;

/// Reads the whole file; nothing when it is of a version whose keys this orgctl cannot know.
pub(super) fn file<'t>(mut table: DeTable<'t>, remarks: &mut Remarks) -> Option<File<'t>> {
    if !version(table.remove("version"), remarks) {
        return None;
    }
    require_sections(&table, remarks);
    let mut file = File::default();
    for (key, value) in table {
        let name: &str = key.get_ref();
        if !TOP.contains(&name) {
            remarks.push(unknown_section(&key, &value));
            continue;
        }
        let header = value.span().into();
        let (shown, example) = (format!("`{name}`"), format!("[{name}]"));
        let Some(table) = values::table(&shown, &example, value, remarks) else {
            continue;
        };
        match name {
            "organization" => file.organization = organization(table, header, remarks),
            "tenant" => file.tenant = Some(tenant(table, header, remarks)),
            "members" => file.members = people::entries(table, remarks, people::member),
            "guests" => file.guests = people::entries(table, remarks, people::guest),
            "remove" => file.removals = people::entries(table, remarks, people::removal),
            "policies" => file.policies = settings::policies(table, remarks),
            "credentials" => file.credentials = settings::credentials(table, remarks),
            "notices" => file.notices = Some(settings::notices(table, header, remarks)),
            "guards" => file.guards = settings::guards(table, remarks),
            _ => file.state = settings::state(table, remarks),
        }
    }
    Some(file)
}

/// Whether the rest of the file can be read.
fn version(value: Option<Value<'_>>, remarks: &mut Remarks) -> bool {
    let Some(value) = value else {
        remarks.push(Remark::new(
            Code::MissingKey,
            "the version of the file is missing",
            start(),
            "here, before the first section",
            format!("write `version = {VERSION}` as the first line"),
        ));
        return true;
    };
    let span = value.span().into();
    let found: Option<i64> = values::number("version = 1", i64::MIN..=i64::MAX, value, remarks);
    let Some(found) = found.filter(|found| *found != i64::from(VERSION)) else {
        return true;
    };
    let (what, help) = if found > i64::from(VERSION) {
        (
            "newer than this orgctl",
            "install a newer orgctl".to_owned(),
        )
    } else {
        ("unknown", format!("write `version = {VERSION}`"))
    };
    remarks.push(Remark::new(
        Code::Version,
        format!("version {found} of org.toml is {what}"),
        span,
        format!("this orgctl knows version {VERSION}"),
        help,
    ));
    false
}

/// The very beginning of the file, where something is missing.
fn start() -> SourceSpan {
    (0, 0).into()
}

fn require_sections(table: &DeTable<'_>, remarks: &mut Remarks) {
    for (section, help) in [
        (
            "organization",
            "write `[organization]` and below it the name, such as `name = \"contoso\"`",
        ),
        (
            "tenant",
            "write `[tenant]` and below it `domain = \"contoso.com\"`, or `id` with the GUID",
        ),
    ] {
        if !table.contains_key(section) {
            remarks.push(Remark::new(
                Code::MissingKey,
                format!("the section `[{section}]` is missing"),
                start(),
                "nowhere in this file",
                help,
            ));
        }
    }
}

fn unknown_section(key: &Key<'_>, value: &Value<'_>) -> Remark {
    let name: &str = key.get_ref();
    let name = Shown(name);
    let is_section = matches!(value.get_ref(), DeValue::Table(_));
    if is_section {
        let known = TOP.get(1..).unwrap_or_default();
        unknown(key, &format!("there is no section `[{name}]`"), known)
    } else {
        let message = format!("there is no key `{name}` outside of a section");
        unknown(key, &message, TOP)
    }
}

pub(super) fn unknown_key(key: &Key<'_>, table: &dyn fmt::Display, known: &[&str]) -> Remark {
    let message = format!("{table} has no key `{}`", Shown(key.get_ref()));
    unknown(key, &message, known)
}

fn unknown(key: &Key<'_>, message: &str, known: &[&str]) -> Remark {
    let name: &str = key.get_ref();
    let help = if name.contains('@') {
        "people belong under `[members]`, `[guests]` or `[remove]`".to_owned()
    } else {
        let suggestion = values::did_you_mean(name, known);
        format!("{suggestion}allowed here: {}", values::list(known))
    };
    let span = key.span().into();
    Remark::new(Code::UnknownKey, message, span, "not known here", help)
}

fn missing_key(table: &dyn fmt::Display, header: SourceSpan, example: &str) -> Remark {
    let key = example.split_once(" =").map_or(example, |(key, _)| key);
    Remark::new(
        Code::MissingKey,
        format!("{table} has no `{key}`"),
        header,
        format!("`{key}` is missing here"),
        format!("add for example `{example}`"),
    )
}

fn organization<'t>(
    table: DeTable<'t>,
    header: SourceSpan,
    remarks: &mut Remarks,
) -> Organization<'t> {
    const NAME: &str = "name = \"contoso\"";
    if !table.contains_key("name") {
        remarks.push(missing_key(&"`[organization]`", header, NAME));
    }
    let mut organization = Organization::default();
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "name" => organization.name = values::text(NAME, value, remarks),
            "owner" => {
                organization.owner = values::email("owner = \"ana@contoso.com\"", value, remarks);
            }
            _ => remarks.push(unknown_key(&key, &"`[organization]`", ORGANIZATION)),
        }
    }
    organization
}

fn tenant<'t>(table: DeTable<'t>, header: SourceSpan, remarks: &mut Remarks) -> Tenant<'t> {
    if !table.contains_key("id") && !table.contains_key("domain") {
        remarks.push(Remark::new(
            Code::MissingKey,
            "`[tenant]` does not say which tenant",
            header,
            "neither `id` nor `domain` is given",
            "add `domain = \"contoso.com\"`, or `id` with the GUID of the tenant",
        ));
    }
    let mut tenant = Tenant::at(header);
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "id" => {
                const EXAMPLE: &str = "id = \"aaaabbbb-0000-cccc-1111-dddd2222eeee\"";
                tenant.id = values::tenant_id(EXAMPLE, value, remarks);
            }
            "domain" => tenant.domain = values::text("domain = \"contoso.com\"", value, remarks),
            "connection" => {
                const EXAMPLE: &str = "connection = \"connected\"";
                tenant.connection = values::word(EXAMPLE, &CONNECTION, value, remarks);
            }
            "replaces" => {
                const EXAMPLE: &str = "replaces = \"bbbbcccc-1111-dddd-2222-eeee3333ffff\"";
                tenant.replaces = values::tenant_id(EXAMPLE, value, remarks);
            }
            "connect_with" => {
                const EXAMPLE: &str = "connect_with = \"portal\"";
                tenant.connect_with = values::word(EXAMPLE, &CONNECT_WITH, value, remarks);
            }
            _ => remarks.push(unknown_key(&key, &"`[tenant]`", TENANT)),
        }
    }
    tenant
}
