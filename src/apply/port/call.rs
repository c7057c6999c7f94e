//! Calls of the services by name: which one a request is, whatever its URL looks like.

/// A call of one of the services. Advice about a refusal depends on it, never on a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Azure DevOps: which organization it is, and who asks.
    ConnectionData,
    /// Azure DevOps: what backs the organization. Needs no credentials.
    Backing,
    /// Azure DevOps: users who have lost their sign-in.
    DisconnectedUsers,
    /// Azure DevOps: projects.
    Projects,
    /// Azure DevOps: policies of the organization.
    ReadPolicies,
    /// Azure DevOps: switches a policy.
    SetPolicy,
    /// Azure DevOps: who owns the organization.
    Owner,
    /// Azure DevOps: users as the organization's own graph has them.
    Subjects,
    /// Azure DevOps: groups.
    Groups,
    /// Azure DevOps: what a user or a group is a member of.
    GroupMemberships,
    /// Azure DevOps: the present name of a user.
    Descriptor,
    /// Azure DevOps: several users by their storage keys.
    Identities,
    /// Azure DevOps: maps a member to a directory identity.
    MapMember,
    /// Azure DevOps: personal access tokens and SSH keys of a user.
    Credentials,
    /// Azure DevOps: revokes personal access tokens or SSH keys.
    RevokeCredentials,
    /// Azure DevOps: who may create organizations in a tenant.
    CreationPolicy,
    /// Azure DevOps: connects the organization to a tenant, or disconnects it.
    ChangeTenant,
    /// Azure DevOps: members with their access levels.
    Members,
    /// Azure DevOps: sets access levels and membership of projects.
    SetAccess,
    /// Azure DevOps: removes a user from the organization.
    RemoveMember,
    /// Azure DevOps: licences of the organization.
    Licences,
    /// Azure DevOps: rules that give access to groups of the directory.
    GroupRules,
    /// Azure DevOps: organizations of a tenant.
    Organizations,
    /// Microsoft Graph: who is signed in.
    SignedIn,
    /// Microsoft Graph: which roles of the directory the caller has.
    OwnRoles,
    /// Microsoft Graph: the tenant and its domains.
    Tenant,
    /// Microsoft Graph: how many users the tenant has.
    CountUsers,
    /// Microsoft Graph: users of the tenant.
    Users,
    /// Microsoft Graph: who may invite guests.
    InvitationPolicy,
    /// Microsoft Graph: from which domains guests may come.
    GuestDomains,
    /// Microsoft Graph: several requests in one.
    Batch,
    /// Microsoft Graph: creates a user.
    CreateUser,
    /// Microsoft Graph: deletes a user.
    DeleteUser,
    /// Microsoft Graph: restores a deleted user.
    RestoreUser,
    /// Microsoft Graph: invites a guest.
    Invite,
    /// Microsoft Graph: sends a mail.
    SendMail,
    /// Sign-in service: looks a tenant up by its domain.
    FindTenant,
    /// Sign-in service: gives a token.
    Token,
}
