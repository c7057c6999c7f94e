//! The rule behind each finding, and what to do about it.

use super::evidence::Evidence;

/// What to do, one text a rule. A finding whose reasons differ has its texts with the reasons.
mod text {
    pub(super) const CONNECTION_UNKNOWN: &str =
        "check the organization's name, and try again in a few minutes";
    pub(super) const PROTECTED_REMOVAL: &str =
        "take the line out of [remove], or the person out of guards.protected";
    pub(super) const CALLER_REMOVED: &str =
        "have another administrator apply it, or take the line out of [remove]";
    pub(super) const NO_ADMINISTRATOR_LEFT: &str =
        "make somebody who stays a Project Collection Administrator first";
    pub(super) const SAME_USER: &str = "keep the line that says what you mean, delete the other";
    pub(super) const TARGET_DISABLED: &str =
        "enable the account in the directory, or remove the person";
    pub(super) const GUEST_IS_MEMBER: &str = "move the person to [members]";
    pub(super) const TOO_MANY_REMOVALS: &str =
        "remove fewer people at once, or raise guards.max_removals in a reviewed change";
    pub(super) const TOO_LARGE_REMOVAL_SHARE: &str =
        "remove fewer people at once, or raise guards.max_removal_percent in a reviewed change";
    pub(super) const TOO_MANY_USERS: &str = "have Microsoft support map them, and set guards.unmapped_users = \"warn\" to connect \
         before that; or raise guards.max_users in a reviewed change to plan the mappings all \
         the same";
    pub(super) const NOT_MAPPED: &str =
        "give Microsoft support these pairs; once somebody is mapped, the plan says so";
    pub(super) const SHARED_PRINCIPAL_NAME: &str =
        "remove or rename all but one of them in the organization settings";
    pub(super) const UNCOVERED: &str =
        "add them to [members], [guests] or [remove], or set guards.unlisted_users = \"warn\"";
    pub(super) const TARGET_ACTIVE: &str =
        "remove the newer of the two users from the organization, then plan again";
    pub(super) const TARGET_MISSING: &str =
        "correct the address, or add create = true and a name to make the identity";
    pub(super) const OWN_DOMAIN_GUEST: &str =
        "move the person to [members], with create = true if they have no account yet";
    pub(super) const NOT_IN_ORGANIZATION: &str = "delete the line, or correct the address";
    pub(super) const POLICY_UNKNOWN: &str = "have a Project Collection Administrator apply it";
    pub(super) const POLICY_INVERTED: &str = "compare it with the switch in the portal; where both agree, allow it with \
         policies.write_inverted = true";
    pub(super) const CREDENTIALS_UNKNOWN: &str = "have a Project Collection Administrator plan it, with a token of the scope \
         vso.tokenadministration";
    pub(super) const NO_SENDER: &str = "name the mailbox that sends under notices.sender";
    pub(super) const UNKNOWN_PROJECT: &str =
        "correct the name, or make the project in the portal first";
    pub(super) const MESSAGE_LEFT_OUT: &str = "name a mailbox under notices.sender, so that orgctl sends the mail itself, or have a \
         person apply";
    pub(super) const LEAVE_THE_GROUP: &str =
        "take them out of the group, in the directory or in the organization settings";
    pub(super) const GROUPS_KEEP_ACCESS: &str =
        "look at the next plan: it names whoever still comes in";
    pub(super) const GROUP_ONLY: &str = "have them sign in once, so that they get an access level";
    pub(super) const CALLER_NOT_ADMINISTRATOR: &str =
        "sign in as a Project Collection Administrator, or have one add the caller to that group";
    pub(super) const ADMINISTRATOR_BY_GROUP: &str =
        "if the caller is in none of these groups, sign in as somebody who is";
    pub(super) const TENANT_UNSUITABLE: &str =
        "name under [tenant] the tenant in which the organization's own people work";
    pub(super) const GUEST_DOMAIN_REFUSED: &str = "have the domain allowed in the tenant's external collaboration settings, or take the \
         person off [guests]";
    pub(super) const SOFT_DELETED: &str = "restore the user in the directory: a new one is somebody else to every service, and may \
         be refused";
    pub(super) const TOO_FEW_LICENCES: &str =
        "buy more under Billing in the organization settings, or give some people stakeholder";
    pub(super) const CREATION_RESTRICTED: &str = "have an Azure DevOps Administrator of the tenant put the caller on the policy's allow \
         list";
    pub(super) const SYNCED_USER: &str =
        "make the change in the directory on premises; it is synchronised from there";
    pub(super) const DIRECTORY_GROUPS_LOST: &str = "apply first writes them to a file beside the state; give the access of each to groups \
         of the new directory afterwards";
}

