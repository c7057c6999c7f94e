//! What goes over the wire: the shapes of Microsoft Graph v1.0 and of the sign-in service's
//! discovery document, read leniently.

use serde::{Deserialize, Serialize};

use crate::azure::transport::text::{Text, or_default};
use crate::model::ids::ObjectId;

/// What is asked of a user. The default fields have changed before, so they are always named; see
/// "List users" in the Graph reference.
pub(crate) const USER_FIELDS: &str = "id,userPrincipalName,displayName,mail,otherMails,userType,accountEnabled,externalUserState,\
     onPremisesSyncEnabled,createdDateTime";

/// A page of a list. Without a list it is no answer: what cannot be seen is not gone.
#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub(crate) struct Page<'a, T> {
    pub(crate) value: Vec<T>,
    #[serde(rename = "@odata.nextLink", borrow, default)]
    pub(crate) next_link: Text<'a>,
}

/// A user.
#[expect(clippy::struct_field_names, reason = "the names of the wire")]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User<'a> {
    #[serde(borrow, default)]
    pub(crate) id: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) user_principal_name: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) display_name: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) mail: Text<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) other_mails: Vec<Text<'a>>,
    #[serde(borrow, default)]
    pub(crate) user_type: Text<'a>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) account_enabled: Option<bool>,
    #[serde(borrow, default)]
    pub(crate) external_user_state: Text<'a>,
    /// Only in the list of the deleted ones.
    #[serde(borrow, default)]
    pub(crate) deleted_date_time: Text<'a>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) on_premises_sync_enabled: Option<bool>,
    #[serde(borrow, default)]
    pub(crate) created_date_time: Text<'a>,
}

/// A tenant.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Organization<'a> {
    #[serde(borrow, default)]
    pub(crate) id: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) display_name: Text<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) verified_domains: Vec<Domain<'a>>,
    #[serde(borrow, default)]
    pub(crate) tenant_type: Text<'a>,
}

/// A domain that a tenant has proved to own.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Domain<'a> {
    #[serde(borrow, default)]
    pub(crate) name: Text<'a>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) is_initial: Option<bool>,
}

/// The part of a discovery document that tells the tenant and its cloud.
#[derive(Deserialize)]
pub(crate) struct OpenIdConfiguration<'a> {
    #[serde(borrow, default)]
    pub(crate) token_endpoint: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) msgraph_host: Text<'a>,
}

/// Anything that was made, and has an id.
#[derive(Deserialize)]
pub(crate) struct Made<'a> {
    #[serde(borrow, default)]
    pub(crate) id: Text<'a>,
}

/// A user to make.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewUser<'a> {
    pub(crate) account_enabled: bool,
    pub(crate) display_name: &'a str,
    pub(crate) mail_nickname: String,
    pub(crate) user_principal_name: &'a str,
    pub(crate) password_profile: PasswordProfile<'a>,
}

/// A first password.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasswordProfile<'a> {
    pub(crate) force_change_password_next_sign_in: bool,
    pub(crate) password: &'a str,
}

/// An invitation to send.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewInvitation<'a> {
    pub(crate) invited_user_email_address: &'a str,
    pub(crate) invite_redirect_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invited_user_display_name: Option<&'a str>,
    pub(crate) send_invitation_message: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invited_user_message_info: Option<MessageInfo<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) reset_redemption: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invited_user: Option<MadeId>,
}

/// Whom an invitation is for, where they are there already.
#[derive(Serialize)]
pub(crate) struct MadeId {
    pub(crate) id: ObjectId,
}

/// What the mail says.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageInfo<'a> {
    pub(crate) customized_message_body: &'a str,
}

/// What is kept of a sent invitation. The redeem URL is a secret, and in no answer but this.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Invitation<'a> {
    #[serde(borrow, default)]
    pub(crate) invite_redeem_url: Text<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) invited_user: Option<Made<'a>>,
}
