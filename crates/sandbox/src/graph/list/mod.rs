//! Lists: the query options that a list takes, and one page of it.

pub(super) mod expand;
pub(super) mod filter;
pub(super) mod page;
pub(super) mod query;
pub(super) mod row;
pub(super) mod search;