impl Evidence {
    /// The rule that found it.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::ConnectionUnknown => "connection_unknown",
            Self::Leaving(leaving) => leaving.rule(),
            Self::OwnerLockedOut { .. } => "owner_locked_out",
            Self::ProtectedRemoval { .. } => "protected_removal",
            Self::CallerRemoved { .. } => "caller_removed",
            Self::NoAdministratorLeft { .. } => "no_administrator_left",
            Self::SameUser { .. } => "same_user",
            Self::TargetDisabled { .. } => "target_disabled",
            Self::GuestIsMember { .. } => "guest_is_member",
            Self::TooManyRemovals { .. } => "too_many_removals",
            Self::TooLargeRemovalShare { .. } => "too_large_removal_share",
            Self::TooManyUsers { .. } => "too_many_users",
            Self::NotMapped { .. } => "not_mapped",
            Self::SharedPrincipalName { .. } => "shared_principal_name",
            Self::Uncovered { .. } => "uncovered",
            Self::TargetActive { .. } => "target_active",
            Self::TargetMissing { .. } => "target_missing",
            Self::OwnDomainGuest { .. } => "own_domain_guest",
            Self::NotInOrganization { .. } => "not_in_organization",
            Self::PolicyUnknown { .. } => "policy_unknown",
            Self::PolicyInverted { .. } => "policy_inverted",
            Self::CredentialsUnknown { .. } => "credentials_unknown",
            Self::NoSender => "no_sender",
            Self::UnknownProject { .. } => "unknown_project",
            Self::MessageLeftOut { .. } => "message_left_out",
            Self::KeepsAccess { .. } => "keeps_access",
            Self::StillComesIn { .. } => "still_comes_in",
            Self::GroupsKeepAccess { .. } => "groups_keep_access",
            Self::GroupOnly { .. } => "group_only",
            Self::CallerNotAdministrator { .. } => "caller_not_administrator",
            Self::AdministratorByGroup { .. } => "administrator_by_group",
            Self::CallerNotMember { .. } => "caller_not_member",
            Self::TenantUnsuitable { .. } => "tenant_unsuitable",
            Self::GuestDomainRefused { .. } => "guest_domain_refused",
            Self::InvitationRefused { .. } => "invitation_refused",
            Self::SoftDeleted { .. } => "soft_deleted",
            Self::TooFewLicences { .. } => "too_few_licences",
            Self::CreationRestricted { .. } => "creation_restricted",
            Self::SyncedUser { .. } => "synced_user",
            Self::DirectoryGroupsLost { .. } => "directory_groups_lost",
            Self::Unreadable { .. } => "unreadable",
        }
    }

    /// What to do about it.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::ConnectionUnknown => text::CONNECTION_UNKNOWN,
            Self::Leaving(leaving) => leaving.help(),
            Self::OwnerLockedOut { why, .. } => why.help(),
            Self::ProtectedRemoval { .. } => text::PROTECTED_REMOVAL,
            Self::CallerRemoved { .. } => text::CALLER_REMOVED,
            Self::NoAdministratorLeft { .. } => text::NO_ADMINISTRATOR_LEFT,
            Self::SameUser { .. } => text::SAME_USER,
            Self::TargetDisabled { .. } => text::TARGET_DISABLED,
            Self::GuestIsMember { .. } => text::GUEST_IS_MEMBER,
            Self::TooManyRemovals { .. } => text::TOO_MANY_REMOVALS,
            Self::TooLargeRemovalShare { .. } => text::TOO_LARGE_REMOVAL_SHARE,
            Self::TooManyUsers { .. } => text::TOO_MANY_USERS,
            Self::NotMapped { .. } => text::NOT_MAPPED,
            Self::SharedPrincipalName { .. } => text::SHARED_PRINCIPAL_NAME,
            Self::Uncovered { .. } => text::UNCOVERED,
            Self::TargetActive { .. } => text::TARGET_ACTIVE,
            Self::TargetMissing { .. } => text::TARGET_MISSING,
            Self::OwnDomainGuest { .. } => text::OWN_DOMAIN_GUEST,
            Self::NotInOrganization { .. } => text::NOT_IN_ORGANIZATION,
            Self::PolicyUnknown { .. } => text::POLICY_UNKNOWN,
            Self::PolicyInverted { .. } => text::POLICY_INVERTED,
            Self::CredentialsUnknown { .. } => text::CREDENTIALS_UNKNOWN,
            Self::NoSender => text::NO_SENDER,
            Self::UnknownProject { .. } => text::UNKNOWN_PROJECT,
            Self::MessageLeftOut { .. } => text::MESSAGE_LEFT_OUT,
            Self::KeepsAccess { .. } | Self::StillComesIn { .. } => text::LEAVE_THE_GROUP,
            Self::GroupsKeepAccess { .. } => text::GROUPS_KEEP_ACCESS,
            Self::GroupOnly { .. } => text::GROUP_ONLY,
            Self::CallerNotAdministrator { .. } => text::CALLER_NOT_ADMINISTRATOR,
            Self::AdministratorByGroup { .. } => text::ADMINISTRATOR_BY_GROUP,
            Self::CallerNotMember { why, .. } => why.help(),
            Self::TenantUnsuitable { .. } => text::TENANT_UNSUITABLE,
            Self::GuestDomainRefused { .. } => text::GUEST_DOMAIN_REFUSED,
            Self::InvitationRefused { why, .. } => why.help(),
            Self::SoftDeleted { .. } => text::SOFT_DELETED,
            Self::TooFewLicences { .. } => text::TOO_FEW_LICENCES,
            Self::CreationRestricted { .. } => text::CREATION_RESTRICTED,
            Self::SyncedUser { .. } => text::SYNCED_USER,
            Self::DirectoryGroupsLost { .. } => text::DIRECTORY_GROUPS_LOST,
            Self::Unreadable { what, .. } => what.help(),
        }
    }
}
