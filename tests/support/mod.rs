//! What several tests need.

pub(crate) mod at_once;
pub(crate) mod case;
pub(crate) mod conditions;
pub(crate) mod credentials;
pub(crate) mod people;
pub(crate) mod project;
pub(crate) mod recorder;
pub(crate) mod served;
pub(crate) mod states;
