"""schemathesis, unmodified, on the description of Microsoft Graph in tests/openapi: requests that it
thinks of itself, valid and not, in its phases examples, coverage and fuzzing. No server error, and no
answer that breaks the description."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import peer
from peer import case

HERE = pathlib.Path(__file__).parent
DESCRIPTION = HERE.parent / "openapi" / "microsoft-graph.yaml"
BASE = f"{peer.ENDPOINT}/graph.microsoft.com/v1.0"

# The same requests in every run: a failure can be looked into.
SEED = "20261123"
# At most so many for each operation.
EXAMPLES = "150"
# What every answer is held against, whatever was asked.
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
    "missing_required_header",
    "negative_data_rejection",
]


def run(phase: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.json")
        program = str(pathlib.Path(sys.executable).parent / "schemathesis")
        command = [program, "run", str(DESCRIPTION)]
        command += ["--url", BASE, "--phases", phase, "--checks", ",".join(CHECKS)]
        command += ["--seed", SEED, "--max-examples", EXAMPLES, "--generation-deterministic"]
        command += ["--header", f"Authorization: Bearer {peer.GRAPH_TOKEN}"]
        command += ["--continue-on-failure", "--request-timeout", "10", "--no-color"]
        command += ["--report", "json", "--report-json-path", str(report), "--warnings", "off"]
        ended = subprocess.run(
            command, cwd=folder, env=dict(os.environ), text=True, capture_output=True, timeout=200
        )
        if ended.returncode != 0:
            print(ended.stdout[-12000:], ended.stderr[-4000:], sep="\n", file=sys.stderr)
        assert ended.returncode == 0, f"schemathesis ended with {ended.returncode}"
        cases = json.loads(report.read_text())["test_cases"]["generated"]
        print(f"{phase}: {cases} requests")
        assert cases > 0, "nothing was asked"


@case
def examples() -> None:
    run("examples")


@case
def coverage() -> None:
    run("coverage")


@case
def fuzzing() -> None:
    run("fuzzing")


if __name__ == "__main__":
    peer.main()
