"""What must hold of the image and of the stacks, in the order in which it is tried."""
import glob
import json
import os
import re
import shutil
import sqlite3
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.request

from api import API, Pipeline, Refused
import newer_compose
from machine import Machine
from socket_proxy import SocketProxy
from stack import DEPLOY, Stack, free_port
from warehouse import Warehouse

ROOT = os.path.join(DEPLOY, "..")
HERE = os.path.dirname(os.path.abspath(__file__))
# Enough that a sync is still under way when something happens to it.
MANY = 500_000



def told(seconds, aim=15):
    """A figure, not a condition: the machine may have other things to do."""
    return f"{seconds:.1f} s" + (f", more than the {aim} s aimed at" if seconds > aim else "")


class Scenarios:
    def __init__(self, engine, say, tag="test"):
        self.engine = engine
        self.say = say
        self.image = f"swiftlet:{tag}"
        self.newer = f"swiftlet:{tag}-next"
        self.with_python = f"swiftlet-python:{tag}"
        self.settings = {"SWIFTLET_TAG": tag}
        self.stack = None
        self.warehouse = None
        self.secrets = []

    # The files

    def every_setting_can_be_set(self):
        with open(f"{ROOT}/docs/OPERATIONS.md") as file:
            table = file.read().split("## Settings")[1].split("\n## ")[0]
        with open(f"{ROOT}/docs/CONTAINERS.md") as file:
            table += file.read().split("## Settings")[1].split("\n## ")[0]
        named = set(re.findall(r"`([A-Z][A-Z_]{3,})`", table))
        with open(f"{DEPLOY}/common.yml") as file:
            known = set(re.findall(r"(?m)^      ([A-Z_]+):", file.read()))
        with open(f"{DEPLOY}/.env.example") as file:
            explained = set(re.findall(r"(?m)^#([A-Z_]+)=", file.read()))
        # Those that the files decide themselves, or that would put a secret into the environment.
        decided = {"DATABASE_URL", "DATABASE_USER", "DATABASE_PASSWORD", "DATABASE_PASSWORD_FILE", "SWIFTLET_DATA",
                   "SWIFTLET_KEY", "SWIFTLET_PULSE_FILE", "CONTAINER_HOST", "DOCKER_CONTEXT",
                   "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "REGISTRY_AUTH_FILE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"}
        missing = named - known - decided
        assert not missing, f"common.yml does not pass on {sorted(missing)}"
        fixed = {"SWIFTLET_KEY_FILE", "SWIFTLET_ADMIN_PASSWORD_FILE", "DOCKER_HOST", "DOCKER_CONFIG"}
        assert not known - fixed - explained, f".env.example lacks {sorted(known - fixed - explained)}"

    def the_units_are_sound(self):
        if not shutil.which("systemd-analyze"):
            raise RuntimeError("systemd-analyze is missing")
        with tempfile.TemporaryDirectory() as place:
            units = []
            for path in sorted(glob.glob(f"{DEPLOY}/systemd/*.service")):
                with open(path) as file:
                    text = re.sub(r"/usr/local/bin/swiftlet\S*", "/bin/true", file.read())
                units.append(f"{place}/{os.path.basename(path)}")
                with open(units[-1], "w") as file:
                    file.write(text)
            verified = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
            assert verified.returncode == 0 and not verified.stderr, verified.stderr
            for unit in units:
                judged = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", unit],
                                        capture_output=True, text=True)
                assert judged.returncode == 0, judged.stdout[-2000:]

    # The image

    def the_image_is_built(self):
        # The connector's comes from elsewhere and mostly waits for that.
        connector = threading.Thread(target=self._build_connector)
        connector.start()
        began = time.time()
        self.engine.docker("build", "--file", f"{DEPLOY}/Dockerfile", "--target", "swiftlet", "--tag", self.image,
                           "--build-arg", "VERSION=test", ROOT)
        connector.join()
        return f"{time.time() - began:.0f} s"

    def the_image_is_small_and_has_no_rights(self):
        size = int(self.engine.inspect(self.image, "{{.Size}}")) / 1e6
        assert size <= 120, f"{size:.1f} MB"
        assert self.engine.inspect(self.image, "{{.Config.User}}") == "10001:10001"
        labels = json.loads(self.engine.inspect(self.image, "{{json .Config.Labels}}"))
        assert labels["org.opencontainers.image.version"] == "test"
        shell = self.engine.docker("run", "--rm", "--entrypoint", "sh", self.image, check=False)
        assert shell.returncode == 127, "there is a shell in the image"
        for name in ("swiftlet", "swiftlet-server", "swiftlet-worker", "swiftlet-cron", "swiftlet-bootloader"):
            said = self.engine.docker("run", "--rm", "--read-only", "--entrypoint", name, self.image, "--version").stdout
            assert said.startswith(f"{name} "), said
        client = self.engine.docker("run", "--rm", "--entrypoint", "docker", self.image, "--version").stdout
        assert client.startswith("Docker version"), client
        return f"{size:.1f} MB"

    def its_packages_are_known(self):
        with tempfile.TemporaryDirectory() as place:
            made = self.engine.docker("create", self.image).stdout.strip()
            try:
                self.engine.docker("cp", f"{made}:/var/lib/dpkg/status.d", place)
            finally:
                self.engine.docker("rm", made)
            found = os.listdir(f"{place}/status.d")
            assert {"libc6", "libpq5", "libssl3", "libcurl4", "openssh-client", "ca-certificates"} <= set(found), found
            for name in found:
                with open(f"{place}/status.d/{name}") as file:
                    assert re.search(r"(?m)^Version: \S+$", file.read()), name
        return f"{len(found)} packages"

    def the_image_with_python_is_built(self):
        self.engine.docker("build", "--file", f"{DEPLOY}/Dockerfile", "--target", "swiftlet-python", "--tag",
                           self.with_python, "--build-arg", "VERSION=test", ROOT)
        assert self.engine.inspect(self.with_python, "{{.Config.User}}") == "10001:10001"
        return f"{int(self.engine.inspect(self.with_python, '{{.Size}}')) / 1e6:.0f} MB"

    # The socket proxy

    def the_socket_proxy_lets_through_what_is_needed_alone(self):
        proxy = SocketProxy(self.engine, self.image)
        try:
            proxy.lets_through_what_a_launcher_does()
            proxy.loses_nothing_of_either_stream()
            return proxy.refuses_the_rest() + " refused"
        finally:
            proxy.remove()

    # The stack on Postgres

    def it_comes_up(self):
        self.stack = Stack(self.engine, "docker-compose.yml", self.settings, "swiftlettest")
        began = time.time()
        self.stack.compose("up", "--detach", "--no-build")
        self.stack.until_healthy("postgres", "server", "worker", "cron")
        return told(time.time() - began)

    def it_asks_who_calls(self):
        try:
            API(self.stack.port)("workspaces/list")
            raise AssertionError("nobody had to sign in")
        except Refused as error:
            assert error.status == 401, error
        assert len(self.stack.api()("workspaces/list")["workspaces"]) == 1
        bound = self.engine.inspect(self.stack.containers("server")[0], "{{json .NetworkSettings.Ports}}")
        assert {entry["HostIp"] for entry in json.loads(bound)["8000/tcp"]} == {"127.0.0.1"}, bound

    def it_is_idle_in_little_memory(self):
        time.sleep(10)
        used = {service: self.stack.memory(service) for service in ("server", "worker", "cron")}
        assert sum(used.values()) <= 120, used
        return ", ".join(f"{name} {value:.0f} MB" for name, value in used.items())

    def containers_have_few_rights(self):
        for service in ("server", "worker", "cron", "postgres"):
            for one in self.stack.containers(service):
                host = json.loads(self.engine.inspect(one, "{{json .HostConfig}}"))
                assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and not host["Privileged"], service
                assert "no-new-privileges:true" in host["SecurityOpt"], service
                assert host["Memory"] > 0 and host["PidsLimit"] > 0 and host["LogConfig"]["Config"]["max-size"], service

    def a_sync_runs_by_native_connectors(self):
        self.warehouse = Warehouse(self.engine, self.stack.settings["SWIFTLET_CONTAINER_NETWORK"])
        pipeline = Pipeline(self.stack.api(), "small", 10_000, destination=self.warehouse.destination("small"))
        pipeline.finish(pipeline.start())
        assert self.warehouse.rows("small") == (10_000, 10_000), self.warehouse.rows("small")

    def a_sync_runs_by_the_image_of_a_connector(self):
        image, tag = "swiftlet-test/source-faker", "7.2.1"
        # There already, unless this one is run alone.
        self._build_connector()
        self.stack.settings.update(
            COMPOSE_PROFILES="socket-proxy", SWIFTLET_DOCKER_HOST="unix:///engine/docker.sock",
            SOCKET_PROXY_SOCKET=self.engine.socket, DOCKER_GID=str(os.stat(self.engine.socket).st_gid),
            SWIFTLET_CONTAINER_PULL="never")
        self.stack.compose("up", "--detach", "--no-build")
        self.stack.until_healthy("server", "worker", "cron")
        api = self.stack.api()
        definition = api("source_definitions/create_custom", {
            "workspaceId": api("workspaces/list")["workspaces"][0]["workspaceId"],
            "sourceDefinition": {"name": "Faker's image", "dockerRepository": image, "dockerImageTag": tag,
                                 "documentationUrl": "https://docs.airbyte.com/integrations/sources/faker"}})
        settings = {"count": 1000, "seed": 7, "records_per_slice": 100, "always_updated": False, "parallelism": 1}
        pipeline = Pipeline(api, "image", 1000, source=(image, definition["sourceDefinitionId"], settings),
                            destination=self.warehouse.destination("image"))
        began = time.time()
        pipeline.finish(pipeline.start())
        taken = time.time() - began
        assert self.warehouse.rows("image") == (1000, 1000), self.warehouse.rows("image")
        left = self.engine.docker("ps", "--all", "--quiet", "--filter", "label=swiftlet.job").stdout
        assert not left, f"containers are left: {left}"
        return f"{taken:.1f} s"

    def a_worker_of_three_is_killed_in_mid_sync(self):
        self.stack.compose("up", "--detach", "--no-build", "--no-recreate", "--scale", "worker=3")
        self.stack.until_healthy("worker")
        pipeline, job = self._begin("killed")
        victim = self._carrier()
        self.engine.docker("kill", victim)
        attempts = pipeline.finish(job)
        self._all_there("killed")
        # It is not told whose fault it was: the number of failed attempts that count is nought.
        self.stack.compose("up", "--detach", "--no-build", "--scale", "worker=1")
        self.stack.until_healthy("worker")
        return f"{attempts} attempts"

    def the_database_restarts_in_mid_sync(self):
        pipeline, job = self._begin("restarted")
        self.stack.compose("restart", "postgres")
        attempts = pipeline.finish(job)
        self._all_there("restarted")
        self.stack.until_healthy("server", "worker", "cron")
        return f"{attempts} attempts"

    def it_is_upgraded_in_mid_sync(self):
        with tempfile.TemporaryDirectory() as place:
            with open(f"{place}/Dockerfile", "w") as file:
                file.write(f'FROM {self.image}\nLABEL org.opencontainers.image.version="next"\n')
            self.engine.docker("build", "--quiet", "--tag", self.newer, place)
        pipeline, job = self._begin("upgraded")
        self.stack.settings["SWIFTLET_TAG"] = self.newer.split(":")[1]
        began = time.time()
        self.stack.compose("up", "--detach", "--no-build")
        self.stack.until_healthy("server", "worker", "cron")
        taken = time.time() - began
        attempts = pipeline.finish(job)
        self._all_there("upgraded")
        for service in ("server", "worker", "cron"):
            for one in self.stack.containers(service):
                assert self.engine.inspect(one, "{{.Config.Image}}") == self.newer, service
        return f"{taken:.1f} s, {attempts} attempts"

    def nothing_is_lost_by_down_and_up(self):
        api = self.stack.api()
        password = self.stack.password()
        before = sorted(c["connectionId"] for c in api("web_backend/connections/list", {
            "workspaceId": api("workspaces/list")["workspaces"][0]["workspaceId"]})["connections"])
        self.warehouse.leave()
        self.stack.down()
        assert not self.stack.everything()
        self.stack.compose("up", "--detach", "--no-build")
        self.stack.until_healthy("postgres", "server", "worker", "cron")
        self.warehouse.join()
        assert self.stack.password() == password
        after = sorted(c["connectionId"] for c in self.stack.api()("web_backend/connections/list", {
            "workspaceId": api("workspaces/list")["workspaces"][0]["workspaceId"]})["connections"])
        assert before and before == after, (before, after)
        # The sealed password of the destination is still readable.
        pipeline = Pipeline(self.stack.api(), "after", 1000, destination=self.warehouse.destination("after"))
        pipeline.finish(pipeline.start())

    def it_is_restored_as_the_docs_say(self):
        """Runs the two blocks under "Backup and restore" of docs/DEPLOYMENT.md as they stand there."""
        with open(f"{ROOT}/docs/DEPLOYMENT.md") as file:
            part = file.read().split("### Backup and restore")[1].split("### ")[0]
        backup, restore = re.findall(r"```sh\n(.*?)```", part, re.DOTALL)
        password = self.stack.password()
        with tempfile.TemporaryDirectory() as place:
            self._shell(backup, place)
            self.warehouse.leave()
            self.stack.down("--volumes")
            try:
                self._shell(restore, place)
            except RuntimeError as error:
                said = self.stack.compose("logs", "--tail", "20", "bootloader", "postgres", check=False).stdout
                raise AssertionError(f"{error}\n{said}") from None
            self.warehouse.join()
        self.stack.until_healthy("postgres", "server", "worker", "cron")
        assert self.stack.password() == password
        pipeline = Pipeline(self.stack.api(), "restored", 1000, destination=self.warehouse.destination("restored"))
        pipeline.finish(pipeline.start())
        api = self.stack.api()
        names = [c["name"] for c in api("web_backend/connections/list", {"workspaceId": pipeline.workspace})["connections"]]
        assert "small" in names, names
        destination = next(d for d in api("destinations/list", {"workspaceId": pipeline.workspace})["destinations"]
                           if d["name"] == "small")
        checked = api("destinations/check_connection", {"destinationId": destination["destinationId"]})
        assert checked["status"] == "succeeded", checked

    def _shell(self, script, place):
        """Runs commands of the docs, which name docker-compose without the file that it finds by itself."""
        functions = f'docker-compose() {{ command docker-compose --file "{os.path.realpath(DEPLOY)}/{self.stack.file}" "$@"; }}\n'
        self.engine.run(["bash", "-euo", "pipefail", "-c", functions + script], cwd=place, merged=True,
                        environment=self.stack.settings)

    def no_secret_shows(self):
        secrets = self._volume_secrets() + [self.warehouse.password]
        assert len(secrets) == 4 and all(len(secret) >= 20 for secret in secrets)
        shown = [self.engine.docker("inspect", one).stdout for one in self.stack.everything()]
        shown += [self.engine.docker("logs", one, merged=True).stdout for one in self.stack.everything()]
        shown += [self.engine.docker("top", one, "-eo", "pid,args", check=False).stdout
                  for one in self.stack.everything()]
        shown += [self.engine.docker("inspect", self.image).stdout,
                  self.engine.docker("history", "--no-trunc", self.image).stdout,
                  self.stack.compose("config").stdout]
        for secret in secrets:
            assert not any(secret in text for text in shown), "a secret shows"
        return f"{len(secrets)} secrets in {len(shown)} places"

    def tls_is_in_front(self):
        ports = {"SWIFTLET_HTTP_PORT": str(free_port()), "SWIFTLET_HTTPS_PORT": str(free_port())}
        self.stack.settings.update(ports)
        self.stack.compose("--profile", "tls", "up", "--detach", "--no-build", "--no-recreate", "tls")
        trusting = ssl.create_default_context()
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        end = time.time() + 30
        while True:
            try:
                with urllib.request.urlopen(f"https://localhost:{ports['SWIFTLET_HTTPS_PORT']}/api/v1/health",
                                            context=trusting, timeout=5) as answer:
                    assert json.load(answer)["available"]
                    break
            except OSError as error:
                assert time.time() < end, f"{error}: " + self.stack.compose("logs", "tls").stdout[-2000:]
                time.sleep(0.3)
        self.stack.compose("--profile", "tls", "rm", "--stop", "--force", "tls")

    def the_newer_compose_brings_it_up_too(self):
        with tempfile.TemporaryDirectory() as place:
            program = newer_compose.fetch(place)
            self.stack = Stack(self.engine, "docker-compose.yml", self.settings, "swiftletnewer", program)
            began = time.time()
            self.stack.compose("up", "--detach", "--no-build")
            self.stack.until_healthy("postgres", "server", "worker", "cron")
            taken = time.time() - began
            self.stack.compose("up", "--detach", "--no-build", "--no-recreate", SWIFTLET_WORKERS="2")
            self.stack.until_healthy("worker")
            assert len(self.stack.containers("worker")) == 2
            self.a_sync_runs_by_native_connectors()
            self.it_is_taken_away()
            version = subprocess.run([program, "version", "--short"], capture_output=True, text=True).stdout.strip()
        return f"{version}: {told(taken)}"

    def it_is_taken_away(self):
        if self.warehouse:
            self.warehouse.remove()
            self.warehouse = None
        if self.stack:
            self.stack.down("--volumes")
            assert not self.stack.everything()
            self.stack = None

    # The stack on SQLite

    def sqlite_comes_up(self):
        self.stack = Stack(self.engine, "docker-compose.sqlite.yml", self.settings, "swiftletsqlite")
        self.warehouse = None
        began = time.time()
        self.stack.compose("up", "--detach", "--no-build")
        self.stack.until_healthy("server")
        return told(time.time() - began)

    def sqlite_syncs_and_keeps(self):
        pipeline = self._sync_into_sqlite(self.stack.api(), "shop", 5000)
        self.stack.down()
        self.stack.compose("up", "--detach", "--no-build")
        self.stack.until_healthy("server")
        pipeline.api = self.stack.api()
        pipeline.finish(pipeline.start())
        assert self._rows_in_sqlite("shop") == (5000, 5000)
        return f"{self.stack.memory('server'):.0f} MB afterwards"

    def sqlite_runs_connectors_from_pypi(self):
        # A machine behind a proxy that speaks for others knows its authorities.
        self.stack = Stack(self.engine, "docker-compose.sqlite.yml", {
            **self.settings, "SWIFTLET_IMAGE": self.with_python.split(":")[0], "SWIFTLET_TARGET": "swiftlet-python",
            "SWIFTLET_AUTHORITIES": "/etc/ssl/certs/ca-certificates.crt",
            "SWIFTLET_AUTHORITIES_FILE": "/etc/swiftlet/authorities.pem"}, "swiftletpython")
        self.stack.compose("up", "--detach", "--no-build")
        self.stack.until_healthy("server")
        api = self.stack.api()
        image, tag = "pypi:airbyte-source-faker", "7.2.1"
        definition = api("source_definitions/create_custom", {
            "workspaceId": api("workspaces/list")["workspaces"][0]["workspaceId"],
            "sourceDefinition": {"name": "Faker from PyPI", "dockerRepository": image, "dockerImageTag": tag,
                                 "documentationUrl": ""}})["sourceDefinitionId"]
        began = time.time()
        self._sync_into_sqlite(api, "pypi", 1000, (image, definition, {
            "count": 1000, "seed": 7, "records_per_slice": 100, "always_updated": False, "parallelism": 1}))
        assert self._rows_in_sqlite("pypi") == (1000, 1000)
        return told(time.time() - began, 60)

    # systemd

    def the_units_run(self):
        """Runs the commands of docs/DEPLOYMENT.md as they stand there, but for the first, which the image has done."""
        with open(f"{ROOT}/docs/DEPLOYMENT.md") as file:
            part = file.read().split("## systemd, without containers")[1]
        alone, separate, _, dump, copy = re.findall(r"```sh\n(.*?)```", part, re.DOTALL)
        install, alone = alone.split("\n", 1)
        assert install == "make install", install
        machine = Machine(self.engine, self.with_python)
        try:
            machine.shell(alone)
            assert machine.sync("alone") == 5000
            machine.shell("systemctl restart swiftlet && swiftlet health")
            machine.shell(copy + "tar -tzf swiftlet-data.tar.gz swiftlet/swiftlet.db && swiftlet health")
            machine.shell("""
                su postgres -c "psql -qc \\"CREATE ROLE swiftlet LOGIN PASSWORD 'a-password'\\" -c 'CREATE DATABASE swiftlet OWNER swiftlet'"
            """)
            machine.shell("PASSWORD=a-password\n" + separate)
            assert machine.sync("separate") == 5000
            machine.shell("systemctl restart swiftlet-bootloader; timeout 60 sh -c 'until swiftlet health; do sleep 0.5; done'")
            assert machine.sync("afterwards") == 5000
            machine.shell(dump + "pg_restore --list swiftlet.dump >list; grep -q 'TABLE DATA public connection ' list")
            shown = machine.shell("journalctl --no-pager; systemctl show 'swiftlet*'; cat /proc/[0-9]*/cmdline || true")
            assert "a-password" not in shown, "the database's password shows"
            assert not machine.shell("systemctl --failed --plain --no-legend").strip()
        finally:
            machine.remove()

    # Parts

    def _build_connector(self):
        self.engine.docker("build", "--quiet", "--tag", "swiftlet-test/source-faker:7.2.1", f"{HERE}/connector")

    def _sync_into_sqlite(self, api, name, count, source=None):
        definitions = api("destination_definitions/list")["destinationDefinitions"]
        definition = next(d for d in definitions if d["dockerRepository"] == "swiftlet/destination-sqlite")
        pipeline = Pipeline(api, name, count, source=source, destination=(
            "swiftlet/destination-sqlite", definition["destinationDefinitionId"],
            {"destination_path": f"/data/{name}.sqlite"}))
        pipeline.finish(pipeline.start())
        return pipeline

    def _rows_in_sqlite(self, name):
        with tempfile.TemporaryDirectory() as place:
            self.engine.docker("cp", f"{self.stack.containers('server')[0]}:/data/{name}.sqlite", f"{place}/it.sqlite")
            return sqlite3.connect(f"{place}/it.sqlite").execute(
                "SELECT count(*), count(DISTINCT id) FROM users").fetchone()

    def _begin(self, schema):
        pipeline = Pipeline(self.stack.api(), schema, MANY, destination=self.warehouse.destination(schema))
        job = pipeline.start()
        pipeline.in_the_middle(job)
        return pipeline, job

    def _all_there(self, schema):
        rows = self.warehouse.rows(schema)
        assert rows == (MANY, MANY), f"{rows[0]} rows, {rows[1]} different ones, {MANY} wanted"

    def _carrier(self):
        """The worker that carries the sync out."""
        for one in self.stack.containers("worker"):
            if "source-faker" in self.engine.docker("top", one, "-eo", "pid,args").stdout:
                return one
        raise AssertionError("no worker carries the sync out")

    def _volume_secrets(self):
        found = []
        for service, paths in (("server", ["/secrets/key", "/secrets/admin-password", "/database-secret/password"]),):
            for path in paths:
                with tempfile.TemporaryDirectory() as place:
                    self.engine.docker("cp", f"{self.stack.containers(service)[0]}:{path}", f"{place}/secret")
                    with open(f"{place}/secret") as file:
                        found.append(file.read().strip())
        return found
