//! Characters that steer a terminal: which they are, and their escapes in JSON.

/// Whether a character steers a terminal or hides what a reader sees: control characters, line
/// separators, direction overrides and isolates, invisible fillers, tags. The joiners of emoji and
/// of Persian and Indic words are not among them.
pub const fn is_steering(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Escapes what `serde_json` lets through. Outside of strings JSON has none of these characters,
/// the newlines and blanks of its layout apart.
pub fn escape_steering(json: String) -> String {
    let raw = |c: char| !c.is_ascii_control() && is_steering(c) || c == '\u{7f}';
    if json.is_ascii() && !json.contains('\u{7f}') || !json.contains(raw) {
        return json;
    }
    let mut safe = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if raw(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                safe.push_str("\\u");
                let digit = |shift: u32| char::from_digit(u32::from(*unit) >> shift & 0xf, 16);
                safe.extend([12, 8, 4, 0].into_iter().filter_map(digit));
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_read_back_as_they_were() {
        let text = "a\u{7f}b\u{9b}31m\u{202e}\u{2028}\u{e0041}\u{feff} 李 👩\u{200d}💻";
        let json = escape_steering(serde_json::to_string_pretty(&[text]).unwrap());
        assert!(
            !json.contains(|c: char| c != '\n' && is_steering(c)),
            "{json}"
        );
        assert!(json.contains("李 👩\u{200d}💻"), "{json}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [text]);
    }
}
