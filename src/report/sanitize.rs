//! Text from outside, made safe to show.
//!
//! Owns what happens to names, reasons and messages that strangers chose, before they reach a
//! terminal or a pull request. Which characters are unsafe is said once, in [`is_steering`].

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::plan::file::is_steering;

/// Combining marks take no column, so columns alone do not bound a text. More characters a column
/// than this no script needs.
const MAX_CHARS_PER_COLUMN: usize = 8;

/// The text with every steering character replaced by a visible escape, such as `\n` or `\u{202e}`.
pub fn clean(text: &str) -> Cow<'_, str> {
    let printable = |byte: u8| matches!(byte, b' '..=b'~');
    if text.bytes().all(printable) || !text.contains(is_steering) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_steering(c) {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// The lines of a text, each of them clean.
pub fn clean_lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.lines().map(clean)
}

/// How many columns a clean text takes.
pub fn width(clean: &str) -> usize {
    if clean.is_ascii() {
        clean.len()
    } else {
        clean.width()
    }
}

/// The clean text, cut with `…` when it takes more than `columns`. For names, never for addresses.
pub fn truncate(clean: &str, columns: usize) -> Cow<'_, str> {
    let most = columns.saturating_mul(MAX_CHARS_PER_COLUMN);
    if width(clean) <= columns && clean.len() <= most {
        return Cow::Borrowed(clean);
    }
    let mut used = 0;
    let mut kept = 0;
    for (count, (at, c)) in clean.char_indices().enumerate() {
        used += c.width().unwrap_or_default();
        if used >= columns || count >= most {
            break;
        }
        kept = at + c.len_utf8();
    }
    let head = clean.get(..kept).unwrap_or_default();
    // A joiner without its right side would swallow the ellipsis.
    let head = head.trim_end_matches(['\u{200d}', '\u{200c}', ' ']);
    Cow::Owned(format!("{head}…"))
}

/// The text for running Markdown and table cells: nothing in it is markup, a link, a mention of an
/// account or a reference to an issue. Addresses can still be copied from it.
pub fn markdown(text: &str) -> String {
    let text = clean(text);
    let mut safe = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let in_word = before.is_alphanumeric() || before == '_';
        let digit_next = rest.peek().is_some_and(char::is_ascii_digit);
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // The zero-width space is ours: GitHub looks for mentions and references after it has
            // resolved entities and backslashes. Within an address it would be copied along.
            '@' if !in_word => safe.push_str("@&#8203;"),
            '#' if digit_next => safe.push_str("#&#8203;"),
            ':' if rest.peek() == Some(&'/') => safe.push_str("&#58;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' | '$'
            | '#' => {
                safe.push('\\');
                safe.push(c);
            }
            other => safe.push(other),
        }
        before = c;
    }
    safe
}

/// The text as a Markdown code span, in which GitHub finds neither links nor mentions. For
/// addresses.
pub fn code(text: &str) -> String {
    let text = clean(text);
    if !text.contains(['`', '|']) {
        return format!("`{text}`");
    }
    // A backtick can only stand between longer fences, and a pipe ends a table cell even there.
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let mut span = String::with_capacity(text.len() + 8);
    let pad = if longest > 0 { " " } else { "" };
    // Writing to a `String` cannot fail.
    let _ = write!(span, "{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"));
    span
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_is_left() {
        assert_eq!(
            clean("a\u{1b}[31mb\r\nc\u{202e}d"),
            r"a\u{1b}[31mb\r\nc\u{202e}d"
        );
        assert_eq!(clean("\u{9b}31m\u{7f}\0"), r"\u{9b}31m\u{7f}\u{0}");
        for hostile in ['\u{2066}', '\u{2069}', '\u{202a}', '\u{200f}', '\u{2028}'] {
            assert!(!clean(&hostile.to_string()).contains(is_steering));
        }
        for honest in ["Renée O'Brien", "李雷", "نور حداد", "👩\u{200d}💻", ""] {
            assert_eq!(clean(honest), honest);
        }
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(width("李雷"), 4);
        assert_eq!(truncate("李雷李雷", 5), "李雷…");
        assert_eq!(truncate("李雷李雷", 4), "李…");
        assert_eq!(truncate("Lee Park", 8), "Lee Park");
        assert_eq!(truncate("Lee Park", 5), "Lee…");
        assert_eq!(truncate("Lee", 0), "…");
        let zalgo = format!("a{}", "\u{301}".repeat(10_000));
        assert!(truncate(&zalgo, 10).len() < 300);
    }

    #[test]
    fn markdown_has_no_markup_left() {
        assert_eq!(
            markdown("lee@outlook.com: #EXT#"),
            "lee@outlook.com: \\#EXT\\#"
        );
        assert_eq!(
            markdown("<script>alert(1)</script> | `x` @octocat #1 https://e.vil"),
            "&lt;script&gt;alert\\(1\\)&lt;/script&gt; \\| \\`x\\` @&#8203;octocat #&#8203;1 \
             https&#58;//e.vil"
        );
        assert_eq!(code("lee@x.y"), "`lee@x.y`");
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a``b|"), "``` a``b\\| ```");
    }
}
