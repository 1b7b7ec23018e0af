#!/usr/bin/env python3
"""A real sync, from nothing to rows: starts Swiftlet on SQLite in a new directory and drives it over its API.

An unmodified Airbyte connector from PyPI (source-faker) makes up users, products and purchases; the native
destination-sqlite writes them into a database file, which is then read with sqlite3.
"""
import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COUNT = 1000
CONNECTOR_VERSION = "latest"


def say(text):
    print(text, flush=True)


class API:
    def __init__(self, base):
        self.base = base

    def __call__(self, operation, body=None, timeout=900):
        request = urllib.request.Request(
            f"{self.base}/api/v1/{operation}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            sys.exit(f"demo: {operation} answered {error.code}: {error.read().decode()[:2000]}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_healthy(api, server):
    for _ in range(600):
        if server.poll() is not None:
            sys.exit(f"demo: swiftlet ended with code {server.returncode} before it was healthy.")
        try:
            with urllib.request.urlopen(f"{api.base}/api/v1/health", timeout=2) as answer:
                if json.load(answer).get("available"):
                    return
        except OSError:
            pass
        time.sleep(0.05)
    sys.exit("demo: swiftlet did not become healthy within 30 s.")


def follow(api, job):
    """Shows a job's progress until it ends; returns the records it committed."""
    shown = None
    while True:
        info = api("jobs/get_without_logs", {"id": job})
        status = info["job"]["status"]
        attempt = info["attempts"][-1]["attempt"] if info["attempts"] else {}
        stats = attempt.get("totalStats", {})
        line = f"   {status:<10} read {stats.get('recordsEmitted', 0):>6}   committed {stats.get('recordsCommitted', 0):>6}"
        if line != shown:
            say(line)
            shown = line
        if status == "succeeded":
            return sum(a["attempt"].get("totalStats", {}).get("recordsCommitted", 0) for a in info["attempts"])
        if status in ("failed", "cancelled"):
            log = api("jobs/get", {"id": job})["attempts"][-1]["logs"]["logLines"][-30:]
            sys.exit("\n".join(["demo: the sync did not succeed:", json.dumps(attempt.get("failureSummary"), indent=2), *log]))
        time.sleep(0.2)


def query(path, sql):
    return subprocess.run(["sqlite3", "-readonly", path, sql], check=True, capture_output=True, text=True).stdout.strip()


def stream(entry, sync_mode, destination_mode):
    config = dict(entry["config"], syncMode=sync_mode, destinationSyncMode=destination_mode, selected=True)
    config["primaryKey"] = entry["stream"].get("sourceDefinedPrimaryKey") or [["id"]]
    config["cursorField"] = entry["stream"].get("defaultCursorField") or ["updated_at"]
    return {"stream": entry["stream"], "config": config}


def sync(api, connection, name):
    say(f"-- {name}")
    started = time.time()
    committed = follow(api, api("connections/sync", {"connectionId": connection})["job"]["id"])
    say(f"   {committed} records committed in {time.time() - started:.1f} s")
    return committed


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--keep", action="store_true", help="leave everything running and say where")
    options.add_argument("--data", help="the data directory; default: a new temporary one")
    options.add_argument("--count", type=int, default=COUNT, help="how many users to make up")
    options = options.parse_args()

    data = os.path.abspath(options.data) if options.data else tempfile.mkdtemp(prefix="swiftlet-demo-")
    port = 8000 if options.keep else free_port()
    log_path = os.path.join(data, "demo.log")
    os.makedirs(data, exist_ok=True)
    environment = dict(os.environ, REPLICATION_FLUSH_PERIOD_SECONDS="1")
    environment.pop("DATABASE_URL", None)
    say(f"-- start: swiftlet up --data {data} --port {port}")
    with open(log_path, "ab") as log:
        server = subprocess.Popen(
            [os.path.join(ROOT, ".build/release/swiftlet"), "up", "--data", data, "--port", str(port)],
            stdout=log, stderr=log, env=environment,
        )
    succeeded = False
    try:
        succeeded = run(API(f"http://127.0.0.1:{port}"), server, data, options)
    finally:
        if not succeeded:
            say(f"   the log of swiftlet is in {log_path}")
        if not (succeeded and options.keep):
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
            if succeeded and not options.data:
                shutil.rmtree(data, ignore_errors=True)


def run(api, server, data, options):
    started = time.time()
    wait_until_healthy(api, server)
    say(f"   healthy after {time.time() - started:.2f} s: {api.base}")
    workspace = api("workspaces/list", {})["workspaces"][0]["workspaceId"]

    say("-- install airbyte-source-faker from PyPI (once; it takes a minute)")
    definition = api("source_definitions/create_custom", {
        "workspaceId": workspace,
        "sourceDefinition": {"name": "Faker", "dockerRepository": "pypi:airbyte-source-faker",
                             "dockerImageTag": CONNECTOR_VERSION,
                             "documentationUrl": "https://docs.airbyte.com/integrations/sources/faker"},
    })
    say(f"   version {definition['dockerImageTag']}")
    source = api("sources/create", {
        "workspaceId": workspace, "name": "Made-up shop", "sourceDefinitionId": definition["sourceDefinitionId"],
        "connectionConfiguration": {"count": options.count, "seed": 7, "records_per_slice": 250,
                                    "always_updated": False, "parallelism": 1},
    })["sourceId"]
    database = os.path.join(data, "shop.sqlite")
    definitions = api("destination_definitions/list", {})["destinationDefinitions"]
    sqlite = next(d for d in definitions if d["dockerRepository"] == "swiftlet/destination-sqlite")
    destination = api("destinations/create", {
        "workspaceId": workspace, "name": "Local file", "destinationDefinitionId": sqlite["destinationDefinitionId"],
        "connectionConfiguration": {"destination_path": database},
    })["destinationId"]

    say("-- check both ends")
    for operation, body in (("sources", {"sourceId": source}), ("destinations", {"destinationId": destination})):
        answer = api(f"{operation}/check_connection", body)
        say(f"   {operation[:-1]}: {answer.get('status')}")
        if answer.get("status") != "succeeded":
            sys.exit(f"demo: the check failed: {json.dumps(answer, indent=2)[:3000]}")

    say("-- discover")
    discovered = api("sources/discover_schema", {"sourceId": source})
    if "catalog" not in discovered:
        sys.exit(f"demo: nothing was discovered: {json.dumps(discovered, indent=2)[:3000]}")
    entries = discovered["catalog"]["streams"]
    say("   streams: " + ", ".join(entry["stream"]["name"] for entry in entries))

    users = [entry for entry in entries if entry["stream"]["name"] == "users"]
    connection = api("connections/create", {
        "sourceId": source, "destinationId": destination, "status": "active", "name": "Shop to file",
        "sourceCatalogId": discovered["catalogId"],
        "syncCatalog": {"streams": [stream(entry, "full_refresh", "overwrite") for entry in users]},
    })["connectionId"]
    full = sync(api, connection, "first sync: full refresh")
    rows = int(query(database, "SELECT count(*) FROM users"))

    api("connections/update", {
        "connectionId": connection,
        "syncCatalog": {"streams": [stream(entry, "incremental", "append_dedup") for entry in users]},
    })
    again = sync(api, connection, "second sync: incremental")
    rows_after = int(query(database, "SELECT count(*) FROM users"))

    say("-- the first rows of users, read with sqlite3")
    columns = "id, name, email, age, gender, created_at"
    for line in query(database, f"SELECT {columns} FROM users ORDER BY id LIMIT 5").splitlines():
        say("   " + line)
    say(f"-- asked for {options.count}; committed {full} (full), {again} (incremental); rows in users: {rows}, then {rows_after}")
    if not (rows == full == rows_after == options.count > 0):
        sys.exit("demo: the numbers do not agree.")
    if options.keep:
        say(f"Swiftlet goes on running (process {server.pid}): {api.base}/api/v1, data in {data}.")
        say(f"Stop it with: kill {server.pid}")
    else:
        say("All numbers agree. `make run` leaves it running.")
    return True


if __name__ == "__main__":
    main()
