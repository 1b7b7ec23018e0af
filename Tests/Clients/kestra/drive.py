"""The calls of Kestra's plugin for Airbyte, which cannot be installed here: `connections.Sync`, `CheckStatus`, and the
cloud's `jobs.Sync`. Addresses are put together as the plugin does it, with a slash too many."""
import base64
import re
import time
from datetime import datetime

from clientkit.cases import expect, expect_equal, run
from clientkit.fixture import USERS, Fixture

fixture = Fixture()
server = fixture.server
OVER = ("succeeded", "failed", "cancelled")


def post(path, body, authorization):
    """What `http://host:8000/` and the path come to."""
    return server.send("POST", "/" + path, body, authorization, anonymous=True)


def bearer():
    answer = post("/api/v1/applications/token", {
        "client_id": server.client_id, "client_secret": server.client_secret, "grant-type": "client_credentials"}, {})
    expect_equal(answer.status, 200, f"The status of the token ({answer.text[:300]})")
    return {"Authorization": f"Bearer {answer.json['access_token']}"}


def basic():
    pair = f"{server.admin_name}:{server.admin_password}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def follow(connection, authorization):
    """`connections.Sync` with `wait`: the job's last answer."""
    answer = post("/api/v1/connections/sync/", {"connectionId": connection}, authorization)
    expect_equal(answer.status, 200, f"The status of the sync ({answer.text[:300]})")
    job = answer.json["job"]["id"]
    deadline = time.monotonic() + 180
    while True:
        answer = post("/api/v1/jobs/get/", {"id": job}, authorization)
        expect_equal(answer.status, 200, f"The status of the job ({answer.text[:300]})")
        seen = answer.json
        for attempt in seen["attempts"]:
            expect(isinstance(attempt["logs"]["logLines"], list), "logLines is no list.")
        if seen["job"]["status"] in OVER:
            return seen
        expect(time.monotonic() < deadline, f"The job does not end: {seen['job']}")
        time.sleep(0.1)


def syncs():
    """connections.Sync runs a sync, with a client's credentials and with a password, and reads its metrics"""
    for way, wanted in ((bearer, USERS), (basic, 0)):
        seen = follow(fixture.connection, way())
        expect_equal(seen["job"]["status"], "succeeded", "The job's status")
        attempt = seen["attempts"][-1]["attempt"]
        expect_equal(attempt.get("failureSummary"), None, "The failure")
        expect_equal(attempt["recordsSynced"], wanted, "The number of records")
        for stream in attempt["streamStats"]:
            expect_equal(stream["streamName"], "users", "The stream's name")
            for key in ("recordsEmitted", "recordsCommitted", "bytesEmitted"):
                expect(isinstance(stream["stats"][key], int), f"{key} is {stream['stats'].get(key)!r}.")
        lines = [line for each in seen["attempts"] for line in each["logs"]["logLines"]]
        expect(any("Reading users" in line for line in lines), "The source's line is not in the log.")


def fails():
    """connections.Sync is told why a sync failed"""
    seen = follow(fixture.failing, bearer())
    expect_equal(seen["job"]["status"], "failed", "The job's status")
    failures = seen["attempts"][-1]["attempt"]["failureSummary"]["failures"]
    expect(failures and failures[0]["externalMessage"], f"There is no reason: {failures}")


def already_running():
    """a sync that runs already is answered with 409, in words that the plugin looks for"""
    authorization = bearer()
    post("/api/v1/connections/sync/", {"connectionId": fixture.endless}, authorization)
    try:
        answer = post("/api/v1/connections/sync/", {"connectionId": fixture.endless}, authorization)
        expect_equal(answer.status, 409, f"The status ({answer.text[:300]})")
        expect("already running" in answer.text, f"The answer is {answer.text[:300]}")
    finally:
        fixture.stop(fixture.endless)


def cloud():
    """cloud.jobs.Sync and Reset: times and durations are such as Java parses"""
    for kind in ("sync", "reset"):
        job = server.public("POST", "jobs", {"connectionId": fixture.connection, "jobType": kind})["jobId"]
        server.ended(job)
        seen = server.public("GET", f"jobs/{job}")
        expect_equal((seen["jobType"], seen["status"]), (kind, "succeeded"), "The job's kind and its status")
        for key in ("startTime", "lastUpdatedAt"):
            expect(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", seen[key]), f"{key} is {seen[key]}.")
            datetime.fromisoformat(seen[key])
        expect(re.fullmatch(r"PT(\d+H)?(\d+M)?(\d+(\.\d+)?S)?", seen["duration"]), f"duration is {seen['duration']}.")


run(syncs, fails, already_running, cloud)
