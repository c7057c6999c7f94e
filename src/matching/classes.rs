//! The decision: from what speaks for a match and against it to a class.

use super::evidence::Evidence;
use super::rules::{self, Context, Doubt, Pair, Rule, Weight};
use super::seen::{Absence, Seen};
use super::value::Class;
use crate::names::Relation;

/// The class of a pair by its strongest rule and how the names fit, before any doubt.
#[expect(clippy::match_same_arms, reason = "it reads as a table")]
pub(super) const fn at_best(by: Rule, names: Relation) -> Class {
    use Class::{Ask, Certain, Likely};
    use Relation::{
        Different, Function, OtherFamily, OtherGiven, Partly, Same, Short, Unknown, Within,
    };
    match (by, names) {
        // An id is never given to anybody else.
        (Rule::Bound | Rule::PersonalAccount, _) => Certain,

        // An address alone is enough, and a name that changed after a marriage is a doubt.
        (Rule::SignInName | Rule::Mail | Rule::Identity, Same | Within | Short | Unknown) => {
            Certain
        }
        (Rule::SignInName | Rule::Mail | Rule::Identity, OtherFamily | Partly) => Likely,

        // An address that others may have put there needs a name that agrees.
        (
            Rule::ProxyAddress
            | Rule::OtherMail
            | Rule::GuestName
            | Rule::SameMailbox
            | Rule::Contact
            | Rule::RenamedDomain,
            Same | Within,
        ) => Certain,
        (
            Rule::ProxyAddress | Rule::OtherMail | Rule::GuestName | Rule::SameMailbox,
            Short | Unknown,
        )
        | (Rule::ProxyAddress | Rule::OtherMail, OtherFamily)
        | (Rule::Contact | Rule::RenamedDomain, Short)
        | (Rule::Dots, Same | Within) => Likely,

        // A name alone is never certain.
        (Rule::FullName | Rule::AddressName, Same | Within) => Likely,

        (
            _,
            Same | Within | Short | Unknown | OtherFamily | Partly | OtherGiven | Different
            | Function,
        ) => Ask,
    }
}

/// A pair with its class and what is against it.
#[derive(Debug)]
pub(super) struct Judged<'a> {
    pub(super) pair: Pair<'a>,
    pub(super) class: Class,
    pub(super) doubts: Vec<Doubt>,
}

impl Judged<'_> {
    /// Better pairs come first; what is equal is in the order of the directory.
    pub(super) fn rank(&self) -> (Class, Rule, Relation, bool, u32) {
        let deleted = self.pair.account.deleted.is_some();
        (
            self.class,
            self.pair.by,
            self.pair.relation,
            deleted,
            self.pair.number,
        )
    }

    /// What speaks for the pair, how the names fit, and what speaks against it.
    pub(super) fn evidence(&self) -> Vec<Evidence> {
        let mut evidence = self.pair.evidence.clone();
        let told = [Rule::FullName, Rule::AddressName, Rule::NameHint];
        if !told.contains(&self.pair.by) && !evidence.contains(&Evidence::FullName) {
            evidence.push(Evidence::Names {
                relation: self.pair.relation,
            });
        }
        evidence.extend(self.doubts.iter().map(|(_, evidence)| evidence.clone()));
        evidence
    }
}

/// Gives each pair of a user its class; the best comes first.
pub(super) fn judge<'a>(
    context: &Context<'_>,
    seen: &Seen<'_>,
    pairs: Vec<Pair<'a>>,
) -> Vec<Judged<'a>> {
    let doubts: Vec<_> = pairs
        .iter()
        .map(|pair| rules::object(context, seen, pair, &pairs))
        .collect();
    let mut judged: Vec<_> = pairs
        .into_iter()
        .zip(doubts)
        .map(|(pair, doubts)| Judged {
            class: lowered(at_best(pair.by, pair.relation), &doubts),
            pair,
            doubts,
        })
        .collect();
    judged.sort_by_key(Judged::rank);
    judged
}

