//! Help texts about words: the one that was probably meant, and those that there are.

use strsim::normalized_damerau_levenshtein;

/// The word that was probably meant, as the start of a help text.
pub(super) fn did_you_mean(written: &str, known: &[&str]) -> String {
    // A typing error or two in a word of six letters; below it, suggestions are guesses.
    const NEAR: f64 = 0.6;
    // No key or word is near this long, and comparing costs the product of both lengths.
    const LONGEST: usize = 40;
    if written.len() > LONGEST {
        return String::new();
    }
    let written = written.to_lowercase();
    let nearest = known
        .iter()
        .map(|word| (normalized_damerau_levenshtein(&written, word), word))
        .filter(|(near, _)| *near >= NEAR)
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    nearest.map_or_else(String::new, |(_, word)| format!("did you mean `{word}`? "))
}

/// `a`, `b` or `c`.
pub(super) fn list(words: &[&str]) -> String {
    let mut text = String::new();
    for (index, word) in words.iter().enumerate() {
        text.push_str(match index {
            0 => "",
            _ if index + 1 == words.len() => " or ",
            _ => ", ",
        });
        text.push('`');
        text.push_str(word);
        text.push('`');
    }
    text
}
