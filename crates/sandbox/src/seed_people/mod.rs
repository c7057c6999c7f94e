//! Organizations of any size, made up: a snapshot to fill a world with, and the org.toml that moves
//! everybody in it. The same numbers make the same people.

mod dice;
mod names;

use std::collections::{BTreeMap, BTreeSet};

use orgctl_model::access::EffectiveLevel;
use orgctl_model::ids::{ObjectId, OrganizationId, OrganizationName, StorageKey, TenantId};
use orgctl_model::live::{
    Caller, CallerKind, Connection, Directory, DirectoryUser, InvitationStatus, Live, Member,
    MemberStatus, Organization, Origin, UserType,
};
use orgctl_model::person::Email;
use orgctl_model::preflight::Preflight;
use orgctl_model::preflight::Readable;

use super::world::derived_guid;
use dice::Dice;
use names::{FAMILY, GIVEN, PARTNERS, PERSONAL};

/// People to make up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeedPeople {
    /// How many; at least one, the owner.
    pub people: u32,
    /// Selects which.
    pub random_seed: u64,
}

/// What was made up.
#[derive(Clone, Debug)]
pub struct Seeded {
    /// The organization and the directory.
    pub live: Live,
    /// The org.toml that covers everybody.
    pub toml: String,
}

/// What becomes of somebody, of a hundred people.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// Signs in with the address of the directory.
    Matches,
    /// The same, and has never signed in.
    Pending,
    /// Has a private address and an account in the directory.
    Mapped,
    /// Has a private address only.
    Created,
    /// Works for a partner; the directory may know already.
    Guest,
    /// Is to leave.
    Removed,
}

impl Sort {
    const fn of(roll: u64) -> Self {
        match roll {
            0..50 => Self::Matches,
            50..56 => Self::Pending,
            56..86 => Self::Mapped,
            86..90 => Self::Created,
            90..98 => Self::Guest,
            _ => Self::Removed,
        }
    }
}

/// The names that somebody has.
struct Person {
    number: u32,
    display_name: String,
    /// The part of an address before the `@`.
    local: String,
}

impl Person {
    fn new(number: u32, dice: &mut Dice) -> Self {
        let given = dice.pick(&GIVEN);
        let family = dice.pick(&FAMILY);
        let (given, family) = (given.unwrap_or(&GIVEN[0]), family.unwrap_or(&FAMILY[0]));
        Self {
            number,
            display_name: format!("{} {}", given.shown, family.shown),
            local: format!("{}.{}{number}", given.in_address, family.in_address),
        }
    }

    fn at(&self, domain: &str) -> String {
        format!("{}@{domain}", self.local)
    }
}

const DOMAIN: &str = "contoso.com";

impl SeedPeople {
    /// Makes them up.
    pub fn make(self) -> Seeded {
        let mut making = Making::new(self);
        let mut dice = Dice::new(self.random_seed);
        for number in 0..self.people.max(1) {
            let person = Person::new(number, &mut dice);
            // The owner is the one who runs orgctl, so has an account in the directory.
            let roll = if number == 0 { 0 } else { dice.roll(100) };
            making.add(&person, Sort::of(roll), &mut dice);
            // Of the directory, many have nothing to do with the organization.
            if dice.roll(5) == 0 {
                let other = Person::new(self.people + number, &mut dice);
                making.add_user(&other, &other.at(DOMAIN), None);
            }
        }
        making.finish()
    }
}

struct Making {
    seed: SeedPeople,
    members: BTreeMap<StorageKey, Member>,
    users: BTreeMap<ObjectId, DirectoryUser>,
    owner: Option<Caller>,
    mapped: Vec<String>,
    guests: Vec<String>,
    removed: Vec<String>,
    removals: u32,
}

impl Making {
    const fn new(seed: SeedPeople) -> Self {
        Self {
            seed,
            members: BTreeMap::new(),
            users: BTreeMap::new(),
            owner: None,
            mapped: Vec::new(),
            guests: Vec::new(),
            removed: Vec::new(),
            removals: 0,
        }
    }

    fn add(&mut self, person: &Person, sort: Sort, dice: &mut Dice) {
        let at_work = person.at(DOMAIN);
        let private = person.at(dice.pick(&PERSONAL).unwrap_or(&PERSONAL[0]));
        let partner = person.at(dice.pick(&PARTNERS).unwrap_or(&PARTNERS[0]));
        let named = quoted(&person.display_name);
        let signs_in_as = match sort {
            Sort::Matches | Sort::Pending => {
                self.add_user(person, &at_work, None);
                // Azure DevOps keeps the spelling of the day that somebody was added.
                if dice.roll(10) == 0 {
                    at_work.to_uppercase()
                } else {
                    at_work
                }
            }
            Sort::Mapped => {
                self.add_user(person, &at_work, None);
                self.mapped
                    .push(format!("{} = {}\n", quoted(&private), quoted(&at_work)));
                private
            }
            Sort::Created => {
                self.mapped.push(format!(
                    "{} = {{ to = {}, create = true, name = {named}, access = \"basic\" }}\n",
                    quoted(&private),
                    quoted(&at_work),
                ));
                private
            }
            Sort::Guest => {
                match dice.roll(4) {
                    0 => self.add_user(person, &partner, Some(InvitationStatus::Pending)),
                    1 => self.add_user(person, &partner, Some(InvitationStatus::Accepted)),
                    _ => {}
                }
                self.guests
                    .push(format!("{} = {{ name = {named} }}\n", quoted(&partner)));
                partner
            }
            Sort::Removed => {
                self.removals += 1;
                self.removed
                    .push(format!("{} = \"left the company\"\n", quoted(&private)));
                private
            }
        };
        self.add_member(person, &signs_in_as, sort, dice);
    }

