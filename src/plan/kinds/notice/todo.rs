//! What is left for one person to do: only what applies to them.

use crate::model::access::EffectiveLevel;
use crate::model::notice::Todo;

/// What somebody has or had; nothing where that is not known.
#[derive(Clone, Default)]
pub(super) struct Holdings {
    /// Their personal access tokens by name.
    pub(super) tokens: Option<Vec<String>>,
    /// Whether those are revoked.
    pub(super) are_tokens_revoked: bool,
    /// Their SSH keys by name.
    pub(super) ssh_keys: Option<Vec<String>>,
}

/// What the list depends on.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own about one person"
)]
pub(super) struct Situation {
    /// Whether an invitation waits to be accepted.
    pub(super) is_invited: bool,
    /// Whether the account that they sign in with is made by the move.
    pub(super) is_new_account: bool,
    /// The access level after the move.
    pub(super) level: EffectiveLevel,
    /// What they have or had.
    pub(super) holdings: Holdings,
    /// Whether the work account has the address of the personal one.
    pub(super) keeps_personal_address: bool,
    /// Whether they sign in under another name than before.
    pub(super) is_another_name: bool,
}

pub(super) fn todo(situation: Situation) -> Vec<Todo> {
    // Stakeholders have no repositories, so Git remembers nothing of theirs.
    let uses_git = !matches!(
        situation.level,
        EffectiveLevel::None | EffectiveLevel::Stakeholder
    );
    let has_subscription = situation.level.is_visual_studio();
    let tokens = if situation.holdings.are_tokens_revoked {
        Todo::RenewTokens
    } else {
        Todo::CheckTokens
    };
    [
        situation.is_invited.then_some(Todo::AcceptInvitation),
        situation.is_new_account.then_some(Todo::FetchPassword),
        Some(Todo::SignInAnew),
        uses_git.then_some(Todo::ClearGitCredentials),
        about(situation.holdings.tokens, tokens),
        about(situation.holdings.ssh_keys, Todo::RenewSshKeys),
        situation
            .keeps_personal_address
            .then_some(Todo::RenamePersonalAccount),
        (has_subscription && situation.is_another_name).then_some(Todo::AdjustSubscription),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Nothing for somebody who has none; without names for somebody of whom that is not known.
fn about(names: Option<Vec<String>>, todo: fn(Vec<String>) -> Todo) -> Option<Todo> {
    if names.as_ref().is_some_and(Vec::is_empty) {
        return None;
    }
    Some(todo(names.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn situation() -> Situation {
        Situation {
            is_invited: false,
            is_new_account: false,
            level: EffectiveLevel::Basic,
            holdings: Holdings {
                tokens: Some(Vec::new()),
                are_tokens_revoked: false,
                ssh_keys: Some(Vec::new()),
            },
            keeps_personal_address: false,
            is_another_name: true,
        }
    }

    #[test]
    fn everybody_signs_in_anew_and_whoever_has_code_clears_git() {
        assert_eq!(
            todo(situation()),
            [Todo::SignInAnew, Todo::ClearGitCredentials]
        );
        let level = EffectiveLevel::Stakeholder;
        assert_eq!(
            todo(Situation {
                level,
                ..situation()
            }),
            [Todo::SignInAnew]
        );
    }

    #[test]
    fn credentials_are_named_and_asked_about_where_they_are_not_known() {
        let names = |all: &[&str]| Some(all.iter().map(|name| (*name).to_owned()).collect());
        let known = Situation {
            holdings: Holdings {
                tokens: names(&["CI", "laptop"]),
                are_tokens_revoked: true,
                ssh_keys: names(&["desk"]),
            },
            ..situation()
        };
        let list = todo(known);
        assert_eq!(
            list[2..],
            [
                Todo::RenewTokens(vec!["CI".to_owned(), "laptop".to_owned()]),
                Todo::RenewSshKeys(vec!["desk".to_owned()]),
            ]
        );
        let unknown = Situation {
            holdings: Holdings::default(),
            ..situation()
        };
        assert_eq!(
            todo(unknown)[2..],
            [
                Todo::CheckTokens(Vec::new()),
                Todo::RenewSshKeys(Vec::new())
            ]
        );
    }

    #[test]
    fn the_rest_is_for_those_whom_it_concerns() {
        let level = EffectiveLevel::VisualStudio;
        let moved = Situation {
            level,
            ..situation()
        };
        assert_eq!(todo(moved).last(), Some(&Todo::AdjustSubscription));
        let stays = Situation {
            level,
            keeps_personal_address: true,
            is_another_name: false,
            is_invited: true,
            is_new_account: true,
            ..situation()
        };
        let list = todo(stays);
        assert_eq!(list.first(), Some(&Todo::AcceptInvitation));
        assert_eq!(list.last(), Some(&Todo::RenamePersonalAccount));
        assert!(list.is_sorted(), "{list:?}");
    }
}
