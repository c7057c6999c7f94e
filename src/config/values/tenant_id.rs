//! Ids of tenants.

use schemars::{Schema, SchemaGenerator, json_schema};

use super::Text;
use crate::config::declare::{At, Key, Takes, TomlValue};
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;
use crate::model::ids::TenantId;

/// The GUID of a tenant. A bad one is reported and stands in as nothing, so that the rules see that
/// a tenant was named.
pub(in crate::config) struct TenantGuid;

impl Takes for TenantGuid {
    type Field = Option<At<Option<TenantId>>>;

    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Self::Field {
        let At { value, span } = Text::read(key, value, remarks)?;
        let parsed: Result<TenantId, _> = value.parse();
        let (id, label) = match parsed {
            Ok(id) if id.is_nil() => (None, "the zero GUID, which stands for no tenant"),
            Ok(id) => (Some(id), ""),
            Err(_) => (None, "32 digits from 0 to 9 and a to f are expected"),
        };
        if id.is_none() {
            let copy = "copy the tenant id from the overview page of Microsoft Entra ID";
            let help = if key.name == "id" {
                format!(
                    "{copy}, or name the tenant by its domain instead: `domain = \"contoso.com\"`"
                )
            } else {
                copy.to_owned()
            };
            remarks.push(Remark::new(
                Code::BadGuid,
                format!("`{}` is not the id of a tenant", Shown(&value)),
                span,
                label,
                help,
            ));
        }
        Some(At { value: id, span })
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uuid" })
    }
}
