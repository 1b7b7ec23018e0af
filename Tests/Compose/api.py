"""Swiftlet's API as a client with the administrator's password sees it."""
import base64
import json
import time
import urllib.error
import urllib.request


class Refused(Exception):
    def __init__(self, status, text):
        super().__init__(f"answered {status}: {text[:1500]}")
        self.status = status


class API:
    def __init__(self, port, password=None):
        self.base = f"http://127.0.0.1:{port}"
        self.password = password

    def __call__(self, operation, body=None, timeout=300):
        return self.request(f"/api/v1/{operation}", {} if body is None else body, timeout)

    def request(self, path, body=None, timeout=60):
        headers = {"Content-Type": "application/json"}
        if self.password:
            headers["Authorization"] = "Basic " + base64.b64encode(f"airbyte:{self.password}".encode()).decode()
        request = urllib.request.Request(
            self.base + path, data=None if body is None else json.dumps(body).encode(), headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            raise Refused(error.code, error.read().decode(errors="replace")) from None

    def patient(self, operation, body=None):
        """As a call, but goes on asking for a minute where the server is away or not ready."""
        end = time.time() + 60
        while True:
            try:
                return self(operation, body, timeout=20)
            except (OSError, Refused) as error:
                if isinstance(error, Refused) and error.status < 500 or time.time() > end:
                    raise
                time.sleep(0.3)


class Pipeline:
    """A connection from made-up users to a table, and the jobs of it."""

    def __init__(self, api, name, count, source=None, destination=None, mode="append"):
        self.api = api
        self.workspace = api("workspaces/list")["workspaces"][0]["workspaceId"]
        source = source or ("swiftlet/source-faker", "dfd88b22-b603-4c3d-aad7-3701784586b1", {
            "count": count, "seed": 7, "records_per_slice": 1000, "always_updated": False, "parallelism": 1})
        self.source = self._actor("source", name, *source)
        self.destination = self._actor("destination", name, *destination)
        found = api("sources/discover_schema", {"sourceId": self.source})
        streams = []
        for entry in found["catalog"]["streams"]:
            if entry["stream"]["name"] == "users":
                config = dict(entry["config"], syncMode="incremental", destinationSyncMode=mode, selected=True,
                              cursorField=["updated_at"], primaryKey=[["id"]])
                streams.append({"stream": entry["stream"], "config": config})
        self.connection = api("connections/create", {
            "sourceId": self.source, "destinationId": self.destination, "status": "active", "name": name,
            "sourceCatalogId": found["catalogId"], "syncCatalog": {"streams": streams}})["connectionId"]

    def _actor(self, kind, name, image, definition, configuration):
        actor = self.api(f"{kind}s/create", {
            "workspaceId": self.workspace, "name": name, f"{kind}DefinitionId": definition,
            "connectionConfiguration": configuration})[f"{kind}Id"]
        answer = self.api(f"{kind}s/check_connection", {f"{kind}Id": actor})
        if answer["status"] != "succeeded":
            raise AssertionError(f"the check of {image} failed: {json.dumps(answer)[:2000]}")
        return actor

    def start(self):
        return self.api("connections/sync", {"connectionId": self.connection})["job"]["id"]

    def committed(self, job):
        info = self.api.patient("jobs/get_without_logs", {"id": job})
        return (info["job"]["status"],
                sum(a["attempt"].get("totalStats", {}).get("recordsCommitted", 0) for a in info["attempts"]),
                len(info["attempts"]))

    def in_the_middle(self, job):
        """Returns once something of the job is committed, and it goes on."""
        end = time.time() + 120
        while True:
            status, committed, _ = self.committed(job)
            if status not in ("pending", "running", "incomplete"):
                raise AssertionError(f"the sync was over ({status}) before anything could happen to it")
            if committed > 0:
                return committed
            if time.time() > end:
                raise AssertionError("nothing of the sync was committed within two minutes")
            time.sleep(0.1)

    def finish(self, job, seconds=300):
        """Returns how many attempts it took to succeed."""
        end = time.time() + seconds
        while time.time() < end:
            status, _, attempts = self.committed(job)
            if status == "succeeded":
                return attempts
            if status in ("failed", "cancelled"):
                info = self.api("jobs/get", {"id": job})
                raise AssertionError(f"the job {status}: {json.dumps(info['attempts'][-1])[-3000:]}")
            time.sleep(0.3)
        raise AssertionError(f"the job {job} did not end within {seconds} s")
