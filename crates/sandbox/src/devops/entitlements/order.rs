//! The orders of an entitlement search. Everybody is looked at for each page, which a search that
//! asks for no order is spared.

use axum::http::StatusCode;

use crate::reply::Reply;
use crate::world::World;
use orgctl_model::ids::StorageKey;

use super::rows::{Row, rows};
use crate::devops::protocol::error::refused;

/// What a search is ordered by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    by: By,
    descending: bool,
}

#[derive(Clone, Copy, Debug)]
enum By {
    Name,
    Created,
    LastAccess,
}

impl Order {
    /// Reads `name`, `dateCreated` or `lastAccessed`, and ` desc` behind it.
    pub(crate) fn parsed(text: Option<&str>) -> Result<Option<Self>, Reply> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let folded = text.to_lowercase();
        let (name, direction) = folded.split_once(' ').unwrap_or((&folded, "asc"));
        let by = match name {
            "name" => Some(By::Name),
            "datecreated" => Some(By::Created),
            "lastaccessed" => Some(By::LastAccess),
            _ => None,
        };
        let descending = match direction.trim() {
            "asc" => Some(false),
            "desc" => Some(true),
            _ => None,
        };
        let order = by.zip(descending);
        let order = order.map(|(by, descending)| Some(Self { by, descending }));
        order.ok_or_else(|| {
            let message = format!("User entitlements cannot be ordered by '{text}'.");
            refused(StatusCode::BAD_REQUEST, &message)
        })
    }

    /// Everybody in this order, from behind `after`.
    pub(crate) fn rows(self, world: &World, after: Option<StorageKey>) -> Vec<Row<'_>> {
        let mut all: Vec<Row<'_>> = rows(world, None).collect();
        // The sort is stable, so equals stay in the order of their keys on every page.
        match self.by {
            By::Name => all.sort_by_cached_key(|row| row.1.display_name.to_lowercase()),
            By::Created => all.sort_by_key(|row| row.2.created),
            By::LastAccess => all.sort_by_key(|row| row.2.last_access),
        }
        if self.descending {
            all.reverse();
        }
        let last = after.and_then(|key| all.iter().position(|row| row.0 == key));
        all.split_off(last.map_or(0, |last| last + 1))
    }
}
