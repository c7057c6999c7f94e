//! What is told of a saved plan that does not hold as a whole.

use super::sanitize::clean;
use super::words;
use crate::model::address::Address;
use crate::plan::compare::Refused;

/// More than this are not read one by one; the outcome of the run lists them too.
const LIST_LIMIT: usize = 20;

/// What is refused and why, and what has come that nobody reviewed: a line each. Nothing for a plan
/// that holds.
pub fn lines(refused: &[Refused], unreviewed: &[Address]) -> Vec<String> {
    let mut lines = Vec::new();
    if !refused.is_empty() {
        let count = words::steps(refused.len());
        lines.push(format!(
            "{count} of the saved plan refused, for something has changed since:"
        ));
    }
    for Refused { address, stale, .. } in refused.iter().take(LIST_LIMIT) {
        let line = format!("  {address}  {stale}");
        lines.push(clean(&line).into_owned());
    }
    more(&mut lines, refused.len());
    if !unreviewed.is_empty() {
        let count = words::steps(unreviewed.len());
        lines.push(format!(
            "{count} not in the saved plan, and not carried out: nobody has reviewed that."
        ));
    }
    for address in unreviewed.iter().take(LIST_LIMIT) {
        lines.push(format!("  {}", clean(&address.to_string())));
    }
    more(&mut lines, unreviewed.len());
    lines
}

fn more(lines: &mut Vec<String>, count: usize) {
    if count > LIST_LIMIT {
        lines.push(format!("  and {} more", count - LIST_LIMIT));
    }
}
