//! The domain of the tenant is the name of a domain.

use super::Facts;
use crate::config::declare::At;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;
use crate::model::person::is_domain_name;

pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    let domain = facts
        .file
        .tenant
        .as_ref()
        .and_then(|t| t.value.domain.as_ref());
    let Some(At { value, span }) = domain else {
        return;
    };
    if !is_domain_name(value) {
        remarks.push(Remark::new(
            Code::BadDomain,
            format!("`{}` is not the name of a domain", Shown(value)),
            *span,
            "letters, digits and hyphens with dots between are expected",
            "write the bare domain, such as `contoso.com` or `contoso.onmicrosoft.com`",
        ));
    }
}
