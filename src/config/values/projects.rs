//! Projects and the role of somebody in each.

use std::collections::BTreeMap;

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::word::word_for;
use super::{Filled, Written};
use crate::config::declare::{At, Key, Takes, Text, TomlValue};
use crate::config::diagnostic::Remarks;
use crate::config::source::Shown;
use crate::model::ids::ProjectName;
use crate::model::project::ProjectRole;

/// Projects by name, in the order of the text. The name is as the portal shows it, without regard
/// to case.
pub(in crate::config) struct Projects;

impl Projects {
    const ROLE_EXAMPLE: &str = "Website = \"contributor\"";
    /// The projects as a map.
    pub(in crate::config) fn by_name(
        written: Vec<(Text, ProjectRole)>,
    ) -> BTreeMap<ProjectName, ProjectRole> {
        let named = written.into_iter();
        named
            .map(|(name, role)| (ProjectName::new(name.value), role))
            .collect()
    }

    /// The roles, in the order in which a help text lists them.
    const ROLES: [ProjectRole; 4] = [
        ProjectRole::Reader,
        ProjectRole::Contributor,
        ProjectRole::Administrator,
        ProjectRole::Stakeholder,
    ];
}

impl Takes for Projects {
    type Field = Vec<(Text, ProjectRole)>;

    /// Each project on its own: a bad role costs no other.
    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Self::Field {
        let written = Written::of(&value);
        let DeValue::Table(table) = value.into_inner() else {
            written.refuse_for_key("a table", key, remarks);
            return Vec::new();
        };
        let mut projects = Vec::new();
        for (name, role) in table {
            let span = name.span().into();
            let value = name.into_inner().into_owned();
            let what = format!("the role in `{}`", Shown(&value));
            let role = word_for(&what, Self::ROLE_EXAMPLE, &Self::ROLES, role, remarks);
            projects.extend(role.map(|role| (At { value, span }, role.value)));
        }
        projects
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "patternProperties": { Filled::PATTERN: generator.subschema_for::<ProjectRole>() },
            "additionalProperties": false,
        })
    }
}
