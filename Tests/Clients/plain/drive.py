"""What a script without any client does: start a sync, look at the job until it has ended."""
import json
import os
import re
import subprocess
import time
import urllib.parse
import urllib.request

from clientkit import readme
from clientkit.cases import expect, expect_equal, run
from clientkit.fixture import USERS, Fixture

fixture = Fixture()
server = fixture.server


def call(method, path, body=None, token=None):
    request = urllib.request.Request(
        server.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def bearer():
    return call("POST", "/api/v1/applications/token", {
        "client_id": server.client_id, "client_secret": server.client_secret})["access_token"]


def sync_and_look():
    """POST connections/sync with a bearer token, then GET jobs/{id}, until it has succeeded"""
    token = bearer()
    job = call("POST", "/api/v1/connections/sync", {"connectionId": fixture.connection}, token)["job"]
    expect(isinstance(job["id"], int), f"job.id is {job['id']!r}; it should be a whole number.")
    deadline = time.monotonic() + 180
    while True:
        seen = call("GET", f"/api/v1/jobs/{job['id']}", token=token)["job"]
        expect_equal(seen["id"], job["id"], "job.id")
        if seen["status"] in ("succeeded", "failed", "cancelled"):
            break
        expect(time.monotonic() < deadline, f"The job did not end: {seen}")
        time.sleep(0.1)
    expect_equal(seen["status"], "succeeded", "job.status")
    attempts = server.config("jobs/get", {"id": job["id"]})["attempts"]
    expect_equal(attempts[-1]["attempt"]["recordsSynced"], USERS, "recordsSynced")


def tokens_everywhere():
    """the token endpoint answers on every path that clients make of it, for JSON and for forms"""
    order = {"client_id": server.client_id, "client_secret": server.client_secret}
    for path in ("/applications/token", "/v1/applications/token", "/api/v1/applications/token",
                 "/api/public/v1/applications/token"):
        for kind, data in (("application/json", json.dumps(order)),
                           ("application/x-www-form-urlencoded",
                            urllib.parse.urlencode({"grant_type": "client_credentials", **order}))):
            answer = server.send("POST", path, data.encode(), {"Content-Type": kind}, anonymous=True)
            expect_equal(answer.status, 200, f"The status of POST {path} as {kind} ({answer.text[:200]})")
            expect_equal(answer.json["token_type"], "Bearer", f"token_type of {path} as {kind}")
            expect_equal(len(answer.json["access_token"].split(".")), 3, f"The number of the token's parts at {path}")
            expect(answer.json["expires_in"] > 0, f"expires_in of {path} is {answer.json['expires_in']!r}.")


def forgiving_paths():
    """slashes too many, at the end and inside, change nothing"""
    for path in ("/api/v1/health", "/api/v1/health/", "//api/v1/health", "/api//v1/health/"):
        expect_equal(server.send("GET", path).status, 200, f"The status of GET {path}")
    found = server.send("POST", "//api/v1//connections/get/", {"connectionId": fixture.connection})
    expect_equal(found.status, 200, f"The status of //api/v1//connections/get/ ({found.text[:200]})")


def second_sync():
    """a second sync beside a running one is refused with 409 and a sentence"""
    first = server.config("connections/sync", {"connectionId": fixture.endless})["job"]["id"]
    try:
        answer = server.send("POST", "/api/v1/connections/sync", {"connectionId": fixture.endless})
        expect_equal(answer.status, 409, f"The status ({answer.text[:200]})")
        expect("already running" in answer.json["message"], f"The message is {answer.json['message']!r}.")
    finally:
        server.config("jobs/cancel", {"id": first})
        server.ended(first)


def readme_example():
    """the README's example for curl runs a sync"""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", readme.example("curl", "sh")], capture_output=True, text=True, timeout=120,
        env={**os.environ, **readme.settings(server, fixture.connection)})
    expect_equal(done.returncode, 0, f"The script's end ({done.stderr})")
    expect(re.fullmatch(r"Job \d+: succeeded\n", done.stdout), f"It says {done.stdout!r}.")


run(sync_and_look, tokens_everywhere, forgiving_paths, second_sync, readme_example)
