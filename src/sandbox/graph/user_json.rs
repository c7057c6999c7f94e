//! How Microsoft Graph writes a user: the fields that were selected, straight from the world.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::model::ids::ObjectId;
use crate::model::live::{InvitationStatus, UserType};
use crate::sandbox::world::{DirectoryUser, Stamp};

use super::error::Refusal;

/// Fields that come without `$select`.
const DEFAULT: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
];

/// Fields that come only when they are selected.
const ON_DEMAND: [&str; 20] = [
    "accountEnabled",
    "companyName",
    "createdDateTime",
    "creationType",
    "deletedDateTime",
    "department",
    "employeeId",
    "employeeType",
    "externalUserState",
    "externalUserStateChangeDateTime",
    "identities",
    "mailNickname",
    "onPremisesImmutableId",
    "onPremisesSyncEnabled",
    "otherMails",
    "proxyAddresses",
    "showInAddressList",
    "usageLocation",
    "userType",
    "imAddresses",
];

/// Fields of one user that no list of users gives.
const NOT_IN_LISTS: [&str; 5] = [
    "aboutMe",
    "skills",
    "mailboxSettings",
    "interests",
    "hireDate",
];

/// Plain text properties, which the world keeps by name.
pub(super) const TEXTS: [&str; 13] = [
    "companyName",
    "department",
    "employeeId",
    "employeeType",
    "givenName",
    "jobTitle",
    "mailNickname",
    "mobilePhone",
    "officeLocation",
    "onPremisesImmutableId",
    "preferredLanguage",
    "surname",
    "usageLocation",
];

/// The fields that an answer holds.
#[derive(Clone, Debug)]
pub(super) struct Fields(Vec<&'static str>);

impl Fields {
    /// The fields of a `$select`, or those that come without one.
    pub(super) fn selected(select: Option<&str>) -> Result<Self, Refusal> {
        let Some(select) = select.filter(|select| !select.trim().is_empty()) else {
            return Ok(Self(DEFAULT.to_vec()));
        };
        let known = |name: &str| property(name).ok_or_else(|| unknown(name));
        let names: Result<Vec<_>, _> = select.split(',').map(|n| known(n.trim())).collect();
        names.map(Self)
    }
}

/// A field by its name in any case.
pub(super) fn property(name: &str) -> Option<&'static str> {
    let mut all = DEFAULT.iter().chain(&ON_DEMAND);
    all.find(|known| known.eq_ignore_ascii_case(name)).copied()
}

pub(super) fn unknown(name: &str) -> Refusal {
    if NOT_IN_LISTS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
    {
        let status = axum::http::StatusCode::NOT_IMPLEMENTED;
        let message = "This operation target is not yet supported.";
        return Refusal::new(status, "NotImplemented", message);
    }
    let message =
        format!("Could not find a property named '{name}' on type 'microsoft.graph.user'.");
    Refusal::bad(message)
}

/// A user as an answer shows it.
pub(super) struct UserJson<'a> {
    pub(super) id: ObjectId,
    pub(super) user: &'a DirectoryUser,
    pub(super) fields: &'a Fields,
    /// The annotations in front.
    pub(super) annotations: &'a [(&'static str, String)],
    /// When it was deleted, if it was.
    pub(super) deleted: Option<Stamp>,
    /// The domain that the tenant was created with.
    pub(super) initial_domain: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignInIdentity<'a> {
    sign_in_type: &'a str,
    issuer: &'a str,
    issuer_assigned_id: Option<&'a str>,
}

impl Serialize for UserJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.annotations {
            map.serialize_entry(name, value)?;
        }
        let user = self.user;
        let state = user.invitation.map(|invitation| invitation.status);
        for name in &self.fields.0 {
            match *name {
                "id" => map.serialize_entry(name, &self.id)?,
                "userPrincipalName" => map.serialize_entry(name, &self.principal_name())?,
                "displayName" => map.serialize_entry(name, &user.display_name)?,
                "mail" => map.serialize_entry(name, &user.mail)?,
                "otherMails" => map.serialize_entry(name, &user.other_mails)?,
                "proxyAddresses" => map.serialize_entry(name, &proxy_addresses(user))?,
                "userType" => map.serialize_entry(name, user_type(user.user_type))?,
                "accountEnabled" => map.serialize_entry(name, &user.enabled)?,
                "externalUserState" => map.serialize_entry(name, &state.map(external_state))?,
                "externalUserStateChangeDateTime" => {
                    let changed = user.invitation.map(|i| i.changed.graph().to_string());
                    map.serialize_entry(name, &changed)?;
                }
                "creationType" => map.serialize_entry(name, &state.map(|_| "Invitation"))?,
                "identities" => map.serialize_entry(name, &self.identities())?,
                "onPremisesSyncEnabled" => {
                    map.serialize_entry(name, &user.synced.then_some(true))?;
                }
                "createdDateTime" => {
                    map.serialize_entry(name, &user.created.graph().to_string())?;
                }
                "deletedDateTime" => {
                    let deleted = self.deleted.map(|stamp| stamp.graph().to_string());
                    map.serialize_entry(name, &deleted)?;
                }
                "businessPhones" | "imAddresses" => map.serialize_entry(name, &[(); 0])?,
                "showInAddressList" => {
                    map.serialize_entry(name, &state.map(|_| false))?;
                }
                text => map.serialize_entry(text, &user.details.get(text))?,
            }
        }
        map.end()
    }
}

impl UserJson<'_> {
    /// A deleted user's name is freed by putting its id in front.
    fn principal_name(&self) -> String {
        let name = &self.user.user_principal_name;
        match self.deleted {
            Some(_) => format!("{}{name}", self.id.guid().simple()),
            None => name.clone(),
        }
    }

    fn identities(&self) -> Vec<SignInIdentity<'_>> {
        let own = SignInIdentity {
            sign_in_type: "userPrincipalName",
            issuer: self.initial_domain,
            issuer_assigned_id: Some(&self.user.user_principal_name),
        };
        let redeemed = self.user.invitation.map(|invitation| invitation.status);
        let federated = (redeemed == Some(InvitationStatus::Accepted)).then_some(SignInIdentity {
            sign_in_type: "federated",
            issuer: "mail",
            issuer_assigned_id: None,
        });
        std::iter::once(own).chain(federated).collect()
    }
}

pub(super) const fn user_type(user_type: UserType) -> &'static str {
    match user_type {
        UserType::Member => "Member",
        UserType::Guest => "Guest",
    }
}

pub(super) const fn external_state(status: InvitationStatus) -> &'static str {
    match status {
        InvitationStatus::Pending => "PendingAcceptance",
        InvitationStatus::Accepted => "Accepted",
    }
}

/// The address for mail is the primary one.
pub(super) fn proxy_addresses(user: &DirectoryUser) -> Vec<String> {
    let primary = user.mail.iter().map(|mail| format!("SMTP:{mail}"));
    primary.collect()
}
