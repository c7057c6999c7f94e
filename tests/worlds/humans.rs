//! Humans: their names, and the addresses that are theirs for life. Which account belongs to which of
//! them is the truth that the world knows and orgctl does not.

use orgctl::model::person::Email;

use crate::dice::Dice;

/// The domain of the tenant.
pub(crate) const WORK: &str = "contoso.com";

/// The domain of a partner, whose people are guests.
const PARTNER: &str = "fabrikam.com";

const FIRST: [&str; 14] = [
    "Ana", "Sam", "Lee", "Noor", "Kim", "Max", "Eva", "Rui", "Zoe", "Ben", "Ines", "Tom", "Mia",
    "Yuki",
];

/// Few, so that some share both names.
const FAMILY: [&str; 10] = [
    "Ortiz", "Ode", "Chang", "Haddad", "Lane", "Weber", "Lind", "Costa", "Brandt", "Novak",
];

/// One human. The help desk counts as one, because what belongs to it belongs to nobody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HumanId(usize);

/// A mailbox that several people read and that many list among their addresses.
pub(crate) const HELP_DESK: HumanId = HumanId(0);

/// With whose credentials orgctl runs, and mostly the owner of the organization.
pub(crate) const ADMINISTRATOR: HumanId = HumanId(1);

/// What one human is called, and where mail reaches them.
#[derive(Clone, Debug)]
pub(crate) struct Human {
    pub(crate) name: String,
    /// The name that the directory gives them when they are hired, unless somebody else has it.
    pub(crate) work: Email,
    /// Their private Microsoft account.
    pub(crate) private: Email,
    /// Where they work, if they are a partner's.
    pub(crate) partner: Email,
}

/// Everybody there is.
#[derive(Clone, Debug)]
pub(crate) struct Humans(Vec<Human>);

impl Humans {
    /// The help desk only.
    pub(crate) fn new() -> Self {
        let address = |domain: &str| Email::from_service(&format!("helpdesk@{domain}"));
        Self(vec![Human {
            name: "Help Desk".to_owned(),
            work: address(WORK),
            private: address("outlook.com"),
            partner: address(PARTNER),
        }])
    }

    /// Adds a human. Two may have the same name, and never the same address.
    pub(crate) fn add(&mut self, dice: &mut Dice) -> HumanId {
        let (first, family) = (dice.pick(&FIRST), dice.pick(&FAMILY));
        let name = format!("{first} {family}");
        let namesakes = self.0.iter().filter(|human| human.name == name).count();
        let mark = if namesakes == 0 {
            String::new()
        } else {
            (namesakes + 1).to_string()
        };
        let local = format!("{first}.{family}{mark}");
        let private = dice.pick(&["outlook.com", "hotmail.com", "gmail.com"]);
        let address = |local: &str, domain: &str| Email::from_service(&format!("{local}@{domain}"));
        self.0.push(Human {
            name,
            work: address(&local, WORK),
            private: address(&local.replace('.', ""), private),
            partner: address(&local, PARTNER),
        });
        HumanId(self.0.len() - 1)
    }

    pub(crate) fn get(&self, id: HumanId) -> &Human {
        &self.0[id.0]
    }

    /// Whose an address outside of the tenant is. These never change hands.
    pub(crate) fn reader_of(&self, address: &Email) -> Option<HumanId> {
        let is_theirs = |human: &Human| [&human.private, &human.partner].contains(&address);
        self.0.iter().position(is_theirs).map(HumanId)
    }

    /// How a human is written in a report: two may have one name.
    pub(crate) fn label(&self, id: HumanId) -> String {
        format!("{} (human {})", self.get(id).name, id.0)
    }
}
