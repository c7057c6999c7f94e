//! From a TOML table to [`OrgToml`]: the version first, then section by section.
//!
//! A walk by hand, not serde: serde stops at the first mistake of a table and tells it in the
//! language of types. Here every key of every entry is looked at, whatever stands beside it.
//! Whether the values make sense together is for the rules.

use miette::SourceSpan;
use toml::de::{DeTable, DeValue};

use super::declare::{At, Section as _, TomlValue};
use super::diagnostic::{Code, Remark, Remarks};
use super::sections::{OrgToml, VERSION};
use super::source::Shown;
use super::values::{WrittenKey, unknown};

/// Reads the whole file; nothing when it is of a version whose keys this orgctl cannot know.
pub(super) fn file(mut table: DeTable<'_>, remarks: &mut Remarks) -> Option<OrgToml> {
    let mut file = OrgToml::default();
    match (table.remove("version"), OrgToml::key("version")) {
        (Some(value), Some(key)) => file.set(key, value, remarks),
        (_, _) => remarks.push(no_version()),
    }
    let foreign = file.version.filter(|at| at.value != i64::from(VERSION));
    if let Some(version) = foreign {
        remarks.push(unknown_version(version));
        return None;
    }
    require_sections(&table, remarks);
    for (key, value) in table {
        match OrgToml::key(key.get_ref()) {
            Some(known) => file.set(known, value, remarks),
            None => remarks.push(unknown_section(&key, &value)),
        }
    }
    Some(file)
}

fn no_version() -> Remark {
    Remark::new(
        Code::MissingKey,
        "the version of the file is missing",
        start(),
        "here, before the first section",
        format!("write `version = {VERSION}` as the first line"),
    )
}

fn unknown_version(At { value, span }: At<i64>) -> Remark {
    let (what, help) = if value > i64::from(VERSION) {
        (
            "newer than this orgctl",
            "install a newer orgctl".to_owned(),
        )
    } else {
        ("unknown", format!("write `version = {VERSION}`"))
    };
    Remark::new(
        Code::Version,
        format!("version {value} of org.toml is {what}"),
        span,
        format!("this orgctl knows version {VERSION}"),
        help,
    )
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

fn unknown_section(key: &WrittenKey<'_>, value: &TomlValue<'_>) -> Remark {
    let name: &str = key.get_ref();
    let name = Shown(name);
    let is_section = matches!(value.get_ref(), DeValue::Table(_));
    if is_section {
        // The version is no section.
        let known = OrgToml::KEYS.get(1..).unwrap_or_default();
        unknown(key, &format!("there is no section `[{name}]`"), known)
    } else {
        let message = format!("there is no key `{name}` outside of a section");
        unknown(key, &message, OrgToml::KEYS)
    }
}
