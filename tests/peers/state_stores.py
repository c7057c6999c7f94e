"""The state in Azure Blob Storage and in S3: many applies at once, conditional writes, a store that goes
away. Azurite and moto stand in for the clouds; what orgctl moves is in sandboxes of its own."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from peer import DEVOPS_TOKEN, GRAPH_TOKEN, case, main
from stores import Azurite, Moto, Store

ORGCTL = os.environ["PEERS_ORGCTL"]
EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"
APPLIES = 22
STORES: list[Store] = [Azurite(), Moto()]


class Machine:
    """A folder with org.toml, as one of several people has it who share a state."""

    def __init__(self, store: Store, example: str, path: str) -> None:
        self.store = store
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="machine-"))
        text = (EXAMPLES / example / "org.toml").read_text(encoding="utf-8")
        text = re.sub(r"(?m)^\[state\]\n(?:.+\n?)*", "", text)
        self.url = f"{store.scheme}://{store.container}/{path}"
        text += f'\n[state]\nurl = "{self.url}"\n'
        (self.folder / "org.toml").write_text(text, encoding="utf-8")
        shutil.copy(EXAMPLES / example / "live.json", self.folder)

    def start(self, endpoint: str, *arguments: str, **more: str) -> subprocess.Popen[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "USER": "ana",
            "ORGCTL_ENDPOINT": endpoint,
            "ORGCTL_DEVOPS_TOKEN": DEVOPS_TOKEN,
            "ORGCTL_GRAPH_TOKEN": GRAPH_TOKEN,
            **self.store.environment(),
            **more,
        }
        return subprocess.Popen(
            [ORGCTL, *arguments],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def end(self, process: subprocess.Popen[str], status: int | None) -> tuple[str, str]:
        """Waits for a process, and sees to it that it has given no secret away."""
        out, err = process.communicate(timeout=180)
        texts = [out, err]
        for path in self.folder.rglob("*"):
            if path.is_file():
                texts.append(path.read_text(encoding="utf-8", errors="replace"))
        for text in texts:
            assert self.store.secret not in text, "the key is in what was written"
        if status is not None:
            assert process.returncode == status, f"{process.returncode}\n{out}\n{err}"
        # Longer sentences are laid out in lines.
        return out, " ".join(err.replace("│", " ").split())

    def run(self, endpoint: str, *arguments: str, status: int = 0, **more: str) -> tuple[str, str]:
        return self.end(self.start(endpoint, *arguments, **more), status)


NOWHERE = "http://127.0.0.1:9"


@contextmanager
def sandbox(example: str) -> Iterator[str]:
    """The services, with the world of an example."""
    folder = tempfile.mkdtemp(prefix="sandbox-")
    shutil.copy(EXAMPLES / example / "live.json", folder)
    process = subprocess.Popen(
        [ORGCTL, "-q", "sandbox", "serve", "--seed", "live.json"],
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate(timeout=30)


def hook(endpoint: str, name: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{endpoint}/_sandbox/{name}", data=data)
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def wait_for(endpoint: str, path_end: str) -> None:
    for _ in range(1200):
        if any(one["path"].endswith(path_end) for one in hook(endpoint, "requests")):
            return
        time.sleep(0.05)
    raise AssertionError(f"no request to …{path_end}")


def on_each_store(function: Any) -> Any:
    """One case for each store."""

    def on(store: Store) -> None:
        def run() -> None:
            store.start()
            function(store)

        run.__name__ = f"{function.__name__} on {store.name}"
        case(run)

    for store in STORES:
        on(store)
    return function


@on_each_store
def one_of_two_and_twenty_applies_wins_and_the_others_name_it(store: Store) -> None:
    with sandbox("minimal") as endpoint:
        machines = [Machine(store, "minimal", "race/org.json") for _ in range(APPLIES)]
        arguments = ("apply", "--auto-approve", "--wait", "170s")
        running = [(one, one.start(endpoint, *arguments)) for one in machines]
        deadline = time.monotonic() + 150
        while sum(process.poll() is None for _, process in running) > 1:
            assert time.monotonic() < deadline, "more than one is at work"
            time.sleep(0.05)
        [(machine, winner)] = [pair for pair in running if pair[1].poll() is None]
        for other, process in running:
            if process is not winner:
                _, told = other.end(process, 5)
                assert f"{machine.url} is locked by ana on " in told, told
                assert f"(process {winner.pid}), apply since 2" in told, told
                assert "`orgctl state unlock " in told, told
        hook(endpoint, "connect", {})
        out, _ = machine.end(winner, 0)
        assert "No changes." in out, out
        letters = hook(endpoint, "letters")
        assert len(letters) == 1, letters
        out, _ = machines[0].run(endpoint, "plan", "--detailed-exitcode")
        assert "No changes." in out and "adopt" not in out, out
        keys = store.keys("race/")
        assert not any("lock" in key or "journal" in key for key in keys), keys


@on_each_store
def no_update_is_lost_even_when_the_lock_is_broken(store: Store) -> None:
    """Somebody deletes the lock again and again: only conditional writes keep the state whole."""
    path = "broken/org.json"
    with sandbox("contoso") as endpoint:
        first = Machine(store, "contoso", path)
        first.run(endpoint, "apply", "--auto-approve")
    out, _ = first.run(NOWHERE, "state", "list")
    addresses = out.splitlines()
    assert len(addresses) >= APPLIES, addresses
    over = threading.Event()

    def break_locks() -> None:
        while not over.is_set():
            store.delete(f"{path}.lock")

    breaker = threading.Thread(target=break_locks)
    breaker.start()
    try:
        running = []
        for address in addresses[:APPLIES]:
            machine = Machine(store, "contoso", path)
            running.append((machine, address, machine.start(NOWHERE, "state", "rm", address)))
        removed, told = set(), []
        for machine, address, process in running:
            _, err = machine.end(process, None)
            assert process.returncode in (0, 5), err
            told.append(err)
            if process.returncode == 0:
                removed.add(address)
    finally:
        over.set()
        breaker.join()
    assert removed, "nobody won"
    out, _ = first.run(NOWHERE, "state", "list")
    assert set(addresses) - set(out.splitlines()) == removed, told
    if len(removed) < APPLIES:
        lost = [text for text in told if "written by somebody else" in text]
        print(f"        {len(removed)} removed, {len(lost)} refused by the store's condition")


@on_each_store
def another_machine_sees_the_same_state_and_its_history(store: Store) -> None:
    path = "shared/org.json"
    with sandbox("contoso") as endpoint:
        one, two = Machine(store, "contoso", path), Machine(store, "contoso", path)
        one.run(endpoint, "apply", "--auto-approve")
        out, _ = two.run(endpoint, "plan", "--detailed-exitcode")
        assert "No changes." in out, out
        pulled, _ = two.run(NOWHERE, "state", "pull")
        assert pulled.encode() == store.get(path), "pull prints what is there"
        before = json.loads(pulled)
        address = 'mapping["emily.w@live.co.uk"]'
        two.run(NOWHERE, "state", "rm", address)
        (one.folder / "old.json").write_text(pulled, encoding="utf-8")
        _, told = one.run(NOWHERE, "state", "push", "old.json", status=3)
        assert "it is older" in told, told
        one.run(NOWHERE, "state", "restore", str(before["serial"]))
        after = json.loads(two.run(NOWHERE, "state", "pull")[0])
        assert after["entries"] == before["entries"]
        assert after["serial"] == before["serial"] + 2
        for text in (b"", pulled.encode()[:400]):
            store.put(path, text)
            _, told = one.run(endpoint, "plan", status=1)
            assert "orgctl state restore SERIAL" in told, told
            history, _ = one.run(NOWHERE, "state", "history")
            last = history.splitlines()[-1].split()[0]
            _, told = one.run(NOWHERE, "state", "restore", last)
            assert f"{path}.damaged" in told, told
        out, _ = two.run(endpoint, "plan", "--detailed-exitcode")
        assert "No changes." in out, out
        assert len(store.keys(f"{path}.history/")) == 5


@on_each_store
def a_killed_apply_is_finished_on_this_machine_at_once_and_elsewhere_by_its_id(store: Store) -> None:
    path = "killed/org.json"
    with sandbox("minimal") as endpoint:
        one, two = Machine(store, "minimal", path), Machine(store, "minimal", path)
        arguments = ("apply", "--auto-approve", "--wait", "170s")
        process = one.start(endpoint, *arguments)
        wait_for(endpoint, "/invitations")
        process.send_signal(signal.SIGKILL)
        one.end(process, -signal.SIGKILL)
        _, told = two.run(endpoint, "apply", "--auto-approve", status=5)
        found = re.search(r"`orgctl state unlock (\S+)`", told)
        assert found and f"(process {process.pid})" in told, told
        _, told = two.run(NOWHERE, "state", "unlock", "1" * 32, status=5)
        assert "has another id" in told, told
        _, told = one.run(endpoint, "apply", "--auto-approve", status=7)
        assert "that process has ended" in told and "cut short" in told, told
        process = one.start(endpoint, *arguments)
        wait_until_locked(store, path)
        process.send_signal(signal.SIGKILL)
        one.end(process, -signal.SIGKILL)
        lock = json.loads(store.get(f"{path}.lock"))
        two.run(NOWHERE, "state", "unlock", lock["id"])
        hook(endpoint, "connect", {})
        out, _ = two.run(endpoint, "apply", "--auto-approve")
        assert "No changes." in out, out
        assert len(hook(endpoint, "letters")) == 1


def wait_until_at_the_gate(store: Store, path: str) -> None:
    """The last thing that the journal says before it is that somebody is to connect."""
    for _ in range(600):
        for key in store.keys(f"{path}.journal/")[-1:]:
            if b"connection[" in store.get(key):
                return
        time.sleep(0.05)
    raise AssertionError("apply did not come to the gate")


def wait_until_locked(store: Store, path: str) -> None:
    for _ in range(600):
        if f"{path}.lock" in store.keys(f"{path}.lock"):
            return
        time.sleep(0.05)
    raise AssertionError("nobody took the lock")


@on_each_store
def a_store_that_goes_away_in_the_middle_loses_nothing(store: Store) -> None:
    path = "away/org.json"
    with sandbox("minimal") as endpoint:
        one = Machine(store, "minimal", path)
        process = one.start(endpoint, "apply", "--auto-approve", "--wait", "170s")
        wait_until_at_the_gate(store, path)
        store.stop()
        hook(endpoint, "connect", {})
        _, told = one.end(process, 6)
        assert f"{store.scheme}://{store.container}/{path}" in told, told
        kept = re.search(r"what was done is kept in (\S+)\. Run `orgctl apply` again", told)
        assert kept, told
        files = list((one.folder / kept.group(1)).glob("journal-*"))
        assert files, "the journal is kept here"
        _, told = one.run(NOWHERE, "state", "list", status=1)
        assert "cannot read" in told, told
        store.start()
        out, told = one.run(endpoint, "apply", "--auto-approve")
        assert "cut short" in told and "No changes." in out, (out, told)
        assert len(hook(endpoint, "letters")) == 1
        assert not list((one.folder / kept.group(1)).glob("*")), "nothing is left lying about"
        elsewhere = Machine(store, "minimal", path)
        out, _ = elsewhere.run(endpoint, "plan", "--detailed-exitcode")
        assert "No changes." in out and "adopt" not in out, out


@on_each_store
def wrong_credentials_and_no_container_are_told_in_words(store: Store) -> None:
    machine = Machine(store, "contoso", "x/org.json")
    if store.checks_credentials:
        _, told = machine.run(NOWHERE, "state", "list", status=1, **store.wrong_credentials())
        assert "the credentials" in told and "help: check state.url" in told, told
    text = (machine.folder / "org.toml").read_text(encoding="utf-8")
    text = text.replace(f"://{store.container}/", "://no-such-place/")
    (machine.folder / "org.toml").write_text(text, encoding="utf-8")
    _, told = machine.run(NOWHERE, "state", "list", status=1)
    assert "there is no such " in told, told


if __name__ == "__main__":
    try:
        main()
    finally:
        for one in STORES:
            one.stop()
        sys.stdout.flush()
