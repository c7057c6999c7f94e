//! Who is who: proposes for each user of the organization which account of the directory is theirs.
//!
//! ```text
//!  users ────────────┐              ┌─ rules that speak for a match ──┐
//!  accounts ─ index ─┴─▶ pairs ─────┤                                 ├─▶ classes ─▶ settle ─▶ rows
//!  lines of org.toml ───────────────└─ rules that speak against it ───┘
//! ```
//!
//! Pure, and by rules that a person can read: each has a file below `rules/`, with what speaks for it and
//! against it, and `classes` says what follows. Nothing is learnt but which domains the company renamed.
//! A match is never certain on a name alone, no account is the match of two people, and what org.toml
//! decides wins.

mod accounts;
mod addresses;
mod classes;
mod evidence;
mod index;
mod lines;
mod pairs;
mod proposal;
mod rules;
mod seen;
mod settle;
mod value;

pub use evidence::Evidence;
pub use rules::{Rule, Rules};
pub use value::{
    AccountName, Candidate, Class, Decision, DirectoryAccount, FederatedIdentity, Input, Line,
    OrganizationUser, People, Person, UserKind, UserName,
};

use index::Index;
use lines::Lines;
use proposal::Proposal;
use rules::Context;
use rules::renamed_domain::Renamed;
use seen::Seen;

/// Proposes who is who.
pub fn propose(input: &Input) -> People {
    propose_by(input, Rules::default())
}

/// Proposes who is who by some of the rules.
pub fn propose_by(input: &Input, rules: Rules) -> People {
    let index = Index::new(&input.accounts);
    let lines = Lines::new(input);
    let mut context = Context {
        input,
        index: &index,
        renamed: Renamed::default(),
        rules,
    };
    let people = input
        .users
        .iter()
        .filter(|user| user.kind != UserKind::Application);
    let mut proposals: Vec<_> = people
        .map(|user| {
            let seen = Seen::new(user, input);
            match lines.decide(&index, &seen) {
                Some(decided) => Proposal::by_line(seen, decided),
                None => Proposal::by_rules(&context, seen),
            }
        })
        .collect();

    // Which domains were renamed shows in the certain pairs, and settles some who are not.
    context.renamed = learn(&index, &proposals);
    if !context.renamed.is_empty() {
        for proposal in &mut proposals {
            let renamed = context.renamed.to(proposal.seen.domain()).is_some();
            if renamed && !proposal.is_decided() && proposal.class != Class::Certain {
                let seen = Seen::new(proposal.seen.user, input);
                *proposal = Proposal::by_rules(&context, seen);
            }
        }
    }

    settle::one_account_one_person(&mut proposals);
    let rows = proposals
        .into_iter()
        .map(|proposal| proposal.into_person(&index));
    People {
        format_version: People::FORMAT_VERSION,
        people: rows.collect(),
    }
}

fn learn(index: &Index<'_>, proposals: &[Proposal<'_>]) -> Renamed {
    let certain = proposals
        .iter()
        .filter(|proposal| proposal.class == Class::Certain);
    Renamed::learn(certain.filter_map(|proposal| {
        let account = index.account(proposal.target?)?;
        Some((proposal.seen.sign_in.as_str(), account))
    }))
}
