//! Access: the level that members and guests have in the organization, and the projects that they
//! are in. Of projects only those are managed that a line names, or named when we applied it.

pub(super) mod newcomers;
pub(super) mod undo;

use std::collections::{BTreeMap, BTreeSet};

use super::{Answers, Part, facts, invitation};
use crate::model::access::{AccessLevel, EffectiveLevel};
use crate::model::address::{Address, Kind};
use crate::model::attributes::{AccessAttributes, Attributes};
use crate::model::desired::Place;
use crate::model::ids::{ObjectId, ProjectId, ProjectName, RemoteId, StorageKey};
use crate::model::live::Member;
use crate::model::person::Email;
use crate::model::project::{ProjectAccess, ProjectRole, roles};
use crate::plan::context::{Context, MemberRef};
use crate::plan::decide::{self, LeftOver, Presence};
use crate::plan::live_index::LiveIndex;
use crate::plan::projects::Unknown;
use crate::plan::rules::{AddedAgain, LevelByGroup, NewcomerDisabled, Remark as _, UnknownProject};
use crate::plan::value::{Change, Fact, Facts, NOTHING, RemoveFrom, Step};
use crate::state::value::Entry;

pub(super) const ANSWERS: Answers = Answers {
    kind: Kind::Access,
    rules: &[
        UnknownProject::RULE,
        LevelByGroup::RULE,
        AddedAgain::RULE,
        NewcomerDisabled::RULE,
    ],
    still_wanted,
    left_over,
    facts,
    carried_out,
    way_back: |_| Ok(undo::take_back),
};

type Projects = BTreeMap<ProjectName, ProjectAccess>;

/// What a line asks for.
struct Wanted<'a> {
    person: &'a Email,
    level: Option<AccessLevel>,
    projects: Projects,
    place: &'a Place,
    /// The line of the member who becomes this guest, if one does.
    becomes: Option<&'a Email>,
}

/// `reachable` are those who can sign in afterwards: the steps of anybody else fall away.
pub(in crate::plan) fn part(context: &Context<'_>, reachable: &BTreeSet<StorageKey>) -> Part {
    let mut part = Part::default();
    let desired = context.desired;
    let members = desired.members.iter();
    let asking = members.filter(|(_, line)| line.access.is_some() || !line.projects.is_empty());
    for (person, line) in asking {
        let line = Line {
            person,
            level: line.access,
            projects: &line.projects,
            place: &line.place,
            becomes: None,
        };
        part.plan(context, &line, reachable);
    }
    for (person, line) in &desired.guests {
        let double = context.roster.doubles.contains_key(person);
        if double || invitation::refusal(context, person).is_some() {
            continue;
        }
        let line = Line {
            person,
            level: line.access,
            projects: &line.projects,
            place: &line.place,
            becomes: context.roster.becomes_guest.get(person).copied(),
        };
        part.plan(context, &line, reachable);
    }
    part
}

/// A line that asks for access.
struct Line<'a> {
    person: &'a Email,
    level: Option<AccessLevel>,
    projects: &'a BTreeMap<ProjectName, ProjectRole>,
    place: &'a Place,
    becomes: Option<&'a Email>,
}

impl Part {
    /// Plans what a line asks for, of whoever it is about, or of somebody who is added.
    fn plan(&mut self, context: &Context<'_>, line: &Line<'_>, reachable: &BTreeSet<StorageKey>) {
        let person = line.becomes.unwrap_or(line.person);
        let member = context.member_of_line(person);
        self.findings.extend(newcomers::objection(context, line));
        let is_new = member.is_none() && newcomers::is_one(context, line.person);
        if !is_new && member.is_none_or(|(key, _)| !reachable.contains(&key)) {
            return;
        }
        let level = match member {
            Some((_, user)) => self.level(context, (line.person, line.place), line.level, user),
            None => line.level,
        };
        let asks = level.is_some() || !line.projects.is_empty();
        let is_known = context.entry(Kind::Access, line.person).is_some();
        if !asks && !is_known && context.desired.members.contains_key(line.person) {
            return;
        }
        let Some(projects) = self.resolve(context, line.person, line.projects, line.place) else {
            return;
        };
        let wanted = Wanted {
            person: line.person,
            level,
            projects,
            place: line.place,
            becomes: line.becomes,
        };
        self.steps.extend(match member {
            Some(member) => of_member(context, wanted, member),
            None => newcomers::step(context, wanted),
        });
        if is_new && is_known {
            let again = AddedAgain {
                person: line.person.clone(),
                in_doubt: false,
            };
            self.findings.push(again.found(Some(line.place)));
        }
    }

