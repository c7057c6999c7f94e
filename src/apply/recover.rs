//! Recovery: settles what an earlier run may or may not have carried out, by looking at live.

use jiff::Timestamp;

use crate::model::address::Address;
use crate::model::attributes::{Attributes, GuestBy};
use crate::model::live::Live;
use crate::plan::{LiveIndex, carried_out};
use crate::state::journal::Intent;
use crate::state::journal::unfinished::Unfinished;
use crate::state::value::{Effect, Entry, State};

/// What recovery found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// How many outcomes the journal held that the state did not.
    pub folded: usize,
    /// Sent without a recorded answer, and carried out: owned now.
    pub done: Vec<Address>,
    /// Sent or about to be sent, and not carried out: planned anew.
    pub not_done: Vec<Address>,
    /// Mail that may or may not have gone out. It counts as sent: nobody is told twice. Of guests,
    /// who are there whatever became of their mail, these are among those that are owned. Whoever
    /// watched the earlier run may have read of some of it.
    pub in_doubt: Vec<Address>,
    /// Whether the earlier run ended by itself; it was cut short otherwise.
    pub has_ended: bool,
    /// When the earlier run wrote last.
    pub left_at: Timestamp,
}

/// Brings the state up to date with what an earlier run left in its journal.
///
/// An intent that live shows to be carried out is adopted; any other is dropped, and the planner
/// plans it anew. So nothing is lost and nothing is done twice. The earlier run wrote last at
/// `left_at`: what it had begun was done then, if it was.
pub fn recover(
    mut unfinished: Unfinished,
    state: &mut State,
    live: &Live,
    left_at: Timestamp,
) -> Recovered {
    let mut recovered = Recovered {
        folded: unfinished.settled.len(),
        in_doubt: std::mem::take(&mut unfinished.in_doubt),
        has_ended: unfinished.has_ended,
        left_at,
        ..Recovered::default()
    };
    unfinished.fold_into(state);
    let index = LiveIndex::new(live);
    for intent in unfinished.open {
        let found = match &intent.after {
            Some(attributes) if is_in_sight(&intent, live) => {
                carried_out(&index, &intent.address, attributes)
            }
            Some(_) | None => None,
        };
        let Intent {
            address,
            after,
            tenant,
        } = intent;
        match (found, after) {
            (Some(remote_id), Some(attributes)) => {
                let notice = address.kind().is_notice();
                if !notice {
                    recovered.done.push(address.clone());
                }
                if notice || mail_is_unsure(&attributes) {
                    recovered.in_doubt.push(address.clone());
                }
                let entry = Entry {
                    remote_id,
                    attributes,
                    applied_at: left_at,
                    tenant,
                    request_id: None,
                };
                state.record(address, Effect::Own(entry));
            }
            (_, _) => recovered.not_done.push(address),
        }
    }
    recovered
}

/// Whether live shows what an intent was about. The accounts of another tenant it does not show, were
/// they named alike.
fn is_in_sight(intent: &Intent, live: &Live) -> bool {
    let is_account = intent.address.kind().makes_account();
    !is_account
        || intent
            .tenant
            .is_none_or(|tenant| tenant == live.directory.tenant)
}

