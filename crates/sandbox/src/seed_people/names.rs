//! Names as people have them, each with the letters that an address is made of.

/// A name and how it is written in an address.
pub(super) struct Name {
    pub(super) shown: &'static str,
    pub(super) in_address: &'static str,
}

const fn name(shown: &'static str, in_address: &'static str) -> Name {
    Name { shown, in_address }
}

/// Given names: with accents, of several scripts, from right to left.
pub(super) const GIVEN: [Name; 24] = [
    name("Ana", "ana"),
    name("José", "jose"),
    name("Zoë", "zoe"),
    name("Łukasz", "lukasz"),
    name("Björn", "bjorn"),
    name("Chloé", "chloe"),
    name("D'Arcy", "d'arcy"),
    name("Jean-Luc", "jean-luc"),
    name("Nguyễn", "nguyen"),
    name("Þóra", "thora"),
    name("İpek", "ipek"),
    name("Søren", "soren"),
    name("نور", "noor"),
    name("חנה", "hannah"),
    name("Ольга", "olga"),
    name("Ελένη", "eleni"),
    name("さくら", "sakura"),
    name("민준", "minjun"),
    name("प्रिया", "priya"),
    name("Mary Ann", "maryann"),
    name("MAX", "MAX"),
    name("sam", "Sam"),
    name("Robin 🚀", "robin"),
    name("Lee", "lee"),
];

/// Family names, likewise.
pub(super) const FAMILY: [Name; 24] = [
    name("Ortiz", "ortiz"),
    name("O'Brien", "o'brien"),
    name("Müller", "mueller"),
    name("van der Berg", "vanderberg"),
    name("García López", "garcia.lopez"),
    name("Żuraw", "zuraw"),
    name("حداد", "haddad"),
    name("כהן", "cohen"),
    name("李", "li"),
    name("田中", "tanaka"),
    name("김", "kim"),
    name("Иванова", "ivanova"),
    name("Παπαδόπουλος", "papadopoulos"),
    name("Ó Súilleabháin", "o_suilleabhain"),
    name("Smith-Jones", "smith-jones"),
    name("Dvořák", "dvorak"),
    name("Ångström", "angstrom"),
    name("Ferreira da Conceição", "ferreira"),
    name("MacDonald", "MacDonald"),
    name("Nakamura", "nakamura"),
    name("Öztürk", "ozturk"),
    name("Ng", "ng"),
    name("\"Dash\" Quote", "quote"),
    name("Rossi <IT>", "rossi"),
];

/// Where personal accounts come from.
pub(super) const PERSONAL: [&str; 5] = [
    "outlook.com",
    "hotmail.com",
    "gmail.com",
    "Live.com",
    "hotmail.co.uk",
];

/// Where guests work.
pub(super) const PARTNERS: [&str; 3] = [
    "fabrikam.com",
    "northwindtraders.com",
    "Adventure-Works.com",
];
