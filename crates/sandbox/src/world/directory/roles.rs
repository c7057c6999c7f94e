//! Directory roles: which are activated, and who has them.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use orgctl_model::ids::ObjectId;

use crate::world::World;
use crate::world::time::stamp::derived_guid;

/// Names of built-in roles by the id of their template, which never changes.
pub(crate) const BUILT_IN: [(&str, &str); 6] = [
    (
        "62e90394-69f5-4237-9190-012177145e10",
        "Global Administrator",
    ),
    (
        "729827e3-9c14-49f7-bb1b-9608f156bbb8",
        "Helpdesk Administrator",
    ),
    ("95e79109-95c0-4d8e-aee3-d01accf2d47b", "Guest Inviter"),
    (
        "e3973bdf-4987-49ae-837a-ba8e231c7286",
        "Azure DevOps Administrator",
    ),
    ("f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader"),
    ("fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator"),
];

/// The name of a role.
pub(crate) fn role_name(template: Uuid) -> &'static str {
    let id = template.to_string();
    let known = BUILT_IN.iter().find(|(known, _)| *known == id);
    known.map_or("Custom role", |(_, name)| name)
}

impl World {
    /// Who has each activated role, by the id of its template.
    pub(crate) const fn roles(&self) -> &BTreeMap<Uuid, BTreeSet<ObjectId>> {
        &self.document.directory.roles
    }

    /// The object that an activated role is in this tenant.
    pub(crate) fn role_object(&self, template: Uuid) -> ObjectId {
        let tenant = self.directory().tenant.to_string();
        ObjectId::new(derived_guid(&["role", &tenant, &template.to_string()]))
    }

    /// The activated role with that object id or template id.
    pub(crate) fn role(&self, id: Uuid) -> Option<(Uuid, &BTreeSet<ObjectId>)> {
        let by_template = self.roles().get_key_value(&id);
        let by_object = || {
            let mut all = self.roles().iter();
            all.find(|(template, _)| self.role_object(**template).guid() == id)
        };
        by_template
            .or_else(by_object)
            .map(|(template, who)| (*template, who))
    }

    /// The roles that an object has, itself or through a group.
    pub(crate) fn roles_of(&self, id: ObjectId) -> BTreeSet<Uuid> {
        let mut holders = self.all_groups_of(id);
        holders.insert(id);
        let has = |(_, who): &(&Uuid, &BTreeSet<ObjectId>)| !who.is_disjoint(&holders);
        self.roles()
            .iter()
            .filter(has)
            .map(|(role, _)| *role)
            .collect()
    }
}
