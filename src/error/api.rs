//! What to do about a request that did not succeed.

use super::tenant::advice_on_tenant;
use super::{CommandError, Exit};
use crate::apply::port::{ApiError, ApiErrorKind, Call, CallError, StepError};
use crate::azure::settings::SetupError;

/// What to do where the sandbox's certificate is not trusted.
pub const TRUST: &str = "set SSL_CERT_FILE to the file that `orgctl sandbox serve --tls` names; it is \
                         made anew each time the sandbox starts";

/// Advice on a step that was not carried out.
pub fn advice_on_step(error: &StepError) -> Option<&'static str> {
    match error {
        StepError::Call(error) => advice(error),
        StepError::File { .. } => {
            Some("see to the disk and the folder, then run the command again")
        }
        StepError::NoRequest { .. } | StepError::Password { .. } | StepError::NotShown { .. } => {
            None
        }
    }
}

/// Advice on a call that failed.
pub fn advice(error: &CallError) -> Option<&'static str> {
    match error {
        CallError::Api(error) => advice_on_request(error),
        CallError::SignIn { .. } => Some(SIGN_IN),
        CallError::NoTurn { .. } => Some(LATER),
    }
}

fn advice_on_request(error: &ApiError) -> Option<&'static str> {
    let is_refused = matches!(
        error.kind,
        ApiErrorKind::Authentication
            | ApiErrorKind::Forbidden
            | ApiErrorKind::NotFound
            | ApiErrorKind::Refused
    );
    if is_refused && error.call == Call::SendMail {
        return Some(
            "notices.sender must be a mailbox of the tenant, and whoever is signed in must be \
             allowed to send from it (Mail.Send); or write files with deliver = \"files\"",
        );
    }
    if error.call == Call::ChangeTenant
        && let Some(advice) = advice_on_tenant(error)
    {
        return Some(advice);
    }
    match error.kind {
        ApiErrorKind::Authentication if knows_the_caller(error) => Some(RIGHTS),
        ApiErrorKind::Authentication => Some(SIGN_IN),
        ApiErrorKind::Forbidden => Some(RIGHTS),
        ApiErrorKind::NotFound => Some(
            "check organization.name and tenant in org.toml. Where both are right, the service may \
             hide what the caller has no right to: the caller must be a Project Collection \
             Administrator",
        ),
        ApiErrorKind::Throttled => Some(LATER),
        ApiErrorKind::Unreachable => {
            Some("check the network and the proxy settings, then run the command again")
        }
        ApiErrorKind::Untrusted => Some(TRUST),
        ApiErrorKind::Service => Some(
            "run the command again; if it stays, give the service's \
             support the request id",
        ),
        ApiErrorKind::Refused | ApiErrorKind::Unexpected => None,
    }
}

const SIGN_IN: &str = "sign in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and \
                       AZURE_CLIENT_SECRET; for Azure DevOps a personal access token in \
                       AZURE_DEVOPS_EXT_PAT will do";

const LATER: &str = "wait some minutes, then run the command again";

const RIGHTS: &str = "the caller must be a Project Collection Administrator of the organization, \
                      and may read users, invite guests and create users in the directory";

/// Whether the service took the token, and refused the person: it answers 401 to that in places, and
/// names them. Where it did not take the token the name is empty.
fn knows_the_caller(error: &ApiError) -> bool {
    error
        .message
        .strip_prefix("TF400813: The user '")
        .is_some_and(|rest| !rest.starts_with('\''))
}

impl From<CallError> for CommandError {
    fn from(error: CallError) -> Self {
        Self::of(Exit::Failure, &error).hints(advice(&error))
    }
}

/// What opens the list of a tenant's organizations.
pub(crate) const SIGN_IN_TO_TENANT: &str = "sign in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and \
                       AZURE_CLIENT_SECRET: the list is given to tokens of Microsoft Entra ID only";

impl From<SetupError> for CommandError {
    fn from(error: SetupError) -> Self {
        let hint = match &error {
            SetupError::Trust { .. } => Some(TRUST),
            SetupError::PersonalTokenOnly => Some(SIGN_IN_TO_TENANT),
            SetupError::Endpoint { .. } | SetupError::Client(_) => None,
        };
        Self::of(Exit::Usage, &error).hints(hint)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tenant::MAYBE_RESTRICTED;
    use super::*;

    fn refused(call: Call, url: &str, message: &str) -> CallError {
        CallError::Api(ApiError {
            kind: ApiErrorKind::Refused,
            ..ApiError::unexpected(call, "POST", url.to_owned(), message.to_owned())
        })
    }

    #[test]
    fn advice_on_what_was_no_request_follows_the_variant() {
        let (message, request) = (String::new(), String::new());
        let error = CallError::SignIn { message, request };
        assert!(advice(&error).unwrap().starts_with("sign in with"));
        let (message, request) = (String::new(), String::new());
        let error = CallError::NoTurn { message, request };
        assert!(advice(&error).unwrap().starts_with("wait some minutes"));
    }

    #[test]
    fn advice_follows_the_call_whatever_the_url() {
        let mail = "https://graph.microsoft.com/v1.0/me/sendMail";
        let tenant = "https://vssps.dev.azure.com/contoso/_apis/Organization/Organizations/Me";
        for url in [mail, tenant, "https://elsewhere.example", ""] {
            let on_mail = advice(&refused(Call::SendMail, url, "no mailbox"));
            assert!(on_mail.unwrap().contains("notices.sender"), "{url}");
            let on_tenant = advice(&refused(Call::ChangeTenant, url, "no"));
            assert_eq!(on_tenant, Some(MAYBE_RESTRICTED), "{url}");
            let spoilt = advice(&refused(Call::ChangeTenant, url, "TF400101: spoilt"));
            assert!(spoilt.unwrap().contains("do not try again"), "{url}");
            assert_eq!(
                advice(&refused(Call::MapMember, url, "400101")),
                None,
                "{url}"
            );
        }
    }

    #[test]
    fn advice_on_a_step_tells_a_disk_from_a_request() {
        let file = StepError::File {
            path: "notices/lee.md".to_owned(),
            message: "the disk is full".to_owned(),
        };
        assert!(advice_on_step(&file).unwrap().contains("see to the disk"));
        let request = refused(Call::SendMail, "", "no mailbox");
        assert_eq!(advice_on_step(&request.clone().into()), advice(&request));
    }
}
