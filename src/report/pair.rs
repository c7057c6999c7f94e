//! Two names beside each other: what a member is called, and the account that they become.
//!
//! One name alone says that both are called so. A side without a name says that too, so that a single name
//! never stands for a pair of which half is unknown.

use std::borrow::Cow;

use super::sanitize::{clean, truncate, width};

/// What stands for a name that is not known.
const NO_NAME: &str = "(no name)";

const ARROW: &str = " → ";

/// Instead of an arrow between two names that both read from right to left: it would point the wrong way.
const BECOMES: &str = " becomes ";

/// The names of both sides, clean.
pub(super) struct Pair<'a> {
    member: Cow<'a, str>,
    account: Cow<'a, str>,
}

impl<'a> Pair<'a> {
    /// The names as the services or a line have them; nothing where no side has one.
    pub(super) fn of(member: Option<&'a str>, account: Option<&'a str>) -> Option<Self> {
        let is_said = |name: &&str| !name.trim().is_empty();
        let (member, account) = (member.filter(is_said), account.filter(is_said));
        let shown = |name: Option<&'a str>| name.map_or(Cow::Borrowed(NO_NAME), without_arrows);
        (member.is_some() || account.is_some()).then(|| Self {
            member: shown(member),
            account: shown(account),
        })
    }

    /// Whether both are written the same.
    pub(super) fn is_one(&self) -> bool {
        self.member == self.account
    }

    /// The pair as a text, each name cut where both do not fit into so many columns. A long name gets what
    /// a short one leaves.
    pub(super) fn within(&self, columns: usize) -> String {
        if self.is_one() {
            return truncate(&self.member, columns).into_owned();
        }
        let between = self.between();
        let room = columns.saturating_sub(width(between));
        let half = room / 2;
        let (member, account) = (width(&self.member), width(&self.account));
        let left = room.saturating_sub(account.min(half)).max(half);
        let right = room.saturating_sub(member.min(left));
        let (member, account) = (truncate(&self.member, left), truncate(&self.account, right));
        format!("{member}{between}{account}")
    }

    /// The pair in full.
    pub(super) fn whole(&self) -> String {
        if self.is_one() {
            return self.member.clone().into_owned();
        }
        format!("{}{}{}", self.member, self.between(), self.account)
    }

    fn between(&self) -> &'static str {
        if reads_from_right(&self.member) && reads_from_right(&self.account) {
            BECOMES
        } else {
            ARROW
        }
    }
}

/// A clean name. The arrow is ours: a name that holds one must not look like a pair.
fn without_arrows(name: &str) -> Cow<'_, str> {
    let name = clean(name);
    if name.contains('→') {
        Cow::Owned(name.replace('→', "\\u{2192}"))
    } else {
        name
    }
}

/// Whether a text has letters that are written from right to left.
fn reads_from_right(text: &str) -> bool {
    let from_right = |c: char| {
        matches!(u32::from(c),
            0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC | 0x1_0800..=0x1_0FFF
            | 0x1_E800..=0x1_EFFF)
    };
    !text.is_ascii() && text.chars().any(from_right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(member: &str, account: &str) -> String {
        let pair = Pair::of(Some(member), Some(account));
        pair.map(|pair| pair.whole()).unwrap_or_default()
    }

    #[test]
    fn one_name_alone_is_that_of_both() {
        assert_eq!(whole("Lee Chang", "Lee Chang"), "Lee Chang");
        assert_eq!(whole("Lee", "Lee Chang"), "Lee → Lee Chang");
        assert_eq!(whole("Lee", " "), "Lee → (no name)");
        assert_eq!(whole("", "Lee"), "(no name) → Lee");
        assert_eq!(whole("", ""), "");
        let pair = Pair::of(Some("Lee"), None).unwrap();
        assert_eq!(pair.whole(), "Lee → (no name)");
    }

    #[test]
    fn a_name_cannot_look_like_a_pair_or_turn_one_round() {
        assert_eq!(
            whole("Lee → Bob", "Lee → Bob"),
            "Lee \\u{2192} Bob",
            "both are called so"
        );
        assert_eq!(whole("a\u{202e}\nb", "c"), "a\\u{202e}\\nb → c");
        assert_eq!(whole("نور حداد", "Noor"), "نور حداد → Noor");
        assert_eq!(whole("نور", "نور حداد"), "نور becomes نور حداد");
    }

    #[test]
    fn names_are_cut_where_there_is_no_room_and_each_keeps_its_part() {
        let long = "x".repeat(300);
        for columns in 10..90 {
            for (member, account) in [(&*long, &*long), ("Lee", &*long), (&*long, "Lee")] {
                let pair = Pair::of(Some(member), Some(account)).unwrap();
                let text = pair.within(columns);
                assert!(width(&text) <= columns, "{columns}: {text}");
                assert_eq!(text.contains(" → "), member != account, "{text}");
            }
        }
        let pair = Pair::of(Some("Lee"), Some(&long)).unwrap();
        assert_eq!(pair.within(20), format!("Lee → {}…", "x".repeat(13)));
        let pair = Pair::of(Some(&long), Some("Lee Chang")).unwrap();
        assert_eq!(pair.within(20), "xxxxxxxx… → Lee Cha…");
    }
}
