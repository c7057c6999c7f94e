//! Who is on the page: which people are asked for, in which order, and what is said of each.

use url::form_urlencoded;

use crate::devops::entitlements::levels::LevelWords;
use crate::request::Request;
use crate::world::{Disconnection, Entitlement, Member, MemberKind, World};
use orgctl_model::ids::StorageKey;
use orgctl_model::live::{MemberStatus, Origin};

/// People a page. As many as a person looks through, and far fewer than 10,000.
const PAGE: usize = 100;

/// More of a name says nothing more. The services take 256 characters; a seed may hold any number.
const SHOWN_CHARS: usize = 200;

/// Who is asked for.
pub(super) struct Asked {
    pub(super) words: String,
    pub(super) only_disconnected: bool,
    page: usize,
}

impl Asked {
    pub(super) fn of(request: &Request) -> Self {
        let text = |name| request.query(name).unwrap_or_default();
        Self {
            words: shown(text("q").trim()),
            only_disconnected: text("show") == "disconnected",
            page: text("page").parse().unwrap_or(1),
        }
    }

    /// The address of another page of the same people.
    fn link(&self, page: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::from("?"));
        if !self.words.is_empty() {
            query.append_pair("q", &self.words);
        }
        if self.only_disconnected {
            query.append_pair("show", "disconnected");
        }
        query.append_pair("page", &page.to_string()).finish()
    }
}

/// One person.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) principal_name: String,
    pub(super) identity: &'static str,
    pub(super) access: &'static str,
    /// Whether it is the person who looks at the page.
    pub(super) is_caller: bool,
    pub(super) standing: Standing,
}

/// Whether somebody can sign in.
pub(super) enum Standing {
    Fine(&'static str),
    Disconnected(String),
}

/// One page of people.
pub(super) struct People {
    pub(super) rows: Vec<Row>,
    /// How many are asked for.
    pub(super) found: usize,
    /// The number of the first one on the page; zero when there is nobody.
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

impl People {
    pub(super) fn of(world: &World, asked: &Asked) -> Self {
        let wanted = asked.words.to_lowercase();
        let mut found: Vec<_> = world
            .members_after(None)
            .filter(|(_, member)| !member.removed)
            .filter(|(_, member)| member.disconnected || !asked.only_disconnected)
            .filter(|(_, member)| wanted.is_empty() || has(member, &wanted))
            .map(|(key, member)| {
                (
                    !member.disconnected,
                    member.display_name.to_lowercase(),
                    key,
                )
            })
            .collect();
        // Who needs a look comes first.
        found.sort_unstable();
        let pages = found.len().div_ceil(PAGE).max(1);
        let page = asked.page.clamp(1, pages);
        let start = (page - 1) * PAGE;
        let on_page = found.iter().skip(start).take(PAGE);
        let rows: Vec<Row> = on_page.filter_map(|(_, _, key)| row(world, *key)).collect();
        Self {
            first: if rows.is_empty() { 0 } else { start + 1 },
            last: start + rows.len(),
            found: found.len(),
            before: (page > 1).then(|| asked.link(page - 1)),
            after: (page < pages).then(|| asked.link(page + 1)),
            rows,
        }
    }
}

fn has(member: &Member, wanted: &str) -> bool {
    let texts = [&member.display_name, &member.principal_name];
    let mut texts = texts.into_iter().chain(&member.mail);
    texts.any(|text| text.to_lowercase().contains(wanted))
}

fn row(world: &World, key: StorageKey) -> Option<Row> {
    let member = world.member(key)?;
    Some(Row {
        name: shown(&member.display_name),
        principal_name: shown(&member.principal_name),
        identity: identity(member),
        access: member.entitlement.as_ref().map_or("through a group", level),
        is_caller: world.organization().caller == key,
        standing: standing(world, key, member),
    })
}

const fn identity(member: &Member) -> &'static str {
    match (member.kind, member.origin) {
        (MemberKind::ManagedIdentity | MemberKind::ServicePrincipal, _) => "application",
        (MemberKind::Person, Origin::Directory) => "account of a directory",
        (MemberKind::Person, Origin::Personal) => "personal account",
        (MemberKind::Person, Origin::Other) => "another account",
    }
}

const fn level(entitlement: &Entitlement) -> &'static str {
    LevelWords::of(entitlement.level).display
}

fn standing(world: &World, key: StorageKey, member: &Member) -> Standing {
    if let Some(why) = world.why_disconnected(key) {
        return Standing::Disconnected(reason(world, member, why));
    }
    let status = member.entitlement.as_ref().map(|given| given.status);
    Standing::Fine(match (member.enabled, status) {
        (false, _) | (true, Some(MemberStatus::Disabled)) => "Disabled",
        (true, Some(MemberStatus::Pending)) => "Has not signed in yet",
        (true, Some(MemberStatus::Active | MemberStatus::Other) | None) => "Can sign in",
    })
}

fn reason(world: &World, member: &Member, why: Disconnection<'_>) -> String {
    let directory = shown(&world.directory().display_name);
    let name = shown(&member.principal_name);
    match why {
        Disconnection::Unknown => format!("Nobody in {directory} is called {name}."),
        Disconnection::OtherName(other) => format!(
            "In {directory} whoever has that address signs in as {}.",
            shown(other)
        ),
        Disconnection::Guest => {
            format!("{directory} knows {name} as a guest, and guests are not matched by name.")
        }
        Disconnection::Taken => {
            format!("Somebody else in the organization is {name} of {directory} already.")
        }
        Disconnection::Late => format!(
            "{directory} did not know {name} when the organization was connected, and knows them \
             now."
        ),
        Disconnection::OtherDirectory => {
            "The organization has a directory of which the sandbox knows nothing.".to_owned()
        }
        Disconnection::NoPersonalAccount => {
            format!(
                "The directory of {name} is gone, and there is no personal account of that name."
            )
        }
    }
}

/// As much of a text as anybody reads.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
