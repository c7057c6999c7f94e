//! The policies that decide who may be invited.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::reply::Reply;
use crate::world::{Inbound, InvitesFrom, Partner, Policies, World, derived_guid};
use orgctl_model::ids::ObjectId;

use crate::graph::error::Refusal;
use crate::graph::list::page::{Listing, Thing, single, whole};
use crate::graph::shape::tenant::{
    AUTHORIZATION, COLLABORATION, CROSS_TENANT, CROSS_TENANT_DEFAULT, PARTNER,
};
use crate::graph::users::writes::typed;
use crate::graph::{Answer, Call};

/// The plain flags of the authorization policy, and what each is in a new tenant.
const FLAGS: [(&str, bool); 4] = [
    ("allowEmailVerifiedUsersToJoinOrganization", false),
    ("allowedToSignUpEmailBasedSubscriptions", true),
    ("allowedToUseSSPR", true),
    ("blockMsolPowerShell", false),
];

/// `GET /policies/authorizationPolicy`
pub(crate) fn authorization(call: &Call<'_>) -> Answer {
    let thing = call.shared.read(|world| {
        let policies = world.policies();
        let value = json!({
            "id": "authorizationPolicy",
            "displayName": "Authorization Policy",
            "description": "Used to manage authorization related settings across the company.",
            "allowInvitesFrom": policies.invites_from,
            "guestUserRoleId": policies.guest_role,
            "allowUserConsentForRiskyApps": null,
            "defaultUserRolePermissions": {
                "allowedToCreateApps": true,
                "allowedToCreateSecurityGroups": true,
                "allowedToCreateTenants": true,
                "allowedToReadBitlockerKeysForOwnedDevice": true,
                "allowedToReadOtherUsers": true,
                "permissionGrantPoliciesAssigned":
                    ["ManagePermissionGrantsForSelf.microsoft-user-default-legacy"],
            },
        });
        let mut thing = Thing::new(ObjectId::new(uuid::Uuid::nil()), value);
        for (name, usual) in FLAGS {
            let set = policies.authorization.get(name).copied();
            thing
                .map
                .insert(name.to_owned(), Value::from(set.unwrap_or(usual)));
        }
        thing
    });
    single(
        call,
        "policies/authorizationPolicy/$entity",
        &AUTHORIZATION,
        thing,
    )
}

const TYPE: &str = "AuthorizationPolicy";