/// One doubt makes a certain match likely; two, or a heavy one, make it a question.
fn lowered(class: Class, doubts: &[Doubt]) -> Class {
    let lower = doubts
        .iter()
        .filter(|(weight, _)| *weight == Weight::Lower)
        .count();
    let ask = doubts.iter().any(|(weight, _)| *weight == Weight::Ask);
    match (class, lower) {
        _ if ask => Class::Ask,
        (Class::Certain, 1) => Class::Likely,
        (Class::Certain | Class::Likely, 1..) => Class::Ask,
        (class, _) => class,
    }
}

/// What becomes of a user for whom no pair is good enough.
pub(super) fn without_match(
    context: &Context<'_>,
    seen: &Seen<'_>,
    judged: &[Judged<'_>],
) -> (Class, Vec<Evidence>) {
    let live = || {
        judged
            .iter()
            .filter(|judged| judged.pair.account.deleted.is_none())
    };
    let strong = |by: Rule| by.is_address() || matches!(by, Rule::FullName | Rule::AddressName);
    let domain = seen.domain().to_owned();
    let absent = match seen.absence {
        Some(Absence::Unseen(days)) => vec![Evidence::Unseen { days }],
        Some(Absence::NeverSeen(days)) => vec![Evidence::NeverSeen { days }],
        None => Vec::new(),
    };
    let because = |evidence: Evidence| {
        let mut all = vec![evidence];
        all.extend(absent.clone());
        all
    };

    if seen.user.is_owner && live().next().is_none() && seen.absence.is_some() {
        return (Class::Ask, because(Evidence::Owner));
    }
    if live().next().is_none() && seen.absence.is_some() {
        return (Class::Remove, because(Evidence::NoAccount));
    }
    if live().any(|judged| strong(judged.pair.by)) {
        return (Class::Ask, absent);
    }
    if let Some(domain) = rules::looks_like(context, seen.domain()) {
        let domain = domain.to_owned();
        return (Class::Ask, because(Evidence::LookAlike { domain }));
    }
    if seen.is_function() {
        return (Class::Ask, because(Evidence::Machine));
    }
    if context.is_own(seen.domain()) {
        return (Class::Ask, because(Evidence::OwnDomain { domain }));
    }
    if domain.is_empty() {
        return (Class::Ask, because(Evidence::NoAddress));
    }
    let deleted = judged.iter().any(|judged| strong(judged.pair.by));
    let hinted = live()
        .any(|judged| judged.pair.relation == Relation::Short || judged.pair.by == Rule::LocalPart);
    let private = super::addresses::is_private(seen.domain());
    if deleted || (hinted && private) || (live().next().is_some() && seen.absence.is_some()) {
        return (Class::Ask, absent);
    }
    (Class::Guest, because(Evidence::Outside { domain }))
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    const RELATIONS: [Relation; 9] = [
        Relation::Same,
        Relation::Within,
        Relation::Short,
        Relation::Unknown,
        Relation::OtherFamily,
        Relation::Partly,
        Relation::OtherGiven,
        Relation::Different,
        Relation::Function,
    ];

    #[test]
    fn at_best_is_never_certain_on_a_name_alone() {
        for rule in Rule::VARIANTS.iter().filter(|rule| !rule.is_address()) {
            for names in RELATIONS {
                assert_ne!(at_best(*rule, names), Class::Certain, "{rule} {names}");
            }
        }
    }

    #[test]
    fn at_best_asks_where_names_contradict() {
        let by_id = [Rule::Bound, Rule::PersonalAccount];
        for rule in Rule::VARIANTS.iter().filter(|rule| !by_id.contains(rule)) {
            for names in RELATIONS.into_iter().filter(|names| names.contradicts()) {
                assert_eq!(at_best(*rule, names), Class::Ask, "{rule} {names}");
            }
        }
    }

    #[test]
    fn lowered_never_raises() {
        let doubt = |weight| (weight, Evidence::Younger);
        for class in [Class::Certain, Class::Likely, Class::Ask] {
            assert_eq!(lowered(class, &[doubt(Weight::Told)]), class);
            assert_eq!(lowered(class, &[doubt(Weight::Ask)]), Class::Ask);
            assert!(lowered(class, &[doubt(Weight::Lower)]) >= class);
            let two = [doubt(Weight::Lower), doubt(Weight::Lower)];
            assert_eq!(lowered(class, &two), Class::Ask);
        }
    }
}