    /// The level that a line asks for. Where a group rule gives more, asking would change nothing, so
    /// the line counts as one without a level, and a finding says so.
    fn level(
        &mut self,
        context: &Context<'_>,
        (person, place): (&Email, &Place),
        asked: Option<AccessLevel>,
        user: &Member,
    ) -> Option<AccessLevel> {
        let asked = asked?;
        if !LevelByGroup::overrules(context, asked, user) {
            return Some(asked);
        }
        let found = LevelByGroup::finding(context, (person, asked), user, place);
        self.findings.push(found);
        None
    }

    /// The projects of a line by their ids, or a finding for each that is not there.
    fn resolve(
        &mut self,
        context: &Context<'_>,
        person: &Email,
        projects: &BTreeMap<ProjectName, ProjectRole>,
        place: &Place,
    ) -> Option<Projects> {
        let finding = |Unknown { project, near }| {
            let found = UnknownProject {
                person: person.clone(),
                project,
                near,
            };
            found.found(Some(place))
        };
        match context.projects.resolve(projects) {
            Ok(projects) => Some(projects),
            Err(unknown) => {
                self.findings.extend(unknown.into_iter().map(finding));
                None
            }
        }
    }
}

fn of_member(
    context: &Context<'_>,
    wanted: Wanted<'_>,
    (key, user): MemberRef<'_>,
) -> Option<Step> {
    let id = RemoteId::StorageKey(key);
    let person = wanted.person;
    let entry = context.entry(Kind::Access, person);
    let recorded = entry.and_then(|entry| entry.attributes.access());
    let has_level = wanted
        .level
        .is_none_or(|level| level.is_met_by(user.access));
    let now = projects_now(context, &wanted.projects, recorded, user);
    let has_projects = roles(&now) == roles(&wanted.projects);
    let presence = if !has_level || !has_projects {
        let now = AccessAttributes::of_member(user.access, now);
        Presence::Differs(id, Attributes::Access(now))
    } else if recorded.is_some_and(|recorded| recorded.roles() != roles(&wanted.projects)) {
        Presence::Unrecorded(id)
    } else {
        Presence::Equal(id)
    };
    // A level that is met is not asked for again, whatever else is.
    let level = match wanted.level {
        Some(level) if !has_level || has_projects => EffectiveLevel::from(level),
        Some(_) | None => user.access,
    };
    let (change, reason) = decide::wanted(presence, entry.is_some(), || {
        Attributes::Access(AccessAttributes {
            added: recorded.is_some_and(AccessAttributes::is_of_added),
            account: of_ordinary_line(context, person),
            ..AccessAttributes::of_member(level, wanted.projects)
        })
    })?;
    Some(Step {
        address: Address::of(Kind::Access, person),
        change,
        reason,
        needs: vec![
            context.connection_address(),
            Address::of(Kind::Mapping, wanted.becomes.unwrap_or(person)),
        ],
        source: Some(wanted.place.clone()),
        display_name: Some(user.display_name.clone()),
    })
}

/// Who the person of a line that joins no two names is in the directory. Of others the mapping or the
/// invitation records it.
fn of_ordinary_line(context: &Context<'_>, person: &Email) -> Option<ObjectId> {
    let line = context.desired.members.get(person)?;
    let account = (line.to == *person).then(|| context.account_of_line(person));
    account?.found().map(|found| found.id)
}

/// What somebody is in the projects that are managed: those that the line names, and those that it
/// named when we applied it and that they are in by themselves. What is met is shown as wanted.
fn projects_now(
    context: &Context<'_>,
    wanted: &Projects,
    recorded: Option<&AccessAttributes>,
    user: &Member,
) -> Projects {
    let mut now = Projects::new();
    for (name, access) in wanted {
        if let Some(access) = user.project_access(access.id, Some(access.role)) {
            now.insert(name.clone(), access);
        }
    }
    let Some(recorded) = recorded.filter(|recorded| !recorded.projects.is_empty()) else {
        return now;
    };
    let named: BTreeSet<ProjectId> = wanted.values().map(|access| access.id).collect();
    let dropped = recorded.projects.iter();
    for (name, access) in dropped.filter(|(_, access)| !named.contains(&access.id)) {
        if let Some((name, access)) = left(context, name, access.id, user) {
            now.entry(name).or_insert(access);
        }
    }
    now
}

