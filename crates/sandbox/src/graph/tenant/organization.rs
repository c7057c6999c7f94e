//! The tenant itself and its domains.

use serde_json::{Value, json};

use crate::world::{Directory, World, derived_guid};
use orgctl_model::ids::ObjectId;
use orgctl_model::preflight::TenantKind;

use crate::graph::error::Refusal;
use crate::graph::list::page::{Listing, Thing, single, whole};
use crate::graph::shape::tenant::{DOMAIN, ORGANIZATION};
use crate::graph::{Answer, Call};

/// `GET /organization`: exactly one.
pub(crate) fn organizations(call: &Call<'_>) -> Answer {
    let thing = call.shared.read(written);
    let listing = Listing {
        shape: &ORGANIZATION,
        context: "organization",
    };
    whole(call, &listing, vec![thing])
}

/// `GET /organization/{id}`
pub(crate) fn organization(call: &Call<'_>) -> Answer {
    let thing = call.shared.read(written);
    if thing.id.to_string() != call.key(0).to_lowercase() {
        return Err(Refusal::missing(call.key(0)));
    }
    single(call, "organization/$entity", &ORGANIZATION, thing)
}

fn written(world: &World) -> Thing {
    let directory = world.directory();
    let verified = directory.domains.iter().filter(|(_, verified)| **verified);
    let domains: Vec<Value> = verified
        .map(|(name, _)| {
            json!({
                "capabilities": "Email, OfficeCommunicationsOnline",
                "isDefault": name == directory.default_domain(),
                "isInitial": *name == directory.initial_domain,
                "name": name,
                "type": "Managed",
            })
        })
        .collect();
    let value = json!({
        "id": directory.tenant,
        "displayName": directory.display_name,
        "verifiedDomains": domains,
        "tenantType": match directory.kind {
            TenantKind::Workforce => "AAD",
            TenantKind::B2c => "AAD B2C",
            TenantKind::External => "CIAM",
        },
        "countryLetterCode": "DE",
        "onPremisesSyncEnabled": null,
    });
    Thing::new(ObjectId::new(directory.tenant.guid()), value)
}

fn domain_thing(directory: &Directory, name: &str, verified: bool) -> Thing {
    let value = json!({
        "id": name,
        "isVerified": verified,
        "isDefault": name == directory.default_domain(),
        "isInitial": name == directory.initial_domain,
        "isRoot": true,
        "isAdminManaged": true,
        "authenticationType": "Managed",
        "availabilityStatus": null,
        "supportedServices": ["Email", "OfficeCommunicationsOnline"],
    });
    Thing::new(ObjectId::new(derived_guid(&["domain", name])), value)
}

/// `GET /domains`: unverified ones too.
pub(crate) fn domains(call: &Call<'_>) -> Answer {
    let listing = Listing {
        shape: &DOMAIN,
        context: "domains",
    };
    let things = call.shared.read(|world| {
        let directory = world.directory();
        let domains = directory.domains.iter();
        domains
            .map(|(name, verified)| domain_thing(directory, name, *verified))
            .collect()
    });
    whole(call, &listing, things)
}

/// `GET /domains/{name}`
pub(crate) fn domain(call: &Call<'_>) -> Answer {
    let name = call.key(0).to_lowercase();
    let thing = call.shared.read(|world| {
        let directory = world.directory();
        let verified = directory.domains.get(&name)?;
        Some(domain_thing(directory, &name, *verified))
    });
    let thing = thing.ok_or_else(|| Refusal::missing(call.key(0)))?;
    single(call, "domains/$entity", &DOMAIN, thing)
}
