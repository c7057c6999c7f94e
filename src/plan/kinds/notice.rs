//! Notices: whom to tell what. Before the connection everybody in the organization is told what will
//! become of them, afterwards whoever it made another account is told what is left to do.
//!
//! Nobody is told twice: an entry in the state means told, whatever org.toml says today. Only other
//! news, another account above all, is worth another notice.

mod recipient;
mod record;
mod todo;

use std::collections::{BTreeMap, BTreeSet};

use self::recipient::Recipient;
use self::record::{Mapped, Record, mapped, records};
use super::{Answers, Part, facts};
use crate::model::address::{Address, Kind};
use crate::model::attributes::Attributes;
use crate::model::credential::Credentials;
use crate::model::desired::DesiredNotices;
use crate::model::ids::{RemoteId, StorageKey};
use crate::model::notice::{Deliver, NoticeAttributes};
use crate::plan::context::{Context, MemberRef};
use crate::plan::decide::{self, LeftOver, Presence};
use crate::plan::live_index::LiveIndex;
use crate::plan::rules::{CredentialsUnknown, NoSender, Remark as _, Severity};
use crate::plan::value::{Facts, NoWayBack, Step};

pub(super) const BEFORE_ANSWERS: Answers = Answers {
    kind: Kind::NoticeBefore,
    rules: &[NoSender::RULE, CredentialsUnknown::RULE],
    // Who was told, was told: the record keeps it from being said twice.
    still_wanted: |_, _| true,
    left_over: |_, _, _| LeftOver::Final,
    facts,
    carried_out: |_, _, wanted| counts_as_sent(wanted.notice()?),
    way_back: |_| Err(NoWayBack::Told),
};

pub(super) const AFTER_ANSWERS: Answers = Answers {
    kind: Kind::NoticeAfter,
    rules: &[NoSender::RULE],
    ..BEFORE_ANSWERS
};

/// What the rest of the plan does.
pub(in crate::plan) struct Outlook<'a> {
    /// Whether it connects the organization.
    pub(in crate::plan) connects: bool,
    /// The mappings.
    pub(in crate::plan) mappings: &'a [&'a Step],
    /// Who can sign in afterwards.
    pub(in crate::plan) reachable: &'a BTreeSet<StorageKey>,
    /// Who is taken out.
    pub(in crate::plan) leaving: &'a BTreeSet<StorageKey>,
}

pub(in crate::plan) fn part(context: &Context<'_>, outlook: &Outlook<'_>) -> Part {
    let Some(wanted) = &context.desired.notices else {
        return Part::default();
    };
    let mut notices = Notices {
        context,
        wanted,
        outlook,
        records: records(context.state),
        mapped: mapped(outlook.mappings),
        used: BTreeSet::new(),
        part: Part::default(),
    };
    if outlook.connects {
        notices.tell_everybody();
    } else if context.is_connected() {
        notices.tell_the_rest();
    }
    notices.remark();
    notices.part
}

/// A kind and its attributes.
type Sort = (Kind, fn(NoticeAttributes) -> Attributes);

const BEFORE: Sort = (Kind::NoticeBefore, Attributes::NoticeBefore);
const AFTER: Sort = (Kind::NoticeAfter, Attributes::NoticeAfter);

struct Notices<'a> {
    context: &'a Context<'a>,
    wanted: &'a DesiredNotices,
    outlook: &'a Outlook<'a>,
    records: BTreeMap<StorageKey, Record<'a>>,
    mapped: BTreeMap<StorageKey, Mapped<'a>>,
    /// Users who share a sign-in name share an address; such a plan is refused anyhow.
    used: BTreeSet<Address>,
    part: Part,
}

impl<'a> Notices<'a> {
    /// The connection is still to be made: everybody is affected by it.
    fn tell_everybody(&mut self) {
        let context = self.context;
        for member in context.members() {
            let mapping = self.mapped.get(&member.0).copied();
            let recipient = self.recipient(member, mapping);
            let notice = recipient.before(self.outlook, self.wanted.deliver);
            let is_last = notice.account.is_none();
            self.tell(BEFORE, &recipient, recipient.record.before, notice.clone());
            if !is_last {
                self.tell(AFTER, &recipient, recipient.record.after, notice);
            }
        }
    }

