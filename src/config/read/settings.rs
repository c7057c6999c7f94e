//! The sections that are not about people: policies, credentials, notices, guards, the state.

use std::ops::RangeInclusive;

use miette::SourceSpan;
use toml::de::DeTable;

use super::unknown_key;
use crate::config::diagnostic::Remarks;
use crate::config::file::{At, Credentials, Guards, Notices, Policies, State};
use crate::config::keys::{
    CREDENTIALS, DELIVER, GUARDS, LANGUAGE, NOTICES, POLICIES, STATE, UNLISTED, WRITE_INVERTED,
};
use crate::config::values::{self, Value};
use crate::model::person::Email;
use crate::model::policy::Policy;

pub(super) fn policies(table: DeTable<'_>, remarks: &mut Remarks) -> Policies {
    let mut policies = Policies::default();
    for (key, value) in table {
        let name: &str = key.get_ref();
        if let Some(policy) = Policy::named(name) {
            let on = values::flag(example(policy), value, remarks);
            policies.switches.extend(on.map(|on| (policy, on)));
        } else if name == WRITE_INVERTED {
            let flag = values::flag("write_inverted = true", value, remarks);
            policies.write_inverted = flag.map(|flag| flag.value);
        } else {
            remarks.push(unknown_key(&key, &"`[policies]`", POLICIES));
        }
    }
    policies
}

/// How a policy is written.
const fn example(policy: Policy) -> &'static str {
    match policy {
        Policy::ExternalGuestAccess => "external_guest_access = true",
        Policy::OauthAccess => "oauth_access = false",
        Policy::SshAccess => "ssh_access = true",
        Policy::AuditLog => "audit_log = true",
        Policy::AnonymousAccess => "anonymous_access = false",
    }
}

pub(super) fn credentials(table: DeTable<'_>, remarks: &mut Remarks) -> Credentials {
    let mut credentials = Credentials::default();
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "revoke_ssh_keys" => {
                credentials.revoke_ssh_keys =
                    values::flag("revoke_ssh_keys = true", value, remarks);
            }
            "revoke_tokens" => {
                credentials.revoke_tokens = values::flag("revoke_tokens = false", value, remarks);
            }
            _ => remarks.push(unknown_key(&key, &"`[credentials]`", CREDENTIALS)),
        }
    }
    credentials
}

pub(super) fn notices<'t>(
    table: DeTable<'t>,
    header: SourceSpan,
    remarks: &mut Remarks,
) -> Notices<'t> {
    /// Whoever was told a year ago does not remember.
    const DAYS: RangeInclusive<i64> = 0..=365;
    let mut notices = Notices::at(header);
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "language" => {
                const EXAMPLE: &str = "language = \"en\"";
                notices.language = values::word(EXAMPLE, &LANGUAGE, value, remarks);
            }
            "deliver" => {
                const EXAMPLE: &str = "deliver = \"files\"";
                notices.deliver = values::word(EXAMPLE, &DELIVER, value, remarks);
            }
            "lead_days" => {
                notices.lead_days = values::number("lead_days = 7", DAYS, value, remarks);
            }
            "sender" => {
                notices.sender = values::email("sender = \"it@contoso.com\"", value, remarks);
            }
            "templates" => {
                const EXAMPLE: &str = "templates = \"templates/notices\"";
                notices.templates = values::text(EXAMPLE, value, remarks);
            }
            "out" => notices.out = values::text("out = \"notices\"", value, remarks),
            _ => remarks.push(unknown_key(&key, &"`[notices]`", NOTICES)),
        }
    }
    notices
}

pub(super) fn guards(table: DeTable<'_>, remarks: &mut Remarks) -> Guards {
    const COUNT: RangeInclusive<i64> = 0..=u32::MAX as i64;
    const PERCENT: RangeInclusive<i64> = 0..=100;
    let mut guards = Guards::default();
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "max_removals" => {
                guards.max_removals = values::number("max_removals = 5", COUNT, value, remarks);
            }
            "max_removal_percent" => {
                const EXAMPLE: &str = "max_removal_percent = 25";
                guards.max_removal_percent = values::number(EXAMPLE, PERCENT, value, remarks);
            }
            "max_users" => {
                guards.max_users = values::number("max_users = 100", COUNT, value, remarks);
            }
            "unlisted_users" => {
                const EXAMPLE: &str = "unlisted_users = \"refuse\"";
                guards.unlisted_users = values::word(EXAMPLE, &UNLISTED, value, remarks);
            }
            "unmapped_users" => {
                const EXAMPLE: &str = "unmapped_users = \"refuse\"";
                guards.unmapped_users = values::word(EXAMPLE, &UNLISTED, value, remarks);
            }
            "protected" => guards.protected = protected(value, remarks),
            "delete_guests" => {
                let flag = values::flag("delete_guests = false", value, remarks);
                guards.delete_guests = flag.map(|flag| flag.value);
            }
            _ => remarks.push(unknown_key(&key, &"`[guards]`", GUARDS)),
        }
    }
    guards
}

fn protected(value: Value<'_>, remarks: &mut Remarks) -> Vec<At<Email>> {
    const EXAMPLE: &str = "protected = [\"ana@contoso.com\"]";
    let people = values::array(EXAMPLE, value, remarks).unwrap_or_default();
    people
        .into_iter()
        .filter_map(|person| values::email(EXAMPLE, person, remarks))
        .collect()
}

pub(super) fn state<'t>(table: DeTable<'t>, remarks: &mut Remarks) -> State<'t> {
    let mut state = State::default();
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "url" => state.url = values::text("url = \"org.state.json\"", value, remarks),
            _ => remarks.push(unknown_key(&key, &"`[state]`", STATE)),
        }
    }
    state
}
