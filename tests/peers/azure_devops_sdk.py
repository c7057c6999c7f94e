"""Microsoft's SDK for Azure DevOps, unmodified: with a personal access token and with a bearer
token, through location discovery, to users, access levels, groups and memberships."""

from __future__ import annotations

from typing import Any

from azure.devops.connection import Connection
from azure.devops.exceptions import AzureDevOpsAuthenticationError, AzureDevOpsServiceError
from azure.devops.v7_1.graph.models import (
    GraphSubjectLookup,
    GraphSubjectLookupKey,
    GraphUserUpdateContext,
)
from azure.devops.v7_1.member_entitlement_management.models import (
    AccessLevel,
    GraphUser,
    JsonPatchOperation,
    UserEntitlement,
)
from msrest.authentication import BasicAuthentication, BasicTokenAuthentication

import peer
from peer import case

BASE = f"{peer.ENDPOINT}/dev.azure.com/{peer.ORGANIZATION}"
PEOPLE = 42
PAGE = 10
LEE = "lee.chang@outlook.com"
LEE_IN_THE_DIRECTORY = "0b1ec700-0000-4000-8000-000000000028"


def connection(token: str = peer.PERSONAL_ACCESS_TOKEN) -> Connection:
    return Connection(base_url=BASE, creds=BasicAuthentication("", token))


def by_bearer() -> Connection:
    token = BasicTokenAuthentication({"access_token": peer.DEVOPS_TOKEN})
    return Connection(base_url=BASE, creds=token)


GRAPH = connection().clients_v7_1.get_graph_client()
ENTITLEMENTS = connection().clients_v7_1.get_member_entitlement_management_client()


class MappingContext(GraphUserUpdateContext):
    """The SDK's model holds no `originId`; its users add it in this way."""

    _attribute_map = {"origin_id": {"key": "originId", "type": "str"}}

    def __init__(self, origin_id: str) -> None:
        super().__init__()
        self.origin_id = origin_id


def every_user(client: Any, **query: Any) -> tuple[list[Any], int]:
    """All pages of the graph's users, and how many pages there were."""
    users, token, pages = [], None, 0
    while True:
        page = client.list_users(continuation_token=token, **query)
        users += page.graph_users
        pages += 1
        token = page.continuation_token
        if not token:
            return users, pages


def every_entitlement(**query: Any) -> tuple[list[Any], int, int]:
    """All pages of a search, how many pages there were, and the count that the service gives."""
    found, token, pages = [], None, 0
    while True:
        page = ENTITLEMENTS.search_user_entitlements(continuation_token=token, **query)
        found += page.members
        pages += 1
        # The SDK's model drops both.
        total = page.additional_properties["totalCount"]
        token = page.additional_properties["continuationToken"]
        if not token:
            return found, pages, total


def user_of(principal_name: str) -> Any:
    users, _ = every_user(GRAPH)
    found = [user for user in users if user.principal_name == principal_name]
    assert len(found) == 1, f"{len(found)} users are called {principal_name}"
    return found[0]


def entitlement_of(name: str) -> Any:
    found, _, _ = every_entitlement(filter=f"name eq '{name}'")
    assert len(found) == 1, f"{len(found)} people are called {name}"
    return found[0]


def rest(result: Any) -> dict[str, Any]:
    """What the service says of one operation. The SDK's model holds the user's id only."""
    return result.additional_properties


def refused(call: Any, kind: type[Exception], text: str = "") -> None:
    try:
        call()
    except kind as error:
        assert text in str(error), error
    else:
        raise AssertionError("it was not refused")


@case
def users_are_listed_page_by_page() -> None:
    users, pages = every_user(GRAPH)
    assert (len(users), pages) == (PEOPLE, 5), (len(users), pages)
    assert len({user.descriptor for user in users}) == PEOPLE
    for user in users:
        assert user.subject_kind == "user" and user.origin == "msa", user
        assert user.descriptor.startswith("msa.") or user.descriptor.startswith("bnd."), user


@case
def a_bearer_token_sees_the_same_users() -> None:
    by_token, _ = every_user(by_bearer().clients_v7_1.get_graph_client())
    by_pat, _ = every_user(GRAPH)
    assert [u.descriptor for u in by_token] == [u.descriptor for u in by_pat]


@case
def subject_types_narrow_the_list() -> None:
    users, _ = every_user(GRAPH, subject_types=["msa"])
    assert 0 < len(users) < PEOPLE
    assert all(user.descriptor.startswith("msa.") for user in users)
    assert every_user(GRAPH, subject_types=["aad"])[0] == []


