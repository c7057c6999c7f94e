//! What is proposed for one user, until it is settled.

use super::classes::{self, Judged};
use super::evidence::Evidence;
use super::index::Index;
use super::lines::Decided;
use super::pairs;
use super::rules::{Context, Rule};
use super::seen::Seen;
use super::value::{AccountName, Candidate, Class, DirectoryAccount, Person, UserName};

/// The most candidates that are shown.
const MAX_CANDIDATES: usize = 10;

/// What is proposed for one user.
#[derive(Debug)]
pub(super) struct Proposal<'a> {
    pub(super) seen: Seen<'a>,
    pub(super) class: Class,
    /// The number of the account.
    pub(super) target: Option<u32>,
    evidence: Vec<Evidence>,
    judged: Vec<Judged<'a>>,
    /// A line of org.toml says it.
    decided: bool,
}

impl<'a> Proposal<'a> {
    /// By the rules.
    pub(super) fn by_rules(context: &Context<'a>, seen: Seen<'a>) -> Self {
        let pairs = pairs::of(context, &seen);
        let judged = classes::judge(context, &seen, pairs);
        let (class, target, evidence) = match judged.first() {
            Some(best) if best.class <= Class::Likely => {
                (best.class, Some(best.pair.number), best.evidence())
            }
            _ => {
                let (class, evidence) = classes::without_match(context, &seen, &judged);
                (class, None, evidence)
            }
        };
        Self {
            seen,
            class,
            target,
            evidence,
            judged,
            decided: false,
        }
    }

    /// By a line of org.toml.
    pub(super) fn by_line(seen: Seen<'a>, (class, target, evidence): Decided) -> Self {
        Self {
            seen,
            class,
            target,
            evidence: vec![evidence],
            judged: Vec::new(),
            decided: true,
        }
    }

    /// Whether a line of org.toml says it.
    pub(super) fn is_decided(&self) -> bool {
        self.decided
    }

    /// How good it is: what is decided is better than all rules. The smaller, the better.
    pub(super) fn strength(&self) -> (Class, Option<Rule>) {
        let best = self.judged.first().map(|judged| judged.pair.by);
        (self.class, if self.decided { None } else { best })
    }

    /// The account is somebody else's, or may be.
    pub(super) fn becomes_a_question(&mut self, why: Evidence) {
        self.class = Class::Ask;
        self.target = None;
        self.evidence = vec![why];
    }

    /// The row of the result.
    pub(super) fn into_person(self, index: &Index<'_>) -> Person {
        let target = self.target.and_then(|number| index.account(number));
        let others = self
            .judged
            .iter()
            .filter(|judged| Some(judged.pair.number) != self.target);
        let candidates = others.take(MAX_CANDIDATES).map(|judged| Candidate {
            account: named(judged.pair.account),
            evidence: judged.evidence(),
        });
        Person {
            candidates: candidates.collect(),
            user: UserName {
                id: self.seen.user.id,
                principal_name: self.seen.user.principal_name.clone(),
                display_name: self.seen.user.display_name.clone(),
            },
            class: self.class,
            target: target.map(named),
            evidence: self.evidence,
        }
    }
}

fn named(account: &DirectoryAccount) -> AccountName {
    AccountName {
        id: account.id,
        user_principal_name: account.user_principal_name.clone(),
        display_name: account.display_name.clone(),
    }
}
