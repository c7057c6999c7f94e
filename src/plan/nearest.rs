//! The words that are nearest to one that nothing has: what may have been meant.

use strsim::normalized_damerau_levenshtein;

/// More suggestions than this are a list, which the portal shows better.
const SUGGESTIONS_MAX: usize = 3;

/// Of `known`, the words that are nearest to `written`, the nearest first. Both are compared folded;
/// `near` is how much of a word has to be right, of 1.
pub(super) fn nearest<'a, T: Ord>(
    written: &str,
    near: f64,
    known: impl IntoIterator<Item = &'a T>,
    folded: impl Fn(&T) -> String,
) -> Vec<&'a T> {
    let mut found: Vec<(f64, &T)> = known
        .into_iter()
        .map(|word| (normalized_damerau_levenshtein(written, &folded(word)), word))
        .filter(|(nearness, _)| *nearness >= near)
        .collect();
    found.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.cmp(other)));
    let nearest = found.into_iter().take(SUGGESTIONS_MAX);
    nearest.map(|(_, word)| word).collect()
}
