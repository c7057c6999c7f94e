//! `[policies]`: switches of the organization.

use std::collections::BTreeMap;

use crate::config::declare::{At, section};
use crate::config::source::Places;
use crate::config::values::Flag;
use crate::model::desired::DesiredPolicy;
use crate::model::policy::Policy;

section! {
    /// Policies of the organization, as the switches in the portal show them.
    Policies {
        /// "External guest access": people from outside of the tenant may be users.
        external_guest_access: Flag = true,
        /// "Third-party application access via OAuth".
        oauth_access: Flag = false,
        /// "SSH authentication".
        ssh_access: Flag = true,
        /// "Log audit events".
        audit_log: Flag = true,
        /// "Allow public projects": nobody has to sign in to see them.
        anonymous_access: Flag = false,
        /// Whether policies may be written that the service calls `Disallow…`. Microsoft does not
        /// document whether their values mean what the name says; compare with the portal first.
        #[default(false)]
        write_inverted: Flag = true,
    }
}

impl Policies {
    /// The policies that the file names.
    pub(in crate::config) fn desired(
        &self,
        places: &Places<'_>,
    ) -> BTreeMap<Policy, DesiredPolicy> {
        let Self {
            external_guest_access,
            oauth_access,
            ssh_access,
            audit_log,
            anonymous_access,
            write_inverted: _,
        } = self;
        let switches = [
            (Policy::ExternalGuestAccess, external_guest_access),
            (Policy::OauthAccess, oauth_access),
            (Policy::SshAccess, ssh_access),
            (Policy::AuditLog, audit_log),
            (Policy::AnonymousAccess, anonymous_access),
        ];
        let named = switches.into_iter().filter_map(|(policy, switch)| {
            let At { value, span } = (*switch)?;
            let (enabled, place) = (value, places.of(span));
            Some((policy, DesiredPolicy { enabled, place }))
        });
        named.collect()
    }
}
