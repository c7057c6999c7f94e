//! Rules: what the planner has to say besides the steps.
//!
//! One file a rule holds all of it: its evidence, a struct below whose `Display` is the message; the
//! help; how grave it is; and its check. [`RULES`] lists them, and `docs/findings.md` is written from
//! that list.
//!
//! Most rules look at the `Draft` of a whole plan. Others are found where the steps of a kind
//! are made, for what they find decides whether there is a step; those kinds list them.
//!
//! To add a rule: a file, its `mod`, and a line in the list.

mod added_again;
mod administration;
mod administrator_by_group;
mod applications_lost;
mod caller_may_be_locked_out;
mod caller_not_administrator;
mod caller_not_member;
mod caller_removed;
mod connected_elsewhere;
mod connection_unknown;
mod creation_restricted;
mod credentials_unknown;
mod departure;
mod directory_groups_lost;
mod disconnected_elsewhere;
mod domain_not_verified;
mod draft;
mod finding;
mod group_access_lost;
mod group_only;
mod groups_keep_access;
mod guest_address_held;
mod guest_domain_refused;
mod guest_is_member;
mod guest_stays;
mod invitation_refused;
mod keeps_access;
mod level_by_group;
mod likeness;
mod lines_wait;
mod lockout;
mod message_left_out;
mod names_differ;
mod newcomer_disabled;
mod no_administrator_left;
mod no_sender;
mod not_in_organization;
mod not_mapped;
mod own_domain_guest;
mod owner_locked_out;
mod owner_may_not_be_personal;
mod owner_not_personal;
mod owner_unknown;
mod pairs;
mod pairs_crossed;
mod plus_address;
mod policy_inverted;
mod policy_unknown;
mod protected_removal;
mod protected_unknown;
mod removed_name_reused;
mod restore_in_doubt;
mod restore_refused;
mod same_user;
mod schema;
mod shared_principal_name;
mod sign_in_lost;
mod sign_in_remains;
mod sign_in_uncertain;
mod soft_deleted;
mod somebody_else;
mod still_comes_in;
mod synced_user;
mod target_active;
mod target_disabled;
mod target_missing;
mod target_renamed;
mod tenant_unsuitable;
mod too_few_licences;
mod too_large_removal_share;
mod too_many_removals;
mod too_many_users;
mod uncovered;
mod unknown_project;
mod unreadable;
mod words;

use std::borrow::Cow;

use schemars::{JsonSchema as _, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::model::desired::Place;

pub use self::caller_not_member::NoMember;
pub(super) use self::draft::Draft;
pub use self::finding::{Finding, Severity};
pub use self::guest_stays::Stays;
pub use self::invitation_refused::NoInvitations;
pub(super) use self::likeness::SUGGESTED_FOR_MAX;
pub(super) use self::lockout::{of_guest as severity_for_guest, of_member as severity_for_member};
pub use self::owner_locked_out::LockedOut;
pub(super) use self::restore_refused::look as restore_refused;
pub use self::somebody_else::AccountName;
pub(super) use self::synced_user::leave_out as leave_out_synced;
pub use self::unreadable::Unread;

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The word that names it, in JSON and in the documentation.
    pub code: &'static str,
    /// What it is about.
    pub topic: Topic,
    /// How grave a finding is.
    pub severity: Severity,
    /// How grave it is otherwise, and when that is so.
    pub unless: &'static [(Severity, &'static str)],
    /// The situation in which it finds something, as Markdown.
    pub found_when: &'static str,
    check: Check,
}

/// Where findings of a rule come from.
#[derive(Clone, Copy, Debug)]
enum Check {
    /// The draft of a plan that carries out org.toml.
    Plan(fn(&Draft<'_>) -> Vec<Finding>),
    /// The draft of any plan, also of one that undoes a run.
    AnyPlan(fn(&Draft<'_>) -> Vec<Finding>),
    /// The steps of some kinds, where they are made. Those kinds list it.
    Steps,
}

/// What a rule is about; a section of `docs/findings.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantArray)]
pub enum Topic {
    /// The organization: its size, licences, groups, policies.
    Organization,
    /// The person or application whose credentials are in use.
    Caller,
    /// The tenant that is to back the organization.
    Tenant,
    /// Taking the organization off a tenant.
    Leaving,
    /// Members: who stays, leaves, or becomes which identity.
    People,
    /// Guests of the tenant.
    Guests,
    /// What the service does not tell.
    Unreadable,
}

/// What a rule found. Its `Display` is the message.
pub(super) trait Remark: Into<Evidence> {
    /// The rule itself.
    const RULE: Rule;

    /// What to do about it.
    fn help(&self) -> &'static str;

    /// The help, with the data of what was found.
    fn advice(&self) -> Cow<'static, str> {
        Cow::Borrowed(self.help())
    }

    /// One message for many findings, where each of them would say little.
    fn of_many(_count: usize) -> Option<String> {
        None
    }

    /// The finding, as grave as it mostly is, about a line of org.toml or about the whole.
    fn found(self, place: Option<&Place>) -> Finding {
        self.weighed(Self::RULE.severity, place)
    }

    /// The finding, as grave as the situation makes it.
    fn weighed(self, severity: Severity, place: Option<&Place>) -> Finding {
        Finding {
            severity,
            evidence: self.into(),
            place: place.cloned(),
        }
    }
}

/// Declares the list of rules, and the evidence, which is one of theirs.
macro_rules! rules {
    ($($file:ident::$Found:ident,)+) => {
        $(
            #[doc(inline)]
            pub use self::$file::$Found;

            impl From<$Found> for Evidence {
                fn from(found: $Found) -> Self {
                    Self::$Found(found)
                }
            }
        )+

        /// What was found, with the data that shows it. Its `Display` is the message.
        #[derive(
            thiserror::Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
        )]
        #[serde(tag = "rule", rename_all = "snake_case")]
        pub enum Evidence {
            $(
                #[doc = concat!("Found by `", stringify!($file), "`.")]
                #[error(transparent)]
                $Found($Found),
            )+
        }

        impl Evidence {
            /// The rule that found it.
            pub const fn rule(&self) -> &'static str {
                match self {
                    $(Self::$Found(_) => $Found::RULE.code,)+
                }
            }

            /// What to do about it.
            pub fn help(&self) -> Cow<'static, str> {
                match self {
                    $(Self::$Found(found) => found.advice(),)+
                }
            }

            /// What to do about many of the same rule.
            pub fn help_for_many(&self) -> &'static str {
                match self {
                    $(Self::$Found(found) => found.help(),)+
                }
            }

