//! What recovery found, for people: a line an address where they are few, counts where they are many.

use std::collections::BTreeMap;

use super::outcome;
use super::sanitize::clean;
use crate::apply::Recovered;
use crate::model::address::{Address, Kind};

/// How many addresses are told one by one. A run that is killed leaves four mails or some tens of
/// other steps; who was told of ten has seen of what sort they are.
const FEW: usize = 10;

/// What an earlier run had left open and how that was settled. `then` says who knows it now: the end
/// of a sentence.
pub fn recovery(recovered: &Recovered, then: &str) -> String {
    let Recovered {
        folded,
        done,
        not_done,
        in_doubt,
        has_ended,
        left_at: _,
    } = recovered;
    let how = if *has_ended {
        "The last apply was left without some answers."
    } else {
        "An earlier apply was cut short."
    };
    let mut text = format!(
        "{how} Of what it had begun, {} done and {} not; {then}.",
        were(folded + done.len()),
        were(not_done.len())
    );
    let is_few = done.len() + not_done.len() <= FEW;
    for (word, addresses) in [("done", done), ("not done", not_done)] {
        if is_few {
            for address in addresses {
                row(&mut text, word, &clean(&address.to_string()));
            }
        } else if !addresses.is_empty() {
            row(&mut text, word, &by_kind(addresses));
        }
    }
    if let Some(in_doubt) = outcome::in_doubt(in_doubt) {
        text.push('\n');
        text.push_str(&in_doubt);
    }
    text
}

fn row(text: &mut String, word: &str, what: &str) {
    text.extend(["\n  ", &format!("{word:<8}"), "  ", what]);
}

fn were(count: usize) -> String {
    match count {
        1 => "1 step was".to_owned(),
        _ => format!("{count} steps were"),
    }
}

fn by_kind(addresses: &[Address]) -> String {
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for address in addresses {
        *counts.entry(address.kind()).or_default() += 1;
    }
    let counts = counts
        .into_iter()
        .map(|(kind, count)| format!("{count} {kind}"));
    counts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::person::Email;

    fn addresses(kind: Kind, count: usize) -> Vec<Address> {
        let person = |number| Email::from_service(&format!("p{number:02}@x.y"));
        (0..count)
            .map(|number| Address::of(kind, &person(number)))
            .collect()
    }

    #[test]
    fn few_are_told_one_by_one() {
        let recovered = Recovered {
            folded: 3,
            done: addresses(Kind::Invitation, 1),
            not_done: addresses(Kind::Mapping, 2),
            ..Recovered::default()
        };
        let text = "An earlier apply was cut short. Of what it had begun, 4 steps were done and 2 \
                    steps were not; the state knows now.\
                    \n  done      invitation[\"p00@x.y\"]\
                    \n  not done  mapping[\"p00@x.y\"]\
                    \n  not done  mapping[\"p01@x.y\"]";
        assert_eq!(recovery(&recovered, "the state knows now"), text);
    }

    #[test]
    fn many_are_counted() {
        let mut not_done = addresses(Kind::Mapping, 10);
        not_done.extend(addresses(Kind::Access, 40));
        let recovered = Recovered {
            done: addresses(Kind::Mapping, 1),
            not_done,
            has_ended: true,
            ..Recovered::default()
        };
        let text = "The last apply was left without some answers. Of what it had begun, 1 step was \
                    done and 50 steps were not; the plan takes that in.\
                    \n  done      1 mapping\
                    \n  not done  10 mapping, 40 access";
        assert_eq!(recovery(&recovered, "the plan takes that in"), text);
    }

    #[test]
    fn what_nobody_can_know_is_said() {
        let recovered = Recovered {
            in_doubt: addresses(Kind::NoticeBefore, 1),
            ..Recovered::default()
        };
        let text = recovery(&recovered, "the state knows now");
        let (_, doubt) = text.split_once('\n').unwrap();
        assert!(doubt.starts_with("Whether these were sent"), "{doubt}");
        assert!(doubt.contains("notice.before[\"p00@x.y\"]"), "{doubt}");
    }
}
