"""Microsoft's SDK for Microsoft Graph with azure-identity, both unmodified: a token by client
secret, then users by page, invitations, changes, deletions and batches.

azure-identity takes https authorities only, so its documented `transport` carries what is meant for
the sign-in host to the sandbox; nothing else of it is changed."""

from __future__ import annotations

import asyncio
import logging
import urllib.request
from typing import Any

from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.directory_objects.get_by_ids.get_by_ids_post_request_body import (
    GetByIdsPostRequestBody,
)
from msgraph.generated.models.invitation import Invitation
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.password_profile import PasswordProfile
from msgraph.generated.models.user import User
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph_core import PageIterator
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem

import peer
from peer import case

SCOPE = "https://graph.microsoft.com/.default"
BASE = f"{peer.ENDPOINT}/graph.microsoft.com/v1.0"
IN_DIRECTORY = 33
GUEST_UPN = "alex.hill_adventure-works.com#EXT#@contoso.onmicrosoft.com"
Query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters

# The SDK logs every refusal, and refusals are what some cases are about.
logging.disable(logging.ERROR)


class ToSandbox(RequestsTransport):
    """Sends `https://HOST/PATH` to the sandbox, with the host's name in the `Host` header."""

    def send(self, request: Any, **options: Any) -> Any:
        host, path = request.url.removeprefix("https://").split("/", 1)
        request.url = f"{peer.ENDPOINT}/{path}"
        request.headers["Host"] = host
        return super().send(request, **options)


def credential(secret: str = peer.CLIENT_SECRET, tenant: str = peer.TENANT) -> Any:
    return ClientSecretCredential(
        tenant,
        peer.CLIENT_ID,
        secret,
        transport=ToSandbox(),
        disable_instance_discovery=True,
        retry_total=0,
    )


def client() -> GraphServiceClient:
    provider = AzureIdentityAuthenticationProvider(credential(), scopes=[SCOPE])
    adapter = GraphRequestAdapter(provider)
    adapter.base_url = BASE
    return GraphServiceClient(request_adapter=adapter)


GRAPH = client()


def asking(**query: Any) -> RequestConfiguration:
    return RequestConfiguration(query_parameters=Query(**query))


async def refused(waiting: Any, status: int, code: str) -> None:
    try:
        await waiting
    except ODataError as error:
        got = (error.response_status_code, error.error.code)
        assert got == (status, code), (got, error.error.message)
        ids = error.error.inner_error
        assert ids.request_id and ids.client_request_id and ids.date, "an error must be named"
    else:
        raise AssertionError("it was not refused")


@case
def a_secret_becomes_a_token() -> None:
    token = credential().get_token(SCOPE)
    assert token.token == peer.GRAPH_TOKEN
    devops = credential().get_token("499b84ac-1321-427f-aa17-267ca6975798/.default")
    assert devops.token == peer.DEVOPS_TOKEN


@case
def a_domain_names_the_tenant_as_well_as_its_id() -> None:
    assert credential(tenant="contoso.com").get_token(SCOPE).token == peer.GRAPH_TOKEN


@case
def a_wrong_secret_is_refused_with_the_number_of_the_reason() -> None:
    try:
        credential(secret="wrong").get_token(SCOPE)
    except ClientAuthenticationError as error:
        assert "AADSTS7000215" in str(error), error
    else:
        raise AssertionError("a token was given")


@case
async def users_are_listed_page_by_page() -> None:
    first = await GRAPH.users.get(asking(top=10, select=["id", "userPrincipalName", "userType"]))
    assert len(first.value) == 10 and first.odata_next_link.startswith(BASE), first.odata_next_link
    users, pages, page = list(first.value), 1, first
    while page.odata_next_link:
        page = await GRAPH.users.with_url(page.odata_next_link).get()
        users += page.value
        pages += 1
    assert (len(users), pages) == (IN_DIRECTORY, 4), (len(users), pages)
    assert len({user.id for user in users}) == IN_DIRECTORY
    assert all(user.user_type in ("Member", "Guest") for user in users)


@case
async def the_page_iterator_of_the_sdk_sees_everybody() -> None:
    first = await GRAPH.users.get(asking(top=7))
    names: list[str] = []
    iterator = PageIterator(first, GRAPH.request_adapter)
    await iterator.iterate(lambda user: names.append(user.user_principal_name) or True)
    assert len(set(names)) == len(names) == IN_DIRECTORY, len(names)


