//! What lists hold, as conditions, orders and words look at it.

use orgctl_model::ids::ObjectId;

/// Something that lists hold.
pub(crate) trait Row {
    /// What lists are in the order of.
    fn id(&self) -> ObjectId;
    /// A property of one value, as text.
    fn text(&self, property: &str) -> Option<String>;
    /// The values of a property of many.
    fn elements(&self, property: &str) -> Vec<String>;
}
