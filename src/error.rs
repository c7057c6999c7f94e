//! Errors at the rim: what failed, why, what to do, and the exit status. The only place that knows
//! the numbers.

mod stores;

use std::fmt::{self, Display};
use std::process::ExitCode;

use miette::Diagnostic;

use crate::apply::port::{ApiError, ApiErrorKind, Call, StepError};
use crate::azure::settings::SetupError;
use crate::plan::file::PlanFileError;

/// The exit status of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or no changes.
    Done,
    /// Something failed.
    Failure,
    /// The plan has changes, with `--detailed-exitcode`.
    Changes,
    /// The command line or org.toml is wrong.
    Usage,
    /// A guard or a fatal finding refuses.
    Refused,
    /// Somebody else is at work, or a saved plan is stale.
    Locked,
    /// Partly applied, or interrupted; apply again.
    Partial,
    /// Waiting for a person at the gate.
    Gate,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failure => 1,
            Self::Changes => 2,
            Self::Usage => 3,
            Self::Refused => 4,
            Self::Locked => 5,
            Self::Partial => 6,
            Self::Gate => 7,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// An error as the user sees it.
#[derive(Debug)]
pub struct CommandError {
    /// The exit status it leads to.
    pub exit: Exit,
    message: String,
    help: Option<String>,
}

impl CommandError {
    /// An error with a message: a lower-case sentence without a full stop.
    pub fn new(exit: Exit, message: impl Display) -> Self {
        Self {
            exit,
            message: message.to_string(),
            help: None,
        }
    }

    /// The same with advice.
    #[must_use = "returns the error with the advice"]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CommandError {}

impl Diagnostic for CommandError {
    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn Display>)
    }
}

/// What to do where the sandbox's certificate is not trusted.
pub const TRUST: &str = "set SSL_CERT_FILE to the file that `orgctl sandbox serve --tls` names; it is \
                         made anew each time the sandbox starts";

/// Advice on a step that was not carried out.
pub fn advice_on_step(error: &StepError) -> Option<&'static str> {
    match error {
        StepError::Api(error) => advice(error),
        StepError::File { .. } => {
            Some("see to the disk and the folder, then run the command again")
        }
        StepError::NoRequest { .. } | StepError::Password { .. } | StepError::NotShown { .. } => {
            None
        }
    }
}

/// Advice on a request that did not succeed.
pub fn advice(error: &ApiError) -> Option<&'static str> {
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
        ApiErrorKind::Authentication => Some(
            "sign in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and \
             AZURE_CLIENT_SECRET; for Azure DevOps a personal access token in \
             AZURE_DEVOPS_EXT_PAT will do",
        ),
        ApiErrorKind::Forbidden => Some(RIGHTS),
        ApiErrorKind::NotFound => Some(
            "check organization.name and tenant in org.toml. Where both are right, the service may \
             hide what the caller has no right to: the caller must be a Project Collection \
             Administrator",
        ),
        ApiErrorKind::Throttled => Some("wait some minutes, then run the command again"),
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

/// Refusals to connect or disconnect an organization, by words that people have met in the portal
/// and reported, and what to do about each. The route is not documented, and its errors have no
/// codes.
const TENANT_REFUSALS: [(&str, &str); 7] = [
    (
        "only active members of the aad tenant",
        "have somebody connect it who is a member of the tenant, not a guest; or have an \
         administrator of the tenant make the caller a member: the user's \"user type\" in Microsoft \
         Entra ID. It may take hours until Azure DevOps knows",
    ),
    (
        "does not have permission to access the tenant",
        "the caller has no account in the tenant: sign in with an account of it, or have the caller \
         invited to it and made a member there",
    ),
    (
        "multiple active identities with the same upn",
        "remove or rename all but one of the users with that sign-in name in the organization \
         settings, then apply again",
    ),
    (
        "400101",
        "do not try again: Azure DevOps found its own table of identities spoilt. The state is \
         kept; open a case with Azure DevOps support, with the text above \
         and the request id, and apply again once they have mended it",
    ),
    (
        "prc_updateidentityidtranslations",
        "do not try again: open a case with Azure DevOps support, with the text above and the \
         request id, and apply again once they have mended it",
    ),
    (
        "tenant disconnection failed",
        "open a case with Azure DevOps support, with the text above and the request id",
    ),
    (
        "owner of the organization must be a microsoft account",
        "make somebody with a personal Microsoft account the owner, in the organization settings, \
         then apply again",
    ),
];

/// What the tenant's own policy says is the tenant's to choose, so any other denial may be that.
const MAYBE_RESTRICTED: &str = "the caller must be a Project Collection Administrator of the \
                                organization; and where the tenant restricts who may create \
                                organizations, an Azure DevOps Administrator of the tenant has to \
                                put the caller on the policy's allow list, for connecting is \
                                restricted with it";

fn advice_on_tenant(error: &ApiError) -> Option<&'static str> {
    let message = error.message.to_lowercase();
    let known = TENANT_REFUSALS
        .iter()
        .find(|(words, _)| message.contains(words));
    known.map(|(_, advice)| *advice).or_else(|| {
        matches!(error.kind, ApiErrorKind::Forbidden | ApiErrorKind::Refused)
            .then_some(MAYBE_RESTRICTED)
    })
}

impl From<ApiError> for CommandError {
    fn from(error: ApiError) -> Self {
        let help = advice(&error).map(str::to_owned);
        Self {
            exit: Exit::Failure,
            message: error.to_string(),
            help,
        }
    }
}

/// What opens the list of a tenant's organizations.
pub(crate) const SIGN_IN_TO_TENANT: &str = "sign in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and \
                       AZURE_CLIENT_SECRET: the list is given to tokens of Microsoft Entra ID only";

impl From<SetupError> for CommandError {
    fn from(error: SetupError) -> Self {
        let help = match &error {
            SetupError::Trust { .. } => Some(TRUST.to_owned()),
            SetupError::PersonalTokenOnly => Some(SIGN_IN_TO_TENANT.to_owned()),
            SetupError::Endpoint { .. } | SetupError::Client(_) => None,
        };
        Self {
            exit: Exit::Usage,
            message: error.to_string(),
            help,
        }
    }
}

impl From<PlanFileError> for CommandError {
    fn from(error: PlanFileError) -> Self {
        Self::new(Exit::Failure, error).help("make a new one with `orgctl plan --out FILE`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(call: Call, url: &str, message: &str) -> ApiError {
        ApiError {
            kind: ApiErrorKind::Refused,
            ..ApiError::unexpected(call, "POST", url.to_owned(), message.to_owned())
        }
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