/// `PATCH /policies/authorizationPolicy`
pub(crate) fn change_authorization(call: &Call<'_>) -> Answer {
    let body: Map<String, Value> = call.body()?;
    let mut invites_from = None;
    let mut guest_role = None;
    let mut flags = Vec::new();
    for (name, value) in &body {
        match name.as_str() {
            "allowInvitesFrom" => {
                invites_from = Some(typed::<InvitesFrom>(TYPE, name, value)?);
            }
            "guestUserRoleId" => guest_role = Some(typed(TYPE, name, value)?),
            flag if FLAGS.iter().any(|(known, _)| *known == flag) => {
                flags.push((flag.to_owned(), typed::<bool>(TYPE, name, value)?));
            }
            // Taken and not kept: nothing here depends on these.
            "displayName" | "description" => {
                typed::<Option<String>>(TYPE, name, value)?;
            }
            "allowUserConsentForRiskyApps" => {
                typed::<Option<bool>>(TYPE, name, value)?;
            }
            "defaultUserRolePermissions" => {
                typed::<Map<String, Value>>(TYPE, name, value)?;
            }
            annotation if annotation.contains('@') => {}
            other => {
                let (known, _) = AUTHORIZATION.known(other)?;
                let text = format!("Property '{known}' is read-only and cannot be set.");
                return Err(Refusal::bad_value(text));
            }
        }
    }
    call.shared.write(|world| {
        world.change_policies(|policies| {
            policies.invites_from = invites_from.unwrap_or(policies.invites_from);
            policies.guest_role = guest_role.unwrap_or(policies.guest_role);
            policies.authorization.extend(flags);
        });
    });
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// `GET /beta/policies/b2bManagementPolicies`: the lists of domains, as JSON in a text.
pub(crate) fn collaboration(call: &Call<'_>) -> Answer {
    let things = call.shared.read(|world| {
        let Policies {
            allowed_domains,
            blocked_domains,
            ..
        } = world.policies();
        let lists = match (allowed_domains.is_empty(), blocked_domains.is_empty()) {
            (true, true) => return Vec::new(),
            (false, _) => json!({ "AllowedDomains": allowed_domains }),
            (true, false) => json!({ "BlockedDomains": blocked_domains }),
        };
        let policy = json!({ "InvitationsAllowedAndBlockedDomainsPolicy": lists });
        let definition = json!({ "B2BManagementPolicy": policy }).to_string();
        let id = derived_guid(&["b2b policy", &world.directory().tenant.to_string()]);
        let value = json!({
            "id": id,
            "deletedDateTime": null,
            "definition": [definition],
            "displayName": "B2BManagementPolicy",
            "isOrganizationDefault": true,
        });
        vec![Thing::new(ObjectId::new(id), value)]
    });
    let listing = Listing {
        shape: &COLLABORATION,
        context: "policies/b2bManagementPolicies",
    };
    whole(call, &listing, things)
}

fn both_ways(inbound: Inbound) -> Value {
    let open = |target: &str, kind: &str, access: Inbound| {
        json!({
            "accessType": access,
            "targets": [{ "target": target, "targetType": kind }],
        })
    };
    json!({
        "usersAndGroups": open("AllUsers", "user", inbound),
        "applications": open("AllApplications", "application", inbound),
    })
}

fn default_thing(world: &World) -> Thing {
    let inbound = world.policies().inbound;
    let value = json!({
        "id": world.directory().tenant,
        "isServiceDefault": inbound == Inbound::Allowed,
        "b2bCollaborationInbound": both_ways(inbound),
        "b2bCollaborationOutbound": both_ways(Inbound::Allowed),
        "b2bDirectConnectInbound": both_ways(Inbound::Blocked),
        "b2bDirectConnectOutbound": both_ways(Inbound::Blocked),
        "inboundTrust": {
            "isMfaAccepted": false,
            "isCompliantDeviceAccepted": false,
            "isHybridAzureADJoinedDeviceAccepted": false,
        },
        "automaticUserConsentSettings": { "inboundAllowed": false, "outboundAllowed": false },
    });
    Thing::new(ObjectId::new(world.directory().tenant.guid()), value)
}

/// `GET /policies/crossTenantAccessPolicy`
pub(crate) fn cross_tenant(call: &Call<'_>) -> Answer {
    let expand = call.request.query("$expand").unwrap_or_default();
    let wants = |name: &str| expand.split(',').any(|part| part.trim() == name);
    let known = |part: &str| matches!(part.trim(), "" | "default" | "partners");
    if !expand.split(',').all(known) {
        return Err(Refusal::bad(format!(
            "Parsing OData Select and Expand failed: '{expand}' cannot be expanded."
        )));
    }
    let thing = call.shared.read(|world| {
        let value = json!({
            "id": "CrossTenantAccessPolicy",
            "displayName": "CrossTenantAccessPolicy",
            "allowedCloudEndpoints": [],
        });
        let mut thing = Thing::new(ObjectId::new(uuid::Uuid::nil()), value);
        if wants("default") {
            let value = Value::Object(default_thing(world).map);
            thing.map.insert("default".to_owned(), value);
        }
        if wants("partners") {
            let all = partner_things(world).into_iter();
            let value = all.map(|thing| Value::Object(thing.map)).collect();
            thing.map.insert("partners".to_owned(), value);
        }
        thing
    });
    let context = "policies/crossTenantAccessPolicy/$entity";
    single(call, context, &CROSS_TENANT, thing)
}

/// `GET /policies/crossTenantAccessPolicy/default`
pub(crate) fn cross_tenant_default(call: &Call<'_>) -> Answer {
    let thing = call.shared.read(default_thing);
    let context = "policies/crossTenantAccessPolicy/default/$entity";
    single(call, context, &CROSS_TENANT_DEFAULT, thing)
}

fn partner_things(world: &World) -> Vec<Thing> {
    let partners = world.policies().partners.iter();
    let thing = |(tenant, partner): (&orgctl_model::ids::TenantId, &Partner)| {
        let mut value = json!({
            "tenantId": tenant,
            "isServiceProvider": false,
            "isInMultiTenantOrganization": false,
            "automaticUserConsentSettings": {
                "inboundAllowed": partner.consents,
                "outboundAllowed": false,
            },
        });
        // Where a partner says nothing, what holds for everybody holds.
        if let (Some(inbound), Some(map)) = (partner.inbound, value.as_object_mut()) {
            map.insert("b2bCollaborationInbound".to_owned(), both_ways(inbound));
        }
        Thing::new(ObjectId::new(tenant.guid()), value)
    };
    partners.map(thing).collect()
}

/// `GET /policies/crossTenantAccessPolicy/partners`
pub(crate) fn partners(call: &Call<'_>) -> Answer {
    let things = call.shared.read(partner_things);
    let listing = Listing {
        shape: &PARTNER,
        context: "policies/crossTenantAccessPolicy/partners",
    };
    whole(call, &listing, things)
}

/// `GET /policies/crossTenantAccessPolicy/partners/{tenantId}`
pub(crate) fn partner(call: &Call<'_>) -> Answer {
    let key = call.key(0);
    let things = call.shared.read(partner_things);
    let mut same = things
        .into_iter()
        .filter(|t| t.id.to_string().eq_ignore_ascii_case(key));
    let thing = same.next().ok_or_else(|| Refusal::missing(key))?;
    let context = "policies/crossTenantAccessPolicy/partners/$entity";
    single(call, context, &PARTNER, thing)
}
