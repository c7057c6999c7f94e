//! `[credentials]`: what happens to tokens and keys.

use crate::config::declare::{At, section};
use crate::config::source::Places;
use crate::config::values::Flag;
use crate::model::desired::DesiredCredentials;

section! {
    /// What happens to tokens and keys before the organization is connected.
    Credentials {
        /// Revoke everybody's SSH keys. They have to be made anew after the move in any case.
        #[default(false)]
        revoke_ssh_keys: Flag = true,
        /// Revoke everybody's personal access tokens.
        #[default(false)]
        revoke_tokens: Flag = false,
    }
}

impl Credentials {
    pub(in crate::config) fn desired(self, places: &Places<'_>) -> DesiredCredentials {
        let Self {
            revoke_ssh_keys,
            revoke_tokens,
        } = self;
        let on = |flag: Option<At<bool>>| {
            let flag = flag.filter(|flag| flag.value);
            flag.map(|flag| places.of(flag.span))
        };
        DesiredCredentials {
            revoke_ssh_keys: on(revoke_ssh_keys),
            revoke_tokens: on(revoke_tokens),
        }
    }
}