@case
def a_wrong_token_is_an_authentication_error() -> None:
    client = connection("another-pat").clients_v7_1.get_location_client()
    refused(client.get_connection_data, AzureDevOpsAuthenticationError)


@case
def connection_data_tells_who_asks() -> None:
    data = connection().clients_v7_1.get_location_client().get_connection_data()
    account = data.authenticated_user.properties["Account"]["$value"]
    assert account == "ana.ortiz@contoso.com", account
    assert data.deployment_type == "hosted", data.deployment_type


@case
def descriptors_and_storage_keys_lead_to_each_other() -> None:
    user = user_of(LEE)
    key = GRAPH.get_storage_key(user.descriptor).value
    assert GRAPH.get_descriptor(key).value == user.descriptor
    assert GRAPH.get_user(user.descriptor).principal_name == LEE
    assert GRAPH.get_membership_state(user.descriptor).active is True


@case
def subjects_are_looked_up_by_the_dozen() -> None:
    users, _ = every_user(GRAPH)
    keys = [GraphSubjectLookupKey(descriptor=user.descriptor) for user in users[:12]]
    found = GRAPH.lookup_subjects(GraphSubjectLookup(lookup_keys=keys))
    assert set(found) == {key.descriptor for key in keys}
    assert found[keys[0].descriptor].display_name == users[0].display_name


@case
def a_user_who_is_not_there_is_a_service_error() -> None:
    refused(lambda: GRAPH.get_user("msa.bm9ib2R5"), AzureDevOpsServiceError, "does not exist")


@case
def entitlements_are_searched_page_by_page() -> None:
    found, pages, total = every_entitlement()
    assert (len(found), pages, total) == (PEOPLE, 5, PEOPLE), (len(found), pages, total)
    assert len({entitlement.id for entitlement in found}) == PEOPLE
    never = [e for e in found if e.access_level.status == "pending"]
    assert [e.user.principal_name for e in never] == ["contoso.test7@hotmail.com"]
    assert never[0].last_accessed_date.year == 1, never[0].last_accessed_date


@case
def entitlements_are_searched_by_licence_and_in_order() -> None:
    found, _, total = every_entitlement(
        filter="licenseId eq 'Account-Stakeholder'", order_by="name asc"
    )
    assert len(found) == total > 0
    levels = {entitlement.access_level.account_license_type for entitlement in found}
    assert levels == {"stakeholder"}, levels
    names = [entitlement.user.display_name.lower() for entitlement in found]
    assert names == sorted(names), names


@case
def an_entitlement_is_found_by_its_id() -> None:
    listed = entitlement_of(LEE)
    one = ENTITLEMENTS.get_user_entitlement(listed.id)
    assert one.user.principal_name == LEE
    assert one.access_level.account_license_type == "express"
    assert one.project_entitlements == [] and one.group_assignments == []


@case
def somebody_is_added_changed_and_taken_out() -> None:
    wanted = UserEntitlement(
        access_level=AccessLevel(account_license_type="express", licensing_source="account"),
        user=GraphUser(subject_kind="user", principal_name="ada@contoso.example"),
    )
    added = ENTITLEMENTS.add_user_entitlement(wanted)
    outcome = rest(added.operation_result)
    assert added.is_success and outcome["isSuccess"] and outcome["errors"] == [], outcome
    key = added.user_entitlement.id
    change = JsonPatchOperation(
        op="replace",
        path="/accessLevel",
        value={"accountLicenseType": "stakeholder", "licensingSource": "account"},
    )
    changed = ENTITLEMENTS.update_user_entitlement([change], key)
    assert changed.is_success
    level = ENTITLEMENTS.get_user_entitlement(key).access_level
    assert level.account_license_type == "stakeholder", level.account_license_type
    assert every_entitlement()[2] == PEOPLE + 1
    ENTITLEMENTS.delete_user_entitlement(key)
    assert every_entitlement()[2] == PEOPLE
    refused(lambda: ENTITLEMENTS.get_user_entitlement(key), AzureDevOpsServiceError)


@case
def many_are_added_in_one_request() -> None:
    def addition(name: str) -> JsonPatchOperation:
        return JsonPatchOperation(
            op="add",
            path="",
            value={
                "accessLevel": {"licensingSource": "account", "accountLicenseType": "stakeholder"},
                "extensions": [],
                "projectEntitlements": [],
                "user": {"subjectKind": "user", "principalName": name},
            },
        )

    names = ["bo@contoso.example", "cy@contoso.example"]
    reference = ENTITLEMENTS.update_user_entitlements(
        [addition(name) for name in names], do_not_send_invite_for_new_users=True
    )
    assert reference.have_results_succeeded and reference.completed, reference
    assert len(reference.results) == len(names)
    for name, result in zip(names, reference.results):
        outcome = rest(result)
        assert outcome["isSuccess"] and outcome["errors"] == [], outcome
        assert outcome["result"]["user"]["principalName"] == name, outcome
        ENTITLEMENTS.delete_user_entitlement(result.user_id)


