//! Words around names: titles and suffixes, particles, and what names a function and no person.
//!
//! They are compared romanised and in lower case, before [`super::fold`].

/// Titles, forms of address, degrees and remarks: they come and go, so they are left out. None that is a
/// name somewhere, such as "Ma" and "Pan".
const TITLES: [&str; 47] = [
    "adm",
    "admin",
    "bsc",
    "contractor",
    "dipl",
    "dona",
    "dott",
    "dr",
    "esq",
    "ext",
    "external",
    "extern",
    "externe",
    "frau",
    "geb",
    "guest",
    "herr",
    "ii",
    "iii",
    "ing",
    "intern",
    "jr",
    "mag",
    "mba",
    "md",
    "miss",
    "mme",
    "mlle",
    "mr",
    "mrs",
    "ms",
    "msc",
    "pani",
    "phd",
    "pmp",
    "prof",
    "professor",
    "senhor",
    "senor",
    "senora",
    "sir",
    "sr",
    "sra",
    "shri",
    "student",
    "univ",
    "privileged",
];

/// Particles of family names: written or left out. Some are names elsewhere, such as "Le" and "Van".
const PARTICLES: [&str; 34] = [
    "abd", "abu", "af", "al", "ap", "av", "ben", "bin", "binti", "bint", "da", "das", "de", "del",
    "della", "den", "der", "des", "di", "do", "dos", "du", "el", "ibn", "la", "le", "los", "ter",
    "ul", "van", "vom", "von", "zu", "zum",
];

/// Words that name a function, a machine or a mailbox.
const FUNCTIONS: [&str; 64] = [
    "account",
    "accounting",
    "agent",
    "automation",
    "azdo",
    "backup",
    "billing",
    "bot",
    "build",
    "buzon",
    "cicd",
    "compte",
    "conference",
    "correo",
    "daemon",
    "deployment",
    "desk",
    "devops",
    "empfang",
    "facturacion",
    "github",
    "gitlab",
    "helpdesk",
    "hotline",
    "hr",
    "info",
    "inbox",
    "integration",
    "invoices",
    "it",
    "jenkins",
    "jira",
    "kontakt",
    "mailbox",
    "monitor",
    "monitoring",
    "noreply",
    "notifications",
    "office",
    "ops",
    "pipeline",
    "postfach",
    "postmaster",
    "printer",
    "reception",
    "recepcion",
    "recruiting",
    "release",
    "robot",
    "room",
    "runner",
    "sales",
    "scanner",
    "script",
    "service",
    "servicedesk",
    "shared",
    "soporte",
    "sonar",
    "support",
    "svc",
    "system",
    "team",
    "test",
];

/// Whether a word is a title, a suffix or a remark.
pub(super) fn is_title(word: &str) -> bool {
    TITLES.contains(&word)
}

/// Whether a word is a particle.
pub(super) fn is_particle(word: &str) -> bool {
    PARTICLES.contains(&word)
}

/// Whether a word names a function.
pub(super) fn is_function(word: &str) -> bool {
    FUNCTIONS.contains(&word)
}
