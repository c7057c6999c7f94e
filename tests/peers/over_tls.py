"""azure-identity and msgraph-sdk as anybody installs them, with nothing of theirs changed:
`https://login.microsoftonline.com` and `https://graph.microsoft.com`, certificates checked. Only
the way to them is another: a cloud host is at 127.0.0.1, and port 443 there is the sandbox's.

Whom they trust is said in SSL_CERT_FILE and REQUESTS_CA_BUNDLE, as for any server of one's own."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import urllib.parse
from typing import Any

import certifi
import httpx
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential
from azure.identity.aio import ClientSecretCredential as AsyncClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphServiceClient
from msgraph.generated.models.invitation import Invitation
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

import peer
from peer import case

SCOPES = ["https://graph.microsoft.com/.default"]
IN_DIRECTORY = 33
LOOPBACK = "127.0.0.1"
PORT = urllib.parse.urlsplit(peer.ENDPOINT).port
HOSTS = {
    "dev.azure.com",
    "contoso.visualstudio.com",
    "graph.microsoft.com",
    "login.microsoftonline.com",
}

# The SDK logs every refusal, and refusals are what some cases are about.
logging.disable(logging.ERROR)

_getaddrinfo = socket.getaddrinfo
_connect = socket.socket.connect


def getaddrinfo(host: Any, *more: Any, **options: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    return _getaddrinfo(LOOPBACK if name in HOSTS else host, *more, **options)


def connect(self: socket.socket, address: Any) -> None:
    return _connect(self, (LOOPBACK, PORT) if address == (LOOPBACK, 443) else address)


socket.getaddrinfo = getaddrinfo
socket.socket.connect = connect


def credential(secret: str = peer.CLIENT_SECRET) -> ClientSecretCredential:
    return ClientSecretCredential(peer.TENANT, peer.CLIENT_ID, secret)


GRAPH = GraphServiceClient(credential(), scopes=SCOPES)


def log_of(host: str) -> list[Any]:
    return [request for request in peer.sandbox("requests") if request["host"] == host]


@case
def a_secret_becomes_a_token_at_the_sign_in_host_itself() -> None:
    assert credential().get_token(*SCOPES).token == peer.GRAPH_TOKEN
    paths = [request["path"] for request in log_of("login.microsoftonline.com")]
    assert f"{peer.TENANT}/oauth2/v2.0/token" in paths, paths


@case
async def the_asynchronous_credential_does_the_same() -> None:
    async with AsyncClientSecretCredential(
        peer.TENANT, peer.CLIENT_ID, peer.CLIENT_SECRET
    ) as signed_in:
        assert (await signed_in.get_token(*SCOPES)).token == peer.GRAPH_TOKEN


@case
def a_wrong_secret_is_refused_with_the_number_of_the_reason() -> None:
    try:
        credential(secret="wrong").get_token(*SCOPES)
    except ClientAuthenticationError as error:
        assert "AADSTS7000215" in str(error), error
    else:
        raise AssertionError("a token was given")


@case
async def users_are_listed_by_links_to_the_cloud_host() -> None:
    query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(top=10)
    page = await GRAPH.users.get(RequestConfiguration(query_parameters=query))
    users, pages = list(page.value), 1
    while page.odata_next_link:
        link = page.odata_next_link
        assert link.startswith("https://graph.microsoft.com/v1.0/"), link
        page = await GRAPH.users.with_url(link).get()
        users += page.value
        pages += 1
    assert len({user.id for user in users}) == len(users) == IN_DIRECTORY, len(users)
    assert pages == 4, pages


@case
async def a_guest_is_invited_and_found() -> None:
    made = await GRAPH.invitations.post(
        Invitation(
            invited_user_email_address="noor.haddad@fabrikam.com",
            invited_user_display_name="Noor Haddad",
            invite_redirect_url="https://dev.azure.com/contoso",
            send_invitation_message=False,
        )
    )
    guest = await GRAPH.users.by_user_id(made.invited_user.id).get()
    assert guest.mail == "noor.haddad@fabrikam.com", guest.mail


@case
async def an_error_of_the_service_arrives_as_one() -> None:
    try:
        await GRAPH.users.by_user_id("nobody@contoso.com").get()
    except ODataError as error:
        assert error.response_status_code == 404, error
    else:
        raise AssertionError("it was found")


@case
async def throttling_is_waited_out_by_the_sdk_itself() -> None:
    rule = {"path": "v1.0/organization", "times": 1}
    rule["effect"] = {"status": {"code": 429, "retry_after_s": 1}}
    peer.sandbox("faults", rule)
    [organization] = (await GRAPH.organization.get()).value
    assert organization.id == peer.TENANT


@case
def the_names_that_azure_devops_had_are_covered() -> None:
    for url in ("https://dev.azure.com/contoso", "https://contoso.visualstudio.com"):
        answer = requests.get(
            f"{url}/_apis/connectionData?api-version=7.1-preview",
            auth=("", peer.PERSONAL_ACCESS_TOKEN),
            timeout=30,
        )
        assert answer.json()["authenticatedUser"]["id"], answer.text


@case
def both_versions_of_http_are_spoken() -> None:
    headers = {"Authorization": f"Bearer {peer.GRAPH_TOKEN}"}
    for version, is_second in [("HTTP/2", True), ("HTTP/1.1", False)]:
        with httpx.Client(http2=is_second, headers=headers) as client:
            answer = client.get("https://graph.microsoft.com/v1.0/users?$top=1")
        got = (answer.http_version, answer.status_code)
        assert got == (version, 200), got
        link = answer.json()["@odata.nextLink"]
        assert link.startswith("https://graph.microsoft.com/v1.0/users?"), link


@case
def who_does_not_trust_the_sandbox_does_not_come_in() -> None:
    url = "https://graph.microsoft.com/v1.0/organization"
    before = len(log_of("graph.microsoft.com"))
    try:
        requests.get(url, verify=certifi.where(), timeout=30)
    except requests.exceptions.SSLError as error:
        assert "CERTIFICATE_VERIFY_FAILED" in str(error), error
    else:
        raise AssertionError("requests took the certificate")
    try:
        httpx.get(url, verify=ssl.create_default_context(cafile=certifi.where()))
    except httpx.ConnectError as error:
        assert "CERTIFICATE_VERIFY_FAILED" in str(error), error
    else:
        raise AssertionError("httpx took the certificate")
    assert len(log_of("graph.microsoft.com")) == before


@case
def the_authority_is_good_for_no_other_host() -> None:
    HOSTS.add("www.example.com")
    try:
        requests.get("https://www.example.com/", timeout=30)
    except requests.exceptions.SSLError as error:
        assert "www.example.com" in str(error), error
    else:
        raise AssertionError("the certificate is for everybody")
    finally:
        HOSTS.remove("www.example.com")


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    peer.main(loop.run_until_complete)
