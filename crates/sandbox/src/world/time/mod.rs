//! Time in a world: the moment of each event, what ends by the clock, and what a replica shows late.

pub(super) mod pending;
pub(super) mod replica_view;
pub(super) mod stamp;
