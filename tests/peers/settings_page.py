"""A person at the gate, played by Chromium: the page of the organization settings, its button, what
orgctl makes of it, and what pages of strangers can do to it."""

from __future__ import annotations

import http.server
import json
import os
import re
import subprocess
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

import peer
from peer import case

PAGE = f"{peer.ENDPOINT}/dev.azure.com/{peer.ORGANIZATION}/_settings/organizationAad"
OWNER = "ana.ortiz@contoso.com"
HOSTILE = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but loopback has a name.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]


def browser() -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = os.environ["PEERS_CHROMIUM"]
    for flag in FLAGS:
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=Service(os.environ["PEERS_CHROMEDRIVER"]))


CHROMIUM = browser()


def find(selector: str) -> WebElement:
    return CHROMIUM.find_element(By.CSS_SELECTOR, selector)


def body() -> str:
    return find("body").text


def buttons() -> list[str]:
    return [button.text for button in CHROMIUM.find_elements(By.CSS_SELECTOR, "button[name=do]")]


def computed(selector: str, name: str) -> str:
    script = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
    return CHROMIUM.execute_script(script, selector, name)


def emulate(width: int = 1280, scheme: str = "light", media: str = "screen") -> None:
    phone = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    CHROMIUM.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    CHROMIUM.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})


def press(selector: str) -> None:
    """Presses a button by keyboard and waits for the page behind it."""
    before = find("html")
    find(selector).send_keys(Keys.ENTER)
    WebDriverWait(CHROMIUM, 30).until(lambda _: _is_gone(before))


def _is_gone(element: WebElement) -> bool:
    try:
        element.is_enabled()
    except Exception:  # Whichever way the driver says that the element is of the page before.
        return True
    return False


def tenant() -> Any:
    return peer.sandbox("world")["organization"].get("tenant")


def nothing_has_run() -> None:
    assert CHROMIUM.title != "run", "a name has run as a script"
    try:
        text = CHROMIUM.switch_to.alert.text
    except NoAlertPresentException:
        return
    raise AssertionError(f"an alert is open: {text}")