/// A membership that we gave and that somebody still has by themselves, under the project's name of
/// today.
fn left(
    context: &Context<'_>,
    name: &ProjectName,
    id: ProjectId,
    user: &Member,
) -> Option<(ProjectName, ProjectAccess)> {
    let access = user.project_access(id, None)?;
    let name = context.live.projects.get(&id).unwrap_or(name);
    Some((name.clone(), access))
}

/// What is left of access that no line asks for: the level stays, and membership of projects is taken
/// away. A person who leaves the organization needs neither.
fn left_over(context: &Context<'_>, address: &Address, entry: &Entry) -> LeftOver {
    let key = entry.remote_id.storage_key();
    let member = key.and_then(|key| context.member(key));
    let Some((access, (key, user))) = entry.attributes.access().zip(member) else {
        return LeftOver::Final;
    };
    let projects: Projects = access
        .projects
        .iter()
        .filter_map(|(name, access)| left(context, name, access.id, user))
        .collect();
    if projects.is_empty() || is_leaving(context, &address.person(), key) {
        return LeftOver::Final;
    }
    let from = RemoveFrom {
        organization: None,
        directory: false,
        projects: true,
    };
    let id = RemoteId::StorageKey(key);
    let left = AccessAttributes::of_member(access.level, projects);
    LeftOver::Removable(id, from, Attributes::Access(left))
}

/// Whether another step takes somebody out of the organization.
fn is_leaving(context: &Context<'_>, person: &Email, key: StorageKey) -> bool {
    context.roster.unwanted.contains(&key) || invitation::takes_out(context, person)
}

/// What a line does not ask for is not managed: neither a level nor a project.
fn still_wanted(context: &Context<'_>, address: &Address) -> bool {
    let person = address.person();
    let line = context.desired.members.get(&person);
    line.is_some_and(|line| line.access.is_some() || !line.projects.is_empty())
        || context.desired.guests.contains_key(&person)
}

fn facts(index: &LiveIndex<'_>, step: &Step) -> Facts {
    let mut facts = Facts::default();
    let identity = step.change.attributes().identity();
    let account = identity.map(|identity| index.user(identity));
    let by_identity = || index.member_with(account??.0);
    match member_of(&step.change).or_else(by_identity) {
        Some(key) => {
            let member = facts::put_person_with_access(&mut facts, index, key);
            let projects = projects_of(&step.change);
            if let Some(member) = member.filter(|_| !projects.is_empty()) {
                facts.put(Fact::Projects, roles_in(&projects, member));
            }
        }
        // A person who is to be added is not there yet.
        None => facts.put(Fact::Member, NOTHING),
    }
    if let Some(account) = account {
        facts::put_account(&mut facts, account);
    }
    facts
}

/// The user whose access a change is about.
fn member_of(change: &Change) -> Option<StorageKey> {
    match change {
        Change::Update { id, .. } | Change::Adopt { id, .. } | Change::Remove { id, .. } => {
            id.storage_key()
        }
        Change::Create { .. } | Change::Forget { .. } => None,
    }
}

/// The projects that a change is about, by the names that it has for them.
fn projects_of(change: &Change) -> BTreeMap<ProjectId, String> {
    let sides = [change.before(), change.after()].into_iter().flatten();
    let projects = sides.filter_map(Attributes::projects).flatten();
    projects
        .map(|(name, access)| (access.id, name.to_string()))
        .collect()
}

fn roles_in(projects: &BTreeMap<ProjectId, String>, member: &Member) -> String {
    let one = |(id, name): (&ProjectId, &String)| match member.projects.get(id) {
        Some(membership) if membership.by_group => {
            format!("{} in {name} by a group", membership.role)
        }
        Some(membership) => format!("{} in {name}", membership.role),
        None => format!("nothing in {name}"),
    };
    let all: Vec<String> = projects.iter().map(one).collect();
    all.join(", ")
}

/// Whether somebody who was to be added has a level by now.
fn carried_out(index: &LiveIndex<'_>, _address: &Address, wanted: &Attributes) -> Option<RemoteId> {
    let identity = wanted.identity()?.object_id()?;
    let mut members = index.live.members.iter();
    // Of several who are that identity it is the first.
    let (key, member) = members.find(|(_, member)| member.object_id == Some(identity))?;
    let is_granted = member.access != EffectiveLevel::None;
    is_granted.then_some(RemoteId::StorageKey(*key))
}
