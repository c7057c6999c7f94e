//! `replaces` gives up one tenant for another, so there must be another.

use super::Facts;
use crate::config::declare::At;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::model::desired::DesiredConnection;

pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    let Some(At { value: tenant, .. }) = &facts.file.tenant else {
        return;
    };
    let Some(replaces) = &tenant.replaces else {
        return;
    };
    let wanted = tenant.id.as_ref();
    let twin = wanted.filter(|id| id.value.is_some() && id.value == replaces.value);
    let connection = tenant.connection.map(|at| at.value);
    if connection == Some(DesiredConnection::Disconnected) {
        remarks.push(Remark::new(
            Code::Replaces,
            "`replaces` has no meaning while `connection` is \"disconnected\"",
            replaces.span,
            "nothing takes the place of this tenant",
            "delete this line; `id` or `domain` names the tenant that is left",
        ));
    } else if let Some(twin) = twin {
        let help = "write here the tenant that backs the organization today and may be given up, \
                    or delete the line";
        remarks.push(
            Remark::new(
                Code::Replaces,
                "the tenant would replace itself",
                replaces.span,
                "the tenant that is given up",
                help,
            )
            .and_at(twin.span, "the tenant that is wanted"),
        );
    }
}