@case
async def conditions_find_whom_they_name() -> None:
    found = await GRAPH.users.get(asking(filter="mail eq 'Lee.Chang@contoso.com'"))
    assert [user.user_principal_name for user in found.value] == ["lee.chang@contoso.com"]
    names = "userPrincipalName in ('pat.o''brien@contoso.com','nobody@contoso.com')"
    found = await GRAPH.users.get(asking(filter=names))
    assert [user.user_principal_name for user in found.value] == ["pat.o'brien@contoso.com"]


@case
async def an_advanced_condition_needs_header_and_count() -> None:
    query = dict(filter="endswith(mail,'@contoso.com')", count=True, top=5)
    await refused(GRAPH.users.get(asking(**query)), 400, "Request_UnsupportedQuery")
    eventual = asking(**query)
    eventual.headers.add("ConsistencyLevel", "eventual")
    found = await GRAPH.users.get(eventual)
    assert found.odata_count > 5 and len(found.value) == 5, found.odata_count
    counting = RequestConfiguration()
    counting.headers.add("ConsistencyLevel", "eventual")
    assert await GRAPH.users.count.get(counting) == IN_DIRECTORY


@case
async def a_user_is_found_by_id_and_by_name() -> None:
    guest = await GRAPH.users.by_user_id(GUEST_UPN).get()
    assert guest.user_principal_name == GUEST_UPN
    again = await GRAPH.users.by_user_id(guest.id).get()
    assert again.display_name == guest.display_name
    await refused(GRAPH.users.by_user_id("no@contoso.com").get(), 404, "Request_ResourceNotFound")


@case
async def a_user_is_created_changed_deleted_and_restored() -> None:
    new = User(
        account_enabled=True,
        display_name="Ada Byron",
        mail_nickname="ada.byron",
        user_principal_name="ada.byron@contoso.com",
        password_profile=PasswordProfile(
            password="Kept-nowhere-1", force_change_password_next_sign_in=True
        ),
    )
    made = await GRAPH.users.post(new)
    assert made.user_principal_name == "ada.byron@contoso.com" and made.business_phones == []
    await refused(GRAPH.users.post(new), 400, "Request_BadRequest")
    one = GRAPH.users.by_user_id(made.id)
    assert await one.patch(User(department="Research", other_mails=["ada@home.example"])) is None
    found = await GRAPH.users.get(
        asking(filter=f"id eq '{made.id}'", select=["department", "otherMails", "id"])
    )
    assert (found.value[0].department, found.value[0].other_mails) == (
        "Research",
        ["ada@home.example"],
    )
    await one.delete()
    await refused(one.get(), 404, "Request_ResourceNotFound")
    deleted = (await GRAPH.directory.deleted_items.graph_user.get()).value
    assert made.id in [user.id for user in deleted]
    item = GRAPH.directory.deleted_items.by_directory_object_id(made.id)
    assert (await item.restore.post()).id == made.id
    assert (await one.get()).user_principal_name == "ada.byron@contoso.com"
    await one.delete()
    await item.delete()
    await refused(item.restore.post(), 404, "Request_ResourceNotFound")


@case
async def a_guest_is_invited_once_and_keeps_the_id() -> None:
    order = Invitation(
        invited_user_email_address="noor.haddad@fabrikam.com",
        invited_user_display_name="Noor Haddad",
        invite_redirect_url="https://dev.azure.com/contoso",
        send_invitation_message=False,
    )
    first = await GRAPH.invitations.post(order)
    assert first.status == "PendingAcceptance" and first.invite_redeem_url.startswith("https://")
    again = await GRAPH.invitations.post(order)
    assert again.invited_user.id == first.invited_user.id
    fields = ["id", "userType", "externalUserState", "creationType", "identities"]
    page = await GRAPH.users.get(asking(filter="mail eq 'noor.haddad@fabrikam.com'", select=fields))
    [guest] = page.value
    got = (guest.id, guest.user_type, guest.external_user_state, guest.creation_type)
    assert got == (first.invited_user.id, "Guest", "PendingAcceptance", "Invitation"), got
    assert guest.identities[0].sign_in_type == "userPrincipalName"
    peer.sandbox("redeem", {"user": guest.id})
    page = await GRAPH.users.get(asking(filter="mail eq 'noor.haddad@fabrikam.com'", select=fields))
    assert page.value[0].external_user_state == "Accepted"