@case
def a_failure_inside_a_success_can_be_seen() -> None:
    wanted = UserEntitlement(
        access_level=AccessLevel(account_license_type="express", licensing_source="account"),
        user=GraphUser(subject_kind="user", principal_name=""),
    )
    answer = ENTITLEMENTS.add_user_entitlement(wanted)
    assert answer.is_success is False
    [error] = rest(answer.operation_result)["errors"]
    assert error["key"] == 5000 and "PrincipalName must be set" in error["value"], error


@case
def the_summary_counts_everybody() -> None:
    summary = ENTITLEMENTS.get_users_summary()
    assigned = {each.license_name: each.assigned for each in summary.licenses}
    assert assigned.get("Stakeholder", 0) > 0, assigned


@case
def mapping_needs_a_connection() -> None:
    lee = user_of(LEE)
    map_lee = lambda: GRAPH.update_user(MappingContext(LEE_IN_THE_DIRECTORY), lee.descriptor)
    refused(map_lee, AzureDevOpsServiceError)


@case
def a_connected_organization_maps_a_user_onto_the_directory() -> None:
    before = user_of(LEE)
    key = GRAPH.get_storage_key(before.descriptor).value
    peer.sandbox("connect", {})
    mapped = GRAPH.update_user(MappingContext(LEE_IN_THE_DIRECTORY), before.descriptor)
    assert mapped.origin == "aad" and mapped.origin_id == LEE_IN_THE_DIRECTORY, mapped
    assert mapped.principal_name == "lee.chang@contoso.com", mapped.principal_name
    assert mapped.descriptor.startswith("aad."), mapped.descriptor
    assert GRAPH.get_storage_key(mapped.descriptor).value == key
    assert ENTITLEMENTS.get_user_entitlement(key).user.origin_id == LEE_IN_THE_DIRECTORY


@case
def a_user_who_is_removed_is_disabled_and_stays_findable() -> None:
    user = user_of("jamie.fox.dev@outlook.com")
    GRAPH.delete_user(user.descriptor)
    assert GRAPH.get_membership_state(user.descriptor).active is False


@case
def throttling_is_waited_out_by_the_sdk_itself() -> None:
    peer.sandbox(
        "faults",
        {
            "path": "graph/users",
            "times": 2,
            "effect": {"status": {"code": 429, "retry_after_s": 1}},
        },
    )
    assert user_of("ana.ortiz@contoso.com")


def serves(resource: str) -> bool:
    """Whether the sandbox's own location map of the identity host has a resource of the graph."""
    import json
    import urllib.request

    url = f"{peer.ENDPOINT}/vssps.dev.azure.com/{peer.ORGANIZATION}/_apis"
    request = urllib.request.Request(url, method="OPTIONS")
    request.add_header("Authorization", f"Bearer {peer.DEVOPS_TOKEN}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        entries = json.load(answer)["value"]
    return any(e["area"] == "Graph" and e["resourceName"] == resource for e in entries)


def groups_and_memberships() -> None:
    @case
    def groups_are_listed_and_found() -> None:
        groups = GRAPH.list_groups().graph_groups
        names = {group.principal_name for group in groups}
        assert any("Project Collection Administrators" in name for name in names), names
        one = GRAPH.get_group(groups[0].descriptor)
        assert one.principal_name == groups[0].principal_name

    @case
    def a_membership_is_added_checked_and_taken_away() -> None:
        grace = user_of("grace.liu@contoso.com").descriptor
        above = lambda: {
            each.container_descriptor for each in GRAPH.list_memberships(grace, direction="up")
        }
        others = [g for g in GRAPH.list_groups().graph_groups if g.descriptor not in above()]
        group = next(g.descriptor for g in others if "Administrators" in g.principal_name)
        added = GRAPH.add_membership(grace, group)
        assert (added.member_descriptor, added.container_descriptor) == (grace, group)
        assert group in above()
        GRAPH.check_membership_existence(grace, group)
        below = {each.member_descriptor for each in GRAPH.list_memberships(group, direction="down")}
        assert grace in below
        GRAPH.remove_membership(grace, group)
        assert group not in above()


if serves("Groups") and serves("Memberships"):
    groups_and_memberships()
else:
    print("absent  azure_devops_sdk: groups and memberships, for this sandbox does not serve them")

if __name__ == "__main__":
    peer.main()
