"""Schemathesis against our own description of the API: requests made up from it, right ones and wrong ones. No answer is a
server error, and each has a status, a media type and a body that the description says."""
import os
import subprocess
import sys

from clientkit.cases import expect, run
from clientkit.fixture import Fixture

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"

fixture = Fixture()
server = fixture.server


def conforms():
    """made-up requests are answered as our description says"""
    answer = server.send("GET", "/api/v1/openapi")
    expect(answer.status == 200, f"GET /api/v1/openapi answered {answer}.")
    path = os.path.join(fixture.directory, "description")
    with open(path, "w", encoding="utf-8") as file:
        file.write(answer.text)
    command = [
        os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run", path, "--url", f"{server.url}/api",
        "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "4", "--max-time", "50",
        # The same requests each time. Where it finds something, a larger seed and more examples find more.
        "--seed", "1", "--generation-database", "none", "--no-shrink", "--continue-on-failure", "--request-timeout", "30",
        "--warnings", "off", "--suppress-health-check", "all", "--no-color",
        # They would call addresses that nobody thought of.
        "--exclude-path-regex", "notifications/try",
    ]
    if server.signs_in:
        command += ["--header", f"Authorization: Bearer {server.bearer()}"]
    done = subprocess.run(command, cwd=fixture.directory, timeout=120)
    expect(done.returncode == 0, f"schemathesis ended with {done.returncode}; above it says what it found.")


run(conforms)