@contextmanager
def stranger(page: str) -> Iterator[str]:
    """A page of another origin on this machine."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def change_user(address: str, change: dict[str, Any]) -> None:
    """Changes a user of the directory."""
    users = peer.sandbox("world")["directory"]["users"]
    [key] = [k for k, user in users.items() if user["user_principal_name"] == address]
    request = urllib.request.Request(
        f"{peer.ENDPOINT}/graph.microsoft.com/v1.0/users/{key}",
        data=json.dumps(change).encode(),
        method="PATCH",
        headers={
            "Authorization": f"Bearer {peer.GRAPH_TOKEN}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 204, answer.status


def project() -> str:
    """The example organization, with a person at the gate."""
    folder = tempfile.mkdtemp()
    toml = Path("examples/contoso/org.toml").read_text(encoding="utf-8")
    toml, count = re.subn(r'(?m)^connect_with = "api"', 'connect_with = "portal"', toml)
    assert count == 1, "the example no longer connects by request"
    Path(folder, "org.toml").write_text(toml, encoding="utf-8")
    return folder


FOLDER = project()


def orgctl(*arguments: str, status: int) -> subprocess.CompletedProcess[str]:
    environment = {
        "ORGCTL_ENDPOINT": peer.ENDPOINT,
        "ORGCTL_DEVOPS_TOKEN": peer.DEVOPS_TOKEN,
        "ORGCTL_GRAPH_TOKEN": peer.GRAPH_TOKEN,
    }
    run = subprocess.run(
        [os.environ["PEERS_ORGCTL"], *arguments],
        cwd=FOLDER,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    output = f"{run.stdout}\n{run.stderr}"
    assert run.returncode == status, f"status {run.returncode} instead of {status}:\n{output}"
    return run


@case
def the_page_fits_a_phone_and_a_desk_by_day_and_by_night() -> None:
    papers = set()
    for width in (360, 1280):
        for scheme in ("light", "dark"):
            emulate(width, scheme)
            CHROMIUM.get(PAGE)
            needed = CHROMIUM.execute_script("return document.documentElement.scrollWidth")
            assert needed <= width, f"{needed} pixels are needed at {width}"
            papers.add((scheme, computed("body", "backgroundColor")))
            height = find("button[name=do]").size["height"]
            assert height >= 44, f"the button is {height} pixels high"
    assert len(papers) == 2 and len({paper for _, paper in papers}) == 2, papers
    emulate(media="print")
    assert computed(".press", "display") == "none", "a button is printed"
    emulate()


@case
def the_page_shows_people_and_no_directory() -> None:
    CHROMIUM.get(PAGE)
    text = body()
    assert "Not connected to a directory" in text and "42 users in the organization." in text, text
    assert buttons() == ["Connect directory"], buttons()
    assert len(CHROMIUM.find_elements(By.CSS_SELECTOR, "tbody tr")) == 42


@case
def somebody_is_found_by_a_part_of_a_name() -> None:
    CHROMIUM.get(PAGE)
    find("#q").send_keys("CHANG")
    press("form[role=search] button")
    rows = [row.text for row in CHROMIUM.find_elements(By.CSS_SELECTOR, "tbody tr")]
    assert len(rows) == 1 and "lee.chang@outlook.com" in rows[0], rows


@case
def what_is_looked_for_does_not_run() -> None:
    CHROMIUM.get(PAGE)
    find("#q").send_keys(f'">{HOSTILE}')
    press("form[role=search] button")
    nothing_has_run()
    assert find("#q").get_attribute("value") == f'">{HOSTILE}'
    assert HOSTILE in body(), body()
    assert CHROMIUM.find_elements(By.CSS_SELECTOR, "script, img") == []


@case
def a_form_of_another_origin_cannot_press() -> None:
    hook = f"{peer.ENDPOINT}/_sandbox/connect"
    for target in (PAGE, hook):
        form = f'<form method=post action="{target}"><button name=do value=connect>x</button></form>'
        with stranger(form) as address:
            CHROMIUM.get(address)
            press("button")
        assert "other" in body(), body()
        assert tenant() is None, f"a stranger has pressed {target}"


@case
def a_script_of_another_origin_cannot_press() -> None:
    script = """
        const [done, targets] = [arguments[1], arguments[0]];
        const send = target => fetch(target, { method: "POST", mode: "no-cors",
            body: new URLSearchParams({ do: "connect" }) }).catch(() => {});
        Promise.all(targets.map(send)).then(() => done(true));
    """
    with stranger("<p>x</p>") as address:
        CHROMIUM.get(address)
        CHROMIUM.execute_async_script(script, [PAGE, f"{peer.ENDPOINT}/_sandbox/connect"])
    asked = [entry for entry in peer.sandbox("requests") if entry["method"] == "POST"]
    assert asked and {entry["status"] for entry in asked} == {403}, asked
    assert tenant() is None, "a script of a stranger has pressed"


@case
def no_other_page_shows_the_button() -> None:
    with stranger(f'<iframe src="{PAGE}" width=900 height=900></iframe>') as address:
        CHROMIUM.get(address)
        CHROMIUM.switch_to.frame(find("iframe"))
        shown = buttons()
        CHROMIUM.switch_to.default_content()
    assert shown == [], shown


@case
def a_refusal_is_shown_in_the_words_of_the_service() -> None:
    change_user(OWNER, {"accountEnabled": False})
    CHROMIUM.get(PAGE)
    press("button[name=do]")
    told = find("[role=alert]").text
    change_user(OWNER, {"accountEnabled": True})
    assert f"User: {OWNER} is not allowed to link organization" in told, told
    assert tenant() is None


@case
def apply_stops_at_the_gate_and_names_the_page() -> None:
    change_user("priya.raman@contoso.com", {"displayName": HOSTILE})
    run = orgctl("apply", "--auto-approve", status=7)
    assert PAGE in "".join(run.stderr.split()), run.stderr


@case
def a_person_presses_the_button() -> None:
    CHROMIUM.get(PAGE)
    press("button[name=do]")
    assert CHROMIUM.current_url == PAGE, CHROMIUM.current_url
    assert tenant() == peer.TENANT, tenant()
    text = body()
    assert "Connected to a directory" in text and peer.TENANT in text, text
    assert buttons() == ["Disconnect directory"], buttons()
    CHROMIUM.refresh()
    assert tenant() == peer.TENANT, "loading the page again presses a button"


@case
def names_of_people_do_not_run() -> None:
    CHROMIUM.get(PAGE)
    nothing_has_run()
    assert HOSTILE in body(), body()
    assert CHROMIUM.find_elements(By.CSS_SELECTOR, "script, img") == []


@case
def who_is_disconnected_is_told_and_why() -> None:
    CHROMIUM.get(PAGE)
    find("nav a[href='?show=disconnected']").click()
    rows = [row.text for row in CHROMIUM.find_elements(By.CSS_SELECTOR, "tbody tr")]
    assert len(rows) > 20 and all("Disconnected" in row for row in rows), rows
    [lee] = [row for row in rows if "lee.chang@outlook.com" in row]
    assert "Nobody in Contoso is called lee.chang@outlook.com." in lee, lee


@case
def the_next_apply_goes_on_and_nothing_is_left() -> None:
    orgctl("apply", "--auto-approve", status=0)
    orgctl("plan", "--detailed-exitcode", status=0)
    CHROMIUM.get(PAGE)
    assert "42 users" not in body() and "disconnected" not in find("main").text, body()


if __name__ == "__main__":
    try:
        peer.main()
    finally:
        CHROMIUM.quit()
