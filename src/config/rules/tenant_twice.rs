//! The tenant is named once: by its id or by a domain.

use super::Facts;
use super::people::in_text_order;
use crate::config::declare::At;
use crate::config::diagnostic::{Code, Remark, Remarks};

pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    let Some(At { value: tenant, .. }) = &facts.file.tenant else {
        return;
    };
    if let (Some(id), Some(domain)) = (&tenant.id, &tenant.domain) {
        let (first, second) = in_text_order(id.span, domain.span);
        remarks.push(
            Remark::new(
                Code::TenantTwice,
                "`[tenant]` names the tenant twice",
                second,
                "and again here",
                "keep `id` or `domain`; should they ever differ, nobody could tell which is meant",
            )
            .and_at(first, "here it is named first"),
        );
    }
}
