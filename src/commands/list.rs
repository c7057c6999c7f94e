//! `orgctl list`: the organizations that a tenant backs.

use clap::{Args, ValueEnum};

use super::rim::output::Output;
use super::rim::session::Session;
use crate::apply::port::{ApiErrorKind, CallError};
use crate::azure::TenantServices;
use crate::error::{CommandError, Exit, SIGN_IN_TO_TENANT};
use crate::model::desired::TenantRef;
use crate::model::ids::OrganizationName;
use crate::report::catalog::{self, Listing};
use crate::report::style::Look;

/// Options of `list`.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// The tenant, by its id or one of its domains; without it, the one that org.toml names
    #[arg(long, value_name = "ID|DOMAIN")]
    pub(crate) tenant: Option<TenantRef>,
    /// How to print it
    #[arg(long, default_value = "text")]
    pub(crate) format: ListFormat,
}

/// The form of a list of organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For a spreadsheet; no cell can begin a formula.
    Csv,
}

pub(super) async fn run(
    session: &Session,
    args: &ListArgs,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let Some((tenant, own)) = named(session, args, output)? else {
        return Ok(Exit::Usage);
    };
    let (settings, sandbox) = session.settings(output).await?;
    let read = match TenantServices::new(settings, tenant.clone()) {
        Ok(services) => services.catalog().await.map_err(unread),
        Err(error) => Err(error.into()),
    };
    if let Some(played) = sandbox {
        played.close().await?;
    }
    let listing = Listing {
        catalog: &read?,
        tenant: &tenant,
        own: own.as_ref(),
    };
    output.data(&printed(&listing, args.format, output.look)?)?;
    Ok(Exit::Done)
}

/// A list of organizations in one of its forms.
fn printed(listing: &Listing<'_>, format: ListFormat, look: Look) -> Result<String, CommandError> {
    match format {
        ListFormat::Text => Ok(catalog::text(listing, look)),
        ListFormat::Json => catalog::json(listing.catalog).map_err(|error| unwritable(&error)),
        ListFormat::Csv => catalog::csv(listing.catalog).map_err(|error| unwritable(&error)),
    }
}

fn unwritable(error: &dyn std::error::Error) -> CommandError {
    CommandError::of(Exit::Failure, error)
}

/// The tenant that is meant, and the organization of org.toml if that names it. Nothing when
/// org.toml has mistakes, which have been printed.
fn named(
    session: &Session,
    args: &ListArgs,
    output: &mut Output,
) -> Result<Option<(TenantRef, Option<OrganizationName>)>, CommandError> {
    if let Some(tenant) = &args.tenant {
        return Ok(Some((tenant.clone(), None)));
    }
    let path = session.config_path();
    if !path.exists() {
        let text = format!(
            "no tenant is named, and there is no file {}",
            path.display()
        );
        let help = "pass --tenant with the id of a tenant or one of its domains";
        return Err(CommandError::new(Exit::Usage, text).help(help));
    }
    let config = session.load_config(output)?;
    Ok(config.map(|config| {
        let desired = config.resolved.desired;
        (desired.tenant, Some(desired.organization))
    }))
}

fn unread(error: CallError) -> CommandError {
    let help = match &error {
        CallError::SignIn { .. } => Some(SIGN_IN_TO_TENANT),
        CallError::NoTurn { .. } => None,
        CallError::Api(error) => help_on(error.kind),
    };
    match help {
        Some(help) => CommandError::new(Exit::Failure, error).help(help),
        None => error.into(),
    }
}

fn help_on(kind: ApiErrorKind) -> Option<&'static str> {
    match kind {
        ApiErrorKind::Authentication | ApiErrorKind::Forbidden => Some(
            "sign in to this very tenant, as somebody of it; the service may keep the list for the \
             role Azure DevOps Administrator in the tenant",
        ),
        ApiErrorKind::NotFound => Some("check the id or domain of the tenant"),
        ApiErrorKind::Unexpected | ApiErrorKind::Refused => Some(
            "the request is not documented by Microsoft and may have changed; the page of the \
             organization settings named Microsoft Entra ID has the same list under Download",
        ),
        ApiErrorKind::Throttled
        | ApiErrorKind::Service
        | ApiErrorKind::Unreachable
        | ApiErrorKind::Untrusted => None,
    }
}