    /// The connection is there: whom an earlier run told that it would come, and whom orgctl maps or
    /// has mapped, is told what is left to do. Nobody else has anything to do.
    fn tell_the_rest(&mut self) {
        let Outlook {
            reachable, leaving, ..
        } = self.outlook;
        let keys = self.records.keys().chain(self.mapped.keys());
        let keys: BTreeSet<StorageKey> = keys.copied().collect();
        for key in keys {
            let Some(member) = self.context.member(key) else {
                continue;
            };
            let made = self.records.get(&key).and_then(|record| record.mapping);
            let mapping = self.mapped.get(&key).copied().or(made);
            let recipient = self.recipient(member, mapping);
            let is_told = recipient.record.after.is_some() && recipient.mapping.is_none();
            let is_affected = recipient.record.before.is_some() || recipient.mapping.is_some();
            if is_affected && !is_told && reachable.contains(&key) && !leaving.contains(&key) {
                let notice = recipient.after(self.wanted.deliver);
                self.tell(AFTER, &recipient, recipient.record.after, notice);
            }
        }
    }

    fn recipient(&self, (key, user): MemberRef<'a>, mapping: Option<Mapped<'a>>) -> Recipient<'a> {
        let record = self.records.get(&key).copied().unwrap_or_default();
        let of_mapping = || mapping.map(|(address, _)| address.person());
        Recipient {
            context: self.context,
            key,
            user,
            name: record
                .name()
                .or_else(of_mapping)
                .unwrap_or_else(|| user.principal_name.clone()),
            record,
            mapping,
        }
    }

    /// Nobody who was told the same already. `told` is what they were told last.
    fn tell(
        &mut self,
        (kind, wrap): Sort,
        recipient: &Recipient<'_>,
        told: Option<&NoticeAttributes>,
        notice: NoticeAttributes,
    ) {
        let address = Address::of(kind, &recipient.name);
        if !self.used.insert(address.clone()) {
            return;
        }
        let id = RemoteId::StorageKey(notice.member);
        let presence = match told {
            None => Presence::Absent,
            Some(told) if told.is_same_news(&notice) => Presence::Equal(id),
            Some(told) => Presence::Differs(id, wrap(told.clone())),
        };
        let mut needs = BTreeSet::new();
        if kind == Kind::NoticeAfter {
            let mapping = self.mapped.get(&notice.member);
            needs.insert(self.context.connection_address());
            needs.extend(mapping.map(|(address, _)| (*address).clone()));
        }
        if let Some((change, reason)) = decide::wanted(presence, told.is_some(), || wrap(notice)) {
            self.part.steps.push(Step {
                address,
                change,
                reason,
                needs: needs.into_iter().collect(),
                source: Some(self.wanted.place.clone()),
                display_name: Some(recipient.user.display_name.clone()),
            });
        }
    }

    /// What is worth a look before people are told.
    fn remark(&mut self) {
        if self.part.steps.is_empty() {
            return;
        }
        let place = Some(&self.wanted.place);
        let findings = &mut self.part.findings;
        if self.wanted.deliver == Deliver::Graph && self.wanted.sender.is_none() {
            findings.push(NoSender {}.found(place));
        }
        // Where something is to be revoked the same is told as what blocks it.
        if self.outlook.connects
            && !self.context.desired.credentials.revokes()
            && let Some(Credentials::Unreadable(why)) = &self.context.live.credentials
        {
            let why = why.clone();
            findings.push(CredentialsUnknown { why }.weighed(Severity::Warning, place));
        }
    }
}

fn facts(index: &LiveIndex<'_>, step: &Step) -> Facts {
    let mut facts = Facts::default();
    if let Some(member) = step.change.attributes().member() {
        facts::put_member(&mut facts, index, member);
    }
    facts
}

/// Nothing shows whether mail went out, and nobody wants it twice; a file is written again.
fn counts_as_sent(notice: &NoticeAttributes) -> Option<RemoteId> {
    let is_mail = notice.deliver == Deliver::Graph;
    is_mail.then_some(RemoteId::StorageKey(notice.member))
}
