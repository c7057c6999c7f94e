//! The organizations that a tenant backs, as Azure DevOps lists them.

use super::ids::{OrganizationId, OrganizationName, TenantId};

/// One organization of a tenant. All texts are the service's: never trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backed {
    /// Its id; none where the service gave none.
    pub id: Option<OrganizationId>,
    /// Its name; empty where the service gave none.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Who owns it.
    pub owner: String,
    /// Why the service could not read it; none where it could.
    pub trouble: Option<Trouble>,
}

/// Why the service could not read an organization. One of the two can be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// The service's word for it.
    pub kind: String,
    /// What the service says.
    pub message: String,
}

/// The organizations that a tenant backs, in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    tenant: TenantId,
    rows: Vec<Backed>,
}

impl Catalog {
    /// Sorts what the service listed.
    pub fn new(tenant: TenantId, mut rows: Vec<Backed>) -> Self {
        rows.sort_by_cached_key(|row| {
            let Backed {
                id,
                name,
                url,
                owner,
                ..
            } = row;
            let folded = name.to_lowercase();
            (folded, name.clone(), *id, url.clone(), owner.clone())
        });
        Self { tenant, rows }
    }

    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Every organization, those that could not be read among them.
    pub fn all(&self) -> &[Backed] {
        &self.rows
    }

    /// Those that the service could read.
    pub fn read(&self) -> impl Iterator<Item = &Backed> {
        self.rows.iter().filter(|row| row.trouble.is_none())
    }

    /// Those that it could not, and why.
    pub fn unread(&self) -> impl Iterator<Item = (&Backed, &Trouble)> {
        let rows = self.rows.iter();
        rows.filter_map(|row| Some((row, row.trouble.as_ref()?)))
    }

    /// Whether an organization is among them; nothing when a row without a name could be it.
    pub fn has(&self, organization: &OrganizationName) -> Option<bool> {
        let wanted = organization.as_str().to_lowercase();
        if self
            .rows
            .iter()
            .any(|row| row.name.to_lowercase() == wanted)
        {
            return Some(true);
        }
        let is_nameless = self.rows.iter().any(|row| row.name.is_empty());
        (!is_nameless).then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str) -> Backed {
        Backed {
            name: name.to_owned(),
            ..Backed::default()
        }
    }

    #[test]
    fn the_order_does_not_depend_on_the_services() {
        let rows = ["zoo", "Ä", "b", "B", "a", ""].map(row);
        let mut reversed = rows.to_vec();
        reversed.reverse();
        let sorted = Catalog::new(TenantId::NONE, rows.to_vec());
        assert_eq!(sorted, Catalog::new(TenantId::NONE, reversed));
        let names: Vec<&str> = sorted.all().iter().map(|row| &*row.name).collect();
        assert_eq!(names, ["", "a", "B", "b", "zoo", "Ä"]);
    }

    #[test]
    fn whether_one_is_there_can_be_unknown() {
        let contoso = OrganizationName::new("Contoso");
        let has = |rows: Vec<Backed>| Catalog::new(TenantId::NONE, rows).has(&contoso);
        assert_eq!(has(vec![row("contoso")]), Some(true));
        assert_eq!(has(vec![row("fabrikam")]), Some(false));
        assert_eq!(has(vec![row(""), row("fabrikam")]), None);
        assert_eq!(has(vec![row(""), row("CONTOSO")]), Some(true));
    }
}
