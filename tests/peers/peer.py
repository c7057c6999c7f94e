"""What every peer needs: cases that run in order, a sandbox's address, and nothing but loopback."""

from __future__ import annotations

import inspect
import ipaddress
import json
import os
import sys
import traceback
import urllib.request
from collections.abc import Callable
from typing import Any

ENDPOINT = os.environ["ORGCTL_ENDPOINT"]
TENANT = "aaaabbbb-0000-4ccc-8111-dddd2222eeee"
ORGANIZATION = "contoso"
PERSONAL_ACCESS_TOKEN = "sandbox-pat"
DEVOPS_TOKEN = "sandbox-devops"
GRAPH_TOKEN = "sandbox-graph"
CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"

_cases: list[Callable[[], Any]] = []


def _loopback_only(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuses every connection that would leave this machine, whichever library asks for it."""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host is None or host == "localhost":
        return
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        inside = ipaddress.ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise PermissionError(f"a peer wanted to reach {name}, which is not this machine")


sys.addaudithook(_loopback_only)


def case(function: Callable[[], Any]) -> Callable[[], Any]:
    """Marks a case. Cases run in the order in which they are written."""
    _cases.append(function)
    return function


def sandbox(hook: str, body: Any = None) -> Any:
    """Asks the sandbox itself: a GET, or a POST when there is a body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{ENDPOINT}/_sandbox/{hook}", data=data)
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def main(run: Callable[[Any], Any] = lambda result: result) -> None:
    """Runs every case, tells how each went, and ends with status 1 when one has failed."""
    failed = 0
    peer = os.path.basename(sys.argv[0]).removesuffix(".py")
    for function in _cases:
        name = f"{peer}: {function.__name__.replace('_', ' ')}"
        try:
            result = function()
            if inspect.isawaitable(result):
                run(result)
            print(f"ok      {name}", flush=True)
        except Exception:  # A case that fails must not hide how the others go.
            failed += 1
            traceback.print_exc()
            print(f"FAILED  {name}", flush=True)
    sys.exit(1 if failed else 0)