/// Whether live cannot show that the mail of an intent went out. The service sends the one of a first
/// invitation together with making the guest, and that of a new beginning together with the change.
fn mail_is_unsure(attributes: &Attributes) -> bool {
    let Some(invitation) = attributes.invitation() else {
        return false;
    };
    match invitation.by {
        GuestBy::Invitation | GuestBy::Resetting => invitation.sender.is_some(),
        GuestBy::Resending => true,
        GuestBy::Restoring {
            with_invitation, ..
        } => with_invitation,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::address::Kind;
    use crate::model::attributes::{Identity, InvitationAttributes, MappingAttributes};
    use crate::model::ids::{Lineage, ObjectId, RemoteId, StorageKey, TenantId};
    use crate::model::notice::{Deliver, Fate, NoticeAttributes};
    use crate::model::person::Email;
    use uuid::Uuid;

    const MEMBER: StorageKey = StorageKey::new(Uuid::from_u128(1));
    const IDENTITY: ObjectId = ObjectId::new(Uuid::from_u128(2));

    const TENANT: &str = "00000000-0000-4000-8000-000000000009";

    fn tenant() -> TenantId {
        TENANT.parse().unwrap()
    }

    fn live(mapped: bool) -> Live {
        let identity = if mapped {
            format!("\"{IDENTITY}\"")
        } else {
            "null".to_owned()
        };
        let text = format!(
            r#"{{
                "format_version": 1,
                "organization": {{
                    "id": "00000000-0000-4000-8000-000000000008",
                    "name": "contoso",
                    "connection": {{ "tenant": "{TENANT}" }}
                }},
                "caller": {{ "storage_key": "{MEMBER}", "principal_name": "lee@outlook.com" }},
                "members": {{ "{MEMBER}": {{
                    "principal_name": "lee@outlook.com",
                    "display_name": "Lee",
                    "origin": "directory",
                    "object_id": {identity},
                    "access": "basic"
                }} }},
                "directory": {{
                    "tenant": "{TENANT}",
                    "display_name": "Contoso",
                    "verified_domains": [],
                    "users": {{}}
                }}
            }}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    fn unfinished() -> Unfinished {
        let after = Attributes::Mapping(MappingAttributes::new(
            MEMBER,
            Email::from_service("lee@contoso.com"),
            Identity::ObjectId(IDENTITY),
        ));
        Unfinished {
            settled: Vec::new(),
            in_doubt: Vec::new(),
            open: vec![Intent {
                address: address(),
                after: Some(after),
                tenant: Some(tenant()),
            }],
            has_ended: false,
        }
    }

    fn address() -> Address {
        Address::of(Kind::Mapping, &Email::from_service("lee@outlook.com"))
    }

    #[test]
    fn what_live_shows_is_owned() {
        let mut state = State::new(Lineage::NONE);
        let recovered = recover(unfinished(), &mut state, &live(true), Timestamp::UNIX_EPOCH);
        assert_eq!(recovered.done, [address()]);
        let entry = &state.entries[&address()];
        assert_eq!(entry.remote_id, RemoteId::StorageKey(MEMBER));
        assert_eq!(entry.tenant, Some(tenant()), "as the intent says");
    }

    #[test]
    fn an_account_of_another_tenant_is_not_taken_for_the_one_that_was_made() {
        let other = TenantId::new(Uuid::from_u128(77));
        let mut live = live(true);
        live.directory.tenant = other;
        let guest = serde_json::json!({
            "user_principal_name": "noor_x.y#ext#@contoso.onmicrosoft.com",
            "display_name": "Noor", "mail": "noor@x.y", "user_type": "guest",
        });
        let guest = serde_json::from_value(guest).unwrap();
        live.directory.users.insert(IDENTITY, guest);
        for (made_for, done) in [(Some(tenant()), 0), (Some(other), 1), (None, 1)] {
            let mut unfinished = unfinished();
            unfinished.open = vec![Intent {
                address: Address::of(Kind::Invitation, &Email::from_service("noor@x.y")),
                after: Some(Attributes::Invitation(InvitationAttributes::default())),
                tenant: made_for,
            }];
            let mut state = State::new(Lineage::NONE);
            let recovered = recover(unfinished, &mut state, &live, Timestamp::UNIX_EPOCH);
            assert_eq!(recovered.done.len(), done, "{made_for:?}");
            let mut tenants = state.entries.values().map(|entry| entry.tenant);
            assert!(tenants.all(|tenant| tenant == made_for));
        }
    }

    #[test]
    fn what_live_does_not_show_is_planned_anew() {
        let mut state = State::new(Lineage::NONE);
        let recovered = recover(
            unfinished(),
            &mut state,
            &live(false),
            Timestamp::UNIX_EPOCH,
        );
        assert_eq!(recovered.not_done, [address()]);
        assert!(state.entries.is_empty());
    }

    /// What becomes of an invitation that was left open, when the guest stands so.
    fn invited(invitation: InvitationAttributes, status: Option<&str>) -> Recovered {
        let mut live = live(true);
        if let Some(status) = status {
            let user = serde_json::json!({
                "user_principal_name": "noor_x.y#ext#@contoso.onmicrosoft.com",
                "display_name": "Noor", "mail": "noor@x.y", "user_type": "guest",
                "invitation": status,
            });
            let user = serde_json::from_value(user).unwrap();
            live.directory.users.insert(IDENTITY, user);
        }
        let unfinished = Unfinished {
            settled: Vec::new(),
            in_doubt: Vec::new(),
            open: vec![Intent {
                address: Address::of(Kind::Invitation, &Email::from_service("noor@x.y")),
                after: Some(Attributes::Invitation(invitation)),
                tenant: Some(tenant()),
            }],
            has_ended: false,
        };
        recover(
            unfinished,
            &mut State::new(Lineage::NONE),
            &live,
            Timestamp::UNIX_EPOCH,
        )
    }

    #[test]
    fn a_mail_that_nothing_shows_counts_as_sent_and_is_reported() {
        let by = |by, ours: bool| InvitationAttributes {
            by,
            sender: ours.then(|| Email::from_service("it@x.y")),
            ..InvitationAttributes::default()
        };
        let restoring = |with_invitation| GuestBy::Restoring {
            user: IDENTITY,
            with_invitation,
        };
        // How, whether we send the mail, how the guest stands; whether it is done, and unsure.
        let rows = [
            (GuestBy::Invitation, false, None, false, false),
            (GuestBy::Invitation, false, Some("pending"), true, false),
            (GuestBy::Invitation, true, Some("pending"), true, true),
            (GuestBy::Resending, false, Some("pending"), true, true),
            (GuestBy::Resetting, false, Some("pending"), true, false),
            (GuestBy::Resetting, true, Some("pending"), true, true),
            (GuestBy::Resetting, false, Some("accepted"), false, false),
            (restoring(false), false, Some("accepted"), true, false),
            (restoring(true), false, Some("pending"), true, true),
            (restoring(true), false, None, false, false),
        ];
        for (how, ours, status, done, unsure) in rows {
            let recovered = invited(by(how, ours), status);
            assert_eq!(
                recovered.done.len(),
                usize::from(done),
                "{how:?} {status:?}"
            );
            assert_eq!(
                recovered.not_done.len(),
                usize::from(!done),
                "{how:?} {status:?}"
            );
            let reported = recovered.in_doubt.len();
            assert_eq!(reported, usize::from(unsure), "{how:?} {ours} {status:?}");
        }
    }

    fn notice(deliver: Deliver) -> Unfinished {
        let person = Email::from_service("lee@outlook.com");
        let after = Attributes::NoticeBefore(NoticeAttributes {
            member: MEMBER,
            mail: person.clone(),
            fate: Fate::Matched,
            account: Some(person.clone()),
            todo: Vec::new(),
            deliver,
        });
        Unfinished {
            settled: Vec::new(),
            in_doubt: Vec::new(),
            open: vec![Intent {
                address: Address::of(Kind::NoticeBefore, &person),
                after: Some(after),
                tenant: Some(tenant()),
            }],
            has_ended: false,
        }
    }

    #[test]
    fn mail_counts_as_sent_and_a_file_is_written_again() {
        for (deliver, in_doubt) in [(Deliver::Graph, 1), (Deliver::Files, 0)] {
            let mut state = State::new(Lineage::NONE);
            let now = Timestamp::UNIX_EPOCH;
            let recovered = recover(notice(deliver), &mut state, &live(false), now);
            assert_eq!(recovered.in_doubt.len(), in_doubt, "{deliver:?}");
            assert_eq!(recovered.not_done.len(), 1 - in_doubt, "{deliver:?}");
            assert_eq!(state.entries.len(), in_doubt, "{deliver:?}");
            assert!(recovered.done.is_empty());
        }
    }
}