@case
async def an_address_of_the_own_domain_is_not_invited() -> None:
    order = Invitation(
        invited_user_email_address="new@contoso.com",
        invite_redirect_url="https://dev.azure.com/contoso",
    )
    await refused(GRAPH.invitations.post(order), 400, "BadRequest")


@case
async def the_tenant_and_its_domains_are_told() -> None:
    [organization] = (await GRAPH.organization.get()).value
    assert organization.id == peer.TENANT
    verified = {domain.name for domain in organization.verified_domains}
    assert verified == {"contoso.com", "contoso.onmicrosoft.com"}, verified
    domains = (await GRAPH.domains.get()).value
    assert {domain.id for domain in domains if domain.is_verified} == verified


@case
async def ids_are_looked_up_together() -> None:
    users = (await GRAPH.users.get(asking(top=3))).value
    body = GetByIdsPostRequestBody(
        ids=[user.id for user in users] + ["00000000-0000-4000-8000-00000000dead"], types=["user"]
    )
    found = (await GRAPH.directory_objects.get_by_ids.post(body)).value
    assert {each.id for each in found} == {user.id for user in users}
    assert all(isinstance(each, User) for each in found), "@odata.type tells the SDK what it is"


@case
async def a_batch_answers_each_item() -> None:
    def item(information: Any, name: str, after: list[str] | None = None) -> None:
        # A request knows its own address only once it has been told the base.
        information.path_parameters["baseurl"] = BASE
        content.add_request(name, BatchRequestItem(information, name, after))

    content = BatchRequestContent()
    item(GRAPH.users.to_get_request_information(asking(top=2)), "list")
    item(GRAPH.users.by_user_id("no@contoso.com").to_get_request_information(), "missing")
    item(GRAPH.organization.to_get_request_information(), "after", ["missing"])
    answer = await GRAPH.batch.post(content)
    statuses = {name: each.status for name, each in answer.responses.items()}
    # The SDK writes `depends_on` where the service reads `dependsOn`: nothing depends on anything.
    assert statuses == {"list": 200, "missing": 404, "after": 200}, statuses
    # Bodies in JSON, which is what the service sends, come out of this version of the SDK as nothing:
    # it takes base64 only. Statuses and headers are all that it shows.
    for item in answer.responses.values():
        kind = next(v for k, v in item.headers.items() if k.lower() == "content-type")
        assert kind.startswith("application/json"), item.headers


@case
async def throttling_is_waited_out_by_the_sdk_itself() -> None:
    rule = {"path": "v1.0/users", "times": 2}
    rule["effect"] = {"status": {"code": 429, "retry_after_s": 1}}
    peer.sandbox("faults", rule)
    assert len((await GRAPH.users.get(asking(top=1))).value) == 1


def serves(path: str) -> bool:
    request = urllib.request.Request(f"{BASE}/{path}")
    request.add_header("Authorization", f"Bearer {peer.GRAPH_TOKEN}")
    try:
        with urllib.request.urlopen(request, timeout=30):
            return True
    except urllib.error.HTTPError as error:
        assert error.code == 404, f"GET /{path} is answered {error.code}"
        return False


def references() -> None:
    from msgraph.generated.models.group import Group
    from msgraph.generated.models.reference_create import ReferenceCreate

    @case
    async def a_member_is_put_into_a_group_and_taken_out_by_reference() -> None:
        made = await GRAPH.groups.post(
            Group(
                display_name="Movers",
                mail_nickname="movers",
                mail_enabled=False,
                security_enabled=True,
            )
        )
        group = GRAPH.groups.by_group_id(made.id)
        [user] = (await GRAPH.users.get(asking(top=1))).value
        reference = ReferenceCreate(
            odata_id=f"https://graph.microsoft.com/v1.0/directoryObjects/{user.id}"
        )
        await group.members.ref.post(reference)
        assert [member.id for member in (await group.members.get()).value] == [user.id]
        await group.members.by_directory_object_id(user.id).ref.delete()
        assert (await group.members.get()).value == []
        assert (await GRAPH.users.by_user_id(user.id).get()).id == user.id
        await group.delete()


if serves("groups"):
    references()
else:
    print("absent  graph_sdk: groups and references, for this sandbox does not serve them")

if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    peer.main(loop.run_until_complete)
