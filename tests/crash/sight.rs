//! What is there in the end, for comparing: everything but ids and moments. Nothing is doubled, nothing is
//! lost.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::moment::{Moment, STATE};

/// What somebody sees who looks at the end: everything but ids and moments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sight {
    /// Who is in the organization, as whom, with what.
    members: BTreeSet<String>,
    /// Who is in the directory.
    pub(crate) users: BTreeSet<String>,
    /// What was done to the organization by its own account, and how often.
    audit: BTreeMap<String, usize>,
    /// What the state owns.
    pub(crate) owned: BTreeSet<String>,
    /// Which files there are.
    files: Vec<String>,
    /// Who was invited and who was told what, and how often.
    pub(crate) mails: BTreeMap<String, usize>,
}

impl Sight {
    pub(crate) fn of(moment: &Moment) -> Self {
        let world = serde_json::to_value(&*moment.world).unwrap();
        let state = moment.files.read(STATE).unwrap_or(b"{}");
        let state: Value = serde_json::from_slice(state).unwrap();
        let files = moment.files.all();
        let files = files.map(|(name, _)| name.display().to_string());
        Self::new(&world, &state, files.collect())
    }

    /// Of a world, of a state, and of the files that there are.
    pub(crate) fn new(world: &Value, state: &Value, files: Vec<String>) -> Self {
        let users = world["directory"]["users"].as_object().unwrap();
        let name = |id: &Value| {
            let user = id.as_str().and_then(|id| users.get(id));
            user.map(|user| user["user_principal_name"].to_string())
        };
        let members = world["organization"]["members"].as_object().unwrap();
        let members = members.iter().map(|(key, member)| {
            let (who, whom) = (&member["principal_name"], name(&member["object_id"]));
            let (level, gone) = (&member["entitlement"]["level"], &member["removed"]);
            // Who was not there before has a key by chance.
            let key = if whom.is_some() { "" } else { key };
            format!("{key} {who} as {whom:?} {level} {gone}")
        });
        let text = |user: &Value| format!("{} {}", user["user_principal_name"], user["user_type"]);
        let entries = state["entries"].as_object();
        let owned = entries.into_iter().flatten().map(|(address, _)| address);
        Self {
            members: members.collect(),
            users: users.values().map(text).collect(),
            audit: audit(&world["organization"]["holdings"]["audit"]),
            owned: owned.cloned().collect(),
            files,
            mails: mails(world),
        }
    }
}

fn audit(entries: &Value) -> BTreeMap<String, usize> {
    let mut audit = BTreeMap::new();
    for entry in entries.as_array().into_iter().flatten() {
        let (action, details) = (&entry["action"], entry["details"].as_str().unwrap());
        // Who was not there before has a key by chance.
        let user = entry["data"]["UserIdentifier"].as_str().unwrap_or_default();
        let is_known = user.is_empty() || user.starts_with("00000000-");
        let details = if is_known {
            details
        } else {
            details.trim_end_matches(user)
        };
        *audit.entry(format!("{action} {details}")).or_default() += 1;
    }
    audit
}

fn mails(world: &Value) -> BTreeMap<String, usize> {
    let directory = &world["directory"];
    let mut mails = BTreeMap::new();
    let list = |name: &str| directory[name].as_array().cloned().unwrap_or_default();
    for letter in list("letters") {
        let to = letter["address"].as_str().unwrap().to_lowercase();
        *mails.entry(format!("invitation[\"{to}\"]")).or_default() += 1;
    }
    for mail in list("outbox") {
        let message = &mail["message"];
        let to = &message["toRecipients"][0]["emailAddress"]["address"];
        let to = to.as_str().unwrap().to_lowercase();
        let which = &message["internetMessageHeaders"][0]["value"];
        let which = which.as_str().unwrap();
        *mails
            .entry(format!("notice.{which}[\"{to}\"]"))
            .or_default() += 1;
    }
    mails
}

/// What only one of two texts has, line by line.
fn different_lines(seen: &str, wanted: &str) -> String {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (seen, wanted) = (lines(seen), lines(wanted));
    let missing = wanted.difference(&seen).map(|line| format!("- {line}"));
    let added = seen.difference(&wanted).map(|line| format!("+ {line}"));
    missing.chain(added).collect::<Vec<_>>().join("\n")
}

/// Compares what is there with what should be. A mail of which nobody can know whether it went out counts
/// as sent, and somebody has been told so.
pub(crate) fn compare(sight: &Sight, wanted: &Sight, in_doubt: &BTreeSet<String>, what: &str) {
    for (mail, count) in &sight.mails {
        assert_eq!(*count, 1, "{what}: sent twice: {mail}");
    }
    let mut sight = sight.clone();
    for (mail, count) in &wanted.mails {
        if in_doubt.contains(mail) {
            sight.mails.insert(mail.clone(), *count);
        }
    }
    let (seen, text) = (format!("{sight:#?}"), format!("{wanted:#?}"));
    let diff = different_lines(&seen, &text);
    assert!(&sight == wanted, "{what}: missing and added:\n{diff}");
}
