"""A stack of containers out of one of the compose files."""
import json
import os
import socket
import time

from api import API

DEPLOY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "deploy")


class Stack:
    def __init__(self, engine, file, settings, project, program="docker-compose"):
        self.engine = engine
        self.file = file
        self.project = project
        self.program = program
        self.port = free_port()
        self.settings = {
            "COMPOSE_PROJECT_NAME": project, "SWIFTLET_PORT": str(self.port),
            "SWIFTLET_CONTAINER_NETWORK": f"{project}-connectors", "REPLICATION_FLUSH_PERIOD_SECONDS": "1",
            # Dead workers are found sooner.
            "SWIFTLET_LEASE_SECONDS": "12", "SWIFTLET_HEARTBEAT_SECONDS": "2", "SWIFTLET_GRACE_SECONDS": "4",
            "SWIFTLET_MARGIN_SECONDS": "2", "SWIFTLET_SWEEP_SECONDS": "10", **settings}

    def compose(self, *arguments, check=True, **settings):
        """Runs docker-compose in deploy/, with what could stand in .env in the environment."""
        return self.engine.run([self.program, "--file", self.file, *arguments], check=check, merged=True,
                               cwd=DEPLOY, environment={**self.settings, **settings})

    def containers(self, service):
        names = self.engine.docker(
            "ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={self.project}",
            "--filter", f"label=com.docker.compose.service={service}", "--filter", "label=com.docker.compose.oneoff=False")
        return names.stdout.split()

    def everything(self):
        return self.engine.docker("ps", "--all", "--quiet", "--filter",
                                  f"label=com.docker.compose.project={self.project}").stdout.split()

    def state(self, container):
        return json.loads(self.engine.inspect(container, "{{json .State}}"))

    def until_healthy(self, *services, seconds=60):
        end = time.time() + seconds
        while True:
            states = {(service, one): self.state(one) for service in services for one in self.containers(service)}
            found = {service for service, _ in states}
            if found == set(services) and all(s.get("Health", {}).get("Status") == "healthy" for s in states.values()):
                return
            if time.time() > end:
                said = self.compose("logs", "--tail", "20", check=False).stdout
                short = {f"{service} {one}": (s["Status"], s.get("Health", {}).get("Status"),
                                              (s.get("Health", {}).get("Log") or [{}])[-1].get("Output"))
                         for (service, one), s in states.items()}
                raise AssertionError(f"not healthy after {seconds} s: {short}\n{said[-4000:]}")
            time.sleep(0.1)

    def password(self):
        return self.compose("exec", "-T", "server", "swiftlet", "password").stdout.strip()

    def api(self):
        return API(self.port, self.password())

    def memory(self, service):
        """What the service's containers keep in memory, as docker counts it: without the cache of files."""
        total = 0.0
        for one in self.containers(service):
            text = self.engine.docker("stats", "--no-stream", "--format", "{{.MemUsage}}", one).stdout.split("/")[0]
            total += megabytes(text.strip())
        return total

    def down(self, *arguments):
        self.compose("down", "--remove-orphans", "--timeout", "40", *arguments)


def megabytes(text):
    for unit, factor in (("GiB", 1073.741824), ("MiB", 1.048576), ("KiB", 0.001024), ("B", 0.000001)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    raise ValueError(text)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