    fn add_member(&mut self, person: &Person, signs_in_as: &str, sort: Sort, dice: &mut Dice) {
        let key = StorageKey::new(self.guid("member", person.number));
        let levels = [
            EffectiveLevel::Basic,
            EffectiveLevel::Basic,
            EffectiveLevel::Stakeholder,
            EffectiveLevel::BasicTestPlans,
            EffectiveLevel::VisualStudio,
        ];
        // Whoever is to be made gets a level that costs, and keeps it.
        let level = dice
            .pick(&levels)
            .copied()
            .filter(|_| sort != Sort::Created);
        let principal_name = Email::from_service(signs_in_as);
        self.owner.get_or_insert_with(|| Caller {
            storage_key: key,
            principal_name: principal_name.clone(),
            kind: CallerKind::Person,
        });
        let member = Member {
            mail: Some(principal_name.clone()),
            principal_name,
            display_name: person.display_name.clone(),
            origin: Origin::Personal,
            tenant: None,
            object_id: None,
            descriptor: None,
            access: level.unwrap_or(EffectiveLevel::Basic),
            status: if sort == Sort::Pending {
                MemberStatus::Pending
            } else {
                MemberStatus::Active
            },
            disconnected: false,
            access_by_group: false,
            projects: BTreeMap::new(),
        };
        self.members.insert(key, member);
    }

    fn add_user(&mut self, person: &Person, address: &str, guest: Option<InvitationStatus>) {
        let id = ObjectId::new(self.guid("user", person.number));
        let name = match guest {
            None => address.to_owned(),
            Some(_) => format!("{}#EXT#@{INITIAL_DOMAIN}", address.replace('@', "_")),
        };
        let user = DirectoryUser {
            user_principal_name: Email::from_service(&name),
            display_name: person.display_name.clone(),
            mail: Some(Email::from_service(address)),
            other_mails: BTreeSet::new(),
            user_type: match guest {
                None => UserType::Member,
                Some(_) => UserType::Guest,
            },
            enabled: true,
            invitation: guest,
            synced: false,
            created: None,
        };
        self.users.insert(id, user);
    }

    fn guid(&self, what: &str, number: u32) -> uuid::Uuid {
        let (seed, number) = (self.seed.random_seed.to_string(), number.to_string());
        derived_guid(&["seed", what, &seed, &number])
    }

    fn finish(self) -> Seeded {
        let tenant = TenantId::new(self.guid("tenant", 0));
        let organization = OrganizationId::new(self.guid("organization", 0));
        let nobody = || Caller {
            storage_key: StorageKey::new(self.guid("member", 0)),
            principal_name: Email::from_service(""),
            kind: CallerKind::Person,
        };
        let caller = self.owner.clone().unwrap_or_else(nobody);
        let head = head(self.seed, &caller.principal_name, tenant, self.removals);
        let toml = format!(
            "{head}\n[members]\n{}\n[guests]\n{}\n[remove]\n{}",
            self.mapped.concat(),
            self.guests.concat(),
            self.removed.concat()
        );
        let live = Live {
            format_version: Live::FORMAT_VERSION,
            organization: Organization {
                id: organization,
                name: OrganizationName::new("contoso"),
                connection: Connection::Personal,
            },
            caller,
            members: self.members,
            group_only: BTreeMap::new(),
            applications: Readable::NotAsked,
            projects: BTreeMap::new(),
            directory: Directory {
                tenant,
                display_name: "Contoso".to_owned(),
                verified_domains: [DOMAIN, INITIAL_DOMAIN].map(str::to_owned).into(),
                users: self.users,
                deleted: Readable::NotAsked,
                caller: CallerKind::Person,
            },
            preflight: Preflight::default(),
            policies: BTreeMap::new(),
            credentials: None,
        };
        Seeded { live, toml }
    }
}

const INITIAL_DOMAIN: &str = "contoso.onmicrosoft.com";

fn head(seed: SeedPeople, owner: &Email, tenant: TenantId, removals: u32) -> String {
    let SeedPeople {
        people,
        random_seed,
    } = seed;
    format!(
        "# {people} people made up with random seed {random_seed}.\nversion = 1\n\n\
         [organization]\nname = \"contoso\"\nowner = {}\n\n\
         [tenant]\nid = \"{tenant}\"\nconnect_with = \"api\"\n\n\
         [guards]\nmax_users = {}\nmax_removals = {}\nmax_removal_percent = 100\n",
        quoted(owner.as_str()),
        people.max(100),
        removals.max(1),
    )
}

/// A basic string of TOML. No name of ours holds a control character.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::World;

    fn make(people: u32, random_seed: u64) -> Seeded {
        SeedPeople {
            people,
            random_seed,
        }
        .make()
    }

    #[test]
    fn the_same_numbers_make_the_same_people() {
        let (one, two) = (make(300, 7), make(300, 7));
        assert_eq!((&one.live, &one.toml), (&two.live, &two.toml));
        assert_ne!(one.toml, make(300, 8).toml);
        assert_eq!(one.live.members.len(), 300);
    }

    #[test]
    fn every_seed_fills_a_world() {
        for people in [0, 1, 2, 50, 500] {
            World::from_live(&make(people, 3).live).unwrap();
        }
    }
}
