//! Why the service refuses to connect or disconnect an organization, and what to do about it.

use crate::apply::port::{ApiError, ApiErrorKind};

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
pub(super) const MAYBE_RESTRICTED: &str = "the caller must be a Project Collection Administrator of the \
                                organization; and where the tenant restricts who may create \
                                organizations, an Azure DevOps Administrator of the tenant has to \
                                put the caller on the policy's allow list, for connecting is \
                                restricted with it";

/// What to do about a change of tenant that was refused.
pub(super) fn advice_on_tenant(error: &ApiError) -> Option<&'static str> {
    let message = error.message.to_lowercase();
    let known = TENANT_REFUSALS
        .iter()
        .find(|(words, _)| message.contains(words));
    known.map(|(_, advice)| *advice).or_else(|| {
        matches!(error.kind, ApiErrorKind::Forbidden | ApiErrorKind::Refused)
            .then_some(MAYBE_RESTRICTED)
    })
}
