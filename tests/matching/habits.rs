//! How companies and people write: two of everything, so that the rules are not made for one.

use super::dice::Dice;
use super::human::{Human, plain};
use super::languages::{FIRST, Language, SECOND};

/// How a company and its people write names and addresses.
#[derive(Debug)]
pub(crate) struct Habits {
    pub(crate) languages: &'static [Language],
    /// The domains of the company: today's, that of a subsidiary, and the one of before.
    pub(crate) domain: &'static str,
    pub(crate) old_domain: &'static str,
    /// Registered by somebody else.
    pub(crate) look_alike: &'static str,
    pub(crate) private_domains: &'static [&'static str],
    pub(crate) partners: &'static [&'static str],
    /// The first part of an address of the company.
    pub(crate) local: fn(&Human, &mut Dice) -> String,
    /// The first part of a private address.
    pub(crate) private: fn(&Human, &mut Dice) -> String,
    /// What the directory shows.
    pub(crate) listed: fn(&Human, &mut Dice) -> String,
    /// What people show in the organization.
    pub(crate) shown: fn(&Human, &mut Dice) -> String,
    /// What people show who do not show their name.
    pub(crate) nickname: fn(&Human, &mut Dice) -> String,
    /// The directory has given names and family names apart.
    pub(crate) has_parts: bool,
    /// The directory says when accounts were made.
    pub(crate) has_dates: bool,
}

pub(crate) const FIRST_HABITS: Habits = Habits {
    languages: &FIRST,
    domain: "contoso.com",
    old_domain: "fourthcoffee.com",
    look_alike: "c0ntoso.com",
    private_domains: &[
        "outlook.com",
        "gmail.com",
        "hotmail.com",
        "gmx.de",
        "yandex.ru",
        "qq.com",
        "naver.com",
    ],
    partners: &["fabrikam.com", "adatum.com", "tailspin.net", "wingtip.org"],
    local: |human, _| human.dotted(),
    private: |human, dice| match dice.below(4) {
        0 => format!("{}{}", human.initial(), 60 + dice.below(40)),
        1 => format!("{}{}", plain(&human.given.1), dice.below(3_000)),
        2 => human.dotted(),
        _ => format!("{}_{}", plain(&human.family.1), plain(&human.given.1)),
    },
    listed: |human, dice| match dice.below(10) {
        0 => format!("{}, {}", human.family.1, human.given.1),
        1 => format!("{} (Contoso)", human.latin()),
        2..=4 => human.latin(),
        5 => format!("{} ({})", human.native(), human.latin()),
        _ => human.full(),
    },
    shown: |human, dice| match dice.below(12) {
        0 => human.native(),
        1 => format!("{} {}", human.family.1, human.given.1),
        2 => format!("Dr. {}", human.latin()),
        3 => human.latin().to_uppercase(),
        4 => human.full(),
        5 => format!("{} - Contoso", human.latin()),
        _ => human.latin(),
    },
    nickname: |human, dice| match dice.below(4) {
        0 => human.given.1.clone(),
        1 => format!("{}{}", human.initial(), dice.below(99)),
        2 => format!("xX{}Xx", dice.below(10_000)),
        _ => String::new(),
    },
    has_parts: true,
    has_dates: true,
};

pub(crate) const SECOND_HABITS: Habits = Habits {
    languages: &SECOND,
    domain: "northwind-traders.co.uk",
    old_domain: "proseware.pl",
    look_alike: "northwindtraders.co.uk",
    private_domains: &[
        "wp.pl",
        "fastmail.com",
        "seznam.cz",
        "ukr.net",
        "outlook.fr",
        "freemail.hu",
        "live.in",
        "tuta.io",
    ],
    partners: &["lucernepublishing.fr", "margiestravel.cz", "litware.in"],
    local: |human, dice| match dice.below(5) {
        0 => human.dotted(),
        1 => plain(&format!("{}.{}", human.family.1, human.given.1)),
        _ => human.initial(),
    },
    private: |human, dice| match dice.below(4) {
        0 => format!("{}.{}", plain(&human.family.1), 1_960 + dice.below(45)),
        1 => plain(&format!("{}{}", human.given.1, human.family.1)),
        2 => format!("kot{}", dice.below(100_000)),
        _ => format!("{}-dev", human.initial()),
    },
    listed: |human, dice| match dice.below(6) {
        0 => format!(
            "{} {} (UK/Finance)",
            human.family.1.to_uppercase(),
            human.given.1
        ),
        1 => format!("{} | Northwind", human.latin()),
        2 => format!("{}, {}", human.family.0, human.given.0),
        3 => human.native(),
        _ => human.latin(),
    },
    shown: |human, dice| match dice.below(8) {
        0 => format!("{} {}", human.family.0, human.given.0),
        1 => human.full(),
        2 => format!("mgr {} MBA", human.latin()),
        3 => human.latin().to_lowercase(),
        4 => human.native(),
        _ => human.latin(),
    },
    nickname: |human, dice| match dice.below(3) {
        0 => format!("{}.{}", human.given.1.to_lowercase(), dice.below(100)),
        1 => "Developer".to_owned(),
        _ => format!("🦊 {}", dice.below(1_000)),
    },
    has_parts: false,
    has_dates: true,
};
