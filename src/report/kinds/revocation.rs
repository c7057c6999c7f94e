//! SSH keys and personal access tokens: whose are revoked, and which.

use std::borrow::Cow;

use super::{Value, Wording};
use crate::model::address::Kind;
use crate::model::attributes::RevocationAttributes;
use crate::model::credential::Credential;
use crate::report::sanitize::clean;

pub(super) const SSH_KEY: Wording = Wording {
    becomes: |keys, _| Some(counted(keys.ssh_key()?, "SSH key").into()),
    fields: |keys| Some(fields(keys.ssh_key()?)),
    ..of(Kind::SshKey)
};

pub(super) const TOKEN: Wording = Wording {
    becomes: |tokens, _| Some(counted(tokens.token()?, "token").into()),
    fields: |tokens| Some(fields(tokens.token()?)),
    ..of(Kind::Token)
};

const fn of(kind: Kind) -> Wording {
    Wording {
        create: |_| "revoke",
        update: |_| "revoke",
        ..Wording::of(kind)
    }
}

/// `2 SSH keys: laptop, build`.
fn counted(revoked: &RevocationAttributes, what: &str) -> String {
    let credentials = revoked.credentials.iter();
    let names: Vec<_> = credentials.map(|one| clean(&one.name)).collect();
    let s = if names.len() == 1 { "" } else { "s" };
    format!("{} {what}{s}: {}", names.len(), names.join(", "))
}

fn fields(revoked: &RevocationAttributes) -> Vec<Value<'_>> {
    let RevocationAttributes {
        member,
        credentials,
    } = revoked;
    vec![
        ("member", Some(Cow::Owned(member.to_string()))),
        ("revoked", Some(with_ids(credentials))),
    ]
}

/// Each credential with its id, by which a support case would ask for it.
fn with_ids(credentials: &[Credential]) -> Cow<'_, str> {
    let written = |one: &Credential| format!("{} ({})", clean(&one.name), one.id);
    let all: Vec<String> = credentials.iter().map(written).collect();
    Cow::Owned(all.join(", "))
}
