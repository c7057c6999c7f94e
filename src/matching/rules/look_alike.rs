//! A domain that only looks like one of the tenant's: `rn` for `m`, a digit for a letter, one letter more
//! or less.
//!
//! For: such domains are registered to be taken for the real one.
//! Against: a slip of the pen looks the same. So a person decides.

use super::{Context, Doubt, Evidence, Pair, Rule, Seen, Weight};
use crate::matching::addresses;

/// Shorter names are one letter apart too often.
const LEAST_LETTERS: usize = 5;

pub(super) fn objects(
    context: &Context<'_>,
    seen: &Seen<'_>,
    pair: &Pair<'_>,
    _: &[Pair<'_>],
) -> Option<Doubt> {
    let by_id = matches!(pair.by, Rule::Bound | Rule::PersonalAccount);
    let domain = of(context, seen.domain())?;
    (!by_id).then(|| {
        (
            Weight::Ask,
            Evidence::LookAlike {
                domain: domain.to_owned(),
            },
        )
    })
}

/// The tenant's domain that a domain only looks like.
pub(super) fn of<'a>(context: &'a Context<'_>, domain: &str) -> Option<&'a str> {
    if context.is_own(domain) || addresses::is_private(domain) || domain.is_empty() {
        return None;
    }
    let own = &context.input.verified_domains;
    own.iter()
        .map(String::as_str)
        .find(|own| looks_like(domain, own))
}

fn looks_like(domain: &str, own: &str) -> bool {
    let own = own.to_lowercase();
    // Of a subdomain the registered part counts.
    let (Some((name, end)), Some((own_name, own_end))) = (parts(domain), parts(&own)) else {
        return false;
    };
    if name == own_name || own_name.len() < LEAST_LETTERS {
        // Another ending of the same name is another matter.
        return false;
    }
    skeleton(name) == skeleton(own_name)
        || (end == own_end && strsim::osa_distance(name, own_name) == 1)
}

fn parts(domain: &str) -> Option<(&str, &str)> {
    domain.split_once('.')
}

/// The Latin letter that a Cyrillic or Greek one looks like.
const fn latin_twin(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'е' => 'e',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'с' => 'c',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'і' | 'ι' => 'i',
        'ѕ' => 's',
        'ј' => 'j',
        other => other,
    }
}

fn skeleton(name: &str) -> String {
    // Letters of other scripts count as what they look like, not as what they sound like.
    let name: String = name.chars().map(latin_twin).collect();
    let name = any_ascii::any_ascii(&name).to_ascii_lowercase();
    name.replace("rn", "m")
        .replace("vv", "w")
        .replace("cl", "d")
        .replace(['1', 'i'], "l")
        .replace('0', "o")
        .replace('5', "s")
        .replace('-', "")
}

#[cfg(test)]
mod tests {
    use super::looks_like;

    #[test]
    fn looks_like_knows_the_usual_tricks() {
        for domain in [
            "c0ntoso.com",
            "contosso.com",
            "cantoso.com",
            "contos.com",
            "cont-oso.com",
            "соntoso.com",
        ] {
            assert!(looks_like(domain, "contoso.com"), "{domain}");
        }
        assert!(looks_like("farnily.com", "family.com"));
        for domain in [
            "contoso.com",
            "contoso.de",
            "fabrikam.com",
            "contoso-retail.com",
        ] {
            assert!(!looks_like(domain, "contoso.com"), "{domain}");
        }
        assert!(!looks_like("abd.com", "abc.com"));
    }
}
