//! How Microsoft Graph writes a user: the fields that were selected, straight from the world.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::world::{DirectoryUser, Stamp, World};
use orgctl_model::ids::ObjectId;
use orgctl_model::live::{InvitationStatus, UserType};

use crate::graph::error::Refusal;
use crate::graph::list::row::Row;
use crate::graph::shape::{Kind, USER, refuse_single_only};

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

/// Fields that `User.ReadBasic.All` reaches.
const BASIC: [&str; 7] = [
    "displayName",
    "givenName",
    "id",
    "mail",
    "securityIdentifier",
    "surname",
    "userPrincipalName",
];

/// Plain text properties, which the world keeps by name.
pub(crate) const TEXTS: [&str; 20] = [
    "city",
    "companyName",
    "country",
    "department",
    "employeeId",
    "employeeType",
    "faxNumber",
    "givenName",
    "jobTitle",
    "mailNickname",
    "mobilePhone",
    "officeLocation",
    "onPremisesImmutableId",
    "passwordPolicies",
    "postalCode",
    "preferredLanguage",
    "state",
    "streetAddress",
    "surname",
    "usageLocation",
];

/// The fields that an answer holds.
#[derive(Clone, Debug)]
pub(crate) struct Fields(Vec<&'static str>);

impl Fields {
    /// The fields of a `$select`, or those that come without one.
    pub(crate) fn selected(select: Option<&str>) -> Result<Self, Refusal> {
        USER.selected(select).map(Self::named)
    }

    /// The same for a list, which does not have all of them.
    pub(crate) fn of_list(select: Option<&str>) -> Result<Self, Refusal> {
        let names = USER.selected(select)?;
        refuse_single_only(names.as_deref().unwrap_or_default())?;
        Ok(Self::named(names))
    }

    pub(crate) fn named(names: Option<Vec<&'static str>>) -> Self {
        Self(names.unwrap_or_else(|| DEFAULT.to_vec()))
    }

    /// Whether more is asked for than the few fields that everybody may read.
    pub(crate) fn exceed_basic(&self) -> bool {
        self.0.iter().any(|name| !BASIC.contains(name))
    }

    pub(crate) fn names(&self) -> &[&'static str] {
        &self.0
    }
}

/// A user as an answer shows it.
pub(crate) struct UserJson<'a> {
    pub(crate) id: ObjectId,
    pub(crate) user: &'a DirectoryUser,
    pub(crate) fields: &'a Fields,
    /// The annotations in front.
    pub(crate) annotations: &'a [(&'static str, String)],
    /// When it was deleted, if it was.
    pub(crate) deleted: Option<Stamp>,
    /// The domain that the tenant was created with.
    pub(crate) initial_domain: &'a str,
    /// What it is related to, where that was asked for.
    pub(crate) expanded: Vec<(&'static str, Value)>,
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
                "businessPhones" => {
                    let phones: Vec<_> = user.details.get(*name).into_iter().collect();
                    map.serialize_entry(name, &phones)?;
                }
                "showInAddressList" => {
                    map.serialize_entry(name, &state.map(|_| false))?;
                }
                text => match USER.property(text) {
                    Some((_, Kind::Text | Kind::Moment)) => {
                        map.serialize_entry(text, &user.details.get(text))?;
                    }
                    Some((_, Kind::Flag)) => map.serialize_entry(text, &None::<bool>)?,
                    Some((_, Kind::Texts)) => map.serialize_entry(text, &[(); 0])?,
                    Some((_, Kind::Other)) | None => {}
                },
            }
        }
        for (name, value) in &self.expanded {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'a> UserJson<'a> {
    /// A user that is not deleted, with nothing around it.
    pub(crate) fn plain(
        world: &'a World,
        id: ObjectId,
        user: &'a DirectoryUser,
        fields: &'a Fields,
    ) -> Self {
        Self {
            id,
            user,
            fields,
            annotations: &[],
            deleted: None,
            initial_domain: &world.directory().initial_domain,
            expanded: Vec::new(),
        }
    }

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

pub(crate) const fn user_type(user_type: UserType) -> &'static str {
    match user_type {
        UserType::Member => "Member",
        UserType::Guest => "Guest",
    }
}

pub(crate) const fn external_state(status: InvitationStatus) -> &'static str {
    match status {
        InvitationStatus::Pending => "PendingAcceptance",
        InvitationStatus::Accepted => "Accepted",
    }
}

/// The address for mail is the primary one.
pub(crate) fn proxy_addresses(user: &DirectoryUser) -> Vec<String> {
    let primary = user.mail.iter().map(|mail| format!("SMTP:{mail}"));
    primary.collect()
}

/// A user of the directory, deleted or not, as lists look at it.
#[derive(Clone, Copy)]
pub(crate) struct UserRow<'a> {
    pub(crate) id: ObjectId,
    pub(crate) user: &'a DirectoryUser,
    pub(crate) deleted: Option<Stamp>,
}

impl Row for UserRow<'_> {
    fn id(&self) -> ObjectId {
        self.id
    }

    fn text(&self, property: &str) -> Option<String> {
        let user = self.user;
        let state = user.invitation.map(|invitation| invitation.status);
        match USER.property(property)?.0 {
            "id" => Some(self.id.to_string()),
            "userPrincipalName" => Some(user.user_principal_name.clone()),
            "displayName" => Some(user.display_name.clone()),
            "mail" => user.mail.clone(),
            "userType" => Some(user_type(user.user_type).to_owned()),
            "accountEnabled" => Some(user.enabled.to_string()),
            "externalUserState" => state.map(|state| external_state(state).to_owned()),
            "creationType" => state.map(|_| "Invitation".to_owned()),
            "onPremisesSyncEnabled" => user.synced.then(|| "true".to_owned()),
            "createdDateTime" => Some(user.created.graph().to_string()),
            "deletedDateTime" => self.deleted.map(|stamp| stamp.graph().to_string()),
            "externalUserStateChangeDateTime" => Some(user.invitation?.changed.graph().to_string()),
            text if TEXTS.contains(&text) => user.details.get(text).cloned(),
            _ => None,
        }
    }

    fn elements(&self, property: &str) -> Vec<String> {
        match USER.property(property).map(|(name, _)| name) {
            Some("otherMails") => self.user.other_mails.clone(),
            Some("proxyAddresses") => proxy_addresses(self.user),
            Some("businessPhones") => self
                .user
                .details
                .get("businessPhones")
                .cloned()
                .into_iter()
                .collect(),
            _ => Vec::new(),
        }
    }
}
