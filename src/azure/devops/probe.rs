//! What backs an organization, asked without credentials.
//!
//! The headers are those by which Git Credential Manager finds the authority to sign in to; see
//! `AzureDevOpsRestApi.cs` in its public source. Absent headers mean that the service did not say.

use crate::apply::port::{Call, CallError};
use crate::azure::transport::answer::Answer;
use crate::azure::transport::client::Client;
use crate::azure::transport::encode::encode;
use crate::azure::transport::request::{Expect, Method, Request};
use crate::model::ids::{OrganizationName, TenantId};
use crate::model::live::Connection;

/// Asks what backs an organization now.
pub(crate) async fn connection(
    client: &Client,
    organization: &OrganizationName,
) -> Result<Connection, CallError> {
    let path = format!("/{}", encode(organization.as_str()));
    let request = Request {
        method: Method::Head,
        expect: Expect::Headers,
        signed_in: false,
        ..Request::get(Call::Backing, path)
    };
    let answer = client.read(&request).await?;
    Ok(from_answer(&answer))
}

fn from_answer(answer: &Answer) -> Connection {
    let challenges = answer.headers_named("www-authenticate");
    let tenants = answer.headers_named("x-vss-resourcetenant");
    from_headers(&challenges, &tenants)
}

/// First an authority in a bearer challenge; else the first tenant that is not zero; else, if zero
/// is the only one, personal accounts; else nothing is known.
fn from_headers(challenges: &[&str], tenants: &[&str]) -> Connection {
    let authority = challenges
        .iter()
        .find_map(|value| tenant_of_challenge(value));
    if let Some(tenant) = authority {
        return Connection::Tenant(tenant);
    }
    let tenants: Vec<Option<TenantId>> = tenants
        .iter()
        .flat_map(|value| value.split(','))
        .map(|guid| guid.parse().ok())
        .collect();
    let mut named = tenants.iter().flatten();
    if let Some(tenant) = named.find(|id| !id.is_nil()) {
        return Connection::Tenant(*tenant);
    }
    match tenants.as_slice() {
        [Some(_zero)] => Connection::Personal,
        _ => Connection::Unknown,
    }
}

/// The tenant in `Bearer authorization_uri=https://login.microsoftonline.com/{tenant}`.
fn tenant_of_challenge(challenge: &str) -> Option<TenantId> {
    const SCHEME: &str = "bearer ";
    const PARAMETER: &str = "authorization_uri=";
    let strip = |text: &str, prefix: &str| {
        let head = text.get(..prefix.len())?;
        head.eq_ignore_ascii_case(prefix)
            .then(|| text.get(prefix.len()..).map(str::to_owned))?
    };
    let parameter = strip(challenge.trim(), SCHEME)?;
    let authority = strip(parameter.trim_start(), PARAMETER)?;
    // A server may put both challenges into one header.
    let authority = authority.split(',').next()?.trim().trim_matches('"');
    let tenant: TenantId = authority
        .trim_end_matches('/')
        .rsplit('/')
        .next()?
        .parse()
        .ok()?;
    (!tenant.is_nil()).then_some(tenant)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
    const B: &str = "bbbbcccc-1111-dddd-2222-eeee3333ffff";
    const ZERO: &str = "00000000-0000-0000-0000-000000000000";
    const BASIC: &str = "Basic realm=\"https://tfsprod.app.visualstudio.com/\"";

    fn tenant(id: &str) -> Connection {
        Connection::Tenant(id.parse().unwrap())
    }

    #[test]
    fn the_rows_of_the_rule() {
        let bearer = format!("Bearer authorization_uri=https://login.microsoftonline.com/{A}");
        let shouted = bearer.to_uppercase();
        let both = format!("{bearer}, {BASIC}");
        let list = format!("{ZERO},{B}");
        let rows: [(&[&str], &[&str], Connection); 12] = [
            (&[&bearer], &[], tenant(A)),
            (&[&shouted, BASIC], &[], tenant(A)),
            (&[BASIC, &bearer], &[B], tenant(A)),
            (&[&both], &[], tenant(A)),
            (&[BASIC], &[B], tenant(B)),
            (&[], &[ZERO, B], tenant(B)),
            (&[], &[&list], tenant(B)),
            (&[BASIC], &[ZERO], Connection::Personal),
            (&[], &[ZERO, ZERO], Connection::Unknown),
            (&[], &[ZERO, "no guid"], Connection::Unknown),
            (&[BASIC], &[], Connection::Unknown),
            (&["Bearer realm=x"], &["no guid"], Connection::Unknown),
        ];
        for (challenges, tenants, expected) in rows {
            assert_eq!(
                from_headers(challenges, tenants),
                expected,
                "{challenges:?} {tenants:?}"
            );
        }
    }
}
