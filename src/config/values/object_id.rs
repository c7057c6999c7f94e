//! Object ids of accounts.

use schemars::{Schema, SchemaGenerator, json_schema};

use super::Text;
use crate::config::declare::{At, Key, Takes, TomlValue};
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;
use crate::model::ids::ObjectId;

/// The object id of an account in the directory. A bad one is reported, and the field stays as if the key
/// were absent.
pub(in crate::config) struct ObjectGuid;

impl Takes for ObjectGuid {
    type Field = Option<At<ObjectId>>;

    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Self::Field {
        let At { value, span } = Text::read(key, value, remarks)?;
        let parsed = value.parse::<ObjectId>().ok();
        if let Some(value) = parsed.filter(|id| !id.is_nil()) {
            return Some(At { value, span });
        }
        remarks.push(Remark::new(
            Code::BadGuid,
            format!("`{}` is not the object id of an account", Shown(&value)),
            span,
            "32 digits from 0 to 9 and a to f are expected, not all of them 0",
            "copy the object id from the overview page of the user in Microsoft Entra ID",
        ));
        None
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uuid" })
    }
}
