//! States that a test has edited, as orgctl would have written them.

use std::fs;

use orgctl::state::codec;

use super::project::Project;

/// Writes a state with a checksum of its own.
pub(crate) fn write_state(project: &Project, name: &str, edited: &str) {
    let state = codec::decode_edited(edited).unwrap();
    fs::write(project.path(name), codec::encode(&state).unwrap()).unwrap();
}