            /// One message for many findings of the rule, where each of them would say little.
            pub fn of_many(&self, count: usize) -> Option<String> {
                match self {
                    $(Self::$Found(_) => $Found::of_many(count),)+
                }
            }
        }

        /// Every rule. All that look at a plan run; none stops another.
        pub const RULES: &[Rule] = &[$($Found::RULE),+];

        /// The schema of what each rule finds.
        const SCHEMAS: &[(Rule, fn(&mut SchemaGenerator) -> Schema)] =
            &[$(($Found::RULE, $Found::json_schema)),+];
    };
}

// The order is that of findings of the same severity.
rules! {
    connection_unknown::ConnectionUnknown,
    owner_locked_out::OwnerLockedOut,
    protected_removal::ProtectedRemoval,
    caller_removed::CallerRemoved,
    no_administrator_left::NoAdministratorLeft,
    same_user::SameUser,
    target_disabled::TargetDisabled,
    guest_is_member::GuestIsMember,
    too_many_removals::TooManyRemovals,
    too_large_removal_share::TooLargeRemovalShare,
    too_many_users::TooManyUsers,
    not_mapped::NotMapped,
    shared_principal_name::SharedPrincipalName,
    uncovered::Uncovered,
    target_active::TargetActive,
    target_missing::TargetMissing,
    own_domain_guest::OwnDomainGuest,
    not_in_organization::NotInOrganization,
    policy_unknown::PolicyUnknown,
    policy_inverted::PolicyInverted,
    credentials_unknown::CredentialsUnknown,
    no_sender::NoSender,
    unknown_project::UnknownProject,
    message_left_out::MessageLeftOut,
    keeps_access::KeepsAccess,
    still_comes_in::StillComesIn,
    groups_keep_access::GroupsKeepAccess,
    group_only::GroupOnly,
    caller_not_administrator::CallerNotAdministrator,
    administrator_by_group::AdministratorByGroup,
    caller_not_member::CallerNotMember,
    tenant_unsuitable::TenantUnsuitable,
    guest_domain_refused::GuestDomainRefused,
    invitation_refused::InvitationRefused,
    soft_deleted::SoftDeleted,
    too_few_licences::TooFewLicences,
    creation_restricted::CreationRestricted,
    synced_user::SyncedUser,
    directory_groups_lost::DirectoryGroupsLost,
    unreadable::Unreadable,
    connected_elsewhere::ConnectedElsewhere,
    disconnected_elsewhere::DisconnectedElsewhere,
    group_access_lost::GroupAccessLost,
    owner_not_personal::OwnerNotPersonal,
    owner_may_not_be_personal::OwnerMayNotBePersonal,
    owner_unknown::OwnerUnknown,
    caller_may_be_locked_out::CallerMayBeLockedOut,
    sign_in_lost::SignInLost,
    sign_in_uncertain::SignInUncertain,
    sign_in_remains::SignInRemains,
    lines_wait::LinesWait,
    names_differ::NamesDiffer,
    pairs_crossed::PairsCrossed,
    domain_not_verified::DomainNotVerified,
    level_by_group::LevelByGroup,
    applications_lost::ApplicationsLost,
    somebody_else::SomebodyElse,
    target_renamed::TargetRenamed,
    guest_address_held::GuestAddressHeld,
    plus_address::PlusAddress,
    added_again::AddedAgain,
    newcomer_disabled::NewcomerDisabled,
    guest_stays::GuestStays,
    protected_unknown::ProtectedUnknown,
    restore_in_doubt::RestoreInDoubt,
    restore_refused::RestoreRefused,
    removed_name_reused::RemovedNameReused,
}

/// What the rules find in a plan that carries out org.toml.
pub(super) fn findings(draft: &Draft<'_>) -> Vec<Finding> {
    let checks = RULES.iter().filter_map(|rule| match rule.check {
        Check::Plan(check) | Check::AnyPlan(check) => Some(check),
        Check::Steps => None,
    });
    checks.flat_map(|check| check(draft)).collect()
}

/// What the rules find in a plan that undoes a run. Those about the lines of org.toml have nothing to
/// say of it.
pub(super) fn findings_of_undoing(draft: &Draft<'_>) -> Vec<Finding> {
    let checks = RULES.iter().filter_map(|rule| match rule.check {
        Check::AnyPlan(check) => Some(check),
        Check::Plan(_) | Check::Steps => None,
    });
    checks.flat_map(|check| check(draft)).collect()
}

/// Saturates: no organization has four billion users, and a guard must not wrap.
pub(super) fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
