//! The name of a person's files: made from the address, and safe on every file system.

use sha2::{Digest as _, Sha256};

/// Long enough for almost every address, and short enough for every file system with what is added.
const LONGEST: usize = 100;

/// Bytes of the digest that tells altered names apart.
const DIGEST_BYTES: usize = 8;

/// Names that Windows keeps for devices, whatever stands behind their first dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A file name without extension, of `a` to `z`, digits and `.@_-` only. An address that is such a
/// name already stays as it is. Any other is altered, and its digest in front keeps it from being
/// taken for somebody else's: no name that stays as it is begins with `_`. Addresses are in lower
/// case, so file systems that ignore case keep them apart as well.
pub fn file_stem(person: &str) -> String {
    if is_safe(person) {
        return person.to_owned();
    }
    let lower = person.to_lowercase();
    let safe = lower.chars().map(|c| if is_plain(c) { c } else { '-' });
    let kept: String = safe.take(LONGEST).collect();
    let digest = Sha256::digest(person.as_bytes());
    let digits = digest.iter().take(DIGEST_BYTES);
    let digits = digits.flat_map(|byte| [byte >> 4, byte & 15]);
    let digits: String = digits
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect();
    format!("_{digits}_{}", kept.trim_end_matches('.'))
}

const fn is_plain(c: char) -> bool {
    matches!(c, 'a'..='z' | '0'..='9' | '.' | '@' | '_' | '-')
}

fn is_safe(name: &str) -> bool {
    let device = name.split('.').next().unwrap_or_default();
    let is_port = (device.starts_with("com") || device.starts_with("lpt")) && device.len() == 4;
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(is_plain)
        && name.len() <= LONGEST
        && !name.ends_with('.')
        && !DEVICES.contains(&device)
        && !is_port
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_ordinary_address_is_its_own_name() {
        for address in ["lee@outlook.com", "j.d_angelo-2@gmail.com", "0ana@x.y"] {
            assert_eq!(file_stem(address), address);
        }
    }

    #[test]
    fn no_name_leaves_its_folder_or_means_something_else() {
        let long = format!("{}@x.y", "a".repeat(300));
        let hostile = [
            "../../etc/passwd",
            "..",
            ".",
            "",
            "/etc/passwd",
            "c:\\windows\\x@y.z",
            "a/b@x.y",
            ".bashrc@x.y",
            "-rf@x.y",
            "_1234567890abcdef_lee@x.y",
            "con.lee@x.y",
            "nul",
            "com1.x@y.z",
            "o'brien@x.y",
            "李雷@例子.公司",
            "a\0b@x.y",
            "a\n@x.y",
            "lee@x.y.",
            "noor_fabrikam.com#ext#@contoso.onmicrosoft.com",
            long.as_str(),
        ];
        let mut names = BTreeSet::new();
        for person in hostile {
            let stem = file_stem(person);
            assert!(stem.chars().all(is_plain), "{stem}");
            assert!(stem.starts_with('_') && !stem.ends_with('.'), "{stem}");
            assert!(stem.len() < 140, "{stem}");
            assert!(names.insert(stem), "{person:?} has somebody else's name");
        }
    }

    #[test]
    fn people_who_look_alike_have_files_of_their_own() {
        assert_ne!(file_stem("o'brien@x.y"), file_stem("o`brien@x.y"));
        assert_ne!(file_stem("o'brien@x.y"), file_stem("o-brien@x.y"));
        let of_another = file_stem("o'brien@x.y");
        assert_ne!(file_stem(&of_another), of_another, "nobody can take a name");
    }
}
