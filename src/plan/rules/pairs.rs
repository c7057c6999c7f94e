//! The pairs that a plan makes of a member and an account, for rules that look at both names.

use super::Draft;
use crate::model::attributes::{Attributes, MappingAttributes};
use crate::model::live::DirectoryUser;
use crate::model::person::Email;
use crate::names::{Name, are_plainly_one};
use crate::plan::context::Context;
use crate::plan::value::Step;

/// A member and the account that they become.
pub(super) struct Pair<'a> {
    pub(super) step: &'a Step,
    pub(super) mapping: &'a MappingAttributes,
    /// What the organization calls the member.
    pub(super) member: &'a str,
    /// What the directory calls the account.
    pub(super) account: &'a str,
}

/// The pairs that are to be made and for which no line gives a reason, with both names, where these say
/// something and are not plainly the same.
pub(super) fn unlike<'a>(draft: &Draft<'a>) -> impl Iterator<Item = Pair<'a>> {
    let context = draft.context;
    let mappings = draft.steps.iter().filter_map(|step| {
        let mapping = step.change.after().and_then(Attributes::mapping)?;
        (step.change.writes() && mapping.because.is_none()).then_some((step, mapping))
    });
    mappings.filter_map(move |(step, mapping)| {
        let (member, account) = (step.display_name.as_deref()?, mapping.name.as_deref()?);
        let pair = Pair {
            step,
            mapping,
            member,
            account,
        };
        (!are_plainly_one(member, account) && pair.is_named(context)).then_some(pair)
    })
}

impl Pair<'_> {
    /// Both names as they are compared.
    pub(super) fn names(&self) -> (Name, Name) {
        (Name::shown(self.member), Name::shown(self.account))
    }

    /// Whether both have a name. An address is none.
    fn is_named(&self, context: &Context<'_>) -> bool {
        let live = context.live;
        let member = live.members.get(&self.mapping.member);
        let account = self.mapping.identity.object_id();
        let account = account.and_then(|id| live.directory.users.get(&id));
        let of_member = member.into_iter().flat_map(|member| {
            let mail = member.mail.as_ref();
            mail.into_iter().chain([&member.principal_name])
        });
        let of_account = account.into_iter().flat_map(DirectoryUser::addresses);
        let person = self.step.address.person();
        let of_member: Vec<&Email> = of_member.chain([&person]).collect();
        let of_account: Vec<&Email> = of_account.chain([&self.mapping.to]).collect();
        is_name(self.member, &of_member) && is_name(self.account, &of_account)
    }
}

/// Whether a text is a name, rather than nothing or one of the addresses of its owner.
fn is_name(text: &str, addresses: &[&Email]) -> bool {
    let text = text.trim();
    let is_address = || addresses.contains(&&Email::from_service(text));
    !(text.is_empty() || text.contains('@') && is_address())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_its_owner_is_no_name() {
        let address = Email::from_service("lee@outlook.com");
        for none in ["", " ", "Lee@Outlook.com", " lee@outlook.com "] {
            assert!(!is_name(none, &[&address]), "{none}");
        }
        for name in ["Lee", "lee@contoso.com"] {
            assert!(is_name(name, &[&address]), "{name}");
        }
    }
}
