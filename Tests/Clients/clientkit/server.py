"""The Swiftlet that a client is driven against, and plain calls to it."""
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request


class Answer:
    def __init__(self, status, content_type, text):
        self.status = status
        self.content_type = content_type
        self.text = text

    @property
    def json(self):
        return json.loads(self.text)

    def __str__(self):
        return f"{self.status} {self.text[:2000]}"


class Refused(Exception):
    """An answer other than the one that a caller can go on with."""


class Server:
    """`SERVER` of the environment, with `CLIENT_ID`, `CLIENT_SECRET`, `ADMIN_NAME` and `ADMIN_PASSWORD` where it asks for
    them. One that trusts its machine takes any, and some clients cannot do without."""

    def __init__(self, environment=os.environ):
        self.url = environment["SERVER"].rstrip("/")
        self.signs_in = bool(environment.get("CLIENT_ID"))
        self.client_id = environment.get("CLIENT_ID") or "00000000-0000-0000-0000-000000000000"
        self.client_secret = environment.get("CLIENT_SECRET") or "not-asked-for"
        self.admin_name = environment.get("ADMIN_NAME") or "airbyte"
        self.admin_password = environment.get("ADMIN_PASSWORD") or "password"
        self.config_root = f"{self.url}/api/v1"
        self.public_root = f"{self.url}/api/public/v1"
        self.token = None
        # Called with the method, the path and the answer of every call.
        self.watcher = None

    def send(self, method, path, body=None, headers=(), anonymous=False):
        """Any answer, whatever its status. `path` is everything after the host."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json"} if data is not None else {}
        if self.signs_in and not anonymous:
            sent["Authorization"] = f"Bearer {self.bearer()}"
        sent.update(dict(headers))
        request = urllib.request.Request(self.url + path, data=data, headers=sent, method=method)
        try:
            received = urllib.request.urlopen(request, timeout=120)
        except urllib.error.HTTPError as error:
            received = error
        with received:
            answer = Answer(received.status, received.headers.get("Content-Type", ""), received.read().decode(errors="replace"))
        if self.watcher:
            self.watcher(method, path, answer)
        return answer

    def bearer(self):
        if self.token is None:
            order = {"client_id": self.client_id, "client_secret": self.client_secret,
                     "grant_type": "client_credentials"}
            answer = self.send("POST", "/api/v1/applications/token", order, anonymous=True)
            if answer.status != 200:
                raise Refused(f"POST /api/v1/applications/token answered {answer}")
            self.token = answer.json["access_token"]
        return self.token

    def config(self, operation, body=None, expected=(200, 204)):
        """The body of an operation of the Config API."""
        answer = self.send("POST", f"/api/v1/{operation}", {} if body is None else body)
        return self.body(f"POST /api/v1/{operation}", answer, expected)

    def public(self, method, path, body=None, query=None, expected=(200,)):
        """The body of an operation of the public API."""
        query = "?" + urllib.parse.urlencode(query, doseq=True) if query else ""
        answer = self.send(method, f"/api/public/v1/{path}{query}", body)
        return self.body(f"{method} /api/public/v1/{path}{query}", answer, expected)

    @staticmethod
    def body(what, answer, expected):
        if answer.status not in expected:
            raise Refused(f"{what} answered {answer}; expected {' or '.join(map(str, expected))}")
        return answer.json if answer.text else None

    def ended(self, job, seconds=180):
        """The job with its attempts and logs, once it has ended."""
        return until(
            seconds, f"job {job} to end", lambda: self.config("jobs/get", {"id": job}),
            lambda info: info["job"]["status"] in ("succeeded", "failed", "cancelled"))


def until(seconds, what, look, right):
    """What `look` returns as soon as it is right; a failure after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if right(seen):
            return seen
        if time.monotonic() > end:
            raise TimeoutError(f"Waited {seconds} s for {what}; the last look: {str(seen)[:2000]}")
        time.sleep(0.1)
