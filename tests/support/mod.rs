//! What several tests need.

pub(crate) mod people;
pub(crate) mod project;
pub(crate) mod served;
