"""Azurite and moto, started and stopped, and looked into without orgctl."""

from __future__ import annotations

import base64
import email.utils
import hashlib
import hmac
import logging
import os
import re
import secrets
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any


# For another peer; of nothing, boto3 makes an error.
os.environ.pop("REQUESTS_CA_BUNDLE", None)


def free_port() -> int:
    """One that the system gives to no outgoing connection: a store that is restarted has it again, and
    whoever knocks meanwhile does not reach themselves."""
    while True:
        port = 12_000 + secrets.randbelow(16_000)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Store:
    """A store of objects with one container."""

    name: str
    scheme: str
    secret: str
    container = "states"
    checks_credentials = False

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """What orgctl needs to know, as the cloud's own tools do."""
        raise NotImplementedError

    def wrong_credentials(self) -> dict[str, str]:
        raise NotImplementedError

    def get(self, key: str) -> bytes:
        raise NotImplementedError

    def put(self, key: str, body: bytes) -> None:
        raise NotImplementedError

    def delete(self, key: str) -> None:
        """Deletes an object, where there is one."""
        raise NotImplementedError

    def keys(self, prefix: str) -> list[str]:
        raise NotImplementedError


class Azurite(Store):
    """Azure Blob Storage, by Microsoft, with an account of its own."""

    name = "azurite"
    scheme = "az"
    checks_credentials = True
    account = "orgctlpeers"
    version = "2021-12-02"

    def __init__(self) -> None:
        self.secret = base64.b64encode(secrets.token_bytes(64)).decode()
        self.port = free_port()
        self.folder = tempfile.mkdtemp(prefix="azurite-")
        self.process: subprocess.Popen[Any] | None = None
        self.is_new = True

    def start(self) -> None:
        if self.process is not None:
            return
        self.process = subprocess.Popen(
            [
                "node",
                os.environ["PEERS_AZURITE"],
                *("--blobHost", "127.0.0.1", "--blobPort", str(self.port)),
                *("--location", self.folder, "--silent", "--disableTelemetry"),
                "--skipApiVersionCheck",
            ],
            env={
                "PATH": os.environ["PATH"],
                "HOME": self.folder,
                "AZURITE_ACCOUNTS": f"{self.account}:{self.secret}",
            },
            stdout=subprocess.DEVNULL,
        )
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                break
            except OSError:
                assert self.process.poll() is None, "Azurite did not start"
                time.sleep(0.05)
        if self.is_new:
            self.request("PUT", self.container, {"restype": "container"}, b"")
            self.is_new = False

    def stop(self) -> None:
        """In order: Azurite writes to its disk only now and then, and a cloud does not forget."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=60)
            self.process = None

    def environment(self) -> dict[str, str]:
        return {
            "AZURE_STORAGE_ACCOUNT_NAME": self.account,
            "AZURE_STORAGE_ACCOUNT_KEY": self.secret,
            "AZURE_STORAGE_ENDPOINT": f"http://127.0.0.1:{self.port}/{self.account}",
            "AZURE_ALLOW_HTTP": "true",
        }

    def wrong_credentials(self) -> dict[str, str]:
        return {"AZURE_STORAGE_ACCOUNT_KEY": base64.b64encode(b"wrong").decode()}

    def request(self, method: str, path: str, query: dict[str, str], body: bytes | None) -> bytes:
        headers = {
            "x-ms-date": email.utils.formatdate(usegmt=True),
            "x-ms-version": self.version,
        }
        if method == "PUT" and not query:
            headers["x-ms-blob-type"] = "BlockBlob"
        length = str(len(body)) if body else ""
        content = ["", "", length, "", "", "", "", "", "", "", ""]
        kind = "application/octet-stream" if body is not None else ""
        content[4] = kind
        names = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        resource = f"/{self.account}/{self.account}/{urllib.parse.quote(path)}"
        resource += "".join(f"\n{name}:{query[name]}" for name in sorted(query))
        signed = "\n".join([method, *content]) + "\n" + names + resource
        key = base64.b64decode(self.secret)
        signature = base64.b64encode(hmac.digest(key, signed.encode(), hashlib.sha256)).decode()
        headers["Authorization"] = f"SharedKey {self.account}:{signature}"
        if kind:
            headers["Content-Type"] = kind
        url = f"http://127.0.0.1:{self.port}/{self.account}/{urllib.parse.quote(path)}"
        if query:
            url += "?" + urllib.parse.urlencode(query)
        request = urllib.request.Request(url, data=body, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read())

    def get(self, key: str) -> bytes:
        return self.request("GET", f"{self.container}/{key}", {}, None)

    def put(self, key: str, body: bytes) -> None:
        self.request("PUT", f"{self.container}/{key}", {}, body)

    def delete(self, key: str) -> None:
        try:
            self.request("DELETE", f"{self.container}/{key}", {}, None)
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise

    def keys(self, prefix: str) -> list[str]:
        query = {"restype": "container", "comp": "list", "prefix": prefix}
        text = self.request("GET", self.container, query, None).decode()
        return re.findall(r"<Name>([^<]*)</Name>", text)


class Moto(Store):
    """S3, in this process. It takes any credentials."""

    name = "moto"
    scheme = "s3"

    def __init__(self) -> None:
        self.secret = secrets.token_hex(20)
        self.port = free_port()
        self.server: Any = None
        self.is_new = True

    def start(self) -> None:
        if self.server is not None:
            return
        from moto.server import ThreadedMotoServer

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.server = ThreadedMotoServer("127.0.0.1", port=self.port, verbose=False)
        self.server.start()
        if self.is_new:
            self.client().create_bucket(Bucket=self.container)
            self.is_new = False

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()
            self.server = None

    def environment(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": "orgctl",
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT": f"http://127.0.0.1:{self.port}",
            "AWS_ALLOW_HTTP": "true",
        }

    def client(self) -> Any:
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name="us-east-1",
            aws_access_key_id="orgctl",
            aws_secret_access_key=self.secret,
        )

    def get(self, key: str) -> bytes:
        return bytes(self.client().get_object(Bucket=self.container, Key=key)["Body"].read())

    def put(self, key: str, body: bytes) -> None:
        self.client().put_object(Bucket=self.container, Key=key, Body=body)

    def delete(self, key: str) -> None:
        self.client().delete_object(Bucket=self.container, Key=key)

    def keys(self, prefix: str) -> list[str]:
        found = self.client().list_objects_v2(Bucket=self.container, Prefix=prefix)
        return [one["Key"] for one in found.get("Contents", [])]
