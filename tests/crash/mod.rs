//! An apply that stops at any point is finished by the next one: nothing doubled, nothing lost.
//!
//! In the process of the tests, on the sandbox, with a disk in memory and a plug that is pulled at the
//! n-th thing that a run does; and with a kill of the program itself.

mod disk;
mod killed;
mod limits;
mod moment;
mod orgs;
mod outside;
mod plug;
mod points;
mod rig;
mod sight;
