"""A machine without containers, as far as what runs on it can tell: systemd and Debian's PostgreSQL in a container."""
import os
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))

SYNC = """
import json, sys
sys.path.insert(0, "/root")
from api import API, Pipeline
api = API(8000, open("/etc/swiftlet/admin-password").read().strip())
found = next(d for d in api("destination_definitions/list")["destinationDefinitions"]
             if d["dockerRepository"] == "swiftlet/destination-sqlite")
pipeline = Pipeline(api, sys.argv[1], 5000, destination=(
    "swiftlet/destination-sqlite", found["destinationDefinitionId"],
    {"destination_path": f"/var/lib/swiftlet/{sys.argv[1]}.sqlite"}))
pipeline.finish(pipeline.start())
import sqlite3
print(sqlite3.connect(f"/var/lib/swiftlet/{sys.argv[1]}.sqlite").execute("SELECT count(*) FROM users").fetchone()[0])
"""


class Machine:
    name = "swiftlet-machine"

    def __init__(self, engine, base):
        self.engine = engine
        engine.docker("build", "--quiet", "--file", f"{HERE}/machine/Dockerfile", "--build-arg", f"BASE={base}",
                      "--tag", "swiftlet-test/machine:1.0", f"{HERE}/../../deploy/systemd")
        # What systemd needs to set up its units' sandboxes; no more than the engine itself may have.
        engine.docker("run", "--detach", "--name", self.name, "--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE",
                      "--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined",
                      "--cgroupns", "private", "--tmpfs", "/run", "--tmpfs", "/tmp", "swiftlet-test/machine:1.0")
        self._until("systemctl is-system-running")

    def remove(self):
        self.engine.docker("rm", "--force", "--volumes", self.name, check=False)

    def shell(self, script):
        done = self.engine.docker("exec", self.name, "bash", "-euo", "pipefail", "-c", script, check=False, merged=True)
        if done.returncode != 0:
            log = self.engine.docker("exec", self.name, "journalctl", "--no-pager", "-n", "60", check=False).stdout
            raise AssertionError(f"{script.strip()} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{log[-5000:]}")
        return done.stdout

    def sync(self, name):
        """How many rows arrived of the 5000."""
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(SYNC)
            file.flush()
            self.engine.docker("cp", file.name, f"{self.name}:/root/sync.py")
        self.engine.docker("cp", f"{HERE}/api.py", f"{self.name}:/root/api.py")
        return int(self.shell(f"python3 /root/sync.py {name}"))

    def _until(self, command):
        end = time.time() + 60
        while self.engine.docker("exec", self.name, "sh", "-c", command, check=False).returncode != 0:
            if time.time() > end:
                raise AssertionError(f"{command} fails: " + self.engine.docker("logs", self.name, merged=True).stdout)
            time.sleep(0.2)
