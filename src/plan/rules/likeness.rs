//! Likeness: who in the directory or the organization somebody may be, by their name.
//!
//! Names are compared with their neighbours in a sorted list and with nobody else, so the cost is
//! n log n however large the directory is. A name that differs in its first letters is not found:
//! a suggestion is a help, and never decides anything.

use crate::model::live::{DirectoryUser, Member};
use crate::model::person::Email;

/// For how many people likeness is looked for: more than anybody reads at once.
pub(in crate::plan) const SUGGESTED_FOR_MAX: usize = 100;

/// How many people are suggested for one.
const SUGGESTIONS_MAX: usize = 3;

/// How many neighbours on each side a name is compared with.
const NEIGHBOURS: usize = 16;

/// From this on, by Jaro and Winkler, names look alike to a reader: one letter wrong in seven.
const ALIKE: f64 = 0.9;

/// A shorter name is like too many others.
const LETTERS_MIN: usize = 3;

/// The names of people who may be suggested.
pub(super) struct Likeness<'a> {
    names: Vec<(String, &'a Email)>,
}

impl<'a> Likeness<'a> {
    /// Users of the directory.
    pub(super) fn of_accounts(accounts: impl Iterator<Item = &'a DirectoryUser>) -> Self {
        Self::new(accounts.map(|it| (&it.user_principal_name, it.display_name.as_str())))
    }

    /// Users of the organization.
    pub(super) fn of_users(users: impl Iterator<Item = &'a Member>) -> Self {
        Self::new(users.map(|it| (&it.principal_name, it.display_name.as_str())))
    }

    fn new(candidates: impl Iterator<Item = (&'a Email, &'a str)>) -> Self {
        let mut names: Vec<(String, &Email)> = candidates
            .flat_map(|(name, display_name)| {
                names_of(name, display_name).map(move |key| (key, name))
            })
            .filter(|(key, _)| is_long_enough(key))
            .collect();
        names.sort_unstable();
        names.dedup();
        Self { names }
    }

    /// The likeliest people, the likeliest first.
    pub(super) fn suggest(&self, person: &Email, display_name: &str) -> Vec<Email> {
        let mut found: Vec<(f64, &Email)> = Vec::new();
        for key in names_of(person, display_name) {
            if !is_long_enough(&key) {
                continue;
            }
            let here = self.names.partition_point(|(name, _)| *name < key);
            let from = here.saturating_sub(NEIGHBOURS);
            let near = self.names.iter().skip(from).take(2 * NEIGHBOURS);
            found.extend(near.filter_map(|(name, email)| {
                let score = strsim::jaro_winkler(name, &key);
                (score >= ALIKE).then_some((score, *email))
            }));
        }
        found.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(other.1)));
        let mut suggestions: Vec<Email> = Vec::new();
        for (_, email) in found {
            if suggestions.len() < SUGGESTIONS_MAX && !suggestions.contains(email) {
                suggestions.push(email.clone());
            }
        }
        suggestions
    }
}

/// What somebody is called, reduced to letters and digits.
fn names_of(address: &Email, display_name: &str) -> impl Iterator<Item = String> {
    [address.local_part(), display_name]
        .map(|text| {
            let letters = text.chars().filter(|c| c.is_alphanumeric());
            letters.flat_map(char::to_lowercase).collect()
        })
        .into_iter()
}

fn is_long_enough(key: &str) -> bool {
    key.chars().nth(LETTERS_MIN - 1).is_some()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::live::UserType;

    fn user(name: &str, display_name: &str) -> DirectoryUser {
        DirectoryUser {
            user_principal_name: Email::from_service(name),
            display_name: display_name.to_owned(),
            mail: None,
            other_mails: BTreeSet::new(),
            user_type: UserType::Member,
            enabled: true,
            invitation: None,
            synced: false,
            created: None,
        }
    }

    fn suggested(people: &[DirectoryUser], person: &str, display_name: &str) -> Vec<String> {
        let likeness = Likeness::of_accounts(people.iter());
        let found = likeness.suggest(&Email::from_service(person), display_name);
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn punctuation_case_and_small_slips_do_not_matter() {
        let people = [
            user("lee.chang@contoso.com", "Lee Chang"),
            user("lena.okafor@contoso.com", "Lena Okafor"),
            user("li@contoso.com", "Li"),
        ];
        let lee = ["lee.chang@contoso.com"];
        assert_eq!(suggested(&people, "LeeChang@outlook.com", ""), lee);
        assert_eq!(suggested(&people, "lee_chnag@outlook.com", ""), lee);
        assert_eq!(suggested(&people, "x77@outlook.com", "Chang, Lee"), [""; 0]);
        assert_eq!(suggested(&people, "x77@outlook.com", "lee chang"), lee);
        assert_eq!(suggested(&people, "zoe@outlook.com", "Zoë"), [""; 0]);
        // Two letters are like anything.
        assert_eq!(suggested(&people, "li@outlook.com", "Li"), [""; 0]);
    }

    #[test]
    fn the_likeliest_comes_first_and_three_are_enough() {
        let people: Vec<_> = (0..9)
            .map(|n| user(&format!("lee.chang{n}@contoso.com"), "somebody"))
            .chain([user("lee.chang@contoso.com", "Lee Chang")])
            .collect();
        let found = suggested(&people, "lee.chang@outlook.com", "Lee Chang");
        assert_eq!(found.len(), 3);
        assert_eq!(found[0], "lee.chang@contoso.com");
    }

    #[test]
    fn names_need_not_be_latin() {
        let people = [user("李小龙@例子.公司", "李小龙")];
        assert_eq!(
            suggested(&people, "李小龙@outlook.com", "x"),
            ["李小龙@例子.公司"]
        );
    }
}
