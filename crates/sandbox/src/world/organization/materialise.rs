//! Making somebody known to the organization without giving them anything: "Users - Create" and
//! "Service Principals - Create" of the Azure DevOps graph. And finding who is known.

use uuid::Uuid;

use orgctl_model::ids::{Descriptor, ObjectId, StorageKey};
use orgctl_model::live::Origin;

use super::descriptor;
use super::entitle::{EntitleRefusal, Who};
use crate::world::World;
use crate::world::document::organization_contents::Group;
use crate::world::document::{Member, MemberKind};
use crate::world::index::{folded, texts};
use crate::world::time::stamp::derived_guid;

/// What the audit log calls making somebody known. The service's own word for it is not public.
const MATERIALISED: &str = "Sandbox.UserMaterialised";

impl World {
    /// Makes somebody known. They are not active until they are in a group or have an access
    /// level; who was deleted is restored.
    pub(crate) fn materialise(
        &mut self,
        who: Who<'_>,
        active: bool,
    ) -> Result<StorageKey, EntitleRefusal> {
        let (key, row) = self.row_for(who)?;
        let was_there = self.member(key).is_some();
        let row = Member {
            enabled: active || was_there,
            removed: false,
            ..row
        };
        self.tick();
        self.put_member(key, row);
        self.record_materialised(key);
        Ok(key)
    }

    /// Makes an application of the directory known.
    pub(crate) fn materialise_application(&mut self, id: ObjectId) -> StorageKey {
        if let Some(key) = self.index.member_by_object(id) {
            return key;
        }
        self.tick();
        let text = id.to_string();
        let key = StorageKey::new(derived_guid(&["application", &text]));
        let (_, row) = self.new_row(&text);
        let registered = self.application_of(id);
        let kind = match registered {
            Some((_, known)) if !known.managed_identity => MemberKind::ServicePrincipal,
            Some(_) | None => MemberKind::ManagedIdentity,
        };
        let mut row = Member {
            kind,
            directory_alias: Some(text),
            origin: Origin::Directory,
            tenant: self.organization().tenant,
            object_id: Some(id),
            mail: None,
            ..row
        };
        row.descriptor = descriptor::of_member(&row);
        self.put_member(key, row);
        self.record_materialised(key);
        key
    }

    fn record_materialised(&mut self, key: StorageKey) {
        let id = key.to_string();
        let details = format!("{id} was made known to the organization");
        self.record(MATERIALISED, details, &[("UserIdentifier", &id)]);
    }

    /// Everybody with a name, sign-in name or address that begins so, each once.
    pub(crate) fn members_beginning(&self, text: &str, limit: usize) -> Vec<StorageKey> {
        let start = folded(text);
        let begins = |member: &Member| {
            let mut texts = texts(member);
            !member.removed && texts.any(|text| text.as_str().starts_with(start.as_str()))
        };
        let now = self.index.members_beginning(&start);
        let mut found = Vec::new();
        for key in now.chain(self.replica_view.members_where(begins)) {
            let listed = self.member(key).is_some_and(begins);
            if listed && !found.contains(&key) {
                found.push(key);
                if found.len() == limit {
                    break;
                }
            }
        }
        found
    }

    /// Groups whose name begins so.
    pub(crate) fn groups_beginning(&self, text: &str) -> Vec<StorageKey> {
        let start = text.to_lowercase();
        let begins = |group: &Group| {
            let name = group.display_name.to_lowercase();
            !group.deleted && name.starts_with(&start)
        };
        let groups = self.groups_after(None);
        let found = groups.filter(|(_, group)| begins(group));
        found.map(|(key, _)| key).collect()
    }

    /// Groups of exactly that name, in full or within their scope.
    pub(crate) fn groups_at(&self, text: &str) -> Vec<StorageKey> {
        let wanted = text.to_lowercase();
        let is_it = |group: &Group| {
            let short = group.display_name.to_lowercase() == wanted;
            !group.deleted && (short || self.group_name(group).to_lowercase() == wanted)
        };
        let groups = self.groups_after(None);
        let found = groups.filter(|(_, group)| is_it(group));
        found.map(|(key, _)| key).collect()
    }

    /// The disconnected user of that sign-in name.
    pub(crate) fn disconnected_at(&self, name: &str) -> Option<Descriptor> {
        let name = folded(name);
        let mut named = self.index.members_named(&name);
        let found = named.find_map(|key| self.member(key).filter(|member| member.disconnected));
        found.map(|member| member.descriptor.clone())
    }

    /// The descriptor of a project or of the organization.
    pub(crate) fn scope(&self, id: Uuid) -> Option<Descriptor> {
        let own = self.organization().id.guid() == id;
        let known = own || self.contents().projects.contains_key(&id);
        known.then(|| descriptor::of_scope(id))
    }

    /// Everybody with exactly that name, sign-in name or address, each once.
    pub(crate) fn members_at(&self, text: &str) -> Vec<StorageKey> {
        let wanted = folded(text);
        let is_it = |member: &Member| texts(member).any(|text| text == wanted);
        let now = self.index.members_beginning(&wanted);
        let now = now.filter(|key| self.member(*key).is_some_and(is_it));
        let seen = self.replica_view.members_where(is_it);
        let mut found: Vec<StorageKey> = now.chain(seen).collect();
        found.sort();
        found.dedup();
        found
    }
}
